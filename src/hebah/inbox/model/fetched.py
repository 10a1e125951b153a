"""What gateways fetch for the inbox, and tell for it: older messages, files, marks, signs, errands."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from hebah.inbox.model.messages import StoredAt
from hebah.messaging.said import MessageKind


@dataclass(frozen=True, slots=True)
class OfferedPacket:
    """Older messages that a phone has packed for us; `ref` is the transport's own."""

    workspace_id: UUID
    device_id: UUID
    ref: bytes
    kind: str
    chunk: int
    progress: int


@dataclass(frozen=True, slots=True)
class WaitingPacket:
    """A packet to be fetched now; `tries` have failed so far."""

    workspace_id: UUID
    device_id: UUID
    id: UUID
    ref: bytes
    tries: int


@dataclass(frozen=True, slots=True)
class KeptChat:
    """A chat as the phone keeps it."""

    address: str
    name: str = ""
    archived: bool = False
    pinned: bool = False
    muted_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class HistoryProgress:
    """How much of a device's history is here: packets, messages stored from them, and the phone's own per cent.

    `retriable` of the failed ones may still be had.
    """

    offered: int
    done: int
    failed: int
    messages: int
    percent: int
    retriable: int = 0


@dataclass(frozen=True, slots=True)
class WaitingFile:
    """A file to be fetched now, and the message it belongs to; `sender` and `chat` are addresses."""

    workspace_id: UUID
    device_id: UUID
    message: StoredAt
    ref: bytes
    chat: str
    sender: str
    wire_id: str
    from_me: bool
    mime: str
    size: int
    name: str
    kind: MessageKind
    tries: int


@dataclass(frozen=True, slots=True)
class ReadMark:
    """A chat in which somebody has read everything up to the instant, which WhatsApp does not know yet."""

    workspace_id: UUID
    device_id: UUID
    chat_id: UUID
    address: str
    until: datetime


class SignState(StrEnum):
    """What somebody does in a chat just now."""

    TYPING = "typing"
    RECORDING = "recording"
    PAUSED = "paused"


@dataclass(frozen=True, slots=True)
class SeenSign:
    """A sign that a link has seen; `address` is the chat's."""

    workspace_id: UUID
    device_id: UUID
    address: str = field(repr=False)
    sender: str = field(repr=False)
    state: SignState


@dataclass(frozen=True, slots=True)
class GivenSign:
    """What somebody in a chat does: a person there, or one of us (`is_ours`, and `who` is a user's id)."""

    device_id: UUID
    chat_id: UUID
    who: str = field(repr=False)
    is_ours: bool
    name: str = field(repr=False)
    state: SignState
    at: datetime


class ErrandKind(StrEnum):
    """What a gateway does about a chat besides messages: look a group up, fetch a picture, have the phone keep it."""

    GROUP = "group"
    PICTURE = "picture"
    PINNED = "pinned"
    ARCHIVED = "archived"
    MUTED = "muted"
    UNREAD = "unread"


@dataclass(frozen=True, slots=True)
class Errand:
    """Something to be done now about a chat, and how the chat is kept; `tries` have failed so far."""

    workspace_id: UUID
    device_id: UUID
    chat_id: UUID
    kind: ErrandKind
    address: str
    wanted_at: datetime
    tries: int
    pinned: bool
    archived: bool
    muted_until: datetime | None
    unread: bool
