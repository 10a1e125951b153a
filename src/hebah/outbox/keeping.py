"""Words that leave the outbox once they are said: those that were never to stay, and those past their time."""

from collections.abc import Collection
from uuid import UUID

from hebah.foundation.postgres import Transaction, load_queries

QUERIES = load_queries("hebah.outbox", "keeping.sql")


async def forget_words(tx: Transaction, rows: Collection[tuple[UUID, UUID]]) -> None:
    """Forget what these (workspace, row) said, as far as they have ended; who got it and when stays."""
    if rows:
        await QUERIES.forget_words(
            tx, workspace_ids=[workspace_id for workspace_id, _ in rows], ids=[outbox_id for _, outbox_id in rows]
        )


async def forget_settled(tx: Transaction, limit: int) -> int:
    """Forget the words of rows that have ended and were not to keep them; gives how many."""
    rows = await QUERIES.settled_passing(tx, limit=limit)
    await forget_words(tx, [(row["workspace_id"], row["id"]) for row in rows])
    return len(rows)
