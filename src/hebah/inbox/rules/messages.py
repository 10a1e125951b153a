"""What is stored of a message: its time, its words, what only some kinds have, and what the list of chats shows.

What is made once a message or chat is a struct, which is made seven times as fast as a frozen dataclass.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import msgspec

from hebah.inbox.model.messages import (
    AHEAD_AT_MOST,
    EARLIEST,
    ME,
    RANK,
    MessageStatus,
    ReceiptOf,
    ReceivedMessage,
    SentMessage,
    StoredAt,
)
from hebah.inbox.model.shown import FileState
from hebah.inbox.rules.files import Urgency, state_of_file, urgency_of
from hebah.messaging.chataddress import is_group, is_phone
from hebah.messaging.said import MediaFacts, MessageKind, Said

LONGEST_PREVIEW = 120
MOST_RAW_BYTES = 256 * 1024
MOST_THUMBNAIL_BYTES = 64 * 1024

Details = Mapping[str, object]


class MessageKey(NamedTuple):
    """What makes a message the same message."""

    workspace_id: UUID
    device_id: UUID
    chat: str
    sender: str
    wire_id: str


class ChatKey(NamedTuple):
    """A chat of a device."""

    workspace_id: UUID
    device_id: UUID
    address: str


class WireKey(NamedTuple):
    """A message on a device, by its wire id."""

    workspace_id: UUID
    device_id: UUID
    wire_id: str


@dataclass(frozen=True, slots=True)
class Rich:
    """What a message has beyond words; `words` stand for it in the list of chats when it has none of its own."""

    details: Details | None = None
    media_ref: bytes | None = None
    media_state: FileState | None = None
    thumbnail: bytes | None = None
    raw: bytes | None = None
    once: bool = False
    words: str = ""
    urgency: Urgency | None = None


PLAIN = Rich()


class Draft(msgspec.Struct, frozen=True):
    """A message about to be stored, whatever its direction."""

    id: UUID
    chat: ChatKey
    wire_id: str
    sender: str
    from_me: bool
    at: datetime
    time_doubtful: bool
    kind: str
    body: str
    contact_id: UUID | None
    rich: Rich = PLAIN
    sender_name: str | None = None
    media_id: UUID | None = None
    status: MessageStatus | None = None
    outbox_id: UUID | None = None
    is_old: bool = False
    replaces: StoredAt | None = None


class ChatNews(msgspec.Struct, frozen=True):
    """What a batch of messages does to one chat."""

    key: ChatKey
    contact_id: UUID | None
    newest: Draft
    unread: int
    name: str


def received_draft(message: ReceivedMessage, message_id: UUID, received_at: datetime) -> Draft:
    """What a link delivered, with a time that can be sorted by."""
    at, doubtful = believable(message.at, received_at)
    said, replaced = message.said, message.replaces
    return Draft(
        id=message_id if replaced is None else replaced.id,
        chat=ChatKey(message.workspace_id, message.device_id, message.address),
        wire_id=message.wire_id,
        sender=ME if message.from_me else message.sender,
        from_me=message.from_me,
        at=at if replaced is None else replaced.at,
        time_doubtful=doubtful,
        kind=said.kind,
        body=storable(said.body),
        contact_id=message.contact_id,
        rich=rich_of(said, is_old=message.is_old),
        sender_name=_shown_name(message),
        status=MessageStatus.ACCEPTED if message.from_me else None,
        is_old=message.is_old,
        replaces=replaced,
    )


def sent_draft(message: SentMessage, message_id: UUID) -> Draft:
    """What our sender put on the wire; its file is ours already."""
    return Draft(
        id=message_id,
        chat=ChatKey(message.workspace_id, message.device_id, message.address),
        wire_id=message.wire_id,
        sender=ME,
        from_me=True,
        at=message.at,
        time_doubtful=False,
        kind=message.said.kind,
        body=storable(message.said.body),
        contact_id=message.contact_id,
        rich=rich_of(message.said, is_ours=True),
        media_id=message.media_id,
        status=MessageStatus(message.status),
        outbox_id=message.outbox_id,
    )


def rich_of(said: Said, *, is_old: bool = False, is_ours: bool = False) -> Rich:
    """What a message has beyond words."""
    file, raw = said.media, said.raw
    if (
        file is None
        and said.quote is None
        and not (said.place or said.cards or said.options or raw or said.once or said.notice)
    ):
        return PLAIN
    waits = file is not None and not is_ours
    return Rich(
        details=_details(said) or None,
        media_ref=file.ref if file is not None and waits else None,
        media_state=state_of_file(said, is_old=is_old) if waits else None,
        thumbnail=file.thumbnail if file is not None and 0 < len(file.thumbnail) <= MOST_THUMBNAIL_BYTES else None,
        raw=raw if 0 < len(raw) <= MOST_RAW_BYTES else None,
        once=said.once,
        words=_words(said),
        urgency=urgency_of(said, is_old=is_old) if waits else None,
    )


def believable(at: datetime, received_at: datetime) -> tuple[datetime, bool]:
    """The time to sort by, and whether the one that was told is doubtful."""
    doubtful = is_doubtful(at, received_at)
    return (received_at if doubtful else at), doubtful


def is_doubtful(at: datetime, received_at: datetime) -> bool:
    """Whether a time stamp comes from a broken clock: before WhatsApp, or from the day after tomorrow."""
    return at < EARLIEST or at > received_at + AHEAD_AT_MOST


def storable(text: str) -> str:
    """The text without what PostgreSQL cannot hold: NUL and halves of characters."""
    if text.isascii() and "\x00" not in text:
        return text
    return text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")


def preview(body: str) -> str:
    """The beginning of a message, on one line."""
    return " ".join(body[: LONGEST_PREVIEW * 4].split())[:LONGEST_PREVIEW]


def preview_of(draft: Draft) -> str:
    """What the list of chats shows of a message besides its kind."""
    return preview(draft.body or draft.rich.words)


def news_of_chats(drafts: Iterable[Draft]) -> list[ChatNews]:
    """What the messages change in the list of chats, sorted by key."""
    by_chat: dict[ChatKey, list[Draft]] = {}
    for draft in drafts:
        by_chat.setdefault(draft.chat, []).append(draft)
    # By numbers, since identities compare themselves in Python.
    ordered = sorted(by_chat, key=lambda key: (key.workspace_id.int, key.device_id.int, key.address))
    return [_news(key, by_chat[key]) for key in ordered]


def key_of(message: ReceivedMessage | SentMessage) -> MessageKey:
    """How the message is recognised when it comes again."""
    sender = ME if isinstance(message, SentMessage) or message.from_me else message.sender
    return MessageKey(message.workspace_id, message.device_id, message.address, sender, message.wire_id)


def former_key_of(message: ReceivedMessage) -> MessageKey | None:
    """How it was recognised while its chat was known by another address."""
    if message.former is None:
        return None
    sender = ME if message.from_me else message.former
    return MessageKey(message.workspace_id, message.device_id, message.former, sender, message.wire_id)


def is_about_group(draft: Draft, nameless: Collection[ChatKey]) -> bool:
    """Whether a message is a reason to look its group up."""
    return is_group(draft.chat.address) and (draft.kind == MessageKind.SYSTEM or draft.chat in nameless)


def furthest(receipts: Sequence[ReceiptOf]) -> dict[WireKey, MessageStatus]:
    """The best that receipts say of each message."""
    known: dict[WireKey, MessageStatus] = {}
    for receipt in receipts:
        for wire_id in receipt.wire_ids:
            key = WireKey(receipt.workspace_id, receipt.device_id, wire_id)
            if key not in known or RANK[receipt.status] > RANK[known[key]]:
                known[key] = receipt.status
    return known


def _news(key: ChatKey, drafts: Sequence[Draft]) -> ChatNews:
    contact_ids = [draft.contact_id for draft in drafts if draft.contact_id is not None]
    newest = drafts[0] if len(drafts) == 1 else max(drafts, key=lambda draft: (draft.at, draft.id))
    names = () if is_phone(key.address) or is_group(key.address) else [one.sender_name for one in drafts]
    return ChatNews(
        key=key,
        contact_id=contact_ids[0] if contact_ids else None,
        newest=newest,
        unread=sum(not (draft.from_me or draft.is_old or draft.kind == MessageKind.SYSTEM) for draft in drafts),
        name=next((name for name in names if name), ""),
    )


def _shown_name(message: ReceivedMessage) -> str | None:
    # Somebody with a number is a contact, who has a name already.
    if message.from_me or not message.sender_name or is_phone(message.address):
        return None
    return storable(message.sender_name)


def _words(said: Said) -> str:
    if said.media is not None and said.media.file_name:
        return said.media.file_name
    if said.place is not None:
        return said.place.name
    return ", ".join(card.name for card in said.cards)


def _details(said: Said) -> dict[str, object]:
    details: dict[str, object] = {}
    if said.media is not None:
        details["file"] = _file(said.media)
    if said.quote is not None:
        quote = said.quote
        details["quote"] = {"wire_id": quote.wire_id, "sender": quote.sender, "body": storable(quote.body)}
    if said.place is not None:
        place = said.place
        spot = {"latitude": place.latitude, "longitude": place.longitude}
        details["place"] = {**spot, "name": storable(place.name), "live": place.live}
    if said.cards:
        details["cards"] = [{"name": storable(card.name), "vcard": storable(card.vcard)} for card in said.cards]
    if said.notice is not None:
        notice = said.notice
        done = {"code": notice.code, "by": notice.by, "people": list(notice.people), "words": storable(notice.words)}
        details["notice"] = done
    if said.options:
        details["options"] = [storable(option) for option in said.options]
    return details


def _file(file: MediaFacts) -> dict[str, object]:
    facts: dict[str, object] = {"mime": storable(file.mime), "size": file.size, "name": storable(file.file_name)}
    numbers = {"width": file.width, "height": file.height, "seconds": file.seconds}
    facts.update({name: number for name, number in numbers.items() if number})
    if file.waveform:
        facts["waveform"] = list(file.waveform[:64])
    return facts
