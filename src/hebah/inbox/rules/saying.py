"""What may be said by hand in a chat: new words, answers, reactions, edits and deletions."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from hebah.foundation.errors import Conflict, FieldsInvalid
from hebah.inbox.model.messages import FROM_ARCHIVE, MessageStatus
from hebah.messaging.said import FileFacts, MessageKind

LONGEST_BODY: Final = 65_536
LONGEST_QUOTED: Final = 300
EDITABLE_FOR: Final = timedelta(minutes=15)
DELETABLE_FOR: Final = timedelta(days=2)
SAYABLE: Final = frozenset(
    {
        MessageKind.TEXT,
        MessageKind.IMAGE,
        MessageKind.VIDEO,
        MessageKind.VOICE,
        MessageKind.AUDIO,
        MessageKind.DOCUMENT,
    }
)
WORDLESS: Final = frozenset({MessageKind.VOICE, MessageKind.AUDIO})
"""Kinds that have no room for words on the network."""

NAMED: Final = frozenset({MessageKind.AUDIO, MessageKind.DOCUMENT})
"""Kinds whose files are known by name; pictures, films and voice notes have none in a chat."""

GONE_OUT: Final = frozenset({MessageStatus.ACCEPTED, MessageStatus.DELIVERED, MessageStatus.READ, MessageStatus.PLAYED})


class NotPossibleNow(Conflict):
    """What somebody wants to do with a message cannot be done any more, or not yet. Reasons: `not_yours`, `too_old`,
    `not_sent`, `not_text`, `deleted`, `not_refused`, `not_waiting`, `not_kept`,
    `from_archive`."""

    code = "message_not_possible"
    sentence = "This cannot be done with the message: {reason}."
    reason: str


class KeyUsed(Conflict):
    """The key of a request stands for something else that was said, or for what has been erased since."""

    code = "key_used"
    sentence = "This clientId has been used for another message. Choose a new one."


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody wants to say; `key` is theirs, so that asking again says it once."""

    chat_id: UUID
    key: UUID
    kind: MessageKind
    body: str = field(default="", repr=False)
    media_id: UUID | None = None
    quote: UUID | None = None
    file: FileFacts | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """A stored message that something is about; `sender` is an address or `me`."""

    id: UUID
    device_id: UUID
    chat_id: UUID
    address: str = field(repr=False)
    wire_id: str
    sender: str = field(repr=False)
    own_phone: str | None = field(repr=False)
    from_me: bool
    kind: MessageKind
    body: str = field(repr=False)
    at: datetime
    deleted_at: datetime | None
    status: MessageStatus | None
    outbox_id: UUID | None
    keeps_words: bool = True


def check_wanted(wanted: Wanted) -> None:
    """Raise FieldsInvalid unless there is something to say."""
    faults: dict[str, str] = {}
    if wanted.kind not in SAYABLE:
        faults["kind"] = "unknown"
    if wanted.kind is MessageKind.TEXT and not wanted.body.strip():
        faults["body"] = "empty"
    if len(wanted.body) > LONGEST_BODY:
        faults["body"] = "too_long"
    if wanted.kind in WORDLESS and wanted.body:
        faults["body"] = "not_possible"
    if (wanted.media_id is None) != (wanted.kind is MessageKind.TEXT):
        faults["mediaId"] = "required" if wanted.media_id is None else "not_possible"
    if faults:
        raise FieldsInvalid(faults)


def check_edit(message: Known, body: str, now: datetime) -> None:
    """Raise NotPossibleNow or FieldsInvalid."""
    if not body.strip():
        raise FieldsInvalid({"body": "empty"})
    if len(body) > LONGEST_BODY:
        raise FieldsInvalid({"body": "too_long"})
    if message.kind is not MessageKind.TEXT:
        raise NotPossibleNow("not_text")
    _check_ours(message, now, EDITABLE_FOR)


def check_retry(message: Known) -> None:
    """Raise NotPossibleNow for what cannot be said again, because it is not known any more."""
    if not message.keeps_words:
        raise NotPossibleNow("not_kept")


def check_deletion(message: Known, now: datetime) -> None:
    """Raise NotPossibleNow."""
    _check_ours(message, now, DELETABLE_FOR)


def check_reaction(message: Known, emoji: str) -> None:
    """Raise NotPossibleNow or FieldsInvalid."""
    if len(emoji) > 16:
        raise FieldsInvalid({"emoji": "too_long"})
    check_on_whatsapp(message)
    if message.deleted_at is not None:
        raise NotPossibleNow("deleted")
    if message.from_me and message.status not in GONE_OUT:
        raise NotPossibleNow("not_sent")


def check_on_whatsapp(message: Known) -> None:
    """Raise NotPossibleNow for what only a file tells of: nobody else would know which message is meant."""
    if message.wire_id.startswith(FROM_ARCHIVE):
        raise NotPossibleNow("from_archive")


def _check_ours(message: Known, now: datetime, within: timedelta) -> None:
    check_on_whatsapp(message)
    if not message.from_me:
        raise NotPossibleNow("not_yours")
    if message.deleted_at is not None:
        raise NotPossibleNow("deleted")
    if message.status not in GONE_OUT:
        raise NotPossibleNow("not_sent")
    if now - message.at > within:
        raise NotPossibleNow("too_old")
