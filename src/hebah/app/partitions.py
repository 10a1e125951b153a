"""Keeps a monthly table ready for messages, so that old months can be dropped or moved without touching the new."""

from datetime import datetime

from hebah.foundation.postgres import Database, load_queries

QUERIES = load_queries("hebah.app.migrations", "partitions.sql")

MONTHS_AHEAD = 2


async def ensure_partitions(database: Database, now: datetime) -> tuple[str, ...]:
    """Make the tables of this month and the next two; returns the names of those it made. Run it at start and daily."""
    async with database.transaction() as tx:
        await QUERIES.lock_partitions(tx)
        await QUERIES.add_default_partition(tx)
        missing = await QUERIES.message_months(tx, now=now, months_ahead=MONTHS_AHEAD)
        for month in missing:
            await tx.execute(month["statements"])
    return tuple(month["name"] for month in missing)
