"""What screens, reports and gateways ask of the outbox; every figure comes from the rows themselves."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from hebah.access.model import Settings
from hebah.foundation.postgres import Connection, Record, load_queries
from hebah.messaging.rendering import InvalidTemplate
from hebah.messaging.template import TemplateRefused, parse_template
from hebah.outbox import rules, store
from hebah.outbox.model import (
    Audience,
    AudienceCount,
    AudienceSample,
    DeviceEpoch,
    Groups,
    OutboxState,
    Policy,
    SendHistory,
    Stream,
)

QUERIES = load_queries("hebah.outbox", "reads.sql")

_LONGEST_HISTORY = 100


@dataclass(frozen=True, slots=True)
class TallyLine:
    """How many recipients share a device, a state and a code, and how many of them did what."""

    device_id: UUID | None
    state: OutboxState
    code: str | None
    count: int
    delivered: int
    read: int
    replied: int
    opted_out: int


@dataclass(frozen=True, slots=True)
class RecipientFilter:
    """Which recipients of a campaign; empty or None does not restrict. `q` is part of a name or number."""

    workspace_id: UUID
    campaign_id: UUID
    states: tuple[str, ...] = ()
    device_id: UUID | None = None
    code: str | None = None
    q: str | None = None


@dataclass(frozen=True, slots=True)
class RecipientLine:
    """One recipient as the report lists it."""

    id: UUID
    contact_id: UUID
    name: str
    phone: str
    device_id: UUID | None
    device_name: str | None
    state: OutboxState
    code: str | None
    hold: str | None
    not_before: datetime
    dispatched_at: datetime | None
    accepted_at: datetime | None
    delivered_at: datetime | None
    read_at: datetime | None
    replied_at: datetime | None
    opted_out_at: datetime | None
    body: str | None


@dataclass(frozen=True, slots=True)
class HoldLine:
    """How many rows wait for the same reason; the first of them may go at `until`, None when nobody knows."""

    reason: str
    count: int
    until: datetime | None


@dataclass(frozen=True, slots=True)
class LogLine:
    """Something that happened to a recipient."""

    at: datetime
    device_id: UUID
    device_name: str
    contact_name: str
    state: OutboxState
    code: str | None
    recipient_id: UUID


@dataclass(frozen=True, slots=True)
class SendCounts:
    """What a device dispatched in the last hour and day."""

    hour: int
    day: int


@dataclass(frozen=True, slots=True)
class Recent:
    """What a device has sent of late, as far as gap and caps count it."""

    device_id: UUID
    last_sent_at: datetime | None
    sent: SendHistory


@dataclass(frozen=True, slots=True)
class DayCounts:
    """What was dispatched in a span of time, and what has become of that so far."""

    sent: int
    delivered: int
    read: int
    replied: int
    opted_out: int
    failed: int


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """What one campaign brought a person."""

    campaign_id: UUID
    state: OutboxState
    code: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class BrokenCount:
    """A campaign whose rows do not add up: a fault of ours, never of the network."""

    campaign_id: UUID
    recipients: int
    stateless: int
    without_reason: int
    without_wire_id: int


def policy_of(settings: Settings) -> Policy:
    """The protection that a workspace's settings ask for."""
    return Policy(
        quiet_on=settings.quiet_on,
        quiet_from=settings.quiet_from,
        quiet_until=settings.quiet_until,
        hourly_cap=settings.hourly_cap,
        daily_cap=settings.daily_cap,
        zone=settings.zone,
    )


def opening(policy: Policy) -> Callable[[datetime], datetime]:
    """The first instant from a given one on at which quiet hours allow a send to somebody in the workspace's zone."""
    return lambda instant: rules.quiet_until(policy, (policy.zone,), instant) or instant


def rendered(body: str, sample: AudienceSample, policy: Policy, at: datetime) -> str:
    """What this person would read, by the very function that words a dispatch. Raises InvalidTemplate."""
    template = parse_template(body, None)
    if isinstance(template, TemplateRefused):
        raise InvalidTemplate(template.problems)
    reader = rules.Reader(sample.phone, sample.zone, sample.language, sample.variables, sample.seed)
    return rules.words_for(reader, template, policy.zone, at)


def may_retry(state: str, code: str | None) -> bool:
    """Whether a row that stands so may go once more: after a refusal that may have passed, never when in doubt."""
    return state == OutboxState.FAILED and rules.may_retry(code)


async def count_audience(connection: Connection, audience: Audience) -> list[AudienceCount]:
    """What a launch would store, by device and code."""
    return await store.count_audience(connection, audience)


async def sample_audience(connection: Connection, audience: Audience, limit: int) -> list[AudienceSample]:
    """Some whom a launch would reach."""
    rows = await QUERIES.sample_audience(
        connection,
        workspace_id=audience.workspace_id,
        campaign_id=audience.campaign_id,
        niches=list(audience.niches),
        statuses=list(audience.statuses),
        device_ids=list(audience.device_ids),
        include_unknown_consent=audience.include_unknown_consent,
        limit=limit,
    )
    return [AudienceSample(**row) for row in rows]


async def stream_of(connection: Connection, workspace_id: UUID, stream_id: UUID) -> Stream | None:
    """The stream of a campaign as it stands."""
    return await store.find_stream(connection, workspace_id, stream_id)


async def recent_dispatches(connection: Connection, devices: Sequence[DeviceEpoch], now: datetime) -> list[Recent]:
    """What gap and caps need to know of devices that a gateway begins to send for."""
    rows = await QUERIES.recent_dispatches(connection, since=now - rules.DAY, **_keys(devices))
    return [
        Recent(row["device_id"], row["last_sent_at"], SendHistory(row["instants"], row["capacity"])) for row in rows
    ]


async def upcoming(connection: Connection, owner: UUID, devices: Sequence[DeviceEpoch]) -> dict[UUID, datetime]:
    """When each device of this gateway has something to send next; devices without anything are left out."""
    rows = await store.QUERIES.upcoming(connection, owner=owner, **_keys(devices))
    return {row["device_id"]: row["due"] for row in rows}


async def tally(connection: Connection, workspace_id: UUID, campaign_id: UUID) -> list[TallyLine]:
    """Everything a report adds up."""
    rows = await QUERIES.tally(connection, workspace_id=workspace_id, campaign_id=campaign_id)
    return [TallyLine(**{**row, "state": OutboxState(row["state"])}) for row in rows]


async def groups_of(connection: Connection, workspace_id: UUID, campaign_ids: Sequence[UUID]) -> dict[UUID, Groups]:
    """How the recipients of each campaign fare; campaigns without recipients are left out."""
    rows = await QUERIES.states_by_campaign(connection, workspace_id=workspace_id, campaign_ids=list(campaign_ids))
    counts: dict[UUID, list[tuple[OutboxState, int]]] = {}
    for row in rows:
        counts.setdefault(row["campaign_id"], []).append((OutboxState(row["state"]), row["count"]))
    return {campaign_id: Groups.of(states) for campaign_id, states in counts.items()}


async def open_rows(connection: Connection, workspace_id: UUID, campaign_ids: Sequence[UUID]) -> dict[UUID, int]:
    """How many recipients of each campaign have their outcome still to come; campaigns without are left out."""
    rows = await QUERIES.open_rows(connection, workspace_id=workspace_id, campaign_ids=list(campaign_ids))
    return {row["campaign_id"]: row["count"] for row in rows}


async def recipients_page(
    connection: Connection, asked: RecipientFilter, *, after: UUID | None, limit: int
) -> list[RecipientLine]:
    """Recipients in the order of their ids, beginning behind `after`."""
    q = asked.q.strip() if asked.q else None
    rows = await QUERIES.recipients_page(
        connection,
        workspace_id=asked.workspace_id,
        campaign_id=asked.campaign_id,
        after=after,
        states=list(asked.states),
        device_id=asked.device_id,
        code=asked.code,
        q=q or None,
        digits="".join(filter(str.isdecimal, q or "")),
        limit=limit,
    )
    return [RecipientLine(**{**row, "state": OutboxState(row["state"])}) for row in rows]


async def holds(connection: Connection, workspace_id: UUID, campaign_id: UUID, now: datetime) -> list[HoldLine]:
    """Why rows of a campaign wait beyond now."""
    rows = await QUERIES.holds(connection, workspace_id=workspace_id, campaign_id=campaign_id, now=now)
    return [HoldLine(**row) for row in rows]


async def newest_log(connection: Connection, workspace_id: UUID, campaign_id: UUID, limit: int = 50) -> list[LogLine]:
    """What happened last to recipients of a campaign."""
    rows = await QUERIES.newest_log(connection, workspace_id=workspace_id, campaign_id=campaign_id, limit=limit)
    return [
        LogLine(
            at=row["at"],
            device_id=row["device_id"],
            device_name=row["device_name"],
            contact_name=row["contact_name"],
            state=OutboxState(row["state"]),
            code=row["code"],
            recipient_id=row["id"],
        )
        for row in rows
    ]


async def sends_of_devices(
    connection: Connection, workspace_id: UUID, device_ids: Sequence[UUID], now: datetime
) -> dict[UUID, SendCounts]:
    """How much of its caps each device has used."""
    rows = await QUERIES.sends_of_devices(
        connection,
        workspace_id=workspace_id,
        device_ids=list(device_ids),
        hour_ago=now - rules.HOUR,
        day_ago=now - rules.DAY,
    )
    none: Mapping[UUID, SendCounts] = dict.fromkeys(device_ids, SendCounts(0, 0))
    return {**none, **{row["device_id"]: SendCounts(row["hour"], row["day"]) for row in rows}}


async def queued_of_devices(connection: Connection, workspace_id: UUID, device_ids: Sequence[UUID]) -> dict[UUID, int]:
    """What each device has before it."""
    rows = await QUERIES.queued_of_devices(connection, workspace_id=workspace_id, device_ids=list(device_ids))
    return {**dict.fromkeys(device_ids, 0), **{row["device_id"]: row["count"] for row in rows}}


async def next_of_devices(connection: Connection, workspace_id: UUID, campaign_id: UUID) -> dict[UUID, datetime]:
    """When each device of a campaign may send its next row at the earliest."""
    rows = await QUERIES.next_of_devices(connection, workspace_id=workspace_id, campaign_id=campaign_id)
    return {row["device_id"]: row["due"] for row in rows}


async def counts_between(
    connection: Connection,
    workspace_id: UUID,
    since: datetime,
    until: datetime,
    device_ids: Collection[UUID] | None = None,
) -> DayCounts:
    """What was sent in a span of time, such as a day of the workspace's zone, by these devices or by all."""
    row: Record = await QUERIES.counts_between(
        connection,
        workspace_id=workspace_id,
        since=since,
        until=until,
        device_ids=None if device_ids is None else list(device_ids),
    )
    return DayCounts(**row)


async def contact_history(connection: Connection, workspace_id: UUID, contact_id: UUID) -> list[HistoryLine]:
    """What campaigns brought this person, newest first."""
    rows = await QUERIES.contact_history(
        connection, workspace_id=workspace_id, contact_id=contact_id, limit=_LONGEST_HISTORY
    )
    return [HistoryLine(**{**row, "state": OutboxState(row["state"])}) for row in rows]


async def broken_conservation(connection: Connection, workspace_id: UUID) -> list[BrokenCount]:
    """Campaigns whose recipients are not each in one group with a reason; always empty unless we are at fault."""
    rows = await QUERIES.broken_conservation(connection, workspace_id=workspace_id)
    return [
        BrokenCount(
            row["campaign_id"], row["recipients"], row["stateless"], row["without_reason"], row["without_wire_id"]
        )
        for row in rows
    ]


def _keys(devices: Sequence[DeviceEpoch]) -> dict[str, list[UUID]]:
    return {
        "workspace_ids": [device.workspace_id for device in devices],
        "device_ids": [device.device_id for device in devices],
    }


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of a message of ours; `sent_by` is the user who said it by hand, `key` what they asked with."""

    state: OutboxState
    code: str | None
    hold: str | None
    campaign_id: UUID | None
    sent_by: str | None
    key: str | None


async def fates(connection: Connection, workspace_id: UUID, ids: Iterable[UUID]) -> dict[UUID, Fate]:
    """Of these rows, as far as they exist."""
    rows = await QUERIES.fates(connection, workspace_id=workspace_id, ids=list(ids))
    return {
        row["id"]: Fate(
            OutboxState(row["state"]),
            row["code"],
            row["hold"],
            row["campaign_id"],
            row["sent_by"],
            row["idempotency_key"],
        )
        for row in rows
    }
