"""Something to send: leads of a device and a stream that writes to them, stated through the outbox's own doors."""

from datetime import timedelta
from uuid import UUID

from hebah.foundation.ids import make_id
from hebah.foundation.postgres import Record
from hebah.outbox import actions as outbox
from hebah.outbox.model import Audience, Enqueue, NewStream, Pace
from tests.integration.gateway.fleet import Fleet


async def add_lead(fleet: Fleet, phone: str) -> UUID:
    """A person who agreed to be written to, on the fleet's slot; gives the contact."""
    contact_id, now = make_id(), fleet.world.clock.now()
    async with fleet.world.database.transaction() as tx:
        await tx.execute(
            "INSERT INTO contact (workspace_id, id, phone, name, consent, created_at, updated_at)"
            " VALUES ($1, $2, $3, 'Aminah', 'granted', $4, $4)",
            fleet.world.workspace_id, contact_id, phone, now,
        )  # fmt: skip
        await tx.execute(
            "INSERT INTO lead (workspace_id, id, contact_id, device_id, created_at, updated_at)"
            " VALUES ($1, $2, $3, $4, $5, $5)",
            fleet.world.workspace_id, make_id(), contact_id, fleet.world.device_id, now,
        )  # fmt: skip
    return contact_id


async def enqueue(
    fleet: Fleet, *, after: timedelta = timedelta(0), body: str = "Selamat pagi", media_id: UUID | None = None
) -> UUID:
    """One message to every lead of the workspace; gives the stream."""
    stream_id, now, workspace_id = make_id(), fleet.world.clock.now(), fleet.world.workspace_id
    async with fleet.world.database.transaction() as tx:
        content_id = await outbox.add_content(tx, workspace_id, body, media_id, now)
        await outbox.open_stream(tx, NewStream(workspace_id, stream_id, Pace(0.0, 0.0)))
        await outbox.enqueue_campaign(tx, Enqueue(Audience(workspace_id, stream_id), content_id, (), now + after), now)
    return stream_id


async def rows(fleet: Fleet, stream_id: UUID) -> list[Record]:
    """The stream's recipients."""
    async with fleet.world.database.connection() as connection:
        return await connection.fetch(
            "SELECT * FROM outbox WHERE workspace_id = $1 AND stream_id = $2 ORDER BY id",
            fleet.world.workspace_id,
            stream_id,
        )


async def until_states(fleet: Fleet, stream_id: UUID, *states: str) -> list[Record]:
    """Until the stream's recipients are in these states."""

    async def look() -> list[Record] | None:
        found = await rows(fleet, stream_id)
        return found if sorted(row["state"] for row in found) == sorted(states) else None

    return await fleet.until(look)
