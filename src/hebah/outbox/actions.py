"""What is done with outgoing messages: queue, claim, settle, believe receipts, end. The only writer of the outbox.

Every action that changes rows records `recipients_changed` for the campaigns concerned.
"""

import secrets
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from uuid import UUID

from hebah.foundation import eventlog
from hebah.foundation.crashpoints import CrashPoints
from hebah.foundation.eventlog import Event
from hebah.foundation.ids import make_id
from hebah.foundation.postgres import Database, Transaction
from hebah.messaging.template import TemplateRefused
from hebah.messaging.wireid import RANDOM_BYTES, make_wire_id
from hebah.outbox import rules, store
from hebah.outbox.keeping import forget_words
from hebah.outbox.model import (
    AskedLane,
    AudienceCount,
    Code,
    DeviceEpoch,
    Dispatch,
    Enqueue,
    Moved,
    NewStream,
    OutboxState,
    Pace,
    Receipt,
    Reply,
    Settled,
    Settlement,
    StreamState,
)
from hebah.outbox.rules import Candidate, Content, LanePlan, Never
from hebah.outbox.store import QUERIES, Touched, Worded

RECIPIENTS_CHANGED = "recipients_changed"
DEVICE_CHANGED = "device_changed"

_IDS_AN_EVENT = 500
_ROWS_A_BITE = 1000
_MANY_ROWS = 500


async def add_content(tx: Transaction, workspace_id: UUID, body: str, media_id: UUID | None, now: datetime) -> UUID:
    """Store what a launch says; it never changes afterwards."""
    content_id = make_id()
    await QUERIES.add_content(tx, workspace_id=workspace_id, id=content_id, body=body, media_id=media_id, now=now)
    return content_id


async def open_stream(tx: Transaction, stream: NewStream) -> None:
    """Let rows of this stream be claimed from the commit on."""
    await QUERIES.open_stream(
        tx,
        workspace_id=stream.workspace_id,
        id=stream.id,
        priority=stream.priority,
        gap_min_s=stream.pace.gap_min_s,
        gap_max_s=stream.pace.gap_max_s,
        consent_override=stream.consent_override,
        expires_at=stream.expires_at,
    )


async def pause_stream(tx: Transaction, workspace_id: UUID, stream_id: UUID) -> bool:
    """Hand out nothing more; what is on the wire settles. False when it was not open."""
    return await _move_stream(tx, workspace_id, stream_id, StreamState.PAUSED, (StreamState.OPEN,))


async def resume_stream(tx: Transaction, workspace_id: UUID, stream_id: UUID) -> bool:
    """Hand out again. False when it was not paused."""
    return await _move_stream(tx, workspace_id, stream_id, StreamState.OPEN, (StreamState.PAUSED,))


async def repace_stream(tx: Transaction, workspace_id: UUID, stream_id: UUID, pace: Pace) -> bool:
    """Change the gap of a stream that is not closed."""
    changed: int = await QUERIES.repace_stream(
        tx, workspace_id=workspace_id, id=stream_id, gap_min_s=pace.gap_min_s, gap_max_s=pace.gap_max_s
    )
    return changed > 0


async def close_stream(tx: Transaction, workspace_id: UUID, stream_id: UUID, code: str, now: datetime) -> int:
    """End the stream and its queued rows (`cancelled` with the code); returns how many those were."""
    await _move_stream(tx, workspace_id, stream_id, StreamState.CLOSED, (StreamState.OPEN, StreamState.PAUSED))
    ended: int = await QUERIES.end_queued_of_stream(
        tx, workspace_id=workspace_id, stream_id=stream_id, code=code, now=now
    )
    return ended


async def enqueue_campaign(tx: Transaction, enqueue: Enqueue, now: datetime) -> list[AudienceCount]:
    """Store every lead of the audience as a recipient, sendable or excluded with its code; a second time adds nothing.

    Returns the stored rows by device and code.
    """
    audience = enqueue.audience
    await QUERIES.enqueue_campaign(
        tx,
        workspace_id=audience.workspace_id,
        campaign_id=audience.campaign_id,
        niches=list(audience.niches),
        statuses=list(audience.statuses),
        device_ids=list(audience.device_ids),
        include_unknown_consent=audience.include_unknown_consent,
        content_id=enqueue.content_id,
        variables=list(enqueue.variables),
        not_before=enqueue.not_before,
        now=now,
    )
    counts = store.audience_counts(
        await QUERIES.count_enqueued(tx, workspace_id=audience.workspace_id, campaign_id=audience.campaign_id)
    )
    if sum(count.count for count in counts) >= _MANY_ROWS:
        await QUERIES.learn_rows(tx)
    return counts


@dataclass(frozen=True, slots=True)
class Claim:
    """What a gateway asks for at one instant: at most one row for each of its lanes."""

    owner: UUID
    lanes: tuple[AskedLane, ...]
    now: datetime


@dataclass(frozen=True, slots=True)
class Claimed:
    """What it got: rows to send, and what is known of the other devices. One that is nowhere here has nothing due.

    `waits` says until when gap or caps hold a device, also after what it is given now; `again` are devices to look at
    once more at once, `contended` those whose row is in somebody else's hands, `forgetful` those of which more has to
    be remembered to keep the caps.
    """

    dispatches: tuple[Dispatch, ...]
    waits: Mapping[UUID, datetime]
    again: frozenset[UUID] = frozenset()
    contended: frozenset[UUID] = frozenset()
    forgetful: frozenset[UUID] = frozenset()


async def claim(db: Database, asked: Claim, crashpoint: CrashPoints) -> Claimed:
    """Commit at most one row of each lane as `dispatching`; only the dispatches returned may be sent, once each.

    Each lane's history takes note of its dispatch.
    """
    async with db.transaction() as tx:
        found = await store.candidates(tx, asked.owner, asked.lanes, asked.now)
        offered = {lane.device.device_id: lane for lane in asked.lanes if lane.device.device_id in found}
        forgetful = frozenset(id_ for id_, lane in offered.items() if _forgets(lane, found[id_][0]))
        lanes = [lane for id_, lane in offered.items() if id_ not in forgetful]
        plans = [rules.plan_lane(found[lane.device.device_id], lane.facts, asked.now) for lane in lanes]
        outcome = await _carry_out(tx, asked, list(zip(lanes, plans, strict=True)))
        if outcome.dispatches:
            crashpoint("before_dispatch_commit")
    if outcome.dispatches:
        crashpoint("after_dispatch_commit")
    for dispatch in outcome.dispatches:
        offered[dispatch.device.device_id].facts.sent.add(asked.now)
    return replace(outcome, forgetful=forgetful)


async def give_back(db: Database, owner: UUID, devices: Sequence[DeviceEpoch], known: Sequence[UUID]) -> int:
    """After a claim whose commit was not confirmed: queue what it may have moved, all but the rows known to be out."""
    async with db.transaction() as tx:
        return await _ended(tx, await store.give_back(tx, owner, devices, known))


async def settle(tx: Transaction, settlements: Sequence[Settlement], now: datetime) -> list[Settled]:
    """Write what became of dispatches; leaves out those of a gateway that has lost the device.

    A row that a receipt has brought further stays there and is returned as it is.
    """
    for one in settlements:
        rules.advance(one.dispatch.outbox_id, OutboxState.DISPATCHING, one.to)
    moved, passing = await store.settle(tx, settlements, partial(_retry_at, now=now), now)
    await forget_words(tx, passing)
    await record(tx, [row for row, _ in moved])
    states = {row.outbox_id: state for row, state in moved}
    rest = [one for one in settlements if one.dispatch.outbox_id not in states]
    ahead = await store.states_of(tx, rest) if rest else {}
    return [
        *(Settled(outbox_id, state, moved=True) for outbox_id, state in states.items()),
        *(Settled(outbox_id, state, moved=False) for outbox_id, state in ahead.items()),
    ]


async def take_over(tx: Transaction, devices: Sequence[DeviceEpoch], now: datetime) -> list[Dispatch]:
    """Call in the transaction that raised the epochs: what former owners had on the wire becomes `unknown`.

    Returns those rows, for their chats.
    """
    lost = await store.take_over(tx, devices, now) if devices else []
    await record(tx, map(_touched, lost))
    return lost


@dataclass(frozen=True, slots=True)
class News:
    """What links told about messages of ours: how far they came, who answered, who wants to hear no more."""

    receipts: Sequence[Receipt] = ()
    replies: Sequence[Reply] = ()
    opt_outs: Sequence[Reply] = ()


async def hear(tx: Transaction, news: News, now: datetime) -> list[Moved]:
    """Believe all of it at once: the one call of a receiving transaction, before it touches chats.

    Wire ids we do not know are ignored; an opt-out ends that person's queued rows. Returns the rows receipts moved.
    """
    moved = await store.record_receipts(tx, news.receipts, now) if news.receipts else []
    touched = [Touched(row.workspace_id, row.outbox_id, row.campaign_id) for row in moved]
    if news.replies or news.opt_outs:
        touched += await store.mark_answered(tx, news.replies, news.opt_outs)
    if news.opt_outs:
        people = [(reply.workspace_id, reply.contact_id) for reply in news.opt_outs]
        touched += await store.suppress_queued(tx, people, Code.OPTED_OUT, now)
    await record(tx, touched)
    return moved


async def record_receipts(tx: Transaction, receipts: Sequence[Receipt], now: datetime) -> list[Moved]:
    """Believe evidence that messages went out, were delivered, read or played."""
    return await hear(tx, News(receipts=receipts), now)


async def suppress_contacts(
    tx: Transaction, workspace_id: UUID, contact_ids: Collection[UUID], reason: str, now: datetime
) -> int:
    """End these people's queued rows; call it in the transaction that writes the suppressions."""
    return await _ended(
        tx, await store.suppress_queued(tx, [(workspace_id, each) for each in contact_ids], reason, now)
    )


async def cancel_device(tx: Transaction, workspace_id: UUID, device_id: UUID, now: datetime) -> int:
    """End the queued rows of a device that is being deleted: no other number speaks in its place."""
    rows = await QUERIES.end_queued_of_device(tx, workspace_id=workspace_id, device_id=device_id, now=now)
    return await _ended(tx, store.touched(rows))


async def expire_unknown(db: Database, now: datetime) -> int:
    """Give up waiting for evidence about sends that have been unknown for a quarter of an hour; returns how many."""
    async with db.transaction() as tx:
        rows = await QUERIES.expire_unknown(tx, before=now - rules.UNKNOWN_FOR, limit=_ROWS_A_BITE, now=now)
        return await _ended(tx, store.touched(rows))


async def expire_queued(db: Database, now: datetime) -> int:
    """End queued rows that no claim will ever see: of streams past their time or closed, and of deleted devices."""
    async with db.transaction() as tx:
        return await _ended(tx, store.touched(await QUERIES.end_leftovers(tx, limit=_ROWS_A_BITE, now=now)))


@dataclass(frozen=True, slots=True)
class _SetAside:
    touched: tuple[Touched, ...]
    all_moved: bool


async def _move_stream(
    tx: Transaction, workspace_id: UUID, stream_id: UUID, to: StreamState, sources: tuple[StreamState, ...]
) -> bool:
    moved: int = await QUERIES.move_stream(tx, workspace_id=workspace_id, id=stream_id, to=to, sources=list(sources))
    return moved > 0


def _forgets(lane: AskedLane, candidate: Candidate) -> bool:
    return rules.capacity_for(candidate.policy) > lane.facts.sent.capacity


async def _carry_out(tx: Transaction, asked: Claim, planned: Sequence[tuple[AskedLane, LanePlan]]) -> Claimed:
    """Dispatch, hold and end as planned, and record it."""
    plans = [plan for _, plan in planned]
    worded, refused = await _worded(tx, [plan.send for plan in plans if plan.send is not None], asked.now)
    dispatches = await store.dispatch(tx, asked.owner, worded, asked.now) if worded else []
    aside = await _set_aside(tx, plans, refused, asked.now)
    device_events = await _hold_devices(tx, planned)
    await record(tx, [*map(_touched, dispatches), *aside.touched], device_events)

    sent = {dispatch.device.device_id for dispatch in dispatches}
    unsent = {one.candidate.device.device_id for one in worded} - sent
    waits = dict(_waits(planned, sent, asked.now))
    rest = {lane.device.device_id for lane, _ in planned} - waits.keys() - unsent
    if not aside.all_moved:
        return Claimed(tuple(dispatches), waits, contended=frozenset(rest | unsent))
    return Claimed(tuple(dispatches), waits, frozenset(rest), frozenset(unsent))


def _waits(
    planned: Sequence[tuple[AskedLane, LanePlan]], sent: set[UUID], now: datetime
) -> Iterator[tuple[UUID, datetime]]:
    for lane, plan in planned:
        device_id = lane.device.device_id
        if plan.device_hold is not None:
            yield device_id, plan.device_hold.until
        elif plan.send is not None and device_id in sent:
            yield device_id, rules.gap_due(plan.send.stream.pace, lane.next_draw, now) or now


async def _worded(
    tx: Transaction, chosen: Sequence[Candidate], now: datetime
) -> tuple[list[Worded], list[tuple[Candidate, Never]]]:
    """Put the chosen rows into words; those that cannot be are refused with the reason."""
    contents = await store.contents(tx, chosen) if chosen else {}
    # Asked of the system once: a call for each message costs more than all else that is done to it here.
    random_bytes = secrets.token_bytes(RANDOM_BYTES * len(chosen))
    worded, refused = [], []
    for number, candidate in enumerate(chosen):
        wire_id = make_wire_id(random_bytes[number * RANDOM_BYTES : (number + 1) * RANDOM_BYTES])
        if candidate.said is not None:
            worded.append(Worded(candidate, candidate.said.media_id, candidate.said.words.body, wire_id))
            continue
        content = contents[_content_of(candidate)]
        body = _spoken(candidate, content, now)
        if isinstance(body, Never):
            refused.append((candidate, body))
        else:
            worded.append(Worded(candidate, content.media_id, body, wire_id))
    return worded, refused


def _content_of(candidate: Candidate) -> UUID:
    assert candidate.content_id is not None  # a row says something of its own or a campaign's words, by a constraint
    return candidate.content_id


def _spoken(candidate: Candidate, content: Content, now: datetime) -> str | Never:
    person = candidate.recipient
    reader = rules.Reader(person.phone, person.zone, person.language, candidate.variables, candidate.seed)
    if isinstance(content.template, TemplateRefused):
        return Never(OutboxState.FAILED, Code.TEMPLATE_INVALID)
    body = rules.words_for(reader, content.template, candidate.policy.zone, now)
    if not body.strip() and content.media_id is None:
        return Never(OutboxState.FAILED, Code.EMPTY_MESSAGE)
    return body


async def _set_aside(
    tx: Transaction, plans: Sequence[LanePlan], refused: Sequence[tuple[Candidate, Never]], now: datetime
) -> _SetAside:
    """Write the rows that wait or end."""
    holds = [hold for plan in plans for hold in plan.holds]
    nevers = [*(never for plan in plans for never in plan.nevers), *refused]
    for candidate, never in nevers:
        rules.advance(candidate.outbox_id, OutboxState.QUEUED, never.state)
    moved = await store.hold_rows(tx, holds) + await store.end_rows(tx, nevers, now)
    changed = [*(candidate for candidate, _ in holds), *(candidate for candidate, _ in nevers)]
    touched = tuple(Touched(one.device.workspace_id, one.outbox_id, one.campaign_id) for one in changed)
    return _SetAside(touched, moved == len(changed))


async def _hold_devices(tx: Transaction, planned: Sequence[tuple[AskedLane, LanePlan]]) -> list[Event]:
    """Show on devices that a cap stops them; a gap is too short to be worth showing."""
    capped = [
        (lane.device, plan.device_hold)
        for lane, plan in planned
        if plan.device_hold is not None and plan.device_hold.reason in rules.CAPS
    ]
    return [
        Event(workspace_id, device_id, DEVICE_CHANGED, (device_id,))
        for workspace_id, device_id in await store.hold_devices(tx, capped)
    ]


def _retry_at(settlement: Settlement, *, now: datetime) -> datetime | None:
    return now + rules.retry_after(settlement.dispatch.attempt) if settlement.to is OutboxState.QUEUED else None


def _touched(dispatch: Dispatch) -> Touched:
    return Touched(dispatch.device.workspace_id, dispatch.outbox_id, dispatch.campaign_id)


async def _ended(tx: Transaction, rows: Sequence[Touched]) -> int:
    await record(tx, rows)
    return len(rows)


async def record(tx: Transaction, rows: Iterable[Touched], others: Iterable[Event] = ()) -> None:
    """Tell screens which recipients to look at again."""
    changed: dict[tuple[UUID, UUID], list[UUID]] = {}
    for row in rows:
        if row.campaign_id is not None:
            changed.setdefault((row.workspace_id, row.campaign_id), []).append(row.outbox_id)
    events = [
        Event(workspace_id, campaign_id, RECIPIENTS_CHANGED, tuple(ids[start : start + _IDS_AN_EVENT]))
        for (workspace_id, campaign_id), ids in changed.items()
        for start in range(0, len(ids), _IDS_AN_EVENT)
    ]
    await eventlog.record(tx, [*others, *events])
