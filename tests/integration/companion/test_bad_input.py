"""What nobody should send or store: over the real companion and the wire, one device's trouble stays its own."""

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest
import pytest_asyncio

from hebah.adapters.transports.companion.framing import framed
from hebah.adapters.transports.companion.program import PROTOCOL_VERSION
from hebah.adapters.transports.companion.settings import CompanionSettings, configure
from hebah.adapters.transports.companion.shard import Shard
from hebah.adapters.transports.companion.transport import CompanionTransport
from hebah.devices.model import DeviceState
from hebah.foundation.embedded_postgres import EmbeddedPostgres
from hebah.gateway.incoming import MediaGone, MessageArrived, StateChanged
from hebah.gateway.outgoing import Accepted, MediaOut, Outgoing, Refused
from hebah.gateway.transport import ByQr, DeviceRef, Link, LinkFailed
from hebah.messaging.said import MediaFacts, MessageKind, Said
from tests.conftest import TEMPLATE
from tests.contracts.companion_harness import CompanionHarness, CompanionWorld, companion_world
from tests.contracts.harness import (
    asked_for,
    linked_phone,
    message,
    new_device,
    next_event,
    online,
    state,
    until,
)

# One network and one companion serve all tests here, so they share its loop.
pytestmark = pytest.mark.asyncio(loop_scope="module")

MIB = 1024 * 1024
NOT_CONNECTING = frozenset(DeviceState) - {DeviceState.CONNECTING}


class Shops:
    """Linked devices of one test, and the tables where their credentials are."""

    def __init__(self, harness: CompanionHarness) -> None:
        self.harness = harness
        self.settings: CompanionSettings = harness.companions._settings
        self._sent = 0

    async def linked(self, count: int) -> list[DeviceRef]:
        """Devices of one workspace, linked."""
        workspace = uuid4()
        devices = [DeviceRef(workspace, uuid4()) for _ in range(count)]
        for device in devices:
            await linked_phone(self.harness, device)
        return devices

    async def sends(self, link: Link) -> bool:
        """Whether a message to somebody new goes out over the link."""
        person = await self.harness.new_person()
        self._sent += 1
        outcome = await until(self.harness, link.send(message(person, f"3EB0BAD{self._sent:05}")))
        return isinstance(outcome, Accepted)

    async def opened(self, device: DeviceRef, by: CompanionTransport | None = None) -> StateChanged:
        """What becomes of a device when it is opened; its link is let go."""
        link = await (by or self.harness.transport).open(device, 1)
        try:
            return await state(self.harness, link, *NOT_CONNECTING)
        finally:
            await link.close()

    async def sessions(self) -> list[tuple[object, ...]]:
        """Every session as it is stored."""
        return [
            tuple(row) for row in await self.run("SELECT * FROM companion.session ORDER BY workspace_id, device_id")
        ]

    async def run(self, statement: str, *given: object) -> list[asyncpg.Record]:
        """Something done to the tables behind the companion's back."""
        connection = await asyncpg.connect(self.settings.database_url)
        try:
            return list(await connection.fetch(statement, *given))
        finally:
            await connection.close()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(cluster: EmbeddedPostgres) -> AsyncIterator[CompanionWorld]:
    name = f"bad_input_{uuid4().hex}"
    connection = await asyncpg.connect(cluster.url)
    try:
        await connection.execute(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE} STRATEGY FILE_COPY")
        async with companion_world(cluster.url_of(name)) as opened:
            yield opened
        await connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
    finally:
        await connection.close()


@pytest_asyncio.fixture(loop_scope="module")
async def shops(world: CompanionWorld) -> AsyncIterator[Shops]:
    async with world.harness() as harness:
        yield Shops(harness)


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_devices_send_while_another_one_is_sent_nonsense(shops: Shops, seed: int) -> None:
    device, *others = await shops.linked(3)
    await online(shops.harness, device)
    links = [await online(shops.harness, other) for other in others]
    async with asyncio.TaskGroup() as tasks:
        nonsense = tasks.create_task(shops.harness.network.fuzz(shops.harness.name_of(device), 400, seed))
        assert all([await shops.sends(link) for link in links * 3])
    assert nonsense.result() > 0
    [shard] = shops.harness.companions._shards
    assert shard.starts == 1


@pytest.mark.parametrize("spoilt", ["set_byte(sealed, 20, get_byte(sealed, 20) # 1)", "substring(sealed for 9)", "''"])
async def test_a_session_that_was_spoilt_stops_its_device_and_no_other(shops: Shops, spoilt: str) -> None:
    device, other = await shops.linked(2)
    link = await online(shops.harness, other)
    await shops.run(f"UPDATE companion.session SET sealed = {spoilt} WHERE device_id = $1", device.device_id)

    stopped = await shops.opened(device)

    assert (stopped.state, stopped.cause) == (DeviceState.STOPPED, "session_corrupt")
    assert await shops.sends(link)


async def test_with_another_sealing_key_nothing_is_written_and_with_the_right_one_all_is_well(shops: Shops) -> None:
    devices = await shops.linked(2)
    before = await shops.sessions()
    async with CompanionTransport(replace(shops.settings, sealing_key=bytes(32))) as other:
        refused = [await shops.opened(device, by=other) for device in devices]
    assert {(event.state, event.cause) for event in refused} == {(DeviceState.STOPPED, "sealing_key_wrong")}
    assert sealed_in(await shops.sessions()) == sealed_in(before)
    assert all([await shops.sends(await online(shops.harness, device)) for device in devices])


def sealed_in(sessions: list[tuple[object, ...]]) -> list[object]:
    """The credentials, without the number of the last opening."""
    return [(row[:2], row[3:]) for row in sessions]


async def test_a_file_over_the_limit_is_not_read_when_it_is_to_be_sent(shops: Shops) -> None:
    [device] = await shops.linked(1)
    link = await online(shops.harness, device)
    person = await shops.harness.new_person()
    huge = Endless(shops.settings.max_file_bytes + 1)
    film = Outgoing("3EB0F11E", person, MediaOut(MessageKind.VIDEO, huge, "video/mp4"))
    assert await until(shops.harness, link.send(film)) == Refused("too_large")
    assert not huge.was_read
    assert await shops.sends(link)


class Endless:
    """A file that fails whoever reads it."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.sha256 = bytes(32)
        self.was_read = False

    async def read(self) -> AsyncIterator[bytes]:
        self.was_read = True
        yield b""


async def test_a_file_over_the_limit_that_somebody_sends_is_given_up_and_fills_no_memory(shops: Shops) -> None:
    [device] = await shops.linked(1)
    link = await online(shops.harness, device)
    phone = f"+{shops.harness.name_of(device).partition(':')[0]}"
    person = await shops.harness.new_person()
    content = bytes(shops.settings.max_file_bytes + MIB)
    facts = MediaFacts(b"", "application/zip", 1000)  # it does not say how large it is
    await shops.harness.write(person, phone, Said(MessageKind.DOCUMENT, media=facts), content)
    arrived = await next_event(shops.harness, link, MessageArrived)
    [shard] = shops.harness.companions._shards
    before = most_memory(shard)

    assert await until(shops.harness, link.fetch_media(asked_for(arrived))) == MediaGone("too_large")

    assert most_memory(shard) - before < len(content) // 2
    assert [path.name for path in shard.spool.folder.iterdir()] == ["lock"]
    assert await shops.sends(link)


def most_memory(shard: Shard) -> int:
    """Bytes that the companion has ever had in memory at once."""
    assert shard._child is not None
    status = Path(f"/proc/{shard._child.pid}/status").read_text()
    found = re.search(r"^VmHWM:\s+(\d+) kB$", status, re.MULTILINE)
    assert found
    return int(found[1]) * 1024


@pytest.mark.parametrize(
    "nonsense",
    [b"\xff\xff\xff\xff", framed(b"\xff" * 40)],
    ids=["a frame without end", "a frame that says nothing"],
)
async def test_a_companion_that_was_told_nonsense_is_replaced_and_the_other_goes_on(
    shops: Shops, nonsense: bytes
) -> None:
    device, other_device = await shops.linked(2)
    async with CompanionTransport(replace(shops.settings, devices=1)) as companions:
        link, other = await companions.open(device, 2), await companions.open(other_device, 2)
        await state(shops.harness, link, DeviceState.ONLINE)
        await state(shops.harness, other, DeviceState.ONLINE)
        shard, other_shard = companions._shards
        say(shard, nonsense)

        assert (await state(shops.harness, link, DeviceState.WAITING)).cause == "companion_down"
        assert await shops.sends(other)
        await link.close()
        assert await shard.ready(10)
        again = await companions.open(device, 2)
        await state(shops.harness, again, DeviceState.ONLINE)
        assert await shops.sends(again)
        assert (shard.starts, other_shard.starts) == (2, 1)


def say(shard: Shard, raw: bytes) -> None:
    """Put bytes on the socket that no frame of ours would have."""
    assert shard._child is not None
    assert shard._child._transport is not None
    shard._child._transport.write(raw)


async def test_a_companion_of_another_version_says_so_and_links_nothing(
    shops: Shops, monkeypatch: pytest.MonkeyPatch
) -> None:
    device, other = await shops.linked(2)
    async with CompanionTransport(shops.settings) as companions:
        monkeypatch.setattr(f"{configure.__module__}.PROTOCOL_VERSION", PROTOCOL_VERSION + 1)
        refused = await shops.opened(device, by=companions)
        assert (refused.state, refused.cause) == (DeviceState.WAITING, "version_differs")
        assert companions.unusable == "version_differs"
        assert [step async for step in companions.link(new_device(), ByQr())] == [LinkFailed("transport_down")]
    assert await shops.sends(await online(shops.harness, other))


async def test_without_its_program_a_transport_says_so_and_others_go_on(shops: Shops) -> None:
    device, other = await shops.linked(2)
    nowhere = shops.settings.spool.parent / "nowhere"
    async with CompanionTransport(replace(shops.settings, program=nowhere)) as companions:
        refused = await shops.opened(device, by=companions)
        assert (refused.state, refused.cause) == (DeviceState.WAITING, "not_built")
        assert companions.unusable == "not_built"
    assert await shops.sends(await online(shops.harness, other))
    assert await shops.sends(await online(shops.harness, device))
