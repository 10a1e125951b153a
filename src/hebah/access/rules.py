"""Decisions of access: may this actor do that, here."""

from __future__ import annotations

from uuid import UUID

from hebah.access.model import ROLE_PERMISSIONS, Actor, Permission
from hebah.foundation.errors import Forbidden, NotFound


class NotAllowed(Forbidden):
    """The actor's role lacks the permission."""

    code = "not_allowed"
    sentence = "Your role does not allow this ({permission})."
    permission: Permission


def may(actor: Actor, permission: Permission, device_id: UUID | None = None) -> bool:
    """Whether the role allows it and, when a device is named, whether the actor sees that device."""
    return permission in ROLE_PERMISSIONS[actor.role] and (device_id is None or sees(actor, device_id))


def sees(actor: Actor, device_id: UUID) -> bool:
    """Whether the device is among those granted to the actor; whether it exists is for the database to say."""
    return actor.device_ids is None or device_id in actor.device_ids


def require(actor: Actor, permission: Permission, device_id: UUID | None = None) -> None:
    """Raise `NotAllowed` for a missing permission; a device that was not granted does not exist (`NotFound`)."""
    if permission not in ROLE_PERMISSIONS[actor.role]:
        raise NotAllowed(permission)
    if device_id is not None and not sees(actor, device_id):
        raise NotFound()
