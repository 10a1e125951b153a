"""When a message may go out, and when it never will: every rule of pacing and protection, decided purely."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from hashlib import sha256
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from hebah.foundation.errors import Conflict
from hebah.messaging.address import Phone, zones_for
from hebah.messaging.rendering import render_parsed
from hebah.messaging.said import ByHand
from hebah.messaging.template import Template, TemplateRefused
from hebah.outbox.model import (
    ALLOWED,
    Code,
    Consent,
    DeviceEpoch,
    HoldReason,
    LaneFacts,
    OutboxState,
    Pace,
    Policy,
    SendHistory,
    Stream,
    StreamState,
)

HOUR: Final = timedelta(hours=1)
DAY: Final = timedelta(days=1)
CAPS: Final = frozenset({HoldReason.HOURLY_CAP, HoldReason.DAILY_CAP})
GREETED_IN: Final = "ms"
UNKNOWN_FOR: Final = timedelta(minutes=15)
"""How long evidence about an unknown send is awaited before the row counts as ended."""

_LASTING = frozenset(
    {Code.TEMPLATE_INVALID, Code.EMPTY_MESSAGE, Code.MEDIA_MISSING}
    | {"not_on_whatsapp", "blocked", "too_large", "too_old", "not_possible"}
)
_IN_DOUBT_PAUSE = timedelta(seconds=60)
_LOOK_AGAIN = timedelta(hours=1)
_FIRST_RETRY_S = 5
_LONGEST_RETRY_S = 300
# Every zone shifts its clock at most once in this time; hours that never fit within it never will.
_SEARCHED = timedelta(days=8)


class IllegalMove(Conflict):
    """A row was to make a move that the table does not know."""

    code = "outbox_illegal_move"
    sentence = "Outbox row {outbox_id} cannot go from {state} to {to}."
    outbox_id: UUID
    state: str
    to: str


def advance(outbox_id: UUID, state: OutboxState, to: OutboxState) -> OutboxState:
    """The new state; raises IllegalMove."""
    if to not in ALLOWED[state]:
        raise IllegalMove(outbox_id, state, to)
    return to


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who a queued row is for, as of now; `phone` is None when it is gone, `exists` False when the contact is."""

    contact_id: UUID | None
    exists: bool
    phone: str | None
    zone: str | None
    language: str | None
    consent: Consent
    suppressed: bool
    chat_in_doubt: bool


@dataclass(frozen=True, slots=True)
class Barred:
    """The device may not write to this person for now, as they never wrote to it; `until` is None when nobody knows."""

    until: datetime | None


@dataclass(frozen=True, slots=True)
class Said:
    """A queued row of a chat: what is said there, and where."""

    words: ByHand
    address: str
    media_id: UUID | None


@dataclass(frozen=True, slots=True)
class Candidate:
    """All the facts about one queued row that decide whether it goes out now; `said` is of rows queued by hand."""

    outbox_id: UUID
    device: DeviceEpoch
    stream: Stream
    campaign_id: UUID | None
    content_id: UUID | None
    not_before: datetime
    variables: Mapping[str, str]
    seed: int
    recipient: Recipient
    policy: Policy
    said: Said | None = None
    barred: Barred | None = None

    @property
    def address(self) -> str:
        """Where it goes."""
        return self.recipient.phone or "" if self.said is None else self.said.address


@dataclass(frozen=True, slots=True)
class Reader:
    """What rendering needs to know of a person; `seed` picks the wordings."""

    phone: str | None
    zone: str | None
    language: str | None
    variables: Mapping[str, str]
    seed: int


@dataclass(frozen=True, slots=True)
class Content:
    """What is said, read once for all its readers."""

    id: UUID
    template: Template | TemplateRefused
    media_id: UUID | None


@dataclass(frozen=True, slots=True)
class Send:
    """Now."""


@dataclass(frozen=True, slots=True)
class Hold:
    """Not before `until`."""

    until: datetime
    reason: HoldReason

    @property
    def whole_device(self) -> bool:
        """Whether it is the device that waits, not just this row."""
        return self.reason is HoldReason.GAP or self.reason in CAPS


@dataclass(frozen=True, slots=True)
class Never:
    """The row ends here, unsent."""

    state: OutboxState
    code: str


Verdict = Send | Hold | Never


@dataclass(frozen=True, slots=True)
class LanePlan:
    """What to do with the rows offered for one device: at most one goes out."""

    send: Candidate | None
    holds: tuple[tuple[Candidate, Hold], ...]
    nevers: tuple[tuple[Candidate, Never], ...]
    device_hold: Hold | None


def plan_lane(candidates: Sequence[Candidate], lane: LaneFacts, now: datetime) -> LanePlan:
    """Take the candidates by priority and age until one may go out or the whole device has to wait."""
    holds: list[tuple[Candidate, Hold]] = []
    nevers: list[tuple[Candidate, Never]] = []
    for candidate in sorted(candidates, key=_turn):
        verdict = decide(candidate, lane, now)
        match verdict:
            case Send():
                return LanePlan(candidate, tuple(holds), tuple(nevers), None)
            case Never():
                nevers.append((candidate, verdict))
            case Hold() if verdict.whole_device:
                # The first in turn waits for its gap; letting a later one pass would start the gap anew, for ever.
                return LanePlan(None, tuple(holds), tuple(nevers), verdict)
            case Hold():
                holds.append((candidate, verdict))
    return LanePlan(None, tuple(holds), tuple(nevers), None)


def decide(candidate: Candidate, lane: LaneFacts, now: datetime) -> Verdict:
    """Whether this row goes out now, later or never; the first rule that objects gives the reason.

    What a person says in a chat by hand they answer for themselves: only its stream may object.
    """
    if candidate.said is not None:
        return _stream_objects(candidate.stream, now) or Send()
    return (
        _stream_objects(candidate.stream, now)
        or _person_objects(candidate, now)
        or _restriction_objects(candidate.barred, now)
        or _hours_object(candidate, now)
        or _caps_object(candidate.policy, lane, now)
        or _gap_objects(candidate.stream.pace, lane, now)
        or Send()
    )


def gap_due(pace: Pace, draw: float, last_sent_at: datetime | None) -> datetime | None:
    """When the random gap after the last message is over; None when there was none."""
    if last_sent_at is None:
        return None
    return last_sent_at + timedelta(seconds=pace.gap_min_s + draw * (pace.gap_max_s - pace.gap_min_s))


def cap_free_at(sent: SendHistory, cap: int | None, window: timedelta) -> datetime | None:
    """From when one more keeps every half-open window of this length within the cap; None when it always does."""
    fills = sent.latest(cap) if cap is not None else None
    return None if fills is None else fills + window


def capacity_for(policy: Policy) -> int:
    """How many dispatches must be remembered for the caps to be judged."""
    return max(policy.hourly_cap or 0, policy.daily_cap or 0)


def quiet_until(policy: Policy, zones: Sequence[str], now: datetime) -> datetime | None:
    """The first instant from now on that is outside quiet hours in every zone; None when no instant ever is."""
    if not policy.quiet_on or policy.quiet_from == policy.quiet_until:
        return now
    instant = now
    while instant - now < _SEARCHED:
        ends = [_quiet_end(policy, ZoneInfo(zone), instant) for zone in zones]
        latest = max((end for end in ends if end is not None), default=None)
        if latest is None:
            return instant
        instant = latest
    return None


def zones_of(zone: str | None, phone: str | None, fallback: str) -> tuple[str, ...]:
    """The zones a person may be in: the recorded one, else those of the number, else the fallback."""
    if zone is not None and _is_zone(zone):
        return (zone,)
    known = zones_for(Phone(phone)) if phone is not None else ()
    return tuple(name for name in known if _is_zone(name)) or (fallback,)


def words_for(reader: Reader, template: Template, fallback_zone: str, at: datetime) -> str:
    """What this person reads when it goes out at this instant; the preview asks here too."""
    zone = zones_of(reader.zone, reader.phone, fallback_zone)[0]
    local = at.astimezone(ZoneInfo(zone)).time()
    return render_parsed(template, reader.variables, reader.seed, local, reader.language or GREETED_IN)


def retry_after(attempt: int) -> timedelta:
    """How long a row of which no byte was written waits before its next attempt."""
    return timedelta(seconds=min(_FIRST_RETRY_S * 2 ** min(max(attempt - 1, 0), 10), _LONGEST_RETRY_S))


def may_retry(code: str | None) -> bool:
    """Whether a refusal may have passed; what is wrong with the words or the person would be refused again."""
    return code is not None and code not in _LASTING


def seed_of(campaign_id: UUID, contact_id: UUID) -> int:
    """The number that picks wordings for one reader: the same in a preview, at launch and for ever."""
    return int.from_bytes(sha256(f"{campaign_id}:{contact_id}".encode()).digest()[:7], "big")


def _turn(candidate: Candidate) -> tuple[int, datetime, UUID]:
    return (-candidate.stream.priority, candidate.not_before, candidate.outbox_id)


def _stream_objects(stream: Stream, now: datetime) -> Verdict | None:
    if stream.state is StreamState.CLOSED:
        return Never(OutboxState.CANCELLED, Code.CAMPAIGN_CANCELLED)
    if stream.expires_at is not None and stream.expires_at <= now:
        return Never(OutboxState.EXPIRED, Code.EXPIRED)
    return None


def _person_objects(candidate: Candidate, now: datetime) -> Verdict | None:
    person = candidate.recipient
    if not person.exists:
        return Never(OutboxState.CANCELLED, Code.CONTACT_DELETED)
    if person.suppressed:
        return Never(OutboxState.SUPPRESSED, Code.SUPPRESSED)
    if person.consent is Consent.REFUSED:
        return Never(OutboxState.EXCLUDED, Code.CONSENT_REFUSED)
    if person.consent is Consent.UNKNOWN and not candidate.stream.consent_override:
        return Never(OutboxState.EXCLUDED, Code.NO_CONSENT)
    if person.phone is None:
        return Never(OutboxState.EXCLUDED, Code.NO_PHONE)
    # Two messages to one chat would arrive in any order, and a lost answer must be settled before more is said.
    return Hold(now + _IN_DOUBT_PAUSE, HoldReason.CHAT_IN_DOUBT) if person.chat_in_doubt else None


def _restriction_objects(barred: Barred | None, now: datetime) -> Verdict | None:
    """The row waits for its own number: nobody else speaks in its place."""
    if barred is None:
        return None
    return Hold(max(barred.until or now + _LOOK_AGAIN, now + _IN_DOUBT_PAUSE), HoldReason.RESTRICTED)


def _hours_object(candidate: Candidate, now: datetime) -> Verdict | None:
    policy = candidate.policy
    if not policy.quiet_on:
        return None
    free_at = quiet_until(policy, zones_of(candidate.recipient.zone, candidate.recipient.phone, policy.zone), now)
    if free_at is None:
        return Never(OutboxState.EXCLUDED, Code.NO_SENDING_HOUR)
    return Hold(free_at, HoldReason.QUIET_HOURS) if free_at > now else None


def _caps_object(policy: Policy, lane: LaneFacts, now: datetime) -> Verdict | None:
    waits = (
        (cap_free_at(lane.sent, policy.daily_cap, DAY), HoldReason.DAILY_CAP),
        (cap_free_at(lane.sent, policy.hourly_cap, HOUR), HoldReason.HOURLY_CAP),
    )
    held = [Hold(free_at, reason) for free_at, reason in waits if free_at is not None and free_at > now]
    return max(held, key=lambda hold: hold.until, default=None)


def _gap_objects(pace: Pace, lane: LaneFacts, now: datetime) -> Verdict | None:
    due = gap_due(pace, lane.draw, lane.last_sent_at)
    return Hold(due, HoldReason.GAP) if due is not None and due > now else None


def _quiet_end(policy: Policy, zone: ZoneInfo, instant: datetime) -> datetime | None:
    """When the quiet hours that hold in this zone at this instant are over; None when they do not hold."""
    local = instant.astimezone(zone)
    if not _is_quiet(policy, local.time()):
        return None
    is_tomorrow = local.time() >= policy.quiet_until
    day = local.date() + timedelta(days=1) if is_tomorrow else local.date()
    end = _first_after(instant, datetime.combine(day, policy.quiet_until), zone)
    if end is not None:
        return end
    # A clock set back over midnight repeats hours whose end has passed already.
    return _first_after(instant, datetime.combine(day + timedelta(days=1), policy.quiet_until), zone)


def _is_quiet(policy: Policy, at: time) -> bool:
    if policy.quiet_from < policy.quiet_until:
        return policy.quiet_from <= at < policy.quiet_until
    return at >= policy.quiet_from or at < policy.quiet_until


def _first_after(instant: datetime, wall: datetime, zone: ZoneInfo) -> datetime | None:
    """The first instant after `instant` at which a clock on the wall shows `wall`, or jumps over it."""
    readings = [wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)]
    if readings[0].astimezone(zone).replace(tzinfo=None) != wall:
        readings = [_jump_between(readings[1], readings[0], zone)]
    return next((reading for reading in readings if reading > instant), None)


def _jump_between(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """The instant at which the zone's clocks jump forward, to the second: the first one after the gap."""
    offset = before.astimezone(zone).utcoffset()
    passed, steps = 0, int((after - before).total_seconds())
    while steps - passed > 1:
        middle = (passed + steps) // 2
        if (before + timedelta(seconds=middle)).astimezone(zone).utcoffset() == offset:
            passed = middle
        else:
            steps = middle
    return before + timedelta(seconds=steps)


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True
