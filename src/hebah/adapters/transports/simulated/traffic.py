"""What happens to messages once they reach the network: the ledger line, the answer, the receipts, the reply."""

import hashlib
from datetime import datetime, timedelta
from random import Random

from hebah.adapters.transports.simulated.delivery import Deliveries
from hebah.adapters.transports.simulated.ends import Answer, LinkEnd
from hebah.adapters.transports.simulated.faults import Faults, SendFault, SendTrouble
from hebah.adapters.transports.simulated.instants import from_micros, span_micros, to_micros
from hebah.adapters.transports.simulated.ledger import Ledger, LedgerLine
from hebah.adapters.transports.simulated.people import Course, People
from hebah.adapters.transports.simulated.phones import Phones, SimulatedPhone, Standing
from hebah.adapters.transports.simulated.slots import Slot, Slots
from hebah.adapters.transports.simulated.timers import Timers
from hebah.foundation.clock import Clock
from hebah.gateway.transport import (
    Accepted,
    MessageArrived,
    NotWritten,
    Outgoing,
    ReceiptArrived,
    ReceiptKind,
    Refused,
)

MAX_IMAGE_BYTES = 350 * 1024
_REFUSED_STANDINGS = {Standing.RESTRICTED: "restricted", Standing.BANNED: "banned", Standing.OUTDATED: "rejected"}
# An answer that comes after the transport stopped waiting (20 s) is told as a receipt instead.
_PROMPT = span_micros(timedelta(seconds=18))


class _Flight:
    """One message on its way, and the instants (microseconds) of what is still to come."""

    __slots__ = ("ack", "body", "delivered", "end", "kind", "phone", "read", "reply", "slot", "text", "to", "wire_id")

    def __init__(self, slot: Slot, end: LinkEnd, message: Outgoing) -> None:
        self.slot = slot
        self.phone = slot.phone
        self.end = end
        self.wire_id = message.wire_id
        self.to = message.to
        self.kind = "text" if message.picture is None else "image"
        self.body = ""
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
        random: Random,
    ) -> None:
        self.faults = Faults()
        self.in_flight = 0
        self._clock = clock
        self._timers = timers
        self._people = people
        self._phones = phones
        self._slots = slots
        self._ledger = ledger
        self._deliveries = deliveries
        self._random = random
        # The last message under way per chat, so that nothing in a chat overtakes; gone when it is over.
        self._last: dict[tuple[Slot, str], _Flight] = {}
        self._origin = to_micros(clock.now())
        self._count = 0

    def send(self, slot: Slot, end: LinkEnd, message: Outgoing) -> tuple[NotWritten | None, bool]:
        """Take a message from a link; returns what was not written, and whether the link breaks now."""
        fault = slot.take_fault() or self.faults.draw(self._random)
        if fault is not None and fault.trouble is SendTrouble.SWALLOW:
            return NotWritten("swallowed"), False
        now = to_micros(self._clock.now())
        digest = hashlib.sha256(message.body.encode())
        course = self._people.course_of(message.to, digest.digest())
        code = self._refusal(slot, message, fault)
        self.in_flight += 1
        if code is not None:
            self._timers.at(now + course.ack, self._answer, (end, message.wire_id, slot, Refused(code)))
            return None, False
        flight = _Flight(slot, end, message)
        flight.plan(now, course)
        self._note(flight, from_micros(now), digest.hexdigest())
        self._expect(flight, message, fault)
        return None, fault is not None and fault.trouble is SendTrouble.CUT

    def say(self, sender: str, to: SimulatedPhone, body: str, kind: str = "text") -> str:
        """A person writes to a phone: it arrives at the devices of that phone, now."""
        wire_id = self._next_wire_id()
        self._arrive(to, sender, wire_id, kind=kind, body=body)
        return wire_id

    def type_on(self, phone: SimulatedPhone, to: str, body: str) -> str:
        """The owner types on the phone itself: the devices of the phone see it as their own."""
        wire_id = self._next_wire_id()
        for slot in self._slots.of(phone):
            self._echo(slot, to, wire_id, kind="text", body=body)
        if (other := self._phones.get(to)) is not None:
            self._arrive(other, phone.number, wire_id, kind="text", body=body)
        return wire_id

    def mark_read(self, slot: Slot, chat: str, wire_ids: tuple[str, ...]) -> None:
        """A device has read messages of a chat: the other side learns it when it is one of our phones."""
        other = self._phones.get(chat)
        if other is None or slot.phone is None:
            return
        for linked in self._slots.of(other):
            self._receipt(linked, slot.phone.number, wire_ids, ReceiptKind.READ)

    def _refusal(self, slot: Slot, message: Outgoing, fault: SendFault | None) -> str | None:
        if fault is not None and fault.trouble is SendTrouble.REFUSE:
            return fault.code
        if slot.phone is not None and slot.phone.standing is not Standing.GOOD:
            return _REFUSED_STANDINGS[slot.phone.standing]
        if message.picture is not None and len(message.picture.data) > MAX_IMAGE_BYTES:
            return "too_large"
        if self._phones.get(message.to) is None and self._people.is_absent(message.to):
            return "not_on_whatsapp"
        return None

    def _note(self, flight: _Flight, at: datetime, sha256: str) -> None:
        slot = flight.slot
        sender = slot.phone.number if slot.phone is not None else ""
        self._ledger.append(LedgerLine(at, slot.ref.device_id, sender, flight.to, flight.wire_id, flight.kind, sha256))

    def _expect(self, flight: _Flight, message: Outgoing, fault: SendFault | None) -> None:
        """Put the answer and what follows on the timers."""
        if self._phones.get(flight.to) is not None:
            self._address(flight, message)
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
            flight.body = message.body
            self._timers.at(to_micros(self._clock.now()) + span_micros(fault.after), self._echo_late, flight)

    def _address(self, flight: _Flight, message: Outgoing) -> None:
        # A phone of ours gets the message for real; its owner reads with a device, or never.
        flight.body = message.body
        flight.delivered = flight.delivered or flight.ack
        flight.read = flight.reply = None

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
        self._echo(flight.slot, flight.to, flight.wire_id, kind=flight.kind, body=flight.body)

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
        if (other := self._phones.get(flight.to)) is not None and phone is not None:
            self._arrive(other, phone.number, flight.wire_id, kind=flight.kind, body=flight.body)
            for sibling in self._slots.of(phone):
                if sibling is not slot:
                    self._echo(sibling, flight.to, flight.wire_id, kind=flight.kind, body=flight.body)
        self._tell(flight, ReceiptKind.DELIVERED)
        self._go_on(flight)

    def _read(self, flight: _Flight) -> None:
        flight.read = None
        self._tell(flight, ReceiptKind.READ)
        self._go_on(flight)

    def _reply(self, flight: _Flight) -> None:
        flight.reply = None
        if flight.phone is not None:
            self._arrive(flight.phone, flight.to, self._next_wire_id(), kind="text", body=flight.text)
        self._go_on(flight)

    def _tell(self, flight: _Flight, kind: ReceiptKind) -> None:
        # A slot that was linked to another phone since must not hear of messages it never sent.
        if flight.slot.phone is flight.phone:
            self._receipt(flight.slot, flight.to, (flight.wire_id,), kind)

    def _receipt(self, slot: Slot, chat: str, wire_ids: tuple[str, ...], kind: ReceiptKind) -> None:
        if slot.phone is not None:
            event_id = self._deliveries.next_event_id()
            self._deliveries.deliver(slot, ReceiptArrived(event_id, chat, wire_ids, kind, self._clock.now()))

    def _arrive(self, phone: SimulatedPhone, sender: str, wire_id: str, *, kind: str, body: str) -> None:
        other = self._phones.get(sender)
        name = other.name if other is not None else self._people.name_of(sender)
        for slot in self._slots.of(phone):
            event_id = self._deliveries.next_event_id()
            now = self._clock.now()
            event = MessageArrived(event_id, sender, sender, wire_id, now, False, kind, body, name)  # noqa: FBT003
            self._deliveries.deliver(slot, event)

    def _echo(self, slot: Slot, chat: str, wire_id: str, *, kind: str, body: str) -> None:
        if slot.phone is None:
            return
        event_id, own = self._deliveries.next_event_id(), slot.phone
        event = MessageArrived(event_id, chat, own.number, wire_id, self._clock.now(), True, kind, body, own.name)  # noqa: FBT003
        self._deliveries.deliver(slot, event)

    def _next_wire_id(self) -> str:
        self._count += 1
        return f"3A{self._origin & 0xFFFFFFFFFF:010X}{self._count:08X}"
