import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import timedelta
from random import Random
from uuid import UUID

import pytest

from hebah.devices.model import Holding
from hebah.foundation.clock import ManualClock
from hebah.foundation.crashpoints import CrashPoints
from hebah.foundation.ids import make_id
from hebah.foundation.postgres import Database, Topic
from hebah.gateway.files import InMemory
from hebah.gateway.incoming import HistoryOutcome, LinkEvent, MediaAsked, MediaGone, MediaOutcome
from hebah.gateway.outgoing import (
    Accepted,
    Command,
    CommandOutcome,
    Done,
    MediaOut,
    NotWritten,
    Outgoing,
    Refused,
    SendOutcome,
    Unknown,
)
from hebah.gateway.sender import Sender, SenderFacts
from hebah.messaging.said import MessageKind
from hebah.messaging.status import Delivery
from hebah.outbox import actions, reads
from hebah.outbox.model import NewStream, Pace, Receipt
from tests.conftest import START
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


class Wire:
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

    async def do(self, command: Command) -> CommandOutcome:
        return Done()

    async def fetch_media(self, wanted: MediaAsked) -> MediaOutcome:
        return MediaGone("expired")

    async def fetch_history(self, ref: bytes) -> HistoryOutcome:
        return MediaGone("expired")

    async def events(self) -> AsyncIterator[LinkEvent]:
        return
        yield

    async def acknowledge(self, event: LinkEvent) -> None: ...

    async def logout(self) -> None: ...

    async def close(self) -> None: ...


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


@pytest.fixture
def clock() -> WatchedClock:
    return WatchedClock()


@pytest.fixture
async def shop(database: Database, clock: ManualClock) -> Fleet:
    fleet = Fleet(database, clock)
    await fleet.found()
    return fleet


async def with_people(shop: Fleet, count: int) -> UUID:
    device = await shop.add_device()
    for _ in range(count):
        await shop.add_lead(device)
    return device


async def messages(shop: Fleet) -> list[tuple[str, str]]:
    async with shop.database.connection() as connection:
        rows = await connection.fetch("SELECT wire_id, status FROM message ORDER BY at, id")
    return [(row["wire_id"], row["status"]) for row in rows]


async def test_everybody_gets_one_message_and_it_is_in_their_chat(shop: Fleet) -> None:
    here, there = await with_people(shop, 3), await with_people(shop, 2)
    campaign = await shop.launch("Hello")
    async with running(shop) as gateway:
        first, second = gateway.connect(here)[0], gateway.connect(there)[0]
        sent = [await first.next() for _ in range(3)] + [await second.next() for _ in range(2)]

    assert await shop.states(campaign) == Counter({"accepted": 5})
    assert len({message.to for message in sent}) == 5
    assert Counter(await messages(shop)) == Counter((message.wire_id, "accepted") for message in sent)


async def test_the_gap_of_the_campaign_lies_between_two_messages_of_a_device(shop: Fleet) -> None:
    device = await with_people(shop, 2)
    await shop.launch(pace=Pace(10, 10))
    async with running(shop) as gateway:
        wire, _ = gateway.connect(device)
        await wire.next()
        await gateway.pass_time(timedelta(seconds=9.9))
        assert wire.sent.empty()
        await gateway.pass_time(timedelta(seconds=0.1))
        await wire.next()


async def test_a_process_that_lost_the_device_sends_nothing(shop: Fleet) -> None:
    device = await with_people(shop, 2)
    campaign = await shop.launch()
    async with running(shop) as gateway:
        wire, lease = gateway.connect(device)

        async def freeze(_: Outgoing) -> SendOutcome:
            lease.good = False
            return Accepted(shop.clock.now())

        wire.answer = freeze
        await wire.next()
        await gateway.at_rest()
    assert wire.sent.empty()
    assert await shop.states(campaign) == Counter({"accepted": 1, "queued": 1})


async def test_a_process_that_lost_the_device_right_after_its_claim_sends_nothing(shop: Fleet) -> None:
    device = await with_people(shop, 1)
    campaign = await shop.launch()
    leases: list[Tenancy] = []

    def freeze() -> None:
        leases[0].good = False

    async with running(shop, crashpoint=CrashPoints.at("after_dispatch_commit", freeze)) as gateway:
        wire, lease = gateway.connect(device)
        leases.append(lease)
        await gateway.at_rest()
    assert wire.sent.empty()
    assert await shop.states(campaign) == Counter({"queued": 1})


async def test_what_was_not_written_goes_later_with_the_same_wire_id(shop: Fleet) -> None:
    device = await with_people(shop, 1)
    campaign = await shop.launch()
    async with running(shop) as gateway:
        wire, _ = gateway.connect(device)
        wire.says(NotWritten("connection_lost"))
        first = await wire.next()
        await gateway.at_rest()
        wire.answer = wire.accept
        await gateway.pass_time(timedelta(seconds=5))
        second = await wire.next()

    assert second == first
    assert await shop.states(campaign) == Counter({"accepted": 1})


async def test_a_link_that_writes_nothing_is_tried_again_at_once_when_it_is_back(shop: Fleet) -> None:
    device = await with_people(shop, 2)
    await shop.launch()
    async with running(shop) as gateway:
        wire, _ = gateway.connect(device)
        wire.says(NotWritten("connection_lost"))
        first = await wire.next()
        await gateway.at_rest()
        wire.answer = wire.accept
        gateway.sender.wake_device(device)
        assert (await wire.next()).to != first.to


@pytest.mark.parametrize(
    ("outcome", "ends"),
    [
        (Unknown("no_answer"), "unknown:no_answer"),
        (Refused("not_on_whatsapp"), "failed:not_on_whatsapp"),
    ],
)
async def test_what_may_have_gone_out_or_was_refused_is_not_sent_again(
    shop: Fleet, outcome: SendOutcome, ends: str
) -> None:
    device = await with_people(shop, 1)
    campaign = await shop.launch()
    async with running(shop) as gateway:
        wire, _ = gateway.connect(device)
        wire.says(outcome)
        await wire.next()
        await gateway.pass_time(timedelta(minutes=30), timedelta(minutes=1))
    assert wire.sent.empty()
    assert await shop.states(campaign) == Counter({ends: 1})
    assert len(await messages(shop)) == isinstance(outcome, Unknown)


async def test_a_transport_that_raises_leaves_the_message_unknown(shop: Fleet) -> None:
    device = await with_people(shop, 1)
    campaign = await shop.launch()
    async with running(shop) as gateway:
        wire, _ = gateway.connect(device)

        async def fall_over(_: Outgoing) -> SendOutcome:
            raise RuntimeError

        wire.answer = fall_over
        await wire.next()
    assert await shop.states(campaign) == Counter({"unknown:transport_fault": 1})


async def test_closing_waits_for_answers_and_gives_up_on_those_that_do_not_come(shop: Fleet) -> None:
    prompt, slow = await with_people(shop, 1), await with_people(shop, 1)
    campaign = await shop.launch()
    asked_to_close = asyncio.Event()
    async with running(shop) as gateway:
        quick, dead = gateway.connect(prompt)[0], gateway.connect(slow)[0]

        async def answer_late(_: Outgoing) -> SendOutcome:
            await asked_to_close.wait()
            return Accepted(shop.clock.now())

        async def never(_: Outgoing) -> SendOutcome:
            await asyncio.Event().wait()
            raise AssertionError

        quick.answer, dead.answer = answer_late, never
        await quick.next()
        await dead.next()
        asked_to_close.set()
    assert await shop.states(campaign) == Counter({"accepted": 1, "unknown:closing": 1})


async def test_a_campaign_launched_later_is_found_by_its_wake_up(shop: Fleet) -> None:
    device = await with_people(shop, 1)
    async with running(shop) as gateway:
        wire, _ = gateway.connect(device)
        await gateway.pass_time(timedelta(milliseconds=300))
        campaign = await shop.launch()
        gateway.sender.wake(Topic(shop.workspace_id, campaign))
        await gateway.at_rest()
        assert wire.sent.empty()
        gateway.sender.wake(Topic(shop.workspace_id, shop.workspace_id))
        await wire.next()


async def test_a_lost_wake_up_costs_a_second(shop: Fleet) -> None:
    device = await with_people(shop, 1)
    async with running(shop) as gateway:
        wire, _ = gateway.connect(device)
        await gateway.at_rest()
        await shop.launch()
        await gateway.pass_time(timedelta(seconds=1))
        await wire.next()


async def test_a_removed_lane_gets_nothing_more(shop: Fleet) -> None:
    device = await with_people(shop, 2)
    campaign = await shop.launch(pace=Pace(5, 5))
    async with running(shop) as gateway:
        wire, _ = gateway.connect(device)
        await wire.next()
        gateway.sender.remove_lane(device)
        await gateway.pass_time(timedelta(minutes=1))
    assert wire.sent.empty()
    assert await shop.states(campaign) == Counter({"accepted": 1, "queued": 1})


async def test_a_device_may_be_handed_over_once_its_last_message_is_settled(shop: Fleet) -> None:
    device = await with_people(shop, 2)
    campaign = await shop.launch()
    answered = asyncio.Event()
    patient = SenderFacts(tick=timedelta(0), close_within_s=10)
    async with running(shop, patient) as gateway, asyncio.TaskGroup() as tasks:
        wire, _ = gateway.connect(device)

        async def answer_late(_: Outgoing) -> SendOutcome:
            await answered.wait()
            return Accepted(shop.clock.now())

        wire.answer = answer_late
        await wire.next()
        gateway.sender.remove_lane(device)
        handing_over = tasks.create_task(gateway.sender.settled(device))
        await gateway.at_rest()
        assert not handing_over.done()
        answered.set()
        await handing_over
        assert await shop.states(campaign) == Counter({"accepted": 1, "queued": 1})


async def test_caps_count_what_an_earlier_gateway_sent(shop: Fleet) -> None:
    await shop.set_policy(hourly_cap=2)
    device = await with_people(shop, 3)
    await shop.launch()
    async with running(shop) as gateway:
        wire, _ = gateway.connect(device)
        await wire.next()
        await wire.next()
    await shop.clock.advance(timedelta(minutes=59))
    async with running(shop) as gateway:
        wire, _ = gateway.connect(device)
        await gateway.at_rest()
        assert wire.sent.empty()
        await gateway.pass_time(timedelta(minutes=1))
        await wire.next()


async def test_caps_set_while_sending_count_what_was_sent_before(shop: Fleet) -> None:
    device = await with_people(shop, 4)
    await shop.launch(pace=Pace(10, 10))
    async with running(shop) as gateway:
        wire, _ = gateway.connect(device)
        await wire.next()
        await gateway.pass_time(timedelta(seconds=10))
        await wire.next()
        await gateway.at_rest()
        await shop.set_policy(daily_cap=2)
        await gateway.pass_time(timedelta(hours=23), timedelta(hours=1))
        assert wire.sent.empty()


async def test_a_claim_whose_commit_was_not_confirmed_reaches_the_wire_once(shop: Fleet) -> None:
    device = await with_people(shop, 1)
    campaign = await shop.launch()

    def cut() -> None:
        raise ConnectionError

    async with running(shop, crashpoint=CrashPoints.at("after_dispatch_commit", cut)) as gateway:
        wire, _ = gateway.connect(device)
        await gateway.at_rest()
        assert wire.sent.empty()
        assert await shop.states(campaign) == Counter({"dispatching": 1})
        await gateway.pass_time(timedelta(seconds=1))
        await wire.next()
    assert wire.sent.empty()
    assert await shop.states(campaign) == Counter({"accepted": 1})


async def test_a_commit_that_succeeds_after_its_connection_died_is_found(shop: Fleet) -> None:
    device = await with_people(shop, 1)
    campaign = await shop.launch()
    async with running(shop) as gateway:
        await gateway.pass_time(timedelta(seconds=5))
        await shop.claim(device)  # for this gateway, which does not hear of it
        wire, _ = gateway.connect(device)
        await gateway.pass_time(timedelta(seconds=70))
        await wire.next()
    assert wire.sent.empty()
    assert await shop.states(campaign) == Counter({"accepted": 1})


async def test_a_row_that_cannot_be_handled_stops_nobody_else(shop: Fleet) -> None:
    broken, well = await shop.add_device(), [await with_people(shop, 1) for _ in range(4)]
    await shop.add_lead(broken, phone="not a number")
    await shop.set_policy(quiet_on=True)
    campaign = await shop.launch()
    async with running(shop) as gateway:
        wires = [gateway.connect(device)[0] for device in [*well[:2], broken, *well[2:]]]
        for wire in wires[:2] + wires[3:]:
            await wire.next()
        await gateway.at_rest()
    assert wires[2].sent.empty()
    assert await shop.states(campaign) == Counter({"accepted": 4, "queued": 1})


async def test_a_receipt_that_overtakes_the_answer_counts(shop: Fleet) -> None:
    device = await with_people(shop, 1)
    campaign = await shop.launch()
    async with running(shop) as gateway:
        wire, _ = gateway.connect(device)

        async def deliver_first(message: Outgoing) -> SendOutcome:
            now = shop.clock.now()
            receipt = Receipt(shop.workspace_id, device, (message.wire_id,), Delivery.DELIVERED, now)
            async with shop.database.transaction() as tx:
                await actions.record_receipts(tx, [receipt], now)
            return Accepted(now)

        wire.answer = deliver_first
        message = await wire.next()
    assert await shop.states(campaign) == Counter({"delivered": 1})
    assert await messages(shop) == [(message.wire_id, "delivered")]


async def with_picture(shop: Fleet, people: int) -> tuple[UUID, UUID]:
    device, media, campaign = await with_people(shop, people), make_id(), make_id()
    async with shop.database.transaction() as tx:
        await tx.execute(
            "INSERT INTO media (workspace_id, id, sha256, mime, size, created_at)"
            " VALUES ($1, $2, $3, 'image/jpeg', 2, $4)",
            shop.workspace_id,
            media,
            media.bytes,
            shop.clock.now(),
        )
    await shop.open(NewStream(shop.workspace_id, campaign, Pace(0, 0)))
    await shop.enqueue(campaign, "", media)
    return device, campaign


async def test_a_picture_is_loaded_once_for_all_who_get_it(shop: Fleet) -> None:
    device, _ = await with_picture(shop, 3)
    async with running(shop) as gateway:
        wire, _ = gateway.connect(device)
        assert [(await wire.next()).content for _ in range(3)] == [PICTURE] * 3
        assert gateway.shelf.asked == 1


async def test_without_its_picture_a_message_fails_or_waits_and_is_never_sent(shop: Fleet) -> None:
    gone, lost = await with_picture(shop, 1)
    async with running(shop) as gateway:
        gateway.shelf.picture_there = None
        wire, _ = gateway.connect(gone)
        await gateway.at_rest()
    assert await shop.states(lost) == Counter({"failed:media_missing": 1})

    down, waiting = await with_picture(shop, 1)
    async with running(shop) as gateway:
        gateway.shelf.is_down = True
        gateway.connect(down)
        await gateway.at_rest()
    assert wire.sent.empty()
    assert await shop.states(waiting) == Counter({"queued": 2})


async def test_every_recipient_adds_up_when_all_is_over(shop: Fleet) -> None:
    device = await with_people(shop, 6)
    campaign = await shop.launch()
    outcomes: Iterator[SendOutcome] = iter(
        [Unknown("no_answer"), Refused("blocked"), NotWritten("cut"), Unknown("closed")]
    )
    async with running(shop) as gateway:
        wire, _ = gateway.connect(device)

        async def something(message: Outgoing) -> SendOutcome:
            return next(outcomes, None) or await wire.accept(message)

        wire.answer = something
        for _ in range(3):
            await wire.next()
        await gateway.pass_time(timedelta(seconds=10))
        for _ in range(4):
            await wire.next()

    async with shop.database.connection() as connection:
        groups = (await reads.groups_of(connection, shop.workspace_id, [campaign]))[campaign]
        broken = await reads.broken_conservation(connection, shop.workspace_id)
    assert (groups.recipients, groups.sent, groups.failed, groups.unknown) == (6, 3, 1, 2)
    assert broken == []
