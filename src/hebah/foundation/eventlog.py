"""What browsers must look at again: numbered events per topic, written in the transaction that made the change.

An event names what changed, never how: ids and a kind. Its number (`seq`) grows by one per topic in commit order, so a
reader that has seen n resumes with `read_since(n)` and misses nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from hebah.foundation.postgres import Connection, Record, Topic, Transaction, load_queries

QUERIES = load_queries("hebah.foundation", "eventlog.sql")


@dataclass(frozen=True, slots=True)
class Event:
    """Something happened to these ids; `topic` is a device, a campaign, or the workspace itself."""

    workspace_id: UUID
    topic: UUID
    kind: str
    ids: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class RecordedEvent:
    """An event with its place in its topic."""

    seq: int
    kind: str
    ids: tuple[UUID, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class Later:
    """What a topic holds after a cursor. With `gap`, some of it is gone for good: take a new snapshot."""

    events: tuple[RecordedEvent, ...]
    head: int
    gap: bool


async def record(tx: Transaction, events: Sequence[Event]) -> None:
    """Have the events numbered and stored with the transaction; their topics are announced when it commits.

    They are written right before the commit, all of a transaction at once: from then on their topics are locked, and
    two transactions that locked them one by one, each in an order of its own, would wait for each other for ever.
    """
    if events:
        tx.last.setdefault(_write, []).extend(events)
        tx.touched.update(Topic(event.workspace_id, event.topic) for event in events)


async def _write(tx: Transaction, events: Sequence[Event]) -> None:
    await QUERIES.record_events(
        tx,
        workspace_ids=[event.workspace_id for event in events],
        topics=[event.topic for event in events],
        kinds=[event.kind for event in events],
        # A driver's arrays cannot be ragged, so each row's ids travel as PostgreSQL writes an array.
        ids=["{" + ",".join(map(str, event.ids)) + "}" for event in events],
    )


async def read_since(connection: Connection, workspace_id: UUID, topic: UUID, *, since: int, limit: int = 500) -> Later:
    """Events numbered above `since`, oldest first, at most `limit`."""
    return (await read_since_each(connection, workspace_id, {topic: since}, limit=limit))[topic]


async def read_since_each(
    connection: Connection, workspace_id: UUID, sinces: Mapping[UUID, int], *, limit: int = 500
) -> Mapping[UUID, Later]:
    """The same of several topics at once, each from a number of its own on."""
    rows = await QUERIES.events_since(
        connection,
        workspace_id=workspace_id,
        topics=list(sinces),
        sinces=list(sinces.values()),
        limit=limit,
    )
    found: dict[UUID, list[Record]] = {topic: [] for topic in sinces}
    for row in rows:
        found[row["topic"]].append(row)
    return {topic: _later(of_topic, sinces[topic]) for topic, of_topic in found.items()}


def _later(rows: Sequence[Record], since: int) -> Later:
    if not rows:
        return Later((), 0, gap=since > 0)
    head = rows[0]["head"]
    events = tuple(
        RecordedEvent(row["seq"], row["kind"], tuple(row["ids"]), row["at"]) for row in rows if row["seq"] is not None
    )
    first = events[0].seq if events else head + 1
    # A cursor beyond the head comes from a database that has since been restored.
    return Later(events, head, gap=first != since + 1)


async def heads(connection: Connection, workspace_id: UUID, topics: Sequence[UUID]) -> Mapping[UUID, int]:
    """The last number of each topic; 0 for a topic without events."""
    rows = await QUERIES.topic_heads(connection, workspace_id=workspace_id, topics=list(topics))
    return dict.fromkeys(topics, 0) | {row["topic"]: row["seq"] for row in rows}


async def head(connection: Connection, workspace_id: UUID, topic: UUID) -> int:
    """The last number of one topic; read it before a snapshot, so that whoever follows from it misses nothing."""
    return (await heads(connection, workspace_id, [topic]))[topic]


async def prune(connection: Connection, *, keep: timedelta, limit: int = 5000) -> int:
    """Forget events older than `keep`, at most `limit` of them; returns how many went."""
    forgotten: int = await QUERIES.prune_events(connection, keep=keep, limit=limit)
    return forgotten
