"""Runs the team's statements and turns what they return into facts."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from hebah.foundation.postgres import Connection, Record, Transaction, load_queries
from hebah.inbox.rules.team import MOST_LABELS, MOST_REPLIES, Agent, CannedReply, Label, Note

QUERIES = load_queries("hebah.inbox", "team.sql")

MOST_NOTES = 200


async def chat_device(tx: Transaction, workspace_id: UUID, chat_id: UUID) -> tuple[UUID, UUID | None] | None:
    """The device of a chat and who answers it; the chat stays locked until the transaction ends."""
    row = await QUERIES.chat_device(tx, workspace_id=workspace_id, id=chat_id)
    return None if row is None else (row["device_id"], row["assigned_to"])


async def labels(connection: Connection, workspace_id: UUID) -> list[Label]:
    """By name."""
    return [_label(row) for row in await QUERIES.labels(connection, workspace_id=workspace_id, limit=MOST_LABELS)]


async def add_label(tx: Transaction, workspace_id: UUID, label: Label, now: datetime) -> Label | None:
    """None when the name is taken, or there are too many."""
    row = await QUERIES.add_label(
        tx, workspace_id=workspace_id, id=label.id, name=label.name, colour=label.colour, most=MOST_LABELS, now=now
    )
    return None if row is None else _label(row)


async def change_label(tx: Transaction, workspace_id: UUID, label: Label) -> Label | None:
    """None when it is gone or the name is taken."""
    row = await QUERIES.change_label(tx, workspace_id=workspace_id, id=label.id, name=label.name, colour=label.colour)
    return None if row is None else _label(row)


async def find_label(tx: Transaction, workspace_id: UUID, label_id: UUID) -> Label | None:
    """The label as it is."""
    row = await QUERIES.find_label(tx, workspace_id=workspace_id, id=label_id)
    return None if row is None else _label(row)


async def delete_label(tx: Transaction, workspace_id: UUID, label_id: UUID) -> bool:
    """False when it was gone."""
    deleted: int = await QUERIES.delete_label(tx, workspace_id=workspace_id, id=label_id)
    return deleted > 0


async def put_labels(tx: Transaction, workspace_id: UUID, chat_id: UUID, label_ids: Sequence[UUID]) -> None:
    """Exactly these, as far as they exist."""
    await QUERIES.clear_labels(tx, workspace_id=workspace_id, chat_id=chat_id, label_ids=list(label_ids))
    await QUERIES.put_labels(tx, workspace_id=workspace_id, chat_id=chat_id, label_ids=list(label_ids))


async def assign(tx: Transaction, workspace_id: UUID, chat_id: UUID, user_id: UUID | None) -> None:
    """Who answers from now on."""
    await QUERIES.assign(tx, workspace_id=workspace_id, id=chat_id, user_id=user_id)


async def agents(connection: Connection, workspace_id: UUID, device_id: UUID | None = None) -> list[Agent]:
    """Who may be given chats, of this device where one is named."""
    rows = await QUERIES.agents(connection, workspace_id=workspace_id, device_id=device_id)
    return [Agent(row["id"], row["name"], row["role"]) for row in rows]


async def notes(connection: Connection, workspace_id: UUID, chat_id: UUID) -> list[Note]:
    """Newest first."""
    rows = await QUERIES.notes(connection, workspace_id=workspace_id, chat_id=chat_id, limit=MOST_NOTES)
    return [Note(row["id"], row["chat_id"], row["user_id"], row["by_name"], row["body"], row["at"]) for row in rows]


async def add_note(tx: Transaction, workspace_id: UUID, note: Note) -> None:
    """One more."""
    await QUERIES.add_note(
        tx,
        workspace_id=workspace_id,
        chat_id=note.chat_id,
        id=note.id,
        user_id=note.user_id,
        body=note.body,
        now=note.at,
    )


async def delete_note(tx: Transaction, workspace_id: UUID, chat_id: UUID, note_id: UUID, only_of: UUID | None) -> bool:
    """False when there is none, or it is somebody else's."""
    deleted: int = await QUERIES.delete_note(
        tx, workspace_id=workspace_id, chat_id=chat_id, id=note_id, user_id=only_of
    )
    return deleted > 0


async def canned_replies(connection: Connection, workspace_id: UUID) -> list[CannedReply]:
    """By shortcut."""
    rows = await QUERIES.canned_replies(connection, workspace_id=workspace_id, limit=MOST_REPLIES)
    return [_canned_reply(row) for row in rows]


async def add_canned_reply(
    tx: Transaction, workspace_id: UUID, reply: CannedReply, now: datetime
) -> CannedReply | None:
    """None when the shortcut is taken, or there are too many."""
    row = await QUERIES.add_canned_reply(
        tx,
        workspace_id=workspace_id,
        id=reply.id,
        shortcut=reply.shortcut,
        body=reply.body,
        most=MOST_REPLIES,
        now=now,
    )
    return None if row is None else _canned_reply(row)


async def change_canned_reply(
    tx: Transaction, workspace_id: UUID, reply: CannedReply, now: datetime
) -> CannedReply | None:
    """None when it is gone or the shortcut is taken."""
    row = await QUERIES.change_canned_reply(
        tx, workspace_id=workspace_id, id=reply.id, shortcut=reply.shortcut, body=reply.body, now=now
    )
    return None if row is None else _canned_reply(row)


async def find_canned_reply(tx: Transaction, workspace_id: UUID, reply_id: UUID) -> CannedReply | None:
    """The reply as it is."""
    row = await QUERIES.find_canned_reply(tx, workspace_id=workspace_id, id=reply_id)
    return None if row is None else _canned_reply(row)


async def delete_canned_reply(tx: Transaction, workspace_id: UUID, reply_id: UUID) -> bool:
    """False when it was gone."""
    deleted: int = await QUERIES.delete_canned_reply(tx, workspace_id=workspace_id, id=reply_id)
    return deleted > 0


def _label(row: Record) -> Label:
    return Label(row["id"], row["name"], row["colour"])


def _canned_reply(row: Record) -> CannedReply:
    return CannedReply(row["id"], row["shortcut"], row["body"])
