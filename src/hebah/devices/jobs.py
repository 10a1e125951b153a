"""What keeps the picture of devices true without anybody asking."""

from datetime import timedelta

from hebah.devices import store
from hebah.foundation.clock import Clock
from hebah.foundation.postgres import Database

# Longer than the day over which look-ups of numbers are counted.
_ANSWERS_KEPT = timedelta(days=2)
_BITE = 5000


async def note_lost_gateways(db: Database, clock: Clock) -> int:
    """Show devices as waiting when the gateway that held them is gone; run it every few seconds."""
    async with db.transaction() as tx:
        lost = await store.note_lost_gateways(tx, clock.now())
        await store.announce(tx, lost)
    return len(lost)


async def forget_commands(db: Database, clock: Clock) -> int:
    """Forget what was asked of gateways and answered two days ago, a bite at a time; run it every minute or so."""
    now = clock.now()
    async with db.transaction() as tx:
        return await store.forget_commands(tx, now - _ANSWERS_KEPT, now, _BITE)
