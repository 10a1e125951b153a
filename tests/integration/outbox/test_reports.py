from datetime import timedelta
from uuid import UUID

from hebah.access.model import Settings
from hebah.foundation.ids import make_id
from hebah.foundation.postgres import Connection
from hebah.outbox import actions, reads
from hebah.outbox.actions import News
from hebah.outbox.model import AudienceSample, DeviceEpoch, Groups, OutboxState, Pace
from hebah.outbox.reads import RecipientFilter, RecipientLine, SendCounts
from tests.integration.outbox.fleet import Fleet, answer_to


async def a_campaign_under_way(fleet: Fleet) -> tuple[UUID, UUID, UUID]:
    """Two devices: one with an accepted, a failed and a waiting row, the other with an unknown one."""
    here, there = await fleet.add_device(), await fleet.add_device()
    for name in ("Mei", "Kumar", "Farid"):
        await fleet.add_lead(here, name=name)
    await fleet.add_lead(there, name="Siti")
    await fleet.add_lead(here, name="Priya", consent="refused")
    campaign = await fleet.launch()
    first = (await fleet.claim(here)).dispatches
    await fleet.settle(first)
    await fleet.clock.advance(timedelta(minutes=2))
    await fleet.settle((await fleet.claim(here)).dispatches, OutboxState.FAILED, "blocked")
    await fleet.settle((await fleet.claim(there)).dispatches, OutboxState.UNKNOWN, "no_answer")
    reply = answer_to(first[0], fleet.clock.now())
    async with fleet.database.transaction() as tx:
        await actions.hear(tx, News(replies=[reply]), fleet.clock.now())
    return campaign, here, there


async def test_the_groups_of_a_campaign_and_its_tally_agree(fleet: Fleet) -> None:
    campaign, here, _ = await a_campaign_under_way(fleet)
    async with fleet.database.connection() as connection:
        groups = (await reads.groups_of(connection, fleet.workspace_id, [campaign, make_id()]))[campaign]
        lines = await reads.tally(connection, fleet.workspace_id, campaign)
        still_open = await reads.open_rows(connection, fleet.workspace_id, [campaign])

    assert groups == Groups(waiting=1, sent=1, failed=1, unknown=1, not_sent=1)
    assert Groups.of((line.state, line.count) for line in lines) == groups
    assert sum(line.replied for line in lines) == 1
    assert sum(line.count for line in lines if line.device_id == here) == 4
    assert still_open == {campaign: 2}


async def page(
    connection: Connection, fleet: Fleet, campaign: UUID, after: UUID | None = None, **asked: object
) -> list[RecipientLine]:
    wanted = RecipientFilter(fleet.workspace_id, campaign, **asked)  # type: ignore[arg-type]
    return await reads.recipients_page(connection, wanted, after=after, limit=2)


async def test_recipients_come_in_pages_that_miss_and_repeat_nobody(fleet: Fleet) -> None:
    campaign, _, _ = await a_campaign_under_way(fleet)
    names: list[str] = []
    after = None
    async with fleet.database.connection() as connection:
        while lines := await page(connection, fleet, campaign, after):
            names += [line.name for line in lines]
            after = lines[-1].id
    assert sorted(names) == ["Farid", "Kumar", "Mei", "Priya", "Siti"]


async def test_recipients_can_be_found_by_state_device_code_name_and_number(fleet: Fleet) -> None:
    campaign, here, there = await a_campaign_under_way(fleet)
    async with fleet.database.connection() as connection:
        (siti,) = await page(connection, fleet, campaign, device_id=there)
        assert siti.name == "Siti"
        assert [line.id for line in await page(connection, fleet, campaign, states=("unknown",))] == [siti.id]
        assert [line.code for line in await page(connection, fleet, campaign, code="blocked")] == ["blocked"]
        assert [line.id for line in await page(connection, fleet, campaign, q="sIT")] == [siti.id]
        assert [line.id for line in await page(connection, fleet, campaign, q=siti.phone[-9:])] == [siti.id]
        assert await page(connection, fleet, campaign, q="nobody", device_id=here) == []


async def test_the_log_tells_the_newest_first(fleet: Fleet) -> None:
    campaign, _, there = await a_campaign_under_way(fleet)
    async with fleet.database.connection() as connection:
        log = await reads.newest_log(connection, fleet.workspace_id, campaign)
    assert [line.at for line in log] == sorted((line.at for line in log), reverse=True)
    assert {line.state for line in log} == {OutboxState.ACCEPTED, OutboxState.FAILED, OutboxState.UNKNOWN}
    assert [line.contact_name for line in log if line.device_id == there] == ["Siti"]


async def test_devices_show_what_they_sent_and_what_waits(fleet: Fleet) -> None:
    campaign, here, there = await a_campaign_under_way(fleet)
    await fleet.clock.advance(timedelta(minutes=59))
    async with fleet.database.connection() as connection:
        sends = await reads.sends_of_devices(connection, fleet.workspace_id, [here, there], fleet.clock.now())
        queued = await reads.queued_of_devices(connection, fleet.workspace_id, [here, there])
        due = await reads.next_of_devices(connection, fleet.workspace_id, campaign)
        (recent,) = await reads.recent_dispatches(
            connection, [DeviceEpoch(fleet.workspace_id, here, 1)], fleet.clock.now()
        )
    assert sends == {here: SendCounts(1, 2), there: SendCounts(1, 1)}
    assert queued == {here: 1, there: 0}
    assert set(due) == {here}
    assert recent.last_sent_at == fleet.clock.now() - timedelta(minutes=59)


async def test_a_day_counts_what_was_sent_in_it(fleet: Fleet) -> None:
    await a_campaign_under_way(fleet)
    now = fleet.clock.now()
    async with fleet.database.connection() as connection:
        today = await reads.counts_between(connection, fleet.workspace_id, now - timedelta(hours=1), now + timedelta(1))
        minute = await reads.counts_between(connection, fleet.workspace_id, now, now + timedelta(minutes=1))
        tomorrow = await reads.counts_between(connection, fleet.workspace_id, now + timedelta(1), now + timedelta(2))
    assert (today.sent, today.failed, today.replied) == (1, 1, 1)
    assert (minute.sent, minute.failed) == (0, 1)
    assert (tomorrow.sent, tomorrow.failed) == (0, 0)


async def test_holds_are_grouped_with_their_end(fleet: Fleet) -> None:
    await fleet.set_policy(quiet_on=True)
    device = await fleet.add_device()
    for _ in range(3):
        await fleet.add_lead(device, zone="America/New_York")
    campaign = await fleet.launch()
    await fleet.claim(device, depth=10)
    async with fleet.database.connection() as connection:
        (hold,) = await reads.holds(connection, fleet.workspace_id, campaign, fleet.clock.now())
    assert (hold.reason, hold.count, hold.until) == ("quiet_hours", 3, fleet.clock.now() + timedelta(hours=5))


async def test_a_person_sees_what_campaigns_brought_them(fleet: Fleet) -> None:
    device = await fleet.add_device()
    contact = await fleet.add_lead(device)
    first = await fleet.launch()
    await fleet.settle((await fleet.claim(device)).dispatches)
    await fleet.clock.advance(timedelta(hours=1))
    second = await fleet.launch()
    async with fleet.database.connection() as connection:
        history = await reads.contact_history(connection, fleet.workspace_id, contact)
    assert [(line.campaign_id, line.state) for line in history] == [(second, "queued"), (first, "accepted")]


async def test_another_workspace_sees_nothing(fleet: Fleet) -> None:
    campaign, _, _ = await a_campaign_under_way(fleet)
    stranger = make_id()
    async with fleet.database.connection() as connection:
        assert await reads.tally(connection, stranger, campaign) == []
        assert await reads.groups_of(connection, stranger, [campaign]) == {}
        assert await reads.newest_log(connection, stranger, campaign) == []
        assert await reads.stream_of(connection, stranger, campaign) is None


async def test_a_stream_can_be_repaced_until_it_is_closed(fleet: Fleet) -> None:
    campaign = await fleet.launch(pace=Pace(8, 20))
    async with fleet.database.transaction() as tx:
        assert await actions.repace_stream(tx, fleet.workspace_id, campaign, Pace(1, 2))
        stream = await reads.stream_of(tx, fleet.workspace_id, campaign)
        assert stream is not None
        assert stream.pace == Pace(1, 2)
        await actions.close_stream(tx, fleet.workspace_id, campaign, "campaign_cancelled", fleet.clock.now())
        assert not await actions.repace_stream(tx, fleet.workspace_id, campaign, Pace(3, 4))


def test_a_preview_says_what_a_dispatch_would(fleet: Fleet) -> None:
    policy = reads.policy_of(Settings("Kedai"))
    contact, device = make_id(), make_id()
    sample = AudienceSample(contact, "Mei", "+60123456789", None, None, device, "One", {"name": "Mei"}, 5)
    at = fleet.clock.now()
    assert reads.rendered("{{greeting}} {{name}}", sample, policy, at) == "Selamat petang Mei"
    assert reads.opening(policy)(at) == at
    assert reads.opening(policy)(at + timedelta(hours=5)) == at + timedelta(hours=16)
