"""Decisions about API keys: their text, what one may be given, and whether it still opens."""

import re
from datetime import datetime
from typing import Final, NamedTuple

from hebah.access.model import Actor, Permission
from hebah.foundation.errors import FieldsInvalid
from hebah.keys.model import (
    LONGEST_KEY_NAME,
    MARK,
    SCOPES,
    WITH_DEVICES,
    ApiKey,
    KeyExpired,
    KeyRevoked,
    NewKey,
)

PREFIX_LENGTH: Final = 8
_GIVEN: Final = frozenset(permission for group in SCOPES.values() for permission in group)
_TEXT = re.compile(rf"{MARK}_([0-9a-z]{{{PREFIX_LENGTH}}})_([\w-]{{43}})")


class KeyText(NamedTuple):
    """The parts of a key as programs hold it."""

    prefix: str
    secret: str

    def __str__(self) -> str:
        return f"{MARK}_{self.prefix}_{self.secret}"


def read_key(text: str) -> KeyText | None:
    """The parts; None for anything else."""
    found = _TEXT.fullmatch(text)
    return KeyText(found[1], found[2]) if found else None


def bears_key(text: str) -> bool:
    """Whether a key stands somewhere in the text."""
    return _TEXT.search(text) is not None


def bearer_of(authorization: str | None) -> str | None:
    """What an Authorization header bears; None for other schemes, which a proxy in front may use for itself."""
    scheme, _, text = (authorization or "").partition(" ")
    return text.strip() if scheme.lower() == "bearer" else None


def check_new(key: NewKey, actor: Actor, now: datetime) -> None:
    """Raise `FieldsInvalid` for a key that nobody may make, or not this actor: none reaches further than its maker."""
    faults: dict[str, str] = {}
    if not 1 <= len(key.name.strip()) <= LONGEST_KEY_NAME:
        faults["name"] = "empty" if not key.name.strip() else "too_long"
    if fault := _scope_fault(key, actor):
        faults["permissions"] = fault
    if actor.device_ids is not None and not (key.device_ids is not None and key.device_ids <= actor.device_ids):
        faults["deviceIds"] = "not_yours"
    elif key.device_ids is not None and not key.device_ids:
        faults["deviceIds"] = "empty"
    if key.expires_at is not None and key.expires_at <= now:
        faults["expiresAt"] = "in_the_past"
    if faults:
        raise FieldsInvalid(faults)


def check_alive(key: ApiKey, now: datetime) -> None:
    """Raise unless the key still opens."""
    if key.revoked_at is not None:
        raise KeyRevoked()
    if key.expires_at is not None and key.expires_at <= now:
        raise KeyExpired()


def is_alive(key: ApiKey, now: datetime) -> bool:
    """Whether the key still opens."""
    return key.revoked_at is None and (key.expires_at is None or now < key.expires_at)


def _scope_fault(key: NewKey, actor: Actor) -> str | None:
    if not key.permissions:
        return "empty"
    if not key.permissions <= actor.permissions & _GIVEN:
        return "not_yours"
    return "not_with_devices" if key.device_ids is not None and not key.permissions <= WITH_DEVICES else None


def effective_permissions(key_permissions: frozenset[str]) -> frozenset[Permission]:
    """What is stored, as far as this release knows it."""
    known = {permission.value: permission for permission in Permission}
    return frozenset(known[name] for name in key_permissions if name in known)
