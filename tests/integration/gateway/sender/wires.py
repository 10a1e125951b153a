"""A sender that runs, and wires whose far ends are the test."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import timedelta
from random import Random
from uuid import UUID

from hebah.devices.model import Holding
from hebah.foundation.clock import ManualClock
from hebah.foundation.crashpoints import CrashPoints
from hebah.gateway.files import InMemory
from hebah.gateway.outgoing import (
    Accepted,
    MediaOut,
    Outgoing,
    SendOutcome,
)
from hebah.gateway.sender import Sender, SenderFacts
from hebah.messaging.said import MessageKind
from tests.conftest import START
from tests.integration.gateway.links import IdleLink
from tests.integration.outbox.fleet import EPOCH, Fleet

DEADLINE_S = 40
PROMPT = SenderFacts(tick=timedelta(0), close_within_s=0.2)
PICTURE = MediaOut(MessageKind.IMAGE, InMemory(b"\xff\xd8"), "image/jpeg")


class WatchedClock(ManualClock):
    """Knows whether anybody is at work, as the clock of a rehearsal does."""

    def __init__(self) -> None:
        super().__init__(START)
        self._busy = 0

    @contextmanager
    def busy(self) -> Iterator[None]:
        self._busy += 1
        yield
        self._busy -= 1

    async def at_rest(self) -> None:
        """Return once nobody is at work and somebody waits for this clock."""
        async with asyncio.timeout(DEADLINE_S):
            quiet = 0
            while quiet < 20:
                await asyncio.sleep(0)
                quiet = 0 if self._busy or self.next_due() is None else quiet + 1


class Wire(IdleLink):
    """A link whose far end is the test: it sees what was sent and says what comes of it."""

    def __init__(self, clock: ManualClock) -> None:
        self._clock = clock
        self.sent: asyncio.Queue[Outgoing] = asyncio.Queue()
        self.answer: Callable[[Outgoing], Awaitable[SendOutcome]] = self.accept

    async def accept(self, message: Outgoing) -> SendOutcome:
        return Accepted(self._clock.now())

    def says(self, outcome: SendOutcome) -> None:
        async def say(_: Outgoing) -> SendOutcome:
            return outcome

        self.answer = say

    async def next(self) -> Outgoing:
        async with asyncio.timeout(DEADLINE_S):
            return await self.sent.get()

    async def send(self, message: Outgoing) -> SendOutcome:
        self.sent.put_nowait(message)
        return await self.answer(message)


class Tenancy:
    """A lease that can be lost."""

    def __init__(self, fleet: Fleet, device_id: UUID) -> None:
        self.holding = Holding(fleet.workspace_id, device_id, EPOCH, fleet.owner)
        self.good = True

    def is_valid(self) -> bool:
        return self.good


class Shelf:
    """Pictures, or a store that does not answer."""

    def __init__(self) -> None:
        self.picture_there: MediaOut | None = PICTURE
        self.asked = 0
        self.is_down = False

    async def file(self, workspace_id: UUID, media_id: UUID) -> MediaOut | None:
        self.asked += 1
        if self.is_down:
            raise ConnectionError
        return self.picture_there


class Gateway:
    """A running sender and the wires of its devices."""

    def __init__(self, fleet: Fleet, sender: Sender, shelf: Shelf) -> None:
        self.fleet = fleet
        self.sender = sender
        self.shelf = shelf

    def connect(self, device_id: UUID) -> tuple[Wire, Tenancy]:
        wire, lease = Wire(self.fleet.clock), Tenancy(self.fleet, device_id)
        self.sender.add_lane(lease, wire)
        return wire, lease

    async def at_rest(self) -> None:
        """Return once everything that is due now is done."""
        assert isinstance(self.fleet.clock, WatchedClock)
        await self.fleet.clock.at_rest()

    async def pass_time(self, span: timedelta, step: timedelta = timedelta(seconds=1)) -> None:
        """Let time go by, and the sender do what is due on the way."""
        until = self.fleet.clock.now() + span
        await self.at_rest()
        while (now := self.fleet.clock.now()) < until:
            await self.fleet.clock.move_to(min(now + step, until))
            await self.at_rest()


@asynccontextmanager
async def running(
    fleet: Fleet, facts: SenderFacts = PROMPT, crashpoint: CrashPoints | None = None
) -> AsyncIterator[Gateway]:
    shelf = Shelf()
    sender = Sender(fleet.database, fleet.clock, shelf, crashpoint or CrashPoints.none(), Random(1), facts)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(sender.run())
        await asyncio.sleep(0)
        yield Gateway(fleet, sender, shelf)
        await sender.close()


async def with_people(shop: Fleet, count: int) -> UUID:
    device = await shop.add_device()
    for _ in range(count):
        await shop.add_lead(device)
    return device


async def messages(shop: Fleet) -> list[tuple[str, str]]:
    async with shop.database.connection() as connection:
        rows = await connection.fetch("SELECT wire_id, status FROM message ORDER BY at, id")
    return [(row["wire_id"], row["status"]) for row in rows]
