"""The facts of outgoing messages: every recipient is one row that ends somewhere, with a reason."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Self
from uuid import UUID

from hebah.messaging.said import ByHand
from hebah.messaging.status import Delivery

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class OutboxState(StrEnum):
    """Where one message stands."""

    QUEUED = "queued"
    DISPATCHING = "dispatching"
    ACCEPTED = "accepted"
    DELIVERED = "delivered"
    READ = "read"
    PLAYED = "played"
    FAILED = "failed"
    UNKNOWN = "unknown"
    UNKNOWN_FINAL = "unknown_final"
    EXCLUDED = "excluded"
    SUPPRESSED = "suppressed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


_S = OutboxState
_SENT = (_S.ACCEPTED, _S.DELIVERED, _S.READ, _S.PLAYED)
_NEVER_SENT = frozenset({_S.EXCLUDED, _S.SUPPRESSED, _S.CANCELLED, _S.EXPIRED})

ALLOWED: Mapping[OutboxState, frozenset[OutboxState]] = MappingProxyType(
    {
        # A row that cannot be put into words fails without ever being on the wire.
        _S.QUEUED: _NEVER_SENT | {_S.DISPATCHING, _S.FAILED},
        # A receipt may overtake the acknowledgement, so a row may be read before it is known to be accepted.
        _S.DISPATCHING: frozenset({*_SENT, _S.QUEUED, _S.FAILED, _S.UNKNOWN}),
        _S.UNKNOWN: frozenset({*_SENT, _S.UNKNOWN_FINAL}),
        # A phone that was away for an hour still brings its receipts: evidence is never too late.
        _S.UNKNOWN_FINAL: frozenset(_SENT),
        _S.ACCEPTED: frozenset({_S.DELIVERED, _S.READ, _S.PLAYED}),
        _S.DELIVERED: frozenset({_S.READ, _S.PLAYED}),
        _S.READ: frozenset({_S.PLAYED}),
        _S.PLAYED: frozenset(),
        # Only by hand, and only since the network's no is certain.
        _S.FAILED: frozenset({_S.QUEUED}),
        **{state: frozenset[OutboxState]() for state in _NEVER_SENT},
    }
)

OPEN = frozenset({_S.QUEUED, _S.DISPATCHING, _S.UNKNOWN})
"""States of rows whose outcome is still to come; a campaign is finished when it has none of them."""


class Group(StrEnum):
    """What reports show: every state belongs to one group, so the groups add up to the recipients."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNKNOWN = "unknown"
    NOT_SENT = "not_sent"


GROUP_OF: Mapping[OutboxState, Group] = MappingProxyType(
    {
        _S.QUEUED: Group.WAITING,
        _S.DISPATCHING: Group.SENDING,
        **dict.fromkeys(_SENT, Group.SENT),
        _S.FAILED: Group.FAILED,
        _S.UNKNOWN: Group.UNKNOWN,
        _S.UNKNOWN_FINAL: Group.UNKNOWN,
        **dict.fromkeys(_NEVER_SENT, Group.NOT_SENT),
    }
)


@dataclass(frozen=True, slots=True)
class Groups:
    """How many rows are in each group."""

    waiting: int = 0
    sending: int = 0
    sent: int = 0
    failed: int = 0
    unknown: int = 0
    not_sent: int = 0

    @classmethod
    def of(cls, counts: Iterable[tuple[OutboxState, int]]) -> Self:
        """Add up counts by state."""
        totals = dict.fromkeys(Group, 0)
        for state, count in counts:
            totals[GROUP_OF[state]] += count
        return cls(**{group.value: total for group, total in totals.items()})

    @property
    def recipients(self) -> int:
        """All rows."""
        return self.waiting + self.sending + self.sent + self.failed + self.unknown + self.not_sent


class Code(StrEnum):
    """Why a row ended, failed or is unknown, where the network's own word does not say; all are stable."""

    SUPPRESSED = "suppressed"
    OPTED_OUT = "opted_out"
    CONSENT_REFUSED = "consent_refused"
    NO_CONSENT = "no_consent"
    NO_PHONE = "no_phone"
    NO_DEVICE = "no_device"
    DEVICE_UNLINKED = "device_unlinked"
    DEVICE_DELETED = "device_deleted"
    CONTACT_DELETED = "contact_deleted"
    CAMPAIGN_CANCELLED = "campaign_cancelled"
    NO_SENDING_HOUR = "no_sending_hour"
    TEMPLATE_INVALID = "template_invalid"
    EMPTY_MESSAGE = "empty_message"
    MEDIA_MISSING = "media_missing"
    EXPIRED = "expired"
    GATEWAY_LOST = "gateway_lost"
    NO_EVIDENCE = "no_evidence"
    BY_HAND = "by_hand"


class HoldReason(StrEnum):
    """Why something waits: the first three hold a whole device, the others one row.

    `stopped` is never stored: it is true of a row for as long as a stop covers it.
    """

    GAP = "gap"
    HOURLY_CAP = "hourly_cap"
    DAILY_CAP = "daily_cap"
    QUIET_HOURS = "quiet_hours"
    CHAT_IN_DOUBT = "chat_in_doubt"
    NOT_WRITTEN = "not_written"
    RESTRICTED = "restricted"
    STOPPED = "stopped"


class Consent(StrEnum):
    """What a contact is recorded to have agreed to."""

    GRANTED = "granted"
    UNKNOWN = "unknown"
    REFUSED = "refused"


class StreamState(StrEnum):
    """Whether a stream hands out rows."""

    OPEN = "open"
    PAUSED = "paused"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Pace:
    """The random gap between two messages of one device, in seconds."""

    gap_min_s: float
    gap_max_s: float


@dataclass(frozen=True, slots=True)
class NewStream:
    """A stream to open; `id` is the campaign's, `consent_override` the owner's answer for unknown consent."""

    workspace_id: UUID
    id: UUID
    pace: Pace
    consent_override: bool = False
    expires_at: datetime | None = None
    priority: int = 0


@dataclass(frozen=True, slots=True)
class Stream:
    """What feeds and paces rows, as stored."""

    workspace_id: UUID
    id: UUID
    state: StreamState
    pace: Pace
    priority: int
    consent_override: bool
    expires_at: datetime | None


@dataclass(frozen=True, slots=True)
class Policy:
    """A workspace's protection of recipients and numbers; hours are the recipient's local time, None is no cap."""

    quiet_on: bool
    quiet_from: time
    quiet_until: time
    hourly_cap: int | None
    daily_cap: int | None
    zone: str = "UTC"


@dataclass(frozen=True, slots=True)
class Audience:
    """Which leads a campaign is for; an empty tuple means any."""

    workspace_id: UUID
    campaign_id: UUID
    niches: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    device_ids: tuple[UUID, ...] = ()
    include_unknown_consent: bool = False


@dataclass(frozen=True, slots=True)
class Enqueue:
    """An audience with what is said to it; `variables` names what the template uses, so that only that is stored."""

    audience: Audience
    content_id: UUID
    variables: tuple[str, ...]
    not_before: datetime


@dataclass(frozen=True, slots=True)
class AudienceCount:
    """How many of an audience share a device and a fate; without a code they would be sent to."""

    device_id: UUID | None
    code: str | None
    count: int


@dataclass(frozen=True, slots=True)
class AudienceSample:
    """One lead that would be sent to, with the very values and seed the message would be made from."""

    contact_id: UUID
    name: str
    phone: str
    zone: str | None
    language: str | None
    device_id: UUID
    device_name: str
    variables: Mapping[str, str]
    seed: int


@dataclass(frozen=True, slots=True)
class DeviceEpoch:
    """A device as a gateway holds it: writes carry the epoch, so that one that has lost the device writes nothing."""

    workspace_id: UUID
    device_id: UUID
    epoch: int


class SendHistory:
    """The last `capacity` instants at which one device dispatched, in order; eight bytes each, as there are many."""

    __slots__ = ("_times", "capacity")

    def __init__(self, instants: Iterable[datetime] = (), capacity: int = 0) -> None:
        self._times = array("q", sorted(map(_ticks, instants)))
        self.capacity = capacity

    def add(self, instant: datetime) -> None:
        """Remember a dispatch; instants may come out of order after a corrected clock."""
        ticks = _ticks(instant)
        self._times.insert(bisect_left(self._times, ticks), ticks)
        del self._times[: max(len(self._times) - self.capacity, 0)]

    def remove(self, instant: datetime) -> None:
        """Forget a dispatch of which no byte left the machine."""
        ticks = _ticks(instant)
        place = bisect_left(self._times, ticks)
        if place < len(self._times) and self._times[place] == ticks:
            del self._times[place]

    def latest(self, nth: int) -> datetime | None:
        """The nth latest dispatch, counted from one."""
        return _EPOCH + self._times[-nth] * _MICROSECOND if nth <= len(self._times) else None


@dataclass(frozen=True, slots=True)
class LaneFacts:
    """What a device has sent; `draw` from [0, 1) picks the length of its next gap."""

    last_sent_at: datetime | None
    draw: float
    sent: SendHistory


@dataclass(frozen=True, slots=True)
class AskedLane:
    """A device whose turn may have come; `depth` rows of each stream are looked at.

    Should one go out, `next_draw` picks the gap after it.
    """

    device: DeviceEpoch
    facts: LaneFacts
    next_draw: float
    depth: int = 1


@dataclass(frozen=True, slots=True)
class Dispatch:
    """A row that is committed as `dispatching`: it may be handed to the transport once, under this wire id.

    `said` is what a person says by hand; without it the row is a campaign's, `body` and picture.
    """

    device: DeviceEpoch
    outbox_id: UUID
    contact_id: UUID | None
    campaign_id: UUID | None
    wire_id: str
    to: str = field(repr=False)
    body: str = field(repr=False)
    media_id: UUID | None
    dispatched_at: datetime
    attempt: int
    said: ByHand | None = None


@dataclass(frozen=True, slots=True)
class Settlement:
    """What became of a dispatch: `accepted`, `failed`, `unknown`, or `queued` when not a byte was written."""

    dispatch: Dispatch
    to: OutboxState
    code: str | None = None
    accepted_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Settled:
    """The row after settling; `moved` is False when a receipt had brought it further already."""

    outbox_id: UUID
    state: OutboxState
    moved: bool


@dataclass(frozen=True, slots=True)
class Receipt:
    """News about our messages on one device; a late acknowledgement and our own echo are `accepted`."""

    workspace_id: UUID
    device_id: UUID
    wire_ids: tuple[str, ...]
    kind: Delivery
    at: datetime


@dataclass(frozen=True, slots=True)
class Moved:
    """A row that changed its state."""

    workspace_id: UUID
    outbox_id: UUID
    device_id: UUID
    campaign_id: UUID | None
    contact_id: UUID | None
    wire_id: str
    state: OutboxState


@dataclass(frozen=True, slots=True)
class Reply:
    """A person wrote to one of our devices."""

    workspace_id: UUID
    device_id: UUID
    contact_id: UUID
    at: datetime


def _ticks(instant: datetime) -> int:
    return (instant - _EPOCH) // _MICROSECOND
