"""Who may change a message that is already there, and what becomes of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from hebah.inbox.model.messages import ME, ReceivedMessage, SentMessage, StoredAt
from hebah.inbox.rules.messages import ChatKey, believable, storable
from hebah.messaging.chataddress import is_group
from hebah.messaging.said import ABOUT_ANOTHER, MessageKind

# A tuple: an enum's hash costs more than three comparisons, and this is asked of every message.
_CHANGES = tuple(ABOUT_ANOTHER)


@dataclass(frozen=True, slots=True)
class ChangeDraft:
    """A reaction, an edit or a deletion about to be stored."""

    id: UUID
    chat: ChatKey
    target_wire_id: str
    kind: MessageKind
    sender: str
    sender_name: str | None
    wire_id: str
    body: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Found:
    """A stored change and the message it is about, by what both sides call themselves now."""

    change_id: UUID
    workspace_id: UUID
    device_id: UUID
    target_wire_id: str
    chat: str
    kind: MessageKind
    actor: str
    body: str
    at: datetime
    message: StoredAt
    author: str
    edited_at: datetime | None
    deleted_at: datetime | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a message becomes; `body` None leaves its words."""

    workspace_id: UUID
    message: StoredAt
    body: str | None
    edited_at: datetime | None
    deleted_at: datetime | None


def is_change(message: ReceivedMessage | SentMessage) -> bool:
    """Whether it is about another message instead of a line of the chat."""
    return message.said.kind in _CHANGES


def change_draft(message: ReceivedMessage | SentMessage, change_id: UUID, received_at: datetime) -> ChangeDraft | None:
    """What is stored of a change; None when it does not say of what."""
    target = message.said.target
    if target is None:
        return None
    return ChangeDraft(
        id=change_id,
        chat=ChatKey(message.workspace_id, message.device_id, message.address),
        target_wire_id=target.wire_id,
        kind=message.said.kind,
        sender=ME if isinstance(message, SentMessage) or message.from_me else message.sender,
        sender_name=None if isinstance(message, SentMessage) else storable(message.sender_name) or None,
        wire_id=message.wire_id,
        body=storable(message.said.body),
        at=believable(message.at, received_at)[0],
    )


def may_change(found: Found) -> bool:
    """Whether the message is the actor's own; in a chat of two whoever is not us is the other."""
    if is_group(found.chat):
        return found.actor == found.author
    return (found.actor == ME) == (found.author == ME)


def outcomes(found: Sequence[Found]) -> list[Outcome]:
    """What becomes of each message: the latest edit stands in whatever order they came, a deletion is for good."""
    by_message: dict[UUID, list[Found]] = {}
    for each in found:
        if each.kind is not MessageKind.REACTION and may_change(each):
            by_message.setdefault(each.message.id, []).append(each)
    return [outcome for changes in by_message.values() if (outcome := _outcome(changes)) is not None]


def _outcome(changes: Sequence[Found]) -> Outcome | None:
    first = changes[0]
    edits = [
        change
        for change in changes
        if change.kind is MessageKind.EDIT and (first.edited_at is None or change.at >= first.edited_at)
    ]
    edit = max(edits, key=lambda change: (change.at, change.change_id), default=None)
    deleted_at = first.deleted_at or min(
        (change.at for change in changes if change.kind is MessageKind.DELETION), default=None
    )
    if edit is None and deleted_at == first.deleted_at:
        return None
    return Outcome(
        workspace_id=first.workspace_id,
        message=first.message,
        body=None if edit is None else edit.body,
        edited_at=first.edited_at if edit is None else edit.at,
        deleted_at=deleted_at,
    )
