"""What screens and gateways ask about devices."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from hebah.access.model import Account
from hebah.devices import store
from hebah.devices.model import (
    ASKS,
    Answered,
    Command,
    CommandKind,
    Device,
    DeviceState,
    Holding,
    Linking,
    Share,
)
from hebah.foundation import eventlog
from hebah.foundation.errors import NotFound
from hebah.foundation.pages import ByText
from hebah.foundation.postgres import Connection, Record


@dataclass(frozen=True, slots=True)
class DeviceFilter:
    """Which slots a list shows; `device_ids` None means every slot of the workspace."""

    workspace_id: UUID
    device_ids: frozenset[UUID] | None = None
    state: DeviceState | None = None
    q: str | None = None
    cause: str | None = None


async def find(connection: Connection, workspace_id: UUID, device_id: UUID) -> Device:
    """One slot; raises `NotFound`."""
    device = await store.find(connection, workspace_id, device_id)
    if device is None:
        raise NotFound()
    return device


async def accepted_risks(connection: Connection, account: Account) -> Mapping[str, datetime]:
    """Which transports' risks somebody has accepted, and when."""
    return await store.accepted_risks(connection, account)


async def find_linking(connection: Connection, workspace_id: UUID, device_id: UUID) -> Linking:
    """The current or last linking of a slot; raises `NotFound`."""
    linking = await store.find_linking(connection, workspace_id, device_id)
    if linking is None:
        raise NotFound()
    return linking


async def page(connection: Connection, wanted: DeviceFilter, after: ByText | None, limit: int) -> list[Device]:
    """Slots by name, one more than `limit` when more follow."""
    rows = await store.QUERIES.device_page(
        connection,
        workspace_id=wanted.workspace_id,
        device_ids=_listed(wanted),
        state=wanted.state,
        cause=wanted.cause,
        q=wanted.q,
        q_digits=_digits(wanted),
        after_name=None if after is None else after.text,
        after_id=None if after is None else after.id,
        limit=limit + 1,
    )
    return [store.read_device(row) for row in rows]


async def total(connection: Connection, wanted: DeviceFilter) -> int:
    """How many slots all pages of the list show."""
    many: int = await store.QUERIES.device_total(
        connection,
        workspace_id=wanted.workspace_id,
        device_ids=_listed(wanted),
        state=wanted.state,
        cause=wanted.cause,
        q=wanted.q,
        q_digits=_digits(wanted),
    )
    return many


async def counts(connection: Connection, wanted: DeviceFilter) -> Mapping[DeviceState, int]:
    """How many of the slots somebody may see are in each state."""
    rows = await store.QUERIES.device_counts(connection, workspace_id=wanted.workspace_id, device_ids=_listed(wanted))
    return {DeviceState(row["state"]): row["devices"] for row in rows}


async def fleet(connection: Connection, workspace_id: UUID, device_ids: frozenset[UUID] | None = None) -> list[Device]:
    """Every slot somebody may see, by name."""
    rows = await store.QUERIES.fleet(
        connection, workspace_id=workspace_id, device_ids=None if device_ids is None else list(device_ids)
    )
    return [store.read_device(row) for row in rows]


async def shares(connection: Connection, owner: UUID) -> Mapping[str, Share]:
    """How the devices of each transport are spread over the gateways that reach it."""
    return await store.shares(connection, owner)


async def held(connection: Connection, owner: UUID) -> Sequence[Holding]:
    """What a gateway holds."""
    return await store.held(connection, owner)


async def open_commands(connection: Connection, owner: UUID, now: datetime) -> Sequence[Command]:
    """What people ask of the devices a gateway holds."""
    return await store.open_commands(connection, owner, frozenset(CommandKind) - ASKS, (), now)


async def open_asks(connection: Connection, owner: UUID, under_way: Collection[UUID], now: datetime) -> list[Command]:
    """What people want the links of a gateway to do about others, besides what is under way."""
    return await store.open_commands(connection, owner, ASKS, under_way, now)


async def find_ask(connection: Connection, workspace_id: UUID, ask_id: UUID) -> Answered | None:
    """How far something asked for has come."""
    return _answered(await store.QUERIES.find_command(connection, workspace_id=workspace_id, command_id=ask_id))


async def last_ask(connection: Connection, workspace_id: UUID, kind: CommandKind, subject: str) -> Answered | None:
    """The newest of a kind about a chat or a number."""
    asked = {"workspace_id": workspace_id, "kind": kind, "subject": subject}
    return _answered(await store.QUERIES.last_command(connection, **asked))


async def asked_since(
    connection: Connection, device: Device, kind: CommandKind, since: datetime
) -> tuple[int, datetime | None]:
    """How often a device's gateway has begun with it since then, and the first time."""
    key = store.key_of(device)
    row = await store.QUERIES.asked_since(connection, kind=kind, since=since, **key._asdict())
    return (row["used"], row["oldest"])


async def head(connection: Connection, workspace_id: UUID, topic: UUID) -> int:
    """Where a topic stands; ask before reading what a snapshot shows."""
    return (await eventlog.heads(connection, workspace_id, [topic]))[topic]


def _answered(row: Record | None) -> Answered | None:
    return None if row is None else Answered(row["id"], row["requested_at"], row["outcome"])


def _digits(wanted: DeviceFilter) -> str | None:
    return "".join(letter for letter in wanted.q or "" if letter.isdigit()) or None


def _listed(wanted: DeviceFilter) -> list[UUID] | None:
    return None if wanted.device_ids is None else list(wanted.device_ids)
