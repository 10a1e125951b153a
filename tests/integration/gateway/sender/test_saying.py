"""A person in front of the screen does not wait for a campaign's pace, whether the wake-up arrives or not."""

from datetime import timedelta
from uuid import UUID

import pytest

from hebah.foundation.ids import make_id
from hebah.foundation.postgres import Topic
from hebah.gateway.outgoing import Refused, TextOut
from hebah.messaging.said import ByHand, MessageKind
from hebah.outbox import conversation
from hebah.outbox.conversation import Saying
from hebah.outbox.model import Pace
from tests.integration.gateway.sender.wires import Wire, running, with_people
from tests.integration.outbox.fleet import Fleet

GROUP = "group:120363000000000001"


async def say(shop: Fleet, device: UUID, body: str) -> None:
    said = ByHand(MessageKind.TEXT, body)
    saying = Saying(shop.workspace_id, device, make_id(), GROUP, said, str(make_id()))
    async with shop.database.transaction() as tx:
        await conversation.say(tx, saying, shop.clock.now())


async def body_of(wire: Wire) -> str:
    content = (await wire.next()).content
    assert isinstance(content, TextOut)
    return content.body


@pytest.mark.parametrize("is_heard", [True, False])
async def test_what_is_said_by_hand_goes_out_in_the_middle_of_a_campaigns_gap(shop: Fleet, *, is_heard: bool) -> None:
    device = await with_people(shop, 2)
    await shop.launch("Offer", pace=Pace(60, 60))
    async with running(shop) as gateway:
        wire, _ = gateway.connect(device)
        assert await body_of(wire) == "Offer"
        await gateway.pass_time(timedelta(seconds=5))

        await say(shop, device, "I am here")
        if is_heard:
            gateway.sender.wake(Topic(shop.workspace_id, conversation.topic_of(device)))
        await gateway.pass_time(timedelta(0) if is_heard else timedelta(seconds=1))

        assert wire.sent.qsize() == 1
        assert await body_of(wire) == "I am here"
        await gateway.pass_time(timedelta(seconds=54))
        assert wire.sent.empty()
        await gateway.pass_time(timedelta(seconds=6))
        assert await body_of(wire) == "Offer"


async def test_a_refused_one_says_so_in_its_chat(shop: Fleet) -> None:
    device = await shop.add_device()
    async with running(shop) as gateway:
        wire, _ = gateway.connect(device)
        wire.says(Refused("blocked"))
        await say(shop, device, "Hello?")
        gateway.sender.wake(Topic(shop.workspace_id, conversation.topic_of(device)))
        await wire.next()
        await gateway.at_rest()

    async with shop.database.connection() as connection:
        row = await connection.fetchrow("SELECT state, code FROM outbox")
        assert await connection.fetchval("SELECT status FROM message") == "failed"
    assert row is not None
    assert (row["state"], row["code"]) == ("failed", "blocked")
