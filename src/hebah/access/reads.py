"""What screens ask of access: the workspace, its people, whether the set-up page is needed."""

from uuid import UUID

from hebah.access import store
from hebah.access.model import Account, LinkPurpose, Session, User, Workspace
from hebah.foundation import eventlog
from hebah.foundation.clock import Clock
from hebah.foundation.errors import NotFound
from hebah.foundation.postgres import Connection
from hebah.foundation.tokens import hash_token


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


async def setup_link_waits(connection: Connection, clock: Clock, token: str) -> bool:
    """Whether the set-up page's link could be used now."""
    return await store.link_waits(connection, hash_token(token), LinkPurpose.OWNER_SETUP, clock.now())


async def live_sessions(connection: Connection, clock: Clock, token_hashes: list[bytes]) -> dict[bytes, Session]:
    """Which of these sessions are still alive, each with its actor's present role and grants."""
    return await store.find_sessions(connection, token_hashes, clock.now())
