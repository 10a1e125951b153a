"""Chats and messages as screens show them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from hebah.foundation.postgres import Connection, Record, load_queries
from hebah.inbox.model.messages import ME, MessageStatus
from hebah.inbox.model.shown import Chat, File, FileState, Message, Quoted, Reaction
from hebah.inbox.store.listing import LAST
from hebah.messaging.said import Card, MessageKind, Notice, NoticeCode, Place

QUERIES = load_queries("hebah.inbox", "reads.sql")

Details = Mapping[str, object]


async def recent_chats(
    connection: Connection, workspace_id: UUID, device_id: UUID, before: tuple[datetime, UUID] | None, limit: int
) -> list[Chat]:
    """Chats of a device, newest first."""
    at, chat_id = before or LAST
    rows = await QUERIES.recent_chats(
        connection, workspace_id=workspace_id, device_id=device_id, before_at=at, before_id=chat_id, limit=limit
    )
    return [_chat(row) for row in rows]


async def chats_by_id(connection: Connection, workspace_id: UUID, ids: Iterable[UUID]) -> list[Chat]:
    """These chats, as far as they exist."""
    return [_chat(row) for row in await QUERIES.chats_by_id(connection, workspace_id=workspace_id, ids=list(ids))]


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
    return list(await QUERIES.messages_by_id(connection, workspace_id=workspace_id, ids=list(ids)))


async def shown(
    connection: Connection, workspace_id: UUID, rows: Sequence[Record], addresses: Mapping[UUID, str]
) -> list[Message]:
    """The rows with what others have put under them and what they answer; `addresses` of their chats."""
    reactions = await _reactions(connection, workspace_id, rows) if rows else {}
    quoted = await _quoted(connection, workspace_id, rows)
    messages = []
    for row in rows:
        key = (row["device_id"], addresses.get(row["chat_id"], ""), row["wire_id"])
        messages.append(_message(row, tuple(reactions.get(key, ())), quoted))
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


def _chat(row: Record) -> Chat:
    return Chat(
        id=row["id"],
        device_id=row["device_id"],
        address=row["address"],
        contact_id=row["contact_id"],
        name=row["name"],
        last_at=row["last_at"],
        last_message_id=row["last_message_id"],
        last_kind=_kind(row["last_kind"]),
        preview=row["preview"],
        last_from_me=row["last_from_me"],
        last_sender_name=row["last_sender_name"],
        last_deleted=row["last_deleted"],
        last_status=_status(row["last_status"]),
        unread=row["unread"],
        read_until=row["read_until"],
        pinned_at=row["pinned_at"],
        muted_until=row["muted_until"],
        archived_at=row["archived_at"],
        closed=row["closed"],
        picture_id=row["picture_id"],
        picture_until=row["picture_until"],
    )


def _message(row: Record, reactions: tuple[Reaction, ...], quoted: Mapping[tuple[UUID, str], Record]) -> Message:
    details = row["details"] or {}
    place = details.get("place")
    return Message(
        id=row["id"],
        device_id=row["device_id"],
        chat_id=row["chat_id"],
        wire_id=row["wire_id"],
        sender=row["sender"],
        sender_name=row["sender_name"] or "",
        from_me=row["from_me"],
        at=row["at"],
        received_at=row["received_at"],
        time_doubtful=row["time_doubtful"],
        kind=_kind(row["kind"]),
        body=row["body"] or "",
        file=_file(row, details.get("file")),
        quote=_quote(row, details.get("quote"), quoted),
        place=None if place is None else Place(**place),
        cards=tuple(Card(**card) for card in details.get("cards", ())),
        options=tuple(details.get("options", ())),
        reactions=reactions,
        once=row["once"],
        edited_at=row["edited_at"],
        deleted_at=row["deleted_at"],
        status=_status(row["status"]),
        outbox_id=row["outbox_id"],
        kept=row["words"] != "gone",
        notice=_notice(details.get("notice")),
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
        kind=None if found is None else _kind(found["kind"]),
    )


def _kind(stored: str) -> MessageKind:
    return MessageKind(stored)


def _status(stored: str | None) -> MessageStatus | None:
    return None if stored is None else MessageStatus(stored)
