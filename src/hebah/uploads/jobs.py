"""What keeps half a file from lying here for ever."""

import asyncio

from hebah.foundation import uploads as files
from hebah.uploads import store
from hebah.uploads.actions import Pile
from hebah.uploads.rules import KEPT_FOR


async def forget_pieces(pile: Pile) -> int:
    """Forget uploads that nobody went on with for two days, and bytes that none needs; returns how many files went."""
    now = pile.clock.now()
    async with pile.db.transaction() as tx:
        await store.drop_abandoned(tx, now - KEPT_FOR)
        needed = await store.known(tx)
    return await asyncio.to_thread(files.sweep, pile.folder, needed, now)
