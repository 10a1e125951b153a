"""One heap and one sleeping task for all that is due later: ten thousand links must not mean ten thousand tasks."""

import asyncio
import heapq
import itertools
from collections.abc import Callable
from types import TracebackType
from typing import TypeVar

from hebah.adapters.transports.simulated.instants import from_micros, to_micros
from hebah.foundation.clock import Clock

T = TypeVar("T")


class Alarm:
    """Calls `ring` once the clock has reached the earliest instant asked for; owns the one task that sleeps.

    `ring` runs inside the loop, must not block, and usually ends by asking for the next instant.
    """

    def __init__(self, clock: Clock, ring: Callable[[], None]) -> None:
        self._clock = clock
        self._ring = ring
        self._due: int | None = None
        self._group: asyncio.TaskGroup | None = None
        self._sleeper: asyncio.Task[None] | None = None

    async def __aenter__(self) -> "Alarm":
        self._group = asyncio.TaskGroup()
        await self._group.__aenter__()
        if self._due is not None:
            self._sleeper = self._group.create_task(self._sleep(self._due))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        group, self._group = self._group, None
        self._drop_sleeper()
        if group is not None:
            await leave_group(group, kind, error, trace)

    @property
    def is_running(self) -> bool:
        """Whether somebody owns the sleeping task at present."""
        return self._group is not None

    def set(self, due: int) -> None:
        """Ring at `due` (microseconds), or earlier when an earlier instant is already set."""
        if self._due is not None and self._due <= due:
            return
        self._due = due
        if self._group is not None:
            self._drop_sleeper()
            self._sleeper = self._group.create_task(self._sleep(due))

    async def _sleep(self, due: int) -> None:
        await self._clock.sleep_until(from_micros(due))
        # From here on a new instant starts a new sleeper instead of cancelling the one that rings.
        self._due = self._sleeper = None
        self._ring()

    def _drop_sleeper(self) -> None:
        if self._sleeper is not None:
            self._sleeper.cancel()
            self._sleeper = None


async def leave_group(
    group: asyncio.TaskGroup,
    kind: type[BaseException] | None,
    error: BaseException | None,
    trace: TracebackType | None,
) -> None:
    """Wait for the tasks of a group; an error of the code inside passes on as it is, not wrapped with theirs."""
    if kind is None or issubclass(kind, asyncio.CancelledError):
        await group.__aexit__(kind, error, trace)
    else:
        await group.__aexit__(None, None, None)


class Timers:
    """Callbacks in order of their instant, then in order of asking; run by an `Alarm`."""

    def __init__(self, clock: Clock, before_run: Callable[[], None]) -> None:
        self._clock = clock
        self._before_run = before_run
        self._order = itertools.count()
        self._heap: list[tuple[int, int, Callable[..., None], object]] = []
        self.alarm = Alarm(clock, self._run_due)

    def at(self, due: int, call: Callable[[T], None], fact: T) -> None:
        """Call `call(fact)` once the clock has reached `due` (microseconds)."""
        heapq.heappush(self._heap, (due, next(self._order), call, fact))
        self.alarm.set(due)

    def next_due(self) -> int | None:
        """The earliest instant something waits for, in microseconds."""
        return self._heap[0][0] if self._heap else None

    def _run_due(self) -> None:
        self._before_run()
        heap, now = self._heap, to_micros(self._clock.now())
        while heap and heap[0][0] <= now:
            _, _, call, fact = heapq.heappop(heap)
            call(fact)
        if heap:
            self.alarm.set(heap[0][0])
