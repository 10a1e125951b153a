"""How long it takes to launch a campaign to 1,000,000 people, and what it costs the process in memory.

From the call that launches it to its commit: everybody chosen by consent and suppression, each with a number, a place
in its number's queue and a wire id, in one transaction of a fully durable PostgreSQL. Nobody holds the numbers, so
nothing is sent meanwhile.
"""

import resource
import time
from contextlib import AsyncExitStack
from pathlib import Path

import bench_settle
import uvloop
from runner import FEWEST_RUNS, Metric, report, scratch

from hebah.adapters.transports.simulated.network import SimulatedNetwork
from hebah.app.migrate import migrate
from hebah.app.partitions import ensure_partitions
from hebah.app.rehearsal import shop
from hebah.campaigns.model import CampaignState
from hebah.foundation.clock import SystemClock
from hebah.foundation.embedded_postgres import EmbeddedPostgres
from hebah.foundation.postgres import Database

RECIPIENTS = 1_000_000
TOOK = Metric("snapshot_1m_s", "s", "<= 30")
GREW = Metric("snapshot_1m_memory_mib", "MiB")


async def main(folder: Path) -> dict[Metric, float]:
    """One run on a fresh database."""
    clock = SystemClock()
    async with AsyncExitStack() as stack:
        server = stack.enter_context(EmbeddedPostgres(folder / "home"))
        await migrate(server.url)
        db = await stack.enter_async_context(await Database.connect(server.url, max_connections=4))
        await ensure_partitions(db, clock.now())
        network = await stack.enter_async_context(SimulatedNetwork(clock))
        founded = await shop.found(db, clock, network, bench_settle.PLAN)
        await bench_settle.add_leads(db, clock, founded, RECIPIENTS)
        before, began = _peak_mib(), time.perf_counter()
        campaign = await bench_settle.launch(db, clock, founded)
        took = time.perf_counter() - began
        assert campaign.state is CampaignState.RUNNING
        async with db.connection() as connection:
            assert await connection.fetchval("SELECT count(*) FROM outbox WHERE state = 'queued'") == RECIPIENTS
        return {TOOK: took, GREW: _peak_mib() - before}


def _peak_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    measured: dict[Metric, list[float]] = {TOOK: [], GREW: []}
    for _ in range(FEWEST_RUNS):
        with scratch() as place:
            for metric, value in uvloop.run(main(place)).items():
                measured[metric].append(value)
                print(f"{metric.name}: {value:,.1f} {metric.unit}", flush=True)
    report("snapshot", measured)
