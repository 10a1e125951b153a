"""The contract of what a link does besides sending: reading, typing, looking numbers up, and older messages."""

import pytest

from hebah.gateway.incoming import (
    HistoryFetched,
    HistoryOffered,
    MediaGone,
    MessageArrived,
    ReceiptArrived,
    ReceiptKind,
    TypingSeen,
)
from hebah.gateway.outgoing import (
    CheckNumbers,
    Done,
    Failed,
    MarkRead,
    NumbersChecked,
    RequestHistory,
    Typing,
    TypingState,
)
from hebah.gateway.transport import DeviceRef
from hebah.messaging.said import MessageKind, Target
from tests.contracts.harness import (
    Harness,
    linked_phone,
    message,
    new_device,
    next_event,
    next_message,
    online,
    until,
    words,
)

# One network and one companion serve all tests of a module, so they share its loop.
pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_message_between_two_devices_arrives_and_is_read(harness: Harness, device: DeviceRef) -> None:
    other_device = new_device()
    phone, other_phone = await linked_phone(harness, device), await linked_phone(harness, other_device)
    link, other = await online(harness, device), await online(harness, other_device)
    await until(harness, link.send(message(other_phone, "3EB0000001", "Jumpa esok")))
    arrived = await next_event(harness, other, MessageArrived)
    assert (arrived.chat, arrived.wire_id, arrived.said.body) == (phone, "3EB0000001", "Jumpa esok")
    assert not arrived.from_me
    assert await until(harness, other.do(MarkRead(phone, ("3EB0000001",)))) == Done()
    read = await next_event(harness, link, ReceiptArrived, matches=lambda receipt: receipt.kind is ReceiptKind.READ)
    assert read.wire_ids == ("3EB0000001",)


async def test_reading_in_a_group_names_the_writer(harness: Harness, device: DeviceRef) -> None:
    phone = await linked_phone(harness, device)
    person = await harness.new_person()
    link = await online(harness, device)
    group, wire_id = await harness.write_in_group(person, phone, words("Jumpa esok"))
    await next_message(harness, link, MessageKind.TEXT)
    assert await until(harness, link.do(MarkRead(group, (wire_id,), person))) == Done()


@pytest.mark.parametrize("shown", [TypingState.TYPING, TypingState.RECORDING, TypingState.PAUSED])
async def test_the_other_side_sees_us_typing(harness: Harness, device: DeviceRef, shown: TypingState) -> None:
    other_device = new_device()
    phone, other_phone = await linked_phone(harness, device), await linked_phone(harness, other_device)
    link, other = await online(harness, device), await online(harness, other_device)
    outcome = await until(harness, link.do(Typing(other_phone, shown)))
    if not harness.transport.capabilities.typing:
        assert outcome == Failed("not_possible")
        return
    assert outcome == Done()
    seen = await next_event(harness, other, TypingSeen)
    assert (seen.chat, seen.sender, seen.state) == (phone, phone, shown)


async def test_numbers_are_looked_up(harness: Harness, device: DeviceRef) -> None:
    await linked_phone(harness, device)
    link = await online(harness, device)
    person, nobody, other = await harness.new_person(), await harness.absent_person(), await harness.new_person()
    outcome = await until(harness, link.do(CheckNumbers((person, nobody, other))))
    if not harness.transport.capabilities.number_check:
        assert outcome == Failed("not_possible")
        return
    assert isinstance(outcome, NumbersChecked)
    found = [(number.phone, number.on_whatsapp) for number in outcome.numbers]
    assert found == [(person, True), (nobody, False), (other, True)]
    if harness.transport.capabilities.lids:
        assert [bool(number.lid) for number in outcome.numbers] == [True, False, True]


async def test_older_messages_are_offered_and_fetched(harness: Harness, device: DeviceRef) -> None:
    phone = await linked_phone(harness, device)
    person = await harness.new_person()
    link = await online(harness, device)
    if not harness.transport.capabilities.history:
        assert await until(harness, link.fetch_history(b"none was ever offered")) == MediaGone("expired")
        return
    await harness.offer_history(phone, person, ["Semalam", "Kelmarin"])
    offered = await next_event(harness, link, HistoryOffered)
    assert 0 <= offered.progress <= 100
    for _ in range(2):  # as long as the network has it
        fetched = await until(harness, link.fetch_history(offered.ref))
        assert isinstance(fetched, HistoryFetched)
        parts = [part async for part in fetched.parts]
        older = [one for part in parts for one in part.messages]
        assert {one.said.body for one in older} == {"Semalam", "Kelmarin"}
        assert {one.chat for one in older} == {person}
        assert person in {chat.chat for part in parts for chat in part.chats}


async def test_older_messages_are_asked_for(harness: Harness, device: DeviceRef) -> None:
    phone = await linked_phone(harness, device)
    person = await harness.new_person()
    link = await online(harness, device)
    wire_id = await harness.write(person, phone, words("Ada stok?"))
    newest = await next_message(harness, link, MessageKind.TEXT)
    if harness.transport.capabilities.history:
        await harness.offer_history(phone, person, ["Semalam"])
        await next_event(harness, link, HistoryOffered)
    wanted = RequestHistory(person, Target(wire_id, from_me=False), newest.at, 50)
    outcome = await until(harness, link.do(wanted))
    assert outcome == (Done() if harness.transport.capabilities.history else Failed("not_possible"))
