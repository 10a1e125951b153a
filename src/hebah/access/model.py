"""The facts of access: who may use a workspace, in which role, and what each role allows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final
from uuid import UUID


class Role(StrEnum):
    """What a user is to a workspace."""

    OWNER = "owner"
    OPERATOR = "operator"
    AGENT = "agent"


class Permission(StrEnum):
    """One thing a route may ask for; every route names one."""

    WORKSPACE_READ = "workspace:read"
    WORKSPACE_EDIT = "workspace:edit"
    USER_READ = "user:read"
    USER_EDIT = "user:edit"
    DEVICE_READ = "device:read"
    DEVICE_EDIT = "device:edit"
    DEVICE_LINK = "device:link"
    LEAD_READ = "lead:read"
    LEAD_EDIT = "lead:edit"
    LEAD_IMPORT = "lead:import"
    CAMPAIGN_READ = "campaign:read"
    CAMPAIGN_EDIT = "campaign:edit"
    CAMPAIGN_SEND = "campaign:send"
    MEDIA_READ = "media:read"
    MEDIA_EDIT = "media:edit"
    SIMULATED_USE = "simulated:use"
    INBOX_READ = "inbox:read"


class Entry(StrEnum):
    """What a route asks for that asks for no permission."""

    PUBLIC = "public"
    SIGNED_IN = "signed_in"


PUBLIC: Final = Entry.PUBLIC
SIGNED_IN: Final = Entry.SIGNED_IN

_ALL = frozenset(Permission)
_OWNERS_ONLY = frozenset({Permission.WORKSPACE_EDIT, Permission.USER_EDIT})

ROLE_PERMISSIONS: Final[Mapping[Role, frozenset[Permission]]] = MappingProxyType(
    {
        Role.OWNER: _ALL,
        Role.OPERATOR: _ALL - _OWNERS_ONLY,
        Role.AGENT: frozenset(
            {
                Permission.WORKSPACE_READ,
                Permission.DEVICE_READ,
                Permission.LEAD_READ,
                Permission.INBOX_READ,
                Permission.MEDIA_READ,
            }
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Actor:
    """A signed-in user as actions see one. `device_ids` is None for roles that see every device."""

    workspace_id: UUID
    user_id: UUID
    name: str
    role: Role
    device_ids: frozenset[UUID] | None = None
