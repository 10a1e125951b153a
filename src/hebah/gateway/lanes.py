"""The lanes of a gateway: for each device it holds, when to look for its next message, in a heap instead of a table."""

import heapq
import itertools
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from hebah.devices.model import Holding
from hebah.gateway.transport import Link
from hebah.outbox.conversation import topic_of
from hebah.outbox.model import DeviceEpoch, Dispatch, SendHistory

_DEEPEST = 64
_DEEPER = 4
_FIRST_SILENCE = timedelta(seconds=2)
_LONGEST_SILENCE = timedelta(seconds=60)


class Lease(Protocol):
    """The right to act for a device, as `gateway.leases` hands it out."""

    @property
    def holding(self) -> Holding:
        """Device, epoch and owner: what every write names."""
        ...

    def is_valid(self) -> bool:
        """Whether to act at all, by the monotonic clock."""
        ...


class Lane:
    """One device, one message at a time."""

    __slots__ = (
        "depth", "device", "draw", "due", "has_known_work", "is_urgent", "last_sent_at", "lease", "link", "next_draw",
        "on_wire", "owner", "sent", "topic", "unwritten", "wait_until",
    )  # fmt: skip

    def __init__(self, lease: Lease, link: Link, draw: float) -> None:
        holding = lease.holding
        self.lease = lease
        self.link = link
        self.owner = holding.owner
        self.device = DeviceEpoch(holding.workspace_id, holding.device_id, holding.epoch)
        self.topic = topic_of(holding.device_id)
        self.draw = draw
        self.next_draw = draw
        self.last_sent_at: datetime | None = None
        self.sent: SendHistory | None = None
        """None until it is known what the device has sent of late."""
        self.depth = 1
        self.due: datetime | None = None
        self.has_known_work = True
        self.on_wire = False
        self.is_urgent = False
        """Whether somebody has said something by hand since the last claim."""
        self.wait_until: datetime | None = None
        self.unwritten = 0

    def sends(self, now: datetime, then: datetime) -> None:
        """A row is handed to the link; the next one may follow from `then` on."""
        self.on_wire = True
        self.draw, self.depth = self.next_draw, 1
        self.last_sent_at, self.wait_until = now, then

    def lands(self, now: datetime, unwritten: Dispatch | None) -> datetime:
        """The answer is there; returns when to look again. A link that writes nothing is tried less and less often."""
        self.on_wire = False
        if unwritten is None:
            self.unwritten = 0
            return now if self.is_urgent else max(now, self.wait_until or now)
        if self.sent is not None:
            self.sent.remove(unwritten.dispatched_at)
        self.unwritten += 1
        return now + min(_FIRST_SILENCE * (1 << min(self.unwritten - 1, 10)), _LONGEST_SILENCE)

    def look_deeper(self) -> None:
        """The rows in front may not go: look at more of those behind them next time."""
        self.depth = min(self.depth * _DEEPER, _DEEPEST)


class Lanes:
    """All lanes, and a heap of when each is due; an entry that is out of date is dropped when it comes up."""

    def __init__(self) -> None:
        self._by_device: dict[UUID, Lane] = {}
        self._by_topic: dict[UUID, Lane] = {}
        self._heap: list[tuple[datetime, int, Lane]] = []
        self._order = itertools.count()

    def __len__(self) -> int:
        return len(self._by_device)

    def __iter__(self) -> Iterator[Lane]:
        return iter(self._by_device.values())

    def __contains__(self, lane: Lane) -> bool:
        return self._by_device.get(lane.device.device_id) is lane

    def get(self, device_id: UUID) -> Lane | None:
        """The lane of a device."""
        return self._by_device.get(device_id)

    def listening(self, topic: UUID) -> Lane | None:
        """The lane of the device on which something was said by hand."""
        return self._by_topic.get(topic)

    def add(self, lane: Lane) -> None:
        """Begin with a lane; one of the same device that is still here ends."""
        self.remove(lane.device.device_id)
        self._by_device[lane.device.device_id] = lane
        self._by_topic[lane.topic] = lane

    def remove(self, device_id: UUID) -> None:
        """End a lane."""
        lane = self._by_device.pop(device_id, None)
        if lane is not None:
            lane.due = None
            self._by_topic.pop(lane.topic, None)

    def schedule(self, lane: Lane, due: datetime) -> None:
        """Look at the lane then; replaces what was planned."""
        if lane in self:
            lane.due = due
            heapq.heappush(self._heap, (due, next(self._order), lane))

    def next_due(self) -> datetime | None:
        """When the next lane is due."""
        while self._heap and self._heap[0][2].due != self._heap[0][0]:
            heapq.heappop(self._heap)
        return self._heap[0][0] if self._heap else None

    def take_due(self, now: datetime, most: int) -> list[Lane]:
        """Lanes whose turn has come, the longest waiting first; they are planned no more."""
        taken: list[Lane] = []
        while len(taken) < most and (due := self.next_due()) is not None and due <= now:
            lane = heapq.heappop(self._heap)[2]
            lane.due = None
            taken.append(lane)
        return taken

    def without_known_work(self) -> list[Lane]:
        """Lanes that had nothing due when last looked at."""
        return [lane for lane in self if not lane.has_known_work and not lane.on_wire]


def by_owner(lanes: Iterable[Lane]) -> dict[UUID, list[Lane]]:
    """Lanes by the tenure that holds them: one, except while an old one is being replaced."""
    grouped: dict[UUID, list[Lane]] = {}
    for lane in lanes:
        grouped.setdefault(lane.owner, []).append(lane)
    return grouped
