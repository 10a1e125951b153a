from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest

from hebah.foundation import eventlog
from hebah.foundation.crashpoints import CrashPoints
from hebah.foundation.ids import make_id
from hebah.outbox import actions, store
from hebah.outbox.model import AskedLane, Dispatch, LaneFacts, NewStream, OutboxState, Pace, SendHistory
from hebah.outbox.store import Worded
from tests.integration.outbox.fleet import Fleet


class Killed(Exception):
    """Stands for the process's death, whose open transaction the database rolls back."""


def die() -> None:
    raise Killed


async def test_a_claimed_row_is_dispatching_with_its_words_and_wire_id(fleet: Fleet) -> None:
    device = await fleet.add_device()
    contact = await fleet.add_lead(device, name="Mei")
    await fleet.launch("Hello {{name}}")

    (dispatch,) = (await fleet.claim(device)).dispatches

    row = await fleet.row(contact)
    assert (row["state"], row["body"], row["attempt"]) == ("dispatching", "Hello Mei", 1)
    assert (row["wire_id"], row["chat_address"]) == (dispatch.wire_id, dispatch.to)
    assert row["dispatched_at"] == fleet.clock.now()


async def test_a_device_gets_one_row_a_round_and_each_person_one_message(fleet: Fleet) -> None:
    device = await fleet.add_device()
    people = [await fleet.add_lead(device) for _ in range(3)]
    campaign = await fleet.launch()

    dispatched: list[Dispatch] = []
    while claimed := (await fleet.claim(device)).dispatches:
        assert len(claimed) == 1
        dispatched += claimed
        await fleet.settle(claimed)

    assert Counter(one.contact_id for one in dispatched) == Counter(people)
    assert await fleet.states(campaign) == Counter({"accepted": 3})


async def test_a_paused_stream_hands_out_nothing_until_it_is_resumed(fleet: Fleet) -> None:
    device = await fleet.add_device()
    await fleet.add_lead(device)
    campaign = await fleet.launch()

    async with fleet.database.transaction() as tx:
        assert await actions.pause_stream(tx, fleet.workspace_id, campaign)
    assert (await fleet.claim(device)).dispatches == ()
    assert await fleet.states(campaign) == Counter({"queued": 1})

    async with fleet.database.transaction() as tx:
        assert await actions.resume_stream(tx, fleet.workspace_id, campaign)
        assert not await actions.resume_stream(tx, fleet.workspace_id, campaign)
    assert len((await fleet.claim(device)).dispatches) == 1


async def test_a_gateway_with_an_old_epoch_claims_nothing(fleet: Fleet) -> None:
    device = await fleet.add_device()
    await fleet.add_lead(device)
    campaign = await fleet.launch()
    await fleet.take_device_over(device)

    assert (await fleet.claim(device)).dispatches == ()
    assert await fleet.states(campaign) == Counter({"queued": 1})


@pytest.mark.parametrize("state", ["connecting", "banned", "logged_out"])
async def test_only_devices_that_are_online_get_rows(fleet: Fleet, state: str) -> None:
    device = await fleet.add_device(state)
    await fleet.add_lead(device)
    await fleet.launch()

    assert (await fleet.claim(device)).dispatches == ()


async def suppress(fleet: Fleet, contact: object) -> None:
    await fleet.suppress(contact)  # type: ignore[arg-type]


async def refuse(fleet: Fleet, contact: object) -> None:
    async with fleet.database.transaction() as tx:
        await tx.execute("UPDATE contact SET consent = 'refused' WHERE id = $1", contact)


async def forget(fleet: Fleet, contact: object) -> None:
    async with fleet.database.transaction() as tx:
        await tx.execute("DELETE FROM contact WHERE id = $1", contact)


@pytest.mark.parametrize(
    ("change", "ends"),
    [(suppress, "suppressed:suppressed"), (refuse, "excluded:consent_refused"), (forget, "cancelled:contact_deleted")],
)
async def test_what_changed_since_the_launch_is_respected(
    fleet: Fleet, change: Callable[[Fleet, object], Awaitable[None]], ends: str
) -> None:
    device = await fleet.add_device()
    contact = await fleet.add_lead(device)
    campaign = await fleet.launch()

    await change(fleet, contact)
    claimed = await fleet.claim(device)

    assert claimed.dispatches == ()
    assert claimed.again == {device}
    assert await fleet.states(campaign) == Counter({ends: 1})


@pytest.mark.parametrize("change", [suppress, refuse, forget])
async def test_a_change_committed_between_the_look_and_the_dispatch_is_respected(
    fleet: Fleet, change: Callable[[Fleet, object], Awaitable[None]]
) -> None:
    device = await fleet.add_device()
    contact = await fleet.add_lead(device)
    campaign = await fleet.launch()
    lane = AskedLane(fleet.device(device), LaneFacts(None, 0.0, SendHistory()), 0.0)
    now = fleet.clock.now()

    async with fleet.database.transaction() as tx:
        (candidate,) = (await store.candidates(tx, fleet.owner, [lane], now))[device]
        await change(fleet, contact)  # on another connection, committed
        worded = Worded(candidate, None, "Hello", "3EB0000000000000000000")
        assert await store.dispatch(tx, fleet.owner, [worded], now) == []

    assert await fleet.states(campaign) == Counter({"queued": 1})


async def test_a_suppression_under_way_keeps_the_row_out_of_the_claim(fleet: Fleet) -> None:
    device = await fleet.add_device()
    contact = await fleet.add_lead(device)
    campaign = await fleet.launch()

    async with fleet.database.transaction() as tx:
        await actions.suppress_contacts(tx, fleet.workspace_id, [contact], "opted_out", fleet.clock.now())
        claimed = await fleet.claim(device)

    assert claimed.dispatches == ()
    assert await fleet.states(campaign) == Counter({"suppressed:opted_out": 1})


async def test_death_before_the_commit_leaves_the_row_queued(fleet: Fleet) -> None:
    device = await fleet.add_device()
    await fleet.add_lead(device)
    campaign = await fleet.launch()

    with pytest.raises(Killed):
        await fleet.claim(device, crashpoint=CrashPoints.at("before_dispatch_commit", die))

    assert await fleet.states(campaign) == Counter({"queued": 1})


async def test_death_after_the_commit_leaves_the_row_unknown_and_unsent_to_its_end(fleet: Fleet) -> None:
    device = await fleet.add_device()
    contact = await fleet.add_lead(device)
    campaign = await fleet.launch()
    with pytest.raises(Killed):
        await fleet.claim(device, crashpoint=CrashPoints.at("after_dispatch_commit", die))

    taken = await fleet.take_device_over(device)

    assert await fleet.states(campaign) == Counter({"unknown:gateway_lost": 1})
    assert (await fleet.row(contact))["was_unknown"]
    assert (await fleet.claim(device, epoch=taken.epoch)).dispatches == ()


async def test_a_claim_whose_commit_was_not_confirmed_is_given_back(fleet: Fleet) -> None:
    lost, known = await fleet.add_device(), await fleet.add_device()
    contact = await fleet.add_lead(lost)
    await fleet.add_lead(known)
    campaign = await fleet.launch()
    (on_wire,) = (await fleet.claim(known)).dispatches
    with pytest.raises(Killed):
        await fleet.claim(lost, crashpoint=CrashPoints.at("after_dispatch_commit", die))
    wire_id = (await fleet.row(contact))["wire_id"]

    devices = [fleet.device(lost), fleet.device(known)]
    assert await actions.give_back(fleet.database, fleet.owner, devices, [on_wire.outbox_id]) == 1

    assert await fleet.states(campaign) == Counter({"queued": 1, "dispatching": 1})
    (again,) = (await fleet.claim(lost)).dispatches
    assert again.wire_id == wire_id


async def test_a_chat_with_a_message_in_doubt_waits(fleet: Fleet) -> None:
    device = await fleet.add_device()
    contact = await fleet.add_lead(device)
    await fleet.launch()
    first = (await fleet.claim(device)).dispatches
    second = await fleet.launch("And another thing")

    assert (await fleet.claim(device)).dispatches == ()
    assert (await fleet.row(contact))["hold"] == "chat_in_doubt"

    await fleet.settle(first)
    await fleet.clock.advance(timedelta(minutes=2))
    assert len((await fleet.claim(device)).dispatches) == 1
    assert await fleet.states(second) == Counter({"dispatching": 1})


async def test_quiet_hours_move_rows_back_and_let_others_pass(fleet: Fleet) -> None:
    await fleet.set_policy(quiet_on=True)
    device = await fleet.add_device()
    asleep = await fleet.add_lead(device, zone="America/New_York")
    campaign = await fleet.launch()
    await fleet.clock.advance(timedelta(seconds=1))
    awake = await fleet.add_lead(device, zone="Asia/Kuala_Lumpur")
    await fleet.enqueue(campaign)

    first = await fleet.claim(device)
    assert first.dispatches == ()
    assert first.again == {device}
    (dispatch,) = (await fleet.claim(device)).dispatches

    assert dispatch.contact_id == awake
    row = await fleet.row(asleep)
    # 9:00 in New York.
    assert (row["hold"], row["not_before"]) == ("quiet_hours", datetime(2026, 1, 5, 14, 0, tzinfo=UTC))


async def test_a_cap_holds_the_device_and_says_so(fleet: Fleet) -> None:
    await fleet.set_policy(hourly_cap=2)
    device = await fleet.add_device()
    await fleet.add_lead(device)
    campaign = await fleet.launch()
    now = fleet.clock.now()
    sent = SendHistory([now - timedelta(minutes=50), now - timedelta(minutes=10)], 10)

    claimed = await fleet.claim(device, facts=LaneFacts(sent.latest(1), 0.0, sent))

    assert claimed.waits == {device: now + timedelta(minutes=10)}
    async with fleet.database.connection() as connection:
        row = await connection.fetchrow("SELECT hold, hold_until FROM device WHERE id = $1", device)
        events = await eventlog.read_since(connection, fleet.workspace_id, device, since=0)
    assert row is not None
    assert (row["hold"], row["hold_until"]) == ("hourly_cap", now + timedelta(minutes=10))
    assert [event.kind for event in events.events] == ["device_changed"]
    assert await fleet.states(campaign) == Counter({"queued": 1})


async def test_a_lane_that_remembers_too_little_for_the_caps_gets_nothing_yet(fleet: Fleet) -> None:
    await fleet.set_policy(daily_cap=300)
    device = await fleet.add_device()
    await fleet.add_lead(device)
    await fleet.launch()

    claimed = await fleet.claim(device, facts=LaneFacts(None, 0.0, SendHistory((), 60)))

    assert claimed.dispatches == ()
    assert claimed.forgetful == {device}


async def test_the_gap_after_a_dispatch_is_known_with_it(fleet: Fleet) -> None:
    device = await fleet.add_device()
    await fleet.add_lead(device)
    await fleet.launch(pace=Pace(8, 20))

    claimed = await fleet.claim(device)

    assert len(claimed.dispatches) == 1
    assert claimed.waits == {device: fleet.clock.now() + timedelta(seconds=8)}


async def test_a_more_urgent_stream_goes_first(fleet: Fleet) -> None:
    device = await fleet.add_device()
    await fleet.add_lead(device)
    await fleet.launch("later")
    urgent = make_id()
    await fleet.open(NewStream(fleet.workspace_id, urgent, Pace(0, 0), priority=5))
    await fleet.enqueue(urgent, "now")

    (dispatch,) = (await fleet.claim(device)).dispatches

    assert dispatch.body == "now"


async def test_a_text_that_cannot_be_rendered_fails_with_the_reason(fleet: Fleet) -> None:
    device = await fleet.add_device()
    await fleet.add_lead(device)
    broken = await fleet.launch("Hello {{name}")
    empty = await fleet.launch("{{nickname}}")

    await fleet.claim(device)
    await fleet.claim(device)

    assert await fleet.states(broken) == Counter({"failed:template_invalid": 1})
    assert await fleet.states(empty) == Counter({"failed:empty_message": 1})


async def test_an_expired_stream_sends_nothing_more(fleet: Fleet) -> None:
    device = await fleet.add_device()
    await fleet.add_lead(device)
    campaign = make_id()
    ends = fleet.clock.now() + timedelta(hours=1)
    await fleet.open(NewStream(fleet.workspace_id, campaign, Pace(0, 0), expires_at=ends))
    await fleet.enqueue(campaign)

    await fleet.at(ends)
    assert (await fleet.claim(device)).dispatches == ()

    assert await fleet.states(campaign) == Counter({"expired:expired": 1})


async def test_a_claim_announces_the_rows_it_moved(fleet: Fleet) -> None:
    device = await fleet.add_device()
    await fleet.add_lead(device)
    campaign = await fleet.launch()

    (dispatch,) = (await fleet.claim(device)).dispatches
    await fleet.settle([dispatch], OutboxState.ACCEPTED)

    async with fleet.database.connection() as connection:
        later = await eventlog.read_since(connection, fleet.workspace_id, campaign, since=0)
    assert [(event.kind, event.ids) for event in later.events] == [("recipients_changed", (dispatch.outbox_id,))] * 2
