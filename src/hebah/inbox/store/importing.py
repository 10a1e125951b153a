"""Messages out of archives, recognised, stored and taken back."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from hebah.foundation.ids import make_id
from hebah.foundation.postgres import Connection, Record, Transaction, load_queries
from hebah.inbox.model.archived import OldFile, OldMessage, Origin
from hebah.inbox.model.messages import ME, MessageStatus, ReceivedMessage
from hebah.inbox.model.shown import FileState
from hebah.inbox.rules.importing import BLANKS, FILE_KINDS, SEEN, UNSEEN, compared_words, sort_of, spoken_kind

QUERIES = load_queries("hebah.inbox", "importing.sql")


async def begin_chats(
    tx: Transaction, origin: Origin, contacts: Mapping[str, UUID | None], now: datetime
) -> dict[str, UUID]:
    """The chats with these addresses, made where there were none, locked; `contacts` by address."""
    addresses = sorted(contacts)
    rows = await QUERIES.begin_chats(
        tx,
        workspace_id=origin.workspace_id,
        device_id=origin.device_id,
        now=now,
        ids=[make_id() for _ in addresses],
        addresses=addresses,
        contact_ids=[contacts[address] for address in addresses],
    )
    return {row["address"]: row["id"] for row in rows}


async def chats_at(db: Connection, origin: Origin, addresses: Collection[str]) -> dict[str, UUID]:
    """Those of the chats that are there."""
    rows = await QUERIES.chats_at(
        db, workspace_id=origin.workspace_id, device_id=origin.device_id, addresses=list(addresses)
    )
    return {row["address"]: row["id"] for row in rows}


async def count_equal(
    tx: Transaction, workspace_id: UUID, messages: Sequence[OldMessage], chats: Mapping[str, UUID]
) -> dict[int, int]:
    """How many equal messages of the same moment are stored, by place in the batch."""
    placed = [(place, message) for place, message in enumerate(messages) if message.address in chats]
    await QUERIES.plan_anew(tx)
    rows = await QUERIES.count_equal(
        tx,
        workspace_id=workspace_id,
        places=[place for place, _ in placed],
        chat_ids=[chats[message.address] for _, message in placed],
        from_me=[message.from_me for _, message in placed],
        ats=[message.at for _, message in placed],
        untils=[message.at + message.span for _, message in placed],
        sorts=[sort_of(message.kind) for _, message in placed],
        kinds=[spoken_kind(message.body) for _, message in placed],
        bodies=[compared_words(message.body) for _, message in placed],
        gone=[message.deleted for _, message in placed],
        file_kinds=[kind.value for kind in FILE_KINDS],
        unseen=UNSEEN,
        seen=SEEN,
        blanks=BLANKS,
    )
    return {row["place"]: row["equal"] for row in rows}


async def add(
    tx: Transaction, origin: Origin, messages: Sequence[OldMessage], chats: Mapping[str, UUID], now: datetime
) -> dict[UUID, UUID]:
    """Store the messages; gives the chats of those that were not stored before, by message."""
    rows = await QUERIES.add_old_messages(
        tx,
        workspace_id=origin.workspace_id,
        device_id=origin.device_id,
        archive_id=origin.archive_id,
        now=now,
        chat_ids=[chats[message.address] for message in messages],
        ids=[message.id for message in messages],
        wire_ids=[message.wire_id for message in messages],
        senders=[message.sender for message in messages],
        from_me=[message.from_me for message in messages],
        ats=[message.at for message in messages],
        kinds=[message.kind for message in messages],
        bodies=[message.body for message in messages],
        media_ids=[None if message.file is None else message.file.media_id for message in messages],
        # That it went out is all an export knows of our own.
        statuses=[MessageStatus.ACCEPTED if message.from_me else None for message in messages],
        sender_names=[message.sender_name or None for message in messages],
        details=[None if message.file is None else {"file": _file(message.file)} for message in messages],
        media_states=[_state(message.file) for message in messages],
        edited_ats=[message.at if message.edited else None for message in messages],
        deleted_ats=[message.at if message.deleted else None for message in messages],
    )
    return {row["id"]: row["chat_id"] for row in rows}


async def adopt(tx: Transaction, messages: Sequence[ReceivedMessage]) -> set[int]:
    """Which of these a file has brought before, by place; they are the phone's from now on."""
    rows = await QUERIES.adopt_archived(
        tx,
        places=list(range(len(messages))),
        workspace_ids=[message.workspace_id for message in messages],
        device_ids=[message.device_id for message in messages],
        addresses=[message.address for message in messages],
        from_me=[message.from_me for message in messages],
        ats=[message.at for message in messages],
        sorts=[sort_of(message.said.kind) for message in messages],
        bodies=[compared_words(message.said.body) for message in messages],
        wire_ids=[message.wire_id for message in messages],
        senders=[ME if message.from_me else message.sender for message in messages],
        file_kinds=[kind.value for kind in FILE_KINDS],
        unseen=UNSEEN,
        seen=SEEN,
        blanks=BLANKS,
    )
    return {row["place"] for row in rows}


async def lock_chats_of(tx: Transaction, workspace_id: UUID, archive_id: UUID, limit: int) -> list[UUID]:
    """Some of the chats that have messages of the archive."""
    rows = await QUERIES.chats_of_archive(tx, workspace_id=workspace_id, archive_id=archive_id, limit=limit)
    return [row["id"] for row in rows]


async def remove(
    tx: Transaction, workspace_id: UUID, archive_id: UUID, chat_ids: Sequence[UUID], limit: int
) -> list[Record]:
    """Delete messages of the archive in these chats: their `id`, `device_id` and `chat_id`."""
    return list(
        await QUERIES.remove_old_messages(
            tx, workspace_id=workspace_id, archive_id=archive_id, chat_ids=list(chat_ids), limit=limit
        )
    )


async def empty_chats(tx: Transaction, workspace_id: UUID, chat_ids: Collection[UUID]) -> set[UUID]:
    """Those of the chats that have no message left, which stand in no list from now on."""
    rows = await QUERIES.empty_chats(tx, workspace_id=workspace_id, chat_ids=list(chat_ids))
    return {row["id"] for row in rows}


def _file(file: OldFile) -> dict[str, object]:
    facts: dict[str, object] = {"mime": file.mime, "size": file.size, "name": file.name}
    return facts | ({"width": file.width, "height": file.height} if file.width and file.height else {})


def _state(file: OldFile | None) -> FileState | None:
    return None if file is None or file.media_id is not None else file.state
