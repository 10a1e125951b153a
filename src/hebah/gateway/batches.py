"""Gathers what many links have to say into one transaction: milliseconds of patience save thousands of commits."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from typing import Generic, TypeVar

from hebah.foundation.clock import Clock
from hebah.foundation.errors import Unavailable

Item = TypeVar("Item")

WINDOW_S = 0.004
ENOUGH = 500
"""So many are handed on without more patience."""

MOST = 2000
"""So many are handed on at once to one who is behind: of 2,000 messages each costs a quarter less than of 500."""


class Batches(Generic[Item]):
    """Items in the order they were put, handed on in batches, one batch at a time.

    Business time stands still from the first item until the last is handed on. `hand_on` must not raise.
    """

    def __init__(
        self,
        clock: Clock,
        hand_on: Callable[[list[Item]], Awaitable[None]],
        *,
        most_waiting: int = 5 * MOST,
        window_s: float = WINDOW_S,
    ) -> None:
        self._clock = clock
        self._hand_on = hand_on
        self._most_waiting = most_waiting
        self._window_s = window_s
        self._waiting: deque[Item] = deque()
        self._filled = asyncio.Event()
        self._drained = asyncio.Event()
        self._drained.set()
        self._busy = ExitStack()
        self._is_closing = False

    async def put(self, item: Item) -> None:
        """Give an item; waits while too many wait already."""
        while len(self._waiting) >= self._most_waiting:
            self._drained.clear()
            await self._drained.wait()
        if not self._waiting and not self._filled.is_set():
            self._busy.enter_context(self._clock.busy())
        self._waiting.append(item)
        self._filled.set()

    async def run(self) -> None:
        """Hand on until closed and empty."""
        while await self._has_some():
            if len(self._waiting) < ENOUGH:
                await asyncio.sleep(self._window_s)
            batch = [self._waiting.popleft() for _ in range(min(MOST, len(self._waiting)))]
            try:
                await self._hand_on(batch)
            finally:
                self._drained.set()
                if not self._waiting:
                    self._filled.clear()
                    self._busy.close()

    def close(self) -> None:
        """Make `run` return once everything is handed on."""
        self._is_closing = True
        self._filled.set()

    async def _has_some(self) -> bool:
        if not self._waiting and not self._is_closing:
            await self._filled.wait()
        return bool(self._waiting)


def is_about_content(error: Exception) -> bool:
    """Whether the same rows would fail again: values PostgreSQL or its driver cannot take. All else may pass."""
    state = getattr(error, "sqlstate", None)
    if isinstance(state, str):
        return state.startswith(("22", "23"))
    return isinstance(error, ValueError | TypeError) and not isinstance(error, Unavailable)
