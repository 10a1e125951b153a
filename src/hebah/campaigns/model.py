"""The facts of a campaign: one audience, one content, one time, and the states it moves through."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID


class CampaignState(StrEnum):
    """Where a campaign is; how each recipient fared is in the outbox."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    RUNNING = "running"
    PAUSED = "paused"
    FINISHED = "finished"
    CANCELLED = "cancelled"


_S = CampaignState
ALLOWED: Mapping[CampaignState, frozenset[CampaignState]] = MappingProxyType(
    {
        _S.DRAFT: frozenset({_S.SCHEDULED, _S.RUNNING, _S.FINISHED}),
        _S.SCHEDULED: frozenset({_S.DRAFT, _S.RUNNING, _S.FINISHED, _S.CANCELLED}),
        _S.RUNNING: frozenset({_S.PAUSED, _S.FINISHED, _S.CANCELLED}),
        _S.PAUSED: frozenset({_S.RUNNING, _S.FINISHED, _S.CANCELLED}),
        # Only to send once more what the network refused.
        _S.FINISHED: frozenset({_S.RUNNING}),
        _S.CANCELLED: frozenset(),
    }
)


class StateReason(StrEnum):
    """Why a campaign is in its state, where the state alone does not say."""

    BY_HAND = "by_hand"
    NO_RECIPIENTS = "no_recipients"
    CONTENT_REFUSED = "content_refused"
    ERROR_RATE = "error_rate"
    OPT_OUT_RATE = "opt_out_rate"
    DEVICES_RESTRICTED = "devices_restricted"
    RESTORED = "restored"


@dataclass(frozen=True, slots=True)
class AudienceRule:
    """Which leads a campaign is for; an empty tuple does not restrict."""

    niches: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    device_ids: tuple[UUID, ...] = ()
    include_unknown_consent: bool = False


@dataclass(frozen=True, slots=True)
class CampaignDraft:
    """What people write of a campaign; None as a gap means the workspace's, None as a start means at launch."""

    name: str
    body: str
    media_id: UUID | None
    audience: AudienceRule
    starts_at: datetime | None
    gap_min_s: float | None
    gap_max_s: float | None


@dataclass(frozen=True, slots=True)
class Campaign:
    """A campaign as stored."""

    workspace_id: UUID
    id: UUID
    draft: CampaignDraft
    state: CampaignState
    state_reason: str | None
    state_facts: Mapping[str, int]
    state_since: datetime
    content_id: UUID | None
    override_by: UUID | None
    version: int
    created_by: UUID | None
    updated_by: UUID | None
    created_at: datetime
    updated_at: datetime
    launched_at: datetime | None
    finished_at: datetime | None
    finish_estimate_s: float | None


@dataclass(frozen=True, slots=True)
class Lately:
    """What became of the messages of a campaign that went out last, as far as they have an outcome."""

    settled: int
    failed: int
    unknown: int
    opted_out: int


@dataclass(frozen=True, slots=True)
class Numbers:
    """The devices a campaign has still to send on, and how many of them WhatsApp keeps from it."""

    devices: int
    restricted: int


@dataclass(frozen=True, slots=True)
class Limits:
    """How many of a hundred may fail, or want no more, before a campaign pauses; None for any."""

    errors_percent: int | None
    opt_outs_percent: int | None


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a campaign pauses by itself, with the figures that say so."""

    reason: StateReason
    facts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Load:
    """How many recipients one device has to reach."""

    device_id: UUID
    recipients: int


@dataclass(frozen=True, slots=True)
class Estimate:
    """When sending will be over, per device and for the whole campaign; None where nothing can be sent."""

    finish_at: datetime | None
    per_device: Mapping[UUID, datetime]
