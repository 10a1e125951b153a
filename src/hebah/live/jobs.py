"""What live updates do from time to time: forget events nobody can need any more."""

from datetime import timedelta

from hebah.foundation import eventlog
from hebah.foundation.postgres import Database

KEEP_FOR = timedelta(days=3)
_BITE = 5000


async def prune_events(db: Database) -> int:
    """Forget events older than three days; a browser away for longer takes a new snapshot."""
    forgotten = 0
    while True:
        async with db.connection() as connection:
            bite = await eventlog.prune(connection, keep=KEEP_FOR, limit=_BITE)
        forgotten += bite
        if bite < _BITE:
            return forgotten
