"""What devices need from outside: what transports are on offer, what ends with a slot, what a slot has sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar
from uuid import UUID

from hebah.devices.model import SendCounts
from hebah.messaging.said import MessageKind

Tx = TypeVar("Tx", contravariant=True)
"""A transaction; which kind is for those to say who may touch a database."""


@dataclass(frozen=True, slots=True)
class Abilities:
    """What numbers of a transport can do."""

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


@dataclass(frozen=True, slots=True)
class OfferedTransport:
    """A way to reach WhatsApp as people choose it; `reason` says why it cannot be used, when it cannot.

    `abilities` are not known of a transport that is not there.
    """

    name: str
    reason: str | None = None
    abilities: Abilities | None = None


class Transports(Protocol):
    """Which transports this installation has."""

    def offered(self) -> Sequence[OfferedTransport]:
        """All of them, usable or not."""


class DeviceEnds(Protocol[Tx]):
    """What layers above do when a slot is deleted."""

    async def device_ended(
        self, tx: Tx, workspace_id: UUID, device_id: UUID, *, keep_history: bool, now: datetime
    ) -> None:
        """Cancel what waits for the device and, unless history is kept, erase its chats; in the given transaction."""


@dataclass(frozen=True, slots=True)
class HistoryCount:
    """How much of the older chats on a phone is here: packets, messages stored from them, and how far in per cent.

    `retriable` of the failed packets may still be had.
    """

    offered: int = 0
    done: int = 0
    failed: int = 0
    messages: int = 0
    percent: int = 0
    retriable: int = 0


class Histories(Protocol[Tx]):
    """What has come of a phone's older chats, which only the inbox knows."""

    async def of_device(self, connection: Tx, workspace_id: UUID, device_id: UUID) -> HistoryCount:
        """Nothing, when the phone has offered none."""


class SendCounter(Protocol[Tx]):
    """What a device has sent, which only the outbox knows."""

    async def of_devices(
        self, connection: Tx, workspace_id: UUID, device_ids: Sequence[UUID], now: datetime
    ) -> Mapping[UUID, SendCounts]:
        """Counts of each device; those without any may be missing."""
