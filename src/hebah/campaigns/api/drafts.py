"""Routes for writing campaigns and launching them."""

from typing import Annotated
from uuid import UUID

from litestar import Response, delete, get, patch, post
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from hebah.access.model import Actor, Permission
from hebah.campaigns import actions, reads, rules, store
from hebah.campaigns.api.views import (
    CampaignEdit,
    CampaignInput,
    CampaignPage,
    CampaignView,
    DeviceLoad,
    LaunchInput,
    PaceInput,
    Preview,
    PreviewInput,
    PreviewItem,
    RetryInput,
    Review,
    WarningView,
    campaign_view,
    problem_view,
    row_view,
)
from hebah.campaigns.model import Campaign, CampaignDraft
from hebah.campaigns.store import CampaignFilter
from hebah.foundation import eventlog
from hebah.foundation.clock import Clock
from hebah.foundation.pages import PAGE, Newest, clamp, cut, read_newest, write_cursor
from hebah.foundation.postgres import Connection, Database
from hebah.foundation.wire import Injected, snapshot
from hebah.media import reads as media_reads
from hebah.media.api import MediaView, media_view
from hebah.messaging.address import Phone, mask

_MOST_PREVIEWS = 20


@get("/api/campaigns", permission=Permission.CAMPAIGN_READ)
async def list_campaigns(
    actor: Injected[Actor],
    db: Injected[Database],
    campaign_state: Annotated[str | None, QueryParameter(name="state")] = None,
    reason: FromQuery[str | None] = None,
    q: FromQuery[str | None] = None,
    limit: FromQuery[int] = PAGE,
    after: FromQuery[str | None] = None,
) -> Response[CampaignPage]:
    """Campaigns, newest first."""
    size = clamp(limit)
    wanted = CampaignFilter(actor.workspace_id, campaign_state, reason, q)
    async with db.connection() as connection:
        head = await eventlog.head(connection, actor.workspace_id, actor.workspace_id)
        found = await store.list_page(connection, wanted, size, read_newest(after))
        page, last = cut(found, size)
        rows = await reads.rows_of(connection, page)
    following = write_cursor(Newest(last.created_at, last.id)) if last else None
    return snapshot(CampaignPage(items=[row_view(row) for row in rows], next=following), head)


@post("/api/campaigns", permission=Permission.CAMPAIGN_EDIT)
async def create_campaign(
    data: JSONBody[CampaignInput], actor: Injected[Actor], db: Injected[Database], clock: Injected[Clock]
) -> CampaignView:
    """Store a draft."""
    return await _viewed(db, await actions.create(db, clock, actor, data.draft()))


@get("/api/campaigns/{campaign_id:uuid}", permission=Permission.CAMPAIGN_READ)
async def get_campaign(
    campaign_id: FromPath[UUID], actor: Injected[Actor], db: Injected[Database]
) -> Response[CampaignView]:
    """One campaign."""
    async with db.connection() as connection:
        head = await eventlog.head(connection, actor.workspace_id, campaign_id)
        view = await view_of(connection, await reads.find(connection, actor.workspace_id, campaign_id))
    return snapshot(view, head)


@patch("/api/campaigns/{campaign_id:uuid}", permission=Permission.CAMPAIGN_EDIT)
async def edit_campaign(
    campaign_id: FromPath[UUID],
    data: JSONBody[CampaignEdit],
    actor: Injected[Actor],
    db: Injected[Database],
    clock: Injected[Clock],
) -> CampaignView:
    """Replace a draft, unless somebody else changed it since."""
    return await _viewed(db, await actions.edit(db, clock, actor, campaign_id, data.draft(), data.version))


@delete("/api/campaigns/{campaign_id:uuid}", permission=Permission.CAMPAIGN_EDIT, status_code=204)
async def delete_campaign(
    campaign_id: FromPath[UUID], actor: Injected[Actor], db: Injected[Database], clock: Injected[Clock]
) -> None:
    """Delete a campaign that never had a recipient."""
    await actions.delete(db, clock, actor, campaign_id)


@post("/api/campaigns/{campaign_id:uuid}/clone", permission=Permission.CAMPAIGN_EDIT)
async def clone_campaign(
    campaign_id: FromPath[UUID], actor: Injected[Actor], db: Injected[Database], clock: Injected[Clock]
) -> CampaignView:
    """Start another draft from this campaign."""
    return await _viewed(db, await actions.clone(db, clock, actor, campaign_id))


@post("/api/campaigns/preview", permission=Permission.CAMPAIGN_READ, status_code=200)
async def preview_campaign(
    data: JSONBody[PreviewInput], actor: Injected[Actor], db: Injected[Database], clock: Injected[Clock]
) -> Preview:
    """Render a draft for real recipients; nothing is stored and nothing is sent."""
    draft = CampaignDraft("", data.body, data.media_id, data.audience.rule(), data.starts_at, None, None)
    count = max(1, min(data.count, _MOST_PREVIEWS))
    async with db.connection() as connection:
        facts = await reads.preview(connection, actor.workspace_id, draft, now=clock.now(), count=count)
    return Preview(
        items=[
            PreviewItem(
                lead_name=shown.sample.name,
                phone_masked=mask(Phone(shown.sample.phone)),
                device_name=shown.sample.device_name,
                text=shown.text,
                at=shown.at,
            )
            for shown in facts.renderings
        ],
        problems=[problem_view(problem) for problem in facts.problems],
        variables=list(facts.variables),
        audience_size=facts.audience,
        image=await _image(db, actor.workspace_id, data.media_id),
    )


@post("/api/campaigns/{campaign_id:uuid}/review", permission=Permission.CAMPAIGN_READ, status_code=200)
async def review_campaign(
    campaign_id: FromPath[UUID], actor: Injected[Actor], db: Injected[Database], clock: Injected[Clock]
) -> Review:
    """Who would get it, who would not and why, on which devices, and until when."""
    async with db.connection() as connection:
        campaign = await reads.find(connection, actor.workspace_id, campaign_id)
        return _review_view(await reads.review(connection, campaign, clock.now()))


@post("/api/campaigns/{campaign_id:uuid}/launch", permission=Permission.CAMPAIGN_SEND, status_code=200)
async def launch_campaign(
    campaign_id: FromPath[UUID],
    data: JSONBody[LaunchInput],
    actor: Injected[Actor],
    db: Injected[Database],
    clock: Injected[Clock],
) -> CampaignView:
    """Send now, or schedule for its time."""
    return await _viewed(db, await actions.launch(db, clock, actor, campaign_id, data.version))


@post("/api/campaigns/{campaign_id:uuid}/unschedule", permission=Permission.CAMPAIGN_SEND, status_code=200)
async def unschedule_campaign(
    campaign_id: FromPath[UUID], actor: Injected[Actor], db: Injected[Database], clock: Injected[Clock]
) -> CampaignView:
    """Take a scheduled campaign back to being a draft."""
    return await _viewed(db, await actions.unschedule(db, clock, actor, campaign_id))


@post("/api/campaigns/{campaign_id:uuid}/pause", permission=Permission.CAMPAIGN_SEND, status_code=200)
async def pause_campaign(
    campaign_id: FromPath[UUID], actor: Injected[Actor], db: Injected[Database], clock: Injected[Clock]
) -> CampaignView:
    """Hand out no more recipients."""
    return await _viewed(db, await actions.pause(db, clock, actor, campaign_id))


@post("/api/campaigns/{campaign_id:uuid}/resume", permission=Permission.CAMPAIGN_SEND, status_code=200)
async def resume_campaign(
    campaign_id: FromPath[UUID], actor: Injected[Actor], db: Injected[Database], clock: Injected[Clock]
) -> CampaignView:
    """Go on where it was paused."""
    return await _viewed(db, await actions.resume(db, clock, actor, campaign_id))


@post("/api/campaigns/{campaign_id:uuid}/pace", permission=Permission.CAMPAIGN_SEND, status_code=200)
async def repace_campaign(
    campaign_id: FromPath[UUID],
    data: JSONBody[PaceInput],
    actor: Injected[Actor],
    db: Injected[Database],
    clock: Injected[Clock],
) -> CampaignView:
    """Go on with another pause between two messages."""
    return await _viewed(db, await actions.repace(db, clock, actor, campaign_id, data.gap_min_s, data.gap_max_s))


@post("/api/campaigns/{campaign_id:uuid}/retry", permission=Permission.CAMPAIGN_SEND, status_code=200)
async def retry_campaign(
    campaign_id: FromPath[UUID],
    data: JSONBody[RetryInput],
    actor: Injected[Actor],
    db: Injected[Database],
    clock: Injected[Clock],
) -> CampaignView:
    """Send once more what was refused for these reasons."""
    return await _viewed(db, await actions.retry(db, clock, actor, campaign_id, data.codes))


@post("/api/campaigns/{campaign_id:uuid}/cancel", permission=Permission.CAMPAIGN_SEND, status_code=200)
async def cancel_campaign(
    campaign_id: FromPath[UUID], actor: Injected[Actor], db: Injected[Database], clock: Injected[Clock]
) -> CampaignView:
    """End it for everybody who was not messaged yet."""
    return await _viewed(db, await actions.cancel(db, clock, actor, campaign_id))


async def view_of(connection: Connection, campaign: Campaign) -> CampaignView:
    """A campaign with the names of its people."""
    ids = [user_id for user_id in (campaign.created_by, campaign.override_by) if user_id is not None]
    return campaign_view(campaign, await store.names_of_users(connection, campaign.workspace_id, ids))


async def _viewed(db: Database, campaign: Campaign) -> CampaignView:
    async with db.connection() as connection:
        return await view_of(connection, campaign)


async def _image(db: Database, workspace_id: UUID, media_id: UUID | None) -> MediaView | None:
    return None if media_id is None else media_view(await media_reads.find(db, workspace_id, media_id))


def _review_view(facts: reads.ReviewFacts) -> Review:
    excluded: dict[str, int] = {}
    for line in facts.counts:
        if line.code is not None:
            excluded[line.code] = excluded.get(line.code, 0) + line.count
    per_device = [
        DeviceLoad(
            device_id=load.device_id,
            name=facts.devices[load.device_id].name,
            state=facts.devices[load.device_id].state,
            recipients=load.recipients,
            finish_estimate_s=(facts.estimate.per_device[load.device_id] - facts.starts_at).total_seconds(),
        )
        for load in rules.loads_of(facts.counts)
    ]
    recipients = sum(load.recipients for load in per_device)
    finish_at = facts.estimate.finish_at
    return Review(
        audience=recipients + sum(excluded.values()),
        recipients=recipients,
        excluded=excluded,
        per_device=sorted(per_device, key=lambda load: load.name),
        finish_estimate_s=None if finish_at is None else (finish_at - facts.starts_at).total_seconds(),
        starts_at=facts.starts_at,
        finish_at=finish_at,
        warnings=[WarningView(code=warning.code, data=warning.data) for warning in facts.warnings],
        problems=[problem_view(problem) for problem in facts.problems],
    )


ROUTES = (
    list_campaigns,
    create_campaign,
    get_campaign,
    edit_campaign,
    delete_campaign,
    clone_campaign,
    preview_campaign,
    review_campaign,
    launch_campaign,
    unschedule_campaign,
    pause_campaign,
    resume_campaign,
    cancel_campaign,
    repace_campaign,
    retry_campaign,
)
