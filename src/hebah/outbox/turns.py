"""Rows that get another turn: sooner by a new pace, once more after a refusal, or when a restriction ended early."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from hebah.foundation.postgres import Connection, Database, Topic, Transaction
from hebah.outbox import actions, store
from hebah.outbox.conversation import topic_of
from hebah.outbox.model import Pace, StreamState


async def repace(tx: Transaction, workspace_id: UUID, stream_id: UUID, pace: Pace) -> None:
    """Change the gap of a stream, also of the gap that its devices wait for at this moment."""
    await actions.repace_stream(tx, workspace_id, stream_id, pace)
    for device_id in await queued_of(tx, workspace_id, stream_id):
        tx.touched.add(Topic(workspace_id, topic_of(device_id)))


async def queued_of(connection: Connection, workspace_id: UUID, stream_id: UUID) -> Mapping[UUID, int]:
    """How much each device has still to send of a stream; devices without anything are left out."""
    rows = await store.QUERIES.queued_of_stream(connection, workspace_id=workspace_id, stream_id=stream_id)
    return {row["device_id"]: row["count"] for row in rows}


async def retry_refused(
    tx: Transaction, workspace_id: UUID, campaign_id: UUID, codes: Sequence[str], now: datetime
) -> int:
    """Queue what the network refused with these codes, under the wire ids it had; returns how many.

    A stream that was closed as finished opens again for them.
    """
    rows = await store.QUERIES.retry_refused(
        tx, workspace_id=workspace_id, campaign_id=campaign_id, codes=list(codes), now=now
    )
    if rows:
        sources = [StreamState.CLOSED]
        await store.QUERIES.move_stream(
            tx, workspace_id=workspace_id, id=campaign_id, to=StreamState.OPEN, sources=sources
        )
    await actions.record(tx, store.touched(rows))
    return len(rows)


async def lift_restriction(db: Database, devices: Sequence[tuple[UUID, UUID]], now: datetime) -> int:
    """These (workspace, device) may write to anybody again; returns how many rows had waited for it."""
    if not devices:
        return 0
    async with db.transaction() as tx:
        rows = await store.QUERIES.lift_restriction(
            tx, workspace_ids=[key[0] for key in devices], device_ids=[key[1] for key in devices], now=now
        )
        await actions.record(tx, store.touched(rows))
    return len(rows)
