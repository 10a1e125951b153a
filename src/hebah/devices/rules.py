"""What becomes of a device: decided from what its link reports, what people ask, and the hour."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from hebah.devices.model import (
    ALLOWED,
    LINKED,
    Cause,
    Condition,
    Device,
    DeviceState,
    IllegalMove,
    LinkingMethod,
    Wanted,
    advance,
)
from hebah.devices.ports import OfferedTransport
from hebah.foundation.errors import FieldsInvalid
from hebah.messaging.address import PhoneRefused, parse_phone

SIMULATED: Final = "simulated"
UNOFFICIAL: Final = frozenset({"companion"})
"""Transports that WhatsApp does not endorse: whoever links by them must know what may become of a number."""

LONGEST_NAME = 80
LONGEST_ANSWER = 20_000

SHORTEST_WAIT_S = 1.0
LONGEST_WAIT_S = 300.0

REPLACED_PAUSE = timedelta(minutes=5)
"""Somebody else uses the link. To come back at once would start a fight that WhatsApp ends by logging both out."""

OUTDATED_PAUSE = timedelta(hours=1)
"""Only a newer Hebah helps, and its gateway connects anew by itself; asking now and then notices a mistaken refusal."""

RESTRICTED_PAUSE = timedelta(hours=6)
"""Where nobody says for how long a number is restricted, only another attempt tells."""

_LASTING = frozenset({DeviceState.BANNED, DeviceState.REPLACED})


@dataclass(frozen=True, slots=True)
class Stay:
    """Keep the link; at `look_again`, where given, open it anew to hear what has become of a limit."""

    look_again: datetime | None = None


@dataclass(frozen=True, slots=True)
class Reopen:
    """Close the link and open it again at the instant."""

    at: datetime


@dataclass(frozen=True, slots=True)
class End:
    """Close the link and want it no more: only a person can bring it back."""


Next = Stay | Reopen | End


@dataclass(frozen=True, slots=True)
class Verdict:
    """What to write about the device and what to do with its link."""

    condition: Condition
    then: Next


def back_off(tries: int, draw: float) -> timedelta:
    """How long to wait after `tries` failures in a row: full jitter up to a ceiling that doubles from 2 s to 300 s.

    `draw` is from [0, 1). Without the jitter, thousands of links cut together would come back together.
    """
    ceiling = min(LONGEST_WAIT_S, 2.0 ** min(max(tries, 1), 16))
    return timedelta(seconds=SHORTEST_WAIT_S + draw * (ceiling - SHORTEST_WAIT_S))


def after_report(report: Condition, *, now: datetime, tries: int, draw: float) -> Verdict:
    """What a link's report of its state means; `tries` counts failures in a row, this one included."""
    match report.state:
        case DeviceState.ONLINE | DeviceState.CONNECTING:
            return Verdict(report, Stay())
        case DeviceState.RESTRICTED:
            # A restricted number still receives, so its link stays.
            return Verdict(report, Stay(report.until or now + RESTRICTED_PAUSE))
        case DeviceState.LOGGED_OUT | DeviceState.UNLINKED | DeviceState.STOPPED:
            return Verdict(report, End())
        case DeviceState.BANNED if report.until is None:
            return Verdict(report, End())
        case _:
            at = _try_again_at(report, now=now, tries=tries, draw=draw)
            return Verdict(Condition(report.state, report.cause, at), Reopen(at))


def first_step(condition: Condition, now: datetime) -> Next:
    """What a gateway that has just taken the device over does: a ban or a pause outlives the gateway that heard it."""
    if condition.state in _LASTING and condition.until is not None and condition.until > now:
        return Reopen(condition.until)
    return Stay()


def as_known(report: Condition, limit: Condition | None, now: datetime) -> Condition:
    """What a new link's report means beside a limit that an earlier link was told of; it may not be told again."""
    if report.state is not DeviceState.ONLINE or limit is None or limit.until is None or limit.until <= now:
        return report
    return limit


def may_move(state: DeviceState, to: DeviceState) -> bool:
    """Whether a report may change the state; a late report of a stopped device may not."""
    return to == state or to in ALLOWED[state]


def check_name(name: str) -> str:
    """The name as it is kept; raises FieldsInvalid."""
    trimmed = " ".join(name.split())
    if not trimmed:
        raise FieldsInvalid({"name": "empty"})
    if len(trimmed) > LONGEST_NAME:
        raise FieldsInvalid({"name": "too_long"})
    return trimmed


def why_unusable(transport: OfferedTransport, *, simulated_on: bool) -> str | None:
    """Why people of a workspace cannot use the transport; None when they can."""
    if transport.name == SIMULATED and not simulated_on:
        return "simulated_off"
    return transport.reason


def check_transport(name: str, offered: Sequence[OfferedTransport], *, simulated_on: bool) -> str:
    """A transport that can be used here and now; raises FieldsInvalid with the reason why not."""
    by_name = {transport.name: transport for transport in offered}
    if name not in by_name:
        raise FieldsInvalid({"transport": "unknown"})
    if (reason := why_unusable(by_name[name], simulated_on=simulated_on)) is not None:
        raise FieldsInvalid({"transport": reason})
    return name


def check_method(
    method: LinkingMethod, phone: str | None, transport: OfferedTransport | None, region: str
) -> str | None:
    """The phone a code is for in E.164, None for a QR; raises FieldsInvalid."""
    if method is LinkingMethod.QR:
        return None
    if transport is not None and transport.abilities is not None and not transport.abilities.link_by_code:
        raise FieldsInvalid({"method": "not_offered"})
    parsed = parse_phone(phone or "", region)
    if isinstance(parsed, PhoneRefused):
        raise FieldsInvalid({"phone": parsed.code.value})
    return parsed.e164


def new_slot(device_id: UUID, *, workspace_id: UUID, name: str, transport: str, now: datetime) -> Device:
    """A slot as it begins; raises FieldsInvalid for its name."""
    return Device(
        workspace_id=workspace_id,
        id=device_id,
        name=check_name(name),
        transport=transport,
        phone=None,
        lid=None,
        push_name=None,
        condition=Condition(DeviceState.UNLINKED, Cause.CREATED),
        state_since=now,
        wanted=Wanted.OFF,
        owner=None,
        epoch=0,
        hold=None,
        hold_until=None,
        last_sent_at=None,
        last_seen_at=None,
        last_inbound_at=None,
        linked_at=None,
        created_at=now,
    )


def must_accept_risk(transport: str, accepted_at: datetime | None) -> bool:
    """Whether somebody has still to accept what may become of a number that is linked this way."""
    return transport in UNOFFICIAL and accepted_at is None


def check_passkey_answer(text: str, request: str | None) -> str:
    """The answer (a WebAuthn assertion as JSON) as it is sent on; raises FieldsInvalid with what is wrong with it.

    `request` is WhatsApp's, in which an answer to another one is recognised.
    """
    if len(text) > LONGEST_ANSWER:
        raise FieldsInvalid({"answer": "too_long"})
    answer = _record(text, "passkey_not_json")
    response = answer.get("response")
    parts = response if isinstance(response, dict) else {}
    told = [answer.get("id"), answer.get("rawId"), *(parts.get(name) for name in _ASSERTION)]
    if answer.get("type") != "public-key" or not all(isinstance(each, str) and _bytes(each) for each in told):
        raise FieldsInvalid({"answer": "passkey_incomplete"})
    client = _record(_bytes(parts["clientDataJSON"]).decode(errors="replace"), "passkey_incomplete")
    challenge = _challenge(request)
    if client.get("type") != "webauthn.get" or (challenge and _bytes(str(client.get("challenge"))) != challenge):
        raise FieldsInvalid({"answer": "passkey_other_request"})
    return json.dumps(answer, separators=(",", ":"))


def request_link(device: Device) -> Condition:
    """Show a QR or a code for this slot; IllegalMove while it holds a number."""
    return Condition(advance(device.id, device.condition.state, DeviceState.LINKING), Cause.LINK_REQUESTED)


def end_linking(device: Device, cause: str) -> Condition:
    """The slot after a linking that came to nothing."""
    was_linked = device.linked_at is not None
    return Condition(DeviceState.LOGGED_OUT if was_linked else DeviceState.UNLINKED, cause)


def stop(device: Device) -> Condition:
    """Let go of the link by hand, keep the credentials; IllegalMove when there is none."""
    return Condition(advance(device.id, device.condition.state, DeviceState.STOPPED), Cause.BY_HAND)


def start(device: Device) -> Condition:
    """Connect now, whatever it waited for; IllegalMove when the slot holds no number."""
    if device.condition.state not in LINKED:
        raise IllegalMove(device.id, device.condition.state.value, DeviceState.CONNECTING.value)
    return Condition(DeviceState.CONNECTING, Cause.BY_HAND)


_ASSERTION = ("clientDataJSON", "authenticatorData", "signature")


def _record(text: str, code: str) -> Mapping[str, Any]:
    """A JSON object; raises FieldsInvalid with the code."""  # Any: whatever somebody has pasted
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise FieldsInvalid({"answer": code})
    return found


def _bytes(text: str) -> bytes:
    """What is written in base64url, with or without padding; nothing when it is not."""
    try:
        return base64.b64decode(text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return b""


def _challenge(request: str | None) -> bytes:
    """What the passkey was to sign; nothing when the request does not tell."""
    try:
        asked = json.loads(request or "")
    except ValueError:
        return b""
    if not isinstance(asked, dict):
        return b""
    inner = asked.get("publicKey")
    return _bytes(str((inner if isinstance(inner, dict) else asked).get("challenge", "")))


def _try_again_at(report: Condition, *, now: datetime, tries: int, draw: float) -> datetime:
    match report.state:
        case DeviceState.REPLACED:
            pause = REPLACED_PAUSE + draw * REPLACED_PAUSE
        case DeviceState.OUTDATED:
            pause = OUTDATED_PAUSE + draw * OUTDATED_PAUSE
        case _:
            pause = back_off(tries, draw)
    soonest = now + pause
    return soonest if report.until is None else max(soonest, report.until)
