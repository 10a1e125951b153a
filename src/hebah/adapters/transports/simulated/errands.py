"""What devices ask of the simulated network besides messages: reading, typing, who is on it, and the past."""

from collections.abc import Iterable, Sequence
from typing import assert_never

from hebah.adapters.transports.simulated.delivery import Deliveries
from hebah.adapters.transports.simulated.ends import Wish
from hebah.adapters.transports.simulated.files import Files
from hebah.adapters.transports.simulated.groups import Groups
from hebah.adapters.transports.simulated.packing import packet
from hebah.adapters.transports.simulated.past import Past
from hebah.adapters.transports.simulated.people import People
from hebah.adapters.transports.simulated.phones import Phones, SimulatedPhone, lid_of
from hebah.adapters.transports.simulated.slots import Slot, Slots
from hebah.foundation.clock import Clock
from hebah.gateway.incoming import HistoryChat, HistoryOffered, MessageArrived, ReceiptArrived, ReceiptKind, TypingSeen
from hebah.gateway.outgoing import (
    CheckNumbers,
    CommandOutcome,
    Done,
    FetchPicture,
    KeepChat,
    LookUpGroup,
    MarkRead,
    NumberFound,
    NumbersChecked,
    Probe,
    RequestHistory,
    Typing,
    TypingState,
)


class Errands:
    """Carries out commands, for devices and for the owners of phones."""

    def __init__(  # noqa: PLR0913 - the parts of the network it works on
        self,
        clock: Clock,
        *,
        people: People,
        phones: Phones,
        slots: Slots,
        deliveries: Deliveries,
        files: Files,
        past: Past,
        groups: Groups,
    ) -> None:
        self._clock = clock
        self._groups = groups
        self._people = people
        self._phones = phones
        self._slots = slots
        self._deliveries = deliveries
        self._files = files
        self._past = past

    def carry_out(  # noqa: C901, PLR0912 - a case a command
        self, slot: Slot, phone: SimulatedPhone, wish: Wish
    ) -> CommandOutcome:
        """What a device asks for."""
        match wish:
            case MarkRead():
                self._read(phone, wish, (other for other in self._slots.of(phone) if other is not slot))
            case Typing(chat, state):
                self.type_to(phone.number, chat, state)
            case CheckNumbers(phones):
                return NumbersChecked(tuple(map(self._look_up, phones)))
            case RequestHistory():
                self.offer(slot, "on_demand", wish.chat, self._past.before(phone.number, wish))
            case LookUpGroup(chat):
                return self._groups.look_up(phone, chat)
            case FetchPicture(address):
                return self._groups.picture(address)
            case KeepChat(chat, kept):
                self._groups.keep(phone, chat, kept)
            case Probe():
                pass
            case _:
                assert_never(wish)
        return Done()

    def offer(self, slot: Slot, kind: str, chat: str, messages: Sequence[MessageArrived]) -> None:
        """The phone packs older messages of a chat for one of its devices."""
        event_id = self._deliveries.next_event_id()
        ref = self._files.put(packet(event_id, HistoryChat(chat, self._people.name_of(chat)), messages))
        self._deliveries.deliver(slot, HistoryOffered(event_id, ref, kind, 0, 100))

    def read_on(self, phone: SimulatedPhone, chat: str, wire_ids: tuple[str, ...]) -> None:
        """The owner reads on the phone itself: all its devices learn that."""
        self._read(phone, MarkRead(chat, wire_ids), self._slots.of(phone))

    def type_to(self, sender: str, to: str, state: TypingState) -> None:
        """Somebody writes in a chat; who is not online just then never learns it."""
        other = self._phones.get(to)
        for slot in self._slots.of(other) if other is not None else ():
            if slot.end is not None and slot.is_online:
                slot.end.happened(TypingSeen(self._deliveries.next_event_id(), sender, sender, state))

    def _read(self, phone: SimulatedPhone, read: MarkRead, own: Iterable[Slot]) -> None:
        kind = ReceiptKind.PLAYED if read.played else ReceiptKind.READ
        for slot in own:
            self._tell(slot, read.chat, read.wire_ids, kind, by_me=True)
        other = self._phones.get(read.chat)
        for slot in self._slots.of(other) if other is not None else ():
            self._tell(slot, phone.number, read.wire_ids, kind, by_me=False)

    def _tell(self, slot: Slot, chat: str, wire_ids: tuple[str, ...], kind: ReceiptKind, *, by_me: bool) -> None:
        event_id = self._deliveries.next_event_id()
        self._deliveries.deliver(slot, ReceiptArrived(event_id, chat, wire_ids, kind, self._clock.now(), by_me))

    def _look_up(self, phone: str) -> NumberFound:
        is_there = self._phones.get(phone) is not None or not self._people.is_absent(phone)
        return NumberFound(phone, is_there, lid_of(phone) if is_there else None)
