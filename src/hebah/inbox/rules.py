"""What is stored of a message: its time, its text, and what the list of chats shows of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from hebah.inbox.model import AHEAD_AT_MOST, EARLIEST, RANK, MessageStatus, ReceiptOf, ReceivedMessage, SentMessage

LONGEST_PREVIEW = 120
ME = "me"
"""Stands for our own number as a sender: an echo must be recognised whatever the number calls itself."""


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
    """A message of ours on a device."""

    workspace_id: UUID
    device_id: UUID
    wire_id: str


@dataclass(frozen=True, slots=True)
class Draft:
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
    media_id: UUID | None = None
    status: MessageStatus | None = None
    outbox_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class ChatNews:
    """What a batch of messages does to one chat."""

    key: ChatKey
    contact_id: UUID | None
    newest: Draft
    unread: int


def received_draft(message: ReceivedMessage, message_id: UUID, received_at: datetime) -> Draft:
    """What a link delivered, with a time that can be sorted by."""
    doubtful = is_doubtful(message.at, received_at)
    return Draft(
        id=message_id,
        chat=ChatKey(message.workspace_id, message.device_id, message.address),
        wire_id=message.wire_id,
        sender=ME if message.from_me else message.sender,
        from_me=message.from_me,
        at=received_at if doubtful else message.at,
        time_doubtful=doubtful,
        kind=message.kind,
        body=storable(message.body),
        contact_id=message.contact_id,
        status=MessageStatus.ACCEPTED if message.from_me else None,
    )


def sent_draft(message: SentMessage, message_id: UUID) -> Draft:
    """What our sender put on the wire."""
    return Draft(
        id=message_id,
        chat=ChatKey(message.workspace_id, message.device_id, message.address),
        wire_id=message.wire_id,
        sender=ME,
        from_me=True,
        at=message.at,
        time_doubtful=False,
        kind="text" if message.media_id is None else "image",
        body=storable(message.body),
        contact_id=message.contact_id,
        media_id=message.media_id,
        status=MessageStatus(message.status),
        outbox_id=message.outbox_id,
    )


def is_doubtful(at: datetime, received_at: datetime) -> bool:
    """Whether a time stamp comes from a broken clock: before WhatsApp, or from the day after tomorrow."""
    return at < EARLIEST or at > received_at + AHEAD_AT_MOST


def storable(text: str) -> str:
    """The text without what PostgreSQL cannot hold: NUL and halves of characters."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")


def preview(body: str) -> str:
    """The beginning of a message, on one line."""
    return " ".join(body[: LONGEST_PREVIEW * 4].split())[:LONGEST_PREVIEW]


def news_of_chats(drafts: Iterable[Draft]) -> list[ChatNews]:
    """What the messages change in the list of chats, sorted by key."""
    by_chat: dict[ChatKey, list[Draft]] = {}
    for draft in drafts:
        by_chat.setdefault(draft.chat, []).append(draft)
    return [_news(key, by_chat[key]) for key in sorted(by_chat)]


def key_of(message: ReceivedMessage | SentMessage) -> MessageKey:
    """How the message is recognised when it comes again."""
    sender = ME if isinstance(message, SentMessage) or message.from_me else message.sender
    return MessageKey(message.workspace_id, message.device_id, message.address, sender, message.wire_id)


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
    return ChatNews(
        key=key,
        contact_id=contact_ids[0] if contact_ids else None,
        newest=max(drafts, key=lambda draft: (draft.at, draft.id)),
        unread=sum(not draft.from_me for draft in drafts),
    )
