"""What a group is called, who is in it, and what they may do there."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What somebody may do in a group; its owner is an admin whom nobody can demote."""

    MEMBER = "member"
    ADMIN = "admin"
    OWNER = "owner"


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody in a group, by address; `name` where the phone or the member has told one."""

    address: str
    name: str = ""
    role: Role = Role.MEMBER


@dataclass(frozen=True, slots=True)
class Group:
    """A group as WhatsApp tells of it. `admins_write`: nobody else may."""

    subject: str
    members: tuple[Member, ...]
    admins_write: bool = False
