"""What a device's session needs from the gateway around it."""

import random
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Protocol, TypeVar
from uuid import UUID

from hebah.foundation.clock import Clock
from hebah.foundation.postgres import Database
from hebah.gateway.connecting import ConnectBudget
from hebah.gateway.incoming import DurableEvent, TypingSeen
from hebah.gateway.leases import Lease
from hebah.gateway.reports import Pulses, Reports
from hebah.gateway.timers import Timers
from hebah.gateway.transport import Link

Step = TypeVar("Step")


class Sends(Protocol):
    """The sender, as links see it: it claims for the lanes it has, and only while their device is online."""

    def add_lane(self, lease: Lease, link: Link) -> None:
        """This link may be sent on."""

    def remove_lane(self, device_id: UUID) -> None:
        """Not any more; what is on the wire still settles."""

    def wake_device(self, device_id: UUID) -> None:
        """The device is online, and the database says so."""


class Receives(Protocol):
    """The receiver, as links see it."""

    async def put(self, lease: Lease, link: Link, event: DurableEvent) -> None:
        """Store the event, then acknowledge it on the link; waits while too many wait."""


class Notices(Protocol):
    """Who hears of typing, as links see it."""

    def put(self, lease: Lease, event: TypingSeen) -> None:
        """Tell it soon; it may be lost."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The parts of a gateway that its links share."""

    db: Database
    clock: Clock
    timers: Timers
    budget: ConnectBudget
    reports: Reports
    pulses: Pulses
    sends: Sends
    receives: Receives
    notices: Notices
    draw: random.Random


async def end(steps: AsyncIterator[Step]) -> None:
    """Close an iterator that may not have been read to its end; for a linking, this cancels it."""
    close = getattr(steps, "aclose", None)
    if close is not None:
        await close()
