"""What a link brings to a gateway: messages, receipts, states, and the files and older messages fetched on it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from hebah.devices.model import DeviceState
from hebah.gateway.outgoing import ChatKept, TypingState
from hebah.messaging.chataddress import Alias
from hebah.messaging.said import Said


class ReceiptKind(StrEnum):
    """How far an outgoing message got. `ACCEPTED` is the network's late acknowledgement."""

    ACCEPTED = "accepted"
    DELIVERED = "delivered"
    READ = "read"
    PLAYED = "played"


@dataclass(frozen=True, slots=True)
class MessageArrived:
    """A message in a chat of this device. `from_me` with our own wire id is the echo of a send.

    `chat` and `sender` are addresses: E.164 where the phone is known, else `lid:…`, or `group:…` for a chat. `aliases`
    are what this message shows of who is who. `offline`: it waited at the network while we were away. Durable:
    redelivered until acknowledged.
    """

    event_id: str
    chat: str
    sender: str
    wire_id: str
    at: datetime
    from_me: bool
    said: Said
    sender_name: str | None = None
    aliases: tuple[Alias, ...] = ()
    offline: bool = False


@dataclass(frozen=True, slots=True)
class ReceiptArrived:
    """News about messages we sent to `chat`; `by_me` instead says that the owner read what others wrote there, on the
    phone or elsewhere. `reader` tells who in a group. Durable: redelivered until acknowledged."""

    event_id: str
    chat: str
    wire_ids: tuple[str, ...]
    kind: ReceiptKind
    at: datetime
    by_me: bool = False
    reader: str = ""


@dataclass(frozen=True, slots=True)
class HistoryOffered:
    """The phone has packed older messages; `ref` fetches them. `progress` in per cent, as the phone says.

    Kinds: `initial`, `recent`, `full`, `push_names`, `on_demand`. Durable: redelivered until acknowledged.
    """

    event_id: str
    ref: bytes
    kind: str
    chunk: int
    progress: int


@dataclass(frozen=True, slots=True)
class TypingSeen:
    """Somebody writes or records in a chat just now. Not durable: it may be lost."""

    event_id: str
    chat: str
    sender: str
    state: TypingState


@dataclass(frozen=True, slots=True)
class StateChanged:
    """The link's state as the transport sees it, with a stable cause and, where known, when it ends."""

    event_id: str
    state: DeviceState
    cause: str
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class ChatNamed:
    """The phone's owner calls the person so."""

    name: str


@dataclass(frozen=True, slots=True)
class PictureChanged:
    """The person or the group has another picture now, or none."""


ChatNews = ChatKept | ChatNamed | PictureChanged


@dataclass(frozen=True, slots=True)
class ChatTold:
    """What the phone keeps of a chat has changed. Durable: redelivered until acknowledged, as far as the network does;
    a transport may lose one with its process, and history brings the whole again when the number is linked anew."""

    event_id: str
    chat: str
    news: ChatNews


DurableEvent = MessageArrived | ReceiptArrived | HistoryOffered | ChatTold
LinkEvent = DurableEvent | TypingSeen | StateChanged


# --- media and history -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class MediaAsked:
    """Which file is wanted, and of which message: its sender is asked again when the network has dropped the file."""

    ref: bytes
    chat: str
    sender: str
    wire_id: str
    from_me: bool


@dataclass(frozen=True, slots=True)
class MediaFetched:
    """The whole file is here and is what its sender sent; `pieces` may be read once."""

    size: int
    pieces: AsyncIterator[bytes]


@dataclass(frozen=True, slots=True)
class MediaGone:
    """The file is not to be had. Codes: `expired` (nobody has it any more), `damaged`, `too_large`."""

    code: str


@dataclass(frozen=True, slots=True)
class MediaLater:
    """No luck now; the file may be had later."""

    cause: str


MediaOutcome = MediaFetched | MediaGone | MediaLater


@dataclass(frozen=True, slots=True)
class HistoryChat:
    """A chat as the phone keeps it."""

    chat: str
    name: str = ""
    unread: int = 0
    archived: bool = False
    pinned: bool = False
    muted_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class HistoryPart:
    """Some older messages, and chats they belong to; event ids of messages are empty, for nothing is acknowledged."""

    messages: tuple[MessageArrived, ...]
    chats: tuple[HistoryChat, ...] = ()


@dataclass(frozen=True, slots=True)
class HistoryFetched:
    """A packet of history, to be read once; the same packet may be fetched again as long as the network keeps it."""

    parts: AsyncIterator[HistoryPart]


HistoryOutcome = HistoryFetched | MediaGone | MediaLater
