"""The event log for those who ask instead of listening: what happened to a topic since a number."""

from collections.abc import Mapping
from uuid import UUID

from hebah.access.model import Actor
from hebah.foundation import eventlog
from hebah.foundation.errors import NotFound
from hebah.foundation.eventlog import Later
from hebah.foundation.postgres import Connection
from hebah.live import store
from hebah.live.model import LONGEST_REPLAY
from hebah.live.rules import may_follow


async def require_topic(connection: Connection, actor: Actor, topic: UUID) -> None:
    """Raise `NotFound` unless the topic exists for this actor."""
    kind = await store.topic_kind(connection, actor.workspace_id, topic)
    if kind is None or not may_follow(actor, kind, topic):
        raise NotFound()


async def missed(connection: Connection, workspace_id: UUID, topic: UUID, since: int) -> Later:
    """What came after `since`; with `gap`, too much of it was missed or is gone: take a new snapshot."""
    return (await missed_each(connection, workspace_id, {topic: since}))[topic]


async def missed_each(connection: Connection, workspace_id: UUID, sinces: Mapping[UUID, int]) -> Mapping[UUID, Later]:
    """The same of several topics, each from a number of its own on."""
    found = await eventlog.read_since_each(connection, workspace_id, sinces, limit=LONGEST_REPLAY)
    return {
        topic: Later((), later.head, gap=True) if later.head - sinces[topic] > LONGEST_REPLAY else later
        for topic, later in found.items()
    }
