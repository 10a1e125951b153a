"""Kills at moments drawn by a seed, spread over a course of so many steps."""

from collections import deque
from enum import StrEnum
from random import Random

from tests.crash.wire.world import World


class Victim(StrEnum):
    """Who dies."""

    COMPANION = "companion"
    GATEWAY = "gateway"


class Killer:
    """Knows when who is to die, and counts who has died."""

    def __init__(self, world: World, random: Random, steps: int, *, companions: int, gateways: int) -> None:
        victims = [Victim.COMPANION] * companions + [Victim.GATEWAY] * gateways
        random.shuffle(victims)
        moments = sorted(random.sample(range(steps // 20, steps - steps // 20), len(victims)))
        self._world = world
        self._random = random
        self._due = deque(zip(moments, victims, strict=True))
        self.companions = 0
        self.gateways = 0

    def __str__(self) -> str:
        return f"killed {self.companions} companions and {self.gateways} gateways; to come: {len(self._due)}"

    @property
    def next_step(self) -> int | None:
        """When the next one dies; None when nobody will."""
        return self._due[0][0] if self._due else None

    async def strike_if_due(self, step: int) -> None:
        """Kill whose turn has come."""
        while self._due and self._due[0][0] <= step:
            _, victim = self._due.popleft()
            await self._world.until(self._is_at_work, 60, "somebody at work to be killed")
            if victim is Victim.GATEWAY:
                await self._world.gateways.kill_gateway(self._random)
                self.gateways += 1
            else:
                await self._world.until(self._kill_companion, 60, "a companion to be killed")
                self.companions += 1

    async def _is_at_work(self) -> bool:
        """Whether some number is connected, so that a kill interrupts something."""
        return 2 * await self._world.connected() > len(self._world.shop.numbers)

    async def _kill_companion(self) -> bool:
        return self._world.gateways.kill_companion(self._random)
