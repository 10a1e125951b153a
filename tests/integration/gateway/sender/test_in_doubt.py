"""Whatever fails between the claim and the answer: nobody gets a message twice, and nothing unsent is called sent."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

import pytest

from hebah.foundation.crashpoints import CrashPoints
from hebah.gateway.outgoing import (
    Accepted,
    NotWritten,
    Outgoing,
    Refused,
    SendOutcome,
    Unknown,
)
from hebah.messaging.status import Delivery
from hebah.outbox import actions, reads
from hebah.outbox.model import Receipt
from tests.integration.gateway.sender.wires import Tenancy, messages, running, with_people
from tests.integration.outbox.fleet import Fleet


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
