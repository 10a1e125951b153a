"""Gateways that are killed, whenever and wherever, reach everybody once and lose nobody."""

from datetime import timedelta

import pytest

from hebah.adapters.transports.simulated.people import Behaviour
from hebah.app import rehearse
from hebah.app.rehearsal.plan import Figures, Plan, Standing
from hebah.app.settings import Settings
from hebah.foundation.crashpoints import NAMES
from tests.crash.conftest import LeadsFile

# People who answer too, so that receiving is interrupted as well as sending.
TALKATIVE = Behaviour(read=0.8, reply=0.4)
OF_A_LAUNCH = {"before_launch_commit", "after_launch_commit"}


def unwatched(_standing: Standing) -> None:
    """Nobody watches."""


def assert_nobody_twice_and_nobody_lost(figures: Figures, recipients: int) -> None:
    assert figures.recipients == recipients
    assert sum(figures.states.values()) == recipients
    assert (figures.wire_duplicates, figures.lost) == (0, 0)
    assert figures.unknown <= figures.in_flight_at_kills
    assert figures.wire_sends + figures.unknown >= recipients


@pytest.mark.timeout(180)
async def test_ten_kills_at_random_moments_cost_no_recipient_a_message_or_a_second_one(leads_file: LeadsFile) -> None:
    plan = Plan(leads_file(1000), devices=200, kills=10, behaviour=TALKATIVE, seed=3)

    figures = await rehearse.run(plan, Settings(), unwatched)

    assert figures.kills == 10
    assert_nobody_twice_and_nobody_lost(figures, 1000)


@pytest.mark.timeout(180)
async def test_a_death_at_each_named_place_costs_no_recipient_a_message_or_a_second_one(leads_file: LeadsFile) -> None:
    places = sorted(NAMES - OF_A_LAUNCH)
    # Not always the first time: by then other messages are on their way.
    orders = tuple(place if place == "after_device_claim" else f"{place}:{nth}" for nth, place in enumerate(places, 1))
    plan = Plan(leads_file(400), devices=40, behaviour=TALKATIVE, crash_orders=orders)

    figures = await rehearse.run(plan, Settings(), unwatched)

    assert figures.kills == len(places)
    assert_nobody_twice_and_nobody_lost(figures, 400)


@pytest.mark.prove
@pytest.mark.timeout(1500)
@pytest.mark.parametrize("seed", range(2))
async def test_sixty_kills_of_two_gateways_cost_no_recipient_a_message_or_a_second_one(
    leads_file: LeadsFile, seed: int
) -> None:
    plan = Plan(leads_file(2000), devices=120, gateways=2, kills=60, behaviour=TALKATIVE, seed=seed)

    figures = await rehearse.run(plan, Settings(), unwatched)

    assert figures.kills == 60
    assert_nobody_twice_and_nobody_lost(figures, 2000)


@pytest.mark.prove
@pytest.mark.timeout(1200)
async def test_kills_by_the_clock_cost_no_recipient_a_message_or_a_second_one(leads_file: LeadsFile) -> None:
    plan = Plan(leads_file(2000), devices=100, gateways=3, kill_every=timedelta(seconds=3), behaviour=TALKATIVE)

    figures = await rehearse.run(plan, Settings(), unwatched)

    assert figures.kills > 0
    assert_nobody_twice_and_nobody_lost(figures, 2000)
