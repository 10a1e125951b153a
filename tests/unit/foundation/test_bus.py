import asyncio
from collections.abc import AsyncIterator

from hebah.foundation.bus import InProcessBus, Subscription
from hebah.foundation.ids import make_id
from hebah.foundation.postgres import Topic

SHOP = make_id()
TOPICS = [Topic(SHOP, make_id()) for _ in range(5)]


async def take(moved: AsyncIterator[Topic], count: int) -> list[Topic]:
    async with asyncio.timeout(1):
        return [await anext(moved) for _ in range(count)]


async def test_a_topic_that_moved_many_times_is_told_once() -> None:
    bus = InProcessBus()
    with bus.subscribe() as moved:
        for _ in range(1000):
            bus.publish({TOPICS[0]})
        bus.publish([TOPICS[1]])
        assert await take(moved, 2) == [TOPICS[0], TOPICS[1]]
        bus.publish([TOPICS[0]])
        assert await take(moved, 1) == [TOPICS[0]]


async def test_every_subscription_hears_and_none_after_it_ended() -> None:
    bus = InProcessBus()
    with bus.subscribe() as first:
        with bus.subscribe() as second:
            bus.publish([TOPICS[0]])
            assert await take(second, 1) == [TOPICS[0]]
        bus.publish([TOPICS[1]])
        assert await take(first, 2) == [TOPICS[0], TOPICS[1]]


async def test_a_waiting_listener_wakes() -> None:
    bus = InProcessBus()
    with bus.subscribe() as moved:
        async with asyncio.TaskGroup() as group:
            listening = group.create_task(take(moved, 1))
            await asyncio.sleep(0)
            bus.publish([TOPICS[2]])
    assert listening.result() == [TOPICS[2]]


async def test_a_listener_that_never_listens_costs_a_bounded_number_of_topics() -> None:
    subscription = Subscription(most_waiting=3)
    subscription.offer(TOPICS)
    assert await take(subscription, 3) == TOPICS[2:]
