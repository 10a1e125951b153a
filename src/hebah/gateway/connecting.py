"""How fast a gateway may connect: thousands of links that come up together look like an attack, and are as slow."""

import random
from datetime import timedelta

from hebah.foundation.clock import Clock
from hebah.gateway.timers import Timers


class ConnectBudget:
    """Hands out turns, evenly spread with jitter; the first after a pause comes at once."""

    def __init__(self, clock: Clock, timers: Timers, draw: random.Random, per_second: float = 50.0) -> None:
        self._clock = clock
        self._timers = timers
        self._draw = draw
        self._spacing = timedelta(seconds=1 / per_second)
        self._next = clock.now()

    async def turn(self) -> None:
        """Return when it is the caller's turn to connect."""
        now = self._clock.now()
        turn = max(now, self._next)
        self._next = turn + self._spacing
        if turn > now:
            await self._timers.wait_until(turn + self._draw.random() * self._spacing)
