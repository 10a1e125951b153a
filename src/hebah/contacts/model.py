"""The facts of people: contacts, the leads among them, what they agreed to, and whom never to write again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from types import MappingProxyType
from uuid import UUID


class Consent(StrEnum):
    """What a contact is recorded to have agreed to."""

    GRANTED = "granted"
    UNKNOWN = "unknown"
    REFUSED = "refused"


class TargetStatus(StrEnum):
    """What a lead is to the business."""

    PROSPECT = "prospect"
    CUSTOMER = "customer"


class SuppressionReason(StrEnum):
    """Why a person is never written again."""

    OPTED_OUT = "opted_out"
    BY_HAND = "by_hand"
    NOT_ON_WHATSAPP = "not_on_whatsapp"


@dataclass(frozen=True, slots=True)
class NewSuppression:
    """A person who is not to be written again; the number is kept as a hash only."""

    workspace_id: UUID
    contact_id: UUID | None
    phone: str = field(repr=False)
    reason: SuppressionReason
    at: datetime
    word: str | None = None
    device_id: UUID | None = None


def address_hash(workspace_id: UUID, phone: str) -> bytes:
    """How a number is remembered in the suppression list, so that erasing a contact keeps the block."""
    return sha256(f"{workspace_id}:{phone}".encode()).digest()


NO_VARIABLES: Mapping[str, str] = MappingProxyType({})
