"""The first page people see: what needs them, how today goes, every device, every running campaign."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from litestar import Response, get

from hebah.access import reads as access
from hebah.access.model import Actor, Permission
from hebah.access.rules import may
from hebah.campaigns import reads as campaigns
from hebah.campaigns import store as campaign_store
from hebah.campaigns.api.views import CampaignRow, row_view
from hebah.campaigns.model import Campaign, CampaignState, StateReason
from hebah.campaigns.reads import Row
from hebah.campaigns.store import CampaignFilter
from hebah.contacts import reads as contacts
from hebah.contacts.model import ImportState
from hebah.contacts.rules.plans import LeadImport
from hebah.contacts.store.leads import LeadFilter
from hebah.devices import reads as devices
from hebah.devices.model import Device, DeviceState
from hebah.foundation.clock import Clock
from hebah.foundation.postgres import Connection, Database
from hebah.foundation.wire import Injected, View, snapshot
from hebah.media import keeping
from hebah.media.keeping import Usage
from hebah.outbox import reads as outbox
from hebah.stops import reads as stops
from hebah.stops.model import Stop

MOST_CAMPAIGNS: Final = 50
QUIETLY_WAITING: Final = timedelta(minutes=2)
"""A device that reconnects by itself within this time is nobody's trouble."""
IMPORTS_WITHIN: Final = timedelta(days=7)
QUOTA_NEAR: Final = 0.9
MOST_SQUARES: Final = 3000
"""A screen that shows more devices than this one by one shows nothing; those in need come first."""

_BY_NEED: Final = (
    DeviceState.BANNED,
    DeviceState.LOGGED_OUT,
    DeviceState.REPLACED,
    DeviceState.OUTDATED,
    DeviceState.RESTRICTED,
    DeviceState.WAITING,
    DeviceState.LINKING,
    DeviceState.CONNECTING,
    DeviceState.UNLINKED,
    DeviceState.STOPPED,
    DeviceState.ONLINE,
)
_NEED: Final = {state: rank for rank, state in enumerate(_BY_NEED)}

_TROUBLED = frozenset(
    {
        DeviceState.BANNED,
        DeviceState.RESTRICTED,
        DeviceState.LOGGED_OUT,
        DeviceState.REPLACED,
        DeviceState.OUTDATED,
    }
)
_PAUSED_FOR = frozenset({StateReason.ERROR_RATE, StateReason.OPT_OUT_RATE, StateReason.DEVICES_RESTRICTED})


class AttentionKind(StrEnum):
    """What sort of thing waits for a person."""

    STOP = "stop"
    DEVICE = "device"
    CAMPAIGN = "campaign"
    IMPORT = "import"
    STORAGE = "storage"
    SETUP = "setup"


class Attention(View):
    """Something that waits for a person."""

    kind: AttentionKind
    code: str
    id: UUID | None
    name: str
    since: datetime | None
    data: dict[str, object]


class Today(View):
    """What was sent since midnight in the workspace's zone, and what became of it."""

    sent: int
    delivered: int
    read: int
    replied: int
    opted_out: int
    failed: int


class FleetDevice(View):
    """One device of the fleet."""

    id: UUID
    name: str
    state: DeviceState
    cause: str


class Overview(View):
    """The first page; of a large fleet, `fleet` holds the devices that need somebody most, `fleet_counts` all."""

    attention: list[Attention]
    today: Today
    fleet: list[FleetDevice]
    fleet_counts: dict[DeviceState, int]
    running: list[CampaignRow]
    leads: int
    suppressed: int
    zone: str


@get("/api/overview", permission=Permission.WORKSPACE_READ)
async def overview(actor: Injected[Actor], db: Injected[Database], clock: Injected[Clock]) -> Response[Overview]:
    """What needs a person, how today goes, the devices and the running campaigns that the actor may see."""
    async with db.connection() as connection:
        head = await access.workspace_head(connection, actor.workspace_id)
        return snapshot(await _overview(connection, actor, clock.now()), head)


ROUTES = (overview,)


async def _overview(connection: Connection, actor: Actor, now: datetime) -> Overview:
    zone = (await access.find_workspace(connection, actor.workspace_id)).settings.zone
    fleet = await devices.fleet(connection, actor.workspace_id, actor.device_ids)
    running, paused, any_campaign = await _campaigns(connection, actor)
    imports = await contacts.latest_imports(connection, actor) if may(actor, Permission.LEAD_IMPORT) else []
    leads = await _count_leads(connection, actor, suppressed=None)
    today = await outbox.counts_between(
        connection, actor.workspace_id, midnight(now, ZoneInfo(zone)), now + timedelta(seconds=1), actor.device_ids
    )
    is_editor = may(actor, Permission.CAMPAIGN_EDIT)
    attention = [
        *_of_stops(await stops.stops_for(connection, actor)),
        *_of_devices(fleet, now),
        *_of_campaigns(running, paused),
        *_of_imports(imports, now),
        *(_of_storage(await keeping.usage(connection, actor.workspace_id)) if is_editor else ()),
        *(_first_steps(fleet, leads, any_campaign=any_campaign) if is_editor else ()),
    ]
    return Overview(
        attention=attention,
        today=Today(
            sent=today.sent,
            delivered=today.delivered,
            read=today.read,
            replied=today.replied,
            opted_out=today.opted_out,
            failed=today.failed,
        ),
        fleet=[_fleet_device(device) for device in _by_need(fleet)[:MOST_SQUARES]],
        fleet_counts=dict(Counter(device.condition.state for device in fleet)),
        running=[row_view(row) for row in running],
        leads=leads,
        suppressed=await _count_leads(connection, actor, suppressed=True),
        zone=zone,
    )


def midnight(now: datetime, zone: ZoneInfo) -> datetime:
    """When the present day began there; where midnight was skipped, when its first hour did."""
    return datetime.combine(now.astimezone(zone).date(), time(), zone).astimezone(UTC)


async def _campaigns(connection: Connection, actor: Actor) -> tuple[Sequence[Row], Sequence[Row], bool]:
    if not may(actor, Permission.CAMPAIGN_READ):
        return (), (), True
    running = await campaigns.rows_of(connection, await _list(connection, actor, CampaignState.RUNNING))
    paused = await campaigns.rows_of(connection, await _list(connection, actor, CampaignState.PAUSED))
    newest = await campaign_store.list_page(connection, CampaignFilter(actor.workspace_id), 1)
    return running, paused, bool(newest)


async def _list(connection: Connection, actor: Actor, state: CampaignState) -> Sequence[Campaign]:
    found = await campaign_store.list_page(connection, CampaignFilter(actor.workspace_id, state), MOST_CAMPAIGNS)
    return found[:MOST_CAMPAIGNS]


async def _count_leads(connection: Connection, actor: Actor, *, suppressed: bool | None) -> int:
    granted = None if actor.device_ids is None else tuple(actor.device_ids)
    wanted = LeadFilter(actor.workspace_id, granted=granted, suppressed=suppressed)
    return await contacts.count_leads(connection, wanted)


def _of_stops(found: Sequence[Stop]) -> Iterator[Attention]:
    for stop in found:
        yield Attention(
            kind=AttentionKind.STOP,
            code=stop.target.scope,
            id=stop.target.subject,
            name=stop.subject_name or "",
            since=stop.since,
            data={"by": stop.by_name, "reason": stop.reason, "waiting": stop.waiting},
        )


def _of_devices(fleet: Sequence[Device], now: datetime) -> Iterator[Attention]:
    for device in fleet:
        state = device.condition.state
        stuck = state is DeviceState.WAITING and now - device.state_since > QUIETLY_WAITING
        if state in _TROUBLED or stuck:
            yield Attention(
                kind=AttentionKind.DEVICE,
                code=state,
                id=device.id,
                name=device.name,
                since=device.state_since,
                data={"cause": device.condition.cause},
            )


def _of_campaigns(running: Sequence[Row], paused: Sequence[Row]) -> Iterator[Attention]:
    for row in paused:
        reason = row.campaign.state_reason
        code = reason if reason in _PAUSED_FOR else "paused"
        yield _about_campaign(row, str(code), {"reason": reason, **row.campaign.state_facts})
    for row in running:
        if row.groups.unknown:
            yield _about_campaign(row, "unknown", {"count": row.groups.unknown})


def _about_campaign(row: Row, code: str, data: dict[str, object]) -> Attention:
    return Attention(
        kind=AttentionKind.CAMPAIGN,
        code=code,
        id=row.campaign.id,
        name=row.campaign.draft.name,
        since=row.campaign.state_since,
        data=data,
    )


def _of_imports(imports: Sequence[LeadImport], now: datetime) -> Iterator[Attention]:
    for found in imports:
        refused = found.state is ImportState.FINISHED and found.counts.refused_rows > 0
        waits = found.state in {ImportState.MAPPING, ImportState.CHECKED, ImportState.FAILED}
        if (refused or waits) and now - found.updated_at < IMPORTS_WITHIN:
            yield Attention(
                kind=AttentionKind.IMPORT,
                code="refused" if refused else found.state,
                id=found.id,
                name=found.table.file_name,
                since=found.updated_at,
                data={"reason": found.failure, "refused": found.counts.refused_rows},
            )


def _of_storage(kept: Usage) -> Iterator[Attention]:
    if kept.quota is not None and kept.bytes >= kept.quota * QUOTA_NEAR:
        code = "quota_reached" if kept.bytes >= kept.quota else "quota_near"
        data: dict[str, object] = {"bytes": kept.bytes, "quota": kept.quota}
        yield Attention(kind=AttentionKind.STORAGE, code=code, id=None, name="", since=None, data=data)


def _first_steps(fleet: Sequence[Device], leads: int, *, any_campaign: bool) -> Iterator[Attention]:
    missing = {
        "no_devices": not fleet,
        "no_linked_device": bool(fleet) and all(device.linked_at is None for device in fleet),
        "no_leads": leads == 0,
        "no_campaigns": not any_campaign,
    }
    for code, is_missing in missing.items():
        if is_missing:
            yield Attention(kind=AttentionKind.SETUP, code=code, id=None, name="", since=None, data={})


def _by_need(fleet: Sequence[Device]) -> list[Device]:
    return sorted(fleet, key=lambda device: _NEED[device.condition.state])


def _fleet_device(device: Device) -> FleetDevice:
    return FleetDevice(id=device.id, name=device.name, state=device.condition.state, cause=device.condition.cause)
