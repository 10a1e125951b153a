"""When a packet of older messages is fetched again, and how much of a device's history is here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from hebah.foundation.errors import Conflict

PHONE_ANSWERS_WITHIN: Final = timedelta(minutes=2)
"""A phone that has not packed anything by then will not: it is switched off, or has nothing."""

_REMEMBERED: Final = timedelta(minutes=15)

MOST_TRIES = 12
_SHORTEST_S, _LONGEST_S = 5.0, 3600.0


def next_try(tries: int, draw: float) -> timedelta | None:
    """How long to wait after `tries` failures, with jitter by `draw` from [0, 1); None when it is not worth more."""
    if tries >= MOST_TRIES:
        return None
    return timedelta(seconds=min(_LONGEST_S, _SHORTEST_S * 2.0**tries) * (0.5 + draw / 2))


def percent(offered: int, ended: int, told: int) -> int:
    """How much is here: of what was offered, bounded by how far the phone says it has come with offering."""
    return min(told or 100, 100) * ended // offered if offered else 0


class OlderNotOffered(Conflict):
    """Numbers linked in this way cannot ask their phone for older messages."""

    code = "history_not_offered"
    sentence = "The phone of this device cannot be asked for older messages."


class OlderNotConnected(Conflict):
    """The device is not online, so its phone cannot be asked."""

    code = "history_not_connected"
    sentence = "The device is not online, so its phone cannot be asked for older messages."


class OlderNothingKnown(Conflict):
    """A phone is asked for what came before a message, and the chat has none."""

    code = "history_nothing_known"
    sentence = "There is no message in this chat yet from which to look back."


class OlderState(StrEnum):
    """How far older messages of a chat have come since somebody asked for them."""

    NOT_ASKED = "not_asked"
    ASKING = "asking"
    WAITING = "waiting"
    ARRIVING = "arriving"
    ARRIVED = "arrived"
    NOTHING = "nothing"
    NO_ANSWER = "no_answer"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked last about a chat: when, and what the link said of it (None: nothing yet)."""

    at: datetime
    outcome: str | None


@dataclass(frozen=True, slots=True)
class PackedSince:
    """The newest packet that a phone has packed on demand since then."""

    state: str
    failure: str | None
    messages: int


@dataclass(frozen=True, slots=True)
class Older:
    """How far it is, why it failed, and how many messages came."""

    state: OlderState
    code: str | None = None
    messages: int = 0

    @property
    def is_running(self) -> bool:
        """Whether more is to be expected."""
        return self.state in {OlderState.ASKING, OlderState.WAITING, OlderState.ARRIVING}


def older(asked: Asked | None, packed: PackedSince | None, now: datetime) -> Older:
    """How far what was asked for has come."""
    if asked is None or now - asked.at > _REMEMBERED:
        return Older(OlderState.NOT_ASKED)
    if asked.outcome is None:
        return Older(OlderState.ASKING)
    if asked.outcome != "done":
        return Older(OlderState.FAILED, asked.outcome)
    if packed is None:
        is_late = now - asked.at > PHONE_ANSWERS_WITHIN
        return Older(OlderState.NO_ANSWER if is_late else OlderState.WAITING)
    match packed.state:
        case "waiting":
            return Older(OlderState.ARRIVING, messages=packed.messages)
        case "failed":
            return Older(OlderState.FAILED, packed.failure, packed.messages)
        case _:
            return Older(OlderState.ARRIVED if packed.messages else OlderState.NOTHING, messages=packed.messages)
