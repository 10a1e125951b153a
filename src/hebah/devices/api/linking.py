"""Routes for linking a slot to a phone: by what way, ask, watch, look at the picture, answer, give up."""

import io
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

import segno
from litestar import Response, delete, get, post
from litestar.params import FromPath, JSONBody

from hebah.access import reads as access
from hebah.access.model import Account, Actor, Permission
from hebah.access.rules import require
from hebah.devices import reads, rules
from hebah.devices.actions import slots
from hebah.devices.api.views import LinkingView, LinkInput, PasskeyInput, TransportList, linking_view, transport_list
from hebah.devices.model import LinkingStep, NoPicture
from hebah.devices.ports import Transports
from hebah.foundation.clock import Clock
from hebah.foundation.postgres import Database
from hebah.foundation.wire import Injected, snapshot

_PNG_SCALE = 8
_QUIET_ZONE = 4
# A picture that links a number must not outlive its twenty seconds in any cache.
_UNCACHED = {"Cache-Control": "no-store"}


@post("/api/devices/{device_id:uuid}/link", permission=Permission.DEVICE_LINK, status_code=200)
async def request_link(
    device_id: FromPath[UUID],
    data: JSONBody[LinkInput],
    actor: Injected[Actor],
    db: Injected[Database],
    clock: Injected[Clock],
    transports: Injected[Transports],
) -> LinkingView:
    """Ask for a QR picture or a code; a gateway shows it a moment later."""
    require(actor, Permission.DEVICE_LINK, device_id)
    async with db.connection() as connection:
        device = await reads.find(connection, actor.workspace_id, device_id)
        workspace = await access.find_workspace(connection, actor.workspace_id)
    transport = next((each for each in transports.offered() if each.name == device.transport), None)
    phone = rules.check_method(data.method, data.phone, transport, workspace.settings.region)
    return linking_view(await slots.request_link(db, clock, actor, device_id, data.method, phone))


@get("/api/devices/{device_id:uuid}/link", permission=Permission.DEVICE_LINK)
async def get_linking(
    device_id: FromPath[UUID], actor: Injected[Actor], db: Injected[Database]
) -> Response[LinkingView]:
    """The current or last linking of a slot."""
    require(actor, Permission.DEVICE_LINK, device_id)
    async with db.connection() as connection:
        head = await reads.head(connection, actor.workspace_id, device_id)
        linking = await reads.find_linking(connection, actor.workspace_id, device_id)
    return snapshot(linking_view(linking), head)


@post("/api/devices/{device_id:uuid}/link/passkey", permission=Permission.DEVICE_LINK, status_code=200)
async def answer_passkey(
    device_id: FromPath[UUID],
    data: JSONBody[PasskeyInput],
    actor: Injected[Actor],
    db: Injected[Database],
    clock: Injected[Clock],
) -> LinkingView:
    """Hand a passkey's answer to WhatsApp."""
    require(actor, Permission.DEVICE_LINK, device_id)
    return linking_view(await slots.answer_passkey(db, clock, actor, device_id, data.answer))


@get("/api/transports", permission=Permission.DEVICE_READ)
async def list_transports(
    actor: Injected[Actor], db: Injected[Database], transports: Injected[Transports]
) -> TransportList:
    """The ways to reach WhatsApp that this installation has, what each can do, and whether it can be used."""
    async with db.connection() as connection:
        accepted = await reads.accepted_risks(connection, Account(actor.workspace_id, actor.user_id))
    return await _transports(db, actor, transports, accepted)


@post("/api/transports/{transport:str}/accept-risk", permission=Permission.DEVICE_LINK, status_code=200)
async def accept_risk(
    transport: FromPath[str],
    actor: Injected[Actor],
    db: Injected[Database],
    clock: Injected[Clock],
    transports: Injected[Transports],
) -> TransportList:
    """Note that somebody has read what linking this way may do to a number; asked once."""
    accepted = await slots.accept_risk(db, clock, actor, transports, transport)
    return await _transports(db, actor, transports, accepted)


@delete("/api/devices/{device_id:uuid}/link", permission=Permission.DEVICE_LINK, status_code=204)
async def cancel_link(
    device_id: FromPath[UUID], actor: Injected[Actor], db: Injected[Database], clock: Injected[Clock]
) -> None:
    """Give the linking up."""
    require(actor, Permission.DEVICE_LINK, device_id)
    await slots.cancel_link(db, clock, actor, device_id)


@get("/api/devices/{device_id:uuid}/link/qr.png", permission=Permission.DEVICE_LINK)
async def get_qr_png(device_id: FromPath[UUID], actor: Injected[Actor], db: Injected[Database]) -> Response[bytes]:
    """The QR picture that is shown now."""
    picture = io.BytesIO()
    qr = segno.make(await _shown(db, actor, device_id), error="l", micro=False)
    qr.save(picture, kind="png", scale=_PNG_SCALE, border=_QUIET_ZONE)
    return Response(picture.getvalue(), media_type="image/png", headers=_UNCACHED)


@get("/api/devices/{device_id:uuid}/link/qr.svg", permission=Permission.DEVICE_LINK)
async def get_qr_svg(device_id: FromPath[UUID], actor: Injected[Actor], db: Injected[Database]) -> Response[bytes]:
    """The QR picture that is shown now, at any size."""
    picture = io.BytesIO()
    qr = segno.make(await _shown(db, actor, device_id), error="l", micro=False)
    qr.save(picture, kind="svg", border=_QUIET_ZONE, light="#fff", omitsize=True)
    return Response(picture.getvalue(), media_type="image/svg+xml", headers=_UNCACHED)


async def _transports(
    db: Database, actor: Actor, transports: Transports, accepted: Mapping[str, datetime]
) -> TransportList:
    async with db.connection() as connection:
        workspace = await access.find_workspace(connection, actor.workspace_id)
    return transport_list(transports.offered(), accepted, simulated_on=workspace.settings.simulated_on)


async def _shown(db: Database, actor: Actor, device_id: UUID) -> str:
    require(actor, Permission.DEVICE_LINK, device_id)
    async with db.connection() as connection:
        linking = await reads.find_linking(connection, actor.workspace_id, device_id)
    if linking.step is not LinkingStep.QR or linking.shown is None:
        raise NoPicture(device_id)
    return linking.shown


ROUTES = (
    request_link,
    get_linking,
    answer_passkey,
    cancel_link,
    get_qr_png,
    get_qr_svg,
    list_transports,
    accept_risk,
)
