"""Whatever is killed while messages arrive, each is stored once, and none is lost."""

from random import Random

import pytest

from tests.crash.wire.conftest import OpenWorld
from tests.crash.wire.killing import Killer
from tests.crash.wire.world import Plan, Received, World

MESSAGES = 3000
COMPANIONS, GATEWAYS = 15, 12
# So many may wait to be stored before people write on: kills always find some on their way.
AHEAD = 150


async def write_and_kill(world: World, killer: Killer) -> None:
    """People write as long as not too much waits; whoever is to die dies at moments spread over it."""
    for count in range(MESSAGES):
        await killer.strike_if_due(count)
        if count % 10 == 0:
            await world.until(lambda: keeps_up(world), 60, "messages being stored")
        await world.write(count)


async def keeps_up(world: World) -> bool:
    return len(world.written) - await world.stored() < AHEAD


@pytest.mark.prove
@pytest.mark.timeout(240)
async def test_every_message_is_stored_once_although_companions_and_gateways_are_killed(shop_with: OpenWorld) -> None:
    async with shop_with(Plan(gateways=2)) as world:
        killer = Killer(world, Random(7), MESSAGES, companions=COMPANIONS, gateways=GATEWAYS)

        await write_and_kill(world, killer)
        await world.until(lambda: has_all(world), 60, "every message stored and acknowledged")

        told = f"{killer}\n{await world.standing()}"
        assert (killer.companions, killer.gateways) == (COMPANIONS, GATEWAYS), told
        assert await world.received() == Received(MESSAGES, MESSAGES, 0, 0, 0, 0), told


async def has_all(world: World) -> bool:
    return await world.stored() >= MESSAGES and not await world.unacknowledged()
