"""Rows behind live updates; the event log itself belongs to the foundation."""

from uuid import UUID

from hebah.foundation.postgres import Connection, load_queries
from hebah.live.model import TopicKind

QUERIES = load_queries("hebah.live")


async def topic_kind(connection: Connection, workspace_id: UUID, topic: UUID) -> TopicKind | None:
    """What the id names in this workspace."""
    found = await QUERIES.topic_kind(connection, workspace_id=workspace_id, topic=topic)
    return None if found is None else TopicKind(found)
