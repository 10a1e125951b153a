"""Decisions about campaigns: which state may follow, what a draft still lacks, and when sending will be over."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import sqrt
from statistics import NormalDist
from uuid import UUID

from hebah.access.model import Settings
from hebah.campaigns.model import (
    ALLOWED,
    AudienceRule,
    CampaignDraft,
    CampaignState,
    Estimate,
    Lately,
    Limits,
    Load,
    Numbers,
    StateReason,
    Trouble,
)
from hebah.foundation.errors import Conflict
from hebah.outbox.model import Audience, AudienceCount

LONGEST_NAME = 120
LONGEST_BODY = 4096
WATCHED = 100
"""Of a campaign's messages, so many of the last are watched."""
LEAST_SETTLED = 20
LEAST_OPT_OUTS = 3
_LONGEST_GAP_S = 24 * 3600.0
_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)
_NORMAL = NormalDist()


class MoveRefused(Conflict):
    """The campaign is in a state that does not allow this."""

    code = "campaign_state"
    sentence = "This campaign is {state} and cannot become {wanted}."
    campaign_id: UUID
    state: str
    wanted: str


class NotUnderWay(Conflict):
    """The campaign sends nothing now, and will not."""

    code = "campaign_not_under_way"
    sentence = "This campaign is {state}; that can only be done while it is under way."
    campaign_id: UUID
    state: str


def move(campaign_id: UUID, state: CampaignState, wanted: CampaignState) -> CampaignState:
    """The state asked for, when the table allows it."""
    if wanted not in ALLOWED[state]:
        raise MoveRefused(campaign_id, state.value, wanted.value)
    return wanted


def check_launchable(campaign_id: UUID, state: CampaignState) -> None:
    """Only what was never started can be launched; a paused campaign is resumed."""
    if state not in (CampaignState.DRAFT, CampaignState.SCHEDULED):
        raise MoveRefused(campaign_id, state.value, CampaignState.RUNNING.value)


def check_resumable(campaign_id: UUID, state: CampaignState) -> None:
    """Only what was paused can go on."""
    if state is not CampaignState.PAUSED:
        raise MoveRefused(campaign_id, state.value, CampaignState.RUNNING.value)


def trouble_in(lately: Lately, limits: Limits) -> Trouble | None:
    """Whether so much goes wrong that going on would hurt people or numbers.

    A handful of messages proves nothing, and neither do one or two people who want no more.
    """
    if lately.settled < LEAST_SETTLED:
        return None
    errors = lately.failed + lately.unknown
    if limits.errors_percent is not None and 100 * errors >= limits.errors_percent * lately.settled:
        facts = {"settled": lately.settled, "failed": lately.failed, "unknown": lately.unknown}
        return Trouble(StateReason.ERROR_RATE, {**facts, "limit": limits.errors_percent})
    if limits.opt_outs_percent is None or lately.opted_out < LEAST_OPT_OUTS:
        return None
    if 100 * lately.opted_out >= limits.opt_outs_percent * lately.settled:
        facts = {"settled": lately.settled, "optedOut": lately.opted_out}
        return Trouble(StateReason.OPT_OUT_RATE, {**facts, "limit": limits.opt_outs_percent})
    return None


def trouble_with(numbers: Numbers) -> Trouble | None:
    """Whether half of the numbers are restricted. A single one just waits, and goes on when its restriction ends."""
    if numbers.devices < 2 or 2 * numbers.restricted < numbers.devices:
        return None
    facts = {"devices": numbers.devices, "restricted": numbers.restricted}
    return Trouble(StateReason.DEVICES_RESTRICTED, facts)


def check_pace_changes(campaign_id: UUID, state: CampaignState) -> None:
    """Only what is under way has a pace to change; a draft is edited."""
    if state not in (CampaignState.RUNNING, CampaignState.PAUSED):
        raise NotUnderWay(campaign_id, state.value)


def check_retriable(campaign_id: UUID, state: CampaignState) -> None:
    """What was cancelled stays so."""
    if state not in (CampaignState.RUNNING, CampaignState.PAUSED, CampaignState.FINISHED):
        raise NotUnderWay(campaign_id, state.value)


def gap_of(draft: CampaignDraft, usual_min_s: float, usual_max_s: float) -> tuple[float, float]:
    """The draft's own gap in seconds, or the workspace's."""
    if draft.gap_min_s is None or draft.gap_max_s is None:
        return usual_min_s, usual_max_s
    return draft.gap_min_s, draft.gap_max_s


def copied(draft: CampaignDraft, *, may_override: bool) -> CampaignDraft:
    """A draft to start another campaign from: same words and audience, no time, and no borrowed consent override."""
    audience = replace(draft.audience, include_unknown_consent=draft.audience.include_unknown_consent and may_override)
    return replace(draft, name=draft.name[:LONGEST_NAME], audience=audience, starts_at=None)


def faults(draft: CampaignDraft) -> dict[str, str]:
    """What is wrong with a draft before it may even be saved, by field; what a launch needs is checked in a review."""
    found: dict[str, str] = {}
    if not draft.name.strip():
        found["name"] = "required"
    elif len(draft.name) > LONGEST_NAME:
        found["name"] = "too_long"
    if len(draft.body) > LONGEST_BODY:
        found["body"] = "too_long"
    found.update(gap_faults(draft.gap_min_s, draft.gap_max_s))
    return found


def gap_faults(gap_min_s: float | None, gap_max_s: float | None) -> dict[str, str]:
    """What is wrong with a gap, by field."""
    if gap_min_s is None and gap_max_s is None:
        return {}
    if gap_min_s is None:
        return {"gapMinS": "required"}
    if gap_max_s is None:
        return {"gapMaxS": "required"}
    if not 0 <= gap_min_s <= _LONGEST_GAP_S:
        return {"gapMinS": "out_of_range"}
    if not gap_min_s <= gap_max_s <= _LONGEST_GAP_S:
        return {"gapMaxS": "out_of_range"}
    return {}


@dataclass(frozen=True, slots=True)
class Tempo:
    """What paces every device of a campaign.

    `open_at` gives the first instant at or after its argument at which quiet hours allow a send. `answer_s` is how long
    the network usually takes to answer, for gaps shorter than that.
    """

    gap_min_s: float
    gap_max_s: float
    hourly_cap: int | None
    daily_cap: int | None
    open_at: Callable[[datetime], datetime]
    answer_s: float = 0.3


def finish_estimate(loads: Sequence[Load], tempo: Tempo, start: datetime) -> Estimate:
    """When each device will have sent its last message, and when the whole campaign will have.

    Gaps are uniform, so a device's time is close to normal, and the campaign takes as long as its slowest device: the
    median of the largest of all of them, which for thousands of devices lies well beyond the mean. Caps and quiet
    hours are then applied by walking through one schedule, of which every smaller load is a prefix.
    """
    busy = [load for load in loads if load.recipients > 0]
    if not busy:
        return Estimate(None, {})
    most = max(load.recipients for load in busy)
    mean = max((tempo.gap_min_s + tempo.gap_max_s) / 2, tempo.answer_s)
    schedule = _schedule(most, mean, tempo, start)
    per_device = {load.device_id: schedule[load.recipients - 1] for load in busy}
    slowest_s = _slowest_s(Counter(load.recipients for load in busy), mean, tempo)
    gap = slowest_s / (most - 1) if most > 1 else mean
    whole = _schedule(most, gap, tempo, start)[-1] if gap > mean else schedule[-1]
    return Estimate(whole, per_device)


def _slowest_s(devices_by_load: Counter[int], mean: float, tempo: Tempo) -> float:
    """The median, in seconds of sending, of the slowest among devices whose times are independent and normal."""
    spread = (tempo.gap_max_s - tempo.gap_min_s) / sqrt(12)
    most = max(devices_by_load)
    if most == 1 or spread == 0:
        return (most - 1) * mean
    low = (most - 1) * mean
    high = low + 10 * spread * sqrt(most)
    for _ in range(40):
        middle = (low + high) / 2
        if _chance_all_done(middle, devices_by_load, mean, spread) < 0.5:
            low = middle
        else:
            high = middle
    return high


def _chance_all_done(by_s: float, devices_by_load: Counter[int], mean: float, spread: float) -> float:
    chance = 1.0
    for load, devices in devices_by_load.items():
        gaps = load - 1
        if gaps > 0:
            chance *= _NORMAL.cdf((by_s - gaps * mean) / (spread * sqrt(gaps))) ** devices
    return chance


def _schedule(messages: int, gap_s: float, tempo: Tempo, start: datetime) -> list[datetime]:
    """The instants at which one device with this gap sends, caps and quiet hours kept."""
    gap = timedelta(seconds=gap_s)
    sent: list[datetime] = []
    caps = [(cap, window) for cap, window in ((tempo.hourly_cap, _HOUR), (tempo.daily_cap, _DAY)) if cap is not None]
    at = start
    for _ in range(messages):
        for cap, window in caps:
            if len(sent) >= cap:
                at = max(at, sent[-cap] + window)
        at = tempo.open_at(at)
        sent.append(at)
        at += gap
    return sent


def audience_of(workspace_id: UUID, campaign_id: UUID, rule: AudienceRule) -> Audience:
    """The audience as the outbox selects it; review, preview and launch all go through this."""
    return Audience(
        workspace_id=workspace_id,
        campaign_id=campaign_id,
        niches=rule.niches,
        statuses=rule.statuses,
        device_ids=rule.device_ids,
        include_unknown_consent=rule.include_unknown_consent,
    )


def loads_of(counts: Sequence[AudienceCount]) -> list[Load]:
    """What each device would send."""
    return [Load(line.device_id, line.count) for line in counts if line.code is None and line.device_id is not None]


def tempo_of(draft: CampaignDraft, settings: Settings, open_at: Callable[[datetime], datetime]) -> Tempo:
    """The pace of a draft: its own gap or the workspace's, and the workspace's caps."""
    low, high = gap_of(draft, settings.gap_min_s, settings.gap_max_s)
    return Tempo(low, high, settings.hourly_cap, settings.daily_cap, open_at)
