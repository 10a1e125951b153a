"""A database that goes away, a gateway that stores nothing, a gateway that is told to leave: nothing is lost by it."""

import asyncio
import signal
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import timedelta

import pytest

from tests.crash.wire import campaign
from tests.crash.wire.conftest import OpenWorld
from tests.crash.wire.test_sending import ANSWERS_AFTER_S, DELIVERED_AFTER_S, FIRST_RECIPIENT
from tests.crash.wire.world import Plan, Received, World
from tests.network.accounts import Behaviour

A_SECOND = 150
MESSAGES = 2400
RECIPIENTS = 600
# So many messages are three seconds of them.
OUTAGE = 3 * A_SECOND
OUTAGES = (450, 1350)
UNDISTURBED_LEASE = timedelta(seconds=15)
PATIENCE_S = 30


async def write_steadily(world: World, first: int, many: int) -> None:
    """People write at a steady pace, whatever becomes of it."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    for count in range(first, first + many):
        await asyncio.sleep(max(0.0, began + (count - first) / A_SECOND - loop.time()))
        await world.write(count)


async def is_stored(world: World) -> bool:
    return await world.stored() >= len(world.written) and not await world.unacknowledged()


async def acknowledged(world: World) -> set[str]:
    """What the network has been told is stored."""
    return world.written.keys() - await world.unacknowledged()


async def stored_ids(world: World) -> set[str]:
    async with world.db.connection() as connection:
        return {row["wire_id"] for row in await connection.fetch("SELECT wire_id FROM message WHERE NOT from_me")}


async def make_slow(world: World) -> None:
    """Answers take a while, so that the campaign lasts, and is on the wire whenever something happens."""
    await world.network.people(FIRST_RECIPIENT, RECIPIENTS, Behaviour(after=DELIVERED_AFTER_S))
    for number in world.shop.numbers:
        await world.network.delay_acks(number.name, 2 * ANSWERS_AFTER_S)


@pytest.mark.prove
@pytest.mark.timeout(240)
async def test_a_database_that_is_away_twice_costs_no_message_and_nothing_is_acknowledged_that_is_not_stored(
    shop_with: OpenWorld,
) -> None:
    async with shop_with(Plan(numbers=24, devices_a_companion=12, lease_ttl=UNDISTURBED_LEASE)) as world:
        await make_slow(world)
        launched = await campaign.launch(world, RECIPIENTS, FIRST_RECIPIENT)
        told_too_early: set[str] = set()
        at = 0
        for outage in OUTAGES:
            await write_steadily(world, at, outage - at)
            await world.stop_postgres()
            await write_steadily(world, outage, OUTAGE)
            told = await acknowledged(world)
            await world.start_postgres()
            told_too_early |= told - await stored_ids(world)
            at = outage + OUTAGE
        await write_steadily(world, at, MESSAGES - at)
        await world.until(lambda: is_stored(world), 90, "every message stored and acknowledged")
        await world.until(lambda: campaign.is_through(world, launched), 60, "an outcome for every recipient")

        sent, doubts = await campaign.outcome(world, launched), await campaign.doubts(world, launched)
        told_of = f"{sent}\n{doubts}\n{await world.standing()}"
        assert told_too_early == set(), told_of
        assert await world.received() == Received(MESSAGES, MESSAGES, 0, 0, 0, 0), told_of
        assert sent == campaign.Sent(RECIPIENTS, twice=0, lost=0, denied=0, unreadable=0, open=0), told_of
        assert doubts.others == 0, told_of


@asynccontextmanager
async def locked_table(world: World) -> AsyncIterator[None]:
    """Nothing received can be stored while the block runs."""
    async with world.db.transaction() as tx:
        await tx.execute("LOCK TABLE seen IN ACCESS EXCLUSIVE MODE")
        yield


@asynccontextmanager
async def frozen_gateway(world: World) -> AsyncIterator[None]:
    """The gateway stands still while the block runs."""
    world.gateways.signal_all(signal.SIGSTOP)
    try:
        yield
    finally:
        world.gateways.signal_all(signal.SIGCONT)


@pytest.mark.prove
@pytest.mark.timeout(240)
@pytest.mark.parametrize("hindered", [locked_table, frozen_gateway])
async def test_numbers_leave_a_gateway_that_stores_nothing_and_come_back_with_nothing_lost(
    shop_with: OpenWorld, hindered: Callable[[World], AbstractAsyncContextManager[None]]
) -> None:
    async with shop_with(Plan(lease_ttl=UNDISTURBED_LEASE)) as world:
        await write_steadily(world, 0, A_SECOND)
        async with hindered(world):
            await write_steadily(world, A_SECOND, 2 * A_SECOND)
            before = await acknowledged(world)
            await world.until(lambda: all_have_left(world), 2 * PATIENCE_S, "every number to leave")
            assert await acknowledged(world) == before
        await world.all_online()
        await write_steadily(world, 3 * A_SECOND, A_SECOND)
        await world.until(lambda: is_stored(world), 60, "every message stored and acknowledged")

        many = len(world.written)
        assert await world.received() == Received(many, many, 0, 0, 0, 0), await world.standing()


async def all_have_left(world: World) -> bool:
    return await world.connected() == 0


@pytest.mark.prove
@pytest.mark.timeout(120)
async def test_a_gateway_that_is_told_to_end_does_so_in_seconds_and_leaves_nothing_in_doubt(
    shop_with: OpenWorld,
) -> None:
    async with shop_with(Plan(lease_ttl=UNDISTURBED_LEASE)) as world:
        await make_slow(world)
        launched = await campaign.launch(world, RECIPIENTS, FIRST_RECIPIENT)
        await write_steadily(world, 0, 3 * A_SECOND)

        began = time.monotonic()
        assert await world.gateways.stop() == [0], await world.standing()
        took = time.monotonic() - began

        assert took < 10, await world.standing()
        assert await acknowledged(world) <= await stored_ids(world)
        doubts = await campaign.doubts(world, launched)
        assert doubts == campaign.Doubts(0, 0, 0), f"{doubts}\n{await world.standing()}"
        assert await in_the_air(world) == 0, await world.standing()
        assert world.gateways.companions == []


async def in_the_air(world: World) -> int:
    async with world.db.connection() as connection:
        return int(await connection.fetchval("SELECT count(*) FROM outbox WHERE state IN ('dispatching', 'unknown')"))
