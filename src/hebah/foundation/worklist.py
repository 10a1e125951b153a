"""Things that wait for a worker and take it longer than a moment: each is worked on by one worker at a time."""

from collections.abc import Awaitable, Callable, Sequence
from uuid import UUID

from hebah.foundation.postgres import Connection, Database, load_queries

QUERIES = load_queries("hebah.foundation", "worklist.sql")

Waiting = Callable[[Connection], Awaitable[Sequence[tuple[UUID, UUID]]]]
"""Asks for workspace and id of everything that waits."""

Work = Callable[[UUID, UUID], Awaitable[bool]]
"""Goes on with one thing, by workspace and id; says whether there was something to do."""


async def work_through(db: Database, waiting: Waiting, work: Work) -> int:
    """Go on with everything that no other worker has in hand; returns how many things were worked on."""
    async with db.connection() as connection:
        found = await waiting(connection)
    worked_on = 0
    for workspace_id, thing_id in found:
        async with db.connection() as guard:
            if not await QUERIES.take_in_hand(guard, id=thing_id):
                continue
            try:
                worked_on += await work(workspace_id, thing_id)
            finally:
                await QUERIES.let_go(guard, id=thing_id)
    return worked_on
