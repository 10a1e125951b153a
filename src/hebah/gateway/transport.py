"""The contract between Hebah and whatever reaches WhatsApp: links, sends, events and their outcomes.

A transport never raises for trouble on the network: it reports a state or returns an outcome. Its credentials
never leave it. Every transport passes the one contract suite in `tests/contracts`.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from hebah.devices.model import DeviceState


@dataclass(frozen=True, slots=True)
class DeviceRef:
    """The slot a link belongs to; transports key their credentials by it."""

    workspace_id: UUID
    device_id: UUID


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the linked number is: phone in E.164, and the network's opaque identity where it has one."""

    phone: str
    lid: str | None = None
    push_name: str | None = None


# --- linking ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ByQr:
    """Ask the owner of the phone to scan a picture."""


@dataclass(frozen=True, slots=True)
class ByCode:
    """Ask the owner of `phone` (E.164) to type a code."""

    phone: str


LinkMethod = ByQr | ByCode


@dataclass(frozen=True, slots=True)
class QrShown:
    """Show `text` as a QR picture until `expires_at`; the next step replaces it."""

    text: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class CodeShown:
    """Show `code` for typing into the phone until `expires_at`."""

    code: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class PasskeyAsked:
    """The phone asks for a passkey; `url` is where the person confirms it."""

    url: str


@dataclass(frozen=True, slots=True)
class Linked:
    """The last step of a good linking: the credentials are stored, `open` will work."""

    identity: Identity


@dataclass(frozen=True, slots=True)
class LinkFailed:
    """The last step of a failed linking. Codes: `qr_timeout`, `cancelled`, `refused`, `already_linked`, `outdated`,
    `unreachable`."""

    code: str


LinkStep = QrShown | CodeShown | PasskeyAsked | Linked | LinkFailed


# --- sending ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Picture:
    """An image as bytes, ready for the wire (at most 350 KB)."""

    data: bytes
    mime: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message to one chat. `wire_id` was chosen by us and committed before the call."""

    wire_id: str
    to: str
    body: str
    picture: Picture | None = None


@dataclass(frozen=True, slots=True)
class Accepted:
    """The network took the message."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Refused:
    """The network said no: the message certainly did not go out. Codes: `not_on_whatsapp`, `blocked`,
    `restricted`, `banned`, `too_large`, `rejected`."""

    code: str


@dataclass(frozen=True, slots=True)
class NotWritten:
    """No byte left this machine; the same row may be tried again."""

    cause: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """Bytes may have left, and no answer came: only later evidence (late acknowledgement, receipt, own echo) tells."""

    cause: str


SendOutcome = Accepted | Refused | NotWritten | Unknown


# --- commands --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class MarkRead:
    """Tell the other side that these messages of a chat were read."""

    chat: str
    wire_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Probe:
    """Ask the link whether it is alive; answers `Done` or `Failed`."""


Command = MarkRead | Probe


@dataclass(frozen=True, slots=True)
class Done:
    """The command was carried out."""


@dataclass(frozen=True, slots=True)
class Failed:
    """The command was not carried out."""

    code: str


CommandOutcome = Done | Failed


# --- events ----------------------------------------------------------------------------------------------------------


class ReceiptKind(StrEnum):
    """How far an outgoing message got. `ACCEPTED` is the network's late acknowledgement."""

    ACCEPTED = "accepted"
    DELIVERED = "delivered"
    READ = "read"
    PLAYED = "played"


@dataclass(frozen=True, slots=True)
class MessageArrived:
    """A message in a chat of this device. `from_me` with our own wire id is the echo of a send.

    `chat` and `sender` are addresses (E.164 phones here); `kind` is `text` or `image`; `raw` keeps what we do not
    understand yet. Durable: redelivered until acknowledged.
    """

    event_id: str
    chat: str
    sender: str
    wire_id: str
    at: datetime
    from_me: bool
    kind: str
    body: str
    sender_name: str | None = None


@dataclass(frozen=True, slots=True)
class ReceiptArrived:
    """News about messages we sent to `chat`. Durable: redelivered until acknowledged."""

    event_id: str
    chat: str
    wire_ids: tuple[str, ...]
    kind: ReceiptKind
    at: datetime


@dataclass(frozen=True, slots=True)
class StateChanged:
    """The link's state as the transport sees it, with a stable cause and, where known, when it ends."""

    event_id: str
    state: DeviceState
    cause: str
    until: datetime | None = None


LinkEvent = MessageArrived | ReceiptArrived | StateChanged


# --- the two protocols ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a transport can do, as data for the UI and the contract suite."""

    link_by_code: bool
    images: bool
    receipts: bool
    own_echo: bool
    max_image_bytes: int


class Link(Protocol):
    """One live link of one device. Never raises for network trouble."""

    async def send(self, message: Outgoing) -> SendOutcome:
        """Put one message on the wire. Called only by the gateway's sender, once per committed attempt."""

    async def do(self, command: Command) -> CommandOutcome:
        """Carry out a command that is not a message."""

    def events(self) -> AsyncIterator[LinkEvent]:
        """What happens on this link, ordered per chat; a durable event comes again until acknowledged."""

    async def acknowledge(self, event: LinkEvent) -> None:
        """Called only after our transaction with the event has committed."""

    async def logout(self) -> None:
        """Unlink at the network and forget the credentials. Safe to call twice."""

    async def close(self) -> None:
        """Let go of the connection, keep the credentials. Bounded time, safe to call twice and from any state."""


class Transport(Protocol):
    """A way to reach WhatsApp."""

    @property
    def name(self) -> str:
        """The word stored with the device, such as `simulated`."""

    @property
    def capabilities(self) -> Capabilities:
        """What this transport can do."""

    def link(self, device: DeviceRef, method: LinkMethod) -> AsyncGenerator[LinkStep, None]:
        """Link the slot to a phone. Ends after `Linked` or `LinkFailed`; closing the iterator cancels the linking."""

    async def open(self, device: DeviceRef, epoch: int) -> Link:
        """Start connecting with the stored credentials; what comes of it arrives as `StateChanged`."""

    async def forget(self, device: DeviceRef) -> None:
        """Delete the stored credentials of a slot that is being deleted. Safe when there are none."""

    async def close(self) -> None:
        """Let go of everything this process holds."""
