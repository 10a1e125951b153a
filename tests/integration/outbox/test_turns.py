"""Rows that get another turn: the same row under the same wire id, or sooner by a new pace."""

from collections import Counter
from datetime import timedelta

from hebah.outbox import actions, conversation, turns
from hebah.outbox.model import LaneFacts, OutboxState, Pace, SendHistory
from tests.integration.outbox.fleet import Fleet


async def retry(fleet: Fleet, campaign: object, *codes: str) -> int:
    async with fleet.database.transaction() as tx:
        return await turns.retry_refused(tx, fleet.workspace_id, campaign, codes, fleet.clock.now())  # type: ignore[arg-type]


async def test_what_was_refused_goes_again_as_the_same_row_under_the_same_wire_id(fleet: Fleet) -> None:
    device = await fleet.add_device()
    contact = await fleet.add_lead(device)
    campaign = await fleet.launch()
    (first,) = (await fleet.claim(device)).dispatches
    await fleet.settle([first], OutboxState.FAILED, "rejected")

    assert await retry(fleet, campaign, "restricted") == 0
    assert await retry(fleet, campaign, "rejected") == 1
    assert await retry(fleet, campaign, "rejected") == 0

    (second,) = (await fleet.claim(device)).dispatches
    assert (second.outbox_id, second.wire_id, second.attempt) == (first.outbox_id, first.wire_id, 2)
    assert second.contact_id == contact


async def test_what_is_in_doubt_or_went_out_is_never_retried(fleet: Fleet) -> None:
    device = await fleet.add_device()
    for _ in range(3):
        await fleet.add_lead(device)
    campaign = await fleet.launch()
    ends = [(OutboxState.UNKNOWN, "timeout"), (OutboxState.ACCEPTED, None), (OutboxState.FAILED, "rejected")]
    for state, code in ends:
        (dispatch,) = (await fleet.claim(device)).dispatches
        await fleet.settle([dispatch], state, code)
    await fleet.clock.advance(timedelta(hours=1))
    await actions.expire_unknown(fleet.database, fleet.clock.now())

    assert await retry(fleet, campaign, "timeout", "rejected", "no_evidence") == 1

    assert await fleet.states(campaign) == Counter({"accepted": 1, "unknown_final:timeout": 1, "queued": 1})


async def test_a_retry_asks_again_whether_the_person_may_be_written_to(fleet: Fleet) -> None:
    device = await fleet.add_device()
    contact = await fleet.add_lead(device)
    campaign = await fleet.launch()
    (dispatch,) = (await fleet.claim(device)).dispatches
    await fleet.settle([dispatch], OutboxState.FAILED, "rejected")
    await fleet.suppress(contact)

    await retry(fleet, campaign, "rejected")

    assert (await fleet.claim(device)).dispatches == ()
    assert await fleet.states(campaign) == Counter({"suppressed:suppressed": 1})


async def test_a_finished_stream_opens_again_for_what_is_retried(fleet: Fleet) -> None:
    device = await fleet.add_device()
    await fleet.add_lead(device)
    campaign = await fleet.launch()
    (dispatch,) = (await fleet.claim(device)).dispatches
    await fleet.settle([dispatch], OutboxState.FAILED, "rejected")
    async with fleet.database.transaction() as tx:
        await actions.close_stream(tx, fleet.workspace_id, campaign, "campaign_finished", fleet.clock.now())

    assert await retry(fleet, campaign, "rejected") == 1

    assert len((await fleet.claim(device)).dispatches) == 1


async def test_a_new_pace_holds_for_the_gap_under_way_and_wakes_the_devices_that_wait_for_it(fleet: Fleet) -> None:
    device = await fleet.add_device()
    await fleet.add_lead(device)
    campaign = await fleet.launch(pace=Pace(3600, 3600))
    just_sent = LaneFacts(fleet.clock.now(), 0.5, SendHistory((), 1000))
    await fleet.clock.advance(timedelta(seconds=20))
    assert (await fleet.claim(device, facts=just_sent)).dispatches == ()

    async with fleet.database.transaction() as tx:
        await turns.repace(tx, fleet.workspace_id, campaign, Pace(10, 20))
        woken = {topic.id for topic in tx.touched}

    assert conversation.topic_of(device) in woken
    assert len((await fleet.claim(device, facts=just_sent)).dispatches) == 1
