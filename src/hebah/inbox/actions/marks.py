"""What somebody has read here, on its way to WhatsApp: found by the gateway that holds the device, told, forgotten."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from hebah.foundation.postgres import Connection, Database, load_queries
from hebah.inbox.model.fetched import ReadMark

QUERIES = load_queries("hebah.inbox", "marks.sql")

_MOST_MESSAGES = 200
_TRY_AGAIN_AFTER = timedelta(minutes=1)


async def due(
    connection: Connection, devices: Sequence[tuple[UUID, UUID]], busy: Collection[UUID], now: datetime, *, limit: int
) -> list[ReadMark]:
    """The oldest mark of each of these (workspace, device), but for chats in `busy`."""
    rows = await QUERIES.due_marks(
        connection,
        workspace_ids=[workspace_id for workspace_id, _ in devices],
        device_ids=[device_id for _, device_id in devices],
        busy=list(busy),
        now=now,
        limit=limit,
    )
    return [
        ReadMark(row["workspace_id"], row["device_id"], row["chat_id"], row["address"], row["until"]) for row in rows
    ]


async def next_due(connection: Connection, devices: Sequence[tuple[UUID, UUID]], now: datetime) -> datetime | None:
    """When the next mark of these devices is due that is not due yet."""
    instant: datetime | None = await QUERIES.next_mark_due(
        connection,
        workspace_ids=[workspace_id for workspace_id, _ in devices],
        device_ids=[device_id for _, device_id in devices],
        now=now,
    )
    return instant


@dataclass(frozen=True, slots=True)
class NewlyRead:
    """Wire ids that WhatsApp does not know to be read, by who wrote them, and the newest of them."""

    by_sender: Mapping[str, tuple[str, ...]]
    newest_at: datetime | None


async def newly_read(db: Database, mark: ReadMark) -> NewlyRead:
    """What there is to tell."""
    async with db.connection() as connection:
        rows = await QUERIES.newly_read(
            connection,
            workspace_id=mark.workspace_id,
            chat_id=mark.chat_id,
            until=mark.until,
            limit=_MOST_MESSAGES,
        )
    by_sender: dict[str, tuple[str, ...]] = {}
    for row in rows:
        by_sender[row["sender"]] = (*by_sender.get(row["sender"], ()), row["wire_id"])
    return NewlyRead(by_sender, rows[0]["at"] if rows else None)


async def finish(db: Database, mark: ReadMark, told: NewlyRead) -> None:
    """WhatsApp knows."""
    async with db.transaction() as tx:
        if told.newest_at is not None:
            await QUERIES.note_told(tx, workspace_id=mark.workspace_id, chat_id=mark.chat_id, told_until=told.newest_at)
        await QUERIES.end_mark(
            tx,
            workspace_id=mark.workspace_id,
            device_id=mark.device_id,
            chat_id=mark.chat_id,
            until=mark.until,
        )


async def put_off(db: Database, mark: ReadMark, now: datetime) -> None:
    """No luck now."""
    async with db.transaction() as tx:
        await QUERIES.put_off_mark(
            tx,
            workspace_id=mark.workspace_id,
            device_id=mark.device_id,
            chat_id=mark.chat_id,
            due_at=now + _TRY_AGAIN_AFTER,
        )
