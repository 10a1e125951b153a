"""Rows of access: workspaces, users, sessions, one-time links, attempts to sign in, the audit trail."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from hebah.access.model import (
    IDLE_FOR,
    Account,
    Actor,
    Language,
    LinkPurpose,
    NewUser,
    OpenSession,
    Role,
    Session,
    Settings,
    Theme,
    User,
    Visitor,
    Workspace,
)
from hebah.access.rules import needs_second_step, session_lives
from hebah.foundation.ids import make_id
from hebah.foundation.postgres import Connection, Record, Transaction, load_queries

QUERIES = load_queries("hebah.access")


class Login(NamedTuple):
    """What an address leads to."""

    account: Account
    password_hash: str | None
    disabled: bool


async def add_workspace(tx: Transaction, settings: Settings, now: datetime) -> UUID:
    """A new tenant's id."""
    workspace_id = make_id()
    await QUERIES.add_workspace(tx, workspace_id=workspace_id, now=now, **asdict(settings))
    return workspace_id


async def find_workspace(connection: Connection, workspace_id: UUID) -> Workspace:
    """The tenant of somebody who is signed in, so it exists."""
    return _workspace(await QUERIES.find_workspace(connection, workspace_id=workspace_id))


async def lock_workspace(tx: Transaction, workspace_id: UUID) -> Workspace:
    """The tenant, held until the transaction ends."""
    return _workspace(await QUERIES.lock_workspace(tx, workspace_id=workspace_id))


async def save_settings(tx: Transaction, workspace_id: UUID, settings: Settings) -> None:
    """Replace all settings."""
    await QUERIES.save_settings(tx, workspace_id=workspace_id, **asdict(settings))


async def add_user(
    tx: Transaction, workspace_id: UUID, user: NewUser, password_hash: str, now: datetime
) -> UUID | None:
    """The new user's id; None when the address is taken. An empty hash waits for an invitation or a link."""
    added: UUID | None = await QUERIES.add_user(
        tx, workspace_id=workspace_id, user_id=make_id(), now=now, password_hash=password_hash, **asdict(user)
    )
    return added


async def list_users(connection: Connection, workspace_id: UUID) -> list[User]:
    """Everybody of a workspace, oldest first."""
    return [_user(row) for row in await QUERIES.list_users(connection, workspace_id=workspace_id, user_id=None)]


async def find_user(connection: Connection, account: Account) -> User | None:
    """One user."""
    rows = await QUERIES.list_users(connection, workspace_id=account.workspace_id, user_id=account.user_id)
    return _user(rows[0]) if rows else None


async def find_waiting_user(tx: Transaction, workspace_id: UUID, email: str) -> UUID | None:
    """Somebody invited who never came."""
    found: UUID | None = await QUERIES.find_waiting_user(tx, workspace_id=workspace_id, email=email)
    return found


async def save_user(tx: Transaction, workspace_id: UUID, user: User) -> None:
    """What a person may change of themself."""
    await QUERIES.save_user(
        tx, workspace_id=workspace_id, user_id=user.id, name=user.name, theme=user.theme, language=user.language
    )


async def save_role(tx: Transaction, workspace_id: UUID, user: User) -> None:
    """What an owner decides of a person, grants included."""
    await QUERIES.save_role(
        tx, workspace_id=workspace_id, user_id=user.id, name=user.name, role=user.role, disabled_at=user.disabled_at
    )
    await QUERIES.replace_grants(tx, workspace_id=workspace_id, user_id=user.id, device_ids=list(user.device_ids))


async def are_devices(connection: Connection, workspace_id: UUID, device_ids: Iterable[UUID]) -> bool:
    """Whether every id is a slot of the workspace."""
    wanted = list(set(device_ids))
    found: int = await QUERIES.count_devices(connection, workspace_id=workspace_id, device_ids=wanted)
    return found == len(wanted)


async def other_owners(tx: Transaction, account: Account) -> int:
    """How many could still run the workspace without this one."""
    count: int = await QUERIES.count_other_owners(tx, **account._asdict())
    return count


async def find_first_owner(connection: Connection) -> Account | None:
    """The oldest owner of the installation."""
    row = await QUERIES.find_first_owner(connection)
    return None if row is None else Account(row["workspace_id"], row["id"])


async def find_login(connection: Connection, email: str) -> Login | None:
    """Whom an address belongs to."""
    row = await QUERIES.find_password(connection, email=email)
    if row is None:
        return None
    return Login(Account(row["workspace_id"], row["id"]), row["password_hash"], row["disabled_at"] is not None)


async def find_own_password(connection: Connection, account: Account) -> str | None:
    """The present hash."""
    found: str | None = await QUERIES.find_own_password(connection, **account._asdict())
    return found


async def save_password(tx: Transaction, account: Account, password_hash: str) -> None:
    """Replace the hash."""
    await QUERIES.save_password(tx, **account._asdict(), password_hash=password_hash)


class SessionRow(NamedTuple):
    """A session to be stored."""

    token_hash: bytes
    csrf_token: str
    expires_at: datetime


async def add_session(tx: Transaction, account: Account, row: SessionRow, visitor: Visitor, now: datetime) -> None:
    """Open a session."""
    seen = {"user_agent": visitor.user_agent[:200], "address": visitor.address}
    await QUERIES.add_session(tx, **account._asdict(), **row._asdict(), **seen, now=now)


async def find_sessions(connection: Connection, token_hashes: Sequence[bytes], now: datetime) -> dict[bytes, Session]:
    """The sessions among these that are alive, each with its actor as of now."""
    rows = await QUERIES.find_sessions(connection, token_hashes=list(token_hashes))
    return {row["token_hash"]: _session(row) for row in rows if session_lives(row["seen_at"], row["expires_at"], now)}


async def touch_session(connection: Connection, token_hash: bytes, now: datetime) -> None:
    """Note that the session is in use."""
    await QUERIES.touch_session(connection, token_hash=token_hash, now=now)


async def drop_session(tx: Transaction, token_hash: bytes) -> None:
    """End one session."""
    await QUERIES.drop_session(tx, token_hash=token_hash)


async def list_sessions(
    connection: Connection, account: Account, now: datetime, current: bytes | None
) -> list[OpenSession]:
    """A person's browsers that are signed in; `current` is the hash of the one that asks."""
    rows = await QUERIES.list_sessions(connection, **account._asdict(), now=now, idle_before=now - IDLE_FOR)
    facts = ("id", "created_at", "seen_at", "address", "user_agent")
    return [OpenSession(**{fact: row[fact] for fact in facts}, is_current=row["token_hash"] == current) for row in rows]


async def drop_session_by_id(tx: Transaction, account: Account, session_id: UUID) -> bool:
    """End one of a person's sessions; whether there was one."""
    return bool(await QUERIES.drop_session_by_id(tx, **account._asdict(), session_id=session_id))


async def drop_sessions(tx: Transaction, account: Account, but: bytes | None = None) -> None:
    """End all sessions of a user, but one perhaps."""
    await QUERIES.drop_sessions(tx, **account._asdict(), but=but)


class LinkRow(NamedTuple):
    """A one-time link to be stored; without an account it makes the first owner."""

    token_hash: bytes
    purpose: LinkPurpose
    expires_at: datetime
    account: Account | None


async def replace_link(tx: Transaction, row: LinkRow, now: datetime) -> None:
    """Store a link; older unused ones of the same kind for the same person are worth nothing from now on."""
    workspace_id, user_id = row.account or (None, None)
    await QUERIES.drop_links(tx, purpose=row.purpose, user_id=user_id)
    await QUERIES.add_link(
        tx,
        token_hash=row.token_hash,
        workspace_id=workspace_id,
        user_id=user_id,
        purpose=row.purpose,
        now=now,
        expires_at=row.expires_at,
    )


async def link_waits(connection: Connection, token_hash: bytes, purpose: LinkPurpose, now: datetime) -> bool:
    """Whether the link could be used now."""
    return await QUERIES.find_link(connection, token_hash=token_hash, purpose=purpose, now=now) is not None


async def find_link_account(
    connection: Connection, token_hash: bytes, purpose: LinkPurpose, now: datetime
) -> Account | None:
    """Whom the link would let in now."""
    row = await QUERIES.find_link(connection, token_hash=token_hash, purpose=purpose, now=now)
    return None if row is None or row["user_id"] is None else Account(row["workspace_id"], row["user_id"])


class UsedLink(NamedTuple):
    """A link just used up; without an account it makes the first owner."""

    account: Account | None


async def use_link(tx: Transaction, token_hash: bytes, purpose: LinkPurpose, now: datetime) -> UsedLink | None:
    """Use the link up; None when that is not possible (any more)."""
    row = await QUERIES.use_link(tx, token_hash=token_hash, purpose=purpose, now=now)
    if row is None:
        return None
    return UsedLink(None if row["user_id"] is None else Account(row["workspace_id"], row["user_id"]))


async def attempts_under_lock(tx: Transaction, keys: Sequence[bytes], since: datetime) -> dict[bytes, list[datetime]]:
    """Recent attempts per key, nobody else adding any before this transaction ends."""
    for key in sorted(keys):
        await QUERIES.lock_attempts(tx, key=key)
    found: dict[bytes, list[datetime]] = {key: [] for key in keys}
    for row in await QUERIES.recent_attempts(tx, keys=list(keys), since=since):
        found[row["email_hash"]].append(row["at"])
    return found


async def add_attempts(tx: Transaction, keys: Sequence[bytes], now: datetime) -> None:
    """One more attempt on each key."""
    await QUERIES.add_attempts(tx, keys=list(keys), now=now)


async def drop_attempts(tx: Transaction, keys: Sequence[bytes]) -> None:
    """Forget the attempts on these keys."""
    await QUERIES.drop_attempts(tx, keys=list(keys))


class AuditEntry(NamedTuple):
    """Who did what to which thing."""

    action: str
    subject: UUID | None
    details: Mapping[str, Any]  # Any: as JSON holds it


async def add_audit(
    tx: Transaction,
    workspace_id: UUID,
    user_id: UUID | None,
    entry: AuditEntry,
    at: datetime,
    key_id: UUID | None = None,
) -> None:
    """Write it down in the transaction of what it tells of."""
    await QUERIES.add_audit(
        tx,
        workspace_id=workspace_id,
        user_id=user_id,
        key_id=key_id,
        entry_id=make_id(),
        at=at,
        action=entry.action,
        subject=entry.subject,
        details=dict(entry.details),
    )


async def drop_ended(tx: Transaction, *, now: datetime, idle_before: datetime, links_before: datetime) -> None:
    """Forget what can never be used again."""
    await QUERIES.drop_ended_sessions(tx, now=now, idle_before=idle_before)
    await QUERIES.drop_ended_links(tx, before=links_before)
    await QUERIES.drop_old_attempts(tx, before=links_before)


def _workspace(row: Record) -> Workspace:
    settings = {name: row[name] for name in Settings.__dataclass_fields__}
    return Workspace(row["id"], Settings(**settings | {"language": Language(row["language"])}), row["created_at"])


def _user(row: Record) -> User:
    return User(
        id=row["id"],
        name=row["name"],
        email=row["email"],
        role=Role(row["role"]),
        theme=Theme(row["theme"]),
        language=None if row["language"] is None else Language(row["language"]),
        device_ids=frozenset(row["device_ids"]),
        created_at=row["created_at"],
        disabled_at=row["disabled_at"],
        second_step_on=row["second_step_on"],
    )


def _session(row: Record) -> Session:
    role = Role(row["role"])
    granted = frozenset(row["device_ids"]) if role is Role.AGENT else None
    actor = Actor(row["workspace_id"], row["user_id"], row["name"], role, granted)
    missing = needs_second_step(role, required=row["second_step_wanted"])
    return Session(row["token_hash"], row["csrf_token"], actor, row["seen_at"], missing)
