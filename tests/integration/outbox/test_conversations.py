"""What people say by hand: ahead of campaigns, word for word, once however often it is asked for."""

from datetime import timedelta
from uuid import UUID

from hebah.foundation.ids import make_id
from hebah.messaging.said import ByHand, MessageKind, Quote, Target
from hebah.outbox import actions, conversation
from hebah.outbox.conversation import Queued, Saying
from hebah.outbox.model import LaneFacts, OutboxState, Pace, SendHistory
from tests.integration.outbox.fleet import EPOCH, Fleet

GROUP = "group:120363000000000001"


def words(body: str) -> ByHand:
    return ByHand(MessageKind.TEXT, body)


async def say(fleet: Fleet, device: UUID, said: ByHand, *, key: str = "", chat: UUID | None = None) -> Queued:
    saying = Saying(fleet.workspace_id, device, chat or make_id(), GROUP, said, key or str(make_id()))
    async with fleet.database.transaction() as tx:
        return await conversation.say(tx, saying, fleet.clock.now())


async def test_what_is_said_by_hand_goes_out_word_for_word(fleet: Fleet) -> None:
    device = await fleet.add_device()
    said = ByHand(MessageKind.TEXT, "{a|b} {{name}} *now*", quote=Quote("3EB0AA", "+60123456789", "When?"))
    queued = await say(fleet, device, said)

    (dispatch,) = (await fleet.claim(device)).dispatches

    assert (dispatch.to, dispatch.wire_id, dispatch.body) == (GROUP, queued.wire_id, said.body)
    assert (dispatch.said, dispatch.contact_id, dispatch.campaign_id) == (said, None, None)


async def test_a_person_in_front_of_the_screen_goes_before_every_campaign_and_waits_for_no_gap(fleet: Fleet) -> None:
    device = await fleet.add_device()
    await fleet.add_lead(device)
    await fleet.launch(pace=Pace(60, 60))
    just_sent = LaneFacts(fleet.clock.now(), 0.0, SendHistory((), 1000))
    await say(fleet, device, words("I am here"))

    (reply,) = (await fleet.claim(device, facts=just_sent)).dispatches
    await fleet.settle([reply])

    assert reply.body == "I am here"
    assert (await fleet.claim(device, facts=just_sent)).dispatches == ()
    await fleet.clock.advance(timedelta(seconds=60))
    (after,) = (await fleet.claim(device, facts=just_sent)).dispatches
    assert after.campaign_id is not None


async def test_asking_twice_with_one_key_says_it_once(fleet: Fleet) -> None:
    device, key = await fleet.add_device(), str(make_id())

    first = await say(fleet, device, words("Yes"), key=key)
    second = await say(fleet, device, words("Yes"), key=key)

    assert (first.is_new, second.is_new) == (True, False)
    assert (first.outbox_id, first.wire_id) == (second.outbox_id, second.wire_id)
    assert len((await fleet.claim(device)).dispatches) == 1


async def test_what_waits_can_be_taken_back_and_what_is_on_its_way_cannot(fleet: Fleet) -> None:
    device = await fleet.add_device()
    waiting = await say(fleet, device, words("No"))
    async with fleet.database.transaction() as tx:
        assert await conversation.take_back(tx, fleet.workspace_id, waiting.outbox_id, fleet.clock.now())
    going = await say(fleet, device, words("Yes"))

    (dispatch,) = (await fleet.claim(device)).dispatches

    assert dispatch.outbox_id == going.outbox_id
    async with fleet.database.transaction() as tx:
        assert await conversation.take_back(tx, fleet.workspace_id, going.outbox_id, fleet.clock.now()) is None


async def test_only_what_was_refused_is_tried_again_and_keeps_its_wire_id(fleet: Fleet) -> None:
    device = await fleet.add_device()
    queued = await say(fleet, device, words("Hello"))
    (dispatch,) = (await fleet.claim(device)).dispatches
    async with fleet.database.transaction() as tx:
        assert await conversation.try_again(tx, fleet.workspace_id, queued.outbox_id, fleet.clock.now()) is None
    await fleet.settle([dispatch], OutboxState.FAILED, code="rejected")

    async with fleet.database.transaction() as tx:
        assert await conversation.try_again(tx, fleet.workspace_id, queued.outbox_id, fleet.clock.now())
    (again,) = (await fleet.claim(device)).dispatches

    assert (again.wire_id, again.attempt) == (queued.wire_id, 2)


async def test_a_lost_gateway_leaves_it_unknown_and_the_next_one_knows_what_it_was(fleet: Fleet) -> None:
    device = await fleet.add_device()
    said = ByHand(MessageKind.REACTION, "👍", target=Target("3EB0BB", from_me=False, sender="+60123456789"))
    queued = await say(fleet, device, said)
    await fleet.claim(device)

    async with fleet.database.transaction() as tx:
        (lost,) = await actions.take_over(tx, [fleet.device(device, EPOCH + 1)], fleet.clock.now())

    assert (lost.outbox_id, lost.said) == (queued.outbox_id, said)
    assert (await fleet.claim(device)).dispatches == ()


async def test_a_gateway_that_missed_the_wake_up_finds_it(fleet: Fleet) -> None:
    device, _silent = await fleet.add_device(), await fleet.add_device()
    await say(fleet, device, words("Anyone?"))

    async with fleet.database.connection() as connection:
        assert await conversation.urgent(connection, fleet.owner, fleet.clock.now()) == {device}
        assert await conversation.urgent(connection, make_id(), fleet.clock.now()) == set()
