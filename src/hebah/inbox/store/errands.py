"""What gateways have to do about chats besides messages, and what comes of it: groups, pictures, what phones keep."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from uuid import UUID

from hebah.foundation.postgres import Connection, Record, Transaction, load_queries
from hebah.inbox.model.fetched import Errand, ErrandKind
from hebah.inbox.model.messages import ToldChat
from hebah.inbox.rules.errands import GroupNow, Newest, ShownMember
from hebah.inbox.store.files import Device
from hebah.inbox.store.messages import ChangedChat

QUERIES = load_queries("hebah.inbox", "errands.sql")

_MOST_MEMBERS = 1100  # a group of WhatsApp has 1,024 at most


async def want(tx: Transaction, chats: Collection[ChangedChat], kind: ErrandKind, now: datetime) -> None:
    """Have this done about these chats, soon."""
    await QUERIES.want(
        tx,
        kind=kind,
        now=now,
        workspace_ids=[chat.workspace_id for chat in chats],
        device_ids=[chat.device_id for chat in chats],
        chat_ids=[chat.chat_id for chat in chats],
    )


async def want_pictures(tx: Transaction, workspace_id: UUID, ids: Sequence[UUID], now: datetime) -> set[UUID]:
    """Fetch the pictures of these chats that are not known; gives the devices that have something to do now."""
    rows = await QUERIES.want_pictures(tx, workspace_id=workspace_id, ids=list(ids), now=now)
    return {row["device_id"] for row in rows}


async def want_changed_pictures(tx: Transaction, chats: Sequence[ToldChat], now: datetime) -> None:
    """Fetch again the pictures of these chats that somebody has looked at before."""
    await QUERIES.want_changed_pictures(tx, now=now, **_chats(chats))


async def want_members(tx: Transaction, workspace_id: UUID, chat_id: UUID, now: datetime) -> UUID | None:
    """Look up who is in a group, unless that is known; gives the device that has to."""
    device_id: UUID | None = await QUERIES.want_members(tx, workspace_id=workspace_id, id=chat_id, now=now)
    return device_id


async def due(
    connection: Connection, devices: Sequence[Device], kinds: Collection[ErrandKind], now: datetime, limit: int
) -> list[Errand]:
    """The newest errand of each kind and device, those of the device that waits longest first."""
    rows = await QUERIES.due(
        connection,
        workspace_ids=[workspace_id for workspace_id, _ in devices],
        device_ids=[device_id for _, device_id in devices],
        kinds=[kind.value for kind in kinds],
        now=now,
        limit=limit,
    )
    return [_errand(row, now) for row in rows]


async def next_due(connection: Connection, devices: Sequence[Device], now: datetime) -> datetime | None:
    """When the next errand is due that is not due yet."""
    instant: datetime | None = await QUERIES.next_due(
        connection,
        workspace_ids=[workspace_id for workspace_id, _ in devices],
        device_ids=[device_id for _, device_id in devices],
        now=now,
    )
    return instant


async def newest(connection: Connection, errand: Errand) -> Newest | None:
    """The newest message of the chat that somebody has written."""
    row = await QUERIES.newest(connection, workspace_id=errand.workspace_id, chat_id=errand.chat_id)
    return None if row is None else Newest(row["wire_id"], row["from_me"], row["sender"], row["at"])


async def end(tx: Transaction, errand: Errand) -> None:
    """Done, unless it was wanted again in the meantime."""
    await QUERIES.end(tx, wanted_at=errand.wanted_at, **_key(errand))


async def give_up(tx: Transaction, errand: Errand) -> None:
    """It is not to be done."""
    await QUERIES.give_up(tx, **_key(errand))


async def put_off(tx: Transaction, errand: Errand, due_at: datetime) -> None:
    """Try again then."""
    await QUERIES.put_off(tx, due_at=due_at, **_key(errand))


async def keep_group(tx: Transaction, errand: Errand, group: GroupNow, until: datetime) -> None:
    """What a group is called, who is in it, and whether we may write there."""
    await keep_name(tx, errand, group.name, group.closed, until)
    addresses = [member.address for member in group.members]
    await QUERIES.drop_members(tx, workspace_id=errand.workspace_id, chat_id=errand.chat_id, addresses=addresses)
    await QUERIES.keep_members(
        tx,
        workspace_id=errand.workspace_id,
        chat_id=errand.chat_id,
        addresses=addresses,
        names=[member.name for member in group.members],
        roles=[member.role for member in group.members],
    )


async def keep_name(tx: Transaction, errand: Errand, name: str, closed: str | None, until: datetime) -> None:
    """What a group is called (empty: as before), and whether we may write there."""
    await QUERIES.keep_group(
        tx, workspace_id=errand.workspace_id, chat_id=errand.chat_id, name=name, closed=closed, until=until
    )


async def keep_picture(tx: Transaction, errand: Errand, picture_id: UUID | None, until: datetime) -> bool:
    """The picture, or that there is none; whether the chat looks different now."""
    changed = await QUERIES.keep_picture(
        tx, workspace_id=errand.workspace_id, chat_id=errand.chat_id, picture_id=picture_id, until=until
    )
    return changed is not None


async def keep_as_told(tx: Transaction, told: Sequence[ToldChat], now: datetime) -> list[ChangedChat]:
    """What phones keep of chats that are known here; one for each chat."""
    rows = await QUERIES.keep_as_told(
        tx,
        now=now,
        names=[one.name for one in told],
        pinned=[one.pinned for one in told],
        archived=[one.archived for one in told],
        muted=[one.muted for one in told],
        muted_untils=[one.muted_until for one in told],
        unread=[one.unread for one in told],
        **_chats(told),
    )
    return [ChangedChat(row["workspace_id"], row["device_id"], row["id"]) for row in rows]


async def members(connection: Connection, workspace_id: UUID, chat_id: UUID) -> list[ShownMember]:
    """Who is in a group: our own number, then admins, then the others by name."""
    rows = await QUERIES.members(connection, workspace_id=workspace_id, chat_id=chat_id, limit=_MOST_MEMBERS)
    return [
        ShownMember(row["address"], row["name"], row["role"], row["contact_id"], bool(row["is_us"])) for row in rows
    ]


async def names_of(connection: Connection, workspace_id: UUID, addresses: Iterable[str]) -> dict[str, str]:
    """What these people are called; empty for whom nobody knows."""
    rows = await QUERIES.names_of(connection, workspace_id=workspace_id, addresses=sorted(set(addresses)))
    return {row["address"]: row["name"] for row in rows}


async def own_phones(connection: Connection, workspace_id: UUID, device_ids: Iterable[UUID]) -> dict[UUID, str]:
    """The numbers of these devices, as far as they have one."""
    rows = await QUERIES.own_phones(connection, workspace_id=workspace_id, ids=sorted(set(device_ids)))
    return {row["id"]: row["phone"] for row in rows}


def _errand(row: Record, now: datetime) -> Errand:
    muted_until: datetime | None = row["muted_until"]
    return Errand(
        workspace_id=row["workspace_id"],
        device_id=row["device_id"],
        chat_id=row["chat_id"],
        kind=ErrandKind(row["kind"]),
        address=row["address"],
        wanted_at=row["wanted_at"],
        tries=row["tries"],
        pinned=row["pinned_at"] is not None,
        archived=row["archived_at"] is not None,
        muted_until=muted_until if muted_until is not None and muted_until > now else None,
        unread=row["unread"] > 0,
    )


def _key(errand: Errand) -> dict[str, object]:
    return {
        "workspace_id": errand.workspace_id,
        "device_id": errand.device_id,
        "chat_id": errand.chat_id,
        "kind": errand.kind,
    }


def _chats(told: Sequence[ToldChat]) -> dict[str, list[object]]:
    return {
        "workspace_ids": [one.workspace_id for one in told],
        "device_ids": [one.device_id for one in told],
        "addresses": [one.address for one in told],
    }
