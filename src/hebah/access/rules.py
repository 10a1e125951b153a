"""Decisions of access: may this actor do that here, and are these facts fit to be stored."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address
from typing import Final, NamedTuple
from urllib.parse import urlsplit
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import phonenumbers

from hebah.access.model import IDLE_FOR, Actor, NotAllowed, OwnersOnly, Permission, Role, Settings, User
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

# Names that no registry gives away (RFC 6761, RFC 6762, RFC 8375, ICANN's "internal").
_NOBODYS = (".localhost", ".local", ".internal", ".home.arpa", ".test")
_HOST = re.compile(r"[A-Za-z0-9_.:\[\]-]+")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")


_OF_KEYS = frozenset({Role.OPERATOR, Role.AGENT})
_OF_ADMINS = _OF_KEYS | {Role.ADMIN}
_OF_OWNERS = _OF_ADMINS | {Role.OWNER}

# The first that fits: Edge and Opera call themselves Chrome too, Chrome calls itself Safari.
_BROWSERS: Final = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
    ("curl/", "curl"),
)
_SYSTEMS: Final = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Mac OS X", "Mac"),
    ("Linux", "Linux"),
)


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `attempts` within any `window`."""

    attempts: int
    window: timedelta


# An attacker elsewhere must not be able to lock the real person out: the tight limit counts one address from one place,
# the wide one keeps many places from guessing together.
FROM_ONE_PLACE: Final = Limit(10, timedelta(minutes=15))
FROM_EVERYWHERE: Final = Limit(200, timedelta(minutes=15))
# An office shares one address; whoever tries many accounts from it is made to wait all the same.
FROM_ONE_ADDRESS: Final = Limit(60, timedelta(minutes=15))
# Whoever gets to guess codes knows the password already, so being strict locks nobody else out.
OF_CODES: Final = Limit(10, timedelta(minutes=15))


def may(actor: Actor, permission: Permission, device_id: UUID | None = None) -> bool:
    """Whether the actor may do it and, when a device is named, whether the actor sees that device."""
    return permission in actor.permissions and (device_id is None or sees(actor, device_id))


def sees(actor: Actor, device_id: UUID) -> bool:
    """Whether the device is among those granted to the actor; whether it exists is for the database to say."""
    return actor.device_ids is None or device_id in actor.device_ids


def require(actor: Actor, permission: Permission, device_id: UUID | None = None) -> None:
    """Raise `NotAllowed` for a missing permission; a device that was not granted does not exist (`NotFound`)."""
    if permission not in actor.permissions:
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


def is_our_host(host: str, public_url: str | None) -> bool:
    """Whether we answer to this name.

    A page elsewhere reaches a Hebah inside only under a name that its maker could register. So addresses, names without
    a dot, and those that nobody can register are ours as well as the public one.
    """
    if public_url is not None and host.lower() == urlsplit(public_url).netloc.lower():
        return True
    if not _HOST.fullmatch(host):
        return False
    try:
        name = (urlsplit(f"//{host}").hostname or "").rstrip(".")
    except ValueError:
        return False
    if public_url is not None and name == urlsplit(public_url).hostname:
        return True
    return bool(name) and ("." not in name or name.endswith(_NOBODYS) or _is_address(name))


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


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
        ("pauseErrorsPercent", settings.pause_errors_percent, 1, 100),
        ("pauseOptOutsPercent", settings.pause_opt_outs_percent, 1, 100),
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


def is_secure(public_url: str | None, scheme: str) -> bool:
    """Whether browsers reach us over TLS: a proxy in front may end it, so the public address has the first word."""
    return (public_url or f"{scheme}://").startswith("https://")


def cookie_name(*, secure: bool) -> str:
    """The session cookie's name; over TLS the prefix makes browsers refuse one set by a neighbouring host."""
    return "__Host-hebah" if secure else "hebah"


def roles_in_reach(actor: Actor) -> frozenset[Role]:
    """The roles that the actor may give, and whose people they may change.

    A key is held by a program, and those who read it: it never touches people who could make keys.
    """
    if actor.key_id is not None:
        return _OF_KEYS
    return _OF_OWNERS if actor.role is Role.OWNER else _OF_ADMINS


def require_reach(actor: Actor, *roles: Role) -> None:
    """Raise unless the actor may give these roles and change those who have them."""
    out_of_reach = set(roles) - roles_in_reach(actor)
    if actor.key_id is not None and out_of_reach:
        raise NotAllowed(Permission.OWNERSHIP_GIVE if Role.OWNER in out_of_reach else Permission.USER_EDIT)
    if out_of_reach:
        raise OwnersOnly()


def needs_second_step(role: Role, *, required: bool) -> bool:
    """Whether the workspace asks this person for a second step."""
    return required and role in {Role.OWNER, Role.ADMIN}


def rules_here(user: User) -> bool:
    """Whether this is an owner who can act."""
    return user.role is Role.OWNER and user.disabled_at is None


class Browser(NamedTuple):
    """Which program on what; empty where it does not say."""

    name: str
    system: str


def browser_of(user_agent: str) -> Browser:
    """The words for a User-Agent header."""
    return Browser(_first(_BROWSERS, user_agent), _first(_SYSTEMS, user_agent))


def _first(known: tuple[tuple[str, str], ...], text: str) -> str:
    return next((word for mark, word in known if mark in text), "")
