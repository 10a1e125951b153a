"""One socket's side of the hub: what it follows, and the short queue that its own writer empties."""

import asyncio
from collections import deque
from uuid import UUID

import msgspec

from hebah.access.model import Actor, Session
from hebah.live.model import MOST_QUEUED


class Follower:
    """One socket: what it follows, how far it is in each topic, and what waits to be written to it."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.cursors: dict[UUID, int] = {}
        self.catching_up: set[UUID] = set()
        self.in_full: set[UUID] = set()
        self.goodbye: str | None = None
        self._waiting: deque[tuple[bool, str]] = deque()
        self._events = 0
        self._lags = False
        self._moved = asyncio.Event()
        self._room = asyncio.Event()

    @property
    def actor(self) -> Actor:
        """Who listens, as of the last look."""
        return self.session.actor

    def reply(self, message: dict[str, object]) -> None:
        """Queue an answer; who asks without ever reading answers is disconnected."""
        if len(self._waiting) - self._events >= MOST_QUEUED:
            self.end("too_many")
            return
        self._put(is_event=False, text=encode(message))

    def offer(self, message: str) -> None:
        """Queue an event; when too many wait already, forget them all and ask for a new snapshot instead."""
        if self._lags:
            return
        if self._events >= MOST_QUEUED:
            self._waiting = deque(item for item in self._waiting if not item[0])
            self._events = 0
            self._lags = True
            self._moved.set()
        else:
            self._events += 1
            self._put(is_event=True, text=message)

    def mention(self, message: str) -> None:
        """Queue what may be lost; nobody who is behind is bothered with it."""
        if not self._lags and len(self._waiting) < MOST_QUEUED // 4:
            self._put(is_event=False, text=message)

    async def has_room(self) -> None:
        """Return once another event fits; only the socket's own reader may wait for it."""
        while self._events >= MOST_QUEUED and self.goodbye is None:
            self._room.clear()
            await self._room.wait()

    def end(self, code: str) -> None:
        """Say goodbye; nothing is written after it."""
        if self.goodbye is None:
            self.goodbye = code
            self._waiting.clear()
            self._events, self._lags = 0, False
            self._waiting.append((False, encode({"op": "bye", "code": code})))
            self._moved.set()
            self._room.set()

    def forget(self, topic: UUID) -> None:
        """Stop following."""
        self.cursors.pop(topic, None)
        self.catching_up.discard(topic)
        self.in_full.discard(topic)

    async def next_message(self) -> str | None:
        """What to write next; None once goodbye was said."""
        while not self._waiting:
            if self.goodbye is not None:
                return None
            if self._lags:
                self._lags = False
                for topic, seq in self.cursors.items():
                    self._put(is_event=False, text=encode({"op": "resync", "topic": topic, "head": seq}))
                continue
            self._moved.clear()
            await self._moved.wait()
        is_event, text = self._waiting.popleft()
        self._events -= is_event
        self._room.set()
        return text

    def _put(self, *, is_event: bool, text: str) -> None:
        if self.goodbye is None:
            self._waiting.append((is_event, text))
            self._moved.set()


def encode(message: dict[str, object]) -> str:
    """As it is written to the socket."""
    return msgspec.json.encode(message).decode()
