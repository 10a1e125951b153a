"""Messages out of archives, recognised, stored and taken back."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from hebah.foundation.ids import make_id
from hebah.foundation.postgres import Connection, Record, Transaction, load_queries
from hebah.inbox.model.archived import Likeness, Lookalike, OldFile, OldMessage, Origin
from hebah.inbox.model.messages import MessageStatus, further
from hebah.inbox.model.shown import FileState
from hebah.inbox.rules.importing import FILE_KINDS, spot_of
from hebah.inbox.rules.messages import Draft
from hebah.inbox.rules.spoken import BLANKS, SEEN, UNSEEN, says_the_same
from hebah.inbox.store.messages import beyond_words_of, words_of

QUERIES = load_queries("hebah.inbox", "importing.sql")

_SECOND_UNKNOWN = -1


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


async def lookalikes(
    tx: Transaction, wanted: Collection[Likeness], *, of_files: bool = False
) -> dict[Likeness, list[Lookalike]]:
    """The stored messages that look like these, oldest first; `of_files`: those alone that no phone has told."""
    ordered = list(dict.fromkeys(wanted))
    if not ordered:
        return {}
    await QUERIES.plan_anew(tx)
    rows = await QUERIES.lookalikes(
        tx,
        workspace_ids=[one.workspace_id for one in ordered],
        chat_ids=[one.chat_id for one in ordered],
        from_me=[one.from_me for one in ordered],
        minutes=[one.minute for one in ordered],
        sorts=[one.sort for one in ordered],
        bodies=[one.body for one in ordered],
        kinds=[one.kind for one in ordered],
        gone=[one.gone for one in ordered],
        wordings=[one.wording for one in ordered],
        of_files=of_files,
        file_kinds=[kind.value for kind in FILE_KINDS],
        unseen=UNSEEN,
        seen=SEEN,
        blanks=BLANKS,
    )
    found: dict[Likeness, list[Lookalike]] = {}
    for row in rows:
        likeness, stored = ordered[row["place"] - 1], _lookalike(row)
        if says_the_same(likeness, stored):
            found.setdefault(likeness, []).append(stored)
    return found


async def keep_seconds(tx: Transaction, workspace_id: UUID, seconds: Sequence[tuple[Lookalike, datetime]]) -> None:
    """Keep when within their minute messages were said."""
    if seconds:
        await QUERIES.keep_seconds(
            tx,
            workspace_id=workspace_id,
            chat_ids=[one.chat_id for one, _ in seconds],
            ats=[one.at for one, _ in seconds],
            ids=[one.id for one, _ in seconds],
            seconds=[at.second for _, at in seconds],
        )


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
        at_seconds=[_SECOND_UNKNOWN if message.is_to_the_minute else None for message in messages],
    )
    await _note_brought(tx, origin.workspace_id, rows)
    return {row["id"]: row["chat_id"] for row in rows}


async def _note_brought(tx: Transaction, workspace_id: UUID, rows: Sequence[Record]) -> None:
    untils: dict[UUID, datetime] = {}
    for row in rows:
        untils[row["chat_id"]] = max(row["at"], untils.get(row["chat_id"], row["at"]))
    chat_ids = sorted(untils)
    await QUERIES.note_brought(
        tx, workspace_id=workspace_id, chat_ids=chat_ids, untils=[untils[chat_id] for chat_id in chat_ids]
    )


async def adopt(tx: Transaction, told: Sequence[tuple[Draft, Lookalike]]) -> None:
    """These messages of files are the phone's from now on."""
    drafts = [draft for draft, _ in told]
    await QUERIES.adopt(
        tx,
        workspace_ids=[draft.chat.workspace_id for draft in drafts],
        chat_ids=[stored.chat_id for _, stored in told],
        ats=[stored.at for _, stored in told],
        ids=[stored.id for _, stored in told],
        wire_ids=[draft.wire_id for draft in drafts],
        senders=[draft.sender for draft in drafts],
        seconds=[draft.at.second for draft in drafts],
        media_ids=[draft.media_id for draft in drafts],
        # That it went out is proved by the file, whatever our sender knows.
        statuses=[further(MessageStatus.ACCEPTED, draft.status) if draft.status else None for draft in drafts],
        outbox_ids=[draft.outbox_id for draft in drafts],
        **words_of(drafts),
        **beyond_words_of(drafts),
    )


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


def _lookalike(row: Record) -> Lookalike:
    details = row["details"] or {}
    return Lookalike(
        chat_id=row["chat_id"],
        at=row["at"],
        id=row["id"],
        second=row["second"],
        archive_id=row["archive_id"],
        kind=row["kind"],
        file_name=(details.get("file") or {}).get("name") or "",
        has_file=row["has_file"],
        body=row["body"] or "",
        place=spot_of(details.get("place")),
    )


def _file(file: OldFile) -> dict[str, object]:
    facts: dict[str, object] = {"mime": file.mime, "size": file.size, "name": file.name}
    return facts | ({"width": file.width, "height": file.height} if file.width and file.height else {})


def _state(file: OldFile | None) -> FileState | None:
    return None if file is None or file.media_id is not None else file.state
