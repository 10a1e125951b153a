"""How long typing is shown before something said by hand goes out, and when a sign is worth telling."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from hebah.inbox.model.fetched import SignState
from hebah.messaging.said import ByHand, MessageKind

SIGN_LASTS: Final = timedelta(seconds=7)
"""After this long without another word, nobody types any more."""

_PAUSE_ENDS_RUN: Final = timedelta(seconds=10)
_APART: Final = timedelta(seconds=1)
_SHORTEST_S, _LONGEST_S = 1.0, 6.0
_CHARACTERS_A_SECOND = 15
# A sign as short as this is not seen.
_NOT_WORTH_IT: Final = timedelta(milliseconds=500)


@dataclass(frozen=True, slots=True)
class Sign:
    """The last sign that somebody gave in a chat, and since when they have been at it."""

    state: SignState
    began_at: datetime
    at: datetime


def is_news(before: Sign | None, state: SignState, now: datetime) -> bool:
    """Whether others should hear of it: a pause always, anything else once a second."""
    if before is None or now - before.at >= _APART:
        return True
    return state is SignState.PAUSED and before.state is not SignState.PAUSED


def began(before: Sign | None, now: datetime) -> datetime:
    """Since when somebody who gives a sign now has been at it."""
    return now if before is None or now - before.at > _PAUSE_ENDS_RUN else before.began_at


def sign_for(said: ByHand) -> tuple[SignState, timedelta]:
    """What the other side sees before it is said, and how long it would take a person."""
    if said.kind is MessageKind.VOICE:
        seconds = said.file.seconds if said.file is not None else 0
        return SignState.RECORDING, timedelta(seconds=min(max(seconds, _SHORTEST_S), _LONGEST_S))
    if not said.body:
        return SignState.TYPING, timedelta(0)
    return SignState.TYPING, timedelta(seconds=min(_SHORTEST_S + len(said.body) / _CHARACTERS_A_SECOND, _LONGEST_S))


def still_to_show(wanted: timedelta, before: Sign | None, now: datetime) -> timedelta:
    """How much longer: what was shown while it was written counts."""
    shown = timedelta(0) if before is None or now - before.at > _PAUSE_ENDS_RUN else now - before.began_at
    left = wanted - shown
    return left if left >= _NOT_WORTH_IT else timedelta(0)
