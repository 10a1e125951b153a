"""What keeps the inbox from growing without bounds and from keeping what it is not to keep, and words to be found."""

from datetime import timedelta
from uuid import UUID

import structlog

from hebah.foundation.clock import Clock
from hebah.foundation.ids import first_id_of
from hebah.foundation.postgres import Database
from hebah.inbox.actions.keeping import forget_passing, remove_expired
from hebah.inbox.model.messages import SEEN_FOR
from hebah.inbox.store import messages as store
from hebah.inbox.store import signs, words

__all__ = ["forget_passing", "forget_seen", "forget_signs", "index_words", "remove_expired"]

log = structlog.get_logger(__name__)

SETTLE_FOR = timedelta(minutes=1)
_BITE = 5000
_SIGNS_KEPT = timedelta(minutes=5)
_WORDS_BITE = 2000
_BITES_A_ROUND = 50


async def forget_seen(db: Database, clock: Clock) -> int:
    """Forget messages seen more than 30 days ago, a bite at a time; run it every minute or so."""
    async with db.transaction() as tx:
        return await store.forget_seen(tx, clock.now() - SEEN_FOR, _BITE)


async def forget_signs(db: Database, clock: Clock) -> int:
    """Forget who typed a while ago; run it every minute or so."""
    async with db.transaction() as tx:
        return await signs.forget(tx, clock.now() - _SIGNS_KEPT)


async def index_words(db: Database, *, settle_for: timedelta = SETTLE_FOR) -> int:
    """Keep the words of new and changed messages for search, at most 100,000 of a workspace; run it every second.

    Ids are made by several machines and committed a moment later, so the newest are left alone for `settle_for`.
    Gives how many messages there were. Search is complete without it, and slow where it has not been yet.
    """
    async with db.connection() as connection:
        progress = await words.progress(connection)
        until = first_id_of(await words.settled_at(connection) - settle_for)
    return sum([await _index_workspace(db, workspace_id, until) for workspace_id in progress])


async def _index_workspace(db: Database, workspace_id: UUID, until: UUID) -> int:
    many = 0
    for _ in range(_BITES_A_ROUND):
        async with db.transaction() as tx:
            after = await words.take(tx, workspace_id)
            if after is None:
                break
            renewed = await words.renew(tx, workspace_id, _WORDS_BITE)
            added = await words.advance(tx, workspace_id, after, until, _WORDS_BITE) if after < until else 0
        many += renewed + added
        if max(renewed, added) < _WORDS_BITE:
            break
    else:
        log.info("words_behind", workspace=str(workspace_id), indexed=many)
    return many
