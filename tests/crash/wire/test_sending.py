"""Whatever is killed while a campaign goes out, nobody is written to twice, and what is uncertain says so."""

from random import Random

import pytest

from tests.crash.wire import campaign
from tests.crash.wire.conftest import OpenWorld
from tests.crash.wire.killing import Killer
from tests.crash.wire.world import Plan, World
from tests.network.accounts import Behaviour

RECIPIENTS = 1200
COMPANIONS, GATEWAYS = 6, 4
FIRST_RECIPIENT = "60130000001"
# The network answers a little later, and people's phones later still: a kill finds messages that are on the network
# and of which we do not know it yet.
ANSWERS_AFTER_S, DELIVERED_AFTER_S = 0.15, 0.6


async def make_slow(world: World) -> None:
    await world.network.people(FIRST_RECIPIENT, RECIPIENTS, Behaviour(after=DELIVERED_AFTER_S))
    for number in world.shop.numbers:
        await world.network.delay_acks(number.name, ANSWERS_AFTER_S)


@pytest.mark.prove
@pytest.mark.timeout(240)
async def test_a_campaign_writes_to_nobody_twice_although_companions_and_gateways_are_killed(
    shop_with: OpenWorld,
) -> None:
    async with shop_with(Plan(gateways=2)) as world:
        await make_slow(world)
        killer = Killer(world, Random(5), RECIPIENTS, companions=COMPANIONS, gateways=GATEWAYS)

        launched = await campaign.launch(world, RECIPIENTS, FIRST_RECIPIENT)
        while killer.next_step is not None:
            await world.until(lambda: has_sent(world, killer.next_step or 0), 60, f"sends until {killer.next_step}")
            await killer.strike_if_due(killer.next_step)
        await world.until(lambda: campaign.is_through(world, launched), 90, "an outcome for every recipient")

        sent, doubts = await campaign.outcome(world, launched), await campaign.doubts(world, launched)
        told = f"{killer}\n{sent}\n{doubts}\n{await world.standing()}"
        assert (killer.companions, killer.gateways) == (COMPANIONS, GATEWAYS), told
        assert sent == campaign.Sent(RECIPIENTS, twice=0, lost=0, denied=0, unreadable=0, open=0), told
        assert doubts.resolved > 0, told
        assert doubts.others == 0, told


async def has_sent(world: World, step: int) -> bool:
    return await campaign.on_the_wire(world) >= step
