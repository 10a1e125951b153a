"""The simulated network as the contract suite drives it, in this process and over a socket."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

from hebah.adapters.transports.simulated.ends import Door
from hebah.adapters.transports.simulated.faults import SendFault
from hebah.adapters.transports.simulated.network import NetworkSettings, SimulatedNetwork
from hebah.adapters.transports.simulated.people import Behaviour
from hebah.adapters.transports.simulated.phones import lid_of
from hebah.adapters.transports.simulated.server import SocketServer
from hebah.adapters.transports.simulated.socket import NetworkConnection
from hebah.adapters.transports.simulated.transport import SimulatedTransport
from hebah.foundation.clock import ManualClock
from hebah.gateway.incoming import ChatNews, MessageArrived
from hebah.gateway.outgoing import ChatKept, TypingState
from hebah.gateway.transport import DeviceRef, Transport
from hebah.messaging.chataddress import Alias
from hebah.messaging.said import Notice, Said
from tests.contracts.harness import Harness, Received, words

T = TypeVar("T")

START = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
GROUP = "group:120363000000000001"
STRANGER = "lid:900000000000001"


class SimulatedHarness:
    """A simulated network in this process; `settle` waits until what was told has arrived on both sides."""

    refusals = ("not_on_whatsapp", "blocked", "restricted", "banned", "too_large", "rejected")
    many = 1500

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

    async def wait(self, task: asyncio.Future[T], within: timedelta) -> None:
        end = self.now() + within
        await self.pass_time(timedelta(0))
        while not task.done() and self.now() < end:
            await self.pass_time(timedelta(seconds=1))

    # Phones and people

    async def new_phone(self) -> str:
        return self.network.make_phone().number

    async def new_person(self) -> str:
        return next(number for number in self._numbers() if not self.network._people.is_absent(number))

    async def absent_person(self) -> str:
        return next(number for number in self._numbers() if self.network._people.is_absent(number))

    def _numbers(self) -> Iterator[str]:
        while True:
            yield f"+{next(self._people)}"

    async def scan(self, qr_text: str, phone: str) -> None:
        self.network.scan(qr_text, phone)

    def linked(self, device: DeviceRef, phone: str) -> None:
        pass

    async def type_code(self, code: str, phone: str) -> None:
        self.network.type_code(code, phone)

    async def type_message(self, phone: str, to: str, said: Said, file: bytes = b"") -> str:
        return self.network.type_message(phone, to, said, file)

    async def write(self, sender: str, to: str, said: Said, file: bytes = b"") -> str:
        return self.network.write(sender, to, said, file=file)

    async def write_in_group(self, sender: str, to: str, said: Said) -> tuple[str, str]:
        return GROUP, self.network.write(sender, to, said, chat=GROUP)

    async def make_group(self, subject: str, *members: str) -> str:
        return self.network.groups.make(subject, *members).address

    async def change_group(self, group: str, change: Notice) -> None:
        self.network.groups.change(group, change)

    async def show_picture(self, whose: str, jpeg: bytes) -> None:
        self.network.groups.show(whose, jpeg)

    async def keep_on_phone(self, phone: str, chat: str, news: ChatNews) -> None:
        self.network.groups.tell(self.network._phones.get_or_make(phone), chat, news)

    async def kept_on_phone(self, phone: str, chat: str) -> list[ChatKept]:
        return list(self.network.groups.kept(phone, chat))

    async def write_by_lid(self, to: str, said: Said) -> str:
        self.network.write(STRANGER, to, said)
        return STRANGER

    async def reveal_lid(self, sender: str, to: str, said: Said) -> str:
        self.network.write(sender, to, said, aliases=(Alias(sender, lid_of(sender)),))
        return lid_of(sender)

    async def read_on_phone(self, phone: str, chat: str, wire_id: str) -> None:
        self.network.read_on_phone(phone, chat, wire_id)

    async def type_to(self, sender: str, to: str, state: TypingState) -> None:
        self.network.type_to(sender, to, state)

    async def received(self, to: str) -> list[Received]:
        return [Received(line.wire_id, line.kind) for line in self.network.ledger.lines() if line.to == to]

    async def drop_files(self) -> None:
        self.network.drop_files()

    async def damage_files(self) -> None:
        kept = self.network._traffic.files._kept
        for ref, file in kept.items():
            kept[ref] = file[:-1] + bytes([file[-1] ^ 1])

    async def offer_history(self, phone: str, chat: str, bodies: list[str]) -> None:
        at = self.now()
        older = [
            MessageArrived("", chat, chat, f"OLD{number}", at - timedelta(days=number), from_me=False, said=words(body))
            for number, body in enumerate(bodies, start=1)
        ]
        self.network.offer_history(phone, older)

    # States of a link and of an account

    async def cut(self, device: DeviceRef) -> None:
        self.network.cut(device)

    async def log_out(self, device: DeviceRef) -> None:
        self.network.log_out(device)

    async def replace(self, device: DeviceRef) -> None:
        self.network.replace(device)

    async def ban(self, phone: str, until: datetime) -> None:
        self.network.ban(phone, until)

    async def restrict(self, phone: str, until: datetime) -> None:
        self.network.restrict(phone, until)

    async def outdate(self, phone: str) -> None:
        self.network.outdate(phone)

    # Trouble with one message

    async def refuse_next(self, device: DeviceRef, code: str) -> None:
        self.network.fault_next(device, SendFault.refuse(code))

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
    """Everybody on it reads and answers; one number in ten is nobody's."""
    return SimulatedNetwork(clock, NetworkSettings(behaviour=Behaviour(read=1, reply=1, absent=0.1)))


def door(network: SimulatedNetwork) -> Door:
    """The network as transports see it; the type checker proves that it fits."""
    return network


async def let_others_run() -> None:
    """A few turns of the loop for tasks that can go on."""
    for _ in range(5):
        await asyncio.sleep(0)
