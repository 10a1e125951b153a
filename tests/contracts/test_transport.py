"""The contract of `hebah.gateway.transport`: what the product may rely on, whatever the transport."""

import asyncio
from datetime import timedelta

import pytest

from hebah.devices.model import DeviceState
from hebah.gateway.incoming import MessageArrived, ReceiptArrived, ReceiptKind, StateChanged
from hebah.gateway.outgoing import (
    Accepted,
    Done,
    Failed,
    MarkRead,
    MediaOut,
    NotWritten,
    Outgoing,
    Probe,
    Refused,
    Unknown,
)
from hebah.gateway.pictures import InMemory
from hebah.gateway.transport import DeviceRef
from hebah.messaging.said import MessageKind
from tests.contracts.harness import (
    Harness,
    every_event,
    linked_phone,
    message,
    new_device,
    next_event,
    online,
    state,
    until,
)

RANK = {ReceiptKind.ACCEPTED: 0, ReceiptKind.DELIVERED: 1, ReceiptKind.READ: 2, ReceiptKind.PLAYED: 3}
REFUSALS = ("not_on_whatsapp", "blocked", "restricted", "banned", "too_large", "rejected")


async def test_a_linked_slot_comes_online_after_connecting(harness: Harness, device: DeviceRef) -> None:
    await linked_phone(harness, device)
    link = await harness.transport.open(device, 1)
    first = await next_event(harness, link, StateChanged)
    assert first.state is DeviceState.CONNECTING
    assert (await next_event(harness, link, StateChanged)).state is DeviceState.ONLINE


async def test_a_slot_that_was_never_linked_says_so(harness: Harness, device: DeviceRef) -> None:
    link = await harness.transport.open(device, 1)
    assert (await state(harness, link, DeviceState.UNLINKED)).cause == "not_linked"
    assert isinstance(await link.send(message("+60123000001", "M1")), NotWritten)


async def test_a_link_that_is_not_online_yet_writes_nothing(harness: Harness, device: DeviceRef) -> None:
    await linked_phone(harness, device)
    person = await harness.new_person()
    link = await harness.transport.open(device, 1)
    assert isinstance(await link.send(message(person, "M1")), NotWritten)
    await state(harness, link, DeviceState.ONLINE)
    assert await harness.received(person) == []


async def test_a_forgotten_slot_is_not_linked_any_more(harness: Harness, device: DeviceRef) -> None:
    await linked_phone(harness, device)
    await until(harness, harness.transport.forget(device))
    await until(harness, harness.transport.forget(device))
    link = await harness.transport.open(device, 1)
    await state(harness, link, DeviceState.UNLINKED)


async def test_a_send_is_accepted_and_keeps_our_wire_id(harness: Harness, device: DeviceRef) -> None:
    await linked_phone(harness, device)
    person = await harness.new_person()
    link = await online(harness, device)
    started = harness.now()
    outcome = await until(harness, link.send(message(person, "3EB0AAAA0001")))
    assert isinstance(outcome, Accepted)
    assert started <= outcome.at <= harness.now()
    assert [(one.wire_id, one.kind) for one in await harness.received(person)] == [("3EB0AAAA0001", "text")]


async def test_a_picture_goes_out_as_an_image(harness: Harness, device: DeviceRef) -> None:
    await linked_phone(harness, device)
    person = await harness.new_person()
    link = await online(harness, device)
    picture = MediaOut(MessageKind.IMAGE, InMemory(b"\xff\xd8" + bytes(1000)), "image/jpeg", "Menu")
    assert isinstance(await until(harness, link.send(Outgoing("M1", person, picture))), Accepted)
    assert [one.kind for one in await harness.received(person)] == ["image"]


async def test_a_picture_beyond_the_limit_is_refused(harness: Harness, device: DeviceRef) -> None:
    await linked_phone(harness, device)
    person = await harness.new_person()
    link = await online(harness, device)
    many = harness.transport.capabilities.max_image_bytes + 1
    heavy = MediaOut(MessageKind.IMAGE, InMemory(bytes(many)), "image/jpeg")
    assert await until(harness, link.send(Outgoing("M1", person, heavy))) == Refused("too_large")
    assert await harness.received(person) == []


@pytest.mark.parametrize("code", REFUSALS)
async def test_a_refusal_carries_its_code_and_nothing_goes_out(harness: Harness, device: DeviceRef, code: str) -> None:
    await linked_phone(harness, device)
    person = await harness.new_person()
    link = await online(harness, device)
    await harness.refuse_next(device, code)
    assert await until(harness, link.send(message(person, "M1"))) == Refused(code)
    assert await harness.received(person) == []


async def test_what_was_not_written_may_be_sent_again_with_the_same_wire_id(
    harness: Harness, device: DeviceRef
) -> None:
    await linked_phone(harness, device)
    person = await harness.new_person()
    link = await online(harness, device)
    await harness.swallow_next(device)
    assert isinstance(await until(harness, link.send(message(person, "M1"))), NotWritten)
    assert await harness.received(person) == []
    assert isinstance(await until(harness, link.send(message(person, "M1"))), Accepted)
    assert [one.wire_id for one in await harness.received(person)] == ["M1"]


async def test_a_lost_answer_is_unknown_and_the_receipt_tells_later(harness: Harness, device: DeviceRef) -> None:
    await linked_phone(harness, device)
    person = await harness.new_person()
    link = await online(harness, device)
    await harness.lose_next_answer(device)
    assert isinstance(await until(harness, link.send(message(person, "M1"))), Unknown)
    receipt = await next_event(harness, link, ReceiptArrived)
    assert receipt.wire_ids == ("M1",)
    assert receipt.kind is ReceiptKind.DELIVERED


async def test_a_late_answer_is_unknown_first_and_evidence_later(harness: Harness, device: DeviceRef) -> None:
    await linked_phone(harness, device)
    person = await harness.new_person()
    link = await online(harness, device)
    await harness.delay_next_answer(device)
    assert isinstance(await until(harness, link.send(message(person, "M1"))), Unknown)
    evidence = await next_event(
        harness, link, ReceiptArrived, matches=lambda receipt: receipt.kind is ReceiptKind.ACCEPTED
    )
    assert (evidence.chat, evidence.wire_ids) == (person, ("M1",))


async def test_a_link_that_breaks_during_a_send_leaves_it_unknown(harness: Harness, device: DeviceRef) -> None:
    await linked_phone(harness, device)
    person = await harness.new_person()
    link = await online(harness, device)
    await harness.cut_at_next_send(device)
    assert isinstance(await until(harness, link.send(message(person, "M1"))), Unknown)
    assert (await state(harness, link, DeviceState.WAITING)).cause == "connection_lost"
    assert isinstance(await link.send(message(person, "M2")), NotWritten)
    assert [one.wire_id for one in await harness.received(person)] == ["M1"]


async def test_a_cancelled_send_leaves_the_link_working(harness: Harness, device: DeviceRef) -> None:
    await linked_phone(harness, device)
    person = await harness.new_person()
    link = await online(harness, device)
    sending = asyncio.ensure_future(link.send(message(person, "M1")))
    await asyncio.sleep(0)
    sending.cancel()
    await asyncio.gather(sending, return_exceptions=True)
    assert isinstance(await until(harness, link.send(message(person, "M2"))), Accepted)


async def test_sends_of_one_chat_arrive_in_order(harness: Harness, device: DeviceRef) -> None:
    await linked_phone(harness, device)
    person = await harness.new_person()
    link = await online(harness, device)
    wire_ids = [f"M{number}" for number in range(20)]
    sends = asyncio.gather(*(link.send(message(person, wire_id, f"Teks {wire_id}")) for wire_id in wire_ids))
    assert all(isinstance(outcome, Accepted) for outcome in await until(harness, sends))
    assert [one.wire_id for one in await harness.received(person)] == wire_ids


async def test_receipts_rise_and_the_reply_comes_after_them(harness: Harness, device: DeviceRef) -> None:
    await linked_phone(harness, device)
    person = await harness.new_person()
    link = await online(harness, device)
    assert isinstance(await until(harness, link.send(message(person, "M1"))), Accepted)
    seen = await every_event(harness, link, timedelta(minutes=8))
    kinds = [event.kind for event in seen if isinstance(event, ReceiptArrived) and event.wire_ids == ("M1",)]
    reply = seen[-1]
    assert kinds == [ReceiptKind.DELIVERED, ReceiptKind.READ]
    assert isinstance(reply, MessageArrived)
    assert (reply.chat, reply.sender, reply.from_me, reply.said.kind) == (person, person, False, "text")
    assert reply.said.body


async def test_receipts_of_many_messages_rise_for_each(harness: Harness, device: DeviceRef) -> None:
    await linked_phone(harness, device)
    person = await harness.new_person()
    link = await online(harness, device)
    sends = asyncio.gather(*(link.send(message(person, f"M{number}", f"Teks {number}")) for number in range(10)))
    await until(harness, sends)
    ranks: dict[str, list[int]] = {}
    for event in await every_event(harness, link, timedelta(minutes=8)):
        if isinstance(event, ReceiptArrived):
            for wire_id in event.wire_ids:
                ranks.setdefault(wire_id, []).append(RANK[event.kind])
    assert set(ranks) == {f"M{number}" for number in range(10)}
    assert all(steps == sorted(set(steps)) for steps in ranks.values())


async def test_messages_of_one_chat_arrive_in_order(harness: Harness, device: DeviceRef) -> None:
    phone = await linked_phone(harness, device)
    person = await harness.new_person()
    link = await online(harness, device)
    for number in range(30):
        await harness.write(person, phone, f"Soalan {number}")
    seen = await every_event(harness, link, timedelta(seconds=5))
    bodies = [event.said.body for event in seen if isinstance(event, MessageArrived)]
    assert bodies == [f"Soalan {number}" for number in range(30)]


async def test_a_message_typed_on_the_phone_arrives_as_our_own(harness: Harness, device: DeviceRef) -> None:
    phone = await linked_phone(harness, device)
    person = await harness.new_person()
    link = await online(harness, device)
    wire_id = await harness.type_message(phone, person, "Saya di kedai")
    own = await next_event(harness, link, MessageArrived)
    assert (own.from_me, own.chat, own.sender, own.wire_id, own.said.body) == (
        True,
        person,
        phone,
        wire_id,
        "Saya di kedai",
    )


async def test_an_event_comes_again_until_it_is_acknowledged(harness: Harness, device: DeviceRef) -> None:
    phone = await linked_phone(harness, device)
    person = await harness.new_person()
    link = await online(harness, device)
    await harness.write(person, phone, "Ada stok?")
    first = await next_event(harness, link, MessageArrived, stores=False)
    again = await next_event(harness, link, MessageArrived, stores=False)
    assert again == first
    await link.acknowledge(again)
    assert await every_event(harness, link, timedelta(minutes=5)) == []


async def test_unacknowledged_events_come_again_in_order_after_a_cut(harness: Harness, device: DeviceRef) -> None:
    phone = await linked_phone(harness, device)
    person = await harness.new_person()
    link = await online(harness, device)
    for number in range(3):
        await harness.write(person, phone, f"Soalan {number}")
    first = await next_event(harness, link, MessageArrived)
    await next_event(harness, link, MessageArrived, stores=False)
    await harness.cut(device)
    await state(harness, link, DeviceState.WAITING)
    await link.close()
    await harness.write(person, phone, "Soalan 3")
    reopened = await online(harness, device)
    bodies = [(await next_event(harness, reopened, MessageArrived)).said.body for _ in range(3)]
    assert (first.said.body, bodies) == ("Soalan 0", ["Soalan 1", "Soalan 2", "Soalan 3"])


async def test_a_duplicate_delivery_carries_the_same_event_id(harness: Harness, device: DeviceRef) -> None:
    phone = await linked_phone(harness, device)
    person = await harness.new_person()
    link = await online(harness, device)
    await harness.duplicate_next(device)
    await harness.write(person, phone, "Ada stok?")
    first = await next_event(harness, link, MessageArrived, stores=False)
    second = await next_event(harness, link, MessageArrived, stores=False)
    assert second == first
    await link.acknowledge(first)
    await link.acknowledge(second)
    assert await every_event(harness, link, timedelta(minutes=5)) == []


async def test_a_slow_reader_does_not_stall_other_links(harness: Harness, device: DeviceRef) -> None:
    slow_phone, other_device = await linked_phone(harness, device), new_device()
    phone = await linked_phone(harness, other_device)
    person = await harness.new_person()
    slow, link = await online(harness, device), await online(harness, other_device)
    for number in range(1500):
        await harness.write(person, slow_phone, f"Soalan {number}")
    await harness.write(person, phone, "Ada stok?")
    assert (await next_event(harness, link, MessageArrived)).said.body == "Ada stok?"
    assert isinstance(await until(harness, link.send(message(person, "M1"))), Accepted)
    late = [await next_event(harness, slow, MessageArrived) for _ in range(1500)]
    assert [event.said.body for event in late] == [f"Soalan {number}" for number in range(1500)]


async def test_a_message_between_two_devices_arrives_and_is_read(harness: Harness, device: DeviceRef) -> None:
    other_device = new_device()
    phone, other_phone = await linked_phone(harness, device), await linked_phone(harness, other_device)
    link, other = await online(harness, device), await online(harness, other_device)
    await until(harness, link.send(message(other_phone, "M1", "Jumpa esok")))
    arrived = await next_event(harness, other, MessageArrived)
    assert (arrived.chat, arrived.wire_id, arrived.said.body, arrived.from_me) == (phone, "M1", "Jumpa esok", False)
    assert await until(harness, other.do(MarkRead(phone, ("M1",)))) == Done()
    read = await next_event(harness, link, ReceiptArrived, matches=lambda receipt: receipt.kind is ReceiptKind.READ)
    assert read.wire_ids == ("M1",)


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
    assert (await state(harness, link, DeviceState.WAITING)).cause == "connection_lost"
    await link.close()
    reopened = await online(harness, device, epoch=7)
    assert isinstance(await until(harness, reopened.send(message(person, "M1"))), Accepted)


async def test_a_higher_epoch_replaces_the_link_and_a_lower_one_is_turned_away(
    harness: Harness, device: DeviceRef
) -> None:
    await linked_phone(harness, device)
    person = await harness.new_person()
    old = await online(harness, device, epoch=1)
    successor = await online(harness, device, epoch=2)
    await state(harness, old, DeviceState.REPLACED)
    assert isinstance(await old.send(message(person, "M1")), NotWritten)
    late = await harness.transport.open(device, 1)
    await state(harness, late, DeviceState.REPLACED)
    await old.close()
    await late.close()
    assert isinstance(await until(harness, successor.send(message(person, "M2"))), Accepted)


async def test_logging_out_forgets_the_credentials(harness: Harness, device: DeviceRef) -> None:
    await linked_phone(harness, device)
    link = await online(harness, device)
    await until(harness, link.logout())
    await state(harness, link, DeviceState.LOGGED_OUT)
    await until(harness, link.logout())
    await link.close()
    reopened = await harness.transport.open(device, 2)
    await state(harness, reopened, DeviceState.LOGGED_OUT)


async def test_a_log_out_on_the_phone_reaches_the_link_and_the_slot_can_be_linked_again(
    harness: Harness, device: DeviceRef
) -> None:
    await linked_phone(harness, device)
    link = await online(harness, device)
    await harness.log_out(device)
    await state(harness, link, DeviceState.LOGGED_OUT)
    await link.close()
    await linked_phone(harness, device)
    await online(harness, device, epoch=2)


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
    assert isinstance(await link.send(message("+60123000001", "M1")), NotWritten)


async def test_closing_during_a_send_leaves_it_unknown(harness: Harness, device: DeviceRef) -> None:
    await linked_phone(harness, device)
    person = await harness.new_person()
    link = await online(harness, device)
    sending = asyncio.ensure_future(link.send(message(person, "M1")))
    await asyncio.sleep(0)
    await link.close()
    assert isinstance(await until(harness, sending), Unknown)


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


async def test_closing_the_transport_closes_its_links(harness: Harness, device: DeviceRef) -> None:
    await linked_phone(harness, device)
    link = await online(harness, device)
    await harness.transport.close()
    await harness.transport.close()
    assert isinstance(await link.send(message("+60123000001", "M1")), NotWritten)
