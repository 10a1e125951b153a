"""Gateways on one database and one pretended network, with a clock that goes on only while a test waits."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import TypeVar
from uuid import UUID

from hebah.adapters.blobs.filesystem import FilesystemBlobs
from hebah.adapters.transports.simulated.network import NetworkSettings, SimulatedNetwork
from hebah.adapters.transports.simulated.people import QUIET, Behaviour
from hebah.adapters.transports.simulated.slots import Slot
from hebah.adapters.transports.simulated.transport import SimulatedTransport
from hebah.app.gateway import GatewayParts, GatewaySettings, run
from hebah.devices import reads
from hebah.devices.actions import slots
from hebah.devices.model import Device, DeviceState, Linking, LinkingMethod, LinkingStep
from hebah.foundation.bus import InProcessBus
from hebah.foundation.clock import ManualClock
from hebah.foundation.errors import NotFound
from hebah.foundation.ids import make_id
from hebah.foundation.postgres import Database
from hebah.gateway.transport import DeviceRef, Link
from tests.integration.worlds import World, add_device

T = TypeVar("T")

# Real seconds after which a test gives up waiting for something that needs a few milliseconds.
DEADLINE_S = 50
STEP = timedelta(milliseconds=250)
QUICK = GatewaySettings(version="test", connect_rate=1000.0, liveness=None)


@dataclass
class Gateway:
    """One that runs."""

    task: asyncio.Task[None]
    stop: asyncio.Event
    clock: ManualClock

    async def end(self) -> None:
        """Stop it as an operator would."""
        self.stop.set()
        async with asyncio.timeout(DEADLINE_S):
            while not self.task.done():
                await self.clock.advance(STEP)
                await asyncio.sleep(0.005)
        await self.task

    async def kill(self) -> None:
        """End it without letting it hand anything back."""
        self.task.cancel()
        await asyncio.wait([self.task])


class FragileTransport(SimulatedTransport):
    """A transport with a fault of its own: opening some devices raises, which none should."""

    breaks_on_open: frozenset[UUID] | set[UUID] = frozenset()

    async def open(self, device: DeviceRef, epoch: int) -> Link:
        """Open, unless this is a device on which the fault shows."""
        if device.device_id in self.breaks_on_open:
            raise RuntimeError("a fault inside the transport")
        return await super().open(device, epoch)


@dataclass
class Fleet:
    """A workspace, its network and its gateways."""

    world: World
    url: str
    bus: InProcessBus
    network: SimulatedNetwork
    folder: Path
    gateways: list[Gateway] = field(default_factory=list)
    breaks_on_open: set[UUID] = field(default_factory=set)

    def start(self, settings: GatewaySettings = QUICK) -> Gateway:
        """One more gateway."""
        stop = asyncio.Event()
        gateway = Gateway(asyncio.ensure_future(self._run(settings, stop)), stop, self.world.clock)
        self.gateways.append(gateway)
        return gateway

    async def _run(self, settings: GatewaySettings, stop: asyncio.Event) -> None:
        fragile = FragileTransport(self.network, self.world.clock)
        async with fragile as transport:
            fragile.breaks_on_open = self.breaks_on_open
            parts = GatewayParts(
                database_url=self.url,
                db=self.world.database,
                clock=self.world.clock,
                bus=self.bus,
                transports={transport.name: transport},
                blobs=FilesystemBlobs(self.folder),
                settings=settings,
            )
            await run(parts, stop)

    # --- asking -----------------------------------------------------------------------------------------------------

    async def device(self, device_id: UUID | None = None) -> Device:
        """What the database says of a slot."""
        async with self.world.database.connection() as connection:
            return await reads.find(connection, self.world.workspace_id, device_id or self.world.device_id)

    async def linking(self, device_id: UUID | None = None) -> Linking:
        """What the person who links sees."""
        async with self.world.database.connection() as connection:
            return await reads.find_linking(connection, self.world.workspace_id, device_id or self.world.device_id)

    def ref(self, device_id: UUID | None = None) -> DeviceRef:
        """The slot, as transports name it."""
        return DeviceRef(self.world.workspace_id, device_id or self.world.device_id)

    def slot(self, device_id: UUID | None = None) -> Slot:
        """What the network knows of the slot's link."""
        slot = self.network.slot(self.ref(device_id))
        assert slot is not None
        return slot

    # --- waiting ----------------------------------------------------------------------------------------------------

    async def until(self, look: Callable[[], Awaitable[T | None]], step: timedelta = STEP) -> T:
        """Let time go on until there is something to see; gives it."""
        async with asyncio.timeout(DEADLINE_S):
            while not (seen := await look()):
                await self.world.clock.advance(step)
                await asyncio.sleep(0.005)
        return seen

    async def until_state(self, state: DeviceState, device_id: UUID | None = None) -> Device:
        """Until the slot is in the state."""

        async def look() -> Device | None:
            device = await self.device(device_id)
            return device if device.condition.state is state else None

        return await self.until(look)

    async def until_shown(self, step: LinkingStep, device_id: UUID | None = None) -> Linking:
        """Until the linking is at the step."""

        async def look() -> Linking | None:
            linking = await self.linking(device_id)
            return linking if linking.step is step else None

        return await self.until(look)

    # --- doing ------------------------------------------------------------------------------------------------------

    async def add_devices(self, count: int) -> list[UUID]:
        """More slots."""
        ids = [make_id() for _ in range(count)]
        async with self.world.database.transaction() as tx:
            for device_id in ids:
                await add_device(tx, self.world.workspace_id, device_id, self.world.clock)
        return ids

    async def link(self, device_id: UUID | None = None, phone: str | None = None) -> str:
        """Link a slot by QR and wait until it is online; gives the phone."""
        number = phone or self.network.make_phone().number
        await slots.request_link(
            self.world.database,
            self.world.clock,
            self.world.owner,
            device_id or self.world.device_id,
            LinkingMethod.QR,
            None,
        )
        shown = (await self.until_shown(LinkingStep.QR, device_id)).shown
        assert shown is not None
        self.network.scan(shown, number)
        await self.until_state(DeviceState.ONLINE, device_id)
        return number

    async def link_all(self, device_ids: list[UUID]) -> None:
        """Link slots together."""
        for device_id in device_ids:
            await slots.request_link(
                self.world.database, self.world.clock, self.world.owner, device_id, LinkingMethod.QR, None
            )
        for device_id in device_ids:
            shown = (await self.until_shown(LinkingStep.QR, device_id)).shown
            assert shown is not None
            self.network.scan(shown, self.network.make_phone().number)
        for device_id in device_ids:
            await self.until_state(DeviceState.ONLINE, device_id)

    async def is_gone(self, device_id: UUID | None = None) -> bool:
        """Whether people see the slot no more."""
        try:
            await self.device(device_id)
        except NotFound:
            return True
        return False


@asynccontextmanager
async def open_fleet(
    world: World, url: str, folder: Path, behaviour: Behaviour = QUIET, session: Mapping[str, str] | None = None
) -> AsyncIterator[Fleet]:
    """No gateway yet; ends those that were started. `session` is what the database is told of this process."""
    bus = InProcessBus()
    network = SimulatedNetwork(world.clock, NetworkSettings(behaviour=behaviour))
    async with (
        await Database.connect(url, max_connections=8, on_commit=bus.publish, session=session) as database,
        network,
    ):
        fleet = Fleet(replace(world, database=database), url, bus, network, folder)
        try:
            yield fleet
        finally:
            for gateway in fleet.gateways:
                await gateway.kill()
