"""Small steps shared by the tests of the simulated network."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import TypeVar
from uuid import UUID

from hebah.adapters.transports.simulated.network import SimulatedNetwork
from hebah.adapters.transports.simulated.transport import SimulatedTransport
from hebah.devices.model import DeviceState
from hebah.foundation.clock import ManualClock
from hebah.gateway.incoming import LinkEvent, MessageArrived, ReceiptArrived, StateChanged
from hebah.gateway.outgoing import Outgoing, TextOut
from hebah.gateway.transport import ByQr, DeviceRef, Link, Linked, LinkStep, QrShown

T = TypeVar("T")

START = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
WORKSPACE = UUID(int=1)
PERSON = "+60123456789"
DEADLINE_S = 20


def device(number: int) -> DeviceRef:
    return DeviceRef(WORKSPACE, UUID(int=number))


def text(wire_id: str, to: str = PERSON, body: str = "Selamat pagi") -> Outgoing:
    return Outgoing(wire_id, to, TextOut(body))


async def link_phone(
    network: SimulatedNetwork, transport: SimulatedTransport, ref: DeviceRef, phone: str | None = None
) -> LinkStep:
    """Link a slot, by QR, to this phone or a new one; the last step of it."""
    number = phone or network.make_phone().number
    step: LinkStep | None = None
    async for step in transport.link(ref, ByQr()):
        if isinstance(step, QrShown):
            network.scan(step.text, number)
    assert step is not None
    return step


async def open_link(
    network: SimulatedNetwork, transport: SimulatedTransport, clock: ManualClock, ref: DeviceRef
) -> Link:
    """Link a slot to a new phone and bring it online."""
    assert isinstance(await link_phone(network, transport, ref), Linked)
    link = await transport.open(ref, 1)
    await clock.advance(timedelta(seconds=1))
    await reach(link, DeviceState.ONLINE)
    return link


async def reach(link: Link, state: DeviceState) -> None:
    """Read on until the link reports this state."""
    await first_of(link, StateChanged, lambda event: event.state is state)


async def first_of(link: Link, kind: type[T], matches: Callable[[T], bool] = lambda _: True) -> T:
    """Read on to an event that has happened already or will by itself; reads acknowledge."""
    async with asyncio.timeout(DEADLINE_S):
        async for event in link.events():
            await link.acknowledge(event)
            if isinstance(event, kind) and matches(event):
                return event
    raise AssertionError("the link ended")


async def pending(link: Link) -> list[LinkEvent]:
    """All durable events that wait on the link now, acknowledged."""
    seen: list[LinkEvent] = []

    async def read() -> None:
        async for event in link.events():
            await link.acknowledge(event)
            if isinstance(event, MessageArrived | ReceiptArrived):
                seen.append(event)

    reading = asyncio.ensure_future(read())
    for _ in range(10):
        await asyncio.sleep(0)
    reading.cancel()
    await asyncio.gather(reading, return_exceptions=True)
    return seen


async def during(clock: ManualClock, by: timedelta, awaited: Awaitable[T]) -> T:
    """The result of something that needs that much time to pass."""
    task = asyncio.ensure_future(awaited)
    for _ in range(5):
        await asyncio.sleep(0)
    await clock.advance(by)
    async with asyncio.timeout(DEADLINE_S):
        return await task
