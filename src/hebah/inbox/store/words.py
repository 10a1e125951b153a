"""The words of messages, kept behind the receiver and read by search."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from hebah.foundation.postgres import Connection, Record, Transaction, load_queries
from hebah.inbox.rules.finding import place_word, words_in

QUERIES = load_queries("hebah.inbox", "words.sql")

NONE = UUID(int=0)


async def progress(connection: Connection) -> dict[UUID, UUID]:
    """Of every workspace, the last message whose words are kept."""
    return {row["id"]: row["indexed_until"] or NONE for row in await QUERIES.workspaces(connection)}


async def settled_at(connection: Connection) -> datetime:
    """An instant before which no message can appear any more."""
    instant: datetime = await QUERIES.settled_at(connection)
    return instant


async def take(tx: Transaction, workspace_id: UUID) -> UUID | None:
    """The last message whose words are kept, locked for whoever goes on; none when somebody else does."""
    await QUERIES.begin_progress(tx, workspace_id=workspace_id, none=NONE)
    until: UUID | None = await QUERIES.take_progress(tx, workspace_id=workspace_id)
    return until


async def advance(tx: Transaction, workspace_id: UUID, after: UUID, until: UUID, limit: int) -> int:
    """Keep the words of the messages that follow; gives how many there were, `limit` when there may be more."""
    rows = await QUERIES.unworded(tx, workspace_id=workspace_id, after=after, until=until, limit=limit)
    await _add(tx, workspace_id, rows)
    reached = rows[-1]["id"] if len(rows) == limit else until
    await QUERIES.keep_progress(tx, workspace_id=workspace_id, until=reached)
    return len(rows)


async def renew(tx: Transaction, workspace_id: UUID, limit: int) -> int:
    """Keep the new words of messages that were changed; gives how many there were."""
    rows = await QUERIES.take_reworded(tx, workspace_id=workspace_id, limit=limit)
    if rows:
        places = {
            "chat_ids": [row["chat_id"] for row in rows],
            "ats": [row["at"] for row in rows],
            "ids": [row["id"] for row in rows],
        }
        await QUERIES.drop_words(tx, workspace_id=workspace_id, **places)
        await _add(tx, workspace_id, rows)
        await QUERIES.end_reworded(tx, workspace_id=workspace_id, **places)
    return len(rows)


async def _add(tx: Transaction, workspace_id: UUID, rows: Sequence[Record]) -> None:
    worded = [(row, words) for row in rows if row["body"] and (words := words_in(row["body"]))]
    if not worded:
        return
    await QUERIES.add_words(
        tx,
        workspace_id=workspace_id,
        device_ids=[row["device_id"] for row, _ in worded],
        chat_ids=[row["chat_id"] for row, _ in worded],
        ats=[row["at"] for row, _ in worded],
        ids=[row["id"] for row, _ in worded],
        words=[" ".join({place_word(row["device_id"]), place_word(row["chat_id"]), *words}) for row, words in worded],
    )
