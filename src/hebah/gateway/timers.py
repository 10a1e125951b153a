"""One heap and one sleeping task for all a gateway does later: ten thousand links are not ten thousand timers."""

import asyncio
import heapq
import itertools
from collections.abc import Callable
from datetime import datetime

from hebah.foundation.clock import Clock


class Timer:
    """A call that will happen once, unless cancelled."""

    __slots__ = ("_call",)

    def __init__(self, call: Callable[[], None]) -> None:
        self._call: Callable[[], None] | None = call

    def cancel(self) -> None:
        """Make it not happen; safe at any time."""
        self._call = None

    def fire(self) -> None:
        """Make it happen now, once."""
        call, self._call = self._call, None
        if call is not None:
            call()


class Timers:
    """Calls in order of their business instant; they must not block."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._order = itertools.count()
        self._heap: list[tuple[datetime, int, Timer]] = []
        self._is_earlier = asyncio.Event()

    def call_at(self, instant: datetime, call: Callable[[], None]) -> Timer:
        """Call once the clock has reached the instant."""
        timer = Timer(call)
        heapq.heappush(self._heap, (instant, next(self._order), timer))
        if self._heap[0][2] is timer:
            self._is_earlier.set()
        return timer

    async def wait_until(self, instant: datetime) -> None:
        """Return once the clock has reached the instant."""
        if instant <= self._clock.now():
            return
        reached = asyncio.get_running_loop().create_future()
        timer = self.call_at(instant, lambda: None if reached.done() else reached.set_result(None))
        try:
            await reached
        finally:
            timer.cancel()

    async def run(self) -> None:
        """Keep time until cancelled."""
        async with asyncio.TaskGroup() as group:
            while True:
                self._is_earlier.clear()
                sleeper = group.create_task(self._sleep(self._heap[0][0])) if self._heap else None
                await self._is_earlier.wait()
                if sleeper is not None:
                    sleeper.cancel()

    async def _sleep(self, due: datetime) -> None:
        await self._clock.sleep_until(due)
        # Nothing is awaited between the sleep and these calls, and what they wake is runnable: stepped time stands.
        now = self._clock.now()
        while self._heap and self._heap[0][0] <= now:
            heapq.heappop(self._heap)[2].fire()
        self._is_earlier.set()
