"""Campaign rows in and out of PostgreSQL."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from uuid import UUID

from hebah.campaigns.model import (
    AudienceRule,
    Campaign,
    CampaignDraft,
    CampaignState,
    Lately,
    Limits,
    Numbers,
)
from hebah.foundation.postgres import Connection, Record, Transaction, load_queries

QUERIES = load_queries("hebah.campaigns")


@dataclass(frozen=True, slots=True)
class StateChange:
    """A new state and what becomes known with it."""

    state: CampaignState
    reason: str | None
    at: datetime
    launched_at: datetime | None = None
    launched_by: UUID | None = None
    content_id: UUID | None = None
    finish_estimate_s: float | None = None
    facts: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Written:
    """Who wrote a draft, and who answers for contacts without recorded consent."""

    by: UUID
    at: datetime
    override_by: UUID | None


async def add(
    tx: Transaction, workspace_id: UUID, campaign_id: UUID, draft: CampaignDraft, written: Written
) -> Campaign:
    """Store a new draft."""
    return _campaign(
        await QUERIES.add_campaign(
            tx,
            workspace_id=workspace_id,
            id=campaign_id,
            created_by=written.by,
            override_by=written.override_by,
            at=written.at,
            **_columns(draft),
        )
    )


async def edit(
    tx: Transaction, campaign: Campaign, draft: CampaignDraft, version: int, written: Written
) -> Campaign | None:
    """Replace the draft; None when it is no longer a draft of that version."""
    row = await QUERIES.edit_campaign(
        tx,
        workspace_id=campaign.workspace_id,
        id=campaign.id,
        version=version,
        updated_by=written.by,
        override_by=written.override_by,
        at=written.at,
        **_columns(draft),
    )
    return None if row is None else _campaign(row)


async def find(db: Connection, workspace_id: UUID, campaign_id: UUID) -> Campaign | None:
    """The campaign, or None when this workspace has no such one."""
    row = await QUERIES.find_campaign(db, workspace_id=workspace_id, id=campaign_id)
    return None if row is None else _campaign(row)


async def lock(tx: Transaction, workspace_id: UUID, campaign_id: UUID) -> Campaign | None:
    """The campaign, ours to change until the transaction ends."""
    row = await QUERIES.lock_campaign(tx, workspace_id=workspace_id, id=campaign_id)
    return None if row is None else _campaign(row)


async def set_state(tx: Transaction, campaign: Campaign, change: StateChange) -> Campaign:
    """Store a change of state."""
    row = await QUERIES.set_state(
        tx,
        workspace_id=campaign.workspace_id,
        id=campaign.id,
        state=change.state.value,
        reason=change.reason,
        facts=dict(change.facts),
        at=change.at,
        launched_at=change.launched_at,
        launched_by=change.launched_by,
        content_id=change.content_id,
        finish_estimate_s=change.finish_estimate_s,
    )
    return _campaign(row)


async def set_pace(
    tx: Transaction, campaign: Campaign, gap: tuple[float, float], finish_estimate_s: float | None
) -> Campaign:
    """Store the gap a campaign goes on with, and the new forecast, in seconds from its launch."""
    row = await QUERIES.set_pace(
        tx,
        workspace_id=campaign.workspace_id,
        id=campaign.id,
        gap_min_s=gap[0],
        gap_max_s=gap[1],
        finish_estimate_s=finish_estimate_s,
    )
    return _campaign(row)


async def delete(tx: Transaction, workspace_id: UUID, campaign_id: UUID) -> bool:
    """Delete a campaign that never had a recipient; False when it is not such a one."""
    return bool(await QUERIES.delete_campaign(tx, workspace_id=workspace_id, id=campaign_id))


@dataclass(frozen=True, slots=True)
class CampaignFilter:
    """Which campaigns a list shows; None does not restrict. `words` are part of a name."""

    workspace_id: UUID
    state: str | None = None
    reason: str | None = None
    words: str | None = None


async def list_page(
    db: Connection, wanted: CampaignFilter, limit: int, before: tuple[datetime, UUID] | None = None
) -> list[Campaign]:
    """Up to `limit + 1` campaigns, newest first."""
    rows = await QUERIES.list_campaigns(
        db,
        **asdict(wanted),
        before_at=before[0] if before else None,
        before_id=before[1] if before else None,
        limit=limit,
    )
    return [_campaign(row) for row in rows]


async def list_between(
    db: Connection, workspace_id: UUID, span: tuple[datetime, datetime], limit: int
) -> list[Campaign]:
    """Campaigns that began, or are to begin, from the first instant until before the second; the earliest first."""
    rows = await QUERIES.list_between(db, workspace_id=workspace_id, since=span[0], until=span[1], limit=limit)
    return [_campaign(row) for row in rows]


async def list_due(tx: Transaction, now: datetime) -> list[tuple[UUID, UUID]]:
    """Workspace and id of scheduled campaigns whose time has come, locked."""
    return [(row["workspace_id"], row["id"]) for row in await QUERIES.list_due(tx, now=now)]


async def list_exhausted(tx: Transaction) -> list[tuple[UUID, UUID]]:
    """Workspace and id of running or paused campaigns without open recipients, locked."""
    return [(row["workspace_id"], row["id"]) for row in await QUERIES.list_exhausted(tx)]


@dataclass(frozen=True, slots=True)
class Watched:
    """A running campaign as the watch over its failures sees it."""

    workspace_id: UUID
    campaign_id: UUID
    limits: Limits
    lately: Lately
    numbers: Numbers


async def list_watched(tx: Transaction, window: int) -> list[Watched]:
    """Running campaigns that sent something, or of which a number was restricted, since they run."""
    return [
        Watched(
            row["workspace_id"],
            row["id"],
            Limits(row["pause_errors_percent"], row["pause_opt_outs_percent"]),
            Lately(row["settled"], row["failed"], row["unknown"], row["opted_out"]),
            Numbers(row["devices"], row["restricted"]),
        )
        for row in await QUERIES.list_watched(tx, window=window)
    ]


async def names_of_users(db: Connection, workspace_id: UUID, ids: list[UUID]) -> dict[UUID, str]:
    """Names by user id."""
    return {row["id"]: row["name"] for row in await QUERIES.names_of_users(db, workspace_id=workspace_id, ids=ids)}


def _columns(draft: CampaignDraft) -> dict[str, object]:
    return {
        "name": draft.name.strip(),
        "body": draft.body,
        "media_id": draft.media_id,
        "niches": list(draft.audience.niches),
        "statuses": list(draft.audience.statuses),
        "device_ids": list(draft.audience.device_ids),
        "include_unknown_consent": draft.audience.include_unknown_consent,
        "starts_at": draft.starts_at,
        "gap_min_s": draft.gap_min_s,
        "gap_max_s": draft.gap_max_s,
    }


def _campaign(row: Record) -> Campaign:
    return Campaign(
        workspace_id=row["workspace_id"],
        id=row["id"],
        draft=_draft(row),
        state=CampaignState(row["state"]),
        state_reason=row["state_reason"],
        state_facts=row["state_facts"],
        state_since=row["state_since"],
        content_id=row["content_id"],
        override_by=row["override_by"],
        version=row["version"],
        created_by=row["created_by"],
        updated_by=row["updated_by"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
        launched_at=row["launched_at"],
        finished_at=row["finished_at"],
        finish_estimate_s=row["finish_estimate_s"],
    )


def _draft(row: Record) -> CampaignDraft:
    return CampaignDraft(
        name=row["name"],
        body=row["body"],
        media_id=row["media_id"],
        audience=AudienceRule(
            niches=tuple(row["niches"]),
            statuses=tuple(row["statuses"]),
            device_ids=tuple(row["device_ids"]),
            include_unknown_consent=row["include_unknown_consent"],
        ),
        starts_at=row["starts_at"],
        gap_min_s=row["gap_min_s"],
        gap_max_s=row["gap_max_s"],
    )
