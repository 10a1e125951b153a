"""How often something may be asked of the network: so many at once, then one at a time."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Allowance:
    """`most` in a row, and one more after every `pause`."""

    most: int
    pause: timedelta


class Allowances(Generic[Key]):
    """What each of many has left, in memory: who starts anew may ask again."""

    def __init__(self) -> None:
        self._spent: dict[Key, datetime] = {}  # when all that was asked will be made good

    def ready_at(self, key: Key, allowance: Allowance, now: datetime) -> datetime:
        """When the next one may be asked; not after `now` when it may be at once."""
        return self._spent.get(key, now) - (allowance.most - 1) * allowance.pause

    def take(self, key: Key, allowance: Allowance, now: datetime) -> None:
        """One is asked."""
        self._spent[key] = max(self._spent.get(key, now), now) + allowance.pause
