"""How long a message takes from the phone that wrote it to a browser that follows its number.

1,000 and then 3,000 messages a second to 200 simulated numbers of one `hebah up`, 300 browsers, each following one
number with everything shown. From the moment the network is given the message down to the moment its event is read from
the WebSocket. The network and all browsers are in one process beside Hebah's and PostgreSQL's, on the same cores: what
those three cannot do in time shows here as waiting. Only the walks of that process through its own garbage are left
out, since no two browsers share one: see `follow`.
"""

import asyncio
import re
import socket
import statistics
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import httpx
import uvloop
from bench_wire_latency import SETUP, follow
from runner import FEWEST_RUNS, Metric, report, scratch

from hebah.adapters.transports.simulated.network import NetworkSettings, SimulatedNetwork
from hebah.adapters.transports.simulated.server import SocketServer
from hebah.app.rehearsal.shop import link_phone
from hebah.foundation.clock import SystemClock
from hebah.foundation.embedded_postgres import EmbeddedPostgres
from hebah.foundation.ids import make_id
from hebah.foundation.postgres import Database
from hebah.gateway.transport import DeviceRef
from tests.journeys.conftest import Process

NUMBERS, WRITERS, SECONDS, WARM_S = 200, 400, 8, 3
RATES = (1000, 3000)
SLICE_S = 0.005
GIVE_UP_AFTER_S = 120.0
ASKED_EVERY_S = 0.1
WIRE_ID = re.compile(r'"wireId":"([0-9A-Za-z]+)"')

Figures = dict[Metric, float]


class Written:
    """What the pretended people have written, and when each message was given to the network."""

    def __init__(self, network: SimulatedNetwork, phones: Mapping[DeviceRef, str]) -> None:
        self.at: dict[str, float] = {}
        self._network = network
        self._phones = list(phones.values())
        self._count = 0

    async def pour(self, a_second: int, seconds: float) -> None:
        """Write at a steady pace; each to the next number, by one of two people that each number knows."""
        began, target = time.perf_counter(), round(a_second * seconds)
        for given in range(target):
            phone = self._phones[self._count % NUMBERS]
            sender = f"+6013{self._count % WRITERS:07}"
            at = time.time()
            self.at[self._network.write(sender, phone, "Is the blue one still there?")] = at
            self._count += 1
            ahead = (given + 1) / a_second - (time.perf_counter() - began)
            if ahead > SLICE_S:
                await asyncio.sleep(ahead)


async def main(folder: Path) -> Figures:
    """One run on fresh ground."""
    clock = SystemClock()
    async with AsyncExitStack() as stack:
        server = stack.enter_context(EmbeddedPostgres(folder / "postgres"))
        network = await stack.enter_async_context(SimulatedNetwork(clock, NetworkSettings()))
        await stack.enter_async_context(SocketServer(network, folder / "network.sock"))
        up = await stack.enter_async_context(running(folder, server.url))
        browser = await stack.enter_async_context(httpx.AsyncClient(base_url=up.url, headers={"Origin": up.url}))
        token = await asyncio.to_thread(up.printed, r"/setup\?token=(\S+)")
        (await browser.post("/api/setup", json={**SETUP, "token": token})).raise_for_status()
        db = await stack.enter_async_context(await Database.connect(server.url, max_connections=2))
        phones = await linked(db, network)
        heard: list[tuple[str, float]] = []
        await follow(stack, up, browser, [device.device_id for device in phones], heard, WIRE_ID)
        written, found = Written(network, phones), Figures()
        for a_second in RATES:
            await written.pour(a_second // 2, WARM_S)
            await all_heard(written, heard)
            async with db.connection() as connection:
                await connection.execute("ANALYZE")  # as the server does by itself after a minute
            heard.clear()
            written.at.clear()
            await written.pour(a_second, SECONDS)
            await all_heard(written, heard)
            found |= figures(a_second, written, heard)
        return found


@asynccontextmanager
async def running(folder: Path, database_url: str) -> AsyncIterator[Process]:
    """`hebah up` beside the database and the network."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    up = Process(
        "up",
        folder / "home",
        port,
        DATABASE_URL=database_url,
        HEBAH_SIMULATED_SOCKET=str(folder / "network.sock"),
        HEBAH_COMPANION="off",
        HEBAH_LOG_LEVEL="WARNING",
    )
    try:
        yield up
    finally:
        await asyncio.to_thread(up.kill)


async def linked(db: Database, network: SimulatedNetwork) -> dict[DeviceRef, str]:
    """Numbers of the workspace that was set up, once they are connected."""
    now = SystemClock().now()
    async with db.connection() as connection:
        workspace_id = await connection.fetchval("SELECT id FROM workspace")
    phones = {
        device: link_phone(network, device) for device in (DeviceRef(workspace_id, make_id()) for _ in range(NUMBERS))
    }
    async with db.transaction() as tx:
        await tx.execute(
            "INSERT INTO device (workspace_id, id, name, transport, phone, state, cause, wanted, state_since,"
            " created_at, linked_at) SELECT $1, id, 'Number ' || place, 'simulated', phone, 'connecting',"
            " 'starting', 'on', $4, $4, $4"
            " FROM unnest($2::uuid[], $3::text[]) WITH ORDINALITY AS given (id, phone, place)",
            workspace_id,
            [device.device_id for device in phones],
            list(phones.values()),
            now,
        )
    async with asyncio.timeout(GIVE_UP_AFTER_S):
        while True:
            async with db.connection() as connection:
                if await connection.fetchval("SELECT count(*) FROM device WHERE state = 'online'") == NUMBERS:
                    return phones
            await asyncio.sleep(ASKED_EVERY_S)


async def all_heard(written: Written, heard: list[tuple[str, float]]) -> None:
    """Return once each message has reached a browser."""
    async with asyncio.timeout(GIVE_UP_AFTER_S):
        while {wire_id for wire_id, _ in heard} != written.at.keys():  # noqa: ASYNC110 - many hear, nobody tells
            await asyncio.sleep(ASKED_EVERY_S)


def figures(a_second: int, written: Written, heard: list[tuple[str, float]]) -> Figures:
    """Milliseconds, over everything that any browser has heard."""
    took = statistics.quantiles([(at - written.at[wire_id]) * 1000 for wire_id, at in heard], n=100)
    return {
        Metric(f"latency_p99_ms_{a_second}", "ms", "<= 25" if a_second == 1000 else "<= 50"): took[98],
        Metric(f"latency_p50_ms_{a_second}", "ms"): took[49],
    }


if __name__ == "__main__":
    measured: dict[Metric, list[float]] = {}
    for _ in range(FEWEST_RUNS):
        with scratch() as place:
            for metric, value in uvloop.run(main(place)).items():
                measured.setdefault(metric, []).append(value)
                print(f"{metric.name}: {value:,.2f} {metric.unit}", flush=True)
    report("latency", measured)
