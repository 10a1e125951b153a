"""Device rows in and out of PostgreSQL; every write of a gateway names owner and epoch."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Final, NamedTuple
from uuid import UUID

from hebah.access.model import Account
from hebah.devices.model import (
    Ask,
    Command,
    CommandKind,
    Condition,
    Device,
    DeviceState,
    Holding,
    Linking,
    LinkingMethod,
    LinkingStep,
    Number,
    PasskeyAnswer,
    Pulse,
    Report,
    Share,
    Shown,
    Wanted,
)
from hebah.foundation import eventlog
from hebah.foundation.eventlog import Event
from hebah.foundation.ids import make_id
from hebah.foundation.postgres import Connection, Record, Transaction, load_queries

QUERIES = load_queries("hebah.devices")

DEVICE_CHANGED: Final = "device_changed"
LINKING_CHANGED: Final = "linking_changed"
_DEVICES_CHANGED: Final = "devices_changed"
_MOST_IDS = 500

_S = DeviceState
_RESTARTABLE = [_S.CONNECTING, _S.ONLINE, _S.WAITING, _S.RESTRICTED, _S.OUTDATED]


class Key(NamedTuple):
    """A device of a workspace."""

    workspace_id: UUID
    device_id: UUID


def key_of(device: Device) -> Key:
    """The device's key."""
    return Key(device.workspace_id, device.id)


async def announce(tx: Transaction, keys: Iterable[Key], kinds: Sequence[str] = (DEVICE_CHANGED,)) -> None:
    """Tell the slots' own screens and the workspaces' lists."""
    ordered = sorted(set(keys))
    events = [Event(key.workspace_id, key.device_id, kind, (key.device_id,)) for key in ordered for kind in kinds]
    for workspace_id, of_workspace in groupby(ordered, key=lambda key: key.workspace_id):
        ids = tuple(key.device_id for key in of_workspace)
        events.extend(
            Event(workspace_id, workspace_id, _DEVICES_CHANGED, ids[first : first + _MOST_IDS])
            for first in range(0, len(ids), _MOST_IDS)
        )
    await eventlog.record(tx, events)


# --- what people do --------------------------------------------------------------------------------------------------


async def add(tx: Transaction, device: Device) -> None:
    """A fresh slot."""
    await QUERIES.add_device(
        tx,
        workspace_id=device.workspace_id,
        id=device.id,
        name=device.name,
        transport=device.transport,
        state=device.condition.state,
        cause=device.condition.cause,
        now=device.created_at,
    )


async def find(connection: Connection, workspace_id: UUID, device_id: UUID) -> Device | None:
    """The slot, or None when this workspace has none such (any more)."""
    row = await QUERIES.find_device(connection, workspace_id=workspace_id, device_id=device_id)
    return None if row is None else read_device(row)


async def lock(tx: Transaction, workspace_id: UUID, device_id: UUID) -> Device | None:
    """As `find`, and nobody else changes it before the transaction ends."""
    row = await QUERIES.lock_device(tx, workspace_id=workspace_id, device_id=device_id)
    return None if row is None else read_device(row)


async def rename(tx: Transaction, device: Device, name: str) -> None:
    """Another name."""
    await QUERIES.rename_device(tx, workspace_id=device.workspace_id, device_id=device.id, name=name)


async def want(tx: Transaction, device: Device, wanted: Wanted, condition: Condition, now: datetime) -> None:
    """What people want of it from now on; takes it from the gateway that holds it."""
    await QUERIES.want_device(
        tx,
        workspace_id=device.workspace_id,
        device_id=device.id,
        wanted=wanted,
        state=condition.state,
        cause=condition.cause,
        now=now,
    )


async def delete(tx: Transaction, device: Device, condition: Condition, *, keep_history: bool, now: datetime) -> None:
    """The slot is gone for people; nobody has it granted."""
    await QUERIES.delete_device(
        tx,
        workspace_id=device.workspace_id,
        device_id=device.id,
        state=condition.state,
        cause=condition.cause,
        keep_history=keep_history,
        now=now,
    )
    await QUERIES.delete_grants(tx, workspace_id=device.workspace_id, device_id=device.id)


async def put_linking(tx: Transaction, device: Device, method: LinkingMethod, phone: str | None, now: datetime) -> None:
    """A linking that a gateway is to begin."""
    await QUERIES.put_linking(
        tx, workspace_id=device.workspace_id, device_id=device.id, method=method, phone=phone, now=now
    )


async def fail_linking(tx: Transaction, device: Device, failure: str) -> None:
    """The linking came to nothing."""
    await QUERIES.fail_linking(tx, workspace_id=device.workspace_id, device_id=device.id, failure=failure)


async def note_answer(tx: Transaction, key: Key, answer: PasskeyAnswer) -> None:
    """What has become of an answer to the passkey, while it is still asked for."""
    await QUERIES.note_passkey_answer(tx, workspace_id=key.workspace_id, device_id=key.device_id, answer=answer)


async def accept_risk(tx: Transaction, account: Account, transport: str, now: datetime) -> bool:
    """Remember it; False when it was accepted before."""
    accepted = await QUERIES.accept_risk(tx, **account._asdict(), transport=transport, now=now)
    return accepted is not None


async def accepted_risks(connection: Connection, account: Account) -> dict[str, datetime]:
    """What somebody has accepted, and when, by transport."""
    return {row["transport"]: row["at"] for row in await QUERIES.accepted_risks(connection, **account._asdict())}


async def find_linking(connection: Connection, workspace_id: UUID, device_id: UUID) -> Linking | None:
    """The current or last linking."""
    row = await QUERIES.find_linking(connection, workspace_id=workspace_id, device_id=device_id)
    return None if row is None else _linking(row)


async def add_command(
    tx: Transaction, device: Device, kind: CommandKind, now: datetime, payload: str | None = None
) -> None:
    """Ask the gateway that holds it, or will."""
    asked: dict[str, object] = {"payload": payload, "subject": "", "details": {}, "expires_at": None}
    await QUERIES.add_command(tx, kind=kind, now=now, id=make_id(), **key_of(device)._asdict(), **asked)


async def add_ask(tx: Transaction, device: Device, ask: Ask, now: datetime) -> UUID:
    """The id of the ask, an earlier one's when the same is being asked already."""
    key = key_of(device)
    await QUERIES.expire_commands(tx, now=now, **key._asdict())
    found: UUID = await QUERIES.add_command(tx, now=now, id=make_id(), payload=None, **key._asdict(), **_asked(ask))
    return found


async def replace_ask(tx: Transaction, device: Device, ask: Ask, now: datetime) -> None:
    """This is asked now, whatever was before."""
    await QUERIES.replace_command(tx, now=now, id=make_id(), **key_of(device)._asdict(), **_asked(ask))


async def give_up_ask(tx: Transaction, workspace_id: UUID, ask_id: UUID, now: datetime) -> None:
    """Nobody waits for it any more."""
    await QUERIES.give_up_command(tx, workspace_id=workspace_id, command_id=ask_id, now=now)


async def drop_answers(tx: Transaction, key: Key, now: datetime) -> None:
    """Answers to the passkey of an earlier linking are of no use to the next one."""
    await QUERIES.drop_answers(tx, workspace_id=key.workspace_id, device_id=key.device_id, now=now)


async def finish_commands(tx: Transaction, key: Key, outcome: str, now: datetime) -> None:
    """Nothing that was asked of the device is open any more."""
    await QUERIES.finish_commands(tx, workspace_id=key.workspace_id, device_id=key.device_id, outcome=outcome, now=now)


# --- what gateways do ------------------------------------------------------------------------------------------------


async def claim(tx: Transaction, owner: UUID, transports: Sequence[str], limit: int, now: datetime) -> list[Device]:
    """Take up to `limit` free devices under a new epoch; none when the owner's own lease has expired."""
    rows = await QUERIES.claim_devices(
        tx, owner=owner, transports=list(transports), limit=limit, now=now, restartable=_RESTARTABLE
    )
    return [read_device(row) for row in rows]


async def shares(connection: Connection, owner: UUID) -> Mapping[str, Share]:
    """Who holds how much, by transport."""
    rows = await QUERIES.holdings(connection, owner=owner)
    return {row["transport"]: Share(row["gateways"], row["wanted"], row["held"]) for row in rows}


async def held(connection: Connection, owner: UUID) -> list[Holding]:
    """What the database says the gateway holds."""
    rows = await QUERIES.held_devices(connection, owner=owner)
    return [Holding(row["workspace_id"], row["id"], row["epoch"], owner) for row in rows]


async def confirm(connection: Connection, holdings: Collection[Holding]) -> set[Holding]:
    """Which of these still stand."""
    given = list(holdings)
    rows = await QUERIES.confirm_devices(connection, owners=[holding.owner for holding in given], **_arrays(given))
    return {Holding(row["workspace_id"], row["id"], row["epoch"], row["owner"]) for row in rows}


async def release(tx: Transaction, owner: UUID, holdings: Sequence[Holding], now: datetime) -> list[Key]:
    """Hand devices back."""
    rows = await QUERIES.release_devices(tx, owner=owner, now=now, **_arrays(holdings))
    return [Key(row["workspace_id"], row["id"]) for row in rows]


async def write_reports(tx: Transaction, owner: UUID, reports: Sequence[Report], now: datetime) -> set[Key]:
    """Write at most one report a device; gives the devices that were still the owner's and wanted."""
    rows = await QUERIES.write_conditions(
        tx,
        owner=owner,
        now=now,
        states=[report.condition.state for report in reports],
        causes=[report.condition.cause for report in reports],
        untils=[report.condition.until for report in reports],
        wanted=[Wanted.OFF if report.gives_up else None for report in reports],
        **_arrays([report.holding for report in reports]),
    )
    return {Key(row["workspace_id"], row["id"]) for row in rows}


async def write_pulses(tx: Transaction, owner: UUID, pulses: Sequence[Pulse]) -> None:
    """Write signs of life."""
    await QUERIES.write_pulses(
        tx,
        owner=owner,
        seen_at=[pulse.seen_at for pulse in pulses],
        inbound_at=[pulse.inbound_at for pulse in pulses],
        **_arrays([pulse.holding for pulse in pulses]),
    )


async def write_step(tx: Transaction, holding: Holding, shown: Shown, failure: str | None = None) -> bool:
    """What the person who links sees; False when the linking is not wanted any more."""
    written = await QUERIES.write_linking_step(
        tx,
        step=shown.step,
        shown=shown.text,
        failure=failure,
        expires_at=shown.expires_at,
        **_holding(holding),
    )
    return written is not None


async def write_linked(tx: Transaction, holding: Holding, number: Number, now: datetime) -> bool:
    """The slot has a number; False when it is not wanted any more or the number has another slot."""
    written = await QUERIES.write_linked(
        tx, phone=number.phone, lid=number.lid, push_name=number.push_name, now=now, **_holding(holding)
    )
    return written is not None


async def write_not_linked(tx: Transaction, holding: Holding, cause: str, now: datetime) -> bool:
    """The linking is over; False when it was not wanted any more."""
    return await QUERIES.write_not_linked(tx, cause=cause, now=now, **_holding(holding)) is not None


async def write_logged_out(tx: Transaction, holding: Holding, cause: str, now: datetime) -> bool:
    """The number is gone from the slot; False when somebody else holds it now."""
    return await QUERIES.write_logged_out(tx, cause=cause, now=now, **_holding(holding)) is not None


async def open_commands(
    connection: Connection, owner: UUID, kinds: Collection[CommandKind], under_way: Collection[UUID], now: datetime
) -> list[Command]:
    """What people ask of the devices a gateway holds, oldest first."""
    rows = await QUERIES.open_commands(connection, owner=owner, kinds=list(kinds), under_way=list(under_way), now=now)
    return [
        Command(
            row["id"],
            Holding(row["workspace_id"], row["device_id"], row["epoch"], owner),
            CommandKind(row["kind"]),
            row["payload"],
            row["details"],
        )
        for row in rows
    ]


async def finish_command(tx: Transaction, command: Command, outcome: str, now: datetime) -> bool:
    """The command is answered; False when it was before, or somebody else holds the device."""
    finished = await QUERIES.finish_command(
        tx,
        workspace_id=command.holding.workspace_id,
        command_id=command.id,
        owner=command.holding.owner,
        epoch=command.holding.epoch,
        outcome=outcome,
        now=now,
    )
    return bool(finished)


async def forget_commands(tx: Transaction, before: datetime, now: datetime, limit: int) -> int:
    """Expire what nobody wants any more, forget what was answered long ago; gives how many were forgotten."""
    await QUERIES.expire_commands(tx, workspace_id=None, device_id=None, now=now)
    forgotten: int = await QUERIES.forget_commands(tx, before=before, limit=limit)
    return forgotten


async def note_lost_gateways(tx: Transaction, now: datetime) -> list[Key]:
    """Mark wanted devices that no living gateway holds."""
    rows = await QUERIES.note_lost_gateways(tx, now=now)
    return [Key(row["workspace_id"], row["id"]) for row in rows]


def read_device(row: Record) -> Device:
    """A row as facts."""
    return Device(
        workspace_id=row["workspace_id"],
        id=row["id"],
        name=row["name"],
        transport=row["transport"],
        phone=row["phone"],
        lid=row["lid"],
        push_name=row["push_name"],
        condition=Condition(DeviceState(row["state"]), row["cause"], row["state_until"]),
        state_since=row["state_since"],
        wanted=Wanted(row["wanted"]),
        owner=row["owner"],
        epoch=row["epoch"],
        hold=row["hold"],
        hold_until=row["hold_until"],
        last_sent_at=row["last_sent_at"],
        last_seen_at=row["last_seen_at"],
        last_inbound_at=row["last_inbound_at"],
        linked_at=row["linked_at"],
        created_at=row["created_at"],
    )


def _linking(row: Record) -> Linking:
    return Linking(
        device_id=row["device_id"],
        method=LinkingMethod(row["method"]),
        phone=row["phone"],
        step=LinkingStep(row["step"]),
        shown=row["shown"],
        failure=row["failure"],
        requested_at=row["requested_at"],
        expires_at=row["expires_at"],
        answer=None if row["answer"] is None else PasskeyAnswer(row["answer"]),
    )


def _asked(ask: Ask) -> dict[str, object]:
    return {"kind": ask.kind, "subject": ask.subject, "details": dict(ask.details), "expires_at": ask.expires_at}


def _arrays(holdings: Sequence[Holding]) -> dict[str, list[UUID] | list[int]]:
    return {
        "workspace_ids": [holding.workspace_id for holding in holdings],
        "device_ids": [holding.device_id for holding in holdings],
        "epochs": [holding.epoch for holding in holdings],
    }


def _holding(holding: Holding) -> dict[str, UUID | int]:
    return {
        "workspace_id": holding.workspace_id,
        "device_id": holding.device_id,
        "epoch": holding.epoch,
        "owner": holding.owner,
    }
