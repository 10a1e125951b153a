"""What screens ask about stops, and about what a restore holds."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final
from uuid import UUID

from hebah.access.model import Actor, Permission
from hebah.access.rules import may
from hebah.foundation.postgres import Connection
from hebah.outbox.model import OutboxState
from hebah.stops import store
from hebah.stops.model import Held, HeldMessage, Restore, Scope, Stop


class HeldKind(StrEnum):
    """Which messages of a restore are asked for."""

    NOT_SENT = "not_sent"
    UNKNOWN = "unknown"


_STATES: Final[Mapping[HeldKind, tuple[OutboxState, ...]]] = MappingProxyType(
    {
        HeldKind.NOT_SENT: (OutboxState.FAILED,),
        HeldKind.UNKNOWN: (OutboxState.UNKNOWN, OutboxState.UNKNOWN_FINAL),
    }
)


async def stops_for(connection: Connection, actor: Actor) -> list[Stop]:
    """Every stop that concerns the actor's workspace, the widest first, but none of things they may not see."""
    return [stop for stop in await store.stops_of(connection, actor.workspace_id) if _may_see(actor, stop)]


async def last_restore(connection: Connection, workspace_id: UUID) -> Restore | None:
    """The last time this workspace came back from a backup, None when it never did."""
    return await store.find_restore(connection, workspace_id)


async def held(connection: Connection, workspace_id: UUID) -> Held:
    """How much waits for a person since a restore."""
    return await store.count_held(connection, workspace_id)


async def held_messages(
    connection: Connection, workspace_id: UUID, kind: HeldKind, after: UUID | None, limit: int
) -> list[HeldMessage]:
    """Messages of a kind that a restore holds, in the order of their ids."""
    return await store.held_messages(connection, workspace_id, _STATES[kind], after, limit)


def _may_see(actor: Actor, stop: Stop) -> bool:
    match stop.target.scope:
        case Scope.DEVICE:
            return actor.device_ids is None or stop.target.subject in actor.device_ids
        case Scope.CAMPAIGN:
            return may(actor, Permission.CAMPAIGN_READ)
        case _:
            return True
