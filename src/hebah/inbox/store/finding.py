"""Messages found again: by words over all chats, by kind within one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from hebah.foundation.postgres import Connection, Record, Transaction, load_queries
from hebah.inbox.rules.finding import Term, index_query, matches
from hebah.inbox.store.listing import FIRST_AT, LAST, Place

QUERIES = load_queries("hebah.inbox", "finding.sql")

_CANDIDATES = 500
_WALKED = 5000


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked for: a message has every term. `device_ids` None means all of the workspace."""

    workspace_id: UUID
    terms: tuple[Term, ...]
    device_ids: tuple[UUID, ...] | None = None
    chat_id: UUID | None = None
    kind: str | None = None
    from_me: bool | None = None
    since: datetime | None = None
    until: datetime | None = None


async def search(tx: Transaction, wanted: Search, before: Place | None, limit: int) -> Sequence[Record]:
    """Rows, newest first."""
    await QUERIES.plan_once(tx)
    # In this order: what the index takes in meanwhile is found twice rather than not at all.
    until = await QUERIES.indexed_until(tx, workspace_id=wanted.workspace_id) or UUID(int=0)
    rows = await _unindexed(tx, wanted, until, _end(wanted, before), limit)
    asked = {
        **_asked(wanted, _end(wanted, before)),
        "query": index_query(wanted.terms, wanted.device_ids, wanted.chat_id),
        "phrases": [term.text for term in wanted.terms if term.is_phrase],
        "limit": limit,
    }
    recent = await QUERIES.recent_hits(tx, walked=_WALKED, **asked)
    rows += recent if len(recent) == limit else await QUERIES.indexed_hits(tx, **asked)
    found = {row["id"]: row for row in rows}
    return sorted(found.values(), key=_place, reverse=True)[:limit]


async def _unindexed(tx: Transaction, wanted: Search, until: UUID, before: Place, limit: int) -> list[Record]:
    found: list[Record] = []
    place = before
    while len(found) < limit:
        rows = await QUERIES.unindexed_hits(
            tx,
            indexed_until=until,
            texts=[term.text for term in wanted.terms],
            limit=_CANDIDATES,
            **_asked(wanted, place),
        )
        found += [row for row in rows if matches(row["body"], wanted.terms)]
        if len(rows) < _CANDIDATES:
            break
        place = _place(rows[-1])
    return found


def _end(wanted: Search, before: Place | None) -> Place:
    until = LAST if wanted.until is None else (wanted.until, UUID(int=0))
    return until if before is None else min(until, before)


def _asked(wanted: Search, before: Place) -> dict[str, object]:
    return {
        "workspace_id": wanted.workspace_id,
        "device_ids": None if wanted.device_ids is None else list(wanted.device_ids),
        "chat_id": wanted.chat_id,
        "kind": wanted.kind,
        "from_me": wanted.from_me,
        "since": wanted.since or FIRST_AT,
        "before_at": before[0],
        "before_id": before[1],
    }


def _place(row: Record) -> Place:
    return row["at"], row["id"]


async def gallery(
    connection: Connection, workspace_id: UUID, chat_id: UUID, kind: str, before: Place | None, limit: int
) -> Sequence[Record]:
    """Rows, newest first."""
    at, message_id = before or LAST
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
