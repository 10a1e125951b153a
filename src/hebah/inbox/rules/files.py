"""Which files are fetched by themselves, what may be kept, and what a file is by its first bytes."""

from __future__ import annotations

from datetime import timedelta
from enum import IntEnum

from hebah.inbox.model.shown import FileState
from hebah.media.model import MOST_FILE_BYTES
from hebah.messaging.said import MessageKind, Said

SMALL = 2 * 1024 * 1024
MEDIUM = 16 * 1024 * 1024
MOST_TRIES = 8
_SHORTEST_S, _LONGEST_S = 15.0, 6 * 3600.0
_AT_ONCE = frozenset({MessageKind.IMAGE, MessageKind.VOICE, MessageKind.STICKER})


class Urgency(IntEnum):
    """How soon a file is wanted."""

    ASKED_FOR = 0
    AT_ONCE = 1
    BACKGROUND = 2


def urgency_of(said: Said, *, is_old: bool) -> Urgency | None:
    """When to fetch the file of a message; None: only when somebody asks for it.

    Old files wait for that always: a phone's whole history would take hours and disks that nobody may want to give.
    """
    file = said.media
    if file is None or not file.ref or is_old or file.size > MEDIUM:
        return None
    if file.size <= SMALL or (said.kind in _AT_ONCE and file.size <= MEDIUM):
        return Urgency.AT_ONCE
    return Urgency.BACKGROUND


def state_of_file(said: Said, *, is_old: bool) -> FileState:
    """How the file of a message stands when the message comes."""
    file = said.media
    if file is None or not file.ref:
        return FileState.EXPIRED
    if file.size > MOST_FILE_BYTES:
        return FileState.TOO_LARGE
    return FileState.LATER if urgency_of(said, is_old=is_old) is None else FileState.WAITING


def next_try(tries: int, draw: float) -> timedelta | None:
    """How long to wait after `tries` failures, with jitter by `draw` from [0, 1); None when it is not worth more."""
    if tries >= MOST_TRIES:
        return None
    ceiling = min(_LONGEST_S, _SHORTEST_S * 4.0**tries)
    return timedelta(seconds=ceiling * (0.5 + draw / 2))
