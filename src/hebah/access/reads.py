"""What screens ask of access: the workspace, its people, where they are signed in, and what was done."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from hebah.access import store
from hebah.access.model import Account, Actor, LinkPurpose, OpenSession, Session, User, Workspace
from hebah.foundation import eventlog
from hebah.foundation.clock import Clock
from hebah.foundation.errors import NotFound
from hebah.foundation.pages import Newest
from hebah.foundation.postgres import Connection, load_queries
from hebah.foundation.tokens import hash_token
from hebah.second_step.store import SecondStepOf

QUERIES = load_queries("hebah.access", "trail.sql")


async def find_workspace(connection: Connection, workspace_id: UUID) -> Workspace:
    """The workspace of somebody who is signed in, with its settings."""
    return await store.find_workspace(connection, workspace_id)


async def workspace_head(connection: Connection, workspace_id: UUID) -> int:
    """Where the workspace's own topic stands; ask before reading what a snapshot shows."""
    return (await eventlog.heads(connection, workspace_id, [workspace_id]))[workspace_id]


async def list_users(connection: Connection, workspace_id: UUID) -> list[User]:
    """Everybody of a workspace, oldest first."""
    return await store.list_users(connection, workspace_id)


async def find_user(connection: Connection, account: Account) -> User:
    """One user; raises `NotFound`."""
    user = await store.find_user(connection, account)
    if user is None:
        raise NotFound()
    return user


async def find_first_owner(connection: Connection) -> Account | None:
    """The oldest owner of this installation; None before it was set up."""
    return await store.find_first_owner(connection)


async def owns_installation(connection: Connection, actor: Actor) -> bool:
    """Whether this user answers for the installation itself: its oldest owner does."""
    return await store.find_first_owner(connection) == Account(actor.workspace_id, actor.user_id)


async def setup_link_waits(connection: Connection, clock: Clock, token: str) -> bool:
    """Whether the set-up page's link could be used now."""
    return await store.link_waits(connection, hash_token(token), LinkPurpose.OWNER_SETUP, clock.now())


async def are_devices(connection: Connection, workspace_id: UUID, device_ids: Iterable[UUID]) -> bool:
    """Whether every id is a slot of the workspace."""
    return await store.are_devices(connection, workspace_id, device_ids)


async def live_sessions(connection: Connection, clock: Clock, token_hashes: list[bytes]) -> dict[bytes, Session]:
    """Which of these sessions are still good, each with its actor's present role and grants."""
    alive = await store.find_sessions(connection, token_hashes, clock.now())
    return {token_hash: session for token_hash, session in alive.items() if not session.second_step_missing}


async def list_sessions(
    connection: Connection, clock: Clock, account: Account, current: bytes | None = None
) -> list[OpenSession]:
    """Where somebody is signed in, the latest first."""
    return await store.list_sessions(connection, account, clock.now(), current)


async def count_recovery_codes(connection: Connection, account: Account) -> int:
    """How many recovery codes somebody has left."""
    return await SecondStepOf(*account).count_recovery_codes(connection)


@dataclass(frozen=True, slots=True)
class TrailFilter:
    """Which entries are asked for; None is all. `who` is a user's or a key's id."""

    who: UUID | None = None
    action: str | None = None
    subject: UUID | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class TrailLine:
    """One thing that was done; names are those of today, where the thing still exists."""

    id: UUID
    at: datetime
    action: str
    user_id: UUID | None
    user_name: str | None
    key_id: UUID | None
    key_name: str | None
    subject: UUID | None
    subject_name: str | None
    details: Mapping[str, Any]  # Any: as JSON holds it


async def trail_page(
    connection: Connection, workspace_id: UUID, wanted: TrailFilter, *, after: Newest | None, limit: int
) -> Sequence[TrailLine]:
    """What was done in a workspace, the newest first, before the place `after`."""
    place = {"after_at": after.at if after else None, "after_id": after.id if after else None}
    rows = await QUERIES.list_audit(connection, workspace_id=workspace_id, **asdict(wanted), **place, limit=limit)
    return [TrailLine(**dict(row.items())) for row in rows]


async def trail_actions(connection: Connection, workspace_id: UUID) -> list[str]:
    """Every kind of thing that was done in a workspace."""
    return [row["action"] for row in await QUERIES.list_audit_actions(connection, workspace_id=workspace_id)]
