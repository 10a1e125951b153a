"""Where business time comes from: one Clock is made in `app.wiring` and handed to whoever needs to know the hour.

Production uses `DatabaseClock`, so that all processes agree; tests use `ManualClock`. Lease time is not here: it is
always the database's own `clock_timestamp()`.
"""

import asyncio
import heapq
import itertools
import time
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime, timedelta
from typing import Protocol

_LONGEST_NAP = timedelta(seconds=30)


class Clock(Protocol):
    """Business time; instants are aware and UTC."""

    def now(self) -> datetime:
        """The present instant."""
        ...

    async def sleep_until(self, instant: datetime) -> None:
        """Return once `now()` has reached the instant; at once when it has passed already."""
        ...

    def busy(self) -> AbstractContextManager[None]:
        """Hold business time still while this work is done; only the stepped clock of a rehearsal heeds it.

        Enter it before the first await after a sleep. Waiting for the network's answer to a send is not busy.
        """
        ...


class _AsksTime(Protocol):
    async def fetchval(self, query: str, *arguments: object) -> object: ...


class SystemClock:
    """The machine's clock, for a process that has no database yet."""

    def now(self) -> datetime:
        """The machine's present instant."""
        return datetime.fromtimestamp(time.time_ns() / 1e9, UTC)

    async def sleep_until(self, instant: datetime) -> None:
        """Sleep in naps, so that a corrected machine clock is noticed."""
        await _nap_until(self, instant)

    def busy(self) -> AbstractContextManager[None]:
        """Real time waits for nobody."""
        return nullcontext()


class DatabaseClock:
    """The database's clock, carried forward by the monotonic clock between samples."""

    def __init__(self) -> None:
        self._instant = SystemClock().now()
        self._measured = time.monotonic()

    async def sample(self, connection: _AsksTime) -> timedelta:
        """Ask the database for the time and follow it from now on; returns by how much this clock was off."""
        asked = time.monotonic()
        instant = await connection.fetchval("SELECT clock_timestamp()")
        answered = time.monotonic()
        if not isinstance(instant, datetime):
            raise TypeError("the database did not answer with an instant")
        middle = (asked + answered) / 2
        believed = self._at(middle)
        self._instant, self._measured = instant.astimezone(UTC), middle
        return instant - believed

    def now(self) -> datetime:
        """The database's present instant, as of the last sample."""
        return self._at(time.monotonic())

    async def sleep_until(self, instant: datetime) -> None:
        """Sleep in naps, so that a later sample is noticed."""
        await _nap_until(self, instant)

    def busy(self) -> AbstractContextManager[None]:
        """Real time waits for nobody."""
        return nullcontext()

    def _at(self, monotonic: float) -> datetime:
        return self._instant + timedelta(seconds=monotonic - self._measured)


class ManualClock:
    """A clock that moves only when told: for tests and for networks that own time."""

    def __init__(self, start: datetime) -> None:
        if start.tzinfo is None:
            raise ValueError("a clock needs an aware instant")
        self._now = start.astimezone(UTC)
        self._order = itertools.count()
        self._sleepers: list[tuple[datetime, int, asyncio.Future[None]]] = []
        self._changed = asyncio.Event()

    def now(self) -> datetime:
        """The instant it was moved to last."""
        return self._now

    async def sleep_until(self, instant: datetime) -> None:
        """Wait until `advance` or `move_to` has reached the instant."""
        if instant <= self._now:
            await asyncio.sleep(0)
            return
        woken = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (instant, next(self._order), woken))
        self._changed.set()
        await woken

    def busy(self) -> AbstractContextManager[None]:
        """Whoever moves this clock decides when."""
        return nullcontext()

    async def advance(self, by: timedelta) -> None:
        """Move forward, stopping at every due instant on the way so that sleepers wake in order, each at its time."""
        await self.move_to(self._now + by)

    async def move_to(self, instant: datetime) -> None:
        """Move to the instant, waking who is due on the way; time never goes back."""
        if instant < self._now:
            raise ValueError("a clock does not go back")
        while (due := self.next_due()) is not None and due <= instant:
            self._now = due
            _, _, woken = heapq.heappop(self._sleepers)
            woken.set_result(None)
            await _let_others_run()
        self._now = instant
        await _let_others_run()

    def next_due(self) -> datetime | None:
        """When the next sleeper wants to wake."""
        self._forget_cancelled()
        return self._sleepers[0][0] if self._sleepers else None

    async def until_sleeping(self, count: int = 1) -> None:
        """Return once at least this many tasks sleep on this clock; put a deadline around it."""
        while self._forget_cancelled() < count:
            self._changed.clear()
            await self._changed.wait()

    def _forget_cancelled(self) -> int:
        self._sleepers = [sleeper for sleeper in self._sleepers if not sleeper[2].done()]
        heapq.heapify(self._sleepers)
        return len(self._sleepers)


async def _let_others_run() -> None:
    # A woken task often passes through a few awaits before it sleeps again.
    for _ in range(10):
        await asyncio.sleep(0)


async def _nap_until(clock: Clock, instant: datetime) -> None:
    while (left := instant - clock.now()) > timedelta(0):  # noqa: ASYNC110 - no event tells that a clock was corrected
        await asyncio.sleep(min(left, _LONGEST_NAP).total_seconds())
