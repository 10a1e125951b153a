"""Messages and their chats, written many at a time."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from hebah.foundation.ids import make_id
from hebah.foundation.postgres import Record, Transaction, load_queries
from hebah.inbox.model.messages import MessageStatus, ReadByUs, StoredAt
from hebah.inbox.rules.messages import PLAIN, ChatKey, ChatNews, Draft, MessageKey, WireKey, preview, preview_of

QUERIES = load_queries("hebah.inbox")

_LADDER = [status.value for status in MessageStatus]


@dataclass(frozen=True, slots=True)
class Changed:
    """A message whose screen must look again."""

    workspace_id: UUID
    device_id: UUID
    message_id: UUID


@dataclass(frozen=True, slots=True)
class ChangedChat:
    """A chat whose line in the list must be looked at again."""

    workspace_id: UUID
    device_id: UUID
    chat_id: UUID


@dataclass(frozen=True, slots=True)
class StoredChats:
    """The chats of a batch of messages, whether edits or deletions waited in one of them, which have no name, and up to
    when files have brought messages into some of them."""

    ids: Mapping[ChatKey, UUID]
    has_changes: bool = False
    nameless: frozenset[ChatKey] = frozenset()
    brought_until: Mapping[ChatKey, datetime] = field(default_factory=dict)


class _Line(NamedTuple):
    """A message of a chat, whoever is said to have sent it."""

    workspace_id: UUID
    device_id: UUID
    chat: str
    wire_id: str


@dataclass(frozen=True, slots=True)
class Move:
    """News about a message of ours; `sent_at` when it went out, where our sender tells."""

    status: MessageStatus
    outbox_id: UUID | None = None
    media_id: UUID | None = None
    sent_at: datetime | None = None


async def add_seen(tx: Transaction, keys: Sequence[MessageKey], now: datetime) -> set[MessageKey]:
    """Remember the messages; gives those that were new."""
    known = await QUERIES.add_seen(tx, now=now, senders=[key.sender for key in keys], **_wires(keys))
    return set(keys).difference(MessageKey(*row) for row in known)


async def find_seen(tx: Transaction, keys: Sequence[MessageKey]) -> set[MessageKey]:
    """Which of these are remembered."""
    rows = await QUERIES.find_seen(tx, senders=[key.sender for key in keys], **_wires(keys))
    return {MessageKey(*row) for row in rows}


async def find_stored(tx: Transaction, keys: Sequence[MessageKey]) -> set[MessageKey]:
    """Which of these are stored, however long ago and whatever their sender was called."""
    stored = {_Line(*row) for row in await QUERIES.find_stored(tx, **_wires(keys))}
    return {key for key in keys if _line(key) in stored}


async def find_undecrypted(tx: Transaction, keys: Sequence[MessageKey]) -> dict[MessageKey, StoredAt]:
    """Which of these are stored as what could not be read."""
    rows = await QUERIES.find_undecrypted(tx, **_wires(keys))
    stored = {
        _Line(row["workspace_id"], row["device_id"], row["chat"], row["wire_id"]): StoredAt(
            row["chat_id"], row["at"], row["id"]
        )
        for row in rows
    }
    return {key: stored[_line(key)] for key in keys if _line(key) in stored}


async def lock_chats(tx: Transaction, keys: Iterable[ChatKey]) -> set[UUID]:
    """Lock the chats there are, before anything is written to them; gives their ids."""
    given = sorted(set(keys))
    rows = await QUERIES.lock_chats(
        tx,
        workspace_ids=[key.workspace_id for key in given],
        device_ids=[key.device_id for key in given],
        addresses=[key.address for key in given],
    )
    return {row["id"] for row in rows}


async def tell_chats(tx: Transaction, news: Sequence[ChatNews]) -> StoredChats:
    """Let chats know of their new messages, and make those that are missing; `news` sorted by key."""
    rows = await QUERIES.upsert_chats(
        tx,
        workspace_ids=[each.key.workspace_id for each in news],
        ids=[make_id() for _ in news],
        device_ids=[each.key.device_id for each in news],
        addresses=[each.key.address for each in news],
        contact_ids=[each.contact_id for each in news],
        last_ats=[each.newest.at for each in news],
        last_message_ids=[each.newest.id for each in news],
        previews=[preview_of(each.newest) for each in news],
        last_from_me=[each.newest.from_me for each in news],
        unread=[each.unread for each in news],
        names=[each.name for each in news],
        last_kinds=[each.newest.kind for each in news],
        last_sender_names=[each.newest.sender_name or "" for each in news],
    )
    keyed = {ChatKey(row["workspace_id"], row["device_id"], row["address"]): row for row in rows}
    return StoredChats(
        {key: row["id"] for key, row in keyed.items()},
        any(row["has_changes"] for row in rows),
        frozenset(key for key, row in keyed.items() if row["is_nameless"]),
        _brought_until(keyed),
    )


async def add_messages(tx: Transaction, drafts: Sequence[Draft], chats: Mapping[ChatKey, UUID], now: datetime) -> None:
    """Store messages in their chats, which `tell_chats` has found or made."""
    rich = [draft for draft in drafts if draft.rich is not PLAIN or draft.sender_name is not None]
    plain = [draft for draft in drafts if draft.rich is PLAIN and draft.sender_name is None] if rich else drafts
    if plain:
        await QUERIES.add_messages(tx, now=now, **_rows(plain, chats), **words_of(plain))
    if rich:
        await QUERIES.add_rich_messages(tx, now=now, **_rows(rich, chats), **words_of(rich), **beyond_words_of(rich))


async def lock_brought(tx: Transaction, keys: Iterable[ChatKey]) -> StoredChats:
    """Lock those of the chats that files have brought messages into."""
    given = sorted(set(keys))
    rows = await QUERIES.lock_brought(
        tx,
        workspace_ids=[key.workspace_id for key in given],
        device_ids=[key.device_id for key in given],
        addresses=[key.address for key in given],
    )
    keyed = {ChatKey(row["workspace_id"], row["device_id"], row["address"]): row for row in rows}
    return StoredChats({key: row["id"] for key, row in keyed.items()}, brought_until=_brought_until(keyed))


async def replace_messages(tx: Transaction, drafts: Sequence[Draft]) -> None:
    """What could not be read before is what it says now."""
    await QUERIES.replace_messages(tx, **_places(drafts), **words_of(drafts), **beyond_words_of(drafts))


async def drop_undecrypted(tx: Transaction, workspace_ids: Sequence[UUID], messages: Sequence[StoredAt]) -> None:
    """What could not be read is no line of its chat."""
    await QUERIES.drop_undecrypted(
        tx,
        workspace_ids=list(workspace_ids),
        chat_ids=[message.chat_id for message in messages],
        ats=[message.at for message in messages],
        ids=[message.id for message in messages],
    )


def words_of(drafts: Sequence[Draft]) -> dict[str, list[object]]:
    """What the messages say, column by column."""
    return {"kinds": [draft.kind for draft in drafts], "bodies": [draft.body for draft in drafts]}


def beyond_words_of(drafts: Sequence[Draft]) -> dict[str, list[object]]:
    """What they have beyond words, column by column."""
    riches = [draft.rich for draft in drafts]
    return {
        "sender_names": [draft.sender_name for draft in drafts],
        "details": [rich.details for rich in riches],
        "media_refs": [rich.media_ref for rich in riches],
        "media_states": [rich.media_state for rich in riches],
        "thumbnails": [rich.thumbnail for rich in riches],
        "raws": [rich.raw for rich in riches],
        "once": [rich.once for rich in riches],
    }


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
        sent_ats=[move.sent_at for move in moves.values()],
    )
    return [Changed(row["workspace_id"], row["device_id"], row["id"]) for row in rows]


async def read_until(tx: Transaction, reads: Sequence[ReadByUs], locked: Collection[UUID]) -> list[ChangedChat]:
    """Note what our side has read in chats that are locked; gives those that look different now."""
    given = [(read, wire_id) for read in reads for wire_id in read.wire_ids]
    rows = await QUERIES.read_until(
        tx,
        workspace_ids=[read.workspace_id for read, _ in given],
        device_ids=[read.device_id for read, _ in given],
        addresses=[read.address for read, _ in given],
        wire_ids=[wire_id for _, wire_id in given],
        locked=list(locked),
    )
    return [ChangedChat(row["workspace_id"], row["device_id"], row["id"]) for row in rows]


async def refresh_chats(tx: Transaction, chats: Iterable[tuple[UUID, UUID]]) -> None:
    """Let the list of chats show what stands on top of these (workspace, chat) now."""
    given = sorted(set(chats))
    tops = await QUERIES.top_messages(
        tx, workspace_ids=[workspace_id for workspace_id, _ in given], chat_ids=[chat_id for _, chat_id in given]
    )
    await QUERIES.write_tops(
        tx,
        workspace_ids=[row["workspace_id"] for row in tops],
        chat_ids=[row["chat_id"] for row in tops],
        ats=[row["at"] for row in tops],
        message_ids=[row["id"] for row in tops],
        kinds=[row["kind"] for row in tops],
        previews=[_preview(row) for row in tops],
        from_me=[row["from_me"] for row in tops],
        sender_names=[row["sender_name"] or "" for row in tops],
        deleted=[row["deleted_at"] is not None for row in tops],
    )


async def erase_device(tx: Transaction, workspace_id: UUID, device_id: UUID) -> None:
    """Every trace of the device's chats."""
    for erase in (
        QUERIES.erase_messages,
        QUERIES.erase_changes,
        QUERIES.erase_fetches,
        QUERIES.erase_packets,
        QUERIES.erase_chats,
        QUERIES.erase_seen,
    ):
        await erase(tx, workspace_id=workspace_id, device_id=device_id)


async def forget_seen(tx: Transaction, before: datetime, limit: int) -> int:
    """Forget what was seen before; how many went."""
    gone: int = await QUERIES.forget_seen(tx, before=before, limit=limit)
    return gone


def _brought_until(rows: Mapping[ChatKey, Record]) -> dict[ChatKey, datetime]:
    return {key: until for key, row in rows.items() if (until := row["brought_until"]) is not None}


def _rows(drafts: Sequence[Draft], chats: Mapping[ChatKey, UUID]) -> dict[str, list[object]]:
    return {
        "workspace_ids": [draft.chat.workspace_id for draft in drafts],
        "ids": [draft.id for draft in drafts],
        "device_ids": [draft.chat.device_id for draft in drafts],
        "chat_ids": [chats[draft.chat] for draft in drafts],
        "wire_ids": [draft.wire_id for draft in drafts],
        "senders": [draft.sender for draft in drafts],
        "from_me": [draft.from_me for draft in drafts],
        "ats": [draft.at for draft in drafts],
        "doubtful": [draft.time_doubtful for draft in drafts],
        "media_ids": [draft.media_id for draft in drafts],
        "statuses": [draft.status for draft in drafts],
        "outbox_ids": [draft.outbox_id for draft in drafts],
    }


def _places(drafts: Sequence[Draft]) -> dict[str, list[object]]:
    places = [(draft.chat.workspace_id, draft.replaces) for draft in drafts if draft.replaces is not None]
    return {
        "workspace_ids": [workspace_id for workspace_id, _ in places],
        "chat_ids": [place.chat_id for _, place in places],
        "ats": [place.at for _, place in places],
        "ids": [place.id for _, place in places],
    }


def _wires(keys: Sequence[MessageKey]) -> dict[str, list[object]]:
    return {
        "workspace_ids": [key.workspace_id for key in keys],
        "device_ids": [key.device_id for key in keys],
        "chats": [key.chat for key in keys],
        "wire_ids": [key.wire_id for key in keys],
    }


def _line(key: MessageKey) -> _Line:
    return _Line(key.workspace_id, key.device_id, key.chat, key.wire_id)


def _preview(row: Record) -> str:
    details = row["details"] or {}
    file, place = details.get("file") or {}, details.get("place") or {}
    words = row["body"] or file.get("name") or place.get("name")
    return preview(words or ", ".join(card["name"] for card in details.get("cards", ())))
