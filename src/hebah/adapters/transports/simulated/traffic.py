"""What happens to messages once they reach the network: the ledger line, the answer, the receipts, the reply."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from hebah.adapters.transports.simulated.delivery import Deliveries
from hebah.adapters.transports.simulated.ends import Answer, LinkEnd
from hebah.adapters.transports.simulated.faults import Faults, SendFault, SendTrouble
from hebah.adapters.transports.simulated.files import Files
from hebah.adapters.transports.simulated.groups import Groups
from hebah.adapters.transports.simulated.instants import from_micros, span_micros, to_micros
from hebah.adapters.transports.simulated.ledger import Ledger, LedgerLine
from hebah.adapters.transports.simulated.letters import Letter, as_others_see, words
from hebah.adapters.transports.simulated.people import Course, People
from hebah.adapters.transports.simulated.phones import Phones, SimulatedPhone, Standing
from hebah.adapters.transports.simulated.slots import Slot, Slots
from hebah.adapters.transports.simulated.timers import Timers
from hebah.foundation.clock import Clock
from hebah.gateway.incoming import MessageArrived, ReceiptArrived, ReceiptKind
from hebah.gateway.outgoing import Accepted, NotWritten, Refused
from hebah.messaging.chataddress import Alias, is_group
from hebah.messaging.said import ABOUT_ANOTHER, MessageKind, Said

_REFUSED_STANDINGS = {Standing.RESTRICTED: "restricted", Standing.BANNED: "banned", Standing.OUTDATED: "rejected"}
# An answer that comes after the transport stopped waiting (20 s) is told as a receipt instead.
_PROMPT = span_micros(timedelta(seconds=18))


class _Flight:
    """One message on its way, and the instants (microseconds) of what is still to come."""

    __slots__ = ("ack", "delivered", "end", "phone", "read", "reply", "said", "slot", "text", "to", "wire_id")

    def __init__(self, slot: Slot, end: LinkEnd, letter: Letter, said: Said | None) -> None:
        self.slot = slot
        self.phone = slot.phone
        self.end = end
        self.wire_id = letter.wire_id
        self.to = letter.to
        # Kept only for those who will get it as an event: most flights are to people, who read a hash.
        self.said = said
        self.ack = 0
        self.delivered: int | None = None
        self.read: int | None = None
        self.reply: int | None = None
        self.text = ""

    def plan(self, now: int, course: Course) -> None:
        self.ack = now + course.ack
        self.delivered = None if course.delivered is None else now + course.delivered
        self.read = None if course.read is None else now + course.read
        self.reply = None if course.reply is None else now + course.reply
        self.text = course.text

    def follow(self, earlier: "_Flight") -> None:
        """Never overtake the message before in the same chat."""
        self.ack = max(self.ack, earlier.ack)
        if self.delivered is not None:
            self.delivered = max(self.delivered, earlier.delivered or 0)
        if self.read is not None:
            self.read = max(self.read, earlier.read or 0)
        if self.reply is not None:
            self.reply = max(self.reply, earlier.reply or 0)


@dataclass(frozen=True, slots=True)
class _Arrival:
    """A message at its goal; `chat` as the receiving phone names it."""

    chat: str
    sender: str
    wire_id: str
    said: Said
    aliases: tuple[Alias, ...] = ()


class Traffic:
    """Every message between devices, phones and people."""

    def __init__(  # noqa: PLR0913 - the parts of the network it works on
        self,
        clock: Clock,
        timers: Timers,
        *,
        people: People,
        phones: Phones,
        slots: Slots,
        ledger: Ledger,
        deliveries: Deliveries,
        groups: Groups,
        random: Random,
    ) -> None:
        self.faults = Faults()
        self.files = Files()
        self.in_flight = 0
        self._clock = clock
        self._timers = timers
        self._people = people
        self._phones = phones
        self._slots = slots
        self._ledger = ledger
        self._deliveries = deliveries
        self._groups = groups
        self._random = random
        # The last message under way per chat, so that nothing in a chat overtakes; gone when it is over.
        self._last: dict[tuple[Slot, str], _Flight] = {}
        self._origin = to_micros(clock.now())
        self._count = 0
        # Who has written to which phone.
        self._wrote: set[tuple[str, str]] = set()

    def send(self, slot: Slot, end: LinkEnd, letter: Letter) -> tuple[NotWritten | None, bool]:
        """Take a message from a link; returns what was not written, and whether the link breaks now."""
        fault = slot.take_fault() or self.faults.draw(self._random)
        if fault is not None and fault.trouble is SendTrouble.SWALLOW:
            return NotWritten("swallowed"), False
        now = to_micros(self._clock.now())
        digest = hashlib.sha256(letter.said.body.encode())
        course = self._people.course_of(letter.to, digest.digest())
        code = self._refusal(slot, letter, fault)
        self.in_flight += 1
        if code is not None:
            self._timers.at(now + course.ack, self._answer, (end, letter.wire_id, slot, Refused(code)))
            return None, False
        if letter.said.kind in ABOUT_ANOTHER:
            course.read = course.reply = None
        flight = _Flight(slot, end, letter, self._kept(letter, fault))
        flight.plan(now, course)
        self._note(flight, letter.said.kind, from_micros(now), digest.hexdigest())
        self._expect(flight, fault)
        return None, fault is not None and fault.trouble is SendTrouble.CUT

    def say(self, sender: str, to: SimulatedPhone, letter: Letter, aliases: tuple[Alias, ...] = ()) -> str:
        """A person writes to a phone, in the chat that the letter is addressed to: it arrives at its devices, now."""
        wire_id = letter.wire_id or self._next_wire_id()
        arrival = _Arrival(letter.to, sender, wire_id, self.files.store(letter), aliases)
        self._arrive(to, arrival)
        return wire_id

    def type_on(self, phone: SimulatedPhone, letter: Letter) -> str:
        """The owner types on the phone itself: the devices of the phone see it as their own."""
        wire_id, said = letter.wire_id or self._next_wire_id(), self.files.store(letter)
        for slot in self._slots.of(phone):
            self._echo(slot, letter.to, wire_id, said)
        if (other := self._phones.get(letter.to)) is not None:
            self._arrive(other, _Arrival(phone.number, phone.number, wire_id, as_others_see(said)))
        return wire_id

    def _refusal(self, slot: Slot, letter: Letter, fault: SendFault | None) -> str | None:
        if fault is not None and fault.trouble is SendTrouble.REFUSE:
            return fault.code
        if (
            slot.phone is not None
            and slot.phone.standing is not Standing.GOOD
            and not self._may_answer(slot.phone, letter)
        ):
            return _REFUSED_STANDINGS[slot.phone.standing]
        if letter.is_too_large:
            return "too_large"
        if not is_group(letter.to) and self._phones.get(letter.to) is None and self._people.is_absent(letter.to):
            return "not_on_whatsapp"
        return None

    def _may_answer(self, phone: SimulatedPhone, letter: Letter) -> bool:
        """A restricted account may still write to those who wrote to it."""
        return phone.standing is Standing.RESTRICTED and (phone.number, letter.to) in self._wrote

    def _kept(self, letter: Letter, fault: SendFault | None) -> Said | None:
        """What devices will get of the message; None when none will."""
        comes_back = fault is not None and fault.trouble is SendTrouble.ECHO
        is_kept = comes_back or is_group(letter.to) or self._phones.get(letter.to) is not None
        return self.files.store(letter) if is_kept else None

    def _note(self, flight: _Flight, kind: MessageKind, at: datetime, sha256: str) -> None:
        slot = flight.slot
        sender = slot.phone.number if slot.phone is not None else ""
        device_id, epoch = slot.ref.device_id, slot.epoch
        self._ledger.append(LedgerLine(at, device_id, sender, flight.to, flight.wire_id, kind, sha256, epoch))

    def _expect(self, flight: _Flight, fault: SendFault | None) -> None:
        """Put the answer and what follows on the timers."""
        if is_group(flight.to) or self._phones.get(flight.to) is not None:
            # A phone of ours gets the message for real; its owner reads with a device, or never.
            flight.delivered = flight.delivered or flight.ack
            flight.read = flight.reply = None
        chat = (flight.slot, flight.to)
        if (earlier := self._last.get(chat)) is not None:
            flight.follow(earlier)
        self._last[chat] = flight
        if fault is None and flight.ack - to_micros(self._clock.now()) < _PROMPT:
            self._timers.at(flight.ack, self._accept, flight)
            return
        self.in_flight -= 1
        self._timers.at(flight.ack, self._go_on, flight)
        if fault is None:
            self._timers.at(flight.ack, self._accept_late, flight)
        elif fault.trouble is SendTrouble.LATE_ACK:
            self._timers.at(to_micros(self._clock.now()) + span_micros(fault.after), self._accept_late, flight)
        elif fault.trouble is SendTrouble.ECHO:
            self._timers.at(to_micros(self._clock.now()) + span_micros(fault.after), self._echo_late, flight)

    def _accept(self, flight: _Flight) -> None:
        self._answer((flight.end, flight.wire_id, flight.slot, Accepted(from_micros(flight.ack))))
        self._go_on(flight)

    def _answer(self, fact: tuple[LinkEnd, str, Slot, Answer]) -> None:
        end, wire_id, slot, answer = fact
        self.in_flight -= 1
        # An answer for a link that is gone is lost, as on any network.
        if slot.end is end:
            end.answered(wire_id, answer)

    def _accept_late(self, flight: _Flight) -> None:
        self._tell(flight, ReceiptKind.ACCEPTED)

    def _echo_late(self, flight: _Flight) -> None:
        if flight.said is not None:
            self._echo(flight.slot, flight.to, flight.wire_id, flight.said)

    def _go_on(self, flight: _Flight) -> None:
        """The next stage of a message, one timer at a time."""
        if flight.delivered is not None:
            self._timers.at(flight.delivered, self._deliver, flight)
        elif flight.read is not None:
            self._timers.at(flight.read, self._read, flight)
        elif flight.reply is not None:
            self._timers.at(flight.reply, self._reply, flight)
        elif self._last.get((flight.slot, flight.to)) is flight:
            del self._last[(flight.slot, flight.to)]

    def _deliver(self, flight: _Flight) -> None:
        flight.delivered = None
        slot, phone = flight.slot, flight.phone
        others, said = self._readers(flight), flight.said
        if others and phone is not None and said is not None:
            chat = flight.to if is_group(flight.to) else phone.number
            for other in others:
                self._arrive(other, _Arrival(chat, phone.number, flight.wire_id, as_others_see(said)))
            for sibling in self._slots.of(phone):
                if sibling is not slot:
                    self._echo(sibling, flight.to, flight.wire_id, said)
        self._tell(flight, ReceiptKind.DELIVERED)
        self._go_on(flight)

    def _readers(self, flight: _Flight) -> list[SimulatedPhone]:
        """The phones of ours that the message is for."""
        if is_group(flight.to):
            return [phone for phone in self._groups.members(flight.to) if phone is not flight.phone]
        other = self._phones.get(flight.to)
        return [other] if other is not None else []

    def _read(self, flight: _Flight) -> None:
        flight.read = None
        self._tell(flight, ReceiptKind.READ)
        self._go_on(flight)

    def _reply(self, flight: _Flight) -> None:
        flight.reply = None
        if flight.phone is not None:
            self._arrive(flight.phone, _Arrival(flight.to, flight.to, self._next_wire_id(), words(flight.text)))
        self._go_on(flight)

    def _tell(self, flight: _Flight, kind: ReceiptKind) -> None:
        # A slot that was linked to another phone since must not hear of messages it never sent.
        if flight.slot.phone is flight.phone:
            self._receipt(flight.slot, flight.to, (flight.wire_id,), kind)

    def _receipt(self, slot: Slot, chat: str, wire_ids: tuple[str, ...], kind: ReceiptKind) -> None:
        if slot.phone is not None:
            event_id = self._deliveries.next_event_id()
            self._deliveries.deliver(slot, ReceiptArrived(event_id, chat, wire_ids, kind, self._clock.now()))

    def _arrive(self, phone: SimulatedPhone, arrival: _Arrival) -> None:
        self._wrote.add((phone.number, arrival.chat))
        other = self._phones.get(arrival.sender)
        name = other.name if other is not None else self._people.name_of(arrival.sender)
        for slot in self._slots.of(phone):
            event = MessageArrived(
                event_id=self._deliveries.next_event_id(),
                chat=arrival.chat,
                sender=arrival.sender,
                wire_id=arrival.wire_id,
                at=self._clock.now(),
                from_me=False,
                said=arrival.said,
                sender_name=name,
                aliases=arrival.aliases,
                offline=not slot.is_online,
            )
            self._deliveries.deliver(slot, event)

    def _echo(self, slot: Slot, chat: str, wire_id: str, said: Said) -> None:
        if slot.phone is None:
            return
        own = slot.phone
        event = MessageArrived(
            event_id=self._deliveries.next_event_id(),
            chat=chat,
            sender=own.number,
            wire_id=wire_id,
            at=self._clock.now(),
            from_me=True,
            said=said,
            sender_name=own.name,
            offline=not slot.is_online,
        )
        self._deliveries.deliver(slot, event)

    def _next_wire_id(self) -> str:
        self._count += 1
        return f"3A{self._origin & 0xFFFFFFFFFF:010X}{self._count:08X}"
