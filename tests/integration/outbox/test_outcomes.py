from collections import Counter
from datetime import timedelta

import pytest

from hebah.messaging.status import Delivery
from hebah.outbox import actions, reads
from hebah.outbox.actions import News
from hebah.outbox.model import Dispatch, Moved, OutboxState, Receipt
from tests.integration.outbox.fleet import Fleet, answer_to


async def one_on_the_wire(fleet: Fleet) -> Dispatch:
    device = await fleet.add_device()
    await fleet.add_lead(device)
    await fleet.launch()
    (dispatch,) = (await fleet.claim(device)).dispatches
    return dispatch


async def hear(fleet: Fleet, dispatch: Dispatch, *kinds: Delivery) -> list[Moved]:
    at = fleet.clock.now()
    receipts = [
        Receipt(fleet.workspace_id, dispatch.device.device_id, (dispatch.wire_id, "3EB0STRANGER"), kind, at)
        for kind in kinds
    ]
    async with fleet.database.transaction() as tx:
        return await actions.record_receipts(tx, receipts, at)


async def state_of(fleet: Fleet, dispatch: Dispatch) -> str:
    return str((await fleet.row(dispatch.contact_id))["state"])


@pytest.mark.parametrize(
    ("to", "code", "state"),
    [
        (OutboxState.ACCEPTED, None, "accepted"),
        (OutboxState.FAILED, "not_on_whatsapp", "failed"),
        (OutboxState.UNKNOWN, "no_answer", "unknown"),
    ],
)
async def test_an_outcome_is_written_with_its_reason(
    fleet: Fleet, to: OutboxState, code: str | None, state: str
) -> None:
    dispatch = await one_on_the_wire(fleet)

    (settled,) = await fleet.settle([dispatch], to, code)

    row = await fleet.row(dispatch.contact_id)
    assert settled.moved
    assert settled.state == to
    assert (row["state"], row["code"], row["settled_at"]) == (state, code, fleet.clock.now())
    assert row["was_unknown"] is (to is OutboxState.UNKNOWN)


async def test_settling_again_changes_nothing(fleet: Fleet) -> None:
    dispatch = await one_on_the_wire(fleet)
    await fleet.settle([dispatch], OutboxState.FAILED, "rejected")

    (again,) = await fleet.settle([dispatch], OutboxState.ACCEPTED)

    assert (again.state, again.moved) == (OutboxState.FAILED, False)


async def test_a_row_of_which_nothing_was_written_goes_later_under_the_same_wire_id(fleet: Fleet) -> None:
    dispatch = await one_on_the_wire(fleet)
    device = dispatch.device.device_id

    await fleet.settle([dispatch], OutboxState.QUEUED)

    row = await fleet.row(dispatch.contact_id)
    assert (row["state"], row["hold"], row["dispatched_at"]) == ("queued", "not_written", None)
    assert (await fleet.claim(device)).dispatches == ()
    await fleet.clock.advance(timedelta(seconds=5))
    (again,) = (await fleet.claim(device)).dispatches
    assert (again.outbox_id, again.wire_id, again.attempt) == (dispatch.outbox_id, dispatch.wire_id, 2)


async def test_a_gateway_that_lost_the_device_settles_nothing(fleet: Fleet) -> None:
    dispatch = await one_on_the_wire(fleet)
    await fleet.take_device_over(dispatch.device.device_id)

    for to in (OutboxState.ACCEPTED, OutboxState.FAILED, OutboxState.QUEUED):
        assert await fleet.settle([dispatch], to) == []

    assert await state_of(fleet, dispatch) == "unknown"


async def test_receipts_only_move_forward_in_whatever_order_they_come(fleet: Fleet) -> None:
    dispatch = await one_on_the_wire(fleet)
    await fleet.settle([dispatch])

    seen = []
    for kind in (Delivery.READ, Delivery.DELIVERED, Delivery.PLAYED, Delivery.ACCEPTED, Delivery.READ):
        await hear(fleet, dispatch, kind)
        seen.append(await state_of(fleet, dispatch))

    assert seen == ["read", "read", "played", "played", "played"]
    row = await fleet.row(dispatch.contact_id)
    assert row["delivered_at"] is not None
    assert row["read_at"] is not None


async def test_receipts_of_one_batch_count_by_the_furthest(fleet: Fleet) -> None:
    dispatch = await one_on_the_wire(fleet)

    (moved,) = await hear(fleet, dispatch, Delivery.DELIVERED, Delivery.READ, Delivery.DELIVERED)

    assert moved.state is OutboxState.READ


async def test_a_receipt_may_come_before_the_settlement(fleet: Fleet) -> None:
    dispatch = await one_on_the_wire(fleet)
    await hear(fleet, dispatch, Delivery.DELIVERED)

    (settled,) = await fleet.settle([dispatch], OutboxState.ACCEPTED)
    assert (settled.state, settled.moved) == (OutboxState.DELIVERED, False)
    (settled,) = await fleet.settle([dispatch], OutboxState.UNKNOWN, "no_answer")

    assert (settled.state, settled.moved) == (OutboxState.DELIVERED, False)
    assert (await fleet.row(dispatch.contact_id))["code"] is None


async def test_late_evidence_clears_an_unknown_and_leaves_the_mark(fleet: Fleet) -> None:
    dispatch = await one_on_the_wire(fleet)
    await fleet.settle([dispatch], OutboxState.UNKNOWN, "no_answer")

    await hear(fleet, dispatch, Delivery.ACCEPTED)

    row = await fleet.row(dispatch.contact_id)
    assert (row["state"], row["code"], row["was_unknown"]) == ("accepted", None, True)


async def test_an_unknown_without_evidence_ends_after_a_quarter_of_an_hour_and_still_listens(fleet: Fleet) -> None:
    dispatch = await one_on_the_wire(fleet)
    await fleet.take_device_over(dispatch.device.device_id)

    await fleet.clock.advance(timedelta(minutes=14))
    assert await actions.expire_unknown(fleet.database, fleet.clock.now()) == 0
    await fleet.clock.advance(timedelta(minutes=1))
    assert await actions.expire_unknown(fleet.database, fleet.clock.now()) == 1
    assert await state_of(fleet, dispatch) == "unknown_final"

    await hear(fleet, dispatch, Delivery.READ)
    row = await fleet.row(dispatch.contact_id)
    assert (row["state"], row["was_unknown"]) == ("read", True)


async def test_a_receipt_never_revives_a_refused_row(fleet: Fleet) -> None:
    dispatch = await one_on_the_wire(fleet)
    await fleet.settle([dispatch], OutboxState.FAILED, "rejected")

    assert await hear(fleet, dispatch, Delivery.DELIVERED) == []

    assert await state_of(fleet, dispatch) == "failed"


async def test_an_answer_is_noted_on_the_newest_message_once(fleet: Fleet) -> None:
    first = await one_on_the_wire(fleet)
    await fleet.settle([first])
    await fleet.clock.advance(timedelta(minutes=5))
    second_campaign = await fleet.launch("More news")
    (second,) = (await fleet.claim(first.device.device_id)).dispatches
    at = fleet.clock.now() + timedelta(minutes=1)
    reply = answer_to(first, at)

    for moment in (at, at + timedelta(hours=1)):
        async with fleet.database.transaction() as tx:
            await actions.hear(tx, News(replies=[reply]), moment)

    async with fleet.database.connection() as connection:
        (line,) = await reads.tally(connection, fleet.workspace_id, second_campaign)
    assert line.replied == 1
    assert (await fleet.row(second.contact_id))["replied_at"] == at


async def test_an_opt_out_ends_what_is_queued_and_is_noted_on_what_was_sent(fleet: Fleet) -> None:
    dispatch = await one_on_the_wire(fleet)
    await fleet.settle([dispatch])
    waiting = await fleet.launch("One more")
    at = fleet.clock.now() + timedelta(minutes=1)

    async with fleet.database.transaction() as tx:
        reply = answer_to(dispatch, at)
        await actions.hear(tx, News(replies=[reply], opt_outs=[reply]), at)

    assert await fleet.states(waiting) == Counter({"suppressed:opted_out": 1})
    async with fleet.database.connection() as connection:
        (line,) = await reads.tally(connection, fleet.workspace_id, dispatch.campaign_id or dispatch.outbox_id)
    assert (line.replied, line.opted_out) == (1, 1)


async def test_cancelling_ends_what_is_queued_and_lets_the_rest_settle(fleet: Fleet) -> None:
    device = await fleet.add_device()
    for _ in range(3):
        await fleet.add_lead(device)
    campaign = await fleet.launch()
    dispatches = (await fleet.claim(device)).dispatches

    async with fleet.database.transaction() as tx:
        ended = await actions.close_stream(tx, fleet.workspace_id, campaign, "campaign_cancelled", fleet.clock.now())
    await fleet.settle(dispatches)

    assert ended == 2
    assert await fleet.states(campaign) == Counter({"cancelled:campaign_cancelled": 2, "accepted": 1})
    assert (await fleet.claim(device)).dispatches == ()


async def test_a_row_given_back_to_a_cancelled_campaign_ends_too(fleet: Fleet) -> None:
    dispatch = await one_on_the_wire(fleet)
    campaign = dispatch.campaign_id
    assert campaign is not None
    async with fleet.database.transaction() as tx:
        await actions.close_stream(tx, fleet.workspace_id, campaign, "campaign_cancelled", fleet.clock.now())
    await fleet.settle([dispatch], OutboxState.QUEUED)

    assert await actions.expire_queued(fleet.database, fleet.clock.now()) == 1

    assert await fleet.states(campaign) == Counter({"cancelled:campaign_cancelled": 1})


async def test_deleting_a_device_ends_its_queued_rows_only(fleet: Fleet) -> None:
    here, there = await fleet.add_device(), await fleet.add_device()
    await fleet.add_lead(here)
    await fleet.add_lead(there)
    campaign = await fleet.launch()

    async with fleet.database.transaction() as tx:
        assert await actions.cancel_device(tx, fleet.workspace_id, here, fleet.clock.now()) == 1

    assert await fleet.states(campaign) == Counter({"cancelled:device_deleted": 1, "queued": 1})
