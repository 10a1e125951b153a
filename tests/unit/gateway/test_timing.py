import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from functools import partial

from hebah.foundation.clock import ManualClock
from hebah.gateway.batches import MOST, Batches
from hebah.gateway.connecting import ConnectBudget
from hebah.gateway.timers import Timers

SECOND = timedelta(seconds=1)


@asynccontextmanager
async def running(timers: Timers) -> AsyncIterator[None]:
    async with asyncio.TaskGroup() as group:
        task = group.create_task(timers.run())
        yield
        task.cancel()


async def test_timers_fire_at_their_instant_in_order_whatever_order_they_were_set_in(clock: ManualClock) -> None:
    timers, fired, start = Timers(clock), [], clock.now()

    def note(number: int) -> None:
        fired.append((number, clock.now() - start))

    async with running(timers):
        for number in (3, 1, 2):
            timers.call_at(start + number * SECOND, partial(note, number))
        await clock.until_sleeping()
        await clock.advance(10 * SECOND)
    assert fired == [(1, SECOND), (2, 2 * SECOND), (3, 3 * SECOND)]


async def test_an_earlier_timer_set_while_waiting_is_not_late(clock: ManualClock) -> None:
    timers, fired = Timers(clock), []
    async with running(timers):
        timers.call_at(clock.now() + 60 * SECOND, lambda: fired.append("late"))
        await clock.until_sleeping()
        timers.call_at(clock.now() + SECOND, lambda: fired.append("early"))
        await asyncio.sleep(0)
        await clock.until_sleeping()
        await clock.advance(2 * SECOND)
        assert fired == ["early"]


async def test_a_cancelled_timer_does_nothing(clock: ManualClock) -> None:
    timers, fired = Timers(clock), []
    async with running(timers):
        timers.call_at(clock.now() + SECOND, lambda: fired.append("cancelled")).cancel()
        await clock.advance(2 * SECOND)
    assert fired == []


async def test_ten_thousand_waits_sleep_as_one(clock: ManualClock) -> None:
    timers = Timers(clock)
    async with running(timers), asyncio.TaskGroup() as group:
        waits = [group.create_task(timers.wait_until(clock.now() + SECOND)) for _ in range(10_000)]
        await asyncio.sleep(0)
        await clock.until_sleeping()
        assert clock.next_due() == clock.now() + SECOND
        await clock.advance(SECOND)
        await asyncio.wait(waits)


async def test_connects_are_spread_by_the_budget_and_the_first_comes_at_once(clock: ManualClock) -> None:
    timers, turns = Timers(clock), list[datetime]()
    budget, start = ConnectBudget(clock, timers, random.Random(7), per_second=10.0), clock.now()

    async def connect() -> None:
        await budget.turn()
        turns.append(clock.now())

    async with running(timers), asyncio.TaskGroup() as group:
        for _ in range(50):
            group.create_task(connect())
        await clock.until_sleeping()
        assert turns == [start]
        await clock.advance(10 * SECOND)
    for second in range(5):
        within = [turn for turn in turns if start + second * SECOND <= turn < start + (second + 1) * SECOND]
        assert 9 <= len(within) <= 11


async def test_a_quiet_time_saves_no_turns_up(clock: ManualClock) -> None:
    timers, turns = Timers(clock), list[datetime]()
    budget = ConnectBudget(clock, timers, random.Random(7), per_second=1.0)

    async def connect() -> None:
        await budget.turn()
        turns.append(clock.now())

    async with running(timers), asyncio.TaskGroup() as group:
        await clock.advance(60 * SECOND)
        for _ in range(3):
            group.create_task(connect())
        await clock.until_sleeping()
        await clock.advance(10 * SECOND)
    assert turns[1] - turns[0] >= SECOND


async def test_items_are_handed_on_in_order_in_few_batches(clock: ManualClock) -> None:
    handed: list[list[int]] = []

    async def hand_on(batch: list[int]) -> None:
        handed.append(batch)

    batches = Batches(clock, hand_on)
    async with asyncio.TaskGroup() as group:
        group.create_task(batches.run())
        for number in range(2 * MOST + 100):
            await batches.put(number)
        batches.close()
    assert [number for batch in handed for number in batch] == list(range(2 * MOST + 100))
    assert len(handed) == 3
    assert max(map(len, handed)) == MOST


async def test_who_puts_too_much_waits_until_there_is_room(clock: ManualClock) -> None:
    may_go_on, handed = asyncio.Event(), []

    async def hand_on(batch: list[int]) -> None:
        await may_go_on.wait()
        handed.extend(batch)

    batches = Batches(clock, hand_on, most_waiting=10)

    async def put_all() -> None:
        for number in range(100):
            await batches.put(number)

    async with asyncio.TaskGroup() as group:
        group.create_task(batches.run())
        putting = group.create_task(put_all())
        for _ in range(200):
            await asyncio.sleep(0)
        assert not putting.done()
        may_go_on.set()
        await putting
        batches.close()
    assert handed == list(range(100))
