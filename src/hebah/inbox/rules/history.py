"""When a packet of older messages is fetched again, and how much of a device's history is here."""

from __future__ import annotations

from datetime import timedelta

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
