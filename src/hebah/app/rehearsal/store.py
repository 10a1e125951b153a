"""What a rehearsal sets up and counts by SQL of its own, because the product has no use for it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from hebah.foundation.postgres import Connection, Transaction, load_queries
from hebah.outbox.model import OutboxState

QUERIES = load_queries("hebah.app.rehearsal")


@dataclass(frozen=True, slots=True)
class Recipient:
    """How one recipient ended."""

    state: OutboxState
    code: str | None
    wire_id: str | None
    address: str | None
    was_unknown: bool
    dispatched_at: datetime | None
    epoch: int | None


@dataclass(frozen=True, slots=True)
class Online:
    """Devices that are connected, and how many gateways hold them."""

    devices: int
    holders: int


async def link_devices(tx: Transaction, workspace_id: UUID, phones: Mapping[UUID, str], linked_at: datetime) -> None:
    """Give slots their numbers, as if linked long ago."""
    await QUERIES.link_devices(
        tx, workspace_id=workspace_id, ids=list(phones), phones=list(phones.values()), linked_at=linked_at
    )


async def count_online(connection: Connection, workspace_id: UUID) -> Online:
    """How many devices are connected."""
    row = await QUERIES.count_online(connection, workspace_id=workspace_id)
    return Online(row["devices"], row["holders"])


async def count_backends(connection: Connection, application: str) -> int:
    """How many connections of a process the database still serves."""
    backends: int = await QUERIES.count_backends(connection, application=application)
    return backends


async def count_in_flight(connection: Connection, workspace_id: UUID, host: str, pid: int) -> int:
    """How many messages a dead process left committed as dispatching."""
    in_flight: int = await QUERIES.count_in_flight(connection, workspace_id=workspace_id, host=host, pid=pid)
    return in_flight


async def recipients(connection: Connection, workspace_id: UUID, campaign_id: UUID) -> list[Recipient]:
    """Everybody the campaign was for."""
    rows = await QUERIES.recipients(connection, workspace_id=workspace_id, campaign_id=campaign_id)
    return [
        Recipient(
            OutboxState(row["state"]),
            row["code"],
            row["wire_id"],
            row["chat_address"],
            row["was_unknown"],
            row["dispatched_at"],
            row["epoch"],
        )
        for row in rows
    ]
