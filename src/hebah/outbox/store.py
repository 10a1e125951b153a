"""Runs the outbox's statements inside a given transaction and turns what they return into facts."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar
from uuid import UUID

import msgspec

from hebah.foundation.postgres import Connection, Record, Transaction, load_queries
from hebah.messaging.said import ByHand
from hebah.messaging.status import Delivery, has_reached
from hebah.messaging.template import parse_template
from hebah.outbox.model import (
    AskedLane,
    Audience,
    AudienceCount,
    Consent,
    DeviceEpoch,
    Dispatch,
    Moved,
    OutboxState,
    Pace,
    Policy,
    Receipt,
    Reply,
    Settlement,
    Stream,
    StreamState,
)
from hebah.outbox.rules import Barred, Candidate, Content, Hold, Never, Recipient, Said

QUERIES = load_queries("hebah.outbox")

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Worded:
    """A candidate with the words it will carry and the wire id it gets unless it has one."""

    candidate: Candidate
    media_id: UUID | None
    body: str
    wire_id: str


@dataclass(frozen=True, slots=True)
class Touched:
    """A row that changed, as much as an event needs to know."""

    workspace_id: UUID
    outbox_id: UUID
    campaign_id: UUID | None


async def candidates(
    tx: Transaction, owner: UUID, lanes: Sequence[AskedLane], now: datetime
) -> dict[UUID, list[Candidate]]:
    """The first due rows by device; the devices stay locked until the transaction ends."""
    rows = await QUERIES.claim_candidates(
        tx,
        owner=owner,
        now=now,
        workspace_ids=[lane.device.workspace_id for lane in lanes],
        device_ids=[lane.device.device_id for lane in lanes],
        epochs=[lane.device.epoch for lane in lanes],
        depths=[lane.depth for lane in lanes],
    )
    policies = await _policies(tx, {row["workspace_id"] for row in rows})
    streams: dict[UUID, Stream] = {}
    found: dict[UUID, list[Candidate]] = {}
    for row in rows:
        stream = streams.get(row["stream_id"])
        if stream is None:
            stream = streams[row["stream_id"]] = _stream(row, row["stream_id"], StreamState.OPEN)
        found.setdefault(row["device_id"], []).append(_candidate(row, stream, policies[row["workspace_id"]]))
    return found


async def contents(tx: Transaction, chosen: Sequence[Candidate]) -> dict[UUID, Content]:
    """The words behind the chosen rows."""
    keys = list({(one.device.workspace_id, one.content_id) for one in chosen if one.content_id is not None})
    if not keys:
        return {}
    rows = await QUERIES.contents(tx, workspace_ids=[key[0] for key in keys], ids=[key[1] for key in keys])
    return {row["id"]: Content(row["id"], parse_template(row["body"], None), row["media_id"]) for row in rows}


async def dispatch(tx: Transaction, owner: UUID, worded: Sequence[Worded], now: datetime) -> list[Dispatch]:
    """Move the rows that nothing forbids meanwhile; only those returned may be sent."""
    rows = await QUERIES.dispatch(
        tx,
        owner=owner,
        now=now,
        workspace_ids=[one.candidate.device.workspace_id for one in worded],
        ids=[one.candidate.outbox_id for one in worded],
        device_ids=[one.candidate.device.device_id for one in worded],
        epochs=[one.candidate.device.epoch for one in worded],
        wire_ids=[one.wire_id for one in worded],
        addresses=[one.candidate.address for one in worded],
        bodies=[one.body for one in worded],
    )
    by_id = {one.candidate.outbox_id: one for one in worded}
    return [_dispatch(by_id[row["id"]], row["wire_id"], row["attempt"], now) for row in rows]


async def hold_rows(tx: Transaction, holds: Sequence[tuple[Candidate, Hold]]) -> int:
    """Move rows back in the queue; returns how many were moved."""
    if not holds:
        return 0
    held: int = await QUERIES.hold_rows(
        tx,
        workspace_ids=[candidate.device.workspace_id for candidate, _ in holds],
        ids=[candidate.outbox_id for candidate, _ in holds],
        untils=[hold.until for _, hold in holds],
        reasons=[hold.reason for _, hold in holds],
    )
    return held


async def end_rows(tx: Transaction, nevers: Sequence[tuple[Candidate, Never]], now: datetime) -> int:
    """End rows that will never go out; returns how many ended."""
    if not nevers:
        return 0
    ended: int = await QUERIES.end_rows(
        tx,
        now=now,
        workspace_ids=[candidate.device.workspace_id for candidate, _ in nevers],
        ids=[candidate.outbox_id for candidate, _ in nevers],
        states=[never.state for _, never in nevers],
        codes=[never.code for _, never in nevers],
    )
    return ended


async def hold_devices(tx: Transaction, holds: Sequence[tuple[DeviceEpoch, Hold]]) -> list[tuple[UUID, UUID]]:
    """Write why devices wait; returns (workspace, device) of those for which it is news."""
    if not holds:
        return []
    rows = await QUERIES.hold_devices(
        tx,
        workspace_ids=[device.workspace_id for device, _ in holds],
        device_ids=[device.device_id for device, _ in holds],
        epochs=[device.epoch for device, _ in holds],
        reasons=[hold.reason for _, hold in holds],
        untils=[hold.until for _, hold in holds],
    )
    return [(row["workspace_id"], row["id"]) for row in rows]


async def settle(
    tx: Transaction, settlements: Sequence[Settlement], retry_at: Callable[[Settlement], datetime | None], now: datetime
) -> tuple[list[tuple[Touched, OutboxState]], list[tuple[UUID, UUID]]]:
    """Write outcomes; returns the rows that moved, and which (workspace, row) have ended with words not to be kept."""
    rows = await QUERIES.settle(
        tx,
        now=now,
        **_keys(settlements),
        states=[one.to for one in settlements],
        codes=[one.code for one in settlements],
        accepted_ats=[one.accepted_at for one in settlements],
        not_befores=[retry_at(one) for one in settlements],
    )
    moved = list(zip(touched(rows), (OutboxState(row["state"]) for row in rows), strict=True))
    return moved, [(row["workspace_id"], row["id"]) for row in rows if row["is_to_forget"]]


async def states_of(tx: Transaction, settlements: Sequence[Settlement]) -> dict[UUID, OutboxState]:
    """Where rows stand whose device is still held by whoever dispatched them."""
    rows = await QUERIES.states_of(tx, **_keys(settlements))
    return {row["id"]: OutboxState(row["state"]) for row in rows}


async def take_over(tx: Transaction, devices: Sequence[DeviceEpoch], now: datetime) -> list[Dispatch]:
    """Rows of former owners that are in doubt from now on."""
    rows = await QUERIES.take_over(
        tx,
        now=now,
        workspace_ids=[device.workspace_id for device in devices],
        device_ids=[device.device_id for device in devices],
        epochs=[device.epoch for device in devices],
    )
    return [
        Dispatch(
            device=DeviceEpoch(row["workspace_id"], row["device_id"], row["epoch"]),
            outbox_id=row["id"],
            contact_id=row["contact_id"],
            campaign_id=row["campaign_id"],
            wire_id=row["wire_id"],
            to=row["chat_address"],
            body=row["body"] or "",
            media_id=row["media_id"],
            dispatched_at=row["dispatched_at"],
            attempt=row["attempt"],
            said=_by_hand(row),
        )
        for row in rows
    ]


async def record_receipts(tx: Transaction, receipts: Sequence[Receipt], now: datetime) -> list[Moved]:
    """Write the furthest of what is known per message; returns the rows that moved."""
    news = _furthest(receipts)
    rows = await QUERIES.record_receipts(
        tx,
        now=now,
        workspace_ids=[key[0] for key in news],
        device_ids=[key[1] for key in news],
        wire_ids=[key[2] for key in news],
        states=[max(known, key=list(Delivery).index) for known in news.values()],
        accepted_ats=[known_since(known, Delivery.ACCEPTED) for known in news.values()],
        delivered_ats=[known_since(known, Delivery.DELIVERED) for known in news.values()],
        read_ats=[known_since(known, Delivery.READ) for known in news.values()],
    )
    return [
        Moved(
            workspace_id=row["workspace_id"],
            outbox_id=row["id"],
            device_id=row["device_id"],
            campaign_id=row["campaign_id"],
            contact_id=row["contact_id"],
            wire_id=row["wire_id"],
            state=OutboxState(row["state"]),
        )
        for row in rows
    ]


def known_since(known: dict[Delivery, datetime], step: Delivery) -> datetime | None:
    """When a step was first implied: what was read at noon had been delivered by then."""
    return min((at for kind, at in known.items() if has_reached(kind, step)), default=None)


async def mark_answered(tx: Transaction, replies: Sequence[Reply], opt_outs: Sequence[Reply]) -> list[Touched]:
    """Note of the newest message to each of these people when they answered it, and when by asking to hear no more."""
    given = [*replies, *opt_outs]
    rows = await QUERIES.mark_answered(
        tx,
        workspace_ids=[reply.workspace_id for reply in given],
        device_ids=[reply.device_id for reply in given],
        contact_ids=[reply.contact_id for reply in given],
        ats=[reply.at for reply in given],
        stopped_ats=[*[None for _ in replies], *[reply.at for reply in opt_outs]],
    )
    return touched(rows)


async def suppress_queued(
    tx: Transaction, contacts: Sequence[tuple[UUID, UUID]], code: str, now: datetime
) -> list[Touched]:
    """End the queued rows of these people (workspace, contact)."""
    rows = await QUERIES.suppress_queued(
        tx, workspace_ids=[one[0] for one in contacts], contact_ids=[one[1] for one in contacts], code=code, now=now
    )
    return touched(rows)


async def give_back(
    tx: Transaction, owner: UUID, devices: Sequence[DeviceEpoch], known: Sequence[UUID]
) -> list[Touched]:
    """Queue again what was committed as dispatching without its gateway learning of it."""
    rows = await QUERIES.give_back(
        tx,
        owner=owner,
        known=list(known),
        workspace_ids=[device.workspace_id for device in devices],
        device_ids=[device.device_id for device in devices],
        epochs=[device.epoch for device in devices],
    )
    return touched(rows)


def touched(rows: Iterable[Record]) -> list[Touched]:
    """Rows that an UPDATE returned."""
    return [Touched(row["workspace_id"], row["id"], row["campaign_id"]) for row in rows]


def audience_counts(rows: Iterable[Record]) -> list[AudienceCount]:
    """Counts by device and code."""
    return [AudienceCount(row["device_id"], row["code"], row["count"]) for row in rows]


async def count_audience(connection: Connection, audience: Audience) -> list[AudienceCount]:
    """What a launch would store."""
    return audience_counts(
        await QUERIES.count_audience(
            connection,
            workspace_id=audience.workspace_id,
            niches=list(audience.niches),
            statuses=list(audience.statuses),
            device_ids=list(audience.device_ids),
            include_unknown_consent=audience.include_unknown_consent,
        )
    )


async def find_stream(connection: Connection, workspace_id: UUID, stream_id: UUID) -> Stream | None:
    """The stream as it stands."""
    row = await QUERIES.find_stream(connection, workspace_id=workspace_id, id=stream_id)
    return None if row is None else _stream(row, row["id"], StreamState(row["state"]))


async def _policies(tx: Transaction, workspace_ids: set[UUID]) -> dict[UUID, Policy]:
    if not workspace_ids:
        return {}
    return {
        row["id"]: Policy(
            quiet_on=row["quiet_on"],
            quiet_from=row["quiet_from"],
            quiet_until=row["quiet_until"],
            hourly_cap=row["hourly_cap"],
            daily_cap=row["daily_cap"],
            zone=row["zone"],
        )
        for row in await QUERIES.policies(tx, ids=list(workspace_ids))
    }


def _candidate(row: Record, stream: Stream, policy: Policy) -> Candidate:
    return Candidate(
        outbox_id=row["id"],
        device=DeviceEpoch(row["workspace_id"], row["device_id"], row["epoch"]),
        stream=stream,
        campaign_id=row["campaign_id"],
        content_id=row["content_id"],
        not_before=row["not_before"],
        variables=row["variables"],
        seed=row["seed"],
        recipient=Recipient(
            contact_id=row["contact_id"],
            exists=row["contact_exists"],
            phone=row["phone"],
            zone=row["zone"],
            language=row["language"],
            consent=Consent(row["consent"] or Consent.UNKNOWN),
            suppressed=row["suppressed"] is True,
            chat_in_doubt=row["chat_in_doubt"] is True,
        ),
        policy=policy,
        said=None if (words := _by_hand(row)) is None else Said(words, row["chat_address"], row["media_id"]),
        barred=Barred(row["state_until"]) if row["is_barred"] else None,
    )


def _by_hand(row: Record) -> ByHand | None:
    return None if row["said"] is None else msgspec.convert(row["said"], ByHand)


def _stream(row: Record, stream_id: UUID, state: StreamState) -> Stream:
    return Stream(
        workspace_id=row["workspace_id"],
        id=stream_id,
        state=state,
        pace=Pace(row["gap_min_s"], row["gap_max_s"]),
        priority=row["priority"],
        consent_override=row["consent_override"],
        expires_at=row["expires_at"],
    )


def _dispatch(worded: Worded, wire_id: str, attempt: int, now: datetime) -> Dispatch:
    candidate = worded.candidate
    return Dispatch(
        device=candidate.device,
        outbox_id=candidate.outbox_id,
        contact_id=candidate.recipient.contact_id,
        campaign_id=candidate.campaign_id,
        wire_id=wire_id,
        to=candidate.address,
        body=worded.body,
        media_id=worded.media_id,
        dispatched_at=now,
        attempt=attempt,
        said=None if candidate.said is None else candidate.said.words,
    )


def _keys(settlements: Sequence[Settlement]) -> dict[str, list[UUID] | list[int]]:
    return {
        "workspace_ids": [one.dispatch.device.workspace_id for one in settlements],
        "ids": [one.dispatch.outbox_id for one in settlements],
        "device_ids": [one.dispatch.device.device_id for one in settlements],
        "epochs": [one.dispatch.device.epoch for one in settlements],
    }


def _furthest(receipts: Sequence[Receipt]) -> dict[tuple[UUID, UUID, str], dict[Delivery, datetime]]:
    """The first instant of each kind by message: one UPDATE takes only one row per message."""
    news: dict[tuple[UUID, UUID, str], dict[Delivery, datetime]] = {}
    for receipt in receipts:
        for wire_id in receipt.wire_ids:
            known = news.setdefault((receipt.workspace_id, receipt.device_id, wire_id), {})
            known[receipt.kind] = min(receipt.at, known.get(receipt.kind, receipt.at))
    return news
