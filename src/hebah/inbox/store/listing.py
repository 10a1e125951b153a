"""The list of chats over many numbers, places in a chat, and what people do with both."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from hebah.foundation.ids import make_id
from hebah.foundation.postgres import Connection, Record, Transaction, load_queries

QUERIES = load_queries("hebah.inbox", "listing.sql")

MOST_TOLD = 1000
MOST_PINNED = 50
WALKED = 1000
# Of each of several numbers, at first: at least so many chats, or so many times its share of the page.
_FEW = 4

Place = tuple[datetime, UUID]
# A page that begins with the newest begins before this place. A bound that is always there lets one kept plan go
# straight to it through the index, where "or nothing given" would read everything in front of it.
LAST: Place = (datetime.max.replace(tzinfo=UTC), UUID(int=2**128 - 1))
FIRST_AT = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class ChatFilter:
    """Which chats are wanted; `device_ids` None means every device of the workspace. `q` is in lower case."""

    workspace_id: UUID
    device_ids: tuple[UUID, ...] | None = None
    unread: bool = False
    archived: bool = False
    unassigned: bool = False
    assigned_to: UUID | None = None
    label_id: UUID | None = None
    q: str | None = None
    digits: str = ""

    @property
    def is_flat(self) -> bool:
        """Whether pinned chats stand among the others: whoever filters wants the newest."""
        return self.unread or self.unassigned or any((self.assigned_to, self.label_id, self.q))


@dataclass(frozen=True, slots=True)
class ChatCounts:
    """How many chats each filter shows, told up to a thousand."""

    unread: int
    mine: int
    unassigned: int
    archived: int


@dataclass(frozen=True, slots=True)
class LockedChat:
    """A chat that nobody else changes until the transaction ends."""

    id: UUID
    device_id: UUID
    address: str
    contact_id: UUID | None
    unread: int
    last_at: datetime
    pinned_at: datetime | None
    archived_at: datetime | None
    muted_until: datetime | None
    closed: str | None


@dataclass(frozen=True, slots=True)
class ChatPlace:
    """Which chat of which device, and who is written to there."""

    id: UUID
    device_id: UUID
    address: str
    contact_id: UUID | None


async def newest(connection: Connection, wanted: ChatFilter, before: Place | None, limit: int) -> list[UUID]:
    """Ids of a page of the list."""
    at, chat_id = before or LAST
    device_ids = None if wanted.device_ids is None else list(wanted.device_ids)
    asked = {
        "workspace_id": wanted.workspace_id,
        "before_at": at,
        "before_id": chat_id,
        "archived": wanted.archived,
        "unread": wanted.unread,
        "unassigned": wanted.unassigned,
        "assigned_to": wanted.assigned_to,
        "limit": limit,
    }
    if wanted.q or wanted.label_id:
        rows = await _newest_of_kind(connection, wanted, asked | {"device_ids": device_ids})
    elif device_ids is None:
        rows = await QUERIES.newest_of_all(connection, flat=wanted.is_flat, **asked)
    else:
        rows = await _newest_of_devices(connection, device_ids, asked | {"flat": wanted.is_flat})
    return [row["id"] for row in rows]


async def _newest_of_devices(
    connection: Connection, device_ids: Sequence[UUID], asked: Mapping[str, Any]
) -> list[Record]:  # Any: the arguments of the statement
    """A few of each device at first; whichever has all of its few on the page may have more for it, and is read on."""
    limit: int = asked["limit"]
    few = min(limit, max(_FEW, _FEW * limit // max(len(device_ids), 1)))
    rows: list[Record] = await QUERIES.newest_of_devices(connection, device_ids=device_ids, few=few, **asked)
    on_page = Counter(row["device_id"] for row in rows)
    full = {device_id for device_id, many in on_page.items() if many == few < limit}
    if not full:
        return rows
    more = await QUERIES.newest_of_devices(connection, device_ids=list(full), few=limit, **asked)
    kept = [*more, *(row for row in rows if row["device_id"] not in full)]
    return sorted(kept, key=lambda row: (row["last_at"], row["id"]), reverse=True)[:limit]


async def _newest_of_kind(connection: Connection, wanted: ChatFilter, asked: dict[str, object]) -> list[Record]:
    """By label, or by name: what is frequent stands among the newest, and what is not is found by its index."""
    asked["label_id"] = wanted.label_id
    if not wanted.q:
        labelled: list[Record] = await QUERIES.newest_labelled(connection, **asked)
        return labelled
    asked |= {"q": wanted.q, "digits": wanted.digits}
    recent: list[Record] = await QUERIES.recent_named(connection, walked=WALKED, **asked)
    if len(recent) == asked["limit"]:
        return recent
    rows: list[Record] = await QUERIES.newest_named(connection, **asked)
    return rows


async def pinned(connection: Connection, wanted: ChatFilter) -> list[UUID]:
    """Ids of those at the top."""
    device_ids = None if wanted.device_ids is None else list(wanted.device_ids)
    rows = await QUERIES.pinned(connection, workspace_id=wanted.workspace_id, device_ids=device_ids, limit=MOST_PINNED)
    return [row["id"] for row in rows]


async def without_picture(connection: Connection, workspace_id: UUID, ids: Sequence[UUID], now: datetime) -> list[UUID]:
    """Those of these chats whose picture is not known, or not any more."""
    rows = await QUERIES.without_picture(connection, workspace_id=workspace_id, ids=list(ids), now=now)
    return [row["id"] for row in rows]


async def counts(
    connection: Connection, workspace_id: UUID, device_ids: Sequence[UUID] | None, user_id: UUID
) -> ChatCounts:
    """How many chats each filter shows."""
    row = await QUERIES.counts(
        connection,
        workspace_id=workspace_id,
        device_ids=None if device_ids is None else list(device_ids),
        user_id=user_id,
        most=MOST_TOLD,
    )
    assert row is not None  # sums, of nothing too
    return ChatCounts(row["unread"], row["mine"], row["unassigned"], row["archived"])


async def around(connection: Connection, workspace_id: UUID, chat_id: UUID, place: Place, limit: int) -> list[Record]:
    """Rows on both sides of a place, newest first."""
    rows = await QUERIES.messages_around(
        connection, workspace_id=workspace_id, chat_id=chat_id, at=place[0], id=place[1], limit=limit
    )
    return sorted(rows, key=lambda row: (row["at"], row["id"]), reverse=True)


async def after(connection: Connection, workspace_id: UUID, chat_id: UUID, place: Place, limit: int) -> list[Record]:
    """Rows from a place onwards, newest first."""
    rows = await QUERIES.messages_after(
        connection, workspace_id=workspace_id, chat_id=chat_id, at=place[0], id=place[1], limit=limit
    )
    return list(reversed(rows))


async def lock_chat(tx: Transaction, workspace_id: UUID, chat_id: UUID) -> LockedChat | None:
    """The chat, for whoever will change it."""
    row = await QUERIES.lock_chat(tx, workspace_id=workspace_id, id=chat_id)
    return None if row is None else LockedChat(**row)


async def find_chat(connection: Connection, workspace_id: UUID, chat_id: UUID) -> ChatPlace | None:
    """The chat, for whoever only asks where it is."""
    row = await QUERIES.find_chat(connection, workspace_id=workspace_id, id=chat_id)
    return None if row is None else ChatPlace(**row)


async def find_message(connection: Connection, workspace_id: UUID, message_id: UUID) -> Record | None:
    """One message, the address of its chat and the phone of its device."""
    row: Record | None = await QUERIES.find_message(connection, workspace_id=workspace_id, id=message_id)
    return row


async def keep_chat(tx: Transaction, workspace_id: UUID, chat: LockedChat) -> None:
    """Pinned, archived and muted as they stand in it."""
    await QUERIES.keep_chat(
        tx,
        workspace_id=workspace_id,
        id=chat.id,
        pinned_at=chat.pinned_at,
        archived_at=chat.archived_at,
        muted_until=chat.muted_until,
    )


async def mark_read(tx: Transaction, workspace_id: UUID, chat: LockedChat, until: datetime, now: datetime) -> None:
    """Everything up to the instant is read, here and, once a gateway has told it, on WhatsApp."""
    await QUERIES.mark_chat_read(tx, workspace_id=workspace_id, id=chat.id, until=until)
    await QUERIES.want_read_mark(
        tx, workspace_id=workspace_id, device_id=chat.device_id, chat_id=chat.id, until=until, now=now
    )


async def mark_unread(tx: Transaction, workspace_id: UUID, chat_id: UUID) -> None:
    """Somebody wants to come back to it."""
    await QUERIES.mark_chat_unread(tx, workspace_id=workspace_id, id=chat_id)


async def set_status(
    tx: Transaction, workspace_id: UUID, device_id: UUID, wire_id: str, status: str, sources: Sequence[str]
) -> None:
    """What a person has done about a message of ours."""
    await QUERIES.set_status(
        tx, workspace_id=workspace_id, device_id=device_id, wire_id=wire_id, status=status, sources=list(sources)
    )


async def own_message(tx: Transaction, workspace_id: UUID, device_id: UUID, wire_id: str) -> UUID | None:
    """The message of ours with this wire id."""
    found: UUID | None = await QUERIES.own_message(tx, workspace_id=workspace_id, device_id=device_id, wire_id=wire_id)
    return found


async def begin_chat(
    tx: Transaction, workspace_id: UUID, device_id: UUID, address: str, contact_id: UUID | None, now: datetime
) -> UUID:
    """The chat with this address, made where there was none."""
    row = await QUERIES.begin_chat(
        tx,
        workspace_id=workspace_id,
        id=make_id(),
        device_id=device_id,
        address=address,
        contact_id=contact_id,
        now=now,
    )
    assert row is not None  # made or found
    chat_id: UUID = row["id"]
    return chat_id
