"""The facts of API keys: what a program shows instead of signing in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Final
from uuid import UUID

from hebah.access.model import ROLE_PERMISSIONS, Permission, Role
from hebah.foundation.errors import Unauthenticated

MARK: Final = "hbh"
"""What every key begins with, so that scanners and people know one when they see it."""

LONGEST_KEY_NAME: Final = 100

SCOPES: Final[Mapping[str, tuple[Permission, ...]]] = MappingProxyType(
    {
        "devices": (Permission.DEVICE_READ, Permission.DEVICE_EDIT, Permission.DEVICE_LINK),
        "inbox": (Permission.INBOX_READ, Permission.INBOX_REPLY, Permission.INBOX_TEAM),
        "leads": (
            Permission.LEAD_READ,
            Permission.LEAD_EDIT,
            Permission.LEAD_IMPORT,
            Permission.LEAD_EXPORT,
            Permission.CONSENT_OVERRIDE,
        ),
        "campaigns": (
            Permission.CAMPAIGN_READ,
            Permission.CAMPAIGN_EDIT,
            Permission.CAMPAIGN_SEND,
            Permission.SENDING_STOP,
        ),
        "media": (Permission.MEDIA_READ, Permission.MEDIA_EDIT),
        "workspace": (
            Permission.WORKSPACE_READ,
            Permission.WORKSPACE_EDIT,
            Permission.SIMULATED_USE,
            Permission.SYSTEM_READ,
        ),
        "access": (Permission.USER_READ, Permission.USER_EDIT, Permission.KEY_EDIT, Permission.AUDIT_READ),
    }
)
"""What a key may be given, in groups. Ownership is not among it: only people give that."""

WITH_DEVICES: Final = ROLE_PERMISSIONS[Role.AGENT]
"""What a key that is limited to devices may be given: what heeds the limit everywhere, as it must for agents."""


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key to be made; `device_ids` None is every device its maker sees, `expires_at` None is until revoked."""

    name: str
    permissions: frozenset[Permission]
    device_ids: frozenset[UUID] | None
    expires_at: datetime | None


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key as lists show it: everything but its secret."""

    id: UUID
    name: str
    prefix: str
    permissions: frozenset[Permission]
    device_ids: frozenset[UUID] | None
    created_by: UUID
    created_by_name: str
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class MadeKey:
    """A key just made: the only moment its text is known."""

    key: ApiKey
    text: str


class KeyUnknown(Unauthenticated):
    """No such key, or its maker may not sign in any more."""

    code = "key_unknown"
    sentence = "This API key is not known."


class KeyRevoked(Unauthenticated):
    """Somebody took the key back."""

    code = "key_revoked"
    sentence = "This API key was revoked."


class KeyExpired(Unauthenticated):
    """The key's time is over."""

    code = "key_expired"
    sentence = "This API key has expired."


class KeyInAddress(Unauthenticated):
    """A key in an address ends up in logs and histories; it must be thought of as lost."""

    code = "key_in_address"
    sentence = "Send the API key in the Authorization header. One in an address is seen by others: revoke it."
