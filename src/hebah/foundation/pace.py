"""Token buckets: how often somebody may ask, counted in the memory of this process.

Several web processes count apart, so together they let through as many times more; that is enough to keep one program
from starving the others. What must hold over all processes (attempts at passwords) is counted in the database.
"""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Final, NamedTuple

_MOST_KEPT: Final = 20_000


@dataclass(frozen=True, slots=True)
class Rate:
    """`per_s` tokens come back each second, up to `burst`."""

    per_s: float
    burst: float


class Level(NamedTuple):
    """How full a bucket was, and when (in seconds of whatever clock its owner reads)."""

    tokens: float
    at: float


def take(level: Level | None, rate: Rate, now: float) -> tuple[Level, float]:
    """The bucket after one token was taken, and how many seconds to wait for it: 0 when it was there."""
    tokens = rate.burst if level is None else min(rate.burst, level.tokens + max(0.0, now - level.at) * rate.per_s)
    if tokens >= 1:
        return Level(tokens - 1, now), 0.0
    return Level(tokens, now), (1 - tokens) / rate.per_s


class Buckets:
    """One bucket for each who asks; full ones are forgotten when there are many."""

    def __init__(self, rate: Rate) -> None:
        self._rate = rate
        self._levels: dict[Hashable, Level] = {}

    def wait_s(self, who: Hashable, now: float) -> float:
        """Take a token; how long to wait when there was none."""
        if len(self._levels) >= _MOST_KEPT and who not in self._levels:
            self._forget_full(now)
        self._levels[who], wait = take(self._levels.get(who), self._rate, now)
        return wait

    def _forget_full(self, now: float) -> None:
        filling_s = self._rate.burst / self._rate.per_s
        kept = {who: level for who, level in self._levels.items() if now - level.at < filling_s}
        # Under a flood from everywhere the oldest go: a forgotten bucket is a full one, so nobody is refused by it.
        self._levels = dict(list(kept.items())[-_MOST_KEPT // 2 :])
