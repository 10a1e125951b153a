"""A slot: one device as the network knows it, with the events that wait for it."""

from collections import deque
from collections.abc import Callable
from datetime import datetime

from hebah.adapters.transports.simulated.ends import LinkEnd
from hebah.adapters.transports.simulated.faults import SendFault
from hebah.adapters.transports.simulated.phones import SimulatedPhone
from hebah.gateway.incoming import ChatTold, HistoryOffered, MessageArrived, ReceiptArrived
from hebah.gateway.transport import DeviceRef

DurableEvent = MessageArrived | ReceiptArrived | HistoryOffered | ChatTold


class Slot:
    """One device: the phone it is linked to, the end that holds it open, and its mailbox."""

    __slots__ = (
        "_queue",
        "_unacknowledged",
        "dark_until",
        "duplicate_next",
        "end",
        "epoch",
        "faults",
        "is_online",
        "phone",
        "ref",
        "was_logged_out",
    )

    def __init__(self, ref: DeviceRef) -> None:
        self.ref = ref
        self.phone: SimulatedPhone | None = None
        self.end: LinkEnd | None = None
        self.epoch = -1
        self.is_online = False
        self.was_logged_out = False
        self.duplicate_next = False
        self.dark_until: datetime | None = None
        # Made when first needed: most of ten thousand slots never have faults, and their mailbox is empty.
        self.faults: deque[SendFault] | None = None
        self._queue: deque[DurableEvent] | None = None
        self._unacknowledged: dict[str, tuple[DurableEvent, int]] | None = None

    @property
    def is_open(self) -> bool:
        """Whether a link holds this slot."""
        return self.end is not None

    @property
    def queued(self) -> int:
        """Durable events not yet handed to a link."""
        return len(self._queue) if self._queue else 0

    @property
    def unacknowledged(self) -> int:
        """Durable events handed to the open link and not yet acknowledged."""
        return len(self._unacknowledged) if self._unacknowledged else 0

    def put(self, event: DurableEvent) -> None:
        """Queue an event behind the others."""
        if self._queue is None:
            self._queue = deque()
        self._queue.append(event)

    def drop_oldest(self) -> None:
        """Lose the event that waits longest."""
        if self._queue:
            self._queue.popleft()

    def hand_over(self, now: int, window: int) -> DurableEvent | None:
        """The next event for the open link, now unacknowledged; None when there is none or the reader is behind."""
        if not self._queue:
            return None
        if self._unacknowledged is None:
            self._unacknowledged = {}
        if len(self._unacknowledged) >= window:
            return None
        event = self._queue.popleft()
        self._unacknowledged[event.event_id] = (event, now)
        return event

    def acknowledge(self, event_id: str) -> bool:
        """Forget an event that is stored; False when it was not waiting for that."""
        return self._unacknowledged is not None and self._unacknowledged.pop(event_id, None) is not None

    def overdue(self, now: int, patience: int) -> list[DurableEvent]:
        """Unacknowledged events handed over longer ago than `patience`, which now count as handed over again."""
        if not self._unacknowledged:
            return []
        late = [event for event, since in self._unacknowledged.values() if now - since >= patience]
        for event in late:
            self._unacknowledged[event.event_id] = (event, now)
        return late

    def take_back(self) -> None:
        """The link is gone: what it did not acknowledge is queued again, in its old order."""
        if self._unacknowledged:
            self._queue = self._queue or deque()
            self._queue.extendleft(event for event, _ in reversed(self._unacknowledged.values()))
            self._unacknowledged = None

    def empty(self) -> None:
        """Forget every event."""
        self._queue = self._unacknowledged = None

    def take_fault(self) -> SendFault | None:
        """The next commanded fault of a send."""
        return self.faults.popleft() if self.faults else None


class Slots:
    """Every slot the network knows, and the phones they are linked to."""

    def __init__(self) -> None:
        self._slots: dict[DeviceRef, Slot] = {}

    def get(self, ref: DeviceRef) -> Slot | None:
        """The slot of a device, if the network ever heard of it."""
        return self._slots.get(ref)

    def get_or_make(self, ref: DeviceRef) -> Slot:
        """The slot of a device, made when it is new."""
        slot = self._slots.get(ref)
        if slot is None:
            slot = self._slots[ref] = Slot(ref)
        return slot

    def remove(self, ref: DeviceRef) -> None:
        """Forget a slot altogether."""
        self._slots.pop(ref, None)

    def all(self) -> list[Slot]:
        """Every slot."""
        return list(self._slots.values())

    def of(self, phone: SimulatedPhone) -> list[Slot]:
        """The slots linked to a phone, oldest link first."""
        return [slot for ref in phone.links if (slot := self._slots.get(ref)) is not None]

    def count(self, matches: Callable[[Slot], int | bool]) -> int:
        """The sum of a figure over all slots."""
        return sum(matches(slot) for slot in self._slots.values())
