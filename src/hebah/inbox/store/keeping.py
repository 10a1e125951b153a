"""What is kept no longer: messages and files past their time, and words that only passed through."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from hebah.foundation.postgres import Connection, Transaction, load_queries
from hebah.inbox.store.messages import Changed, ChangedChat

QUERIES = load_queries("hebah.inbox", "keeping.sql")
PASSING = load_queries("hebah.inbox", "passing.sql")


class PassingMessage(NamedTuple):
    """A stored message whose words are to go, and the file that goes with them."""

    workspace_id: UUID
    device_id: UUID
    chat_id: UUID
    at: datetime
    id: UUID
    media_id: UUID | None


class OldMessage(NamedTuple):
    """A stored message past its time."""

    device_id: UUID
    chat_id: UUID
    at: datetime
    id: UUID
    wire_id: str
    outbox_id: UUID | None


class KeptFor(NamedTuple):
    """For how many days a workspace keeps files and messages; None: for ever."""

    workspace_id: UUID
    files_days: int | None
    messages_days: int | None


async def expiring_workspaces(connection: Connection) -> list[KeptFor]:
    """Workspaces that do not keep everything."""
    return [KeptFor(*row) for row in await QUERIES.expiring_workspaces(connection)]


async def anything_passes(connection: Connection, before: datetime) -> bool:
    """Whether there are words that are not to stay, of messages received before the instant."""
    found: bool = await PASSING.anything_passes(connection, before=before)
    return found


async def passing_messages(tx: Transaction, before: datetime, limit: int) -> list[PassingMessage]:
    """Messages received before the instant whose words have been said or shown."""
    return [PassingMessage(*row) for row in await PASSING.passing_messages(tx, before=before, limit=limit)]


async def forget_messages(tx: Transaction, messages: Sequence[PassingMessage]) -> None:
    """Take the words out of messages, out of the list of chats, and out of what is still to be fetched."""
    workspace_ids = [message.workspace_id for message in messages]
    chat_ids = [message.chat_id for message in messages]
    ids = [message.id for message in messages]
    await lock_chats(tx, workspace_ids, chat_ids)
    ats = [message.at for message in messages]
    await PASSING.forget_messages(tx, workspace_ids=workspace_ids, chat_ids=chat_ids, ats=ats, ids=ids)
    await PASSING.forget_previews(tx, workspace_ids=workspace_ids, chat_ids=chat_ids, ids=ids)
    device_ids = [message.device_id for message in messages]
    await QUERIES.delete_fetches(tx, workspace_ids=workspace_ids, device_ids=device_ids, ids=ids)


async def forget_changes(tx: Transaction, before: datetime, limit: int) -> int:
    """Take the words out of edits, and reactions away; gives how many edits and deletions were looked at."""
    looked_at: int = await PASSING.forget_changes(tx, before=before, limit=limit)
    return looked_at


async def lock_chats(tx: Transaction, workspace_ids: Sequence[UUID], chat_ids: Sequence[UUID]) -> None:
    """Chats are locked before their messages, in one order, whoever writes."""
    await QUERIES.lock_chats_by_id(tx, workspace_ids=list(workspace_ids), ids=list(chat_ids))


async def expired_messages(tx: Transaction, workspace_id: UUID, before: datetime, limit: int) -> list[OldMessage]:
    """Some messages from before the instant."""
    rows = await QUERIES.expired_messages(tx, workspace_id=workspace_id, before=before, limit=limit)
    return [OldMessage(*row) for row in rows]


async def delete_messages(tx: Transaction, workspace_id: UUID, messages: Sequence[OldMessage]) -> list[ChangedChat]:
    """Delete messages with all that belongs to them; gives their chats as they are now."""
    chat_ids = sorted({message.chat_id for message in messages})
    workspace_ids = [workspace_id] * len(messages)
    ids = [message.id for message in messages]
    device_ids = [message.device_id for message in messages]
    await lock_chats(tx, [workspace_id] * len(chat_ids), chat_ids)
    await QUERIES.delete_messages(
        tx,
        workspace_id=workspace_id,
        chat_ids=[message.chat_id for message in messages],
        ats=[message.at for message in messages],
        ids=ids,
    )
    wire_ids = [message.wire_id for message in messages]
    await QUERIES.delete_changes(tx, workspace_id=workspace_id, device_ids=device_ids, wire_ids=wire_ids)
    await QUERIES.delete_fetches(tx, workspace_ids=workspace_ids, device_ids=device_ids, ids=ids)
    rows = await QUERIES.thin_chats(tx, workspace_id=workspace_id, ids=chat_ids)
    return [ChangedChat(workspace_id, row["device_id"], row["id"]) for row in rows]


async def unneeded_files(
    tx: Transaction, workspace_id: UUID, before: datetime | None, ids: Collection[UUID] | None, limit: int
) -> list[UUID]:
    """Files that nothing needs, locked: those unused since the instant, or those of `ids` that nothing refers to."""
    rows = await QUERIES.unneeded_files(
        tx, workspace_id=workspace_id, before=before, ids=None if ids is None else list(ids), limit=limit
    )
    return [row["id"] for row in rows]


async def release_files(tx: Transaction, workspace_id: UUID, media_ids: Sequence[UUID]) -> list[Changed]:
    """Let whatever refers to the files go on without; gives the messages that look different now."""
    await QUERIES.release_sent(tx, workspace_id=workspace_id, ids=list(media_ids))
    rows = await QUERIES.release_messages(tx, workspace_id=workspace_id, ids=list(media_ids))
    return [Changed(row["workspace_id"], row["device_id"], row["id"]) for row in rows]


async def count_expired_messages(connection: Connection, workspace_id: UUID, before: datetime) -> int:
    """How many messages are from before the instant."""
    found: int = await QUERIES.count_expired_messages(connection, workspace_id=workspace_id, before=before)
    return found


async def count_unneeded_files(connection: Connection, workspace_id: UUID, before: datetime) -> tuple[int, int]:
    """How many files, and how many bytes in them, nothing has needed since the instant."""
    row = await QUERIES.count_unneeded_files(connection, workspace_id=workspace_id, before=before)
    assert row is not None  # one sum, always
    return row["files"], row["bytes"]
