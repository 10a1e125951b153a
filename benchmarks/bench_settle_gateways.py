"""How many messages a second one, two and four gateways claim, send over the simulated network and settle together.

The same work as in `bench_settle`, but each gateway is a process, as `hebah gateway` is, and the network a process of
its own beside them, reached over a socket. All of it, PostgreSQL included, shares the machine's cores.
"""

import asyncio
import time
from contextlib import AsyncExitStack
from pathlib import Path

import bench_settle
import uvloop
from bench_fleet import gateway
from bench_settle import RECIPIENTS
from runner import FEWEST_RUNS, Metric, report, scratch

from hebah.adapters.transports.simulated.network import NetworkSettings, SimulatedNetwork
from hebah.adapters.transports.simulated.server import SocketServer
from hebah.app.migrate import migrate
from hebah.app.partitions import ensure_partitions
from hebah.app.rehearsal import shop, store
from hebah.app.rehearsal.shop import Shop
from hebah.foundation.clock import SystemClock
from hebah.foundation.embedded_postgres import EmbeddedPostgres
from hebah.foundation.postgres import Database

GATEWAYS = (1, 2, 4)
METRICS = {count: Metric(f"settle_per_s_{count}", "messages/s") for count in GATEWAYS}


async def main(folder: Path, count: int) -> float:
    """One run on a fresh database."""
    clock = SystemClock()
    async with AsyncExitStack() as stack:
        server = stack.enter_context(EmbeddedPostgres(folder / "home"))
        await migrate(server.url)
        db = await stack.enter_async_context(await Database.connect(server.url, max_connections=4))
        network = SimulatedNetwork(clock, NetworkSettings(ledger=folder / "ledger.jsonl"))
        await stack.enter_async_context(network)
        await stack.enter_async_context(SocketServer(network, folder / "network.sock"))
        await ensure_partitions(db, clock.now())
        founded = await shop.found(db, clock, network, bench_settle.PLAN)
        await bench_settle.add_leads(db, clock, founded)
        for _ in range(count):
            await stack.enter_async_context(gateway(folder, server.url, bench_settle.CONNECT_RATE))
        await all_shared_out(db, founded, count)
        began = time.perf_counter()
        campaign = await bench_settle.launch(db, clock, founded)
        await bench_settle.all_settled(db, network, campaign)
        took = time.perf_counter() - began
        assert network.ledger.count == RECIPIENTS
        return RECIPIENTS / took


async def all_shared_out(db: Database, founded: Shop, count: int) -> None:
    """Return once every number is connected and every gateway has its share."""
    while True:
        async with db.connection() as connection:
            online = await store.count_online(connection, founded.owner.workspace_id)
        if online.devices == bench_settle.DEVICES and online.holders == count:
            return
        await asyncio.sleep(bench_settle.ASKED_EVERY_S)


if __name__ == "__main__":
    measured: dict[Metric, list[float]] = {metric: [] for metric in METRICS.values()}
    for _ in range(FEWEST_RUNS):
        # Side by side, so that what else the machine does meets all alike.
        for gateway_count, metric in METRICS.items():
            with scratch() as place:
                measured[metric].append(uvloop.run(main(place, gateway_count)))
            print(f"{metric.name}: {measured[metric][-1]:,.0f} {metric.unit}", flush=True)
    report("settle_gateways", measured)
