import asyncio
from datetime import UTC, datetime, timedelta, timezone

import pytest

from hebah.foundation.clock import ManualClock, SystemClock

START = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


async def test_sleepers_wake_in_the_order_of_their_instants_each_at_its_time() -> None:
    clock = ManualClock(START)
    woken: list[tuple[str, datetime]] = []

    async def sleep(name: str, minutes: int) -> None:
        await clock.sleep_until(START + minutes * MINUTE)
        woken.append((name, clock.now()))

    async with asyncio.TaskGroup() as group:
        for name, minutes in (("late", 9), ("early", 1), ("middle", 5)):
            group.create_task(sleep(name, minutes))
        await clock.until_sleeping(3)
        await clock.advance(5 * MINUTE)
        assert woken == [("early", START + MINUTE), ("middle", START + 5 * MINUTE)]
        assert clock.next_due() == START + 9 * MINUTE
        await clock.advance(10 * MINUTE)
    assert woken[2] == ("late", START + 9 * MINUTE)
    assert clock.now() == START + 15 * MINUTE


async def test_a_task_that_sleeps_again_and_again_wakes_every_time_during_one_advance() -> None:
    clock = ManualClock(START)
    ticks: list[datetime] = []

    async def tick() -> None:
        while len(ticks) < 60:
            await clock.sleep_until(clock.now() + MINUTE)
            ticks.append(clock.now())

    async with asyncio.TaskGroup() as group:
        group.create_task(tick())
        await clock.until_sleeping()
        await clock.advance(timedelta(hours=1))
    assert ticks == [START + n * MINUTE for n in range(1, 61)]


async def test_a_cancelled_sleeper_is_forgotten() -> None:
    clock = ManualClock(START)
    async with asyncio.TaskGroup() as group:
        sleeper = group.create_task(clock.sleep_until(START + MINUTE))
        await clock.until_sleeping()
        sleeper.cancel()
    assert clock.next_due() is None
    await clock.advance(MINUTE)


async def test_an_instant_that_has_passed_is_not_waited_for() -> None:
    clock = ManualClock(START)
    async with asyncio.timeout(1):
        await clock.sleep_until(START)
        await SystemClock().sleep_until(START)


async def test_time_never_goes_back_and_is_always_utc() -> None:
    clock = ManualClock(START.astimezone(timezone(timedelta(hours=8))))
    assert clock.now().tzinfo is UTC
    with pytest.raises(ValueError, match="back"):
        await clock.move_to(START - MINUTE)
    with pytest.raises(ValueError, match="aware"):
        ManualClock(START.replace(tzinfo=None))


async def test_the_systems_clock_is_aware_and_sleeps_until_an_instant() -> None:
    clock = SystemClock()
    instant = clock.now() + timedelta(milliseconds=20)
    await clock.sleep_until(instant)
    assert clock.now() >= instant
    assert clock.now().tzinfo is UTC
