"""How campaigns look on the wire."""

from datetime import datetime
from uuid import UUID

from hebah.campaigns.model import AudienceRule, Campaign, CampaignDraft, CampaignState
from hebah.campaigns.reads import Row
from hebah.devices.model import DeviceState
from hebah.foundation.wire import Input, Instant, View
from hebah.media.api import MediaView
from hebah.messaging.template import Problem
from hebah.outbox import model as outbox


class Audience(Input):
    """Which leads a campaign is for; an empty list does not restrict."""

    niches: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    device_ids: tuple[UUID, ...] = ()
    include_unknown_consent: bool = False

    def rule(self) -> AudienceRule:
        """The same as a fact."""
        return AudienceRule(self.niches, self.statuses, self.device_ids, self.include_unknown_consent)


class CampaignInput(Input):
    """What people write of a campaign."""

    name: str
    body: str = ""
    media_id: UUID | None = None
    audience: Audience = Audience()
    starts_at: Instant | None = None
    gap_min_s: float | None = None
    gap_max_s: float | None = None

    def draft(self) -> CampaignDraft:
        """The same as a fact."""
        return CampaignDraft(
            name=self.name,
            body=self.body,
            media_id=self.media_id,
            audience=self.audience.rule(),
            starts_at=self.starts_at,
            gap_min_s=self.gap_min_s,
            gap_max_s=self.gap_max_s,
        )


class CampaignEdit(CampaignInput, kw_only=True):
    """A draft as it shall be from now on, and the version it was written on."""

    version: int


class LaunchInput(Input):
    """The version that was reviewed."""

    version: int


class PreviewInput(Input):
    """An unsaved draft to be shown as it would be read."""

    body: str
    media_id: UUID | None = None
    audience: Audience = Audience()
    starts_at: Instant | None = None
    count: int = 5


class CampaignView(View):
    """A campaign."""

    id: UUID
    name: str
    body: str
    media_id: UUID | None
    audience: Audience
    starts_at: datetime | None
    gap_min_s: float | None
    gap_max_s: float | None
    state: CampaignState
    state_reason: str | None
    state_facts: dict[str, int]
    state_since: datetime
    version: int
    created_at: datetime
    updated_at: datetime
    created_by_name: str | None
    launched_at: datetime | None
    finished_at: datetime | None
    finish_estimate_s: float | None
    override_by_name: str | None


class Groups(View):
    """Recipients by what became of them; the groups add up to the recipients."""

    waiting: int
    sending: int
    sent: int
    failed: int
    unknown: int
    not_sent: int


class CampaignRow(View):
    """A campaign in a list."""

    id: UUID
    name: str
    state: CampaignState
    state_reason: str | None
    starts_at: datetime | None
    created_at: datetime
    launched_at: datetime | None
    finished_at: datetime | None
    recipients: int
    groups: Groups
    has_image: bool


class CampaignPage(View):
    """A page of campaigns, newest first."""

    items: list[CampaignRow]
    next: str | None


class ProblemView(View):
    """Something in a text that cannot be understood, or may surprise."""

    code: str
    position: int
    length: int
    data: dict[str, str]


class PreviewItem(View):
    """What one real recipient would read."""

    lead_name: str
    phone_masked: str
    device_name: str | None
    text: str
    at: datetime


class Preview(View):
    """A draft as real recipients would read it."""

    items: list[PreviewItem]
    problems: list[ProblemView]
    variables: list[str]
    audience_size: int
    image: MediaView | None


class DeviceLoad(View):
    """What one device would have to send."""

    device_id: UUID
    name: str
    state: DeviceState
    recipients: int
    finish_estimate_s: float | None


class WarningView(View):
    """Something to know before a launch."""

    code: str
    data: dict[str, object]


class Review(View):
    """What a launch would do now."""

    audience: int
    recipients: int
    excluded: dict[str, int]
    per_device: list[DeviceLoad]
    finish_estimate_s: float | None
    starts_at: datetime
    finish_at: datetime | None
    warnings: list[WarningView]
    problems: list[ProblemView]


class PaceInput(Input):
    """The gap between two messages of a device from now on, in seconds."""

    gap_min_s: float
    gap_max_s: float


class RetryInput(Input):
    """The reasons for which messages failed that shall go once more."""

    codes: tuple[str, ...]


class MomentView(View):
    """What happened in one hour or day."""

    at: datetime
    sent: int
    delivered: int
    read: int
    replied: int
    failed: int


class CourseView(View):
    """A campaign over time; moments in which nothing happened are left out."""

    step: str
    moments: list[MomentView]


class CodeCount(View):
    """How many recipients share a state and its reason; `may_retry` when the same may be sent once more."""

    state: str
    code: str | None
    count: int
    may_retry: bool


class HoldView(View):
    """Recipients waiting for the same reason."""

    reason: str
    count: int
    until: datetime | None


class ReportDevice(View):
    """How one device is doing in a campaign."""

    device_id: UUID | None
    name: str
    state: DeviceState | None
    groups: Groups
    delivered: int
    read: int
    replied: int
    next_send_at: datetime | None
    hold: str | None
    hold_until: datetime | None


class LogLine(View):
    """One recent change of one recipient."""

    at: datetime
    device_id: UUID | None
    device_name: str
    lead_name: str
    state: str
    code: str | None
    recipient_id: UUID


class Report(View):
    """A campaign in figures that always add up."""

    campaign: CampaignView
    recipients: int
    groups: Groups
    states: dict[str, int]
    codes: list[CodeCount]
    replied: int
    opted_out: int
    holds: list[HoldView]
    per_device: list[ReportDevice]
    log: list[LogLine]
    finish_estimate_s: float | None


class RecipientView(View):
    """One recipient and what became of them."""

    id: UUID
    contact_id: UUID
    name: str
    phone: str
    device_id: UUID | None
    device_name: str | None
    state: str
    code: str | None
    hold: str | None
    not_before: datetime | None
    dispatched_at: datetime | None
    accepted_at: datetime | None
    delivered_at: datetime | None
    read_at: datetime | None
    replied_at: datetime | None
    opted_out_at: datetime | None
    body: str | None


class RecipientPage(View):
    """A page of recipients."""

    items: list[RecipientView]
    next: str | None


def campaign_view(campaign: Campaign, names: dict[UUID, str]) -> CampaignView:
    """A campaign with the names of its people."""
    draft = campaign.draft
    rule = draft.audience
    return CampaignView(
        id=campaign.id,
        name=draft.name,
        body=draft.body,
        media_id=draft.media_id,
        audience=Audience(
            niches=rule.niches,
            statuses=rule.statuses,
            device_ids=rule.device_ids,
            include_unknown_consent=rule.include_unknown_consent,
        ),
        starts_at=draft.starts_at,
        gap_min_s=draft.gap_min_s,
        gap_max_s=draft.gap_max_s,
        state=campaign.state,
        state_reason=campaign.state_reason,
        state_facts=dict(campaign.state_facts),
        state_since=campaign.state_since,
        version=campaign.version,
        created_at=campaign.created_at,
        updated_at=campaign.updated_at,
        created_by_name=names.get(campaign.created_by) if campaign.created_by else None,
        launched_at=campaign.launched_at,
        finished_at=campaign.finished_at,
        finish_estimate_s=campaign.finish_estimate_s,
        override_by_name=names.get(campaign.override_by) if campaign.override_by else None,
    )


def row_view(row: Row) -> CampaignRow:
    """A campaign in a list."""
    campaign = row.campaign
    return CampaignRow(
        id=campaign.id,
        name=campaign.draft.name,
        state=campaign.state,
        state_reason=campaign.state_reason,
        starts_at=campaign.draft.starts_at,
        created_at=campaign.created_at,
        launched_at=campaign.launched_at,
        finished_at=campaign.finished_at,
        recipients=row.groups.recipients,
        groups=groups_view(row.groups),
        has_image=campaign.draft.media_id is not None,
    )


def groups_view(groups: outbox.Groups) -> Groups:
    """Counts by group."""
    return Groups(
        waiting=groups.waiting,
        sending=groups.sending,
        sent=groups.sent,
        failed=groups.failed,
        unknown=groups.unknown,
        not_sent=groups.not_sent,
    )


def problem_view(problem: Problem) -> ProblemView:
    """A fault of a text with its place."""
    return ProblemView(
        code=problem.code.value,
        position=problem.start,
        length=problem.end - problem.start,
        data={"piece": problem.piece},
    )
