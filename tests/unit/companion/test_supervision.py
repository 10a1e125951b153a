"""What becomes of devices while their companion misbehaves, and what a companion is told."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hebah.adapters.transports.companion.probing import why_unusable
from hebah.adapters.transports.companion.settings import Waits
from hebah.adapters.transports.companion.shard import back_off
from hebah.adapters.transports.companion.transport import CompanionAway, CompanionTransport
from hebah.devices.model import DeviceState
from hebah.gateway.files import InMemory
from hebah.gateway.incoming import LinkEvent, MediaAsked, MediaFetched, MediaLater, MessageArrived, StateChanged
from hebah.gateway.outgoing import Accepted, MediaOut, NotWritten, Outgoing, SendOutcome, TextOut, Unknown
from hebah.gateway.transport import ByCode, ByQr, DeviceRef, Identity, Link, Linked, LinkFailed, QrShown
from hebah.messaging.said import MessageKind
from tests.unit.companion.conftest import FakeProgram, Opened

pytestmark = pytest.mark.timeout(40)


def text(body: str, wire_id: str = "M1") -> Outgoing:
    return Outgoing(wire_id, "+60123000001", TextOut(body))


async def told(link: Link, state: DeviceState) -> StateChanged:
    """Read on until the link reports this state."""
    async with asyncio.timeout(15):
        async for event in link.events():
            if isinstance(event, StateChanged) and event.state is state:
                return event
    raise AssertionError("the link ended")


async def online(transport: CompanionTransport, device: DeviceRef, epoch: int = 1) -> Link:
    link = await transport.open(device, epoch)
    await told(link, DeviceState.ONLINE)
    return link


async def test_a_device_is_online_and_sends(opened: Opened, device: DeviceRef, program: FakeProgram) -> None:
    async with opened() as transport:
        link = await transport.open(device, 1)
        states = [event.state async for event in first(link.events(), 2) if isinstance(event, StateChanged)]
        assert states == [DeviceState.CONNECTING, DeviceState.ONLINE]
        assert isinstance(await link.send(text("Selamat pagi")), Accepted)
    assert program.noted("configured") == ["postgresql://hebah@/hebah 32 16"]
    assert program.noted("asked")[-2:] == ["send", "drain"]


async def test_a_crash_leaves_what_was_asked_unknown_and_the_device_waiting(
    opened: Opened, device: DeviceRef, program: FakeProgram
) -> None:
    async with opened() as transport:
        link = await online(transport, device)
        assert await link.send(text("die")) == Unknown("companion_down")
        assert (await told(link, DeviceState.WAITING)).cause == "companion_down"
        assert isinstance(await link.send(text("again", "M2")), NotWritten)
        await link.close()
        again = await reopened(transport, device)
        assert isinstance(await again.send(text("again", "M2")), Accepted)
    assert len(program.noted("starts")) == 2


async def test_a_crash_touches_only_the_devices_of_its_shard(
    opened: Opened, device: DeviceRef, program: FakeProgram
) -> None:
    async with opened(devices=1) as transport:
        other_device = DeviceRef(device.workspace_id, uuid4())
        link, other = await online(transport, device), await online(transport, other_device)
        await link.send(text("die"))
        await told(link, DeviceState.WAITING)
        assert isinstance(await other.send(text("Selamat pagi")), Accepted)
    assert len(program.noted("starts")) >= 2


@pytest.mark.parametrize("behaviour", ["garbage", "endless_frame", "wrong_envelope", "hangs", "early_exit"])
async def test_a_companion_that_misbehaves_is_started_again(
    opened: Opened, device: DeviceRef, program: FakeProgram, behaviour: str
) -> None:
    program.behave(behaviour)
    async with opened() as transport:
        link = await transport.open(device, 1)
        assert (await told(link, DeviceState.WAITING)).cause == "companion_down"
        await link.close()
        program.behave("well")
        again = await reopened(transport, device)
        assert isinstance(await again.send(text("Selamat pagi")), Accepted)


@given(st.integers(1, 100), st.floats(0, 1, exclude_max=True))
def test_restarts_back_off_to_a_limit(failures: int, draw: float) -> None:
    waits = Waits(first_pause=0.25, last_pause=30)
    pause = back_off(failures, draw, waits)
    assert 0.125 <= pause <= 30
    assert pause >= 15 or back_off(failures + 1, draw, waits) > pause


@pytest.mark.parametrize(
    ("behaviour", "cause"),
    [
        ("version", "version_differs"),
        ("code:protocol_version", "version_differs"),
        ("code:schema", "schema_differs"),
        ("code:sealing_key", "sealing_key_wrong"),
        ("code:database", "storage_unavailable"),
    ],
)
async def test_a_companion_that_will_not_work_says_why(
    opened: Opened, device: DeviceRef, program: FakeProgram, behaviour: str, cause: str
) -> None:
    program.behave(behaviour)
    async with opened() as transport:
        link = await transport.open(device, 1)
        assert (await told(link, DeviceState.WAITING)).cause == cause
        await link.close()
        assert transport.unusable == (None if cause == "storage_unavailable" else cause)
        steps = [step async for step in transport.link(device, ByQr())]
        assert [type(step) for step in steps] == [LinkFailed]
        with pytest.raises(CompanionAway):
            await transport.forget(device)


async def test_a_missing_program_is_told_apart(opened: Opened, device: DeviceRef, tmp_path: Path) -> None:
    async with opened(program=tmp_path / "nowhere") as transport:
        link = await transport.open(device, 1)
        assert (await told(link, DeviceState.WAITING)).cause == "not_built"
        assert transport.unusable == "not_built"


async def test_a_send_without_an_answer_is_unknown(opened: Opened, device: DeviceRef) -> None:
    async with opened() as transport:
        link = await online(transport, device)
        assert await link.send(text("silence")) == Unknown("no_answer")
        assert isinstance(await link.send(text("Selamat pagi", "M2")), Accepted)


async def test_closing_a_link_cuts_its_sends(opened: Opened, device: DeviceRef) -> None:
    async with opened() as transport:
        link = await online(transport, device)
        async with asyncio.TaskGroup() as tasks:
            sending: asyncio.Task[SendOutcome] = tasks.create_task(link.send(text("silence")))
            await asyncio.sleep(0)
            await link.close()
        assert sending.result() == Unknown("closed")


async def test_events_of_an_opening_reach_its_link_and_are_acknowledged(
    opened: Opened, device: DeviceRef, program: FakeProgram
) -> None:
    async with opened() as transport:
        link = await online(transport, device)
        await link.send(text("write to me"))
        [arrived] = [event async for event in first(link.events(), 1)]
        assert isinstance(arrived, MessageArrived)
        assert arrived.said.body == "Hai"
        await link.acknowledge(arrived)
        await link.send(text("Baik", "M2"))
    assert program.noted("acknowledged") == ["1"]


async def test_a_higher_epoch_takes_the_device_and_a_lower_one_does_not(opened: Opened, device: DeviceRef) -> None:
    async with opened() as transport:
        old = await online(transport, device, epoch=2)
        late = await transport.open(device, 1)
        assert (await told(late, DeviceState.REPLACED)).cause == "epoch_passed"
        successor = await online(transport, device, epoch=3)
        await told(old, DeviceState.REPLACED)
        assert isinstance(await old.send(text("Hai")), NotWritten)
        await old.close()
        await late.close()
        assert isinstance(await successor.send(text("Hai")), Accepted)


async def test_linking_tells_its_steps_and_its_end(opened: Opened, device: DeviceRef) -> None:
    async with opened() as transport:
        steps = [step async for step in transport.link(device, ByCode("+60123000009"))]
    assert isinstance(steps[0], QrShown)
    assert steps[1:] == [Linked(Identity("+60123000009", "77"))]


async def test_leaving_a_linking_cancels_it(opened: Opened, device: DeviceRef) -> None:
    async with opened() as transport:
        linking = transport.link(device, ByQr())
        assert isinstance(await anext(linking), QrShown)
        await linking.aclose()
        assert isinstance(await (await online(transport, device)).send(text("Hai")), Accepted)


async def test_a_second_linking_ends_the_first(opened: Opened, device: DeviceRef) -> None:
    async with opened() as transport:
        first_linking, second = transport.link(device, ByQr()), transport.link(device, ByQr())
        assert isinstance(await anext(first_linking), QrShown)
        assert isinstance(await anext(second), QrShown)
        assert await anext(first_linking) == LinkFailed("cancelled")
        await first_linking.aclose()
        await second.aclose()


async def test_a_slot_is_forgotten_with_no_companion_running_yet(
    opened: Opened, device: DeviceRef, program: FakeProgram
) -> None:
    async with opened() as transport:
        await transport.forget(device)
    assert program.noted("asked") == ["forget", "drain"]


async def test_a_file_to_be_sent_is_in_the_spool_when_the_companion_is_asked(
    opened: Opened, device: DeviceRef, program: FakeProgram
) -> None:
    picture = MediaOut(MessageKind.IMAGE, InMemory(b"picture"), "image/jpeg")
    async with opened() as transport:
        link = await online(transport, device)
        assert isinstance(await link.send(Outgoing("M1", "+60123000001", picture)), Accepted)
    assert program.noted("file") == ["7"]


async def test_an_answer_to_a_passkey_is_taken_only_while_it_is_waited_for(opened: Opened, device: DeviceRef) -> None:
    async with opened() as transport:
        assert not await transport.answer_passkey(device, "{}")
        linking = transport.link(device, ByQr())
        await anext(linking)
        assert await transport.answer_passkey(device, "{}")
        await linking.aclose()


async def test_a_file_is_read_from_the_spool_and_gone_from_it(opened: Opened, device: DeviceRef) -> None:
    async with opened() as transport:
        link = await online(transport, device)
        fetched = await link.fetch_media(MediaAsked(b"ref", "+60123000001", "+60123000001", "IN1", from_me=False))
        assert isinstance(fetched, MediaFetched)
        assert b"".join([piece async for piece in fetched.pieces]) == b"whole file"
        spooled = [path.name for path in (transport._settings.spool).rglob("in-*")]
        assert spooled == []


async def test_a_file_outside_the_spool_is_not_read(opened: Opened, device: DeviceRef) -> None:
    async with opened() as transport:
        link = await online(transport, device)
        asked = MediaAsked(b"outside", "+60123000001", "+60123000001", "IN1", from_me=False)
        assert await link.fetch_media(asked) == MediaLater("spool_unreadable")


async def test_counters_tell_of_every_companion(opened: Opened, device: DeviceRef) -> None:
    async with opened() as transport:
        await online(transport, device)
        [counted] = await transport.count()
        assert (counted.shard, counted.cause, counted.devices, counted.rss_bytes) == (0, None, 1, 1000)


async def test_closing_the_transport_drains_and_is_safe_twice(
    opened: Opened, device: DeviceRef, program: FakeProgram
) -> None:
    async with opened() as transport:
        link = await online(transport, device)
        await transport.close()
        await transport.close()
        assert isinstance(await link.send(text("Hai")), NotWritten)
        assert (await told(await transport.open(device, 2), DeviceState.WAITING)).cause == "closed"
    assert program.noted("asked")[-1] == "drain"


@pytest.mark.parametrize(
    ("behaviour", "reason"),
    [("well", None), ("code:database", None), ("version", "version_differs"), ("early_exit", "not_started")],
)
async def test_a_program_is_asked_for_its_version(program: FakeProgram, behaviour: str, reason: str | None) -> None:
    program.behave(behaviour)
    assert await why_unusable(program.path, {}) == reason


async def test_without_a_program_there_is_nothing_to_ask(program: FakeProgram) -> None:
    assert await why_unusable(None, {}) == "not_built"


async def first(events: AsyncIterator[LinkEvent], count: int) -> AsyncIterator[LinkEvent]:
    async with asyncio.timeout(15):
        while count:
            yield await anext(events)
            count -= 1


async def reopened(transport: CompanionTransport, device: DeviceRef) -> Link:
    """As a gateway does: try again until it works."""
    async with asyncio.timeout(15):
        while True:
            link = await transport.open(device, 1)
            async for event in link.events():
                if isinstance(event, StateChanged) and event.state is DeviceState.ONLINE:
                    return link
                if isinstance(event, StateChanged) and event.state is DeviceState.WAITING:
                    break
            await link.close()
            await asyncio.sleep(0.05)
