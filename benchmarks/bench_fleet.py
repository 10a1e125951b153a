"""What a simulated number costs a gateway in memory, and how a gateway stands a storm of reconnects.

The gateway is a process of its own; the pretended network and its phones live in this one, reached over a socket, so
that only what a gateway keeps of a number is counted: lease, session, link, lane. Memory is what the process has for
itself (USS), less what it had without any number. Liveness is on, at its usual pace; nothing is sent. Links are opened
within a budget of 500 a second. For the storm every link is cut at one moment.
"""

import asyncio
import os
import signal
import sys
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import uvloop
from runner import Metric, report, scratch

from hebah.access.actions import entry as access
from hebah.access.model import NewUser, Role, Settings
from hebah.adapters.transports.simulated.network import NetworkSettings, SimulatedNetwork
from hebah.adapters.transports.simulated.server import SocketServer
from hebah.app import settings as environment
from hebah.app.migrate import migrate
from hebah.app.partitions import ensure_partitions
from hebah.app.rehearsal import store
from hebah.app.rehearsal.shop import link_phone
from hebah.foundation.clock import SystemClock
from hebah.foundation.embedded_postgres import EmbeddedPostgres
from hebah.foundation.ids import make_id
from hebah.foundation.postgres import Database
from hebah.gateway.transport import DeviceRef

STEPS = (3000, 10_000)
CONNECT_RATE = 500.0
RUNS = 3
ASKED_EVERY_S = 0.5
QUIET_S = 8.0
ONLINE_WITHIN_S = 600.0
GATEWAY = (sys.executable, "-c", "from hebah.app.lone_gateway import main; main()")

SMALL = Metric("sim_kb_per_device_3000", "KB", "<= 20")
LARGE = Metric("sim_kb_per_device_10000", "KB", "<= 20")
STORM = Metric("sim_storm_s_10000", "s")


async def main(folder: Path) -> dict[Metric, float]:
    """One gateway, growing; the storm comes when it is largest."""
    clock = SystemClock()
    async with AsyncExitStack() as stack:
        server = stack.enter_context(EmbeddedPostgres(folder / "home"))
        await migrate(server.url)
        db = await stack.enter_async_context(await Database.connect(server.url, max_connections=4))
        await ensure_partitions(db, clock.now())
        network = await stack.enter_async_context(SimulatedNetwork(clock, NetworkSettings(ledger=folder / "ledger")))
        await stack.enter_async_context(SocketServer(network, folder / "network.sock"))
        async with db.transaction() as tx:
            owner = NewUser("Benchmark", "owner@benchmark.invalid", Role.OWNER)
            account = await access.found_workspace(tx, Settings("Benchmark", simulated_on=True), owner, "", clock.now())
        fleet = _Fleet(db, clock, network, account.workspace_id)
        pid = await stack.enter_async_context(gateway(folder, server.url, CONNECT_RATE))
        await fleet.has_gateway()
        await asyncio.sleep(QUIET_S)
        empty, found = _own_kb(pid), {}
        for metric, count in zip((SMALL, LARGE), STEPS, strict=True):
            await fleet.grow_to(count)
            await fleet.all_online()
            await asyncio.sleep(QUIET_S)
            found[metric] = (_own_kb(pid) - empty) / count
        found[STORM] = await fleet.storm()
        return found


class _Fleet:
    def __init__(self, db: Database, clock: SystemClock, network: SimulatedNetwork, workspace_id: UUID) -> None:
        self._db = db
        self._clock = clock
        self._network = network
        self._workspace_id = workspace_id
        self._devices: list[DeviceRef] = []

    async def has_gateway(self) -> None:
        """Return once a gateway lives."""
        while True:
            async with self._db.connection() as connection:
                if await connection.fetchval("SELECT count(*) FROM worker WHERE 'gateway' = ANY (roles)"):
                    return
            await asyncio.sleep(ASKED_EVERY_S)

    async def grow_to(self, count: int) -> None:
        """More numbers, linked a while ago."""
        new = [DeviceRef(self._workspace_id, make_id()) for _ in range(count - len(self._devices))]
        self._devices += new
        phones = [link_phone(self._network, device) for device in new]
        async with self._db.transaction() as tx:
            await tx.execute(
                "INSERT INTO device (workspace_id, id, name, transport, phone, state, cause, wanted, state_since,"
                " created_at, linked_at) SELECT $1, id, 'Number ' || place, 'simulated', phone, 'connecting',"
                " 'starting', 'on', $4, $4, $4"
                " FROM unnest($2::uuid[], $3::text[]) WITH ORDINALITY AS given (id, phone, place)",
                self._workspace_id,
                [device.device_id for device in new],
                phones,
                self._clock.now(),
            )
            await tx.execute("ANALYZE device")

    async def all_online(self) -> None:
        """Return once every number is connected."""
        async with asyncio.timeout(ONLINE_WITHIN_S):
            while True:
                async with self._db.connection() as connection:
                    online = await store.count_online(connection, self._workspace_id)
                if online.devices == len(self._devices):
                    return
                await asyncio.sleep(ASKED_EVERY_S)

    async def storm(self) -> float:
        """Cut every link at once; seconds until all are back."""
        began = time.perf_counter()
        for device in self._devices:
            self._network.cut(device)
        async with asyncio.timeout(ONLINE_WITHIN_S):
            while not self._all_back():  # noqa: ASYNC110 - the network tells nobody
                await asyncio.sleep(ASKED_EVERY_S)
        return time.perf_counter() - began

    def _all_back(self) -> bool:
        slots = map(self._network.slot, self._devices)
        return all(slot is not None and slot.is_online for slot in slots)


@asynccontextmanager
async def gateway(folder: Path, url: str, connect_rate: float) -> AsyncIterator[int]:
    """A gateway in a process of its own, beside the network of this folder; gives its process id."""
    given = replace(
        environment.Settings(home=folder / "home"),
        database_url=url,
        simulated_socket=folder / "network.sock",
        companion_on=False,
        connect_rate=connect_rate,
        log_level="WARNING",
    )
    process = await asyncio.create_subprocess_exec(
        *GATEWAY, env=environment.environment_of(given), start_new_session=True
    )
    try:
        yield process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        await process.wait()


def _own_kb(pid: int) -> float:
    """What the process has for itself: pages that would be free if it ended."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return float(sum(int(line.split()[1]) for line in lines if line.startswith(("Private_", "Swap:"))))


if __name__ == "__main__":
    runs = int(os.environ.get("HEBAH_BENCH_RUNS", RUNS))
    measured: dict[Metric, list[float]] = {SMALL: [], LARGE: [], STORM: []}
    for number in range(runs):
        with scratch() as place:
            for metric, value in uvloop.run(main(place)).items():
                measured[metric].append(value)
                print(f"{metric.name}: run {number + 1} of {runs}: {value:,.1f} {metric.unit}", file=sys.stderr)
    report("fleet", measured)
