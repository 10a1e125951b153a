"""What a rehearsal is asked to do and what it answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path

from hebah.adapters.transports.simulated.people import RECEIPTS, Behaviour
from hebah.foundation.errors import Invalid, Unavailable

# Nine o'clock on a Monday in Kuala Lumpur, so that the same file gives the same rehearsal on every day of the year.
START = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)
LINKED_FOR = timedelta(days=60)


class Protection(StrEnum):
    """Which policy a rehearsal keeps: only the gap, or quiet hours and caps as a new workspace has them."""

    OFF = "off"
    DEFAULT = "default"


@dataclass(frozen=True, slots=True)
class Plan:
    """A rehearsal. `speed` is simulated seconds a real second (None: no limit); `kill_every` counts real time.

    For tests: time stands still while fewer than `attendance` gateways take part (None: all of them), `crash_orders`
    make the first starts of gateways die at a named place, one order each, `is_durable` lets the database survive its
    own death, `redis_url` names a bus between the processes, and `postgres_programs` another PostgreSQL than ours.
    """

    leads: Path
    devices: int = 20
    gateways: int = 1
    speed: float | None = None
    kill_every: timedelta | None = None
    seed: int = 1
    protection: Protection = Protection.OFF
    behaviour: Behaviour = RECEIPTS
    attendance: int | None = None
    crash_orders: tuple[str, ...] = ()
    is_durable: bool = False
    redis_url: str | None = None
    postgres_programs: Path | None = None

    def __post_init__(self) -> None:
        faults = (
            ("--devices", not 1 <= self.devices <= 10_000, "a number from 1 to 10000"),
            ("--gateways", not 1 <= self.gateways <= 16, "a number from 1 to 16"),
            ("--speed", self.speed is not None and self.speed <= 0, "a number above 0"),
            ("--kill-every", self.kill_every is not None and self.kill_every <= timedelta(0), "a number above 0"),
        )
        for option, is_wrong, wanted in faults:
            if is_wrong:
                raise OptionInvalid(option, wanted)


@dataclass(frozen=True, slots=True)
class Figures:
    """What came of a rehearsal; the sum of `states` is `recipients`."""

    recipients: int
    excluded: Mapping[str, int]
    states: Mapping[str, int]
    wire_sends: int
    wire_duplicates: int
    stale_sends: int
    lost: int
    unknown: int
    unknown_seen: int
    kills: int
    in_flight_at_kills: int
    seconds_real: float
    seconds_simulated: float
    finish_estimate_s: float

    @property
    def is_clean(self) -> bool:
        """Whether nobody was written to twice or by a gateway that had lost the number, and nobody was lost."""
        return (self.wire_duplicates, self.stale_sends, self.lost) == (0, 0, 0)


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a rehearsal is, for whoever watches it."""

    recipients: int
    settled: int
    simulated: timedelta
    kills: int


class OptionInvalid(Invalid):
    """An option of the command makes no sense."""

    code = "option_invalid"
    sentence = "{option} wants {wanted}."
    option: str
    wanted: str


class LeadsUnreadable(Invalid):
    """There is no such file, or we may not read it."""

    code = "leads_unreadable"
    sentence = "The file {path} cannot be read: {reason}."
    path: str
    reason: str


class PhoneColumnMissing(Invalid):
    """Nothing in the file looks like telephone numbers."""

    code = "mapping_phone_missing"
    sentence = "No column of {file} holds telephone numbers; give one the header Phone."
    file: str


class LeadsRefused(Invalid):
    """The file broke off while it was read."""

    code = "leads_refused"
    sentence = "The file {file} cannot be imported: {reason}."
    file: str
    reason: str


class RehearsalStalled(Unavailable):
    """Business time has not moved for so long that something must be broken; the log of the gateways says what."""

    code = "rehearsal_stalled"
    sentence = "The rehearsal does not move on. It waits for: {holding}. The last words of the gateways:\n{said}"
    holding: str
    said: str
