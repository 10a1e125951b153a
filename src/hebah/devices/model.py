"""The facts of a device: one linked WhatsApp number, by any transport."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

from hebah.foundation.errors import Conflict, NotFound


class DeviceState(StrEnum):
    """What a device is doing, as people see it; each change carries a cause."""

    UNLINKED = "unlinked"
    LINKING = "linking"
    CONNECTING = "connecting"
    ONLINE = "online"
    WAITING = "waiting"
    RESTRICTED = "restricted"
    REPLACED = "replaced"
    LOGGED_OUT = "logged_out"
    BANNED = "banned"
    OUTDATED = "outdated"
    STOPPED = "stopped"


class Cause(StrEnum):
    """Why a device is in its state, as far as Hebah decides it; transports add causes of their own."""

    CREATED = "created"
    LINK_REQUESTED = "link_requested"
    LINKED = "linked"
    STARTING = "starting"
    RECONNECTING = "reconnecting"
    BY_HAND = "by_hand"
    CANCELLED = "cancelled"
    HANDED_OVER = "handed_over"
    NO_GATEWAY = "no_gateway"
    LINK_ENDED = "link_ended"
    NOT_ANSWERING = "not_answering"
    NO_TRANSPORT = "no_transport"
    FAULT = "fault"
    DELETED = "deleted"
    RESTORED = "restored"


class Wanted(StrEnum):
    """What the people of the workspace want of a device; the gateway makes it so."""

    OFF = "off"
    LINK = "link"
    ON = "on"


class LinkingMethod(StrEnum):
    """How a slot is linked to a phone."""

    QR = "qr"
    CODE = "code"


class LinkingStep(StrEnum):
    """How far a linking is; `linked` and `failed` end it."""

    REQUESTED = "requested"
    QR = "qr"
    CODE = "code"
    PASSKEY = "passkey"
    PASSKEY_CODE = "passkey_code"
    LINKED = "linked"
    FAILED = "failed"


class CommandKind(StrEnum):
    """What a person may ask of the gateway that holds a device."""

    REFRESH = "refresh"
    LOG_OUT = "log_out"
    ANSWER_PASSKEY = "answer_passkey"
    TYPING = "typing"
    CHECK_NUMBER = "check_number"
    HISTORY = "history"


ASKS: Final = frozenset({CommandKind.TYPING, CommandKind.CHECK_NUMBER, CommandKind.HISTORY})
"""What is asked of a link about somebody, as against what changes the device itself."""


class PasskeyAnswer(StrEnum):
    """What has become of the answer that somebody gave to a passkey's request."""

    SENT = "sent"
    REFUSED = "refused"


_S = DeviceState
_RUNNING = frozenset(
    {
        _S.CONNECTING,
        _S.ONLINE,
        _S.WAITING,
        _S.RESTRICTED,
        _S.REPLACED,
        _S.LOGGED_OUT,
        _S.BANNED,
        _S.OUTDATED,
        _S.STOPPED,
    }
)
ALLOWED: Mapping[DeviceState, frozenset[DeviceState]] = MappingProxyType(
    {
        _S.UNLINKED: frozenset({_S.LINKING}),
        _S.LINKING: frozenset({_S.LINKING, _S.UNLINKED, _S.LOGGED_OUT, _S.CONNECTING}),
        _S.CONNECTING: _RUNNING | {_S.UNLINKED},
        _S.ONLINE: _RUNNING | {_S.UNLINKED},
        _S.WAITING: _RUNNING | {_S.UNLINKED},
        _S.RESTRICTED: _RUNNING | {_S.UNLINKED},
        _S.REPLACED: _RUNNING | {_S.UNLINKED, _S.LINKING},
        _S.LOGGED_OUT: frozenset({_S.LOGGED_OUT, _S.LINKING}),
        _S.BANNED: _RUNNING | {_S.LINKING},
        _S.OUTDATED: _RUNNING,
        # Linked anew when its credentials are of no use any more.
        _S.STOPPED: frozenset({_S.STOPPED, _S.CONNECTING, _S.LOGGED_OUT, _S.LINKING}),
    }
)
"""A running device may report any state; a stopped, unlinked or logged-out one moves by a person only."""

LINKABLE = frozenset(state for state, following in ALLOWED.items() if _S.LINKING in following)
"""States in which a slot may be linked (again) to a phone."""

LINKED = frozenset(DeviceState) - {_S.UNLINKED, _S.LINKING, _S.LOGGED_OUT}
"""States of a slot that has credentials of a phone."""


class IllegalMove(Conflict):
    """A device cannot go from one state to the other."""

    code = "device_state"
    sentence = "The device is {state}; it cannot become {wanted} now."
    device_id: UUID
    state: str
    wanted: str


class NoPicture(NotFound):
    """No QR code is shown for this device at this moment."""

    code = "no_qr"
    sentence = "No QR code is shown for this device now."
    device_id: UUID


class RiskNotAccepted(Conflict):
    """Whoever links a number this way for the first time must have read what may become of it."""

    code = "risk_not_accepted"
    sentence = "Read and accept the risk of linking by {transport} first."
    transport: str


class NoPasskeyAsked(Conflict):
    """An answer to a passkey came although this linking does not wait for one."""

    code = "no_passkey_asked"
    sentence = "WhatsApp does not ask for a passkey for this device now."
    device_id: UUID


@dataclass(frozen=True, slots=True)
class Condition:
    """What a device does, why, and until when where that is known."""

    state: DeviceState
    cause: str
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Device:
    """A slot of a workspace and the number linked to it."""

    workspace_id: UUID
    id: UUID
    name: str
    transport: str
    phone: str | None
    lid: str | None
    push_name: str | None
    condition: Condition
    state_since: datetime
    wanted: Wanted
    owner: UUID | None
    epoch: int
    hold: str | None
    hold_until: datetime | None
    last_sent_at: datetime | None
    last_seen_at: datetime | None
    last_inbound_at: datetime | None
    linked_at: datetime | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Linking:
    """The current or last linking of a slot, as the browser shows it.

    `shown` is the QR text, the code to type or to compare, or the passkey's request (WebAuthn, JSON).
    """

    device_id: UUID
    method: LinkingMethod
    phone: str | None
    step: LinkingStep
    shown: str | None
    failure: str | None
    requested_at: datetime
    expires_at: datetime | None
    answer: PasskeyAnswer | None = None


@dataclass(frozen=True, slots=True)
class Holding:
    """A device under the epoch in which one gateway holds it: every write of that gateway names all of it."""

    workspace_id: UUID
    device_id: UUID
    epoch: int
    owner: UUID


@dataclass(frozen=True, slots=True)
class Report:
    """What a link says its device does; `gives_up` when only a person can bring the device back."""

    holding: Holding
    condition: Condition
    gives_up: bool = False


@dataclass(frozen=True, slots=True)
class Pulse:
    """Signs of life of a held device since they were written last."""

    holding: Holding
    seen_at: datetime | None = None
    inbound_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """A step of a linking that goes on: what the person sees now, and until when."""

    step: LinkingStep
    text: str | None
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Number:
    """The number a slot was linked to, and what its owner calls themselves."""

    phone: str
    lid: str | None = None
    push_name: str | None = None


@dataclass(frozen=True, slots=True)
class Command:
    """Something a person asks of the gateway that holds a device; `payload` is the answer to a passkey, `details` what
    a link needs to know of an ask."""

    id: UUID
    holding: Holding
    kind: CommandKind
    payload: str | None = field(default=None, repr=False)
    details: Mapping[str, Any] = field(default_factory=dict, repr=False)  # Any: as each kind of ask has them


@dataclass(frozen=True, slots=True)
class Ask:
    """Something about somebody that a device's link is to do before `expires_at`.

    `subject` is the chat or number it is about: each has one open ask of a kind.
    """

    kind: CommandKind
    subject: str = field(repr=False)
    details: Mapping[str, object] = field(repr=False)
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Answered:
    """How far an ask has come: open while it has no `outcome`, which is `done`, `expired` or a code of the link."""

    id: UUID
    requested_at: datetime
    outcome: str | None


@dataclass(frozen=True, slots=True)
class Share:
    """How many gateways share how many wanted devices of one transport, and how many of them one gateway holds."""

    gateways: int
    wanted: int
    held: int

    @property
    def fair(self) -> int:
        """The most one gateway should hold."""
        return -(-self.wanted // max(self.gateways, 1))


@dataclass(frozen=True, slots=True)
class SendCounts:
    """How many messages a device has sent in the last hour and day, and how many wait for it."""

    hour: int = 0
    day: int = 0
    queued: int = 0


def advance(device_id: UUID, state: DeviceState, to: DeviceState) -> DeviceState:
    """The new state, or `IllegalMove`."""
    if to not in ALLOWED[state]:
        raise IllegalMove(device_id, state.value, to.value)
    return to
