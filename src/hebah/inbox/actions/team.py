"""What a team does about its chats: give them to somebody, label them, leave notes, keep replies for later."""

from collections.abc import Sequence
from uuid import UUID

from hebah.access.actions import trail as access
from hebah.access.model import Actor, Permission
from hebah.access.rules import may, sees
from hebah.foundation import eventlog
from hebah.foundation.clock import Clock
from hebah.foundation.errors import Conflict, FieldsInvalid, NotFound
from hebah.foundation.eventlog import Event
from hebah.foundation.ids import make_id
from hebah.foundation.postgres import Database, Transaction
from hebah.inbox.rules import team as rules
from hebah.inbox.rules.team import CannedReply, Label, LabelTaken, Note, ShortcutTaken
from hebah.inbox.store import team as store

CHATS_CHANGED = "chats_changed"
NOTES_CHANGED = "notes_changed"
TEAM_CHANGED = "team_changed"


class TooManyKept(Conflict):
    """Nobody finds anything among more."""

    code = "too_many_kept"
    sentence = "There are as many of these as there may be. Delete some first."


async def assign(db: Database, clock: Clock, actor: Actor, chat_id: UUID, user_id: UUID | None) -> None:
    """Give the chat to somebody who sees its device, or to nobody; raises FieldsInvalid."""
    now = clock.now()
    async with db.transaction() as tx:
        device_id, before = await _chat(tx, actor, chat_id)
        if before == user_id:
            return
        able = {agent.user_id for agent in await store.agents(tx, actor.workspace_id, device_id)}
        if user_id is not None and user_id not in able:
            raise FieldsInvalid({"assignedTo": "does_not_see_device"})
        await store.assign(tx, actor.workspace_id, chat_id, user_id)
        details = {"to": None if user_id is None else str(user_id)}
        await access.record_audit(tx, actor, "chat_assigned", subject=chat_id, details=details, at=now)
        await _announce(tx, actor, device_id, CHATS_CHANGED, chat_id)


async def label(db: Database, clock: Clock, actor: Actor, chat_id: UUID, label_ids: Sequence[UUID]) -> None:
    """Put exactly these labels on the chat."""
    async with db.transaction() as tx:
        device_id, _ = await _chat(tx, actor, chat_id)
        await store.put_labels(tx, actor.workspace_id, chat_id, label_ids)
        await access.record_audit(tx, actor, "chat_labelled", subject=chat_id, details={}, at=clock.now())
        await _announce(tx, actor, device_id, CHATS_CHANGED, chat_id)


async def notes(db: Database, actor: Actor, chat_id: UUID) -> list[Note]:
    """What colleagues have noted about a chat, newest first."""
    async with db.transaction() as tx:
        await _chat(tx, actor, chat_id)
        return await store.notes(tx, actor.workspace_id, chat_id)


async def add_note(db: Database, clock: Clock, actor: Actor, chat_id: UUID, body: str) -> Note:
    """Tell colleagues something; raises FieldsInvalid."""
    note = Note(make_id(), chat_id, actor.user_id, actor.name, rules.check_note(body), clock.now())
    async with db.transaction() as tx:
        device_id, _ = await _chat(tx, actor, chat_id)
        await store.add_note(tx, actor.workspace_id, note)
        await access.record_audit(tx, actor, "note_added", subject=chat_id, details={}, at=note.at)
        await _announce(tx, actor, device_id, NOTES_CHANGED, chat_id)
    return note


async def delete_note(db: Database, clock: Clock, actor: Actor, chat_id: UUID, note_id: UUID) -> None:
    """Their own; anybody's for those who look after the team."""
    only_of = None if may(actor, Permission.INBOX_TEAM) else actor.user_id
    async with db.transaction() as tx:
        device_id, _ = await _chat(tx, actor, chat_id)
        if not await store.delete_note(tx, actor.workspace_id, chat_id, note_id, only_of):
            raise NotFound()
        await access.record_audit(tx, actor, "note_deleted", subject=chat_id, details={}, at=clock.now())
        await _announce(tx, actor, device_id, NOTES_CHANGED, chat_id)


async def add_label(db: Database, clock: Clock, actor: Actor, name: str, colour: str) -> Label:
    """One more label; raises FieldsInvalid, LabelTaken, TooManyKept."""
    wanted = Label(make_id(), *rules.check_label(name, colour))
    async with db.transaction() as tx:
        kept = await store.add_label(tx, actor.workspace_id, wanted, clock.now())
        if kept is None:
            others = await store.labels(tx, actor.workspace_id)
            is_taken = any(one.name.lower() == wanted.name.lower() for one in others)
            raise LabelTaken(wanted.name) if is_taken else TooManyKept()
        await _record(tx, actor, "label_kept", kept.id, clock)
    return kept


async def change_label(
    db: Database, clock: Clock, actor: Actor, label_id: UUID, name: str | None, colour: str | None
) -> Label:
    """Another name or colour, None leaves it; raises FieldsInvalid, LabelTaken."""
    async with db.transaction() as tx:
        before = await store.find_label(tx, actor.workspace_id, label_id)
        if before is None:
            raise NotFound()
        facts = rules.check_label(before.name if name is None else name, before.colour if colour is None else colour)
        kept = await store.change_label(tx, actor.workspace_id, Label(label_id, *facts))
        if kept is None:
            raise LabelTaken(facts[0])
        await _record(tx, actor, "label_kept", kept.id, clock)
    return kept


async def delete_label(db: Database, clock: Clock, actor: Actor, label_id: UUID) -> None:
    """Take it off every chat and forget it."""
    async with db.transaction() as tx:
        if not await store.delete_label(tx, actor.workspace_id, label_id):
            raise NotFound()
        await _record(tx, actor, "label_deleted", label_id, clock)


async def put_canned_reply(
    db: Database, clock: Clock, actor: Actor, shortcut: str, body: str, reply_id: UUID | None = None
) -> CannedReply:
    """A fresh reply, or this one changed; raises FieldsInvalid, ShortcutTaken, TooManyKept."""
    wanted = CannedReply(reply_id or make_id(), *rules.check_canned_reply(shortcut, body))
    async with db.transaction() as tx:
        if reply_id is None:
            kept = await store.add_canned_reply(tx, actor.workspace_id, wanted, clock.now())
            others = await store.canned_replies(tx, actor.workspace_id)
            if kept is None and not any(one.shortcut == wanted.shortcut for one in others):
                raise TooManyKept()
        else:
            if await store.find_canned_reply(tx, actor.workspace_id, reply_id) is None:
                raise NotFound()
            kept = await store.change_canned_reply(tx, actor.workspace_id, wanted, clock.now())
        if kept is None:
            raise ShortcutTaken(wanted.shortcut)
        await _record(tx, actor, "canned_reply_kept", kept.id, clock)
    return kept


async def delete_canned_reply(db: Database, clock: Clock, actor: Actor, reply_id: UUID) -> None:
    """What was sent from it stays."""
    async with db.transaction() as tx:
        if not await store.delete_canned_reply(tx, actor.workspace_id, reply_id):
            raise NotFound()
        await _record(tx, actor, "canned_reply_deleted", reply_id, clock)


async def _chat(tx: Transaction, actor: Actor, chat_id: UUID) -> tuple[UUID, UUID | None]:
    found = await store.chat_device(tx, actor.workspace_id, chat_id)
    if found is None or not sees(actor, found[0]):
        raise NotFound()
    return found


async def _record(tx: Transaction, actor: Actor, action: str, subject: UUID, clock: Clock) -> None:
    await access.record_audit(tx, actor, action, subject=subject, details={}, at=clock.now())
    await eventlog.record(tx, [Event(actor.workspace_id, actor.workspace_id, TEAM_CHANGED, (subject,))])


async def _announce(tx: Transaction, actor: Actor, device_id: UUID, kind: str, chat_id: UUID) -> None:
    await eventlog.record(tx, [Event(actor.workspace_id, device_id, kind, (chat_id,))])
