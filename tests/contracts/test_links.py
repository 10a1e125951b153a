"""The contract of links: how they open, what they report, and how they end."""

from datetime import timedelta

import pytest

from hebah.devices.model import DeviceState
from hebah.gateway.incoming import StateChanged
from hebah.gateway.outgoing import Accepted, Done, Failed, NotWritten, Probe, Refused
from hebah.gateway.transport import DeviceRef
from tests.contracts.harness import Harness, linked_phone, message, new_device, next_event, online, state, until

# One network and one companion serve all tests of a module, so they share its loop.
pytestmark = pytest.mark.asyncio(loop_scope="module")

NOT_LINKED = (DeviceState.LOGGED_OUT, DeviceState.UNLINKED)


async def test_a_linked_slot_comes_online_after_connecting(harness: Harness, device: DeviceRef) -> None:
    await linked_phone(harness, device)
    link = await harness.transport.open(device, 1)
    first = await next_event(harness, link, StateChanged)
    assert first.state is DeviceState.CONNECTING
    assert (await next_event(harness, link, StateChanged)).state is DeviceState.ONLINE


async def test_a_slot_that_was_never_linked_says_so(harness: Harness, device: DeviceRef) -> None:
    link = await harness.transport.open(device, 1)
    assert (await state(harness, link, DeviceState.UNLINKED)).cause in {"not_linked", "no_session"}
    assert isinstance(await link.send(message("+60123000001", "3EB0000001")), NotWritten)


async def test_a_forgotten_slot_is_not_linked_any_more(harness: Harness, device: DeviceRef) -> None:
    await linked_phone(harness, device)
    await until(harness, harness.transport.forget(device))
    await until(harness, harness.transport.forget(device))
    link = await harness.transport.open(device, 1)
    await state(harness, link, DeviceState.UNLINKED)


async def test_a_probe_tells_a_live_link_from_a_dead_one(harness: Harness, device: DeviceRef) -> None:
    await linked_phone(harness, device)
    link = await online(harness, device)
    assert await until(harness, link.do(Probe())) == Done()
    await harness.cut(device)
    await state(harness, link, DeviceState.WAITING)
    assert isinstance(await until(harness, link.do(Probe())), Failed)


async def test_a_cut_link_is_opened_again_with_the_same_epoch(harness: Harness, device: DeviceRef) -> None:
    await linked_phone(harness, device)
    person = await harness.new_person()
    link = await online(harness, device, epoch=7)
    await harness.cut(device)
    assert (await state(harness, link, DeviceState.WAITING)).cause
    await link.close()
    reopened = await online(harness, device, epoch=7)
    assert isinstance(await until(harness, reopened.send(message(person, "3EB0000001"))), Accepted)


async def test_a_higher_epoch_replaces_the_link_and_a_lower_one_is_turned_away(
    harness: Harness, device: DeviceRef
) -> None:
    await linked_phone(harness, device)
    person = await harness.new_person()
    old = await online(harness, device, epoch=1)
    successor = await online(harness, device, epoch=2)
    await state(harness, old, DeviceState.REPLACED)
    assert isinstance(await old.send(message(person, "3EB0000001")), NotWritten)
    late = await harness.transport.open(device, 1)
    await state(harness, late, DeviceState.REPLACED)
    await old.close()
    await late.close()
    assert isinstance(await until(harness, successor.send(message(person, "3EB0000002"))), Accepted)


async def test_logging_out_forgets_the_credentials(harness: Harness, device: DeviceRef) -> None:
    await linked_phone(harness, device)
    link = await online(harness, device)
    await until(harness, link.logout())
    await state(harness, link, DeviceState.LOGGED_OUT)
    await until(harness, link.logout())
    await link.close()
    reopened = await harness.transport.open(device, 2)
    await state(harness, reopened, *NOT_LINKED)


async def test_a_slot_is_logged_out_before_its_link_is_up(harness: Harness, device: DeviceRef) -> None:
    await linked_phone(harness, device)
    link = await harness.transport.open(device, 1)
    await until(harness, link.logout())
    await link.close()
    reopened = await harness.transport.open(device, 2)
    await state(harness, reopened, *NOT_LINKED)


async def test_a_log_out_on_the_phone_reaches_the_link_and_the_slot_can_be_linked_again(
    harness: Harness, device: DeviceRef
) -> None:
    await linked_phone(harness, device)
    link = await online(harness, device)
    await harness.log_out(device)
    await state(harness, link, DeviceState.LOGGED_OUT)
    await link.close()
    await until(harness, harness.transport.forget(device))
    await linked_phone(harness, device)
    await online(harness, device, epoch=2)


async def test_another_connection_of_the_device_replaces_the_link(harness: Harness, device: DeviceRef) -> None:
    await linked_phone(harness, device)
    link = await online(harness, device)
    await harness.replace(device)
    assert (await state(harness, link, DeviceState.REPLACED)).cause == "opened_elsewhere"
    assert isinstance(await link.send(message("+60123000001", "3EB0000001")), NotWritten)


async def test_a_ban_says_until_when(harness: Harness, device: DeviceRef) -> None:
    phone = await linked_phone(harness, device)
    link = await online(harness, device)
    ends = harness.now() + timedelta(hours=2)
    await harness.ban(phone, ends)
    await state(harness, link, DeviceState.BANNED, DeviceState.WAITING)
    await link.close()
    again = await harness.transport.open(device, 1)
    banned = await state(harness, again, DeviceState.BANNED)
    assert banned.cause
    assert banned.until is not None
    assert abs(banned.until - ends) < timedelta(minutes=1)


async def test_a_restricted_account_keeps_its_link_and_is_refused(harness: Harness, device: DeviceRef) -> None:
    phone = await linked_phone(harness, device)
    person = await harness.new_person()
    link = await online(harness, device)
    ends = harness.now() + timedelta(hours=2)
    await harness.restrict(phone, ends)
    restricted = await state(harness, link, DeviceState.RESTRICTED)
    assert restricted.until is not None
    assert abs(restricted.until - ends) < timedelta(minutes=1)
    assert await until(harness, link.send(message(person, "3EB0000001"))) == Refused("restricted")


async def test_software_that_is_too_old_is_told_so(harness: Harness, device: DeviceRef) -> None:
    phone = await linked_phone(harness, device)
    link = await online(harness, device)
    await harness.outdate(phone)
    await state(harness, link, DeviceState.OUTDATED, DeviceState.WAITING)
    await link.close()
    again = await harness.transport.open(device, 1)
    await state(harness, again, DeviceState.OUTDATED)


async def test_a_link_closes_twice_and_from_any_state(harness: Harness, device: DeviceRef) -> None:
    unlinked = await harness.transport.open(new_device(), 1)
    await unlinked.close()
    await linked_phone(harness, device)
    connecting = await harness.transport.open(device, 1)
    await connecting.close()
    link = await online(harness, device)
    await harness.cut(device)
    await link.close()
    await link.close()
    assert isinstance(await link.send(message("+60123000001", "3EB0000001")), NotWritten)


async def test_closing_the_transport_closes_its_links(harness: Harness, device: DeviceRef) -> None:
    await linked_phone(harness, device)
    link = await online(harness, device)
    await harness.transport.close()
    await harness.transport.close()
    assert isinstance(await link.send(message("+60123000001", "3EB0000001")), NotWritten)
