"""A device's messages go out one after the other, in their time and within their caps."""

import asyncio
from collections import Counter
from datetime import timedelta
from uuid import UUID

from hebah.foundation.ids import make_id
from hebah.foundation.postgres import Topic
from hebah.gateway.outgoing import (
    Accepted,
    Outgoing,
    SendOutcome,
)
from hebah.gateway.sender import SenderFacts
from hebah.outbox.model import NewStream, Pace
from tests.integration.gateway.sender.wires import PICTURE, messages, running, with_people
from tests.integration.outbox.fleet import Fleet


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
