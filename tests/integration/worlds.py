"""A small world to test in: a workspace with one slot, stated by rows."""

from dataclasses import dataclass
from uuid import UUID

from hebah.access.model import Actor, Role
from hebah.foundation.clock import ManualClock
from hebah.foundation.ids import make_id
from hebah.foundation.postgres import Database, Transaction


@dataclass(frozen=True)
class World:
    """Where a test takes place."""

    database: Database
    clock: ManualClock
    workspace_id: UUID
    device_id: UUID
    owner: Actor


async def make_world(database: Database, clock: ManualClock) -> World:
    """A workspace that may use simulated numbers, with one unlinked slot."""
    workspace_id, user_id, device_id = make_id(), make_id(), make_id()
    async with database.transaction() as tx:
        await tx.execute(
            "INSERT INTO workspace (id, name, simulated_on, created_at) VALUES ($1, 'Shop', true, $2)",
            workspace_id,
            clock.now(),
        )
        await tx.execute(
            "INSERT INTO app_user (workspace_id, id, email, name, role, password_hash, created_at)"
            " VALUES ($1, $2, 'owner@example.com', 'Owner', 'owner', '', $3)",
            workspace_id,
            user_id,
            clock.now(),
        )
        await add_device(tx, workspace_id, device_id, clock)
    return World(database, clock, workspace_id, device_id, Actor(workspace_id, user_id, "Owner", Role.OWNER))


async def add_device(tx: Transaction, workspace_id: UUID, device_id: UUID, clock: ManualClock) -> None:
    """One more unlinked slot."""
    await tx.execute(
        "INSERT INTO device (workspace_id, id, name, transport, state_since, created_at)"
        " VALUES ($1, $2, 'Number', 'simulated', $3, $3)",
        workspace_id,
        device_id,
        clock.now(),
    )
