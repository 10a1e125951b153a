"""Links a slot to a phone: every step of the transport becomes what the person in front of the browser sees."""

from datetime import datetime
from typing import assert_never

from hebah.devices import reads as devices
from hebah.devices.actions import held
from hebah.devices.model import Cause, Linking, LinkingMethod, LinkingStep, Number, Shown
from hebah.gateway.leases import Lease
from hebah.gateway.links import Surroundings, end
from hebah.gateway.transport import (
    ByCode,
    ByQr,
    CodeShown,
    DeviceRef,
    Identity,
    Linked,
    LinkFailed,
    LinkMethod,
    LinkStep,
    PasskeyAsked,
    PasskeyCodeShown,
    QrShown,
    Transport,
)


async def link_slot(lease: Lease, transport: Transport, around: Surroundings) -> bool:
    """Run the linking that was asked for; True when the slot has a number now and can be opened."""
    ref = DeviceRef(lease.workspace_id, lease.device_id)
    async with around.db.connection() as connection:
        linking = await devices.find_linking(connection, lease.workspace_id, lease.device_id)
    # Whoever links anew has done with the number before; a linking cut short may have left credentials as well.
    await transport.forget(ref)
    steps = transport.link(ref, _method(linking))
    try:
        async for step in steps:
            with around.clock.busy():
                is_linked = await _take(lease, step, around)
            if is_linked is not None:
                return is_linked
    finally:
        await end(steps)
    await held.fail_linking(around.db, lease.holding, Cause.LINK_ENDED, around.clock.now())
    return False


async def undo(lease: Lease, transport: Transport) -> None:
    """Give up at the network a number that the slot may not have."""
    ref = DeviceRef(lease.workspace_id, lease.device_id)
    link = await transport.open(ref, lease.epoch)
    try:
        await link.logout()
    finally:
        await link.close()
    await transport.forget(ref)


async def _take(lease: Lease, step: LinkStep, around: Surroundings) -> bool | None:
    """Whether the linking has ended well or badly; None while it goes on."""
    match step:
        case QrShown(text, expires_at):
            return await _show(lease, LinkingStep.QR, text, expires_at, around)
        case CodeShown(code, expires_at):
            return await _show(lease, LinkingStep.CODE, code, expires_at, around)
        case PasskeyAsked(request, expires_at):
            return await _show(lease, LinkingStep.PASSKEY, request, expires_at, around)
        case PasskeyCodeShown(code, expires_at):
            return await _show(lease, LinkingStep.PASSKEY_CODE, code, expires_at, around)
        case Linked(identity):
            return await _finish(lease, identity, around)
        case LinkFailed(code):
            await held.fail_linking(around.db, lease.holding, code, around.clock.now())
            return False
        case _:
            assert_never(step)


async def _show(
    lease: Lease, step: LinkingStep, text: str, expires_at: datetime | None, around: Surroundings
) -> bool | None:
    is_wanted = await held.show_step(around.db, lease.holding, Shown(step, text, expires_at))
    return None if is_wanted else False


async def _finish(lease: Lease, identity: Identity, around: Surroundings) -> bool:
    number = Number(identity.phone, identity.lid, identity.push_name)
    return await held.finish_linking(around.db, lease.holding, number, around.clock.now())


def _method(linking: Linking) -> LinkMethod:
    if linking.method is LinkingMethod.CODE and linking.phone is not None:
        return ByCode(linking.phone)
    return ByQr()
