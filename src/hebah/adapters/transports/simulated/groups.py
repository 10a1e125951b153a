"""Groups of the simulated network, and the pictures of everybody: what they are, who hears of a change."""

import itertools
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from hebah.adapters.transports.simulated.delivery import Deliveries
from hebah.adapters.transports.simulated.people import People
from hebah.adapters.transports.simulated.phones import Phones, SimulatedPhone
from hebah.adapters.transports.simulated.slots import Slot, Slots
from hebah.foundation.clock import Clock
from hebah.gateway.incoming import ChatNews, ChatTold, MessageArrived, PictureChanged
from hebah.gateway.outgoing import ChatKept, CommandOutcome, Failed, GroupFound, PictureFound
from hebah.messaging.groups import Member, Role
from hebah.messaging.said import MessageKind, Notice, NoticeCode, Said

_FIRST = 120363100000000001
_ROLES = {NoticeCode.PROMOTED: Role.ADMIN, NoticeCode.DEMOTED: Role.MEMBER}
_ARRIVALS = frozenset({NoticeCode.ADDED, NoticeCode.JOINED})
_DEPARTURES = frozenset({NoticeCode.LEFT, NoticeCode.REMOVED})


@dataclass(slots=True)
class SimulatedGroup:
    """A group by its address, with what each of its members may do."""

    address: str
    subject: str
    members: dict[str, Role]
    admins_write: bool = False

    def change(self, notice: Notice) -> None:
        """Be what a notice says of it."""
        if notice.code is NoticeCode.RENAMED:
            self.subject = notice.words
        elif notice.code in {NoticeCode.ADMINS_WRITE, NoticeCode.ALL_WRITE}:
            self.admins_write = notice.code is NoticeCode.ADMINS_WRITE
        for person in notice.people:
            if notice.code in _ARRIVALS:
                self.members.setdefault(person, Role.MEMBER)
            elif notice.code in _DEPARTURES:
                self.members.pop(person, None)
            elif notice.code in _ROLES and person in self.members:
                self.members[person] = _ROLES[notice.code]


class Groups:
    """Every group, and every picture, for as long as the network runs."""

    def __init__(self, clock: Clock, *, people: People, phones: Phones, slots: Slots, deliveries: Deliveries) -> None:
        self._clock = clock
        self._people = people
        self._phones = phones
        self._slots = slots
        self._deliveries = deliveries
        self._groups: dict[str, SimulatedGroup] = {}
        self._numbers = itertools.count(_FIRST)
        self._pictures: dict[str, bytes] = {}
        # What phones keep of chats since a device told them, by phone and chat.
        self._kept: dict[tuple[str, str], dict[type[ChatKept], ChatKept]] = {}

    def make(self, subject: str, *members: str) -> SimulatedGroup:
        """A new group, its owner first; all its members are told."""
        first, *others = members
        ranks = {first: Role.OWNER, **dict.fromkeys(others, Role.MEMBER)}
        group = SimulatedGroup(f"group:{next(self._numbers)}", subject, ranks)
        self._groups[group.address] = group
        self._tell(group, group.members, Notice(NoticeCode.CREATED, first, words=subject))
        return group

    def change(self, address: str, notice: Notice) -> None:
        """Something happens to a group: everybody who was or is in it is told."""
        group = self._groups[address]
        before = dict(group.members)
        group.change(notice)
        self._tell(group, {**before, **group.members}, notice)

    def members(self, address: str) -> Iterable[SimulatedPhone]:
        """The phones of ours in a group."""
        group = self._groups.get(address)
        found = (self._phones.get(number) for number in (group.members if group is not None else ()))
        return [phone for phone in found if phone is not None]

    def look_up(self, phone: SimulatedPhone, address: str) -> CommandOutcome:
        """What a device of this phone may know of a group."""
        group = self._groups.get(address)
        if group is None:
            return Failed("no_answer")  # of the time before a restart
        if phone.number not in group.members:
            return Failed("refused")
        members = (Member(number, self._name_of(number), role) for number, role in group.members.items())
        return GroupFound(group.subject, tuple(members), group.admins_write)

    def show(self, address: str, jpeg: bytes) -> None:
        """Give a person or a group another picture, or none; every phone of ours is told."""
        self._pictures[address] = jpeg
        for phone in self._phones.all():
            self.tell(phone, address, PictureChanged())

    def picture(self, address: str) -> PictureFound:
        """What there is to see of somebody, or of a group."""
        return PictureFound(self._pictures.get(address, b""))

    def tell(self, phone: SimulatedPhone, chat: str, news: ChatNews) -> None:
        """Tell the devices of a phone what it keeps of a chat."""
        for slot in self._slots.of(phone):
            self._deliveries.deliver(slot, ChatTold(self._deliveries.next_event_id(), chat, news))

    def keep(self, phone: SimulatedPhone, chat: str, kept: ChatKept) -> None:
        """A device keeps a chat so, therefore the phone does, and all its devices hear of it."""
        self._kept.setdefault((phone.number, chat), {})[type(kept)] = kept
        self.tell(phone, chat, kept)

    def kept(self, phone: str, chat: str) -> Collection[ChatKept]:
        """What a phone keeps of a chat because a device has told it to."""
        return self._kept.get((phone, chat), {}).values()

    def _tell(self, group: SimulatedGroup, whom: Iterable[str], notice: Notice) -> None:
        event_id = self._deliveries.next_event_id()
        for number in whom:
            phone = self._phones.get(number)
            for slot in self._slots.of(phone) if phone is not None else ():
                self._deliveries.deliver(slot, self._line(slot, group, notice, f"SYS-{event_id}"))

    def _line(self, slot: Slot, group: SimulatedGroup, notice: Notice, wire_id: str) -> MessageArrived:
        return MessageArrived(
            event_id=self._deliveries.next_event_id(),
            chat=group.address,
            sender=notice.by or group.address,
            wire_id=wire_id,
            at=self._clock.now(),
            from_me=False,
            said=Said(MessageKind.SYSTEM, notice=notice),
            offline=not slot.is_online,
        )

    def _name_of(self, number: str) -> str:
        phone = self._phones.get(number)
        return phone.name if phone is not None else self._people.name_of(number)
