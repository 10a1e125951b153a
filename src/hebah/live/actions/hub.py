"""The hub: reads each followed topic's new events once and hands them to every socket that follows it.

A socket is never waited for. Each follower has a short queue that its own writer empties; who falls behind is told to
take a new snapshot.
"""

import asyncio
from collections.abc import Awaitable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from types import MappingProxyType
from uuid import UUID

import structlog

from hebah.access import reads as access
from hebah.access.model import Permission, Session
from hebah.access.rules import may
from hebah.foundation import eventlog, metrics
from hebah.foundation.bus import Bus
from hebah.foundation.clock import Clock
from hebah.foundation.errors import HebahError, NotFound
from hebah.foundation.eventlog import Later, RecordedEvent
from hebah.foundation.postgres import Connection, Database, Topic
from hebah.keys import reads as keys
from hebah.live import reads
from hebah.live.actions.followers import Follower, encode
from hebah.live.actions.mentions import Mentions
from hebah.live.model import MOST_TOPICS
from hebah.live.ports import Asides, Shows

log = structlog.get_logger(__name__)

_BURST = 64
_MOST_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Pace:
    """How often the hub looks by itself, in seconds; reads are at least `gather_s` apart."""

    poll_s: float = 0.5
    sessions_s: float = 3.0
    ping_s: float = 20.0
    gather_s: float = 0.01
    goodbye_s: float = 2.0


@dataclass(slots=True)
class _Watched:
    head: int
    followers: set[Follower] = field(default_factory=set)

    def is_read_in_full(self, topic: UUID) -> bool:
        return any(topic in follower.in_full for follower in self.followers)


_Group = tuple[UUID, Sequence[RecordedEvent]]


class Hub:
    """All sockets of this process."""

    def __init__(
        self,
        db: Database,
        clock: Clock,
        bus: Bus,
        pace: Pace | None = None,
        shows: Shows[Connection] | None = None,
        asides: Asides[Connection] | None = None,
    ) -> None:
        self.pace = pace or Pace()
        self._mentions = None if asides is None else Mentions(db, clock, asides)
        self._mentioned: set[UUID] = set()
        self._shows = shows
        self._db = db
        self._clock = clock
        self._bus = bus
        self._followers: set[Follower] = set()
        self._watched: dict[Topic, _Watched] = {}
        self._moved: dict[Topic, None] = {}
        self._wake = asyncio.Event()
        self._left = asyncio.Event()

    async def run(self) -> None:
        """Serve until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._listen())
            tasks.create_task(self._poll())
            tasks.create_task(self._fan_out())
            tasks.create_task(self._watch_sessions())
            tasks.create_task(self._ping())

    @contextmanager
    def joined(self, session: Session) -> Iterator[Follower]:
        """A socket for as long as the block lasts."""
        follower = Follower(session)
        self._followers.add(follower)
        metrics.SOCKETS.set(len(self._followers))
        try:
            yield follower
        finally:
            self._followers.discard(follower)
            self._left.set()
            metrics.SOCKETS.set(len(self._followers))
            for topic in list(follower.cursors):
                self.unfollow(follower, topic)

    async def close(self) -> None:
        """Say goodbye to everybody: this process ends, and browsers should come back to another."""
        for follower in self._followers:
            follower.end("restarting")
        with suppress(TimeoutError):
            async with asyncio.timeout(self.pace.goodbye_s):
                while self._followers:
                    self._left.clear()
                    await self._left.wait()

    def unfollow(self, follower: Follower, topic: UUID) -> None:
        """Stop sending this topic to this socket."""
        follower.forget(topic)
        key = Topic(follower.actor.workspace_id, topic)
        if (watched := self._watched.get(key)) is not None:
            watched.followers.discard(follower)
            if not watched.followers:
                del self._watched[key]

    async def follow(self, follower: Follower, topic: UUID, since: int | None, *, in_full: bool = False) -> None:
        """Replay what came after `since` (nothing for None), then go on live; refuses what the actor may not see.

        `in_full`: events of chats bring the chats and messages along, so that nobody has to ask for them.
        """
        self.unfollow(follower, topic)
        if len(follower.cursors) >= MOST_TOPICS:
            follower.reply({"op": "refused", "topic": topic, "code": "too_many"})
            return
        key = Topic(follower.actor.workspace_id, topic)
        try:
            async with self._db.connection() as connection:
                await reads.require_topic(connection, follower.actor, topic)
                head = (await eventlog.heads(connection, key.workspace_id, [topic]))[topic]
        except NotFound:
            follower.reply({"op": "refused", "topic": topic, "code": NotFound.code})
            return
        watched = self._watched.setdefault(key, _Watched(head))
        follower.catching_up.add(topic)
        if in_full and may(follower.actor, Permission.INBOX_READ):
            follower.in_full.add(topic)
        follower.cursors[topic] = head if since is None else since
        watched.followers.add(follower)
        follower.reply({"op": "subbed", "topic": topic, "head": head})
        await self._catch_up(follower, key, watched)

    async def _catch_up(self, follower: Follower, key: Topic, watched: _Watched) -> None:
        """Replay until nothing lies between the follower and what is being sent live."""
        topic = key.id
        while topic in follower.catching_up:
            since = follower.cursors[topic]
            async with self._db.connection() as connection:
                later = await reads.missed(connection, key.workspace_id, topic, since)
            if topic not in follower.cursors:  # it stopped following while we read
                return
            if later.gap:
                follower.cursors[topic] = later.head
                follower.reply({"op": "resync", "topic": topic, "head": later.head})
            else:
                await self._replay(follower, key, later.events)
            if follower.cursors.get(topic, 0) >= watched.head:
                follower.catching_up.discard(topic)

    async def _replay(self, follower: Follower, key: Topic, events: Sequence[RecordedEvent]) -> None:
        for together in self._gathered(events) if key.id in follower.in_full else [[event] for event in events]:
            await follower.has_room()
            if key.id not in follower.cursors:
                return
            message = _encode_event(key.id, together[-1])
            if key.id in follower.in_full:
                async with self._db.connection() as connection:
                    [message] = await self._in_full(connection, key.workspace_id, [(key.id, together)])
            follower.cursors[key.id] = together[-1].seq
            follower.offer(message)

    def _gathered(self, events: Sequence[RecordedEvent]) -> list[list[RecordedEvent]]:
        """Neighbours that can be shown in one message; each other event alone."""
        groups: list[list[RecordedEvent]] = []
        for event in events:
            if groups and self._is_shown(event) and self._is_shown(groups[-1][-1]) and _fits(groups[-1], event):
                groups[-1].append(event)
            else:
                groups.append([event])
        return groups

    def _is_shown(self, event: RecordedEvent) -> bool:
        return self._shows is not None and event.kind in self._shows.kinds

    async def _in_full(self, connection: Connection, workspace_id: UUID, groups: Sequence[_Group]) -> list[str]:
        """A message for each group: with the chats and messages that its events are about, where they are about any."""
        asked = [_ids_by_kind(events) if self._is_shown(events[0]) else {} for _, events in groups]
        shown: Sequence[Mapping[str, object]] = ()
        if self._shows is not None and any(asked):
            shown = await self._shows.show(connection, workspace_id, [ids for ids in asked if ids])
        coming = iter(shown)
        return [
            _encode_event(topic, events[-1], ids, next(coming) if ids else {})
            for (topic, events), ids in zip(groups, asked, strict=True)
        ]

    async def _listen(self) -> None:
        with self._bus.subscribe() as moved:
            async for topic in moved:
                if topic in self._watched:
                    self._moved[topic] = None
                    self._wake.set()
                elif self._mentions is not None and self._mentions.concerns(topic):
                    self._mentioned.add(topic.workspace_id)
                    self._wake.set()

    async def _poll(self) -> None:
        """Events that other processes wrote come without a wake-up."""
        while True:
            await asyncio.sleep(self.pace.poll_s)
            await self._surviving("poll", self._look())

    async def _look(self) -> None:
        by_workspace: dict[UUID, list[UUID]] = {}
        for key in self._watched:
            by_workspace.setdefault(key.workspace_id, []).append(key.id)
        for workspace_id, topics in by_workspace.items():
            async with self._db.connection() as connection:
                heads = await eventlog.heads(connection, workspace_id, topics)
            for topic, head in heads.items():
                watched = self._watched.get(Topic(workspace_id, topic))
                if watched is not None and head != watched.head:
                    self._moved[Topic(workspace_id, topic)] = None
        self._mentioned.update(by_workspace)
        if self._moved or by_workspace:
            self._wake.set()

    async def _fan_out(self) -> None:
        clock = asyncio.get_running_loop().time
        again_at = clock()
        while True:
            self._wake.clear()
            await self._wake.wait()
            # What happens after a pause is told at once; in a busy time several changes are one read.
            await asyncio.sleep(max(0.0, again_at - clock()))
            again_at = clock() + self.pace.gather_s
            moved, self._moved = self._moved, {}
            for workspace_id in {key.workspace_id for key in moved}:
                topics = [key.id for key in moved if key.workspace_id == workspace_id]
                await self._surviving("fan_out", self._send_on(workspace_id, topics))
            mentioned, self._mentioned = self._mentioned, set()
            for workspace_id in mentioned:
                await self._surviving("mention", self._mention(workspace_id))

    async def _mention(self, workspace_id: UUID) -> None:
        topics = [
            key.id
            for key, watched in self._watched.items()
            if key.workspace_id == workspace_id and watched.is_read_in_full(key.id)
        ]
        if topics and self._mentions is not None:
            await self._mentions.tell(workspace_id, topics, lambda topic: self._in_full_at(workspace_id, topic))

    def _in_full_at(self, workspace_id: UUID, topic: UUID) -> list[Follower]:
        watched = self._watched.get(Topic(workspace_id, topic))
        return [] if watched is None else [each for each in watched.followers if topic in each.in_full]

    async def _send_on(self, workspace_id: UUID, topics: Sequence[UUID]) -> None:
        # All at once: one question after the other would keep the last topics of a busy workspace waiting.
        found = {topic: self._watched.get(Topic(workspace_id, topic)) for topic in topics}
        watched = {topic: one for topic, one in found.items() if one is not None}
        async with self._db.connection() as connection:
            sinces = {topic: one.head for topic, one in watched.items()}
            later = await reads.missed_each(connection, workspace_id, sinces)
            full = [topic for topic, one in watched.items() if not later[topic].gap and one.is_read_in_full(topic)]
            groups = [(topic, together) for topic in full for together in self._gathered(later[topic].events)]
            messages = await self._in_full(connection, workspace_id, groups)
        self._note_lag(later.values())
        for (topic, together), message in zip(groups, messages, strict=True):
            _offer_in_full(topic, watched[topic], together[-1], message)
        for topic, one in watched.items():
            await self._offer_rest(topic, one, later[topic])

    def _note_lag(self, found: Iterable[Later]) -> None:
        now = self._clock.now()
        for later in found:
            for event in later.events:
                metrics.EVENT_LAG_SECONDS.observe(max(0.0, (now - event.at).total_seconds()))

    async def _offer_rest(self, topic: UUID, watched: _Watched, later: Later) -> None:
        if later.gap:
            watched.head = later.head
            self._resync(topic, watched, later.head)
            return
        for number, event in enumerate(later.events, start=1):
            watched.head = event.seq
            _offer_all(topic, watched, event)
            if number % _BURST == 0:
                # Writers that can write get their turn, so that a long burst does not look like a slow reader.
                await asyncio.sleep(0)

    def _resync(self, topic: UUID, watched: _Watched, head: int) -> None:
        for follower in watched.followers:
            if topic not in follower.catching_up:
                follower.cursors[topic] = head
                follower.reply({"op": "resync", "topic": topic, "head": head})

    async def _watch_sessions(self) -> None:
        """A session that ended, or a role that changed, counts for open sockets too."""
        while True:
            await asyncio.sleep(self.pace.sessions_s)
            await self._surviving("sessions", self._check_sessions())

    async def _check_sessions(self) -> None:
        followers = list(self._followers)
        if not followers:
            return
        async with self._db.connection() as connection:
            asked = list({follower.session.token_hash for follower in followers})
            alive = await access.live_sessions(connection, self._clock, asked)
            alive |= await keys.live_sessions(connection, self._clock, asked)
        for follower in followers:
            session = alive.get(follower.session.token_hash)
            if session is None:
                follower.end("signed_out")
            elif session.actor != follower.actor:
                follower.session = session
                await self._check_topics(follower)

    async def _check_topics(self, follower: Follower) -> None:
        async with self._db.connection() as connection:
            for topic in list(follower.cursors):
                try:
                    await reads.require_topic(connection, follower.actor, topic)
                except NotFound:
                    self.unfollow(follower, topic)
                    follower.reply({"op": "refused", "topic": topic, "code": NotFound.code})

    async def _ping(self) -> None:
        while True:
            await asyncio.sleep(self.pace.ping_s)
            for follower in self._followers:
                follower.reply({"op": "ping"})

    async def _surviving(self, what: str, work: Awaitable[None]) -> None:
        """A database that does not answer for a while must not end the hub: the next look catches up."""
        try:
            await work
        except (HebahError, OSError) as error:
            log.warning("live_paused", part=what, error=type(error).__name__)


def _offer_all(topic: UUID, watched: _Watched, event: RecordedEvent) -> None:
    behind = [
        follower
        for follower in watched.followers
        if topic not in follower.catching_up and follower.cursors.get(topic, event.seq) < event.seq
    ]
    if behind:  # most have heard of it in full
        message = _encode_event(topic, event)
        for follower in behind:
            follower.cursors[topic] = event.seq
            follower.offer(message)


def _offer_in_full(topic: UUID, watched: _Watched, last: RecordedEvent, message: str) -> None:
    for follower in watched.followers:
        if topic in follower.in_full and topic not in follower.catching_up and follower.cursors[topic] < last.seq:
            follower.cursors[topic] = last.seq
            follower.offer(message)


def _fits(group: Sequence[RecordedEvent], event: RecordedEvent) -> bool:
    return sum(len(one.ids) for one in group) + len(event.ids) <= _MOST_SHOWN


def _ids_by_kind(events: Sequence[RecordedEvent]) -> dict[str, list[UUID]]:
    ids: dict[str, list[UUID]] = {}
    for event in events:
        ids.setdefault(event.kind, []).extend(event.ids)
    return ids


def _encode_event(
    topic: UUID,
    event: RecordedEvent,
    together: Mapping[str, Sequence[UUID]] = MappingProxyType({}),
    shown: Mapping[str, object] = MappingProxyType({}),
) -> str:
    """The event; of several together the last one, with the ids of all and what they name."""
    ids = [one for of_kind in together.values() for one in of_kind] if together else event.ids
    return encode({"op": "event", "topic": topic, "seq": event.seq, "kind": event.kind, "ids": ids, **shown})
