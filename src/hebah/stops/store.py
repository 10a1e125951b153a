"""Stops in and out of PostgreSQL."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from hebah.foundation.ids import make_id
from hebah.foundation.postgres import Connection, Transaction, load_queries
from hebah.outbox.model import OutboxState
from hebah.stops.model import Held, HeldMessage, NewStop, Restore, Scope, Stop, Target

QUERIES = load_queries("hebah.stops")


@dataclass(frozen=True, slots=True)
class StopRow:
    """A stop as it stands, its workspace None when it covers them all."""

    id: UUID
    workspace_id: UUID | None
    target: Target
    since: datetime


async def add(tx: Transaction, new: NewStop, now: datetime) -> tuple[UUID, bool]:
    """Make it, unless it is on already; gives its id, and whether it is new."""
    row = await QUERIES.add_stop(
        tx,
        id=make_id(),
        scope=new.target.scope,
        workspace_id=new.workspace_id,
        subject=new.target.subject,
        reason=new.reason,
        now=now,
        by_workspace=new.by.workspace_id if new.by else None,
        by=new.by.user_id if new.by else None,
    )
    if row is not None:
        return row["id"], True
    earlier = await QUERIES.find_stop_of(tx, workspace_id=new.workspace_id, subject=new.target.subject)
    # Lifted between the two statements: whoever did so was the last to press a button.
    return (earlier["id"], False) if earlier is not None else await add(tx, new, now)


async def has_subject(tx: Transaction, workspace_id: UUID, target: Target) -> bool:
    """Whether the workspace has this device or campaign."""
    row = await QUERIES.has_subject(tx, workspace_id=workspace_id, scope=target.scope, subject=target.subject)
    return bool(row["is_there"])


async def lock(tx: Transaction, workspace_id: UUID, stop_id: UUID) -> StopRow | None:
    """A stop that concerns this workspace."""
    row = await QUERIES.lock_stop(tx, workspace_id=workspace_id, id=stop_id)
    if row is None:
        return None
    return StopRow(row["id"], row["workspace_id"], Target(Scope(row["scope"]), row["subject"]), row["since"])


async def lift(tx: Transaction, stop_id: UUID) -> None:
    """It is over."""
    await QUERIES.lift_stop(tx, id=stop_id)


async def lift_everything(tx: Transaction) -> UUID | None:
    """Lift the stop of everything; gives its id, None when there was none."""
    row = await QUERIES.lift_everything(tx)
    return None if row is None else row["id"]


async def stops_of(connection: Connection, workspace_id: UUID) -> list[Stop]:
    """Every stop that concerns this workspace, the widest first."""
    rows = await QUERIES.stops_of(connection, workspace_id=workspace_id)
    held = await QUERIES.held_alone(connection, workspace_id=workspace_id) if rows else []
    counts = {row["id"]: row["count"] for row in held}
    return [
        Stop(
            id=row["id"],
            target=Target(Scope(row["scope"]), row["subject"]),
            subject_name=row["subject_name"],
            reason=row["reason"],
            since=row["since"],
            by_name=row["by_name"],
            waiting=counts.get(row["id"], 0),
        )
        for row in rows
    ]


async def workspaces(tx: Transaction) -> list[UUID]:
    """All of them."""
    return [row["id"] for row in await QUERIES.workspaces(tx)]


async def lock_restore(tx: Transaction, workspace_id: UUID) -> None:
    """Let nobody else close the last restore until the transaction ends."""
    await QUERIES.lock_restore(tx, workspace_id=workspace_id)


async def find_restore(connection: Connection, workspace_id: UUID) -> Restore | None:
    """The last restore of the workspace, None when there was none."""
    row = await QUERIES.find_restore(connection, workspace_id=workspace_id)
    return None if row is None else Restore(**row)


async def count_held(connection: Connection, workspace_id: UUID) -> Held:
    """How much of each kind restores still hold."""
    return Held(**await QUERIES.count_held(connection, workspace_id=workspace_id))


async def held_messages(
    connection: Connection, workspace_id: UUID, states: Sequence[str], after: UUID | None, limit: int
) -> list[HeldMessage]:
    """Messages in these states that restores hold, in the order of their ids."""
    rows = await QUERIES.held_messages(
        connection, workspace_id=workspace_id, states=list(states), after=after, limit=limit
    )
    return [HeldMessage(**{**row, "state": OutboxState(row["state"])}) for row in rows]
