"""The facts of access: who may use a workspace, in which role, and what each role allows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final, NamedTuple
from uuid import UUID

from hebah.foundation.errors import Conflict, Forbidden, Invalid, TooMany, Unauthenticated


class Role(StrEnum):
    """What a user is to a workspace."""

    OWNER = "owner"
    ADMIN = "admin"
    OPERATOR = "operator"
    AGENT = "agent"


class Permission(StrEnum):
    """One thing a route may ask for; every route names one."""

    WORKSPACE_READ = "workspace:read"
    WORKSPACE_EDIT = "workspace:edit"
    USER_READ = "user:read"
    USER_EDIT = "user:edit"
    OWNERSHIP_GIVE = "ownership:give"
    KEY_EDIT = "key:edit"
    AUDIT_READ = "audit:read"
    CONSENT_OVERRIDE = "consent:override"
    DEVICE_READ = "device:read"
    DEVICE_EDIT = "device:edit"
    DEVICE_LINK = "device:link"
    LEAD_READ = "lead:read"
    LEAD_EDIT = "lead:edit"
    LEAD_IMPORT = "lead:import"
    LEAD_EXPORT = "lead:export"
    CAMPAIGN_READ = "campaign:read"
    CAMPAIGN_EDIT = "campaign:edit"
    CAMPAIGN_SEND = "campaign:send"
    SENDING_STOP = "sending:stop"
    MEDIA_READ = "media:read"
    MEDIA_EDIT = "media:edit"
    SIMULATED_USE = "simulated:use"
    INBOX_READ = "inbox:read"
    INBOX_REPLY = "inbox:reply"
    INBOX_TEAM = "inbox:team"
    SYSTEM_READ = "system:read"


class Entry(StrEnum):
    """What a route asks for that asks for no permission."""

    PUBLIC = "public"
    SIGNED_IN = "signed_in"
    PERSON = "person"


PUBLIC: Final = Entry.PUBLIC
SIGNED_IN: Final = Entry.SIGNED_IN
PERSON: Final = Entry.PERSON
"""Somebody at a browser, about their own account: API keys have none."""

_ALL = frozenset(Permission)
_OWNERS_ONLY = frozenset({Permission.OWNERSHIP_GIVE})
_RUNNING = frozenset(
    {
        Permission.WORKSPACE_EDIT,
        Permission.USER_EDIT,
        Permission.KEY_EDIT,
        Permission.AUDIT_READ,
        Permission.CONSENT_OVERRIDE,
        Permission.SYSTEM_READ,
    }
)

ROLE_PERMISSIONS: Final[Mapping[Role, frozenset[Permission]]] = MappingProxyType(
    {
        Role.OWNER: _ALL,
        Role.ADMIN: _ALL - _OWNERS_ONLY,
        Role.OPERATOR: _ALL - _OWNERS_ONLY - _RUNNING,
        Role.AGENT: frozenset(
            {
                Permission.WORKSPACE_READ,
                Permission.DEVICE_READ,
                Permission.LEAD_READ,
                Permission.INBOX_READ,
                Permission.INBOX_REPLY,
                Permission.MEDIA_READ,
                Permission.MEDIA_EDIT,
            }
        ),
    }
)


class Theme(StrEnum):
    """How a user wants the screen."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


class Language(StrEnum):
    """What a user or a workspace reads."""

    ENGLISH = "en"
    MALAY = "ms"


class LinkPurpose(StrEnum):
    """What a one-time link is good for."""

    OWNER_SETUP = "owner_setup"
    OWNER_SIGN_IN = "owner_sign_in"
    INVITATION = "invitation"
    RESET = "password_reset"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a signed-in user, or an API key (`key_id`) in the name of the user who made it.

    `device_ids` is None for those who see every device; `scopes` are what a key may do of what its maker's role allows.
    """

    workspace_id: UUID
    user_id: UUID
    name: str
    role: Role
    device_ids: frozenset[UUID] | None = None
    key_id: UUID | None = None
    scopes: frozenset[Permission] | None = None

    @property
    def permissions(self) -> frozenset[Permission]:
        """What the actor may do now."""
        allowed = ROLE_PERMISSIONS[self.role]
        return allowed if self.scopes is None else allowed & self.scopes


class Account(NamedTuple):
    """Which user of which workspace."""

    workspace_id: UUID
    user_id: UUID


@dataclass(frozen=True, slots=True)
class NewUser:
    """Somebody to be added."""

    name: str
    email: str
    role: Role
    language: Language | None = None


@dataclass(frozen=True, slots=True)
class RoleChange:
    """What an owner changes about a user; None leaves it."""

    role: Role | None = None
    device_ids: frozenset[UUID] | None = None
    disabled: bool | None = None


@dataclass(frozen=True, slots=True)
class Settings:
    """What the people of a workspace decide for it: place, language, how numbers are protected, what is kept.

    Of a hundred messages of a campaign so many may fail, or be answered by wanting no more, before it pauses, None
    for any. Files and messages are kept for so many days, None for ever; `media_quota` is in bytes, None without limit.
    """

    name: str
    zone: str = "Asia/Kuala_Lumpur"
    language: Language = Language.ENGLISH
    region: str = "MY"
    quiet_on: bool = True
    quiet_from: time = time(21)
    quiet_until: time = time(9)
    gap_min_s: float = 8.0
    gap_max_s: float = 20.0
    hourly_cap: int | None = 60
    daily_cap: int | None = 300
    pause_errors_percent: int | None = 20
    pause_opt_outs_percent: int | None = 3
    simulated_on: bool = False
    keep_files_days: int | None = None
    keep_messages_days: int | None = None
    media_quota: int | None = None
    typing_on: bool = True
    number_checks: int = 50
    second_step_required: bool = False


@dataclass(frozen=True, slots=True)
class Setup:
    """What the set-up page collects."""

    settings: Settings
    owner: NewUser
    password: str


@dataclass(frozen=True, slots=True)
class Workspace:
    """One tenant."""

    id: UUID
    settings: Settings
    created_at: datetime


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who may sign in. `device_ids` are the grants of an agent."""

    id: UUID
    name: str
    email: str
    role: Role
    theme: Theme
    language: Language | None
    device_ids: frozenset[UUID]
    created_at: datetime
    disabled_at: datetime | None
    second_step_on: bool = False


@dataclass(frozen=True, slots=True)
class Session:
    """One signed-in browser, found by the hash of its cookie; or one API key, found by the hash of its secret.

    `second_step_missing`: the workspace asks this person for a second step, and they have set up none yet.
    """

    token_hash: bytes
    csrf_token: str
    actor: Actor
    seen_at: datetime
    second_step_missing: bool = False


@dataclass(frozen=True, slots=True)
class NewSession:
    """A session just opened: the only moment its token is known."""

    token: str
    session: Session
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Invitation:
    """Somebody asked to join, or helped back in: the only moment the link's token is known."""

    user: User
    token: str
    purpose: LinkPurpose


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A session as people see it in a list; `id` opens nothing."""

    id: UUID
    created_at: datetime
    seen_at: datetime
    address: str
    user_agent: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class Visitor:
    """Where a request comes from, as far as anybody can tell."""

    address: str
    user_agent: str


@dataclass(frozen=True, slots=True)
class Installation:
    """What is true of this running Hebah for every workspace."""

    version: str
    simulated_available: bool
    public_url: str | None = None
    chat_storage: bool = True


class SignedOut(Unauthenticated):
    """No session, an unknown one, or one that has ended."""

    code = "signed_out"
    sentence = "You are signed out. Sign in to continue."


class SignInRefused(Unauthenticated):
    """Address or password is wrong; which of them is not told."""

    code = "sign_in_refused"
    sentence = "This address and password do not match."


class PasswordWrong(Invalid):
    """The present password, asked for as a proof, is wrong."""

    code = "password_wrong"
    sentence = "The current password is not right."


class TooManyAttempts(TooMany):
    """Too many wrong passwords in a short time; it passes by itself."""

    code = "too_many_attempts"
    sentence = "Too many attempts. Try again in {retry_after_s} seconds."
    retry_after_s: int


class LinkNotValid(Conflict):
    """A one-time link that was used, has ended, or never existed."""

    code = "link_not_valid"
    sentence = "This link has been used or has expired."


class NotAllowed(Forbidden):
    """The actor's role lacks the permission."""

    code = "not_allowed"
    sentence = "Your role does not allow this ({permission})."
    permission: Permission


class OwnersOnly(Forbidden):
    """What makes or unmakes owners is for owners."""

    code = "owners_only"
    sentence = "Only an owner may do this."


class PeopleOnly(Forbidden):
    """An API key asked for something that belongs to a person's own account."""

    code = "people_only"
    sentence = "This belongs to a person's own account; an API key has none."


class OriginRefused(Forbidden):
    """The request was made by another site's page."""

    code = "origin_refused"
    sentence = "This request did not come from Hebah's own pages."


class CsrfRefused(Forbidden):
    """The request does not carry the session's CSRF token."""

    code = "csrf_refused"
    sentence = "This page is out of date. Reload it and try again."


class HostRefused(Forbidden):
    """Asked under a name that is not ours: how a page elsewhere would reach a Hebah inside."""

    code = "host_refused"
    sentence = "Hebah does not answer to this name. Set HEBAH_PUBLIC_URL to the address that people use."


class EmailTaken(Conflict):
    """The address belongs to a user already."""

    code = "email_taken"
    sentence = "Somebody with this address is here already."


class LastOwner(Conflict):
    """A workspace keeps at least one owner who can sign in."""

    code = "last_owner"
    sentence = "This is the last owner. Make somebody else an owner first."


IDLE_FOR: Final = timedelta(days=7)
"""A session unused this long has ended."""
OPEN_FOR: Final = timedelta(days=30)
"""However much it is used, a session ends then."""
LINK_FOR: Final = timedelta(hours=24)
INVITATION_FOR: Final = timedelta(days=7)
