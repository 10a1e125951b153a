"""What the transport contract needs from the world around a transport: phones, people, trouble and time.

One harness per transport. Every number given out is fresh, so that a transport to a real network can run the suite too.
"""

import asyncio
import itertools
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol, TypeVar
from uuid import uuid4

from hebah.adapters.transports.simulated.ends import Door
from hebah.adapters.transports.simulated.faults import SendFault
from hebah.adapters.transports.simulated.network import NetworkSettings, SimulatedNetwork
from hebah.adapters.transports.simulated.people import Behaviour
from hebah.adapters.transports.simulated.server import SocketServer
from hebah.adapters.transports.simulated.socket import NetworkConnection
from hebah.adapters.transports.simulated.transport import SimulatedTransport
from hebah.devices.model import DeviceState
from hebah.foundation.clock import ManualClock
from hebah.gateway.incoming import LinkEvent, StateChanged
from hebah.gateway.outgoing import Outgoing, TextOut
from hebah.gateway.transport import ByQr, DeviceRef, Link, LinkStep, QrShown, Transport

T = TypeVar("T")
E = TypeVar("E", bound=LinkEvent)

START = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
# Real seconds after which a test gives up on something that takes no real time.
DEADLINE_S = 20


@dataclass(frozen=True)
class Received:
    """A message as it reached the other side."""

    wire_id: str
    kind: str


class Harness(Protocol):
    """The world around one transport. People read and answer whatever reaches them."""

    @property
    def transport(self) -> Transport:
        """The transport under test, ready to link."""
        ...

    def now(self) -> datetime:
        """Business time."""
        ...

    async def pass_time(self, by: timedelta) -> None:
        """Let business time go by, and let everything due happen."""
        ...

    async def new_phone(self) -> str:
        """A phone that can scan; its number."""
        ...

    async def new_person(self) -> str:
        """Somebody with WhatsApp to write to; their number."""
        ...

    async def scan(self, qr_text: str, phone: str) -> None:
        """The phone scans a picture."""
        ...

    async def type_code(self, code: str, phone: str) -> None:
        """The phone's owner types a link code."""
        ...

    async def type_message(self, phone: str, to: str, body: str) -> str:
        """The phone's owner writes on the phone itself; the wire id."""
        ...

    async def write(self, sender: str, to: str, body: str) -> str:
        """A person writes to a phone; the wire id."""
        ...

    async def received(self, to: str) -> list[Received]:
        """What has reached a person, in order."""
        ...

    async def cut(self, device: DeviceRef) -> None:
        """Break the connection of a link."""
        ...

    async def log_out(self, device: DeviceRef) -> None:
        """The phone's owner ends the link."""
        ...

    async def refuse_next(self, device: DeviceRef, code: str) -> None:
        """The network says no to the next send."""
        ...

    async def swallow_next(self, device: DeviceRef) -> None:
        """The next send fails before a byte leaves."""
        ...

    async def lose_next_answer(self, device: DeviceRef) -> None:
        """The next send goes out and is never answered."""
        ...

    async def delay_next_answer(self, device: DeviceRef) -> None:
        """The next send goes out and is answered after the transport gave up."""
        ...

    async def cut_at_next_send(self, device: DeviceRef) -> None:
        """The next send goes out, then the link breaks."""
        ...

    async def duplicate_next(self, device: DeviceRef) -> None:
        """The next durable event is delivered twice."""
        ...


class SimulatedHarness:
    """A simulated network in this process; `settle` waits until what was told has arrived on both sides."""

    def __init__(
        self, network: SimulatedNetwork, transport: Transport, clock: ManualClock, settle: Callable[[], Awaitable[None]]
    ) -> None:
        self.network = network
        self._transport = transport
        self._clock = clock
        self._settle = settle
        self._people = itertools.count(601_234_500_01)

    @property
    def transport(self) -> Transport:
        return self._transport

    def now(self) -> datetime:
        return self._clock.now()

    async def pass_time(self, by: timedelta) -> None:
        await self._settle()
        await self._clock.advance(by)
        await self._settle()

    async def new_phone(self) -> str:
        return self.network.make_phone().number

    async def new_person(self) -> str:
        return f"+{next(self._people)}"

    async def scan(self, qr_text: str, phone: str) -> None:
        self.network.scan(qr_text, phone)

    async def type_code(self, code: str, phone: str) -> None:
        self.network.type_code(code, phone)

    async def type_message(self, phone: str, to: str, body: str) -> str:
        return self.network.type_message(phone, to, body)

    async def write(self, sender: str, to: str, body: str) -> str:
        return self.network.write(sender, to, body)

    async def received(self, to: str) -> list[Received]:
        return [Received(line.wire_id, line.kind) for line in self.network.ledger.lines() if line.to == to]

    async def cut(self, device: DeviceRef) -> None:
        self.network.cut(device)

    async def log_out(self, device: DeviceRef) -> None:
        self.network.log_out(device)

    async def refuse_next(self, device: DeviceRef, code: str) -> None:
        self.network.fault_next(device, SendFault.refuse(code))

    async def swallow_next(self, device: DeviceRef) -> None:
        self.network.fault_next(device, SendFault.swallow())

    async def lose_next_answer(self, device: DeviceRef) -> None:
        self.network.fault_next(device, SendFault.drop_ack())

    async def delay_next_answer(self, device: DeviceRef) -> None:
        self.network.fault_next(device, SendFault.late_ack())

    async def cut_at_next_send(self, device: DeviceRef) -> None:
        self.network.fault_next(device, SendFault.cut())

    async def duplicate_next(self, device: DeviceRef) -> None:
        self.network.duplicate_next(device)


@asynccontextmanager
async def simulated() -> AsyncIterator[Harness]:
    """The transport called directly."""
    clock = ManualClock(START)
    network = pretended_network(clock)
    async with network, SimulatedTransport(door(network), clock) as transport:
        yield SimulatedHarness(network, transport, clock, let_others_run)


@asynccontextmanager
async def simulated_socket() -> AsyncIterator[Harness]:
    """The transport over a Unix socket."""
    clock = ManualClock(START)
    network = pretended_network(clock)
    with TemporaryDirectory(prefix="hebah-test-") as folder:
        path = Path(folder) / "network.socket"
        async with network, SocketServer(network, path), NetworkConnection(path) as connection:
            await connection.connected()
            async with SimulatedTransport(connection, clock) as transport:
                yield SimulatedHarness(network, transport, clock, connection.settled)


def pretended_network(clock: ManualClock) -> SimulatedNetwork:
    """Everybody on it reads and answers."""
    return SimulatedNetwork(clock, NetworkSettings(behaviour=Behaviour(read=1, reply=1)))


def door(network: SimulatedNetwork) -> Door:
    """The network as transports see it; the type checker proves that it fits."""
    return network


async def let_others_run() -> None:
    """A few turns of the loop for tasks that can go on."""
    for _ in range(5):
        await asyncio.sleep(0)


HARNESSES: dict[str, Callable[[], AbstractAsyncContextManager[Harness]]] = {
    "simulated": simulated,
    "simulated-socket": simulated_socket,
}


def new_device() -> DeviceRef:
    """A slot nobody knows yet."""
    return DeviceRef(uuid4(), uuid4())


def message(to: str, wire_id: str, body: str = "Selamat pagi, kedai buka hari ini") -> Outgoing:
    """A text with our own wire id."""
    return Outgoing(wire_id, to, TextOut(body))


async def until(harness: Harness, awaited: Awaitable[T], within: timedelta = timedelta(minutes=12)) -> T:
    """The result, once business time has gone on far enough; fails when it does not come within that time."""
    task = asyncio.ensure_future(awaited)
    end = harness.now() + within
    try:
        async with asyncio.timeout(DEADLINE_S):
            await harness.pass_time(timedelta(0))
            while not task.done() and harness.now() < end:
                await harness.pass_time(timedelta(seconds=1))
        assert task.done(), f"nothing came within {within}"
        return await task
    finally:
        task.cancel()


async def linked_phone(harness: Harness, device: DeviceRef) -> str:
    """Link the slot to a new phone by QR."""
    phone = await harness.new_phone()

    async def link() -> LinkStep:
        step: LinkStep | None = None
        async for step in harness.transport.link(device, ByQr()):
            if isinstance(step, QrShown):
                await harness.scan(step.text, phone)
        assert step is not None
        return step

    await until(harness, link())
    return phone


async def next_event(
    harness: Harness, link: Link, kind: type[E], *, matches: Callable[[E], bool] | None = None, stores: bool = True
) -> E:
    """Read on to the next event of a kind; what is read is acknowledged, as by a gateway that stored it."""

    async def read() -> E:
        async for event in link.events():
            if stores:
                await link.acknowledge(event)
            if isinstance(event, kind) and (matches is None or matches(event)):
                return event
        raise AssertionError("the link ended")

    return await until(harness, read())


async def every_event(harness: Harness, link: Link, during: timedelta, *, stores: bool = True) -> list[LinkEvent]:
    """All that happens on a link during that time."""
    seen: list[LinkEvent] = []

    async def read() -> None:
        async for event in link.events():
            seen.append(event)
            if stores:
                await link.acknowledge(event)

    reading = asyncio.ensure_future(read())
    await harness.pass_time(timedelta(0))
    for _ in range(int(during.total_seconds())):
        await harness.pass_time(timedelta(seconds=1))
    reading.cancel()
    await asyncio.gather(reading, return_exceptions=True)
    return seen


async def state(harness: Harness, link: Link, wanted: DeviceState) -> StateChanged:
    """Read on until the link reports this state."""
    return await next_event(harness, link, StateChanged, matches=lambda event: event.state is wanted)


async def online(harness: Harness, device: DeviceRef, epoch: int = 1) -> Link:
    """Open a linked slot and wait until it is online."""
    link = await harness.transport.open(device, epoch)
    await state(harness, link, DeviceState.ONLINE)
    return link
