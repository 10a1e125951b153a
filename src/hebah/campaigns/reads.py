"""What the campaign screens ask: lists, previews of real renderings, reviews before a launch, reports."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from hebah.access import reads as access_reads
from hebah.campaigns import rules, store
from hebah.campaigns.model import Campaign, CampaignDraft, Estimate
from hebah.devices.model import DeviceState
from hebah.foundation.errors import NotFound
from hebah.foundation.postgres import Connection
from hebah.media import reads as media_reads
from hebah.messaging.template import (
    STANDARD_VARIABLES,
    Problem,
    Template,
    TemplateRefused,
    parse_template,
    variables_required,
    variables_used,
)
from hebah.outbox import reads as outbox_reads
from hebah.outbox.model import AudienceCount, AudienceSample, Groups

_UNSAVED = UUID(int=0)
_HOURLY_UP_TO = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class DeviceFacts:
    """A device beside the figures of a campaign."""

    id: UUID
    name: str
    state: DeviceState
    hold: str | None
    hold_until: datetime | None
    deleted: bool


@dataclass(frozen=True, slots=True)
class Row:
    """A campaign in a list."""

    campaign: Campaign
    groups: Groups


@dataclass(frozen=True, slots=True)
class Rendering:
    """What one real recipient would read, and when."""

    sample: AudienceSample
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class PreviewFacts:
    """A preview of an unsaved draft."""

    renderings: tuple[Rendering, ...]
    problems: tuple[Problem, ...]
    variables: tuple[str, ...]
    audience: int


@dataclass(frozen=True, slots=True)
class Warning:
    """Something to know before launching that does not stop it."""

    code: str
    data: dict[str, object]


@dataclass(frozen=True, slots=True)
class ReviewFacts:
    """What a launch would do now."""

    counts: tuple[AudienceCount, ...]
    estimate: Estimate
    starts_at: datetime
    devices: dict[UUID, DeviceFacts]
    warnings: tuple[Warning, ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Moment:
    """What happened in one hour or day, counted where it happened."""

    at: datetime
    sent: int
    delivered: int
    read: int
    replied: int
    failed: int


@dataclass(frozen=True, slots=True)
class Course:
    """A campaign over time, by the hour or by the day; moments in which nothing happened are left out."""

    step: str
    moments: tuple[Moment, ...]


async def find(db: Connection, workspace_id: UUID, campaign_id: UUID) -> Campaign:
    """The campaign; NotFound for another workspace's too."""
    campaign = await store.find(db, workspace_id, campaign_id)
    if campaign is None:
        raise NotFound
    return campaign


async def rows_of(db: Connection, campaigns: Sequence[Campaign]) -> list[Row]:
    """Campaigns with how their recipients fared, in one query for all."""
    if not campaigns:
        return []
    groups = await outbox_reads.groups_of(db, campaigns[0].workspace_id, [campaign.id for campaign in campaigns])
    return [Row(campaign, groups.get(campaign.id, Groups())) for campaign in campaigns]


async def devices_by_id(db: Connection, workspace_id: UUID, ids: Sequence[UUID] | None) -> dict[UUID, DeviceFacts]:
    """Devices by id, deleted ones too; None for all of the workspace."""
    rows = await store.QUERIES.devices_by_id(db, workspace_id=workspace_id, ids=None if ids is None else list(ids))
    return {
        row["id"]: DeviceFacts(
            row["id"],
            row["name"],
            DeviceState(row["state"]),
            row["hold"],
            row["hold_until"],
            row["deleted_at"] is not None,
        )
        for row in rows
    }


async def over_time(db: Connection, campaign: Campaign, now: datetime) -> Course:
    """What happened in each hour since the launch, or in each day of a long campaign, in the workspace's zone."""
    zone = (await access_reads.find_workspace(db, campaign.workspace_id)).settings.zone
    lasted = (campaign.finished_at or now) - (campaign.launched_at or now)
    step = "hour" if lasted <= _HOURLY_UP_TO else "day"
    rows = await store.QUERIES.by_time(
        db, workspace_id=campaign.workspace_id, campaign_id=campaign.id, step=step, zone=zone
    )
    return Course(step, tuple(Moment(**row) for row in rows))


async def preview(
    db: Connection, workspace_id: UUID, draft: CampaignDraft, *, now: datetime, count: int
) -> PreviewFacts:
    """What the first recipients would really read, by the function that renders at dispatch."""
    settings = (await access_reads.find_workspace(db, workspace_id)).settings
    audience = rules.audience_of(workspace_id, _UNSAVED, draft.audience)
    sendable = sum(line.count for line in await outbox_reads.count_audience(db, audience) if line.code is None)
    template, problems = await _parsed(db, workspace_id, draft.body)
    if template is None:
        return PreviewFacts((), problems, (), sendable)
    at = max(now, draft.starts_at or now)
    policy = outbox_reads.policy_of(settings)
    renderings = tuple(
        Rendering(sample, outbox_reads.rendered(draft.body, sample, policy, at), at)
        for sample in await outbox_reads.sample_audience(db, audience, count)
    )
    return PreviewFacts(renderings, problems, variables_used(template), sendable)


async def review(db: Connection, campaign: Campaign, now: datetime) -> ReviewFacts:
    """Who would get it, who would not and why, on which devices, and until when."""
    settings = (await access_reads.find_workspace(db, campaign.workspace_id)).settings
    draft = campaign.draft
    audience = rules.audience_of(campaign.workspace_id, campaign.id, draft.audience)
    counts = await outbox_reads.count_audience(db, audience)
    loads = rules.loads_of(counts)
    starts_at = max(now, draft.starts_at or now)
    tempo = rules.tempo_of(draft, settings, outbox_reads.opening(outbox_reads.policy_of(settings)))
    estimate = rules.finish_estimate(loads, tempo, starts_at)
    devices = await devices_by_id(db, campaign.workspace_id, [load.device_id for load in loads])
    template, problems = await _parsed(db, campaign.workspace_id, draft.body)
    warnings = [
        *_device_warnings(devices),
        *_text_warnings(template),
        *_draft_warnings(draft, now),
        *await _media_warnings(db, campaign),
    ]
    return ReviewFacts(tuple(counts), estimate, starts_at, devices, tuple(warnings), problems)


async def _parsed(db: Connection, workspace_id: UUID, body: str) -> tuple[Template | None, tuple[Problem, ...]]:
    own = {row["name"] for row in await store.QUERIES.variable_names(db, workspace_id=workspace_id)}
    parsed = parse_template(body, known=STANDARD_VARIABLES | own)
    if isinstance(parsed, TemplateRefused):
        return None, parsed.problems
    return parsed, parsed.notices


def _device_warnings(devices: dict[UUID, DeviceFacts]) -> list[Warning]:
    away = sorted(device.name for device in devices.values() if device.state != "online")
    return [Warning("devices_not_online", {"count": len(away), "names": away[:5]})] if away else []


def _text_warnings(template: Template | None) -> list[Warning]:
    names = variables_required(template) if template is not None else ()
    return [Warning("no_fallback", {"names": list(names)})] if names else []


def _draft_warnings(draft: CampaignDraft, now: datetime) -> list[Warning]:
    warnings = []
    if draft.audience.include_unknown_consent:
        warnings.append(Warning("consent_override", {}))
    if draft.starts_at is not None and draft.starts_at <= now:
        warnings.append(Warning("start_passed", {}))
    if not draft.body.strip() and draft.media_id is None:
        warnings.append(Warning("nothing_to_say", {}))
    return warnings


async def _media_warnings(db: Connection, campaign: Campaign) -> list[Warning]:
    if campaign.draft.media_id is None:
        return []
    found = await media_reads.has_picture(db, campaign.workspace_id, campaign.draft.media_id)
    return [] if found else [Warning("image_missing", {})]
