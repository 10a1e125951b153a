"""What people do with a slot: make, link, stop, start, log out, delete. The gateway makes it so afterwards."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from hebah.access import reads as access_reads
from hebah.access.actions import trail as access
from hebah.access.model import Account, Actor
from hebah.devices import rules, store
from hebah.devices.model import (
    LINKED,
    Cause,
    CommandKind,
    Condition,
    Device,
    DeviceState,
    IllegalMove,
    Linking,
    LinkingMethod,
    LinkingStep,
    NoPasskeyAsked,
    PasskeyAnswer,
    RiskNotAccepted,
    Wanted,
)
from hebah.devices.ports import DeviceEnds, Transports
from hebah.foundation.clock import Clock
from hebah.foundation.errors import NotFound
from hebah.foundation.ids import make_id
from hebah.foundation.postgres import Database, Transaction


async def create(
    db: Database, clock: Clock, actor: Actor, transports: Transports, *, name: str, transport: str
) -> Device:
    """A fresh slot, linked to nothing; raises FieldsInvalid."""
    now = clock.now()
    async with db.transaction() as tx:
        workspace = await access_reads.find_workspace(tx, actor.workspace_id)
        device = rules.new_slot(
            make_id(),
            workspace_id=actor.workspace_id,
            name=name,
            transport=rules.check_transport(
                transport, transports.offered(), simulated_on=workspace.settings.simulated_on
            ),
            now=now,
        )
        await store.add(tx, device)
        await _record(tx, actor, device, "device_created", now)
    return device


async def rename(db: Database, clock: Clock, actor: Actor, device_id: UUID, name: str) -> Device:
    """Another name; raises FieldsInvalid."""
    checked = rules.check_name(name)
    async with db.transaction() as tx:
        device = await _lock(tx, actor, device_id)
        await store.rename(tx, device, checked)
        await _record(tx, actor, device, "device_renamed", clock.now())
        return await _again(tx, device)


async def request_link(
    db: Database, clock: Clock, actor: Actor, device_id: UUID, method: LinkingMethod, phone: str | None
) -> Linking:
    """Ask for a QR or a code; a gateway shows it soon. `phone` is E.164 and needed for a code only.

    Raises RiskNotAccepted until the actor has accepted what may become of a number (`accept_risk`).
    """
    now = clock.now()
    async with db.transaction() as tx:
        device = await _lock(tx, actor, device_id)
        accepted = await store.accepted_risks(tx, _account(actor))
        if rules.must_accept_risk(device.transport, accepted.get(device.transport)):
            raise RiskNotAccepted(device.transport)
        await store.want(tx, device, Wanted.LINK, rules.request_link(device), now)
        await store.drop_answers(tx, store.key_of(device), now)
        await store.put_linking(tx, device, method, phone if method is LinkingMethod.CODE else None, now)
        await access.record_audit(tx, actor, "device_link_requested", subject=device.id, details={}, at=now)
        await store.announce(tx, [store.key_of(device)], kinds=(store.DEVICE_CHANGED, store.LINKING_CHANGED))
        linking = await store.find_linking(tx, device.workspace_id, device.id)
    if linking is None:
        raise NotFound()
    return linking


async def accept_risk(
    db: Database, clock: Clock, actor: Actor, transports: Transports, transport: str
) -> Mapping[str, datetime]:
    """Note that the actor has read what linking this way may do to a number; what they have accepted, and when."""
    now = clock.now()
    if transport not in rules.UNOFFICIAL or transport not in {each.name for each in transports.offered()}:
        raise NotFound()
    async with db.transaction() as tx:
        if await store.accept_risk(tx, _account(actor), transport, now):
            details = {"transport": transport}
            await access.record_audit(tx, actor, "link_risk_accepted", subject=actor.user_id, details=details, at=now)
        return await store.accepted_risks(tx, _account(actor))


async def answer_passkey(db: Database, clock: Clock, actor: Actor, device_id: UUID, answer: str) -> Linking:
    """Hand on what a passkey answered (WebAuthn assertion, JSON); raises NoPasskeyAsked, FieldsInvalid."""
    now = clock.now()
    async with db.transaction() as tx:
        device = await _lock(tx, actor, device_id)
        linking = await store.find_linking(tx, device.workspace_id, device.id)
        if linking is None or linking.step is not LinkingStep.PASSKEY or device.wanted is not Wanted.LINK:
            raise NoPasskeyAsked(device.id)
        checked = rules.check_passkey_answer(answer, linking.shown)
        await store.add_command(tx, device, CommandKind.ANSWER_PASSKEY, now, checked)
        await store.note_answer(tx, store.key_of(device), PasskeyAnswer.SENT)
        await access.record_audit(tx, actor, "device_passkey_answered", subject=device.id, details={}, at=now)
        await store.announce(tx, [store.key_of(device)], kinds=(store.LINKING_CHANGED,))
    return replace(linking, answer=PasskeyAnswer.SENT)


async def cancel_link(db: Database, clock: Clock, actor: Actor, device_id: UUID) -> None:
    """Give the linking up; nothing happens when none is going on."""
    now = clock.now()
    async with db.transaction() as tx:
        device = await _lock(tx, actor, device_id)
        if device.wanted is not Wanted.LINK:
            return
        await store.want(tx, device, Wanted.OFF, rules.end_linking(device, Cause.CANCELLED), now)
        await store.fail_linking(tx, device, Cause.CANCELLED)
        await store.announce(tx, [store.key_of(device)], kinds=(store.DEVICE_CHANGED, store.LINKING_CHANGED))


async def stop(db: Database, clock: Clock, actor: Actor, device_id: UUID) -> Device:
    """Let go of the link, keep the credentials: from this commit on nothing more is handed to the network."""
    now = clock.now()
    async with db.transaction() as tx:
        device = await _lock(tx, actor, device_id)
        stopped = rules.stop(device)
        if device.wanted is not Wanted.OFF or device.condition.state is not DeviceState.STOPPED:
            await store.want(tx, device, Wanted.OFF, stopped, now)
            await _record(tx, actor, device, "device_stopped", now)
        return await _again(tx, device)


async def start(db: Database, clock: Clock, actor: Actor, device_id: UUID) -> Device:
    """Connect, or try again now what is waiting."""
    now = clock.now()
    async with db.transaction() as tx:
        device = await _lock(tx, actor, device_id)
        started = rules.start(device)
        if device.wanted is Wanted.ON:
            await store.add_command(tx, device, CommandKind.REFRESH, now)
        else:
            await store.want(tx, device, Wanted.ON, started, now)
        await _record(tx, actor, device, "device_started", now)
        return await _again(tx, device)


async def log_out(db: Database, clock: Clock, actor: Actor, device_id: UUID) -> Device:
    """Unlink the number at the network and keep the slot; the gateway that does it reports the end."""
    return await _command(db, clock, actor, device_id, CommandKind.LOG_OUT)


async def refresh(db: Database, clock: Clock, actor: Actor, device_id: UUID) -> Device:
    """Ask the link for a sign of life, and try again now what is waiting."""
    return await _command(db, clock, actor, device_id, CommandKind.REFRESH)


async def delete(
    db: Database,
    clock: Clock,
    actor: Actor,
    device_id: UUID,
    ends: DeviceEnds[Transaction],
    *,
    keep_history: bool,
) -> None:
    """Take the slot away and cancel what waits for it; a linked number is logged out by the next gateway."""
    now = clock.now()
    async with db.transaction() as tx:
        device = await _lock(tx, actor, device_id)
        await ends.device_ended(tx, device.workspace_id, device.id, keep_history=keep_history, now=now)
        await store.fail_linking(tx, device, Cause.DELETED)
        await store.finish_commands(tx, store.key_of(device), Cause.DELETED, now)
        if device.condition.state in LINKED:
            await store.add_command(tx, device, CommandKind.LOG_OUT, now)
        gone = Condition(DeviceState.UNLINKED, Cause.DELETED)
        await store.delete(tx, device, gone, keep_history=keep_history, now=now)
        await _record(tx, actor, device, "device_deleted", now)


async def _command(db: Database, clock: Clock, actor: Actor, device_id: UUID, kind: CommandKind) -> Device:
    now = clock.now()
    async with db.transaction() as tx:
        device = await _lock(tx, actor, device_id)
        if device.condition.state not in LINKED:
            raise IllegalMove(device.id, device.condition.state.value, kind.value)
        await store.add_command(tx, device, kind, now)
        await _record(tx, actor, device, f"device_{kind}", now)
        return await _again(tx, device)


def _account(actor: Actor) -> Account:
    return Account(actor.workspace_id, actor.user_id)


async def _lock(tx: Transaction, actor: Actor, device_id: UUID) -> Device:
    device = await store.lock(tx, actor.workspace_id, device_id)
    if device is None:
        raise NotFound()
    return device


async def _again(tx: Transaction, device: Device) -> Device:
    changed = await store.find(tx, device.workspace_id, device.id)
    if changed is None:
        raise NotFound()
    return changed


async def _record(tx: Transaction, actor: Actor, device: Device, action: str, now: datetime) -> None:
    await access.record_audit(tx, actor, action, subject=device.id, details={}, at=now)
    await store.announce(tx, [store.key_of(device)])
