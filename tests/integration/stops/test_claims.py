"""A stop is read where messages leave: nothing it covers goes out from its commit on, and nothing is lost."""

from collections import Counter
from datetime import timedelta
from uuid import UUID

import pytest

from hebah.access import store as access_store
from hebah.access.model import Actor, NewUser, Role
from hebah.foundation.errors import NotFound
from hebah.foundation.ids import make_id
from hebah.messaging.said import ByHand, MessageKind
from hebah.outbox import conversation, reads, store
from hebah.outbox.conversation import Saying
from hebah.outbox.model import AskedLane, LaneFacts, SendHistory
from hebah.outbox.store import Worded
from hebah.stops import actions
from hebah.stops import reads as stops
from hebah.stops.model import Scope, Stop, Target
from tests.integration.outbox.fleet import Fleet

BY_HAND_TOO = [Scope.EVERYTHING, Scope.WORKSPACE, Scope.DEVICE]


@pytest.fixture
async def owner(fleet: Fleet) -> Actor:
    """Whoever owns the installation."""
    new = NewUser("Aminah", "owner@example.com", Role.OWNER)
    async with fleet.database.transaction() as tx:
        user_id = await access_store.add_user(tx, fleet.workspace_id, new, "hash", fleet.clock.now())
    assert user_id is not None
    return Actor(fleet.workspace_id, user_id, "Aminah", Role.OWNER)


async def launch(fleet: Fleet) -> UUID:
    """A campaign that has its row, too."""
    campaign = await fleet.launch()
    async with fleet.database.transaction() as tx:
        await tx.execute(
            "INSERT INTO campaign (workspace_id, id, name, state, state_since, created_at, updated_at)"
            " VALUES ($1, $2, 'Raya', 'running', $3, $3, $3)",
            fleet.workspace_id,
            campaign,
            fleet.clock.now(),
        )
    return campaign


async def stop(fleet: Fleet, actor: Actor, scope: Scope, device: UUID, campaign: UUID) -> UUID:
    subject = {Scope.DEVICE: device, Scope.CAMPAIGN: campaign}.get(scope)
    return await actions.stop(fleet.database, fleet.clock, actor, Target(scope, subject), "wrong price")


async def resume(fleet: Fleet, actor: Actor, stop_id: UUID) -> None:
    await actions.resume(fleet.database, fleet.clock, actor, stop_id)


async def list_stops(fleet: Fleet, actor: Actor) -> list[Stop]:
    async with fleet.database.connection() as connection:
        return await stops.stops_for(connection, actor)


async def say(fleet: Fleet, device: UUID) -> UUID:
    words = ByHand(MessageKind.TEXT, "I am here")
    saying = Saying(fleet.workspace_id, device, make_id(), "+60123456789", words, str(make_id()))
    async with fleet.database.transaction() as tx:
        return (await conversation.say(tx, saying, fleet.clock.now())).outbox_id


@pytest.mark.parametrize("scope", Scope)
async def test_what_is_stopped_waits_as_it_was_until_somebody_lets_it_go_on(
    fleet: Fleet, owner: Actor, scope: Scope
) -> None:
    device = await fleet.add_device()
    contact = await fleet.add_lead(device)
    campaign = await launch(fleet)
    before = dict(await fleet.row(contact))
    stopped = await stop(fleet, owner, scope, device, campaign)

    claimed = await fleet.claim(device)
    async with fleet.database.connection() as connection:
        assert await reads.upcoming(connection, fleet.owner, [fleet.device(device)]) == {}

    assert (claimed.dispatches, claimed.again, claimed.waits) == ((), frozenset(), {})
    assert dict(await fleet.row(contact)) == before

    await resume(fleet, owner, stopped)
    (dispatch,) = (await fleet.claim(device)).dispatches
    assert dispatch.contact_id == contact


@pytest.mark.parametrize("scope", Scope)
async def test_a_stop_committed_between_the_look_and_the_dispatch_is_respected(
    fleet: Fleet, owner: Actor, scope: Scope
) -> None:
    device = await fleet.add_device()
    await fleet.add_lead(device)
    campaign = await launch(fleet)
    lane = AskedLane(fleet.device(device), LaneFacts(None, 0.0, SendHistory()), 0.0)
    now = fleet.clock.now()

    async with fleet.database.transaction() as tx:
        (candidate,) = (await store.candidates(tx, fleet.owner, [lane], now))[device]
        await stop(fleet, owner, scope, device, campaign)  # on another connection, committed
        worded = Worded(candidate, None, "Hello", "3EB0000000000000000000")
        assert await store.dispatch(tx, fleet.owner, [worded], now) == []

    assert await fleet.states(campaign) == Counter({"queued": 1})


@pytest.mark.parametrize("scope", BY_HAND_TOO)
async def test_what_is_said_by_hand_waits_too_unless_only_a_campaign_is_stopped(
    fleet: Fleet, owner: Actor, scope: Scope
) -> None:
    device = await fleet.add_device()
    await fleet.add_lead(device)
    campaign = await launch(fleet)
    only_campaign = await stop(fleet, owner, Scope.CAMPAIGN, device, campaign)
    said = await say(fleet, device)
    stopped = await stop(fleet, owner, scope, device, campaign)

    assert (await fleet.claim(device)).dispatches == ()
    async with fleet.database.connection() as connection:
        assert await conversation.urgent(connection, fleet.owner, fleet.clock.now()) == set()
        fate = (await reads.fates(connection, fleet.workspace_id, [said]))[said]
    assert (fate.state, fate.hold) == ("queued", "stopped")

    await resume(fleet, owner, stopped)
    (dispatch,) = (await fleet.claim(device)).dispatches
    assert dispatch.outbox_id == said
    await fleet.settle([dispatch])
    assert (await fleet.claim(device)).dispatches == ()
    await resume(fleet, owner, only_campaign)
    assert len((await fleet.claim(device)).dispatches) == 1


async def test_what_is_not_stopped_goes_on(fleet: Fleet, owner: Actor) -> None:
    stopped_device, device = await fleet.add_device(), await fleet.add_device()
    await fleet.add_lead(stopped_device)
    contact = await fleet.add_lead(device)
    campaign = await launch(fleet)
    await stop(fleet, owner, Scope.DEVICE, stopped_device, campaign)

    (dispatch,) = (await fleet.claim(stopped_device, device)).dispatches

    assert dispatch.contact_id == contact


async def test_another_workspace_is_stopped_by_a_stop_of_everything_only(fleet: Fleet, owner: Actor) -> None:
    other = Fleet(fleet.database, fleet.clock)
    await other.found()
    device = await other.add_device()
    for _ in range(2):
        await other.add_lead(device)
    await other.launch()
    await actions.stop(fleet.database, fleet.clock, owner, Target(Scope.WORKSPACE), "")
    (dispatch,) = (await other.claim(device)).dispatches
    await other.settle([dispatch])

    await actions.stop(fleet.database, fleet.clock, owner, Target(Scope.EVERYTHING), "")

    assert (await other.claim(device)).dispatches == ()
    stranger = Actor(other.workspace_id, make_id(), "Budi", Role.OWNER)
    (seen,) = await list_stops(fleet, stranger)
    assert (seen.target.scope, seen.by_name, seen.waiting) == (Scope.EVERYTHING, None, 1)


async def test_a_stop_says_who_made_it_why_and_how_many_messages_it_alone_holds(fleet: Fleet, owner: Actor) -> None:
    first, second = await fleet.add_device(), await fleet.add_device()
    for device in (first, first, second):
        await fleet.add_lead(device)
    campaign = await launch(fleet)
    since = fleet.clock.now()
    await stop(fleet, owner, Scope.DEVICE, first, campaign)
    (of_device,) = await list_stops(fleet, owner)
    assert (of_device.subject_name, of_device.reason, of_device.by_name) == ("Number", "wrong price", "Aminah")
    assert (of_device.since, of_device.waiting) == (since, 2)

    await fleet.clock.advance(timedelta(minutes=1))
    await stop(fleet, owner, Scope.WORKSPACE, first, campaign)
    again = await stop(fleet, owner, Scope.WORKSPACE, first, campaign)

    found = await list_stops(fleet, owner)
    assert [(each.target.scope, each.waiting) for each in found] == [(Scope.WORKSPACE, 1), (Scope.DEVICE, 0)]
    async with fleet.database.connection() as connection:
        (hold,) = await reads.holds(connection, fleet.workspace_id, campaign, fleet.clock.now())
    assert (hold.reason, hold.count, hold.until) == ("stopped", 3, None)
    await resume(fleet, owner, again)
    with pytest.raises(NotFound):
        await resume(fleet, owner, again)


async def test_the_machine_itself_can_stop_and_resume_everything(fleet: Fleet, owner: Actor) -> None:
    device = await fleet.add_device()
    await fleet.add_lead(device)
    await launch(fleet)

    assert await actions.stop_everything(fleet.database, fleet.clock.now(), "fire")
    assert not await actions.stop_everything(fleet.database, fleet.clock.now(), "fire")
    assert (await fleet.claim(device)).dispatches == ()
    assert await actions.resume_everything(fleet.database, fleet.clock.now())
    assert not await actions.resume_everything(fleet.database, fleet.clock.now())
    assert len((await fleet.claim(device)).dispatches) == 1
    async with fleet.database.connection() as connection:
        noted = await connection.fetch(
            "SELECT workspace_id, action, user_id, details ->> 'at' AS place FROM audit_entry"
            " WHERE action LIKE 'sending%' ORDER BY id"
        )
    assert [tuple(row.values()) for row in noted] == [
        (fleet.workspace_id, "sending_stopped", None, "machine"),
        (fleet.workspace_id, "sending_resumed", None, "machine"),
    ]
