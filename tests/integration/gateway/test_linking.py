from hebah.devices.actions import slots
from hebah.devices.model import Cause, DeviceState, LinkingMethod, LinkingStep, Wanted
from tests.integration.gateway.fleet import Fleet


async def request(fleet: Fleet, method: LinkingMethod = LinkingMethod.QR, phone: str | None = None) -> None:
    world = fleet.world
    await slots.request_link(world.database, world.clock, world.owner, world.device_id, method, phone)


async def test_a_slot_is_linked_by_scanning_the_picture_it_shows(fleet: Fleet) -> None:
    fleet.start()
    phone = await fleet.link()
    device = await fleet.device()
    assert device.phone == phone
    assert device.wanted is Wanted.ON
    assert device.linked_at is not None
    assert device.last_seen_at is not None
    assert (await fleet.linking()).step is LinkingStep.LINKED


async def test_a_slot_is_linked_by_typing_the_code_it_shows(fleet: Fleet) -> None:
    fleet.start()
    phone = fleet.network.make_phone().number
    await request(fleet, LinkingMethod.CODE, phone)
    shown = (await fleet.until_shown(LinkingStep.CODE)).shown
    assert shown is not None
    fleet.network.type_code(shown, phone)
    assert (await fleet.until_state(DeviceState.ONLINE)).phone == phone


async def test_the_picture_is_renewed_until_nobody_wants_it_any_more(fleet: Fleet) -> None:
    fleet.start()
    await request(fleet)
    first = await fleet.until_shown(LinkingStep.QR)

    async def another() -> bool:
        return (await fleet.linking()).shown not in {first.shown, None}

    await fleet.until(another)
    device = await fleet.until_state(DeviceState.UNLINKED)
    assert device.wanted is Wanted.OFF
    assert device.condition.cause == "qr_timeout"
    linking = await fleet.linking()
    assert (linking.step, linking.failure, linking.shown) == (LinkingStep.FAILED, "qr_timeout", None)


async def test_a_cancelled_linking_accepts_no_scan(fleet: Fleet) -> None:
    fleet.start()
    await request(fleet)
    shown = (await fleet.until_shown(LinkingStep.QR)).shown
    world = fleet.world
    await slots.cancel_link(world.database, world.clock, world.owner, world.device_id)
    assert (await fleet.device()).condition.cause == Cause.CANCELLED

    async def is_refused() -> bool:
        assert shown is not None
        return fleet.network.scan(shown, "+60111111111").value == "no_such_code"

    await fleet.until(is_refused)
    assert (await fleet.device()).condition.state is DeviceState.UNLINKED


async def test_asking_again_begins_a_new_linking(fleet: Fleet) -> None:
    fleet.start()
    await request(fleet)
    await fleet.until_shown(LinkingStep.QR)
    phone = fleet.network.make_phone().number
    await request(fleet, LinkingMethod.CODE, phone)
    shown = (await fleet.until_shown(LinkingStep.CODE)).shown
    assert shown is not None
    fleet.network.type_code(shown, phone)
    await fleet.until_state(DeviceState.ONLINE)


async def test_a_number_has_only_one_slot(fleet: Fleet) -> None:
    fleet.start()
    phone = await fleet.link()
    (other,) = await fleet.add_devices(1)
    world = fleet.world
    await slots.request_link(world.database, world.clock, world.owner, other, LinkingMethod.QR, None)
    shown = (await fleet.until_shown(LinkingStep.QR, other)).shown
    assert shown is not None
    fleet.network.scan(shown, phone)
    assert (await fleet.until_shown(LinkingStep.FAILED, other)).failure == "already_linked"
    assert (await fleet.until_state(DeviceState.UNLINKED, other)).phone is None
    assert (await fleet.device()).condition.state is DeviceState.ONLINE


async def test_a_slot_that_was_logged_out_can_be_linked_to_another_number(fleet: Fleet) -> None:
    fleet.start()
    first = await fleet.link()
    world = fleet.world
    await slots.log_out(world.database, world.clock, world.owner, world.device_id)
    await fleet.until_state(DeviceState.LOGGED_OUT)
    second = await fleet.link()
    assert second != first
    assert (await fleet.device()).phone == second
