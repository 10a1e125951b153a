"""What can be done with a campaign: write it, launch it, pause, resume, cancel and delete it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from hebah.access import reads as access_reads
from hebah.access.actions import trail as access
from hebah.access.model import Actor, Permission, Settings
from hebah.access.rules import may
from hebah.campaigns import rules, store
from hebah.campaigns.model import Campaign, CampaignDraft, CampaignState, Load, StateReason, Trouble
from hebah.campaigns.store import StateChange, Written
from hebah.foundation import eventlog
from hebah.foundation.clock import Clock
from hebah.foundation.errors import Conflict, FieldsInvalid, Forbidden, NotFound
from hebah.foundation.eventlog import Event
from hebah.foundation.ids import make_id
from hebah.foundation.postgres import Database, Transaction
from hebah.media import reads as media
from hebah.messaging.template import Template, TemplateRefused, parse_template, variables_used
from hebah.outbox import actions as outbox
from hebah.outbox import reads as outbox_reads
from hebah.outbox import turns
from hebah.outbox.model import Enqueue, NewStream, OutboxState, Pace

CAMPAIGN_CHANGED = "campaign_changed"
CAMPAIGNS_CHANGED = "campaigns_changed"


class EditedElsewhere(Conflict):
    """Somebody saved this campaign after it was opened here."""

    code = "edited_elsewhere"
    sentence = "Somebody changed this campaign in the meantime. Load it again and repeat your change."
    version: int
    by: str | None
    at: datetime


class NotADraft(Conflict):
    """Only drafts can be edited."""

    code = "campaign_not_a_draft"
    sentence = "This campaign is {state}; only drafts can be changed."
    state: str


class CampaignHasHistory(Conflict):
    """What was sent stays on record."""

    code = "campaign_has_history"
    sentence = "This campaign has recipients on record and cannot be deleted."


class OverrideNeedsOwner(Forbidden):
    """Sending without recorded consent is the owner's decision."""

    code = "consent_override_needs_owner"
    sentence = "Only an owner may include people whose consent is not recorded."


async def create(db: Database, clock: Clock, actor: Actor, draft: CampaignDraft) -> Campaign:
    """Store a draft."""
    _check(draft)
    _check_override(actor, was=False, draft=draft)
    async with db.transaction() as tx:
        await _check_picture(tx, actor.workspace_id, draft)
        campaign = await store.add(tx, actor.workspace_id, make_id(), draft, _written(actor, draft, clock.now()))
        await _announce(tx, campaign)
    return campaign


async def clone(db: Database, clock: Clock, actor: Actor, campaign_id: UUID) -> Campaign:
    """Store a draft that says and means the same, to be launched on its own."""
    async with db.connection() as connection:
        original = _found(await store.find(connection, actor.workspace_id, campaign_id))
    return await create(
        db, clock, actor, rules.copied(original.draft, may_override=may(actor, Permission.CONSENT_OVERRIDE))
    )


async def edit(
    db: Database, clock: Clock, actor: Actor, campaign_id: UUID, draft: CampaignDraft, version: int
) -> Campaign:
    """Replace a draft, unless somebody else did since `version`."""
    _check(draft)
    async with db.transaction() as tx:
        campaign = _found(await store.lock(tx, actor.workspace_id, campaign_id))
        _check_override(actor, was=campaign.draft.audience.include_unknown_consent, draft=draft)
        if draft.media_id != campaign.draft.media_id:  # one that was removed meanwhile is told by the review
            await _check_picture(tx, actor.workspace_id, draft)
        edited = await store.edit(tx, campaign, draft, version, _written(actor, draft, clock.now(), campaign))
        if edited is None:
            raise await _edit_refused(tx, campaign)
        await _announce(tx, edited)
    return edited


async def delete(db: Database, clock: Clock, actor: Actor, campaign_id: UUID) -> None:
    """Delete a campaign that never had a recipient."""
    async with db.transaction() as tx:
        campaign = _found(await store.lock(tx, actor.workspace_id, campaign_id))
        if not await store.delete(tx, actor.workspace_id, campaign_id):
            raise CampaignHasHistory
        await access.record_audit(tx, actor, "campaign_deleted", subject=campaign_id, details={}, at=clock.now())
        await _announce(tx, campaign)


async def launch(db: Database, clock: Clock, actor: Actor, campaign_id: UUID, version: int) -> Campaign:
    """Send now, or schedule for its time. What was reviewed is what goes out: another version is refused."""
    now = clock.now()
    async with db.transaction() as tx:
        campaign = _found(await store.lock(tx, actor.workspace_id, campaign_id))
        if campaign.state is CampaignState.DRAFT and campaign.version != version:
            raise await _edit_refused(tx, campaign)
        rules.check_launchable(campaign.id, campaign.state)
        template = _sendable(campaign.draft)
        starts_at = campaign.draft.starts_at
        if starts_at is not None and starts_at > now and campaign.state is CampaignState.DRAFT:
            launched = await _schedule(tx, campaign, actor, now)
        else:
            launched = await _start(tx, campaign, template, actor.user_id, now)
        await access.record_audit(
            tx, actor, "campaign_launched", subject=campaign_id, details={"state": launched.state.value}, at=now
        )
        await _announce(tx, launched)
    return launched


async def start_scheduled(tx: Transaction, workspace_id: UUID, campaign_id: UUID, now: datetime) -> Campaign:
    """Start a campaign whose time has come."""
    campaign = _found(await store.lock(tx, workspace_id, campaign_id))
    started = await _start(tx, campaign, _sendable(campaign.draft), None, now)
    await _announce(tx, started)
    return started


async def refuse_scheduled(tx: Transaction, workspace_id: UUID, campaign_id: UUID, now: datetime) -> Campaign:
    """Its time came and its content cannot be sent: cancelled, with that reason, before anybody was messaged."""
    campaign = _found(await store.lock(tx, workspace_id, campaign_id))
    return await _move(tx, campaign, CampaignState.CANCELLED, StateReason.CONTENT_REFUSED, now)


async def unschedule(db: Database, clock: Clock, actor: Actor, campaign_id: UUID) -> Campaign:
    """Take a scheduled campaign back to being a draft."""
    async with db.transaction() as tx:
        campaign = _found(await store.lock(tx, actor.workspace_id, campaign_id))
        await _record(tx, actor, campaign_id, "campaign_unscheduled", clock)
        return await _move(tx, campaign, CampaignState.DRAFT, None, clock.now())


async def pause(db: Database, clock: Clock, actor: Actor, campaign_id: UUID) -> Campaign:
    """Hand out no more recipients; what is on the wire settles normally."""
    async with db.transaction() as tx:
        campaign = _found(await store.lock(tx, actor.workspace_id, campaign_id))
        rules.move(campaign.id, campaign.state, CampaignState.PAUSED)
        await outbox.pause_stream(tx, campaign.workspace_id, campaign.id)
        await _record(tx, actor, campaign_id, "campaign_paused", clock)
        return await _move(tx, campaign, CampaignState.PAUSED, StateReason.BY_HAND, clock.now())


async def pause_for(
    tx: Transaction, workspace_id: UUID, campaign_id: UUID, trouble: Trouble, now: datetime
) -> Campaign | None:
    """Pause by itself, with the figures that say why; None when it does not run any more."""
    campaign = await store.lock(tx, workspace_id, campaign_id)
    if campaign is None or campaign.state is not CampaignState.RUNNING:
        return None
    await outbox.pause_stream(tx, workspace_id, campaign_id)
    paused = StateChange(CampaignState.PAUSED, trouble.reason, now, facts=trouble.facts)
    moved = await store.set_state(tx, campaign, paused)
    await _announce(tx, moved)
    return moved


async def resume(db: Database, clock: Clock, actor: Actor, campaign_id: UUID) -> Campaign:
    """Go on where it was paused."""
    async with db.transaction() as tx:
        campaign = _found(await store.lock(tx, actor.workspace_id, campaign_id))
        rules.check_resumable(campaign.id, campaign.state)
        await outbox.resume_stream(tx, campaign.workspace_id, campaign.id)
        await _record(tx, actor, campaign_id, "campaign_resumed", clock)
        return await _move(tx, campaign, CampaignState.RUNNING, None, clock.now())


async def repace(
    db: Database, clock: Clock, actor: Actor, campaign_id: UUID, gap_min_s: float, gap_max_s: float
) -> Campaign:
    """Go on with another gap, at once, and forecast the end anew."""
    if wrong := rules.gap_faults(gap_min_s, gap_max_s):
        raise FieldsInvalid(wrong)
    now = clock.now()
    async with db.transaction() as tx:
        campaign = _found(await store.lock(tx, actor.workspace_id, campaign_id))
        rules.check_pace_changes(campaign.id, campaign.state)
        await turns.repace(tx, campaign.workspace_id, campaign.id, Pace(gap_min_s, gap_max_s))
        draft = replace(campaign.draft, gap_min_s=gap_min_s, gap_max_s=gap_max_s)
        forecast = await _forecast(tx, replace(campaign, draft=draft), now)
        repaced = await store.set_pace(tx, campaign, (gap_min_s, gap_max_s), forecast)
        details = {"gap_min_s": gap_min_s, "gap_max_s": gap_max_s}
        await access.record_audit(tx, actor, "campaign_repaced", subject=campaign_id, details=details, at=now)
        await _announce(tx, repaced)
    return repaced


async def retry(db: Database, clock: Clock, actor: Actor, campaign_id: UUID, codes: Sequence[str]) -> Campaign:
    """Send once more what the network refused for these reasons; a finished campaign runs again for them."""
    if not codes or not all(outbox_reads.may_retry(OutboxState.FAILED, code) for code in codes):
        raise FieldsInvalid({"codes": "required" if not codes else "not_known"})
    now = clock.now()
    async with db.transaction() as tx:
        campaign = _found(await store.lock(tx, actor.workspace_id, campaign_id))
        rules.check_retriable(campaign.id, campaign.state)
        count = await turns.retry_refused(tx, campaign.workspace_id, campaign.id, codes, now)
        details = {"codes": list(codes), "count": count}
        await access.record_audit(tx, actor, "campaign_retried", subject=campaign_id, details=details, at=now)
        if count and campaign.state is CampaignState.FINISHED:
            return await _move(tx, campaign, CampaignState.RUNNING, None, now)
        await _announce(tx, campaign)
    return campaign


async def cancel(db: Database, clock: Clock, actor: Actor, campaign_id: UUID) -> Campaign:
    """End it: who was not messaged yet never will be by this campaign; what is on the wire settles normally."""
    now = clock.now()
    async with db.transaction() as tx:
        campaign = _found(await store.lock(tx, actor.workspace_id, campaign_id))
        rules.move(campaign.id, campaign.state, CampaignState.CANCELLED)
        left = 0
        if campaign.state is not CampaignState.SCHEDULED:
            left = await outbox.close_stream(tx, campaign.workspace_id, campaign.id, "campaign_cancelled", now)
        await access.record_audit(
            tx, actor, "campaign_cancelled", subject=campaign_id, details={"not_messaged": left}, at=now
        )
        return await _move(tx, campaign, CampaignState.CANCELLED, StateReason.BY_HAND, now)


async def finish(tx: Transaction, workspace_id: UUID, campaign_id: UUID, now: datetime) -> Campaign:
    """Every recipient has its outcome."""
    campaign = _found(await store.lock(tx, workspace_id, campaign_id))
    await outbox.close_stream(tx, workspace_id, campaign_id, "campaign_finished", now)
    return await _move(tx, campaign, CampaignState.FINISHED, None, now)


async def _schedule(tx: Transaction, campaign: Campaign, actor: Actor, now: datetime) -> Campaign:
    state = rules.move(campaign.id, campaign.state, CampaignState.SCHEDULED)
    return await store.set_state(tx, campaign, StateChange(state, None, now, launched_by=actor.user_id))


async def _start(
    tx: Transaction, campaign: Campaign, template: Template, launched_by: UUID | None, now: datetime
) -> Campaign:
    """Store every recipient in one statement; rendering waits for the dispatch."""
    settings = (await access_reads.find_workspace(tx, campaign.workspace_id)).settings
    draft = campaign.draft
    content_id = await outbox.add_content(tx, campaign.workspace_id, draft.body, draft.media_id, now)
    await outbox.open_stream(tx, _stream(campaign, settings))
    audience = rules.audience_of(campaign.workspace_id, campaign.id, draft.audience)
    loads = rules.loads_of(
        await outbox.enqueue_campaign(tx, Enqueue(audience, content_id, variables_used(template), now), now)
    )
    change = StateChange(CampaignState.RUNNING, None, now, now, launched_by, content_id)
    if not loads:
        await outbox.close_stream(tx, campaign.workspace_id, campaign.id, StateReason.NO_RECIPIENTS, now)
        change = replace(change, state=CampaignState.FINISHED, reason=StateReason.NO_RECIPIENTS)
    tempo = rules.tempo_of(draft, settings, outbox_reads.opening(outbox_reads.policy_of(settings)))
    finish_at = rules.finish_estimate(loads, tempo, now).finish_at
    if finish_at is not None:
        change = replace(change, finish_estimate_s=(finish_at - now).total_seconds())
    rules.move(campaign.id, campaign.state, change.state)
    return await store.set_state(tx, campaign, change)


async def _forecast(tx: Transaction, campaign: Campaign, now: datetime) -> float | None:
    """When the rest will have gone out at the campaign's pace, in seconds from its launch."""
    settings = (await access_reads.find_workspace(tx, campaign.workspace_id)).settings
    tempo = rules.tempo_of(campaign.draft, settings, outbox_reads.opening(outbox_reads.policy_of(settings)))
    left = await turns.queued_of(tx, campaign.workspace_id, campaign.id)
    finish_at = rules.finish_estimate([Load(*each) for each in left.items()], tempo, now).finish_at
    return None if finish_at is None else (finish_at - (campaign.launched_at or now)).total_seconds()


def _stream(campaign: Campaign, settings: Settings) -> NewStream:
    return NewStream(
        workspace_id=campaign.workspace_id,
        id=campaign.id,
        pace=Pace(*rules.gap_of(campaign.draft, settings.gap_min_s, settings.gap_max_s)),
        consent_override=campaign.draft.audience.include_unknown_consent,
    )


async def _record(tx: Transaction, actor: Actor, campaign_id: UUID, action: str, clock: Clock) -> None:
    await access.record_audit(tx, actor, action, subject=campaign_id, details={}, at=clock.now())


def _check(draft: CampaignDraft) -> None:
    found = rules.faults(draft)
    if found:
        raise FieldsInvalid(found)


async def _check_picture(tx: Transaction, workspace_id: UUID, draft: CampaignDraft) -> None:
    if draft.media_id is not None and not await media.has_picture(tx, workspace_id, draft.media_id):
        raise FieldsInvalid({"mediaId": "unknown"})


def _check_override(actor: Actor, *, was: bool, draft: CampaignDraft) -> None:
    if draft.audience.include_unknown_consent and not was and not may(actor, Permission.CONSENT_OVERRIDE):
        raise OverrideNeedsOwner


def _sendable(draft: CampaignDraft) -> Template:
    """The template of a draft that has something to say; raises FieldsInvalid otherwise."""
    if not draft.body.strip() and draft.media_id is None:
        raise FieldsInvalid({"body": "required"})
    parsed = parse_template(draft.body, known=None)
    if isinstance(parsed, TemplateRefused):
        raise FieldsInvalid({"body": parsed.problems[0].code.value})
    return parsed


def _written(actor: Actor, draft: CampaignDraft, now: datetime, before: Campaign | None = None) -> Written:
    answers = None
    if draft.audience.include_unknown_consent:
        answers = before.override_by if before is not None and before.override_by else actor.user_id
    return Written(actor.user_id, now, answers)


def _found(campaign: Campaign | None) -> Campaign:
    if campaign is None:
        raise NotFound
    return campaign


async def _edit_refused(tx: Transaction, campaign: Campaign) -> Conflict:
    if campaign.state is not CampaignState.DRAFT:
        return NotADraft(campaign.state.value)
    names = await store.names_of_users(tx, campaign.workspace_id, [id for id in (campaign.updated_by,) if id])
    by = names.get(campaign.updated_by) if campaign.updated_by else None
    return EditedElsewhere(campaign.version, by, campaign.updated_at)


async def _move(
    tx: Transaction, campaign: Campaign, state: CampaignState, reason: StateReason | None, now: datetime
) -> Campaign:
    rules.move(campaign.id, campaign.state, state)
    moved = await store.set_state(tx, campaign, StateChange(state, reason, now))
    await _announce(tx, moved)
    return moved


async def _announce(tx: Transaction, campaign: Campaign) -> None:
    workspace_id = campaign.workspace_id
    await eventlog.record(
        tx,
        [
            Event(workspace_id, campaign.id, CAMPAIGN_CHANGED, (campaign.id,)),
            Event(workspace_id, workspace_id, CAMPAIGNS_CHANGED, (campaign.id,)),
        ],
    )
