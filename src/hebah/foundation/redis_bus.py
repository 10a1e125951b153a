"""The bus between processes, over Redis or Valkey: one channel that carries which topics moved.

Nothing is kept there and nothing depends on it. While it cannot be reached, processes hear of each other by looking.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from contextlib import AbstractContextManager, asynccontextmanager, suppress
from random import Random, SystemRandom
from typing import Final
from uuid import UUID

import structlog
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from hebah.foundation.bus import InProcessBus
from hebah.foundation.ids import make_id
from hebah.foundation.postgres import Topic

log = structlog.get_logger(__name__)

CHANNEL: Final = "hebah:moved"

_ID: Final = 16
_MOST_WAITING: Final = 10_000
_MOST_A_MESSAGE: Final = 500
_ANSWERS_WITHIN_S: Final = 5.0
_FIRST_PAUSE_S: Final = 0.1
_LONGEST_PAUSE_S: Final = 10.0


class RedisBus:
    """Wakes this process at once and all others through Redis; run it with `open_redis_bus`."""

    def __init__(self, url: str, draw: Random) -> None:
        self._url = url
        self._draw = draw
        self._here = InProcessBus()
        self._sender = make_id().bytes
        self._waiting: dict[Topic, None] = {}
        self._roused = asyncio.Event()
        self._hears = asyncio.Event()

    def publish(self, topics: Iterable[Topic]) -> None:
        """Wake every subscription here, and soon those of other processes."""
        moved = tuple(topics)
        self._here.publish(moved)
        self._waiting.update(dict.fromkeys(moved))
        while len(self._waiting) > _MOST_WAITING:
            del self._waiting[next(iter(self._waiting))]
        self._roused.set()

    def subscribe(self) -> AbstractContextManager[AsyncIterator[Topic]]:
        """Listen for as long as the block lasts."""
        return self._here.subscribe()

    async def until_heard(self) -> None:
        """Return once Redis tells us what others publish."""
        await self._hears.wait()

    async def run(self) -> None:
        """Carry topics to and fro until cancelled, however often the connection is lost."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._again_and_again("send", self._send))
            tasks.create_task(self._again_and_again("listen", self._listen))

    async def _again_and_again(self, part: str, work: Callable[["Redis", Callable[[], None]], Awaitable[None]]) -> None:
        pause = _FIRST_PAUSE_S

        def went_well() -> None:
            nonlocal pause
            pause = _FIRST_PAUSE_S

        while True:
            try:
                async with self._connected() as redis:
                    await work(redis, went_well)
            except (RedisError, OSError, TimeoutError) as error:
                self._hears.clear()
                log.warning("bus_lost", part=part, error=type(error).__name__)
            await asyncio.sleep(pause * (0.5 + self._draw.random()))
            pause = min(pause * 2, _LONGEST_PAUSE_S)

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator["Redis"]:
        redis = Redis.from_url(
            self._url,
            socket_connect_timeout=_ANSWERS_WITHIN_S,
            socket_timeout=_ANSWERS_WITHIN_S,
            retry=Retry(NoBackoff(), 0),  # when to come back is decided here
            protocol=2,
        )
        try:
            yield redis
        finally:
            with suppress(RedisError, OSError):
                await redis.aclose()

    async def _send(self, redis: "Redis", went_well: Callable[[], None]) -> None:
        while True:
            self._roused.clear()
            if not self._waiting:
                await self._roused.wait()
            topics = [topic for topic, _ in zip(self._waiting, range(_MOST_A_MESSAGE), strict=False)]
            for topic in topics:
                del self._waiting[topic]
            ids = b"".join(topic.workspace_id.bytes + topic.id.bytes for topic in topics)
            await redis.publish(CHANNEL, self._sender + ids)
            went_well()

    async def _listen(self, redis: "Redis", went_well: Callable[[], None]) -> None:
        async with redis.pubsub() as listening:
            await listening.subscribe(CHANNEL)
            is_asked = False
            while True:
                message = await listening.get_message(timeout=_ANSWERS_WITHIN_S)
                if message is None:
                    # A connection that died without a word shows only when it is used.
                    if is_asked:
                        raise TimeoutError("Redis does not answer")
                    await listening.ping()
                is_asked = message is None
                if message is None:
                    continue
                if message["type"] == "subscribe":
                    went_well()
                    self._hears.set()
                    log.info("bus_heard")
                elif message["type"] == "message":
                    self._take(message["data"])

    def _take(self, data: bytes) -> None:
        if data[:_ID] != self._sender and len(data) % (2 * _ID) == _ID:
            self._here.publish(list(_topics_in(data[_ID:])))


def _topics_in(data: bytes) -> Iterator[Topic]:
    for at in range(0, len(data), 2 * _ID):
        yield Topic(UUID(bytes=data[at : at + _ID]), UUID(bytes=data[at + _ID : at + 2 * _ID]))


@asynccontextmanager
async def open_redis_bus(url: str, draw: Random | None = None) -> AsyncIterator[RedisBus]:
    """A bus that carries for as long as the block lasts; whether Redis answers yet does not matter."""
    bus = RedisBus(url, draw or SystemRandom())
    async with asyncio.TaskGroup() as tasks:
        carrying = tasks.create_task(bus.run(), name="bus")
        try:
            yield bus
        finally:
            carrying.cancel()
