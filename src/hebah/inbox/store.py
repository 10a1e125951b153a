"""Chats and messages in and out of PostgreSQL, always many rows in one statement."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from hebah.foundation.ids import make_id
from hebah.foundation.postgres import Connection, Record, Transaction, load_queries
from hebah.inbox.model import Chat, Message, MessageStatus
from hebah.inbox.rules import ChatKey, ChatNews, Draft, MessageKey, WireKey, preview

QUERIES = load_queries("hebah.inbox")

_LADDER = [status.value for status in MessageStatus]


@dataclass(frozen=True, slots=True)
class Changed:
    """A message whose screen must look again."""

    workspace_id: UUID
    device_id: UUID
    message_id: UUID


@dataclass(frozen=True, slots=True)
class Move:
    """News about a message of ours."""

    status: MessageStatus
    outbox_id: UUID | None = None
    media_id: UUID | None = None


async def add_seen(tx: Transaction, keys: Iterable[MessageKey], now: datetime) -> set[MessageKey]:
    """Remember the messages; gives those that were new."""
    given = list(keys)
    rows = await QUERIES.add_seen(
        tx,
        workspace_ids=[key.workspace_id for key in given],
        device_ids=[key.device_id for key in given],
        chats=[key.chat for key in given],
        senders=[key.sender for key in given],
        wire_ids=[key.wire_id for key in given],
        now=now,
    )
    return {MessageKey(*row) for row in rows}


async def add_messages(tx: Transaction, drafts: Sequence[Draft], news: Sequence[ChatNews], now: datetime) -> None:
    """Store messages in their chats, which are made where they are missing; `news` sorted by key."""
    chats = await _upsert_chats(tx, news)
    await QUERIES.add_messages(
        tx,
        now=now,
        workspace_ids=[draft.chat.workspace_id for draft in drafts],
        ids=[draft.id for draft in drafts],
        device_ids=[draft.chat.device_id for draft in drafts],
        chat_ids=[chats[draft.chat] for draft in drafts],
        wire_ids=[draft.wire_id for draft in drafts],
        senders=[draft.sender for draft in drafts],
        from_me=[draft.from_me for draft in drafts],
        ats=[draft.at for draft in drafts],
        doubtful=[draft.time_doubtful for draft in drafts],
        kinds=[draft.kind for draft in drafts],
        bodies=[draft.body for draft in drafts],
        media_ids=[draft.media_id for draft in drafts],
        statuses=[draft.status for draft in drafts],
        outbox_ids=[draft.outbox_id for draft in drafts],
    )


async def move_messages(tx: Transaction, moves: Mapping[WireKey, Move]) -> list[Changed]:
    """Bring messages of ours forward; gives those that moved."""
    rows = await QUERIES.move_messages(
        tx,
        ladder=_LADDER,
        workspace_ids=[key.workspace_id for key in moves],
        device_ids=[key.device_id for key in moves],
        wire_ids=[key.wire_id for key in moves],
        statuses=[move.status for move in moves.values()],
        outbox_ids=[move.outbox_id for move in moves.values()],
        media_ids=[move.media_id for move in moves.values()],
    )
    return [Changed(row["workspace_id"], row["device_id"], row["id"]) for row in rows]


async def erase_device(tx: Transaction, workspace_id: UUID, device_id: UUID) -> None:
    """Every trace of the device's chats."""
    for erase in (QUERIES.erase_messages, QUERIES.erase_chats, QUERIES.erase_seen):
        await erase(tx, workspace_id=workspace_id, device_id=device_id)


async def forget_seen(tx: Transaction, before: datetime, limit: int) -> int:
    """Forget what was seen before; how many went."""
    gone: int = await QUERIES.forget_seen(tx, before=before, limit=limit)
    return gone


async def recent_chats(
    connection: Connection, workspace_id: UUID, device_id: UUID, before: tuple[datetime, UUID] | None, limit: int
) -> list[Chat]:
    """Chats of a device, newest first."""
    at, chat_id = before or (None, None)
    rows = await QUERIES.recent_chats(
        connection, workspace_id=workspace_id, device_id=device_id, before_at=at, before_id=chat_id, limit=limit
    )
    return [_chat(row) for row in rows]


async def chat_messages(
    connection: Connection, workspace_id: UUID, chat_id: UUID, before: tuple[datetime, UUID] | None, limit: int
) -> list[Message]:
    """Messages of a chat, newest first."""
    at, message_id = before or (None, None)
    rows = await QUERIES.chat_messages(
        connection, workspace_id=workspace_id, chat_id=chat_id, before_at=at, before_id=message_id, limit=limit
    )
    return [_message(row) for row in rows]


async def _upsert_chats(tx: Transaction, news: Sequence[ChatNews]) -> dict[ChatKey, UUID]:
    rows = await QUERIES.upsert_chats(
        tx,
        workspace_ids=[each.key.workspace_id for each in news],
        ids=[make_id() for _ in news],
        device_ids=[each.key.device_id for each in news],
        addresses=[each.key.address for each in news],
        contact_ids=[each.contact_id for each in news],
        last_ats=[each.newest.at for each in news],
        last_message_ids=[each.newest.id for each in news],
        previews=[preview(each.newest.body) for each in news],
        last_from_me=[each.newest.from_me for each in news],
        unread=[each.unread for each in news],
    )
    return {ChatKey(row["workspace_id"], row["device_id"], row["address"]): row["id"] for row in rows}


def _chat(row: Record) -> Chat:
    return Chat(
        id=row["id"],
        device_id=row["device_id"],
        address=row["address"],
        contact_id=row["contact_id"],
        last_at=row["last_at"],
        last_message_id=row["last_message_id"],
        preview=row["preview"],
        last_from_me=row["last_from_me"],
        unread=row["unread"],
    )


def _message(row: Record) -> Message:
    return Message(
        id=row["id"],
        device_id=row["device_id"],
        chat_id=row["chat_id"],
        wire_id=row["wire_id"],
        sender=row["sender"],
        from_me=row["from_me"],
        at=row["at"],
        received_at=row["received_at"],
        time_doubtful=row["time_doubtful"],
        kind=row["kind"],
        body=row["body"] or "",
        media_id=row["media_id"],
        status=None if row["status"] is None else MessageStatus(row["status"]),
        outbox_id=row["outbox_id"],
    )
