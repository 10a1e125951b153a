"""The facts of the inbox: messages of both directions as they are stored, and what became of those we sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

AHEAD_AT_MOST = timedelta(hours=24)
EARLIEST = datetime(2009, 1, 1, tzinfo=UTC)
"""WhatsApp began in 2009: an older time stamp is a broken clock."""

SEEN_FOR = timedelta(days=30)
"""How long a message is recognised when it is delivered again."""


class MessageStatus(StrEnum):
    """How far a message we sent is known to have come; messages of others have none."""

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
class SentMessage:
    """A message of ours as the sender settled it: goes into its chat in the settling transaction.

    `address` is the chat (E.164), `body` what was put on the wire, `at` the network's time when it accepted the
    message, else the time of dispatch. `status` is the outbox row's state after settling, which may be further on
    than the outcome when a receipt was faster.
    """

    workspace_id: UUID
    device_id: UUID
    address: str
    wire_id: str
    body: str
    at: datetime
    status: MessageStatus
    contact_id: UUID | None = None
    outbox_id: UUID | None = None
    media_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class ReceivedMessage:
    """A message as a link delivered it: from a person, or from our own phone (`from_me`)."""

    workspace_id: UUID
    device_id: UUID
    address: str
    sender: str
    wire_id: str
    at: datetime
    from_me: bool
    kind: str
    body: str
    contact_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class ReceiptOf:
    """News about messages of ours in one chat of a device."""

    workspace_id: UUID
    device_id: UUID
    wire_ids: tuple[str, ...]
    status: MessageStatus
    at: datetime


@dataclass(frozen=True, slots=True)
class Chat:
    """A conversation of one device with one address, as the list of chats shows it."""

    id: UUID
    device_id: UUID
    address: str
    contact_id: UUID | None
    last_at: datetime
    last_message_id: UUID
    preview: str
    last_from_me: bool
    unread: int


@dataclass(frozen=True, slots=True)
class Message:
    """One message as stored. `at` is the network's time, or ours when that was nonsense (`time_doubtful`)."""

    id: UUID
    device_id: UUID
    chat_id: UUID
    wire_id: str
    sender: str
    from_me: bool
    at: datetime
    received_at: datetime
    time_doubtful: bool
    kind: str
    body: str
    media_id: UUID | None
    status: MessageStatus | None
    outbox_id: UUID | None
