"""The contract between Hebah and whatever reaches WhatsApp: links, sends, events and their outcomes.

A transport never raises for trouble on the network: it reports a state or returns an outcome. Its credentials
never leave it. Every transport passes the one contract suite in `tests/contracts`.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from hebah.gateway.incoming import HistoryOutcome, LinkEvent, MediaAsked, MediaOutcome
from hebah.gateway.outgoing import Command, CommandOutcome, Outgoing, SendOutcome
from hebah.messaging.said import MessageKind


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
    """WhatsApp wants the phone's passkey, which only a browser on WhatsApp's own page can give: `request` is its
    WebAuthn request as JSON. Linking goes on with `Transport.answer_passkey`, or fails with `passkey_needed`."""

    request: str
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class PasskeyCodeShown:
    """The passkey was taken: the owner compares `code` with the one on the phone, and confirms it there."""

    code: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Linked:
    """The last step of a good linking: the credentials are stored, `open` will work."""

    identity: Identity


@dataclass(frozen=True, slots=True)
class LinkFailed:
    """The last step of a failed linking. Codes: `qr_timeout`, `cancelled`, `refused`, `already_linked`, `outdated`,
    `unreachable`, `passkey_needed`, `multidevice_off` (the phone's WhatsApp is too old for linked devices),
    `storage_unavailable`, `transport_down`."""

    code: str


LinkStep = QrShown | CodeShown | PasskeyAsked | PasskeyCodeShown | Linked | LinkFailed


# --- the two protocols ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a transport can do, as data for the UI, the documentation and the contract suite.

    `sends` and `receives` are kinds of messages; a `max_bytes` of a kind that is sent as a file limits it.
    """

    link_by_code: bool
    sends: frozenset[MessageKind]
    receives: frozenset[MessageKind]
    quotes: bool
    receipts: bool
    own_echo: bool
    typing: bool
    number_check: bool
    history: bool
    media_download: bool
    lids: bool
    max_image_bytes: int
    max_file_bytes: int


class Link(Protocol):
    """One live link of one device. Never raises for network trouble."""

    async def send(self, message: Outgoing) -> SendOutcome:
        """Put one message on the wire. Called only by the gateway's sender, once per committed attempt."""

    async def do(self, command: Command) -> CommandOutcome:
        """Carry out a command that is not a message."""

    async def fetch_media(self, wanted: MediaAsked) -> MediaOutcome:
        """Download a file, check it, and where the network has dropped it ask its sender for it again."""

    async def fetch_history(self, ref: bytes) -> HistoryOutcome:
        """Download a packet of older messages that was offered."""

    def events(self) -> AsyncIterator[LinkEvent]:
        """What happens on this link, ordered per chat; a durable event comes again until acknowledged."""

    async def acknowledge(self, event: LinkEvent) -> None:
        """Called only after our transaction with the event has committed; does nothing for events not durable."""

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

    @property
    def unusable(self) -> str | None:
        """Why nothing is reached this way before somebody mends something; None as far as is known."""

    def link(self, device: DeviceRef, method: LinkMethod) -> AsyncGenerator[LinkStep, None]:
        """Link the slot to a phone. Ends after `Linked` or `LinkFailed`; closing the iterator cancels the linking."""

    async def answer_passkey(self, device: DeviceRef, response: str) -> bool:
        """Hand on what the passkey answered (WebAuthn assertion, JSON); False when it was not taken."""

    async def open(self, device: DeviceRef, epoch: int) -> Link:
        """Start connecting with the stored credentials; what comes of it arrives as `StateChanged`."""

    async def forget(self, device: DeviceRef) -> None:
        """Delete the stored credentials of a slot that is being deleted. Safe when there are none."""

    async def close(self) -> None:
        """Let go of everything this process holds."""
