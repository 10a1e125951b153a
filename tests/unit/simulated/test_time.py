"""Stepped time: it moves only when nobody has anything left to do, so that slowness changes only the duration."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from hebah.adapters.transports.simulated.instants import to_micros
from hebah.adapters.transports.simulated.ledger import LedgerLine
from hebah.adapters.transports.simulated.network import NetworkSettings, SimulatedNetwork
from hebah.adapters.transports.simulated.people import Behaviour
from hebah.adapters.transports.simulated.remote_clock import RemoteClock
from hebah.adapters.transports.simulated.server import SocketServer
from hebah.adapters.transports.simulated.socket import NetworkConnection
from hebah.adapters.transports.simulated.time import SteppedClock
from hebah.adapters.transports.simulated.transport import SimulatedTransport
from hebah.devices.model import DeviceState
from hebah.foundation.clock import Clock
from hebah.gateway.incoming import MessageArrived
from hebah.gateway.outgoing import Accepted
from hebah.gateway.transport import Link
from tests.unit.simulated.world import DEADLINE_S, PERSON, START, device, link_phone, reach, text

SECOND = timedelta(seconds=1)


async def let_run() -> None:
    for _ in range(50):
        await asyncio.sleep(0)


async def test_time_steps_from_one_due_instant_to_the_next() -> None:
    clock = SteppedClock(START)
    seen: list[datetime] = []

    async def sleeper(*after: int) -> None:
        for seconds in after:
            await clock.sleep_until(START + seconds * SECOND)
            seen.append(clock.now())

    async with asyncio.timeout(DEADLINE_S):
        await asyncio.gather(sleeper(3600, 7200), sleeper(60, 7200, 90_000))
    assert seen == [START + seconds * SECOND for seconds in (60, 3600, 7200, 7200, 90_000)]


async def test_time_stands_still_while_somebody_is_busy() -> None:
    clock = SteppedClock(START)
    sleeping = asyncio.ensure_future(clock.sleep_until(START + SECOND))
    with clock.busy():
        await let_run()
        assert clock.now() == START
        assert clock.holding() == ["network"]
    async with asyncio.timeout(DEADLINE_S):
        await sleeping
    assert clock.now() == START + SECOND


async def test_time_stands_still_while_an_expected_party_is_absent() -> None:
    clock = SteppedClock(START, expected=1)
    sleeping = asyncio.ensure_future(clock.sleep_until(START + SECOND))
    await let_run()
    assert (clock.now(), clock.holding()) == (START, ["absent"])
    clock.expect(0)
    async with asyncio.timeout(DEADLINE_S):
        await sleeping


async def test_a_step_waits_until_every_party_has_reported_on_the_last_one() -> None:
    clock = SteppedClock(START)
    told: list[tuple[int, int]] = []
    party = clock.join("gateway", lambda step, now: told.append((step, now)))
    sleeping = asyncio.ensure_future(clock.sleep_until(START + 10 * SECOND))
    await let_run()
    assert told == []
    party.report(clock.step, to_micros(START + SECOND))
    party.report(clock.step - 1, None)
    await let_run()
    assert told == [(1, to_micros(START + SECOND))]
    assert clock.holding() == ["gateway"]
    party.report(clock.step, None)
    async with asyncio.timeout(DEADLINE_S):
        await sleeping
    assert clock.now() == START + 10 * SECOND


async def test_a_party_that_took_its_report_back_holds_time_and_one_that_left_does_not() -> None:
    clock = SteppedClock(START)
    party = clock.join("gateway", lambda *_: None)
    party.report(clock.step, None)
    party.retract()
    sleeping = asyncio.ensure_future(clock.sleep_until(START + SECOND))
    await let_run()
    assert clock.now() == START
    party.leave()
    party.leave()
    async with asyncio.timeout(DEADLINE_S):
        await sleeping


async def test_a_party_that_was_dismissed_is_not_waited_for_and_may_come_back() -> None:
    clock = SteppedClock(START, expected=1)
    clock.join("gateway", lambda *_: None)
    sleeping = asyncio.ensure_future(clock.sleep_until(START + SECOND))
    await let_run()
    assert (clock.attending(), clock.now()) == (["gateway"], START)
    clock.dismiss("gateway")
    assert (clock.attending(), clock.holding()) == ([], ["absent"])
    clock.join("gateway", lambda *_: None).report(clock.step, None)
    async with asyncio.timeout(DEADLINE_S):
        await sleeping


async def test_a_grain_lets_close_instants_share_a_step() -> None:
    clock = SteppedClock(START, grain=SECOND)
    async with asyncio.timeout(DEADLINE_S):
        await asyncio.gather(*(clock.sleep_until(START + timedelta(milliseconds=ms)) for ms in (100, 300, 999)))
    assert (clock.now(), clock.step) == (START + SECOND, 1)


async def test_time_is_never_faster_than_its_speed() -> None:
    clock = SteppedClock(START, speed=100)
    loop = asyncio.get_running_loop()
    await clock.sleep_until(START + SECOND)
    started = loop.time()
    for seconds in range(2, 7):
        await clock.sleep_until(START + seconds * SECOND)
    assert loop.time() - started >= 5 / 100
    assert clock.now() == START + 6 * SECOND


async def test_time_that_was_slow_hurries_when_told_and_the_step_it_waits_for_comes_at_once() -> None:
    clock = SteppedClock(START, speed=0.001)
    await clock.sleep_until(START + SECOND)
    waits = asyncio.ensure_future(clock.sleep_until(START + 60 * SECOND))
    for _ in range(100):  # until the clock has looked and waits for its speed's sake
        await asyncio.sleep(0)
    assert not waits.done()
    clock.hurry()
    async with asyncio.timeout(DEADLINE_S):
        await waits
        await clock.sleep_until(START + 120 * SECOND)


def test_a_speed_is_above_zero() -> None:
    with pytest.raises(ValueError, match="above 0"):
        SteppedClock(START, speed=0)


async def test_a_cancelled_sleeper_is_not_waited_for() -> None:
    clock = SteppedClock(START)
    gone = asyncio.ensure_future(clock.sleep_until(START + SECOND))
    await asyncio.sleep(0)
    gone.cancel()
    async with asyncio.timeout(DEADLINE_S):
        await clock.sleep_until(START + 5 * SECOND)
    assert clock.step == 1


LIVELY = Behaviour(read=1, reply=1)


@asynccontextmanager
async def rehearsal(folder: Path, gateways: int) -> AsyncIterator[tuple[SimulatedNetwork, list[RemoteClock]]]:
    """A network that owns time, and gateways that reach it over a socket."""
    clock = SteppedClock(START, expected=gateways)
    network = SimulatedNetwork(clock, NetworkSettings(behaviour=LIVELY, seed=5))
    async with asyncio.timeout(DEADLINE_S), AsyncExitStack() as stack:
        await stack.enter_async_context(network)
        await stack.enter_async_context(SocketServer(network, folder / "socket", clock))
        clocks = []
        for number in range(gateways):
            connection = NetworkConnection(folder / "socket", f"gateway-{number}")
            clocks.append(RemoteClock(connection))
            await stack.enter_async_context(connection)
            await clocks[-1].joined()
        yield network, clocks


class Gateway:
    """Sends on a schedule and answers each reply once, taking real time for its work when it is told to be slow."""

    def __init__(self, number: int, clock: Clock, transport: SimulatedTransport, slowness: Random | None) -> None:
        self.number = number
        self.clock = clock
        self.transport = transport
        self.slowness = slowness
        self.log: list[str] = []

    async def run(self, messages: int) -> None:
        link = await self.transport.open(device(self.number), 1)
        await reach(link, DeviceState.ONLINE)
        async with asyncio.TaskGroup() as group:
            group.create_task(self._send(link, messages))
            group.create_task(self._receive(link, messages))

    async def _work(self) -> None:
        if self.slowness is not None:
            await asyncio.sleep(self.slowness.random() / 200)

    async def _send(self, link: Link, messages: int) -> None:
        for number in range(messages):
            await self.clock.sleep_until(START + (self.number + 3 * number + 5) * SECOND)
            with self.clock.busy():
                await self._work()
            outcome = await link.send(text(f"G{self.number}M{number}", f"+6012{self.number}00{number:04d}"))
            with self.clock.busy():
                await self._work()
                assert isinstance(outcome, Accepted)
                self.log.append(f"{number} accepted {outcome.at} settled {self.clock.now()}")

    async def _receive(self, link: Link, messages: int) -> None:
        replies = 0
        async for event in link.events():
            with self.clock.busy():
                await self._work()
                self.log.append(f"{event} at {self.clock.now()}")
                await link.acknowledge(event)
            replies += isinstance(event, MessageArrived)
            if replies == messages:
                return


async def rehearse(folder: Path, slowness: Random | None) -> tuple[list[LedgerLine], list[list[str]]]:
    async with AsyncExitStack() as stack:
        network, clocks = await stack.enter_async_context(rehearsal(folder, gateways=2))
        gateways = []
        for number, clock in enumerate(clocks):
            transport = await stack.enter_async_context(SimulatedTransport(clock.connection, clock))
            with clock.busy():
                await link_phone(network, transport, device(number))
            gateways.append(Gateway(number, clock, transport, slowness))
        async with asyncio.TaskGroup() as group:
            for gateway in gateways:
                group.create_task(gateway.run(messages=15))
        return network.ledger.lines(), [gateway.log for gateway in gateways]


async def test_a_slow_machine_makes_a_rehearsal_longer_and_not_different(tmp_path: Path) -> None:
    quick = await rehearse(tmp_path, None)
    slow = await rehearse(tmp_path, Random(1))
    assert len(quick[0]) == 30
    assert slow == quick


async def test_time_waits_for_an_event_to_be_acknowledged(tmp_path: Path) -> None:
    async with (
        rehearsal(tmp_path, gateways=1) as (network, [clock]),
        SimulatedTransport(clock.connection, clock) as transport,
    ):
        with clock.busy():
            await link_phone(network, transport, device(1))
        link = await transport.open(device(1), 1)
        await reach(link, DeviceState.ONLINE)
        with clock.busy():
            network.write(PERSON, network.phones()[0].number, "Ada stok?")
            event = await anext(aiter(link.events()))
            before = clock.now()
            sleeping = asyncio.ensure_future(clock.sleep_until(before + SECOND))
        await asyncio.sleep(0.1)
        assert clock.now() == before
        await link.acknowledge(event)
        await sleeping


async def test_time_stands_still_between_the_death_of_a_gateway_and_its_successor(tmp_path: Path) -> None:
    clock = SteppedClock(START, expected=1)
    network = SimulatedNetwork(clock)
    path = tmp_path / "socket"
    async with asyncio.timeout(DEADLINE_S), network, SocketServer(network, path, clock):
        async with NetworkConnection(path, "gateway") as connection:
            remote = RemoteClock(connection)
            await remote.joined()
            await remote.sleep_until(START + SECOND)
        sleeping = asyncio.ensure_future(clock.sleep_until(START + 60 * SECOND))
        await asyncio.sleep(0.1)
        assert clock.holding() == ["absent"]
        assert clock.now() == START + SECOND
        async with NetworkConnection(path, "gateway") as connection:
            remote = RemoteClock(connection)
            await remote.joined()
            assert remote.now() == START + SECOND
            await sleeping
            await remote.sleep_until(START + 61 * SECOND)
