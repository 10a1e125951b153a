from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from hebah.devices import jobs
from hebah.devices.actions import slots
from hebah.devices.model import Cause, DeviceState, Wanted
from hebah.foundation.ids import make_id
from hebah.foundation.postgres import Transaction
from hebah.messaging.said import ByHand, MessageKind
from hebah.outbox import conversation
from hebah.outbox.conversation import Saying
from tests.integration.gateway.fleet import QUICK, Fleet
from tests.integration.gateway.outgoing import add_lead, enqueue, rows

PERSON, STRANGER = "+60123456789", "+60129876543"


class NothingElse:
    """Nothing depends on the slots of these tests."""

    async def device_ended(
        self, tx: Transaction, workspace_id: UUID, device_id: UUID, *, keep_history: bool, now: datetime
    ) -> None:
        """Nothing to end."""


async def test_a_link_that_was_cut_comes_back(fleet: Fleet) -> None:
    fleet.start()
    await fleet.link()
    cut_at = fleet.world.clock.now()
    fleet.network.cut(fleet.ref())
    waiting = await fleet.until_state(DeviceState.WAITING)
    assert waiting.condition.cause == "connection_lost"
    assert waiting.condition.until is not None
    # The wait is drawn when the cut is noticed and written a little later, while time goes on.
    assert cut_at + timedelta(seconds=1) <= waiting.condition.until <= waiting.state_since + timedelta(seconds=2)
    online = await fleet.until_state(DeviceState.ONLINE)
    assert online.state_since >= waiting.condition.until


async def test_trying_again_does_not_wait_for_the_planned_instant(fleet: Fleet) -> None:
    fleet.start()
    await fleet.link()
    fleet.network.replace(fleet.ref())
    replaced = await fleet.until_state(DeviceState.REPLACED)
    assert replaced.condition.until is not None
    assert replaced.condition.until >= fleet.world.clock.now() + timedelta(minutes=4)
    world = fleet.world
    await slots.start(world.database, world.clock, world.owner, world.device_id)
    online = await fleet.until_state(DeviceState.ONLINE)
    assert online.state_since < replaced.condition.until


async def test_a_number_logged_out_on_the_phone_waits_for_a_person(fleet: Fleet) -> None:
    gateway = fleet.start()
    phone = await fleet.link()
    fleet.network.unlink(phone)
    device = await fleet.until_state(DeviceState.LOGGED_OUT)
    assert device.wanted is Wanted.OFF
    assert device.phone == phone

    async def is_released() -> bool:
        return (await fleet.device()).owner is None

    await fleet.until(is_released)
    await gateway.end()


async def test_a_stopped_device_lets_go_of_its_link_and_starts_again_with_its_number(fleet: Fleet) -> None:
    fleet.start()
    phone = await fleet.link()
    world = fleet.world
    stopped = await slots.stop(world.database, world.clock, world.owner, world.device_id)
    assert stopped.condition.state is DeviceState.STOPPED

    async def is_closed() -> bool:
        return not fleet.slot().is_open

    await fleet.until(is_closed)
    assert (await fleet.device()).condition.state is DeviceState.STOPPED
    await slots.start(world.database, world.clock, world.owner, world.device_id)
    assert (await fleet.until_state(DeviceState.ONLINE)).phone == phone


async def test_stop_and_start_in_one_breath_ends_online(fleet: Fleet) -> None:
    fleet.start()
    await fleet.link()
    before = await fleet.device()
    world = fleet.world
    await slots.stop(world.database, world.clock, world.owner, world.device_id)
    await slots.start(world.database, world.clock, world.owner, world.device_id)
    after = await fleet.until_state(DeviceState.ONLINE)
    assert after.epoch == before.epoch + 1


async def test_a_stopped_device_can_be_logged_out(fleet: Fleet) -> None:
    fleet.start()
    phone = await fleet.link()
    world = fleet.world
    await slots.stop(world.database, world.clock, world.owner, world.device_id)
    await slots.log_out(world.database, world.clock, world.owner, world.device_id)
    await fleet.until_state(DeviceState.LOGGED_OUT)
    assert fleet.network.unlink(phone) == 0


async def test_a_deleted_slot_is_gone_and_its_number_is_logged_out(fleet: Fleet) -> None:
    fleet.start()
    phone = await fleet.link()
    world = fleet.world
    await slots.delete(world.database, world.clock, world.owner, world.device_id, NothingElse(), keep_history=True)
    assert await fleet.is_gone()

    async def is_unlinked() -> bool:
        return not [held for held in fleet.network.phones() if held.number == phone and held.links]

    await fleet.until(is_unlinked)


async def test_refreshing_proves_that_the_link_is_alive(fleet: Fleet) -> None:
    fleet.start()
    await fleet.link()
    before = (await fleet.device()).last_seen_at
    assert before is not None
    await fleet.world.clock.advance(timedelta(minutes=1))
    world = fleet.world
    await slots.refresh(world.database, world.clock, world.owner, world.device_id)

    async def is_seen() -> bool:
        seen = (await fleet.device()).last_seen_at
        return seen is not None and seen > before

    await fleet.until(is_seen)


async def test_a_restricted_number_keeps_its_link_and_is_online_when_the_restriction_ends(fleet: Fleet) -> None:
    fleet.start()
    phone = await fleet.link()
    until = fleet.world.clock.now() + timedelta(minutes=2)
    fleet.network.restrict(phone, until)
    restricted = await fleet.until_state(DeviceState.RESTRICTED)
    assert restricted.condition.until == until
    assert fleet.slot().is_open
    online = await fleet.until_state(DeviceState.ONLINE)
    assert online.state_since >= until


async def test_a_silent_link_is_asked_for_a_sign_of_life(fleet: Fleet) -> None:
    fleet.start(replace(QUICK, liveness=timedelta(seconds=30)))
    await fleet.link()
    before = (await fleet.device()).last_seen_at
    assert before is not None

    async def is_seen() -> bool:
        seen = (await fleet.device()).last_seen_at
        return seen is not None and seen >= before + timedelta(seconds=30)

    await fleet.until(is_seen, step=timedelta(seconds=1))
    assert (await fleet.device()).condition.state is DeviceState.ONLINE


async def test_many_devices_connect_no_faster_than_the_budget_allows(fleet: Fleet) -> None:
    ids = await fleet.add_devices(12)
    gateway = fleet.start()
    await fleet.link_all(ids)
    await gateway.end()
    began = fleet.world.clock.now()
    fleet.start(replace(QUICK, connect_rate=2.0))
    devices = [await fleet.until_state(DeviceState.ONLINE, device_id) for device_id in ids]
    took = max(device.state_since for device in devices) - began
    assert timedelta(seconds=5) <= took <= timedelta(seconds=12)


async def test_without_a_gateway_nothing_is_shown_as_online(fleet: Fleet) -> None:
    gateway = fleet.start()
    await fleet.link()
    await gateway.end()
    assert (await fleet.device()).condition.state is DeviceState.CONNECTING
    assert await jobs.note_lost_gateways(fleet.world.database, fleet.world.clock) == 1
    device = await fleet.device()
    assert (device.condition.state, device.condition.cause) == (DeviceState.WAITING, Cause.NO_GATEWAY)
    fleet.start()
    await fleet.until_state(DeviceState.ONLINE)


async def test_a_restriction_that_was_told_outlives_the_link_and_the_gateway(fleet: Fleet) -> None:
    gateway = fleet.start()
    phone = await fleet.link()
    until = fleet.world.clock.now() + timedelta(hours=5)
    fleet.network.restrict(phone, until)
    await fleet.until_state(DeviceState.RESTRICTED)
    await gateway.end()
    fleet.network.lift(phone)  # as WhatsApp, which says nothing of it to a new link
    fleet.start()
    restricted = await fleet.until_state(DeviceState.RESTRICTED)
    assert restricted.condition.until == until
    await fleet.world.clock.move_to(until)
    await fleet.until_state(DeviceState.ONLINE)


async def test_a_restricted_number_answers_by_hand_and_its_campaign_waits(fleet: Fleet) -> None:
    fleet.start()
    phone = await fleet.link()
    await add_lead(fleet, STRANGER)
    fleet.network.write(PERSON, phone, "Ada stok?")
    fleet.network.restrict(phone, fleet.world.clock.now() + timedelta(days=2))
    await fleet.until_state(DeviceState.RESTRICTED)
    stream = await enqueue(fleet)
    answer = Saying(
        fleet.world.workspace_id,
        fleet.world.device_id,
        make_id(),
        PERSON,
        ByHand(MessageKind.TEXT, "Ada, mari"),
        key="once",
    )
    async with fleet.world.database.transaction() as tx:
        await conversation.say(tx, answer, fleet.world.clock.now())

    async def is_answered() -> bool:
        return [line.to for line in fleet.network.ledger.lines()] == [PERSON]

    await fleet.until(is_answered)
    await fleet.world.clock.advance(timedelta(minutes=5))
    assert [line.to for line in fleet.network.ledger.lines()] == [PERSON]
    (waiting,) = await rows(fleet, stream)
    assert (waiting["state"], waiting["device_id"]) == ("queued", fleet.world.device_id)
