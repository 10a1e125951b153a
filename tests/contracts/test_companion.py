"""What only a transport with a real protocol must do: survive its own process, and lose nothing to cryptography."""

import asyncio
import base64
import json
import os
import signal
import time
from dataclasses import replace
from datetime import timedelta

import pytest

from hebah.adapters.transports.companion.transport import CompanionTransport
from hebah.devices.model import DeviceState
from hebah.gateway.incoming import (
    ChatTold,
    HistoryFetched,
    HistoryOffered,
    MediaFetched,
    MessageArrived,
    StateChanged,
)
from hebah.gateway.outgoing import (
    Accepted,
    ChatArchived,
    ChatPinned,
    Done,
    Refused,
    RequestHistory,
    Typing,
    TypingState,
)
from hebah.gateway.transport import ByQr, DeviceRef, Link, Linked, PasskeyAsked, QrShown
from hebah.messaging.said import MediaFacts, MessageKind, Said, Target
from tests.contracts.companion_harness import CompanionHarness
from tests.contracts.harness import (
    asked_for,
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
from tests.network import messages, phones
from tests.network.historysync import Conversation, StoredMessage
from tests.network.mediaretry import PhoneAnswer

# One network and one companion serve all tests of a module, so they share its loop.
pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture
def harness(companion_harness: CompanionHarness) -> CompanionHarness:
    return companion_harness


async def killed(harness: CompanionHarness, device: DeviceRef, link: Link) -> Link:
    """The companion dies without a word; the link on the next one."""
    [shard] = harness.companions._shards
    assert shard._child is not None
    os.kill(shard._child.pid, signal.SIGKILL)
    assert (await state(harness, link, DeviceState.WAITING)).cause == "companion_down"
    await link.close()
    assert await shard.ready(10)
    return await harness.transport.open(device, 1)


async def test_what_was_not_acknowledged_survives_the_companion(harness: CompanionHarness, device: DeviceRef) -> None:
    phone = await linked_phone(harness, device)
    person = await harness.new_person()
    link = await online(harness, device)
    await harness.write(person, phone, words("Soalan 0"))
    await next_event(harness, link, MessageArrived)
    for number in (1, 2):
        await harness.write(person, phone, words(f"Soalan {number}"))
    await next_event(harness, link, MessageArrived, stores=False)
    again = await killed(harness, device, link)
    bodies = [(await next_event(harness, again, MessageArrived)).said.body for _ in range(2)]
    assert bodies == ["Soalan 1", "Soalan 2"]


async def test_what_the_phone_keeps_of_a_chat_is_told_again_until_it_is_stored(
    harness: CompanionHarness, device: DeviceRef
) -> None:
    phone = await linked_phone(harness, device)
    person = await harness.new_person()
    link = await online(harness, device)
    await harness.write(person, phone, words("Salam"))
    await next_message(harness, link, MessageKind.TEXT)
    await harness.keep_on_phone(phone, person, ChatArchived(archived=True))
    await next_event(harness, link, ChatTold)
    await harness.keep_on_phone(phone, person, ChatPinned(pinned=True))
    await next_event(harness, link, ChatTold, stores=False)
    again = await killed(harness, device, link)
    told = await next_event(harness, again, ChatTold, matches=lambda event: event.news == ChatPinned(pinned=True))
    assert told.chat == person


async def test_a_message_is_said_again_to_a_phone_that_could_not_read_it_even_after_a_restart(
    harness: CompanionHarness, device: DeviceRef
) -> None:
    await linked_phone(harness, device)
    person = await harness.new_person()
    link = await online(harness, device)
    assert isinstance(await until(harness, link.send(message(person, "3EB0000001", "Harga RM10"))), Accepted)
    again = await killed(harness, device, link)
    await state(harness, again, DeviceState.ONLINE)
    hub = harness.network._hub
    account = hub.directory.get(person)
    phones.ask_again(hub, account, account.letters[0])
    said: list[phones.Received] = []
    async with asyncio.timeout(10):
        while len(said) < 2:
            await every_event(harness, again, timedelta(seconds=10))
            said = [one for one in await harness.network.received(person) if one.device]
    assert [(one.wire_id, one.body) for one in said] == [("3EB0000001", "Harga RM10")] * 2


async def test_a_message_that_could_not_be_read_is_asked_for_again(
    harness: CompanionHarness, device: DeviceRef
) -> None:
    phone = await linked_phone(harness, device)
    person = await harness.new_person()
    link = await online(harness, device)
    wire_id = await harness.network.undecryptable(person, phone, messages.text("Ada stok?"))
    unread = await next_message(harness, link, MessageKind.UNDECRYPTED)
    assert (unread.chat, unread.wire_id) == (person, wire_id)
    read = await next_message(harness, link, MessageKind.TEXT)
    assert (read.wire_id, read.said.body) == (wire_id, "Ada stok?")


async def test_a_file_that_left_the_network_is_brought_back_by_the_phone(
    harness: CompanionHarness, device: DeviceRef
) -> None:
    phone = await linked_phone(harness, device)
    person = await harness.new_person()
    link = await online(harness, device)
    content = b"\xff\xd8" + bytes(9000)
    said = Said(MessageKind.IMAGE, media=MediaFacts(b"", "image/jpeg", len(content), 320, 240))
    wire_id = await harness.write(person, phone, said, content)
    arrived = await next_event(harness, link, MessageArrived)
    await harness.network.forget_media(phone, wire_id, 410, PhoneAnswer.AGAIN)
    fetched = await until(harness, link.fetch_media(asked_for(arrived)))
    assert isinstance(fetched, MediaFetched)
    assert b"".join([piece async for piece in fetched.pieces]) == content


async def test_older_messages_come_when_they_are_asked_for(harness: CompanionHarness, device: DeviceRef) -> None:
    phone = await linked_phone(harness, device)
    person = await harness.new_person()
    link = await online(harness, device)
    wire_id = await harness.write(person, phone, words("Ada stok?"))
    newest = await next_message(harness, link, MessageKind.TEXT)
    await harness.offer_history(phone, person, ["Semalam"])  # a phone talks to its devices before they ask
    await next_event(harness, link, HistoryOffered)
    jid = str(harness.network._hub.directory.get(person).pn)
    older = [StoredMessage(messages.Key(jid, "3AOLDER"), messages.text("Tahun lepas"), int(time.time()) - 9_999_999)]
    await harness.network.keep_history(phone, [Conversation(jid, older, "Aminah")])
    wanted = RequestHistory(person, Target(wire_id, from_me=False), newest.at, 50)
    assert await until(harness, link.do(wanted)) == Done()
    offered = await next_event(harness, link, HistoryOffered)
    assert offered.kind == "on_demand"
    fetched = await until(harness, link.fetch_history(offered.ref))
    assert isinstance(fetched, HistoryFetched)
    assert [one.said.body async for part in fetched.parts for one in part.messages] == ["Tahun lepas"]


async def test_an_account_with_a_passkey_is_linked_once_it_has_answered(
    harness: CompanionHarness, device: DeviceRef
) -> None:
    phone = await harness.new_phone()
    await harness.network.passkey(phone)
    answer = {
        "id": "dGVzdC1jcmVkZW50aWFs",
        "rawId": "dGVzdC1jcmVkZW50aWFs",
        "type": "public-key",
        "response": {name: base64url(b"{}") for name in ("authenticatorData", "clientDataJSON", "signature")},
    }
    seen: list[type] = []
    async with asyncio.TaskGroup() as tasks:
        async for step in harness.transport.link(device, ByQr()):
            if isinstance(step, QrShown) and QrShown not in seen:
                tasks.create_task(harness.scan(step.text, phone))
            if isinstance(step, PasskeyAsked):
                assert json.loads(step.request)["rpId"] == "whatsapp.com"
                assert await harness.companions.answer_passkey(device, json.dumps(answer))
            seen.append(type(step))
    assert seen[-1] is Linked
    assert PasskeyAsked in seen


async def test_a_refusal_to_write_to_strangers_restricts_the_device(
    harness: CompanionHarness, device: DeviceRef
) -> None:
    await linked_phone(harness, device)
    person = await harness.new_person()
    link = await online(harness, device)
    await harness.refuse_next(device, "restricted")
    assert await until(harness, link.send(message(person, "3EB0000001"))) == Refused("restricted")
    assert (await state(harness, link, DeviceState.RESTRICTED)).cause == "new_chats_refused"


@pytest.mark.parametrize("code", ["503", "500"])
async def test_a_broken_stream_waits_and_works_again(harness: CompanionHarness, device: DeviceRef, code: str) -> None:
    await linked_phone(harness, device)
    link = await online(harness, device)
    await harness.network.stream_error(harness.name_of(device), code)
    await state(harness, link, DeviceState.WAITING)
    await link.close()
    await online(harness, device)


async def test_nonsense_from_the_network_leaves_other_devices_alone(
    harness: CompanionHarness, device: DeviceRef
) -> None:
    other = replace(device, device_id=device.workspace_id)
    await linked_phone(harness, device)
    await linked_phone(harness, other)
    person = await harness.new_person()
    await online(harness, device)
    link = await online(harness, other)
    await harness.network.fuzz(harness.name_of(device), 300, seed=7)
    assert isinstance(await until(harness, link.send(message(person, "3EB0000001"))), Accepted)


async def test_no_device_is_ever_available(harness: CompanionHarness, device: DeviceRef) -> None:
    await linked_phone(harness, device)
    person = await harness.new_person()
    link = await online(harness, device)
    await until(harness, link.do(Typing(person, TypingState.TYPING)))
    assert isinstance(await until(harness, link.send(message(person, "3EB0000001"))), Accepted)
    name = harness.name_of(device)
    kinds = {sign.kind for sign in await harness.network.signs() if sign.device == name}
    assert "composing" in kinds
    assert "presence_available" not in kinds


async def test_another_sealing_key_opens_no_credentials_and_spoils_none(
    harness: CompanionHarness, device: DeviceRef
) -> None:
    await linked_phone(harness, device)
    settings = replace(harness.companions._settings, sealing_key=bytes(32))
    async with CompanionTransport(settings) as other:
        link = await other.open(device, 1)
        refused = await next_event(
            harness, link, StateChanged, matches=lambda event: event.state is not DeviceState.CONNECTING
        )
        assert refused.cause == "sealing_key_wrong"
        await link.close()
    await online(harness, device)


async def test_counters_tell_what_each_device_did(harness: CompanionHarness, device: DeviceRef) -> None:
    phone = await linked_phone(harness, device)
    person = await harness.new_person()
    link = await online(harness, device)
    await until(harness, link.send(message(person, "3EB0000001")))
    await harness.write(person, phone, words("Hai"))
    await next_message(harness, link, MessageKind.TEXT)
    async with asyncio.timeout(10):
        while True:
            [shard] = await harness.companions.count()
            [counted] = [one for one in shard.by_device if one.device == device]
            if counted.received:  # counted once it has heard of our acknowledgement
                break
            await harness.pass_time(timedelta(seconds=1))
    assert counted.sent == 1
    assert shard.rss_bytes > 1_000_000


def base64url(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


@pytest.mark.parametrize("code", [413, 414, 500, 503])
async def test_a_number_that_is_turned_away_waits_and_the_others_of_its_companion_go_on(
    harness: CompanionHarness, device: DeviceRef, code: int
) -> None:
    other = new_device()
    phone, _ = await linked_phone(harness, device), await linked_phone(harness, other)
    going = await online(harness, other)
    await harness.network.connect_failure(phone, code)
    link = await harness.transport.open(device, 1)
    await state(harness, link, DeviceState.WAITING)
    await link.close()
    assert isinstance(await until(harness, going.send(message(await harness.new_person(), "3EB0000001"))), Accepted)
    await harness.network.lift(phone)
    await online(harness, device)
