"""Stepped time for rehearsals: it moves to the next due instant once every party has nothing left to do before it.

A slow machine makes a rehearsal longer, never different.
"""

import asyncio
import heapq
import itertools
from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from types import TracebackType

from hebah.adapters.transports.simulated.instants import from_micros, span_micros, to_micros

# How many turns of the loop must pass without work before a party calls itself idle: a hand-over from task to task
# takes one turn, a gathered group of tasks a few.
_QUIET_TURNS = 8


class PartyClock(ABC):
    """A clock of one process that knows whether this process could still do something at the present instant."""

    def __init__(self) -> None:
        self.step = 0
        self._now = 0
        self._order = itertools.count()
        self._sleepers: list[tuple[int, int, asyncio.Future[None]]] = []
        self._busy = 0
        self._hold = _Hold(self)
        self._quiet_turns = 0
        self._is_watching = False
        self._is_idle = False

    def now(self) -> datetime:
        """The present instant of the rehearsal."""
        return from_micros(self._now)

    async def sleep_until(self, instant: datetime) -> None:
        """Wait until time has stepped to the instant."""
        due = to_micros(instant)
        if due <= self._now:
            await asyncio.sleep(0)
            return
        woken = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (due, next(self._order), woken))
        if self._busy == 0 and not self._is_watching:
            self.touch()
        await woken

    def busy(self) -> AbstractContextManager[None]:
        """Time stands still until this is left."""
        return self._hold

    def touch(self) -> None:
        """Something happens here: look again, in a few turns of the loop, whether there is anything left to do."""
        self._leave_idle()
        self._quiet_turns = _QUIET_TURNS
        if not self._is_watching:
            self._is_watching = True
            asyncio.get_running_loop().call_soon(self._watch)

    def follow(self, step: int, now: int) -> None:
        """Time is at `now` (microseconds): wake who is due."""
        self._is_idle = False
        self.step = step
        self._now = max(now, self._now)
        while self._sleepers and self._sleepers[0][0] <= self._now:
            _, _, woken = heapq.heappop(self._sleepers)
            if not woken.done():
                woken.set_result(None)
        self.touch()

    def enter(self) -> None:
        """One more piece of work."""
        self._busy += 1
        self._leave_idle()

    def leave(self) -> None:
        """One piece of work less."""
        self._busy -= 1
        if self._busy == 0:
            self.touch()

    @abstractmethod
    def _report(self, next_due: int | None) -> None:
        """Tell that nothing is left to do before `next_due`."""

    @abstractmethod
    def _retract(self) -> None:
        """Tell that the last report does not hold any more."""

    def _leave_idle(self) -> None:
        if self._is_idle:
            self._is_idle = False
            self._retract()

    def _watch(self) -> None:
        if self._busy == 0 and self._quiet_turns > 0:
            self._quiet_turns -= 1
            asyncio.get_running_loop().call_soon(self._watch)
            return
        self._is_watching = False
        if self._busy == 0:
            self._is_idle = True
            self._report(self._next_due())

    def _next_due(self) -> int | None:
        while self._sleepers and self._sleepers[0][2].done():
            heapq.heappop(self._sleepers)
        return self._sleepers[0][0] if self._sleepers else None


class _Hold(AbstractContextManager[None]):
    """One object for all: entered as often as there is work."""

    __slots__ = ("_clock",)

    def __init__(self, clock: PartyClock) -> None:
        self._clock = clock

    def __enter__(self) -> None:
        self._clock.enter()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._clock.leave()


class Party:
    """One process whose work time waits for."""

    __slots__ = ("_clock", "is_idle", "name", "next_due", "tell")

    def __init__(self, clock: "SteppedClock", name: str, tell: Callable[[int, int], None]) -> None:
        self._clock = clock
        self.name = name
        self.tell = tell
        self.is_idle = False
        self.next_due: int | None = None

    def report(self, step: int, next_due: int | None) -> None:
        """Idle until `next_due`; a report made before the newest step is out of date."""
        if step == self._clock.step:
            self.is_idle = True
            self.next_due = next_due
            self._clock.consider()

    def retract(self) -> None:
        """Not idle any more."""
        self.is_idle = False

    def leave(self) -> None:
        """Take part no longer."""
        self._clock.part(self)


class SteppedClock(PartyClock):
    """The network's own clock in a rehearsal, and the one that all other parties follow.

    It steps when this process and at least `expected` others are idle, to the earliest instant anybody waits for,
    rounded up to `grain`. `speed` limits it to so many seconds per real second.
    """

    def __init__(
        self, start: datetime, *, speed: float | None = None, grain: timedelta = timedelta(0), expected: int = 0
    ) -> None:
        super().__init__()
        if speed is not None and speed <= 0:
            raise ValueError("the speed of a rehearsal is above 0")
        self._now = to_micros(start)
        self._speed = speed
        self._grain = span_micros(grain)
        self._expected = expected
        self._here = Party(self, "network", self.follow)
        self._parties = [self._here]
        self._stepped_at: float | None = None
        self._waiting: asyncio.TimerHandle | None = None

    def expect(self, parties: int) -> None:
        """Stand still while fewer other processes than this take part."""
        self._expected = parties
        self.touch()

    def hurry(self) -> None:
        """Step as fast as the machine can from now on."""
        self._speed = None
        self.consider()

    def join(self, name: str, tell: Callable[[int, int], None]) -> Party:
        """Take part: `tell(step, now)` is called at every step, and each must be reported on."""
        party = Party(self, name, tell)
        self._parties.append(party)
        self.touch()
        return party

    def part(self, party: Party) -> None:
        """Wait no longer for a party, and do without its due instants."""
        if party in self._parties:
            self._parties.remove(party)
            self.consider()

    def attending(self) -> list[str]:
        """Which other processes take part, by name."""
        return [party.name for party in self._parties if party is not self._here]

    def dismiss(self, name: str) -> None:
        """Wait no longer for a process that has stopped answering; it may join anew."""
        for party in [party for party in self._parties if party.name == name and party is not self._here]:
            party.leave()

    def holding(self) -> list[str]:
        """Who keeps time from moving, by name; `absent` stands for processes that are expected and not here."""
        names = [party.name for party in self._parties if not party.is_idle]
        absent = self._expected - (len(self._parties) - 1)
        return names + ["absent"] * max(absent, 0)

    def consider(self) -> None:
        """Step if everybody is idle and somebody waits for an instant."""
        if self.holding():
            return
        due = min((party.next_due for party in self._parties if party.next_due is not None), default=None)
        if due is None:
            return
        target = max(self._round_up(due), self._now)
        wait = self._wait_before(target)
        if wait > 0:
            self._consider_later(wait)
        else:
            self._step_to(target)

    def _step_to(self, target: int) -> None:
        self._stepped_at = asyncio.get_running_loop().time()
        step = self.step + 1
        self.step = step
        for party in self._parties:
            party.is_idle = False
        for party in list(self._parties):
            party.tell(step, target)

    def _wait_before(self, target: int) -> float:
        """Real seconds to wait before a step, so that time never runs faster than told."""
        if self._speed is None or self._stepped_at is None:
            return 0
        earliest = self._stepped_at + (target - self._now) / 1e6 / self._speed
        return earliest - asyncio.get_running_loop().time()

    def _consider_later(self, wait: float) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
        self._waiting = asyncio.get_running_loop().call_later(wait, self.consider)

    def _round_up(self, due: int) -> int:
        return due if self._grain == 0 else -(-due // self._grain) * self._grain

    def _report(self, next_due: int | None) -> None:
        self._here.report(self.step, next_due)

    def _retract(self) -> None:
        self._here.retract()
