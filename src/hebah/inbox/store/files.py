"""The files of messages that are still to be fetched."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from hebah.foundation.postgres import Connection, Record, Transaction, load_queries
from hebah.inbox.model.fetched import WaitingFile
from hebah.inbox.model.messages import StoredAt
from hebah.inbox.model.shown import FileState
from hebah.inbox.rules.messages import ChatKey, Draft
from hebah.inbox.store.messages import Changed
from hebah.messaging.said import MessageKind

QUERIES = load_queries("hebah.inbox", "files.sql")

Device = tuple[UUID, UUID]
"""A workspace and a device in it."""


async def want(tx: Transaction, drafts: Sequence[Draft], chats: Mapping[ChatKey, UUID], now: datetime) -> None:
    """Note the files of new messages that are to be fetched by themselves."""
    wanted = [(draft, draft.rich.urgency) for draft in drafts if draft.rich.urgency is not None]
    if not wanted:
        return
    await QUERIES.want_files(
        tx,
        now=now,
        workspace_ids=[draft.chat.workspace_id for draft, _ in wanted],
        device_ids=[draft.chat.device_id for draft, _ in wanted],
        message_ids=[draft.id for draft, _ in wanted],
        chat_ids=[chats[draft.chat] for draft, _ in wanted],
        ats=[draft.at for draft, _ in wanted],
        urgencies=[int(urgency) for _, urgency in wanted],
    )


async def ask(tx: Transaction, workspace_id: UUID, message_id: UUID, now: datetime, *, is_lost: bool) -> Changed | None:
    """Fetch the file of this message now, also one that was here and is lost; None when there is nothing to fetch."""
    row = await QUERIES.ask_for_file(tx, workspace_id=workspace_id, message_id=message_id, now=now, is_lost=is_lost)
    return None if row is None else Changed(row["workspace_id"], row["device_id"], row["message_id"])


async def due(
    connection: Connection,
    devices: Sequence[Device],
    busy: Collection[UUID],
    now: datetime,
    *,
    most_a_device: int,
    limit: int,
) -> list[WaitingFile]:
    """Files to be fetched now, besides those that are being fetched."""
    rows = await QUERIES.due_files(
        connection,
        workspace_ids=[workspace_id for workspace_id, _ in devices],
        device_ids=[device_id for _, device_id in devices],
        busy=list(busy),
        now=now,
        most_a_device=most_a_device,
        limit=limit,
    )
    return [_file(row) for row in rows]


async def next_due(connection: Connection, devices: Sequence[Device], now: datetime) -> datetime | None:
    """When the next file that waits for its time is due."""
    instant: datetime | None = await QUERIES.next_file_due(
        connection,
        workspace_ids=[workspace_id for workspace_id, _ in devices],
        device_ids=[device_id for _, device_id in devices],
        now=now,
    )
    return instant


async def settle(tx: Transaction, file: WaitingFile, state: FileState, media_id: UUID | None) -> list[Changed]:
    """Write what came of it; gives the message, unless another has settled it."""
    settled = await QUERIES.settle_file(
        tx,
        workspace_id=file.workspace_id,
        chat_id=file.message.chat_id,
        at=file.message.at,
        message_id=file.message.id,
        media_id=media_id,
        state=state,
    )
    await QUERIES.end_fetch(tx, workspace_id=file.workspace_id, device_id=file.device_id, message_id=file.message.id)
    return [] if settled is None else [Changed(file.workspace_id, file.device_id, file.message.id)]


async def put_off(tx: Transaction, file: WaitingFile, due_at: datetime) -> None:
    """Try again then."""
    await QUERIES.put_off_fetch(
        tx,
        workspace_id=file.workspace_id,
        device_id=file.device_id,
        message_id=file.message.id,
        due_at=due_at,
    )


def _file(row: Record) -> WaitingFile:
    facts = (row["details"] or {}).get("file", {})
    return WaitingFile(
        workspace_id=row["workspace_id"],
        device_id=row["device_id"],
        message=StoredAt(row["chat_id"], row["at"], row["message_id"]),
        ref=row["media_ref"],
        chat=row["chat"],
        sender=row["sender"],
        wire_id=row["wire_id"],
        from_me=row["from_me"],
        mime=facts.get("mime", ""),
        size=facts.get("size", 0),
        name=facts.get("name", ""),
        kind=MessageKind(row["kind"]),
        tries=row["tries"],
    )


async def stands_on(connection: Connection, workspace_id: UUID, device_ids: Collection[UUID], media_id: UUID) -> bool:
    """Whether a chat of these devices shows the file."""
    found = await QUERIES.file_on_devices(
        connection, workspace_id=workspace_id, device_ids=list(device_ids), media_id=media_id
    )
    return bool(found)
