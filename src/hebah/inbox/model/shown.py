"""Chats and messages as screens show them.

Those of which a page has fifty are structs, which are made seven times as fast as frozen dataclasses.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

import msgspec

from hebah.inbox.model.messages import MessageStatus
from hebah.messaging.chataddress import is_group
from hebah.messaging.said import Card, MessageKind, Notice, Place


class FileState(StrEnum):
    """Whether the file of a message is here. `LATER`: it will be fetched when somebody asks for it.

    `NO_ROOM` is `LATER` because the workspace may keep no more; `REMOVED` was here and has been kept for long enough.
    `LEFT_OUT`: the message came out of an archive that is without it.
    """

    WAITING = "waiting"
    LATER = "later"
    NO_ROOM = "no_room"
    READY = "ready"
    REMOVED = "removed"
    EXPIRED = "expired"
    DAMAGED = "damaged"
    TOO_LARGE = "too_large"
    LEFT_OUT = "left_out"


@dataclass(frozen=True, slots=True)
class File:
    """The file of a message: `media_id` once it is here. Sizes in pixels, `size` in bytes, `waveform` 0 to 100.

    `can_fetch`: the phone can be asked for it (again).
    """

    state: FileState
    media_id: UUID | None
    mime: str
    size: int
    width: int = 0
    height: int = 0
    seconds: int = 0
    name: str = ""
    thumbnail: bytes = b""
    waveform: tuple[int, ...] = ()
    can_fetch: bool = False


@dataclass(frozen=True, slots=True)
class Quoted:
    """The message that this one answers; without `message_id` it is not stored here."""

    wire_id: str
    sender: str
    sender_name: str
    body: str
    from_me: bool
    message_id: UUID | None = None
    kind: MessageKind | None = None


@dataclass(frozen=True, slots=True)
class Reaction:
    """The emoji that somebody has put under a message."""

    emoji: str
    sender: str
    sender_name: str
    from_me: bool
    at: datetime


class Chat(msgspec.Struct, frozen=True):
    """A conversation of one device with one address, as the list of chats shows it; `preview` are words alone, `closed`
    says why nobody can write here, and the picture holds until `picture_until`."""

    id: UUID
    device_id: UUID
    address: str
    contact_id: UUID | None
    name: str
    last_at: datetime
    last_message_id: UUID
    preview: str
    last_from_me: bool
    last_sender_name: str
    last_deleted: bool
    unread: int
    read_until: datetime | None
    pinned_at: datetime | None
    muted_until: datetime | None
    archived_at: datetime | None
    closed: str | None
    picture_id: UUID | None
    picture_until: datetime | None
    last_kind: MessageKind
    last_status: MessageStatus | None

    @property
    def is_group(self) -> bool:
        """Whether several people write here."""
        return is_group(self.address)


class ListedChat(msgspec.Struct, frozen=True):
    """A chat with what its line of the list shows besides: whose it is here and there, labels, whether it is told
    nothing."""

    chat: Chat
    device_name: str
    contact_name: str
    phone: str | None
    lead_id: UUID | None
    assigned_to: UUID | None
    assigned_name: str
    labels: Sequence[UUID]
    suppressed: bool


class Message(msgspec.Struct, frozen=True):
    """One message as stored. `at` is the network's time, or ours when that was nonsense (`time_doubtful`).

    `sender` is an address, or `me`. A deleted message keeps its words; whether they are shown is for the screen to say.
    What was said is not `kept` where chat storage is off.
    """

    id: UUID
    device_id: UUID
    chat_id: UUID
    wire_id: str
    sender: str
    from_me: bool
    at: datetime
    received_at: datetime
    time_doubtful: bool
    once: bool
    edited_at: datetime | None
    deleted_at: datetime | None
    outbox_id: UUID | None
    sender_name: str
    body: str
    kind: MessageKind
    status: MessageStatus | None
    kept: bool
    file: File | None
    quote: Quoted | None
    place: Place | None
    cards: tuple[Card, ...]
    options: tuple[str, ...]
    notice: Notice | None
    reactions: Sequence[Reaction]
