"""A network in another process: what happens to links and messages when either side goes away."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
import pytest

from hebah.adapters.transports.simulated import frames
from hebah.adapters.transports.simulated.network import NetworkSettings, SimulatedNetwork
from hebah.adapters.transports.simulated.people import Behaviour, seconds
from hebah.adapters.transports.simulated.server import SocketServer
from hebah.adapters.transports.simulated.socket import NetworkConnection
from hebah.adapters.transports.simulated.transport import SimulatedTransport
from hebah.devices.model import DeviceState
from hebah.foundation.clock import SystemClock
from hebah.gateway.files import InMemory
from hebah.gateway.incoming import MessageArrived, StateChanged
from hebah.gateway.outgoing import Accepted, MediaOut, NotWritten, Outgoing, Unknown
from hebah.gateway.transport import ByQr, Link, LinkFailed
from hebah.messaging.said import MessageKind
from tests.unit.simulated.world import DEADLINE_S, PERSON, device, first_of, link_phone, reach, text

ROOT = Path(__file__).resolve().parents[3]
INSTANT = Behaviour(receipts=False, connect=seconds(0, 0), ack=seconds(0, 0))
NEVER = Behaviour(receipts=False, connect=seconds(0, 0), ack=seconds(15, 15))


@asynccontextmanager
async def served(path: Path, behaviour: Behaviour = INSTANT) -> AsyncIterator[tuple[SimulatedNetwork, SocketServer]]:
    network = SimulatedNetwork(SystemClock(), NetworkSettings(behaviour=behaviour))
    async with asyncio.timeout(DEADLINE_S), network, SocketServer(network, path) as server:
        yield network, server


@asynccontextmanager
async def reached(path: Path) -> AsyncIterator[tuple[NetworkConnection, SimulatedTransport]]:
    async with NetworkConnection(path) as connection, SimulatedTransport(connection, SystemClock()) as transport:
        yield connection, transport


async def open_online(transport: SimulatedTransport, epoch: int = 1) -> Link:
    link = await transport.open(device(1), epoch)
    await reach(link, DeviceState.ONLINE)
    return link


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "network.socket"


async def test_without_a_network_links_wait_and_linking_fails(path: Path) -> None:
    async with reached(path) as (_, transport):
        link = await transport.open(device(1), 1)
        told = await first_of(link, StateChanged, lambda event: event.state is DeviceState.WAITING)
        assert told.cause == "unreachable"
        assert await link.send(text("M1")) == NotWritten("unreachable")
        assert [step async for step in transport.link(device(1), ByQr())] == [LinkFailed("unreachable")]
        await link.logout()
        await link.close()


async def test_a_network_that_starts_later_is_found(path: Path) -> None:
    async with reached(path) as (connection, transport), served(path) as (network, _):
        await connection.connected()
        await link_phone(network, transport, device(1))
        await open_online(transport)


async def test_a_broken_connection_leaves_sends_unknown_and_links_waiting(path: Path) -> None:
    async with served(path, NEVER) as (network, server), reached(path) as (connection, transport):
        await connection.connected()
        await link_phone(network, transport, device(1))
        link = await open_online(transport)
        sending = asyncio.ensure_future(link.send(text("M1")))
        await asyncio.sleep(0)
        await connection.settled()
        server.disconnect_all()
        assert await sending == Unknown("connection_lost")
        await reach(link, DeviceState.WAITING)
        assert await link.send(text("M2")) == NotWritten("connection_lost")
        assert [line.wire_id for line in network.ledger.lines()] == ["M1"]
        await link.close()
        await connection.connected()
        await open_online(transport)


async def test_a_network_that_was_restarted_is_found_again(path: Path, tmp_path: Path) -> None:
    settings = NetworkSettings(behaviour=INSTANT, state=tmp_path / "network.json")
    clock = SystemClock()
    async with asyncio.timeout(DEADLINE_S), reached(path) as (connection, transport):
        async with SimulatedNetwork(clock, settings) as network, SocketServer(network, path):
            await connection.connected()
            await link_phone(network, transport, device(1))
            link = await open_online(transport)
        await reach(link, DeviceState.WAITING)
        async with SimulatedNetwork(clock, settings) as network, SocketServer(network, path):
            await connection.connected()
            again = await open_online(transport)
            assert isinstance(await again.send(text("M1")), Accepted)


async def test_a_killed_gateway_loses_its_links_and_no_event(path: Path) -> None:
    async with served(path) as (network, server), reached(path) as (connection, transport):
        await connection.connected()
        await link_phone(network, transport, device(1))
        phone = network.phones()[0].number
        for number in range(3):
            network.write(PERSON, phone, f"Soalan {number}")
        gateway = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.unit.simulated.gateway_process", str(path)),
            stdout=asyncio.subprocess.PIPE,
            cwd=ROOT,
        )
        assert gateway.stdout is not None
        assert [await gateway.stdout.readline() for _ in range(3)] == [b"Soalan 0\n", b"Soalan 1\n", b"Soalan 2\n"]
        assert network.statistics().unacknowledged_events == 3
        gateway.kill()
        await gateway.wait()
        link = await open_online(transport, epoch=2)
        bodies = [(await first_of(link, MessageArrived)).said.body for _ in range(3)]
        assert bodies == ["Soalan 0", "Soalan 1", "Soalan 2"]
        assert server.peers == 1


async def test_a_frame_with_a_picture_passes(path: Path) -> None:
    async with served(path) as (network, _), reached(path) as (connection, transport):
        await connection.connected()
        await link_phone(network, transport, device(1))
        link = await open_online(transport)
        photo = Outgoing("M1", PERSON, MediaOut(MessageKind.IMAGE, InMemory(bytes(300_000)), "image/jpeg", "Menu"))
        assert isinstance(await link.send(photo), Accepted)
        assert [line.kind for line in network.ledger.lines()] == ["image"]


async def test_another_version_is_turned_away(path: Path) -> None:
    async with served(path):
        reader, writer = await asyncio.open_unix_connection(str(path))
        hello = msgspec.msgpack.encode(frames.Hello(frames.VERSION + 1, None))
        writer.write(len(hello).to_bytes(4, "big") + hello)
        length = int.from_bytes(await reader.readexactly(4), "big")
        welcome = msgspec.msgpack.decode(await reader.readexactly(length), type=frames.Welcome)
        assert welcome.version == frames.VERSION
        assert await reader.read() == b""
        writer.close()
        await writer.wait_closed()


async def test_a_network_of_another_version_shows_as_outdated(path: Path) -> None:
    async def welcome(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        frame = msgspec.msgpack.encode(frames.Welcome(frames.VERSION + 1, 0, None))
        writer.write(len(frame).to_bytes(4, "big") + frame)
        await reader.read()
        writer.close()

    async with await asyncio.start_unix_server(welcome, str(path)), NetworkConnection(path) as connection:
        async with asyncio.timeout(DEADLINE_S):
            while not connection.refused_version:  # noqa: ASYNC110 - nothing is told when a version is refused
                await asyncio.sleep(0.01)
        async with SimulatedTransport(connection, SystemClock()) as transport:
            await reach(await transport.open(device(1), 1), DeviceState.OUTDATED)
