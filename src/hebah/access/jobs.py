"""What access does from time to time: forget sessions, links and attempts that can never be used again."""

from datetime import timedelta

from hebah.access import store
from hebah.access.model import IDLE_FOR
from hebah.foundation.clock import Clock
from hebah.foundation.postgres import Database

_KEEP_LINKS_FOR = timedelta(days=30)


async def forget_ended(db: Database, clock: Clock) -> None:
    """Drop what ended; hourly is plenty."""
    now = clock.now()
    async with db.transaction() as tx:
        await store.drop_ended(tx, now=now, idle_before=now - IDLE_FOR, links_before=now - _KEEP_LINKS_FOR)
