"""What keeps the inbox from growing without bounds, and from keeping what it is not to keep."""

from datetime import timedelta

from hebah.foundation.clock import Clock
from hebah.foundation.postgres import Database
from hebah.inbox.actions.keeping import forget_passing, remove_expired
from hebah.inbox.model import SEEN_FOR
from hebah.inbox.store import messages as store
from hebah.inbox.store import signs

__all__ = ["forget_passing", "forget_seen", "remove_expired"]

_BITE = 5000
_SIGNS_KEPT = timedelta(minutes=5)


async def forget_seen(db: Database, clock: Clock) -> int:
    """Forget messages seen more than 30 days ago, a bite at a time; run it every minute or so."""
    async with db.transaction() as tx:
        return await store.forget_seen(tx, clock.now() - SEEN_FOR, _BITE)


async def forget_signs(db: Database, clock: Clock) -> int:
    """Forget who typed a while ago; run it every minute or so."""
    async with db.transaction() as tx:
        return await signs.forget(tx, clock.now() - _SIGNS_KEPT)
