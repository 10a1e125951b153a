"""What keeps the inbox from growing without bounds."""

from hebah.foundation.clock import Clock
from hebah.foundation.postgres import Database
from hebah.inbox.model import SEEN_FOR
from hebah.inbox.store import messages as store

_BITE = 5000


async def forget_seen(db: Database, clock: Clock) -> int:
    """Forget messages seen more than 30 days ago, a bite at a time; run it every minute or so."""
    async with db.transaction() as tx:
        return await store.forget_seen(tx, clock.now() - SEEN_FOR, _BITE)
