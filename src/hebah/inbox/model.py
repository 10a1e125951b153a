"""The facts of the inbox: messages of both directions as they are stored, and what became of those we sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

from hebah.messaging.chataddress import is_group
from hebah.messaging.said import Card, MessageKind, Notice, Place, Said

AHEAD_AT_MOST = timedelta(hours=24)
EARLIEST = datetime(2009, 1, 1, tzinfo=UTC)
"""WhatsApp began in 2009: an older time stamp is a broken clock."""

SEEN_FOR = timedelta(days=30)
"""How long a message is recognised when it is delivered again."""

ME = "me"
"""Stands for our own number as a sender: an echo must be recognised whatever the number calls itself."""

FROM_ARCHIVE = "archive:"
"""How wire ids of messages begin that only a file tells of: WhatsApp would not know what is meant."""


class MessageStatus(StrEnum):
    """How far a message we sent is known to have come; messages of others have none."""

    QUEUED = "queued"
    CANCELLED = "cancelled"
    FAILED = "failed"
    UNKNOWN = "unknown"
    ACCEPTED = "accepted"
    DELIVERED = "delivered"
    READ = "read"
    PLAYED = "played"


# Knowledge only grows. Proof that the network has the message outranks both "unknown" and a mistaken "failed".
RANK: Mapping[MessageStatus, int] = MappingProxyType({status: rank for rank, status in enumerate(MessageStatus)})


def further(known: MessageStatus | None, news: MessageStatus) -> MessageStatus:
    """What is known of a message after the news, whatever order news arrives in."""
    return news if known is None or RANK[news] > RANK[known] else known


# --- what comes in ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class StoredAt:
    """Where a message is stored."""

    chat_id: UUID
    at: datetime
    id: UUID


@dataclass(frozen=True, slots=True)
class SentMessage:
    """A message of ours as the sender settled it: goes into its chat in the settling transaction.

    `address` is the chat, `said` what was put on the wire, `at` the network's time when it accepted the message, else
    the time of dispatch. `status` is the outbox row's state after settling, which may be further on than the outcome
    when a receipt was faster.
    """

    workspace_id: UUID
    device_id: UUID
    address: str
    wire_id: str
    said: Said = field(repr=False)
    at: datetime
    status: MessageStatus
    contact_id: UUID | None = None
    outbox_id: UUID | None = None
    media_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class ReceivedMessage:
    """A message as a link delivered it: from a person, or from our own phone (`from_me`).

    `is_old` came in a packet of history: nobody is told that it is unread. `former` is the address it came with when
    its sender is known by a better one. `replaces` is set by `sift`: a message that could not be read before.
    """

    workspace_id: UUID
    device_id: UUID
    address: str
    sender: str
    wire_id: str
    at: datetime
    from_me: bool
    said: Said = field(repr=False)
    sender_name: str = field(default="", repr=False)
    contact_id: UUID | None = None
    is_old: bool = False
    former: str | None = None
    replaces: StoredAt | None = None


@dataclass(frozen=True, slots=True)
class ReceiptOf:
    """News about messages of ours in one chat of a device."""

    workspace_id: UUID
    device_id: UUID
    wire_ids: tuple[str, ...]
    status: MessageStatus
    at: datetime


@dataclass(frozen=True, slots=True)
class ReadByUs:
    """The owner has read messages of others in a chat, on the phone or elsewhere."""

    workspace_id: UUID
    device_id: UUID
    address: str
    wire_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ToldChat:
    """What the phone keeps of a chat: None has not changed, `muted_until` has if `muted`, the picture if `pictured`."""

    workspace_id: UUID
    device_id: UUID
    address: str
    name: str | None = field(default=None, repr=False)
    pinned: bool | None = None
    archived: bool | None = None
    muted: bool = False
    muted_until: datetime | None = None
    unread: bool | None = None
    pictured: bool = False


@dataclass(frozen=True, slots=True)
class Arrived:
    """What a receiving transaction brings into the inbox; messages have passed `sift`."""

    messages: tuple[ReceivedMessage, ...] = ()
    receipts: tuple[ReceiptOf, ...] = ()
    reads: tuple[ReadByUs, ...] = ()
    told: tuple[ToldChat, ...] = ()


@dataclass(frozen=True, slots=True)
class KnownAs:
    """Somebody by phone (E.164) and by LID (digits)."""

    workspace_id: UUID
    phone: str
    lid: str


# --- what screens show ------------------------------------------------------------------------------------------------


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


@dataclass(frozen=True, slots=True)
class Chat:
    """A conversation of one device with one address, as the list of chats shows it; `preview` are words alone, `closed`
    says why nobody can write here, and the picture holds until `picture_until`."""

    id: UUID
    device_id: UUID
    address: str
    contact_id: UUID | None
    name: str
    last_at: datetime
    last_message_id: UUID
    last_kind: MessageKind
    preview: str
    last_from_me: bool
    last_sender_name: str
    last_deleted: bool
    last_status: MessageStatus | None
    unread: int
    read_until: datetime | None = None
    pinned_at: datetime | None = None
    muted_until: datetime | None = None
    archived_at: datetime | None = None
    closed: str | None = None
    picture_id: UUID | None = None
    picture_until: datetime | None = None

    @property
    def is_group(self) -> bool:
        """Whether several people write here."""
        return is_group(self.address)


@dataclass(frozen=True, slots=True)
class Message:
    """One message as stored. `at` is the network's time, or ours when that was nonsense (`time_doubtful`).

    `sender` is an address, or `me`. A deleted message keeps its words; whether they are shown is for the screen to say.
    What was said is not `kept` where chat storage is off.
    """

    id: UUID
    device_id: UUID
    chat_id: UUID
    wire_id: str
    sender: str
    sender_name: str
    from_me: bool
    at: datetime
    received_at: datetime
    time_doubtful: bool
    kind: MessageKind
    body: str
    file: File | None
    quote: Quoted | None
    place: Place | None
    cards: tuple[Card, ...]
    options: tuple[str, ...]
    reactions: tuple[Reaction, ...]
    once: bool
    edited_at: datetime | None
    deleted_at: datetime | None
    status: MessageStatus | None
    outbox_id: UUID | None
    kept: bool = True
    notice: Notice | None = None


# --- history ----------------------------------------------------------------------------------------------------------


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


# --- archives ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Origin:
    """The archive that messages come out of, and the device whose chats they go into."""

    workspace_id: UUID
    device_id: UUID
    archive_id: UUID


@dataclass(frozen=True, slots=True)
class OldFile:
    """The file of a message out of an archive; `media_id` once its bytes are kept. Sizes in bytes and pixels."""

    name: str
    mime: str = ""
    size: int = 0
    width: int = 0
    height: int = 0
    media_id: UUID | None = None
    state: FileState = FileState.LEFT_OUT


@dataclass(frozen=True, slots=True)
class OldMessage:
    """A message out of an archive, which is a message of ours wherever else it came from already.

    `address` is its chat; `span` how much time its file leaves open after `at`. `nth` counts, from 0, the equal ones of
    the same moment that stand before it in the file: as many as the chat has already are not new. `id` and `wire_id`
    follow from the file alone.
    """

    id: UUID
    wire_id: str
    address: str = field(repr=False)
    sender: str = field(repr=False)
    sender_name: str = field(repr=False)
    from_me: bool
    at: datetime
    span: timedelta
    nth: int
    kind: MessageKind
    body: str = field(repr=False)
    file: OldFile | None = field(default=None, repr=False)
    edited: bool = False
    deleted: bool = False


# --- files ------------------------------------------------------------------------------------------------------------


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


# --- signs ------------------------------------------------------------------------------------------------------------


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


# --- errands ----------------------------------------------------------------------------------------------------------


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
