"""What a gateway does with the devices it holds; each write is refused once somebody else holds the device."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from hebah.devices import store
from hebah.devices.model import (
    Cause,
    Command,
    Device,
    Holding,
    LinkingStep,
    Number,
    PasskeyAnswer,
    Pulse,
    Report,
    Shown,
)
from hebah.foundation.postgres import Connection, Database, Transaction

_LINKING_KINDS = (store.DEVICE_CHANGED, store.LINKING_CHANGED)
ALREADY_LINKED = "already_linked"


async def claim(tx: Transaction, owner: UUID, transports: Sequence[str], limit: int, now: datetime) -> list[Device]:
    """Take free devices under a new epoch. The caller announces them when its transaction ends (`announce`)."""
    return await store.claim(tx, owner, transports, limit, now)


async def announce(tx: Transaction, devices: Sequence[Device]) -> None:
    """Tell screens that these devices have changed."""
    await store.announce(tx, [store.key_of(device) for device in devices])


async def confirm(connection: Connection, holdings: Collection[Holding]) -> set[Holding]:
    """Which of these a gateway still holds, of devices that were not deleted."""
    return await store.confirm(connection, holdings)


async def release(db: Database, owner: UUID, holdings: Sequence[Holding], now: datetime) -> None:
    """Hand devices back, so that another gateway need not wait for the lease to end."""
    if not holdings:
        return
    async with db.transaction() as tx:
        await store.announce(tx, await store.release(tx, owner, holdings, now))


async def report(db: Database, owner: UUID, reports: Sequence[Report], now: datetime) -> list[bool]:
    """Write what links report; False for a device that is not the gateway's, or not wanted, any more.

    Of several reports about one device the last is written.
    """
    latest: Mapping[store.Key, Report] = {_key(report.holding): report for report in reports}
    async with db.transaction() as tx:
        written = await store.write_reports(tx, owner, list(latest.values()), now)
        await store.announce(tx, written)
    return [_key(report.holding) in written for report in reports]


async def record_pulses(db: Database, owner: UUID, pulses: Sequence[Pulse]) -> None:
    """Write signs of life; nobody is woken by them."""
    if not pulses:
        return
    async with db.transaction() as tx:
        await store.write_pulses(tx, owner, pulses)


async def show_step(db: Database, holding: Holding, shown: Shown) -> bool:
    """Show a QR, a code or a passkey address; False when the linking is not wanted any more."""
    async with db.transaction() as tx:
        written = await store.write_step(tx, holding, shown)
        if written:
            await store.announce(tx, [_key(holding)], kinds=(store.LINKING_CHANGED,))
    return written


async def finish_linking(db: Database, holding: Holding, number: Number, now: datetime) -> bool:
    """The slot has its number and is wanted online; False when it may not have it, and the link must be undone."""
    async with db.transaction() as tx:
        shown = await store.write_step(tx, holding, Shown(LinkingStep.LINKED, None))
        if shown and await store.write_linked(tx, holding, number, now):
            await store.announce(tx, [_key(holding)], kinds=_LINKING_KINDS)
            return True
        if shown:
            await _fail(tx, holding, ALREADY_LINKED, now)
    return False


async def fail_linking(db: Database, holding: Holding, cause: str, now: datetime) -> bool:
    """The linking came to nothing; False when it was not wanted any more."""
    async with db.transaction() as tx:
        return await _fail(tx, holding, cause, now)


async def finish_log_out(db: Database, holding: Holding, now: datetime) -> bool:
    """The number is unlinked at the network and every open command with it; False when somebody else holds it."""
    async with db.transaction() as tx:
        written = await store.write_logged_out(tx, holding, Cause.BY_HAND, now)
        if written:
            await store.finish_commands(tx, _key(holding), "done", now)
            await store.announce(tx, [_key(holding)])
    return written


async def finish_command(db: Database, command: Command, outcome: str, now: datetime) -> None:
    """Answer a command."""
    async with db.transaction() as tx:
        await store.finish_command(tx, command, outcome, now)
        await store.announce(tx, [_key(command.holding)])


async def finish_ask(tx: Transaction, command: Command, outcome: str, now: datetime) -> bool:
    """Answer an ask; False when nobody waits for this gateway's answer. No event: nothing about the device changes."""
    return await store.finish_command(tx, command, outcome, now)


async def finish_answer(db: Database, command: Command, *, taken: bool, now: datetime) -> None:
    """The answer to a passkey was handed to the network, or nobody waited for it any more."""
    key = _key(command.holding)
    async with db.transaction() as tx:
        await store.finish_command(tx, command, "done" if taken else "refused", now)
        if not taken:
            await store.note_answer(tx, key, PasskeyAnswer.REFUSED)
        await store.announce(tx, [key], kinds=(store.LINKING_CHANGED,))


async def _fail(tx: Transaction, holding: Holding, cause: str, now: datetime) -> bool:
    shown = await store.write_step(tx, holding, Shown(LinkingStep.FAILED, None), failure=cause)
    if shown:
        await store.write_not_linked(tx, holding, cause, now)
        await store.announce(tx, [_key(holding)], kinds=_LINKING_KINDS)
    return shown


def _key(holding: Holding) -> store.Key:
    return store.Key(holding.workspace_id, holding.device_id)
