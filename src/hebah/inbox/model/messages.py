"""Messages of both directions as they come in and are stored, and how far those we sent have come."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

from hebah.messaging.said import Said

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
