"""What people do with chats in their list: read, pin, put away, mute."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from hebah.access.model import Actor
from hebah.access.rules import sees
from hebah.foundation.clock import Clock
from hebah.foundation.errors import NotFound
from hebah.foundation.postgres import Database, Transaction
from hebah.inbox.actions.messages import announce
from hebah.inbox.model.fetched import ErrandKind
from hebah.inbox.rules.errands import changed_kinds
from hebah.inbox.store import errands, listing
from hebah.inbox.store.listing import LockedChat
from hebah.inbox.store.messages import ChangedChat


@dataclass(frozen=True, slots=True)
class Kept:
    """What somebody changes about a chat in the list; None leaves it. `muted` with an instant silences until then."""

    pinned: bool | None = None
    archived: bool | None = None
    muted: bool | None = None
    muted_until: datetime | None = None


async def read(db: Database, clock: Clock, actor: Actor, chat_id: UUID, until: UUID | None) -> None:
    """Everything up to a message is read, for all colleagues and, by the gateway, on WhatsApp; without one, all."""
    now = clock.now()
    async with db.transaction() as tx:
        chat = await _chat(tx, actor, chat_id)
        instant = max(chat.last_at, now)
        if until is not None:
            row = await listing.find_message(tx, actor.workspace_id, until)
            if row is None or row["chat_id"] != chat.id:
                raise NotFound()
            instant = row["at"]
        if chat.unread == 0:
            return
        await listing.mark_read(tx, actor.workspace_id, chat, instant, now)
        await _announce(tx, actor, chat)


async def mark_unread(db: Database, clock: Clock, actor: Actor, chat_id: UUID) -> None:
    """Come back to it later; the phone is told."""
    async with db.transaction() as tx:
        chat = await _chat(tx, actor, chat_id)
        await listing.mark_unread(tx, actor.workspace_id, chat.id)
        await _tell_phone(tx, actor, chat, ErrandKind.UNREAD, clock.now())
        await _announce(tx, actor, chat)


async def keep(db: Database, clock: Clock, actor: Actor, chat_id: UUID, wanted: Kept) -> None:
    """Pin a chat, put it away, or silence it; the phone is told."""
    now = clock.now()
    async with db.transaction() as tx:
        chat = await _chat(tx, actor, chat_id)
        kept = chat
        if wanted.pinned is not None:
            kept = replace(kept, pinned_at=(chat.pinned_at or now) if wanted.pinned else None)
        if wanted.archived is not None:
            kept = replace(kept, archived_at=(chat.archived_at or now) if wanted.archived else None)
        if wanted.muted is not None:
            kept = replace(kept, muted_until=wanted.muted_until if wanted.muted else None)
        if kept != chat:
            await listing.keep_chat(tx, actor.workspace_id, kept)
            for kind in changed_kinds(chat, kept):
                await _tell_phone(tx, actor, chat, kind, now)
            await _announce(tx, actor, chat)


async def _chat(tx: Transaction, actor: Actor, chat_id: UUID) -> LockedChat:
    chat = await listing.lock_chat(tx, actor.workspace_id, chat_id)
    if chat is None or not sees(actor, chat.device_id):
        raise NotFound()
    return chat


async def _tell_phone(tx: Transaction, actor: Actor, chat: LockedChat, kind: ErrandKind, now: datetime) -> None:
    await errands.want(tx, [ChangedChat(actor.workspace_id, chat.device_id, chat.id)], kind, now)


async def _announce(tx: Transaction, actor: Actor, chat: LockedChat) -> None:
    await announce(tx, [], [ChangedChat(actor.workspace_id, chat.device_id, chat.id)])
