"""The contract of events: ordered per chat, again until acknowledged, and nobody waits for a slow reader."""

import asyncio
from datetime import timedelta

import pytest

from hebah.devices.model import DeviceState
from hebah.gateway.incoming import MessageArrived, ReceiptArrived, ReceiptKind, TypingSeen
from hebah.gateway.outgoing import Accepted, TypingState
from hebah.gateway.transport import DeviceRef
from hebah.messaging.chataddress import Alias
from hebah.messaging.said import MessageKind
from tests.contracts.harness import (
    Harness,
    comes_again,
    every_event,
    linked_phone,
    message,
    new_device,
    next_event,
    next_message,
    online,
    state,
    until,
    words,
)

# One network and one companion serve all tests of a module, so they share its loop.
pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_messages_of_one_chat_arrive_in_order(harness: Harness, device: DeviceRef) -> None:
    phone = await linked_phone(harness, device)
    person = await harness.new_person()
    link = await online(harness, device)
    for number in range(30):
        await harness.write(person, phone, words(f"Soalan {number}"))
    seen = [await next_event(harness, link, MessageArrived) for _ in range(30)]
    assert [event.said.body for event in seen] == [f"Soalan {number}" for number in range(30)]


async def test_a_message_tells_who_wrote_it_and_when(harness: Harness, device: DeviceRef) -> None:
    phone = await linked_phone(harness, device)
    person = await harness.new_person()
    link = await online(harness, device)
    wire_id = await harness.write(person, phone, words("Ada stok?"))
    arrived = await next_event(harness, link, MessageArrived)
    assert (arrived.chat, arrived.sender, arrived.wire_id) == (person, person, wire_id)
    assert (arrived.from_me, arrived.said) == (False, words("Ada stok?"))
    assert arrived.sender_name
    assert abs(arrived.at - harness.now()) < timedelta(minutes=1)


async def test_a_message_typed_on_the_phone_arrives_as_our_own(harness: Harness, device: DeviceRef) -> None:
    assert harness.transport.capabilities.own_echo
    phone = await linked_phone(harness, device)
    person = await harness.new_person()
    link = await online(harness, device)
    wire_id = await harness.type_message(phone, person, words("Saya di kedai"))
    own = await next_event(harness, link, MessageArrived)
    assert (own.from_me, own.chat, own.sender, own.wire_id) == (True, person, phone, wire_id)
    assert own.said.body == "Saya di kedai"


async def test_a_message_in_a_group_names_the_group_and_its_writer(harness: Harness, device: DeviceRef) -> None:
    phone = await linked_phone(harness, device)
    person = await harness.new_person()
    link = await online(harness, device)
    group, wire_id = await harness.write_in_group(person, phone, words("Jumpa esok"))
    arrived = await next_event(harness, link, MessageArrived)
    assert group.startswith("group:")
    assert (arrived.chat, arrived.sender, arrived.wire_id) == (group, person, wire_id)
    assert arrived.said.body == "Jumpa esok"


async def test_somebody_without_a_known_number_is_named_by_lid(harness: Harness, device: DeviceRef) -> None:
    assert harness.transport.capabilities.lids
    phone = await linked_phone(harness, device)
    link = await online(harness, device)
    stranger = await harness.write_by_lid(phone, words("Hai"))
    arrived = await next_event(harness, link, MessageArrived)
    assert stranger.startswith("lid:")
    assert (arrived.chat, arrived.sender) == (stranger, stranger)


async def test_a_message_shows_which_lid_is_which_phone(harness: Harness, device: DeviceRef) -> None:
    phone = await linked_phone(harness, device)
    person = await harness.new_person()
    link = await online(harness, device)
    lid = await harness.reveal_lid(person, phone, words("Hai"))
    arrived = await next_event(harness, link, MessageArrived)
    assert (arrived.chat, arrived.sender) == (person, person)
    assert Alias(person, lid) in arrived.aliases


async def test_reading_on_the_phone_is_told(harness: Harness, device: DeviceRef) -> None:
    phone = await linked_phone(harness, device)
    person = await harness.new_person()
    link = await online(harness, device)
    wire_id = await harness.write(person, phone, words("Ada stok?"))
    await next_message(harness, link, MessageKind.TEXT)
    await harness.read_on_phone(phone, person, wire_id)
    read = await next_event(harness, link, ReceiptArrived)
    assert (read.by_me, read.chat, read.wire_ids, read.kind) == (True, person, (wire_id,), ReceiptKind.READ)


async def test_somebody_is_seen_typing(harness: Harness, device: DeviceRef) -> None:
    assert harness.transport.capabilities.typing
    phone = await linked_phone(harness, device)
    person = await harness.new_person()
    link = await online(harness, device)
    await harness.write(person, phone, words("Hai"))
    await next_message(harness, link, MessageKind.TEXT)
    await harness.type_to(person, phone, TypingState.TYPING)
    seen = await next_event(harness, link, TypingSeen)
    assert (seen.chat, seen.sender, seen.state) == (person, person, TypingState.TYPING)


async def test_a_message_that_waited_at_the_network_says_so(harness: Harness, device: DeviceRef) -> None:
    phone = await linked_phone(harness, device)
    person = await harness.new_person()
    link = await online(harness, device)
    await link.close()
    await harness.pass_time(timedelta(0))
    await harness.write(person, phone, words("Anda buka?"))
    # What waited may come before the word that the link is online.
    reopened = await harness.transport.open(device, 1)
    arrived = await next_event(harness, reopened, MessageArrived)
    assert (arrived.offline, arrived.said.body) == (True, "Anda buka?")


async def test_an_event_comes_again_until_it_is_acknowledged(harness: Harness, device: DeviceRef) -> None:
    phone = await linked_phone(harness, device)
    person = await harness.new_person()
    link = await online(harness, device)
    await harness.write(person, phone, words("Ada stok?"))
    first = await next_event(harness, link, MessageArrived, stores=False)
    again, link = await comes_again(harness, device, link, first)
    assert (again.chat, again.wire_id, again.said) == (first.chat, first.wire_id, first.said)
    await link.acknowledge(again)
    assert [event for event in await every_event(harness, link, timedelta(minutes=5)) if of(event, first)] == []


async def test_unacknowledged_events_come_again_in_order_after_a_cut(harness: Harness, device: DeviceRef) -> None:
    phone = await linked_phone(harness, device)
    person = await harness.new_person()
    link = await online(harness, device)
    for number in range(3):
        await harness.write(person, phone, words(f"Soalan {number}"))
    first = await next_event(harness, link, MessageArrived)
    await next_event(harness, link, MessageArrived, stores=False)
    await harness.cut(device)
    await state(harness, link, DeviceState.WAITING)
    await link.close()
    await harness.write(person, phone, words("Soalan 3"))
    reopened = await harness.transport.open(device, 1)
    bodies = [(await next_event(harness, reopened, MessageArrived)).said.body for _ in range(3)]
    assert (first.said.body, bodies) == ("Soalan 0", ["Soalan 1", "Soalan 2", "Soalan 3"])


async def test_a_duplicate_delivery_is_the_same_message_or_none(harness: Harness, device: DeviceRef) -> None:
    phone = await linked_phone(harness, device)
    person = await harness.new_person()
    link = await online(harness, device)
    await harness.duplicate_next(device)
    wire_id = await harness.write(person, phone, words("Ada stok?"))
    seen = await every_event(harness, link, timedelta(minutes=5))
    arrived = [event for event in seen if isinstance(event, MessageArrived)]
    assert {(event.wire_id, event.said.body) for event in arrived} == {(wire_id, "Ada stok?")}
    assert len(arrived) <= 2


async def test_a_slow_reader_does_not_stall_other_links(harness: Harness, device: DeviceRef) -> None:
    slow_phone, other_device = await linked_phone(harness, device), new_device()
    phone = await linked_phone(harness, other_device)
    person = await harness.new_person()
    slow, link = await online(harness, device), await online(harness, other_device)
    for number in range(harness.many):
        await harness.write(person, slow_phone, words(f"Soalan {number}"))
    await harness.write(person, phone, words("Ada stok?"))
    assert (await next_event(harness, link, MessageArrived)).said.body == "Ada stok?"
    assert isinstance(await until(harness, link.send(message(person, "3EB0000001"))), Accepted)
    late = [await next_event(harness, slow, MessageArrived) for _ in range(harness.many)]
    assert [event.said.body for event in late] == [f"Soalan {number}" for number in range(harness.many)]


async def test_closing_ends_the_events(harness: Harness, device: DeviceRef) -> None:
    await linked_phone(harness, device)
    link = await online(harness, device)
    reading = asyncio.ensure_future(_read_to_the_end(link.events()))
    await asyncio.sleep(0)
    await link.close()
    await until(harness, reading)


async def _read_to_the_end(events: object) -> None:
    async for _ in events:  # type: ignore[attr-defined]
        pass


def of(event: object, earlier: MessageArrived) -> bool:
    """Whether it is that message once more."""
    return isinstance(event, MessageArrived) and event.wire_id == earlier.wire_id
