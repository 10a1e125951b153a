"""Routes for slots: list, make, rename, stop, start, log out, delete."""

from typing import Annotated
from uuid import UUID

from litestar import Response, delete, get, patch, post
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from hebah.access import reads as access
from hebah.access.model import Actor, Permission
from hebah.access.rules import require
from hebah.devices import reads
from hebah.devices.actions import slots
from hebah.devices.api.views import (
    DeviceInput,
    DevicePage,
    DevicePatch,
    DeviceView,
    HistoryView,
    device_view,
)
from hebah.devices.model import Device, DeviceState
from hebah.devices.ports import DeviceEnds, Histories, SendCounter, Transports
from hebah.devices.reads import DeviceFilter
from hebah.foundation.clock import Clock
from hebah.foundation.pages import PAGE, ByText, clamp, cut, read_by_text, write_cursor
from hebah.foundation.postgres import Connection, Database, Transaction
from hebah.foundation.wire import Injected, given, snapshot

Sends = SendCounter[Connection]


@get("/api/devices", permission=Permission.DEVICE_READ)
async def list_devices(
    actor: Injected[Actor],
    db: Injected[Database],
    clock: Injected[Clock],
    sends: Injected[Sends],
    device_state: Annotated[DeviceState | None, QueryParameter(name="state")] = None,
    cause: FromQuery[str | None] = None,
    q: FromQuery[str | None] = None,
    limit: FromQuery[int] = PAGE,
    after: FromQuery[str | None] = None,
) -> Response[DevicePage]:
    """Slots by name; an agent's are those granted."""
    size = clamp(limit)
    wanted = DeviceFilter(actor.workspace_id, actor.device_ids, device_state, (q or "").strip() or None, cause)
    async with db.connection() as connection:
        head = await reads.head(connection, actor.workspace_id, actor.workspace_id)
        workspace = await access.find_workspace(connection, actor.workspace_id)
        page, last = cut(await reads.page(connection, wanted, read_by_text(after), size), size)
        states = await reads.counts(connection, wanted)
        total = await reads.total(connection, wanted)
        counts = await sends.of_devices(connection, actor.workspace_id, [device.id for device in page], clock.now())
    following = write_cursor(ByText(last.name.lower(), last.id)) if last else None
    items = [device_view(device, workspace, counts) for device in page]
    return snapshot(DevicePage(items=items, next=following, total=total, counts=dict(states)), head)


@get("/api/devices/{device_id:uuid}", permission=Permission.DEVICE_READ)
async def get_device(
    device_id: FromPath[UUID],
    actor: Injected[Actor],
    db: Injected[Database],
    clock: Injected[Clock],
    sends: Injected[Sends],
) -> Response[DeviceView]:
    """One slot."""
    require(actor, Permission.DEVICE_READ, device_id)
    async with db.connection() as connection:
        head = await reads.head(connection, actor.workspace_id, device_id)
        device = await reads.find(connection, actor.workspace_id, device_id)
    return snapshot(await _view(db, clock, sends, device), head)


@get("/api/devices/{device_id:uuid}/history", permission=Permission.DEVICE_READ)
async def get_history(
    device_id: FromPath[UUID],
    actor: Injected[Actor],
    db: Injected[Database],
    histories: Injected[Histories[Connection]],
) -> HistoryView:
    """How far the older chats of a slot's phone have come."""
    require(actor, Permission.DEVICE_READ, device_id)
    async with db.connection() as connection:
        device = await reads.find(connection, actor.workspace_id, device_id)
        count = await histories.of_device(connection, device.workspace_id, device.id)
    return HistoryView(
        offered=count.offered,
        done=count.done,
        failed=count.failed,
        retriable=count.retriable,
        messages=count.messages,
        percent=count.percent,
    )


@post("/api/devices", permission=Permission.DEVICE_EDIT)
async def create_device(
    data: JSONBody[DeviceInput],
    actor: Injected[Actor],
    db: Injected[Database],
    clock: Injected[Clock],
    transports: Injected[Transports],
    sends: Injected[Sends],
) -> DeviceView:
    """A new slot, linked to nothing yet."""
    device = await slots.create(db, clock, actor, transports, name=data.name, transport=data.transport)
    return await _view(db, clock, sends, device)


@patch("/api/devices/{device_id:uuid}", permission=Permission.DEVICE_EDIT)
async def edit_device(
    device_id: FromPath[UUID],
    data: JSONBody[DevicePatch],
    actor: Injected[Actor],
    db: Injected[Database],
    clock: Injected[Clock],
    sends: Injected[Sends],
) -> DeviceView:
    """Rename a slot."""
    require(actor, Permission.DEVICE_EDIT, device_id)
    changes = given(data)
    if "name" in changes:
        return await _view(db, clock, sends, await slots.rename(db, clock, actor, device_id, changes["name"]))
    async with db.connection() as connection:
        device = await reads.find(connection, actor.workspace_id, device_id)
    return await _view(db, clock, sends, device)


@post("/api/devices/{device_id:uuid}/stop", permission=Permission.DEVICE_LINK, status_code=200)
async def stop_device(
    device_id: FromPath[UUID],
    actor: Injected[Actor],
    db: Injected[Database],
    clock: Injected[Clock],
    sends: Injected[Sends],
) -> DeviceView:
    """Let go of the link and send nothing more; the number stays linked."""
    require(actor, Permission.DEVICE_LINK, device_id)
    return await _view(db, clock, sends, await slots.stop(db, clock, actor, device_id))


@post("/api/devices/{device_id:uuid}/start", permission=Permission.DEVICE_LINK, status_code=200)
async def start_device(
    device_id: FromPath[UUID],
    actor: Injected[Actor],
    db: Injected[Database],
    clock: Injected[Clock],
    sends: Injected[Sends],
) -> DeviceView:
    """Connect, or try again now."""
    require(actor, Permission.DEVICE_LINK, device_id)
    return await _view(db, clock, sends, await slots.start(db, clock, actor, device_id))


@post("/api/devices/{device_id:uuid}/log-out", permission=Permission.DEVICE_LINK, status_code=200)
async def log_out_device(
    device_id: FromPath[UUID],
    actor: Injected[Actor],
    db: Injected[Database],
    clock: Injected[Clock],
    sends: Injected[Sends],
) -> DeviceView:
    """Unlink the number and keep the slot."""
    require(actor, Permission.DEVICE_LINK, device_id)
    return await _view(db, clock, sends, await slots.log_out(db, clock, actor, device_id))


@post("/api/devices/{device_id:uuid}/refresh", permission=Permission.DEVICE_LINK, status_code=200)
async def refresh_device(
    device_id: FromPath[UUID],
    actor: Injected[Actor],
    db: Injected[Database],
    clock: Injected[Clock],
    sends: Injected[Sends],
) -> DeviceView:
    """Ask the link for a sign of life."""
    require(actor, Permission.DEVICE_LINK, device_id)
    return await _view(db, clock, sends, await slots.refresh(db, clock, actor, device_id))


@delete("/api/devices/{device_id:uuid}", permission=Permission.DEVICE_EDIT, status_code=204)
async def delete_device(
    device_id: FromPath[UUID],
    actor: Injected[Actor],
    db: Injected[Database],
    clock: Injected[Clock],
    device_ends: Injected[DeviceEnds[Transaction]],
    keep_history: Annotated[bool, QueryParameter(name="keepHistory")] = True,  # noqa: FBT002 - a query parameter
) -> None:
    """Delete a slot and cancel what waits for it; its chats stay unless told otherwise."""
    require(actor, Permission.DEVICE_EDIT, device_id)
    await slots.delete(db, clock, actor, device_id, device_ends, keep_history=keep_history)


async def _view(db: Database, clock: Clock, sends: Sends, device: Device) -> DeviceView:
    async with db.connection() as connection:
        workspace = await access.find_workspace(connection, device.workspace_id)
        counts = await sends.of_devices(connection, device.workspace_id, [device.id], clock.now())
    return device_view(device, workspace, counts)


ROUTES = (
    list_devices,
    get_device,
    get_history,
    create_device,
    edit_device,
    stop_device,
    start_device,
    log_out_device,
    refresh_device,
    delete_device,
)
