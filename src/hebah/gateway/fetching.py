"""Fetches what waits for a device: a few at a time over all links, started by wake-ups and looked for now and then."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, Protocol, TypeVar
from uuid import UUID

import structlog

from hebah.foundation.clock import Clock
from hebah.foundation.postgres import Connection, Database, Topic
from hebah.gateway.leases import Lease
from hebah.gateway.timers import Timers
from hebah.gateway.transport import Link

_log = structlog.get_logger(__name__)

Item = TypeVar("Item")
Device = tuple[UUID, UUID]

_LOOKS_APART_S = 0.25
_LOOK_EVERY = timedelta(seconds=15)
_AFTER_TROUBLE = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class Reach:
    """A device that this gateway holds and that is online."""

    lease: Lease
    link: Link


class Reaches(Protocol):
    """Where the links are."""

    def within_reach(self) -> Iterable[Reach]:
        """Every device that is online here."""
        ...

    def reach(self, device_id: UUID) -> Reach | None:
        """This device, if it is."""
        ...


class Fetch(Protocol[Item]):
    """One kind of thing to fetch."""

    @property
    def name(self) -> str:
        """For the log."""
        ...

    @property
    def most(self) -> int:
        """How many at a time in this gateway."""
        ...

    async def due(
        self, connection: Connection, devices: Sequence[Device], under_way: Sequence[Item], now: datetime, limit: int
    ) -> list[Item]:
        """What these devices should fetch now, besides what is under way."""
        ...

    async def next_due(self, connection: Connection, devices: Sequence[Device], now: datetime) -> datetime | None:
        """When something is due that is not yet."""
        ...

    def device_of(self, item: Item) -> UUID:
        """Whose it is."""
        ...

    async def fetch(self, reach: Reach, item: Item) -> None:
        """Fetch it and write what came of it; nothing is written once the lease is lost."""
        ...

    async def failed(self, item: Item, cause: str) -> None:
        """A fault of ours: put it off."""
        ...


class Fetching(Generic[Item]):
    """One per gateway and kind. Business time stands still while something is fetched."""

    def __init__(self, db: Database, clock: Clock, timers: Timers, reaches: Reaches, kind: Fetch[Item]) -> None:
        self._db = db
        self._clock = clock
        self._timers = timers
        self._reaches = reaches
        self._kind = kind
        self._under_way: dict[asyncio.Task[None], Item] = {}
        self._moved: set[UUID] = set()
        self._looks_at_all = True
        self._look_at = clock.now()
        self._roused = asyncio.Event()

    def wake(self, topic: Topic) -> None:
        """Something has changed, perhaps about a device of ours."""
        self._moved.add(topic.id)
        self._roused.set()

    async def run(self) -> None:
        """Fetch until cancelled; what is under way then is fetched again by whoever holds the device next."""
        async with asyncio.TaskGroup() as tasks:
            while True:
                self._roused.clear()
                await self._look_once(tasks)
                timer = self._timers.call_at(self._look_at, self._look_everywhere)
                await self._roused.wait()
                timer.cancel()
                await asyncio.sleep(_LOOKS_APART_S)

    async def _look_once(self, tasks: asyncio.TaskGroup) -> None:
        try:
            with self._clock.busy():
                await self._look(tasks)
        except Exception:  # noqa: BLE001 - the boundary of a loop: the next look sees what this one has missed
            _log.warning("fetch_look_failed", kind=self._kind.name, exc_info=True)
            self._looks_at_all = True
            self._look_at = self._clock.now() + _AFTER_TROUBLE

    async def _look(self, tasks: asyncio.TaskGroup) -> None:
        room = self._kind.most - len(self._under_way)
        if room <= 0:
            return  # the end of one of them is the next look
        looks_at_all, self._looks_at_all = self._looks_at_all, False
        near = {reach.lease.device_id: reach for reach in self._near(looks_at_all=looks_at_all)}
        devices = [(reach.lease.workspace_id, device_id) for device_id, reach in near.items()]
        now = self._clock.now()
        due: list[Item] = []
        async with self._db.connection() as connection:
            if devices:
                due = await self._kind.due(connection, devices, list(self._under_way.values()), now, room)
            if looks_at_all:
                await self._plan(connection, devices, now)
        self._looks_at_all |= len(due) == room
        for item in due:
            self._begin(tasks, near[self._kind.device_of(item)], item)

    def _near(self, *, looks_at_all: bool) -> Iterable[Reach]:
        moved, self._moved = self._moved, set()
        if looks_at_all:
            return self._reaches.within_reach()
        return [reach for device_id in moved if (reach := self._reaches.reach(device_id)) is not None]

    async def _plan(self, connection: Connection, devices: Sequence[Device], now: datetime) -> None:
        upcoming = await self._kind.next_due(connection, devices, now) if devices else None
        self._look_at = min(upcoming or now + _LOOK_EVERY, now + _LOOK_EVERY)

    def _begin(self, tasks: asyncio.TaskGroup, reach: Reach, item: Item) -> None:
        task = tasks.create_task(self._fetch(reach, item))
        self._under_way[task] = item
        task.add_done_callback(self._end)

    def _end(self, task: asyncio.Task[None]) -> None:
        self._moved.add(self._kind.device_of(self._under_way.pop(task)))
        # What was put off in the meantime is planned too.
        self._looks_at_all = self._looks_at_all or not self._under_way
        self._roused.set()

    async def _fetch(self, reach: Reach, item: Item) -> None:
        with self._clock.busy():
            try:
                await self._kind.fetch(reach, item)
            except Exception as error:  # noqa: BLE001 - the boundary of a device: what failed is put off
                _log.warning("fetch_failed", kind=self._kind.name, device_id=reach.lease.device_id, exc_info=True)
                if reach.lease.is_valid():
                    await self._put_off(item, type(error).__name__)

    async def _put_off(self, item: Item, cause: str) -> None:
        try:
            await self._kind.failed(item, cause)
        except Exception:  # noqa: BLE001 - it stays due and is found again
            _log.warning("fetch_not_put_off", kind=self._kind.name, exc_info=True)

    def _look_everywhere(self) -> None:
        self._looks_at_all = True
        self._roused.set()
