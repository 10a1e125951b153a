"""Chats and messages as screens show them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from operator import itemgetter
from typing import Any
from uuid import UUID

from hebah.foundation.postgres import Connection, Record, load_queries
from hebah.inbox.model.messages import ME, MessageStatus
from hebah.inbox.model.shown import Chat, File, FileState, ListedChat, Message, Quoted, Reaction
from hebah.inbox.store.listing import LAST
from hebah.messaging.said import Card, MessageKind, Notice, NoticeCode, Place

QUERIES = load_queries("hebah.inbox", "reads.sql")

Details = Mapping[str, Any]  # Any: jsonb, written by us

_KINDS = {kind.value: kind for kind in MessageKind}
_STATUSES: Mapping[str | None, MessageStatus | None] = {status.value: status for status in MessageStatus} | {None: None}
_OF_CHAT = Chat.__struct_fields__
_BESIDE_CHAT = ListedChat.__struct_fields__[1:]
_OF_MESSAGE = (
    "id", "device_id", "chat_id", "wire_id", "sender", "from_me", "at", "received_at", "time_doubtful", "once",
    "edited_at", "deleted_at", "outbox_id", "sender_name", "body", "kind", "status", "words", "details", "media_id",
)  # fmt: skip
_WORDS_ALONE = (None, None, None, (), (), None)


async def recent_chats(
    connection: Connection, workspace_id: UUID, device_id: UUID, before: tuple[datetime, UUID] | None, limit: int
) -> list[Chat]:
    """Chats of a device, newest first."""
    at, chat_id = before or LAST
    rows = await QUERIES.recent_chats(
        connection, workspace_id=workspace_id, device_id=device_id, before_at=at, before_id=chat_id, limit=limit
    )
    return list(_chats(rows))


async def listed_chats(connection: Connection, workspace_id: UUID, ids: Iterable[UUID]) -> list[ListedChat]:
    """These chats, as far as they exist, with what their lines show besides."""
    rows = await QUERIES.listed_chats(connection, workspace_id=workspace_id, ids=list(set(ids)))
    return [ListedChat(chat, *beside) for chat, beside in zip(_chats(rows), _values(rows, _BESIDE_CHAT), strict=True)]


async def chat_messages(
    connection: Connection, workspace_id: UUID, chat_id: UUID, before: tuple[datetime, UUID] | None, limit: int
) -> list[Record]:
    """Rows of a chat, newest first."""
    at, message_id = before or LAST
    return list(
        await QUERIES.chat_messages(
            connection, workspace_id=workspace_id, chat_id=chat_id, before_at=at, before_id=message_id, limit=limit
        )
    )


async def messages_by_id(connection: Connection, workspace_id: UUID, ids: Iterable[UUID]) -> list[Record]:
    """These rows, as far as they exist."""
    return list(await QUERIES.messages_by_id(connection, workspace_id=workspace_id, ids=list(set(ids))))


async def shown(connection: Connection, workspace_id: UUID, rows: Sequence[Record]) -> list[Message]:
    """The rows with what others have put under them and what they answer."""
    reactions = await _reactions(connection, workspace_id, rows) if rows else {}
    addresses = await _chat_addresses(connection, workspace_id, rows) if reactions else {}
    quoted = await _quoted(connection, workspace_id, rows)
    messages = []
    for row, values in zip(rows, _values(rows, _OF_MESSAGE), strict=True):
        *facts, sender_name, body, kind, status, words, details, media_id = values
        known = (sender_name or "", body or "", _KINDS[kind], _STATUSES[status], words != "gone")
        beyond = _WORDS_ALONE if details is None and media_id is None else _beyond_words(row, details or {}, quoted)
        key = (row["device_id"], addresses.get(row["chat_id"], ""), row["wire_id"]) if reactions else None
        messages.append(Message(*(*facts, *known, *beyond, () if key is None else reactions.get(key, ()))))
    return messages


async def _reactions(
    connection: Connection, workspace_id: UUID, rows: Sequence[Record]
) -> dict[tuple[UUID, str, str], list[Reaction]]:
    found: dict[tuple[UUID, str, str], list[Reaction]] = {}
    reactions = await QUERIES.reactions_of(
        connection,
        workspace_id=workspace_id,
        device_ids=[row["device_id"] for row in rows],
        wire_ids=[row["wire_id"] for row in rows],
    )
    for row in reactions:
        sender = row["sender"]
        reaction = Reaction(row["body"], sender, row["sender_name"] or "", sender == ME, row["at"])
        found.setdefault((row["device_id"], row["chat"], row["target_wire_id"]), []).append(reaction)
    return found


async def _chat_addresses(connection: Connection, workspace_id: UUID, rows: Sequence[Record]) -> dict[UUID, str]:
    """What reactions know the chats of these messages by."""
    ids = {row["chat_id"] for row in rows}
    found = await QUERIES.chat_addresses(connection, workspace_id=workspace_id, ids=list(ids))
    return {row["id"]: row["address"] for row in found}


async def _quoted(connection: Connection, workspace_id: UUID, rows: Sequence[Record]) -> dict[tuple[UUID, str], Record]:
    asked = {
        (row["device_id"], quote["wire_id"])
        for row in rows
        if (quote := (row["details"] or {}).get("quote")) is not None
    }
    if not asked:
        return {}
    found = await QUERIES.quoted_messages(
        connection,
        workspace_id=workspace_id,
        device_ids=[device_id for device_id, _ in asked],
        wire_ids=[wire_id for _, wire_id in asked],
    )
    return {(row["chat_id"], row["wire_id"]): row for row in found}


def _values(rows: Sequence[Record], columns: tuple[str, ...]) -> Iterator[tuple[Any, ...]]:
    """The values of these columns, row by row: asking a record by name for each took longer than the query."""
    if not rows:
        return iter(())
    place = {name: number for number, name in enumerate(rows[0].keys())}
    return map(itemgetter(*(place[column] for column in columns)), rows)


def _chats(rows: Sequence[Record]) -> Iterator[Chat]:
    for *facts, kind, status in _values(rows, _OF_CHAT):
        yield Chat(*(*facts, _KINDS[kind], _STATUSES[status]))


def _beyond_words(row: Record, details: Details, quoted: Mapping[tuple[UUID, str], Record]) -> tuple[object, ...]:
    """In the order of a message's fields, as `_WORDS_ALONE` is."""
    place = details.get("place")
    return (
        _file(row, details.get("file")),
        _quote(row, details.get("quote"), quoted),
        None if place is None else Place(**place),
        tuple(Card(**card) for card in details.get("cards", ())),
        tuple(details.get("options", ())),
        _notice(details.get("notice")),
    )


def _notice(stored: Mapping[str, Any] | None) -> Notice | None:  # Any: jsonb, written by us
    if stored is None:
        return None
    return Notice(NoticeCode(stored["code"]), stored["by"], tuple(stored["people"]), stored["words"])


def _file(row: Record, facts: Mapping[str, object] | None) -> File | None:
    media_id = row["media_id"]
    if facts is None and media_id is None:
        return None
    state = FileState.READY if media_id is not None else FileState(row["media_state"] or FileState.EXPIRED)
    known = {"mime": "", "size": 0, **(facts or {})}
    waveform = known.pop("waveform", ())
    return File(
        state=state,
        media_id=media_id,
        thumbnail=row["thumbnail"] or b"",
        can_fetch=row["media_ref"] is not None and state is not FileState.TOO_LARGE,
        waveform=tuple(waveform),  # type: ignore[arg-type]  # jsonb: a list of numbers, written by us
        **known,  # type: ignore[arg-type]  # jsonb: the facts by their names, written by us
    )


def _quote(row: Record, quote: Mapping[str, str] | None, quoted: Mapping[tuple[UUID, str], Record]) -> Quoted | None:
    if quote is None:
        return None
    found = quoted.get((row["chat_id"], quote["wire_id"]))
    return Quoted(
        wire_id=quote["wire_id"],
        sender=quote["sender"],
        sender_name="" if found is None else found["sender_name"] or "",
        body=quote["body"],
        from_me=quote["sender"] == ME if found is None else found["from_me"],
        message_id=None if found is None else found["id"],
        kind=None if found is None else _KINDS[found["kind"]],
    )
