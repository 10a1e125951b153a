"""What keeps the picture of devices true without anybody asking."""

from hebah.devices import store
from hebah.foundation.clock import Clock
from hebah.foundation.postgres import Database


async def note_lost_gateways(db: Database, clock: Clock) -> int:
    """Show devices as waiting when the gateway that held them is gone; run it every few seconds."""
    async with db.transaction() as tx:
        lost = await store.note_lost_gateways(tx, clock.now())
        await store.announce(tx, lost)
    return len(lost)
