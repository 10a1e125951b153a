"""Where a rehearsal takes place, and who may interfere with it."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import count
from random import Random

from hebah.adapters.transports.simulated.network import SimulatedNetwork
from hebah.adapters.transports.simulated.time import SteppedClock
from hebah.app.rehearsal.gateways import Gateways
from hebah.app.rehearsal.plan import Plan
from hebah.app.rehearsal.shop import Shop
from hebah.campaigns.model import Campaign
from hebah.foundation.embedded_postgres import EmbeddedPostgres
from hebah.foundation.postgres import Database

_ABSENT = "absent"
_ATTENDANCE_EVERY_S = 0.05


@dataclass(frozen=True, slots=True)
class Stage:
    """Everything that is there before the campaign begins; no gateway runs yet, so time stands still.

    `is_over` is set once the campaign is finished; an interference that cancels it sets it by itself.
    """

    plan: Plan
    server: EmbeddedPostgres
    db: Database
    clock: SteppedClock
    network: SimulatedNetwork
    gateways: Gateways
    shop: Shop
    refused: Mapping[str, int]
    is_over: asyncio.Event = field(default_factory=asyncio.Event)


class Interference:
    """What somebody does to a rehearsal besides: nothing, unless a test has more in mind."""

    async def prepare(self, stage: Stage) -> None:
        """Before the first gateway starts."""

    async def disturb(self, stage: Stage, campaign: Campaign) -> None:
        """Beside the campaign, from its launch on; cancelled when that is over."""

    async def inspect(self, stage: Stage, campaign: Campaign) -> None:
        """After the end of the last gateway, while everything can still be looked at."""


async def kill_now_and_then(
    stage: Stage, random: Random, shortest_s: float, longest_s: float | None = None, most: int | None = None
) -> None:
    """Kill a gateway every so many real seconds, at no particular moment of its work; `most` times, or for ever.

    Seconds in which time stands still for want of gateways do not count, or a busy machine would never get anywhere.
    """
    for _ in count() if most is None else range(most):
        left = random.uniform(shortest_s, longest_s or shortest_s)
        while left > 0:
            nap = min(left, _ATTENDANCE_EVERY_S)
            await asyncio.sleep(nap)
            if _ABSENT not in stage.clock.holding():
                left -= nap
        while not await stage.gateways.kill_one(random, stage.clock.attending()):  # noqa: ASYNC110 - no event tells
            await asyncio.sleep(_ATTENDANCE_EVERY_S)
