"""What is kept no longer leaves in small bites: messages and files past their time, and words that only pass through.

Locks are taken in the order of everybody else: outbox rows, chats, messages, event topics.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from hebah.access.actions import trail as access
from hebah.foundation.clock import Clock
from hebah.foundation.postgres import Database, Transaction
from hebah.inbox.actions.messages import announce
from hebah.inbox.rules import keeping as rules
from hebah.inbox.store import keeping as store
from hebah.inbox.store.keeping import PassingMessage
from hebah.media import keeping as media
from hebah.outbox import keeping as outbox

_MESSAGES_A_BITE = 1000
_FILES_A_BITE = 200
_BITES_A_ROUND = 100


async def remove_expired(db: Database, clock: Clock) -> int:
    """Remove what workspaces keep no longer, up to a bound that the next round takes up; gives how many things went."""
    async with db.connection() as connection:
        workspaces = await store.expiring_workspaces(connection)
    gone = 0
    for kept in workspaces:
        limits = rules.cutoffs(kept.files_days, kept.messages_days, clock.now())
        for _ in range(_BITES_A_ROUND):
            bite = await _remove_messages(db, kept.workspace_id, limits.messages, clock.now())
            gone += bite
            if bite < _MESSAGES_A_BITE:
                break
        for _ in range(_BITES_A_ROUND):
            bite = await _remove_files(db, kept.workspace_id, limits.files, clock.now())
            gone += bite
            if bite < _FILES_A_BITE:
                break
    return gone


async def forget_passing(db: Database, clock: Clock) -> int:
    """Forget words that were not to stay, once they are said and shown; run it every few seconds."""
    before = clock.now() - rules.SHOWN_FOR
    async with db.connection() as connection:
        if not await store.anything_passes(connection, before):
            return 0
    async with db.transaction() as tx:
        gone = await outbox.forget_settled(tx, _MESSAGES_A_BITE)
    async with db.transaction() as tx:
        messages = await store.passing_messages(tx, before, _MESSAGES_A_BITE)
        if messages:
            await store.forget_messages(tx, messages)
            await _drop_files(tx, messages, clock.now())
    async with db.transaction() as tx:
        gone += await store.forget_changes(tx, before, _MESSAGES_A_BITE)
    return gone + len(messages)


async def drop_file(tx: Transaction, workspace_id: UUID, media_id: UUID, now: datetime) -> None:
    """A file that was fetched for words which are gone by now goes too, unless something else has it."""
    await media.remove(tx, workspace_id, await store.unneeded_files(tx, workspace_id, None, [media_id], 1), now)


async def _remove_messages(db: Database, workspace_id: UUID, before: datetime | None, now: datetime) -> int:
    if before is None:
        return 0
    async with db.transaction() as tx:
        old = await store.expired_messages(tx, workspace_id, before, _MESSAGES_A_BITE)
        if not old:
            return 0
        await outbox.forget_words(tx, [(workspace_id, one.outbox_id) for one in old if one.outbox_id is not None])
        chats = await store.delete_messages(tx, workspace_id, old)
        await access.record_by_itself(tx, workspace_id, "messages_removed", {"messages": len(old)}, now)
        await announce(tx, (), chats)
    return len(old)


async def _remove_files(db: Database, workspace_id: UUID, before: datetime | None, now: datetime) -> int:
    if before is None:
        return 0
    async with db.transaction() as tx:
        media_ids = await store.unneeded_files(tx, workspace_id, before, None, _FILES_A_BITE)
        if not media_ids:
            return 0
        changed = await store.release_files(tx, workspace_id, media_ids)
        removed = await media.remove(tx, workspace_id, media_ids, now)
        details = {"files": removed.files, "bytes": removed.bytes}
        await access.record_by_itself(tx, workspace_id, "files_removed", details, now)
        await announce(tx, changed)
    return len(media_ids)


async def _drop_files(tx: Transaction, messages: Sequence[PassingMessage], now: datetime) -> None:
    by_workspace: dict[UUID, set[UUID]] = {}
    for message in messages:
        if message.media_id is not None:
            by_workspace.setdefault(message.workspace_id, set()).add(message.media_id)
    for workspace_id, media_ids in sorted(by_workspace.items()):
        unneeded = await store.unneeded_files(tx, workspace_id, None, media_ids, len(media_ids))
        await media.remove(tx, workspace_id, unneeded, now)
