"""Decisions of access: may this actor do that here, and are these facts fit to be stored."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import phonenumbers

from hebah.access.model import IDLE_FOR, ROLE_PERMISSIONS, Actor, NotAllowed, Permission, Settings
from hebah.foundation.errors import FieldsInvalid, NotFound

SHORTEST_PASSWORD: Final = 12
LONGEST_PASSWORD: Final = 200
LONGEST_NAME: Final = 100
LONGEST_EMAIL: Final = 254
LONGEST_GAP_S: Final = 3600.0
LARGEST_CAP: Final = 100_000
LONGEST_KEPT_DAYS: Final = 36_500
LARGEST_QUOTA: Final = 2**50
MOST_NUMBER_CHECKS: Final = 1000

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `attempts` within any `window`."""

    attempts: int
    window: timedelta


# An attacker elsewhere must not be able to lock the real person out: the tight limit counts one address from one place,
# the wide one keeps many places from guessing together.
FROM_ONE_PLACE: Final = Limit(10, timedelta(minutes=15))
FROM_EVERYWHERE: Final = Limit(200, timedelta(minutes=15))


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


def session_lives(seen_at: datetime, expires_at: datetime, now: datetime) -> bool:
    """Whether a session is neither idle for too long nor past its end."""
    return now < expires_at and now - seen_at < IDLE_FOR


def wait_before_trying(attempts: Sequence[datetime], limit: Limit, now: datetime) -> timedelta | None:
    """How long until one more attempt is within the limit; None when it is now."""
    recent = sorted(at for at in attempts if now - at < limit.window)
    if len(recent) < limit.attempts:
        return None
    return recent[-limit.attempts] + limit.window - now


def same_origin(origin: str | None, host: str, public_url: str | None) -> bool:
    """Whether a page of ours sent the request: `host` is what the browser asked for, `public_url` how a proxy calls us.

    The scheme is not compared, since a proxy in front may end TLS.
    """
    if not origin:
        return False
    place = urlsplit(origin).netloc.lower()
    ours = {host.lower()} | ({urlsplit(public_url).netloc.lower()} if public_url else set())
    return bool(place) and place in ours


def check_person(*, name: str, email: str | None = None, password: str | None = None) -> None:
    """Raise `FieldsInvalid` for a name, address or password that cannot be taken."""
    faults: dict[str, str] = {}
    if not 1 <= len(name.strip()) <= LONGEST_NAME:
        faults["name"] = "empty" if not name.strip() else "too_long"
    if email is not None and not (_EMAIL.fullmatch(email) and len(email) <= LONGEST_EMAIL):
        faults["email"] = "not_an_address"
    if password is not None and (fault := password_fault(password)):
        faults["password"] = fault
    if faults:
        raise FieldsInvalid(faults)


def password_fault(password: str) -> str | None:
    """Why a password is not taken."""
    if len(password) < SHORTEST_PASSWORD:
        return "too_short"
    if len(password) > LONGEST_PASSWORD:
        return "too_long"
    return "too_simple" if len(set(password)) < 4 else None


def check_settings(settings: Settings) -> None:
    """Raise `FieldsInvalid` unless every value can be lived with."""
    faults: dict[str, str] = {}
    if not 1 <= len(settings.name.strip()) <= LONGEST_NAME:
        faults["name"] = "empty" if not settings.name.strip() else "too_long"
    if not is_zone(settings.zone):
        faults["zone"] = "unknown_zone"
    if settings.region not in phonenumbers.SUPPORTED_REGIONS:
        faults["region"] = "unknown_region"
    if settings.quiet_on and settings.quiet_from == settings.quiet_until:
        faults["quietUntil"] = "same_as_from"
    faults |= _gap_faults(settings.gap_min_s, settings.gap_max_s) | _limit_faults(settings)
    if faults:
        raise FieldsInvalid(faults)


def is_zone(name: str) -> bool:
    """Whether the time zone database knows the name."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def _limit_faults(settings: Settings) -> dict[str, str]:
    limits = (
        ("hourlyCap", settings.hourly_cap, 1, LARGEST_CAP),
        ("dailyCap", settings.daily_cap, 1, LARGEST_CAP),
        ("keepFilesDays", settings.keep_files_days, 1, LONGEST_KEPT_DAYS),
        ("keepMessagesDays", settings.keep_messages_days, 1, LONGEST_KEPT_DAYS),
        ("mediaQuota", settings.media_quota, 1, LARGEST_QUOTA),
        ("numberChecks", settings.number_checks, 0, MOST_NUMBER_CHECKS),
    )
    return {
        field: "out_of_range"
        for field, limit, lowest, highest in limits
        if limit is not None and not lowest <= limit <= highest
    }


def _gap_faults(shortest: float, longest: float) -> dict[str, str]:
    if not 0 <= shortest <= LONGEST_GAP_S:
        return {"gapMinS": "out_of_range"}
    if not 0 <= longest <= LONGEST_GAP_S:
        return {"gapMaxS": "out_of_range"}
    return {"gapMaxS": "below_minimum"} if longest < shortest else {}


def cookie_name(*, secure: bool) -> str:
    """The session cookie's name; over TLS the prefix makes browsers refuse one set by a neighbouring host."""
    return "__Host-hebah" if secure else "hebah"
