"""Routes for watching a campaign and reading what became of everybody."""

from collections import defaultdict
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Annotated
from uuid import UUID

from litestar import Response, get
from litestar.params import FromPath, FromQuery, QueryParameter
from litestar.response import Stream

from hebah.access.model import Actor, Permission
from hebah.campaigns import reads
from hebah.campaigns.api.drafts import view_of
from hebah.campaigns.api.views import (
    CodeCount,
    CourseView,
    HoldView,
    LogLine,
    MomentView,
    RecipientPage,
    RecipientView,
    Report,
    ReportDevice,
    groups_view,
)
from hebah.foundation import eventlog
from hebah.foundation.clock import Clock
from hebah.foundation.errors import FieldsInvalid
from hebah.foundation.pages import PAGE, ById, clamp, cut, read_by_id, write_cursor
from hebah.foundation.postgres import Connection, Database
from hebah.foundation.sheets import PAGE_ROWS, Rows, SheetForm, sheet
from hebah.foundation.wire import Injected, snapshot
from hebah.outbox import reads as outbox
from hebah.outbox.model import GROUP_OF, Groups, OutboxState

_LOG_LINES = 50
_COLUMNS = ("name", "phone", "device", "state", "reason", "sent", "delivered", "read", "replied")


@get("/api/campaigns/{campaign_id:uuid}/report", permission=Permission.CAMPAIGN_READ)
async def report(
    campaign_id: FromPath[UUID], actor: Injected[Actor], db: Injected[Database], clock: Injected[Clock]
) -> Response[Report]:
    """The campaign in figures that always add up."""
    async with db.connection() as connection:
        head = await eventlog.head(connection, actor.workspace_id, campaign_id)
        return snapshot(await _report(connection, actor.workspace_id, campaign_id, clock.now()), head)


@get("/api/campaigns/{campaign_id:uuid}/recipients", permission=Permission.CAMPAIGN_READ)
async def list_recipients(
    campaign_id: FromPath[UUID],
    actor: Injected[Actor],
    db: Injected[Database],
    recipient_state: Annotated[str | None, QueryParameter(name="state")] = None,
    device_id: Annotated[UUID | None, QueryParameter(name="deviceId")] = None,
    code: FromQuery[str | None] = None,
    q: FromQuery[str | None] = None,
    limit: FromQuery[int] = PAGE,
    after: FromQuery[str | None] = None,
) -> RecipientPage:
    """Recipients by state or group of states, device, reason, or words of their name or number."""
    size = clamp(limit)
    place = read_by_id(after)
    async with db.connection() as connection:
        await reads.find(connection, actor.workspace_id, campaign_id)
        wanted = outbox.RecipientFilter(
            actor.workspace_id, campaign_id, _states(recipient_state), device_id=device_id, code=code, q=q
        )
        lines = await outbox.recipients_page(connection, wanted, after=place.id if place else None, limit=size + 1)
    page, last = cut(lines, size)
    return RecipientPage(
        items=[_recipient_view(line) for line in page], next=write_cursor(ById(last.id)) if last else None
    )


@get("/api/campaigns/{campaign_id:uuid}/course", permission=Permission.CAMPAIGN_READ)
async def course(
    campaign_id: FromPath[UUID], actor: Injected[Actor], db: Injected[Database], clock: Injected[Clock]
) -> CourseView:
    """What happened when, by the hour or the day of the workspace's zone."""
    async with db.connection() as connection:
        campaign = await reads.find(connection, actor.workspace_id, campaign_id)
        found = await reads.over_time(connection, campaign, clock.now())
    moments = [
        MomentView(
            at=moment.at,
            sent=moment.sent,
            delivered=moment.delivered,
            read=moment.read,
            replied=moment.replied,
            failed=moment.failed,
        )
        for moment in found.moments
    ]
    return CourseView(step=found.step, moments=moments)


@get("/api/campaigns/{campaign_id:uuid}/recipients.csv", permission=Permission.CAMPAIGN_READ)
async def export_recipients(campaign_id: FromPath[UUID], actor: Injected[Actor], db: Injected[Database]) -> Stream:
    """Every recipient with outcome and reason, as a file that opens safely in a spreadsheet."""
    return await _export(db, actor, campaign_id, SheetForm.CSV)


@get("/api/campaigns/{campaign_id:uuid}/recipients.xlsx", permission=Permission.CAMPAIGN_READ)
async def export_workbook(campaign_id: FromPath[UUID], actor: Injected[Actor], db: Injected[Database]) -> Stream:
    """The same as an Excel workbook whose cells are all text."""
    return await _export(db, actor, campaign_id, SheetForm.XLSX)


async def _export(db: Database, actor: Actor, campaign_id: UUID, form: SheetForm) -> Stream:
    async with db.connection() as connection:
        await reads.find(connection, actor.workspace_id, campaign_id)
    return await sheet("recipients", form, _COLUMNS, _pages(db, actor.workspace_id, campaign_id))


async def _pages(db: Database, workspace_id: UUID, campaign_id: UUID) -> AsyncIterator[Rows]:
    wanted = outbox.RecipientFilter(workspace_id, campaign_id)
    after: UUID | None = None
    while True:
        async with db.connection() as connection:
            lines = await outbox.recipients_page(connection, wanted, after=after, limit=PAGE_ROWS + 1)
        page, last = cut(lines, PAGE_ROWS)
        yield [_cells(line) for line in page]
        if last is None:
            return
        after = last.id


def _cells(line: outbox.RecipientLine) -> list[str]:
    instants = (line.accepted_at, line.delivered_at, line.read_at, line.replied_at)
    facts = [line.name or "", line.phone or "", line.device_name or "", line.state, line.code or ""]
    return facts + [instant.isoformat() if instant else "" for instant in instants]


def _states(asked: str | None) -> tuple[OutboxState, ...]:
    """A state, or a group of the report, which stands for all its states; nothing known matches nothing."""
    if asked is None:
        return ()
    states = tuple(state for state, group in GROUP_OF.items() if asked in (state.value, group.value))
    if not states:
        raise FieldsInvalid({"state": "not_known"})
    return states


async def _report(connection: Connection, workspace_id: UUID, campaign_id: UUID, now: datetime) -> Report:
    campaign = await reads.find(connection, workspace_id, campaign_id)
    lines = await outbox.tally(connection, workspace_id, campaign_id)
    states: dict[str, int] = defaultdict(int)
    codes: dict[tuple[str, str | None], int] = defaultdict(int)
    for line in lines:
        states[line.state.value] += line.count
        codes[line.state.value, line.code] += line.count
    groups = Groups.of((line.state, line.count) for line in lines)
    return Report(
        campaign=await view_of(connection, campaign),
        recipients=groups.recipients,
        groups=groups_view(groups),
        states=dict(states),
        codes=[
            CodeCount(state=state, code=code, count=count, may_retry=outbox.may_retry(state, code))
            for (state, code), count in sorted(codes.items(), key=str)
        ],
        replied=sum(line.replied for line in lines),
        opted_out=sum(line.opted_out for line in lines),
        holds=[
            HoldView(reason=hold.reason, count=hold.count, until=hold.until)
            for hold in await outbox.holds(connection, workspace_id, campaign_id, now)
        ],
        per_device=await _devices(connection, workspace_id, campaign_id, lines),
        log=[
            LogLine(
                at=line.at,
                device_id=line.device_id,
                device_name=line.device_name or "",
                lead_name=line.contact_name or "",
                state=line.state,
                code=line.code,
                recipient_id=line.recipient_id,
            )
            for line in await outbox.newest_log(connection, workspace_id, campaign_id, _LOG_LINES)
        ],
        finish_estimate_s=campaign.finish_estimate_s,
    )


async def _devices(
    connection: Connection, workspace_id: UUID, campaign_id: UUID, lines: list[outbox.TallyLine]
) -> list[ReportDevice]:
    by_device: dict[UUID | None, list[outbox.TallyLine]] = defaultdict(list)
    for line in lines:
        by_device[line.device_id].append(line)
    known = await reads.devices_by_id(connection, workspace_id, [id for id in by_device if id is not None])
    due = await outbox.next_of_devices(connection, workspace_id, campaign_id)
    views = []
    for device_id, own in by_device.items():
        device = known.get(device_id) if device_id else None
        views.append(
            ReportDevice(
                device_id=device_id,
                name=device.name if device else "",
                state=device.state if device and not device.deleted else None,
                groups=groups_view(Groups.of((line.state, line.count) for line in own)),
                delivered=sum(line.delivered for line in own),
                read=sum(line.read for line in own),
                replied=sum(line.replied for line in own),
                next_send_at=due.get(device_id) if device_id else None,
                hold=device.hold if device else None,
                hold_until=device.hold_until if device else None,
            )
        )
    return sorted(views, key=lambda view: view.name)


def _recipient_view(line: outbox.RecipientLine) -> RecipientView:
    return RecipientView(
        id=line.id,
        contact_id=line.contact_id,
        name=line.name or "",
        phone=line.phone or "",
        device_id=line.device_id,
        device_name=line.device_name,
        state=line.state,
        code=line.code,
        hold=line.hold,
        not_before=line.not_before,
        dispatched_at=line.dispatched_at,
        accepted_at=line.accepted_at,
        delivered_at=line.delivered_at,
        read_at=line.read_at,
        replied_at=line.replied_at,
        opted_out_at=line.opted_out_at,
        body=line.body,
    )


ROUTES = (report, course, list_recipients, export_recipients, export_workbook)
