"""Chats and messages as the interface sees them."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from hebah.foundation.postgres import Connection
from hebah.foundation.wire import View
from hebah.inbox import reads
from hebah.inbox.model.messages import MessageStatus
from hebah.inbox.model.shown import File, FileState, ListedChat, Message, Quoted
from hebah.inbox.store import errands
from hebah.messaging.chataddress import is_group
from hebah.messaging.said import MessageKind, Notice, NoticeCode, Place
from hebah.outbox import reads as outbox
from hebah.outbox.model import OutboxState
from hebah.outbox.reads import Fate

_SAID = "said:"


class MediaPart(View):
    """The file of a message; `url` once it is here, `thumbnail` a small JPEG as a data: address.

    `can_fetch`: the phone can be asked for it (again).
    """

    state: FileState
    url: str | None
    thumbnail: str | None
    mime: str
    size: int
    width: int
    height: int
    seconds: int
    file_name: str
    waveform: list[int]
    can_fetch: bool


class QuotePart(View):
    """The message that this one answers."""

    message_id: UUID | None
    wire_id: str
    from_me: bool
    sender_name: str
    body: str
    kind: MessageKind | None


class ReactionPart(View):
    """An emoji that somebody has put under a message."""

    emoji: str
    from_me: bool
    sender_name: str


class PlacePart(View):
    """A spot on the earth, in degrees."""

    latitude: float
    longitude: float
    name: str
    live: bool


class CardPart(View):
    """Somebody's contact card."""

    name: str
    phones: list[str]
    vcard: str


class NamedPart(View):
    """Somebody whom a notice is about; `is_us` is our own number."""

    address: str
    name: str
    is_us: bool


class NoticePart(View):
    """What happened in a group: who did it, to whom, and the new subject."""

    code: NoticeCode
    by: NamedPart | None
    people: list[NamedPart]
    words: str


class MessageView(View):
    """One message. `tick` is of our own: queued, sending, accepted, delivered, read, played, unknown, failed,
    cancelled; `code` says why it waits, failed or is unknown. What was said is not `kept` where chat storage is off."""

    id: UUID
    device_id: UUID
    chat_id: UUID
    wire_id: str
    client_id: str | None
    from_me: bool
    sender: str
    sender_name: str
    at: datetime
    time_doubtful: bool
    kind: MessageKind
    kept: bool
    body: str
    media: MediaPart | None
    quote: QuotePart | None
    place: PlacePart | None
    cards: list[CardPart]
    options: list[str]
    notice: NoticePart | None
    reactions: list[ReactionPart]
    edited_at: datetime | None
    deleted_at: datetime | None
    once: bool
    tick: str | None
    code: str | None
    outbox_id: UUID | None
    sent_by: str | None
    campaign_id: UUID | None


class LastPart(View):
    """The newest message of a chat, as its line in the list shows it."""

    id: UUID
    kind: MessageKind
    body: str
    from_me: bool
    sender_name: str
    tick: MessageStatus | None
    deleted: bool


class AssigneePart(View):
    """Who answers a chat."""

    user_id: UUID
    name: str


class ChatView(View):
    """A chat of one device with a person or a group; `closed` says why nobody can write there: left, admins_write."""

    id: UUID
    device_id: UUID
    device_name: str
    kind: str
    address: str
    phone: str | None
    name: str
    contact_id: UUID | None
    lead_id: UUID | None
    picture: str | None
    last_at: datetime
    last: LastPart | None
    unread: int
    read_until: datetime | None
    pinned_at: datetime | None
    muted_until: datetime | None
    archived_at: datetime | None
    assigned_to: AssigneePart | None
    labels: list[UUID]
    suppressed: bool
    closed: str | None


async def chat_views(connection: Connection, workspace_id: UUID, ids: Sequence[UUID]) -> list[ChatView]:
    """These chats in the order of their ids, as far as they exist."""
    if not ids:
        return []
    found = {listed.chat.id: listed for listed in await reads.listed_chats(connection, workspace_id, ids)}
    return [_chat(found[one]) for one in ids if one in found]


async def message_views(connection: Connection, workspace_id: UUID, messages: Sequence[Message]) -> list[MessageView]:
    """The messages with what became of those we sent."""
    ids = {message.outbox_id for message in messages if message.outbox_id is not None}
    fates = await outbox.fates(connection, workspace_id, ids) if ids else {}
    notices = await _notices(connection, workspace_id, [message for message in messages if message.notice is not None])
    return [_message(message, fates, notices.get(message.id)) for message in messages]


async def _notices(connection: Connection, workspace_id: UUID, messages: Sequence[Message]) -> dict[UUID, NoticePart]:
    """What happened in groups, with the names of those who did it."""
    if not messages:
        return {}
    told = [(message, message.notice) for message in messages if message.notice is not None]
    people = {person for _, notice in told for person in (notice.by, *notice.people) if person}
    names = await errands.names_of(connection, workspace_id, people)
    own = await errands.own_phones(connection, workspace_id, (message.device_id for message in messages))
    return {message.id: _notice(notice, names, own.get(message.device_id, "")) for message, notice in told}


def _message(message: Message, fates: Mapping[UUID, Fate], notice: NoticePart | None) -> MessageView:
    fate = None if message.outbox_id is None else fates.get(message.outbox_id)
    is_gone = message.deleted_at is not None
    return MessageView(
        id=message.id,
        device_id=message.device_id,
        chat_id=message.chat_id,
        wire_id=message.wire_id,
        client_id=_client_id(fate),
        from_me=message.from_me,
        sender=message.sender,
        sender_name=message.sender_name,
        at=message.at,
        time_doubtful=message.time_doubtful,
        kind=message.kind,
        kept=message.kept,
        body="" if is_gone else message.body,
        media=None if is_gone or message.file is None else _media(message.file),
        quote=None if is_gone or message.quote is None else _quote(message.quote),
        place=None if is_gone or message.place is None else _place(message.place),
        cards=[]
        if is_gone
        else [CardPart(name=card.name, phones=_phones(card.vcard), vcard=card.vcard) for card in message.cards],
        options=[] if is_gone else list(message.options),
        notice=notice,
        reactions=[
            ReactionPart(emoji=one.emoji, from_me=one.from_me, sender_name=one.sender_name) for one in message.reactions
        ],
        edited_at=message.edited_at,
        deleted_at=message.deleted_at,
        once=message.once,
        tick=_tick(message.status, fate),
        code=_code(message.status, fate),
        outbox_id=message.outbox_id,
        sent_by=None if fate is None else fate.sent_by,
        campaign_id=None if fate is None else fate.campaign_id,
    )


def _chat(listed: ListedChat) -> ChatView:
    chat = listed.chat
    phone = listed.phone or (chat.address if chat.address.startswith("+") else None)
    return ChatView(
        id=chat.id,
        device_id=chat.device_id,
        device_name=listed.device_name,
        kind="group" if is_group(chat.address) else "person",
        address=chat.address,
        phone=phone,
        # Somebody we were the first to write to has no name of their own yet.
        name=listed.contact_name or chat.name or phone or "",
        contact_id=chat.contact_id,
        lead_id=listed.lead_id,
        picture=None if chat.picture_id is None else f"/media/{chat.picture_id}",
        last_at=chat.last_at,
        last=None
        if chat.last_message_id == chat.id
        else LastPart(
            id=chat.last_message_id,
            kind=chat.last_kind,
            body="" if chat.last_deleted else chat.preview,
            from_me=chat.last_from_me,
            sender_name=chat.last_sender_name,
            tick=chat.last_status if chat.last_from_me else None,
            deleted=chat.last_deleted,
        ),
        unread=chat.unread,
        read_until=chat.read_until,
        pinned_at=chat.pinned_at,
        muted_until=chat.muted_until,
        archived_at=chat.archived_at,
        assigned_to=None
        if listed.assigned_to is None
        else AssigneePart(user_id=listed.assigned_to, name=listed.assigned_name),
        labels=list(listed.labels),
        suppressed=listed.suppressed,
        closed=chat.closed,
    )


def _notice(notice: Notice, names: Mapping[str, str], own: str) -> NoticePart:
    def named(address: str) -> NamedPart:
        return NamedPart(address=address, name=names.get(address, ""), is_us=address == own)

    by = named(notice.by) if notice.by else None
    return NoticePart(code=notice.code, by=by, people=[named(one) for one in notice.people], words=notice.words)


def _media(file: File) -> MediaPart:
    shown = base64.b64encode(file.thumbnail).decode() if file.thumbnail else ""
    return MediaPart(
        state=file.state,
        url=None if file.media_id is None else f"/media/{file.media_id}",
        thumbnail=f"data:image/jpeg;base64,{shown}" if shown else None,
        mime=file.mime,
        size=file.size,
        width=file.width,
        height=file.height,
        seconds=file.seconds,
        file_name=file.name,
        waveform=list(file.waveform),
        can_fetch=file.can_fetch,
    )


def _quote(quote: Quoted) -> QuotePart:
    return QuotePart(
        message_id=quote.message_id,
        wire_id=quote.wire_id,
        from_me=quote.from_me,
        sender_name=quote.sender_name,
        body=quote.body,
        kind=quote.kind,
    )


def _place(place: Place) -> PlacePart:
    return PlacePart(latitude=place.latitude, longitude=place.longitude, name=place.name, live=place.live)


def _phones(vcard: str) -> list[str]:
    """The telephone numbers of a card, as they stand in it."""
    lines: Iterable[str] = vcard.splitlines()
    return [line.rpartition(":")[2].strip() for line in lines if line.upper().partition(":")[0].find("TEL") >= 0]


def _client_id(fate: Fate | None) -> str | None:
    key = "" if fate is None else fate.key or ""
    return key.rpartition(":")[2] if key.startswith(_SAID) else None


def _tick(status: MessageStatus | None, fate: Fate | None) -> str | None:
    if status is MessageStatus.QUEUED and fate is not None and fate.state is OutboxState.DISPATCHING:
        return "sending"
    return None if status is None else status.value


def _code(status: MessageStatus | None, fate: Fate | None) -> str | None:
    if fate is None:
        return None
    if status in {MessageStatus.FAILED, MessageStatus.UNKNOWN, MessageStatus.CANCELLED}:
        return fate.code
    return fate.hold if status is MessageStatus.QUEUED else None
