"""Packets of older messages, and what the owner of a phone keeps of chats."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from hebah.foundation.ids import make_id
from hebah.foundation.postgres import Connection, Record, Transaction, load_queries
from hebah.inbox.model.fetched import HistoryProgress, KeptChat, OfferedPacket, WaitingPacket
from hebah.inbox.rules.history import PackedSince, percent
from hebah.inbox.store.files import Device
from hebah.inbox.store.messages import ChangedChat

QUERIES = load_queries("hebah.inbox", "history.sql")


async def offer(tx: Transaction, packets: Sequence[OfferedPacket], now: datetime) -> None:
    """Keep packets until they are fetched."""
    await QUERIES.offer_packets(
        tx,
        now=now,
        workspace_ids=[packet.workspace_id for packet in packets],
        device_ids=[packet.device_id for packet in packets],
        ids=[make_id() for _ in packets],
        refs=[packet.ref for packet in packets],
        kinds=[packet.kind for packet in packets],
        chunks=[packet.chunk for packet in packets],
        progresses=[packet.progress for packet in packets],
    )


async def due(
    connection: Connection, devices: Sequence[Device], busy: Collection[UUID], now: datetime, *, limit: int
) -> list[WaitingPacket]:
    """The next packet of each device that works on none."""
    rows = await QUERIES.due_packets(
        connection,
        workspace_ids=[workspace_id for workspace_id, _ in devices],
        device_ids=[device_id for _, device_id in devices],
        busy=list(busy),
        now=now,
        limit=limit,
    )
    return [WaitingPacket(row["workspace_id"], row["device_id"], row["id"], row["ref"], row["tries"]) for row in rows]


async def next_due(connection: Connection, devices: Sequence[Device], now: datetime) -> datetime | None:
    """When the next packet that waits for its time is due."""
    instant: datetime | None = await QUERIES.next_packet_due(
        connection,
        workspace_ids=[workspace_id for workspace_id, _ in devices],
        device_ids=[device_id for _, device_id in devices],
        now=now,
    )
    return instant


async def count_stored(tx: Transaction, packet: WaitingPacket, messages: int) -> None:
    """So many more messages are stored from it."""
    await QUERIES.count_stored(
        tx, workspace_id=packet.workspace_id, device_id=packet.device_id, id=packet.id, messages=messages
    )


async def end(tx: Transaction, packet: WaitingPacket, failure: str | None, now: datetime) -> None:
    """It is stored, or given up."""
    await QUERIES.end_packet(
        tx,
        workspace_id=packet.workspace_id,
        device_id=packet.device_id,
        id=packet.id,
        state="done" if failure is None else "failed",
        failure=failure,
        now=now,
    )


async def put_off(tx: Transaction, packet: WaitingPacket, failure: str, due_at: datetime) -> None:
    """Try again then."""
    await QUERIES.put_off_packet(
        tx,
        workspace_id=packet.workspace_id,
        device_id=packet.device_id,
        id=packet.id,
        failure=failure,
        due_at=due_at,
    )


async def keep_chats(tx: Transaction, device: Device, chats: Sequence[KeptChat], now: datetime) -> list[ChangedChat]:
    """Take over what the owner of the phone keeps of chats that are known here."""
    rows = await QUERIES.keep_chats(
        tx,
        workspace_id=device[0],
        device_id=device[1],
        now=now,
        addresses=[chat.address for chat in chats],
        names=[chat.name for chat in chats],
        archived=[chat.archived for chat in chats],
        pinned=[chat.pinned for chat in chats],
        muted_untils=[chat.muted_until for chat in chats],
    )
    return [ChangedChat(row["workspace_id"], row["device_id"], row["id"]) for row in rows]


async def progress(
    connection: Connection, workspace_id: UUID, device_ids: Collection[UUID]
) -> dict[UUID, HistoryProgress]:
    """How much of each device's history is here; devices that were offered none are left out."""
    rows = await QUERIES.history_progress(connection, workspace_id=workspace_id, device_ids=list(device_ids))
    return {
        row["device_id"]: HistoryProgress(
            offered=row["offered"],
            done=row["done"],
            failed=row["failed"],
            retriable=row["retriable"],
            messages=row["messages"],
            percent=percent(row["offered"], row["done"] + row["failed"], row["told"]),
        )
        for row in rows
    }


async def oldest(connection: Connection, workspace_id: UUID, chat_id: UUID) -> Record | None:
    """The message that what is stored of a chat begins with: wire id, from whom, when."""
    row: Record | None = await QUERIES.oldest_message(connection, workspace_id=workspace_id, chat_id=chat_id)
    return row


async def packed_since(
    connection: Connection, workspace_id: UUID, device_id: UUID, since: datetime
) -> PackedSince | None:
    """The first packet that a phone has packed on demand since an instant."""
    row = await QUERIES.packed_since(connection, workspace_id=workspace_id, device_id=device_id, since=since)
    return None if row is None else PackedSince(row["state"], row["failure"], row["messages"])


async def retry(tx: Transaction, workspace_id: UUID, device_id: UUID, now: datetime) -> int:
    """Fetch what was given up once more; gives how many packets."""
    again: int = await QUERIES.retry_packets(tx, workspace_id=workspace_id, device_id=device_id, now=now)
    return again
