"""Messages found again: by words over all chats, by kind within one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from hebah.foundation.postgres import Connection, Record, load_queries
from hebah.inbox.store.listing import Place

QUERIES = load_queries("hebah.inbox", "finding.sql")

_SPECIAL = str.maketrans({"\\": r"\\", "%": r"\%", "_": r"\_"})


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked for: every word must be in the message. `device_ids` None means all of the workspace."""

    workspace_id: UUID
    words: tuple[str, ...]
    device_ids: tuple[UUID, ...] | None = None
    chat_id: UUID | None = None
    kind: str | None = None
    from_me: bool | None = None
    since: datetime | None = None
    until: datetime | None = None


async def search(connection: Connection, wanted: Search, before: Place | None, limit: int) -> Sequence[Record]:
    """Rows, newest first."""
    at, message_id = before or (None, None)
    rows: Sequence[Record] = await QUERIES.search_all(
        connection,
        workspace_id=wanted.workspace_id,
        device_ids=None if wanted.device_ids is None else list(wanted.device_ids),
        chat_id=wanted.chat_id,
        kind=wanted.kind,
        from_me=wanted.from_me,
        since=wanted.since,
        until=wanted.until,
        before_at=at,
        before_id=message_id,
        patterns=[f"%{word.translate(_SPECIAL)}%" for word in wanted.words],
        limit=limit,
    )
    return rows


async def gallery(
    connection: Connection, workspace_id: UUID, chat_id: UUID, kind: str, before: Place | None, limit: int
) -> Sequence[Record]:
    """Rows, newest first."""
    at, message_id = before or (None, None)
    rows: Sequence[Record] = await QUERIES.gallery(
        connection,
        workspace_id=workspace_id,
        chat_id=chat_id,
        kind=kind,
        before_at=at,
        before_id=message_id,
        limit=limit,
    )
    return rows
