"""The contract of sending: every send ends in one of four outcomes, and each means what it says."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from hebah.devices.model import DeviceState
from hebah.gateway.files import InMemory
from hebah.gateway.incoming import MessageArrived, ReceiptArrived, ReceiptKind
from hebah.gateway.outgoing import Accepted, MediaOut, NotWritten, Outgoing, Refused, Unknown
from hebah.gateway.transport import DeviceRef
from hebah.messaging.said import MessageKind
from tests.contracts.harness import Harness, every_event, linked_phone, message, next_event, online, state, until

# One network and one companion serve all tests of a module, so they share its loop.
pytestmark = pytest.mark.asyncio(loop_scope="module")

RANK = {ReceiptKind.ACCEPTED: 0, ReceiptKind.DELIVERED: 1, ReceiptKind.READ: 2, ReceiptKind.PLAYED: 3}
# A network may count time in whole seconds.
TICK = timedelta(seconds=1)


async def test_a_link_that_is_not_online_yet_writes_nothing(harness: Harness, device: DeviceRef) -> None:
    await linked_phone(harness, device)
    person = await harness.new_person()
    link = await harness.transport.open(device, 1)
    assert isinstance(await link.send(message(person, "3EB0000001")), NotWritten)
    await state(harness, link, DeviceState.ONLINE)
    assert await harness.received(person) == []


async def test_a_send_is_accepted_and_keeps_our_wire_id(harness: Harness, device: DeviceRef) -> None:
    await linked_phone(harness, device)
    person = await harness.new_person()
    link = await online(harness, device)
    started = harness.now()
    outcome = await until(harness, link.send(message(person, "3EB0AAAA0001")))
    assert isinstance(outcome, Accepted)
    assert started - TICK <= outcome.at <= harness.now()
    assert [(one.wire_id, one.kind) for one in await harness.received(person)] == [("3EB0AAAA0001", "text")]


@pytest.mark.parametrize("kind", [MessageKind.IMAGE, MessageKind.DOCUMENT])
async def test_a_file_beyond_the_limit_is_refused(harness: Harness, device: DeviceRef, kind: MessageKind) -> None:
    await linked_phone(harness, device)
    person = await harness.new_person()
    link = await online(harness, device)
    able = harness.transport.capabilities
    most = able.max_image_bytes if kind is MessageKind.IMAGE else able.max_file_bytes
    heavy = MediaOut(kind, InMemory(bytes(most + 1)), "application/octet-stream")
    assert await until(harness, link.send(Outgoing("3EB0000001", person, heavy))) == Refused("too_large")
    assert await harness.received(person) == []


async def test_a_file_that_cannot_be_read_is_not_written(harness: Harness, device: DeviceRef) -> None:
    class Unreadable(InMemory):
        async def read(self) -> AsyncIterator[bytes]:
            yield b"\xff"
            raise OSError("gone")

    await linked_phone(harness, device)
    person = await harness.new_person()
    link = await online(harness, device)
    picture = MediaOut(MessageKind.IMAGE, Unreadable(b"\xff\xd8"), "image/jpeg")
    assert await until(harness, link.send(Outgoing("3EB0000001", person, picture))) == NotWritten("file_unreadable")
    assert await harness.received(person) == []


async def test_a_refusal_carries_its_code_and_nothing_goes_out(harness: Harness, device: DeviceRef) -> None:
    await linked_phone(harness, device)
    person = await harness.new_person()
    link = await online(harness, device)
    for number, code in enumerate(harness.refusals):
        await harness.refuse_next(device, code)
        assert await until(harness, link.send(message(person, f"3EB000000{number}"))) == Refused(code)
    assert await harness.received(person) == []


async def test_a_number_without_whatsapp_is_refused(harness: Harness, device: DeviceRef) -> None:
    await linked_phone(harness, device)
    link = await online(harness, device)
    nobody = await harness.absent_person()
    assert await until(harness, link.send(message(nobody, "3EB0000001"))) == Refused("not_on_whatsapp")


async def test_what_was_not_written_may_be_sent_again_with_the_same_wire_id(
    harness: Harness, device: DeviceRef
) -> None:
    await linked_phone(harness, device)
    person = await harness.new_person()
    link = await online(harness, device)
    await harness.cut(device)
    await state(harness, link, DeviceState.WAITING)
    assert isinstance(await until(harness, link.send(message(person, "3EB0000001"))), NotWritten)
    await link.close()
    again = await online(harness, device)
    assert await harness.received(person) == []
    assert isinstance(await until(harness, again.send(message(person, "3EB0000001"))), Accepted)
    assert [one.wire_id for one in await harness.received(person)] == ["3EB0000001"]


async def test_a_lost_answer_is_unknown_and_the_receipt_tells_later(harness: Harness, device: DeviceRef) -> None:
    await linked_phone(harness, device)
    person = await harness.new_person()
    link = await online(harness, device)
    await harness.lose_next_answer(device)
    assert isinstance(await until(harness, link.send(message(person, "3EB0000001"))), Unknown)
    receipt = await next_event(harness, link, ReceiptArrived)
    assert receipt.wire_ids == ("3EB0000001",)
    assert receipt.kind is ReceiptKind.DELIVERED


async def test_a_late_answer_is_unknown_first_and_evidence_comes_later(harness: Harness, device: DeviceRef) -> None:
    await linked_phone(harness, device)
    person = await harness.new_person()
    link = await online(harness, device)
    await harness.delay_next_answer(device)
    assert isinstance(await until(harness, link.send(message(person, "3EB0000001"))), Unknown)
    evidence = await next_event(harness, link, ReceiptArrived)
    assert (evidence.chat, evidence.wire_ids) == (person, ("3EB0000001",))


async def test_a_link_that_breaks_during_a_send_leaves_it_unknown(harness: Harness, device: DeviceRef) -> None:
    await linked_phone(harness, device)
    person = await harness.new_person()
    link = await online(harness, device)
    await harness.cut_at_next_send(device)
    assert isinstance(await until(harness, link.send(message(person, "3EB0000001"))), Unknown)
    await state(harness, link, DeviceState.WAITING)
    assert isinstance(await link.send(message(person, "3EB0000002")), NotWritten)
    assert [one.wire_id for one in await harness.received(person)] == ["3EB0000001"]


async def test_a_cancelled_send_leaves_the_link_working(harness: Harness, device: DeviceRef) -> None:
    await linked_phone(harness, device)
    person = await harness.new_person()
    link = await online(harness, device)
    sending = asyncio.ensure_future(link.send(message(person, "3EB0000001")))
    await asyncio.sleep(0)
    sending.cancel()
    await asyncio.gather(sending, return_exceptions=True)
    assert isinstance(await until(harness, link.send(message(person, "3EB0000002"))), Accepted)


async def test_sends_of_one_chat_arrive_in_order(harness: Harness, device: DeviceRef) -> None:
    await linked_phone(harness, device)
    person = await harness.new_person()
    link = await online(harness, device)
    wire_ids = [f"3EB00000{number:02}" for number in range(20)]
    sends = asyncio.gather(*(link.send(message(person, wire_id, f"Teks {wire_id}")) for wire_id in wire_ids))
    assert all(isinstance(outcome, Accepted) for outcome in await until(harness, sends))
    assert [one.wire_id for one in await harness.received(person)] == wire_ids


async def test_receipts_rise_and_the_reply_comes_after_them(harness: Harness, device: DeviceRef) -> None:
    await linked_phone(harness, device)
    person = await harness.new_person()
    link = await online(harness, device)
    assert isinstance(await until(harness, link.send(message(person, "3EB0000001"))), Accepted)
    seen = await every_event(harness, link, timedelta(minutes=8))
    kinds = [event.kind for event in seen if isinstance(event, ReceiptArrived) and event.wire_ids == ("3EB0000001",)]
    [reply] = [event for event in seen if isinstance(event, MessageArrived)]
    assert kinds == [ReceiptKind.DELIVERED, ReceiptKind.READ]
    assert (reply.chat, reply.sender, reply.from_me, reply.said.kind) == (person, person, False, "text")
    assert reply.said.body
    assert seen[-1] is reply


async def test_receipts_of_many_messages_rise_for_each(harness: Harness, device: DeviceRef) -> None:
    await linked_phone(harness, device)
    person = await harness.new_person()
    link = await online(harness, device)
    wire_ids = [f"3EB000000{number}" for number in range(10)]
    await until(
        harness, asyncio.gather(*(link.send(message(person, wire_id, f"Teks {wire_id}")) for wire_id in wire_ids))
    )
    ranks: dict[str, list[int]] = {}
    for event in await every_event(harness, link, timedelta(minutes=8)):
        if isinstance(event, ReceiptArrived):
            for wire_id in event.wire_ids:
                ranks.setdefault(wire_id, []).append(RANK[event.kind])
    assert set(ranks) == set(wire_ids)
    assert all(steps == sorted(set(steps)) for steps in ranks.values())


async def test_closing_during_a_send_leaves_it_unknown(harness: Harness, device: DeviceRef) -> None:
    await linked_phone(harness, device)
    person = await harness.new_person()
    link = await online(harness, device)
    sending = asyncio.ensure_future(link.send(message(person, "3EB0000001")))
    await asyncio.sleep(0)
    await link.close()
    assert isinstance(await until(harness, sending), Unknown)
