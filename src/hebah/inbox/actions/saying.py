"""What people say in chats by hand: it stands in the chat at once, and the outbox sends it ahead of every campaign."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from hebah.access.model import Actor
from hebah.access.rules import sees
from hebah.devices.ports import Transports
from hebah.foundation.clock import Clock
from hebah.foundation.errors import NotFound
from hebah.foundation.ids import make_id
from hebah.foundation.postgres import Connection, Database, Record, Transaction
from hebah.inbox.actions import signs
from hebah.inbox.actions.messages import announce
from hebah.inbox.model.messages import ME, MessageStatus
from hebah.inbox.rules import messages as message_rules
from hebah.inbox.rules import saying as rules
from hebah.inbox.rules.messages import ChatKey, Draft, MessageKey, Rich
from hebah.inbox.rules.saying import KeyUsed, Known, NotPossibleNow, Wanted
from hebah.inbox.store import listing
from hebah.inbox.store import messages as store
from hebah.inbox.store.listing import LockedChat
from hebah.inbox.store.messages import Changed
from hebah.media import reads as media
from hebah.media.model import Media
from hebah.messaging.chataddress import is_group
from hebah.messaging.said import ByHand, FileFacts, MediaFacts, MessageKind, Quote, Said, Target
from hebah.outbox import conversation
from hebah.outbox.conversation import Queued, Saying


async def say(db: Database, clock: Clock, actor: Actor, wanted: Wanted, transports: Transports | None = None) -> UUID:
    """Put it into the chat and queue it; gives the message's id, the same one when it is asked for again.

    With the transports of the house, the other side sees it being written first. Raises FieldsInvalid, NotFound.
    """
    rules.check_wanted(wanted)
    now = clock.now()
    async with db.transaction() as tx:
        chat = await _chat(tx, actor, wanted.chat_id)
        if chat.closed is not None:
            raise NotPossibleNow(chat.closed)
        stored = await _stored(tx, actor, wanted)
        said = await _said(tx, actor, wanted, stored)
        due = now
        # What was said before is not written again, whoever asks twice.
        if transports is not None and not await conversation.is_said(tx, actor.workspace_id, _key(actor, wanted.key)):
            due = await signs.before_saying(tx, actor, chat, said, transports, now)
        saying = replace(_saying(actor, chat, said, wanted), due=due)
        queued = await conversation.say(tx, saying, now)
        if not queued.is_new:
            return await _said_before(tx, actor, chat, queued)
        draft = _draft(saying, chat, queued, _rich(said, stored), now)
        await store.add_seen(tx, [MessageKey(*draft.chat, ME, draft.wire_id)], now)
        chats = await store.tell_chats(tx, message_rules.news_of_chats([draft]))
        await store.add_messages(tx, [draft], chats.ids, now)
        await announce(tx, [Changed(actor.workspace_id, chat.device_id, draft.id)])
    return draft.id


async def react(db: Database, clock: Clock, actor: Actor, message_id: UUID, emoji: str, key: UUID) -> None:
    """Put an emoji under a message, or take ours back (empty)."""
    async with db.transaction() as tx:
        message = await _message(tx, actor, message_id)
        rules.check_reaction(message, emoji)
        await _about(tx, actor, message, ByHand(MessageKind.REACTION, emoji, target=_target(message)), key, clock)


async def edit(db: Database, clock: Clock, actor: Actor, message_id: UUID, body: str, key: UUID) -> None:
    """Other words for a message of ours; raises NotPossibleNow, FieldsInvalid."""
    async with db.transaction() as tx:
        message = await _message(tx, actor, message_id)
        rules.check_edit(message, body, clock.now())
        await _about(tx, actor, message, ByHand(MessageKind.EDIT, body, target=_target(message)), key, clock)


async def delete(db: Database, clock: Clock, actor: Actor, message_id: UUID) -> None:
    """Take a message of ours back for everybody; raises NotPossibleNow."""
    async with db.transaction() as tx:
        message = await _message(tx, actor, message_id)
        rules.check_deletion(message, clock.now())
        # Once is enough, whoever asks: the message itself is the key.
        await _about(tx, actor, message, ByHand(MessageKind.DELETION, target=_target(message)), message.id, clock)


async def try_again(db: Database, clock: Clock, actor: Actor, message_id: UUID) -> None:
    """Send again what the network refused; raises NotPossibleNow."""
    async with db.transaction() as tx:
        message = await _message(tx, actor, message_id)
        wire_id = None
        rules.check_retry(message)
        if message.outbox_id is not None:
            wire_id = await conversation.try_again(tx, actor.workspace_id, message.outbox_id, clock.now())
        if wire_id is None:
            raise NotPossibleNow("not_refused")
        await _set_status(tx, actor, message, MessageStatus.QUEUED, MessageStatus.FAILED)


async def take_back(db: Database, clock: Clock, actor: Actor, message_id: UUID) -> None:
    """Cancel what still waits to be sent; raises NotPossibleNow."""
    async with db.transaction() as tx:
        message = await _message(tx, actor, message_id)
        wire_id = None
        if message.outbox_id is not None:
            wire_id = await conversation.take_back(tx, actor.workspace_id, message.outbox_id, clock.now())
        if wire_id is None:
            raise NotPossibleNow("not_waiting")
        await _set_status(tx, actor, message, MessageStatus.CANCELLED, MessageStatus.QUEUED)


async def _about(tx: Transaction, actor: Actor, message: Known, said: ByHand, key: UUID, clock: Clock) -> None:
    """Queue a change to a message; the chat shows it once the network has taken it."""
    chat = await _chat(tx, actor, message.chat_id)
    await conversation.say(
        tx,
        Saying(
            workspace_id=actor.workspace_id,
            device_id=chat.device_id,
            chat_id=chat.id,
            address=chat.address,
            said=said,
            key=_key(actor, key),
            contact_id=chat.contact_id,
            user_id=actor.user_id,
        ),
        clock.now(),
    )


async def _chat(tx: Transaction, actor: Actor, chat_id: UUID) -> LockedChat:
    chat = await listing.lock_chat(tx, actor.workspace_id, chat_id)
    if chat is None or not sees(actor, chat.device_id):
        raise NotFound()
    return chat


async def _message(connection: Connection, actor: Actor, message_id: UUID) -> Known:
    row = await listing.find_message(connection, actor.workspace_id, message_id)
    if row is None or not sees(actor, row["device_id"]):
        raise NotFound()
    return _known(row)


async def _said(tx: Transaction, actor: Actor, wanted: Wanted, stored: Media | None) -> ByHand:
    quote = None
    if wanted.quote is not None:
        answered = await _message(tx, actor, wanted.quote)
        if answered.chat_id != wanted.chat_id:
            raise NotFound()
        rules.check_on_whatsapp(answered)
        sender = (answered.own_phone or ME) if answered.from_me else answered.sender
        quote = Quote(answered.wire_id, sender, answered.body[: rules.LONGEST_QUOTED])
    return ByHand(wanted.kind, wanted.body, quote=quote, file=None if stored is None else _file(stored, wanted))


async def _stored(tx: Transaction, actor: Actor, wanted: Wanted) -> Media | None:
    if wanted.media_id is None:
        return None
    return await media.to_send(tx, actor.workspace_id, wanted.media_id, wanted.kind)


def _file(stored: Media, wanted: Wanted) -> FileFacts:
    """What the store has found out counts more than what was given."""
    given = wanted.file or FileFacts()
    name = (given.name or stored.file_name) if wanted.kind in rules.NAMED else ""
    return FileFacts(
        mime=stored.mime,
        name=name,
        width=stored.width or given.width,
        height=stored.height or given.height,
        seconds=stored.seconds or given.seconds,
        waveform=stored.waveform or given.waveform,
    )


def _saying(actor: Actor, chat: LockedChat, said: ByHand, wanted: Wanted) -> Saying:
    return Saying(
        workspace_id=actor.workspace_id,
        device_id=chat.device_id,
        chat_id=chat.id,
        address=chat.address,
        said=said,
        key=_key(actor, wanted.key),
        contact_id=chat.contact_id,
        media_id=wanted.media_id,
        user_id=actor.user_id,
    )


def _draft(saying: Saying, chat: LockedChat, queued: Queued, rich: Rich, now: datetime) -> Draft:
    return Draft(
        id=make_id(),
        chat=ChatKey(saying.workspace_id, chat.device_id, chat.address),
        wire_id=queued.wire_id,
        sender=ME,
        from_me=True,
        # After everything that is there: whoever answers sees the answer below what was answered.
        at=max(now, chat.last_at),
        time_doubtful=False,
        kind=saying.said.kind,
        body=message_rules.storable(saying.said.body),
        contact_id=chat.contact_id,
        rich=rich,
        media_id=saying.media_id,
        status=MessageStatus.QUEUED,
        outbox_id=queued.outbox_id,
    )


def _rich(said: ByHand, stored: Media | None) -> Rich:
    file, facts = said.file, None
    if file is not None and stored is not None:
        facts = MediaFacts(
            ref=b"",
            mime=file.mime,
            size=stored.size,
            width=file.width,
            height=file.height,
            seconds=file.seconds,
            file_name=file.name,
            thumbnail=stored.thumbnail,
            waveform=file.waveform,
        )
    return message_rules.rich_of(Said(said.kind, said.body, media=facts, quote=said.quote), is_ours=True)


async def _said_before(tx: Transaction, actor: Actor, chat: LockedChat, queued: Queued) -> UUID:
    found = await listing.own_message(tx, actor.workspace_id, chat.device_id, queued.wire_id)
    if found is None:
        raise KeyUsed()
    return found


async def _set_status(tx: Transaction, actor: Actor, message: Known, to: MessageStatus, source: MessageStatus) -> None:
    await listing.set_status(tx, actor.workspace_id, message.device_id, message.wire_id, to, [source])
    await announce(tx, [Changed(actor.workspace_id, message.device_id, message.id)])


def _key(actor: Actor, key: UUID) -> str:
    return f"said:{actor.user_id}:{key}"


def _target(message: Known) -> Target:
    in_group = is_group(message.address) and not message.from_me
    return Target(message.wire_id, message.from_me, message.sender if in_group else "")


def _known(row: Record) -> Known:
    return Known(
        id=row["id"],
        device_id=row["device_id"],
        chat_id=row["chat_id"],
        address=row["address"],
        wire_id=row["wire_id"],
        sender=row["sender"],
        own_phone=row["own_phone"],
        from_me=row["from_me"],
        kind=MessageKind(row["kind"]),
        body=row["body"] or "",
        at=row["at"],
        deleted_at=row["deleted_at"],
        status=None if row["status"] is None else MessageStatus(row["status"]),
        outbox_id=row["outbox_id"],
        keeps_words=row["keeps_words"],
    )
