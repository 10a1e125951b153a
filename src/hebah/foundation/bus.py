"""Wake-ups between the parts of the product: which topic moved, never what happened.

A bus may lose anything at any time; whoever listens also looks by itself now and then. The truth is the event log.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol, Self

from hebah.foundation.postgres import Topic

_MOST_WAITING_TOPICS = 10_000


class Subscription:
    """Topics that moved since they were last taken, each once however often it moved."""

    def __init__(self, most_waiting: int = _MOST_WAITING_TOPICS) -> None:
        self._waiting: dict[Topic, None] = {}
        self._most_waiting = most_waiting
        self._moved = asyncio.Event()

    def offer(self, topics: Iterable[Topic]) -> None:
        """Note that the topics moved; the oldest are dropped when nobody takes them."""
        self._waiting.update(dict.fromkeys(topics))
        while len(self._waiting) > self._most_waiting:
            del self._waiting[next(iter(self._waiting))]
        self._moved.set()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Topic:
        while not self._waiting:
            self._moved.clear()
            await self._moved.wait()
        topic = next(iter(self._waiting))
        del self._waiting[topic]
        return topic


class Bus(Protocol):
    """Carries topics from whoever committed to whoever listens."""

    def publish(self, topics: Iterable[Topic]) -> None:
        """Announce topics; never blocks, never fails, called from the event loop."""
        ...

    def subscribe(self) -> AbstractContextManager[AsyncIterator[Topic]]:
        """Listen for as long as the block lasts: `with bus.subscribe() as moved: async for topic in moved: …`."""
        ...


class InProcessBus:
    """The bus of a single process."""

    def __init__(self) -> None:
        self._subscriptions: set[Subscription] = set()

    def publish(self, topics: Iterable[Topic]) -> None:
        """Wake every subscription."""
        moved = tuple(topics)
        for subscription in self._subscriptions:
            subscription.offer(moved)

    @contextmanager
    def subscribe(self) -> Iterator[AsyncIterator[Topic]]:
        """Listen for as long as the block lasts."""
        subscription = Subscription()
        self._subscriptions.add(subscription)
        try:
            yield subscription
        finally:
            self._subscriptions.discard(subscription)
