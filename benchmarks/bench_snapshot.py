"""How long it takes to launch a campaign to 1,000,000 people.

From the call that launches it to its commit: everybody chosen by consent and suppression, each with a number, a place
in its number's queue, in one transaction of a fully durable PostgreSQL. Nobody holds the numbers, so
nothing is sent meanwhile. Memory is the most that the process and all of PostgreSQL's have for themselves during the
call, once for a tenth of the people too: what grows with them would show.
"""

import os
import time
from concurrent.futures import ProcessPoolExecutor
from contextlib import AsyncExitStack
from multiprocessing import get_context
from pathlib import Path

import bench_settle
import uvloop
from private_memory import children_of, peak_of
from runner import Metric, report, scratch

from hebah.adapters.transports.simulated.network import SimulatedNetwork
from hebah.app.migrate import migrate
from hebah.app.partitions import ensure_partitions
from hebah.app.rehearsal import shop
from hebah.campaigns.model import CampaignState
from hebah.foundation.clock import SystemClock
from hebah.foundation.embedded_postgres import EmbeddedPostgres
from hebah.foundation.postgres import Database

LARGE, SMALL = 1_000_000, 100_000
RUNS = 3
TOOK = Metric("snapshot_1m_s", "s", "<= 30")
MEMORY = {
    SMALL: (Metric("snapshot_100k_python_mb", "MB"), Metric("snapshot_100k_postgres_mb", "MB")),
    LARGE: (Metric("snapshot_1m_python_mb", "MB"), Metric("snapshot_1m_postgres_mb", "MB")),
}


async def main(folder: Path, recipients: int) -> dict[Metric, float]:
    """One run on a fresh database."""
    clock = SystemClock()
    async with AsyncExitStack() as stack:
        server = stack.enter_context(EmbeddedPostgres(folder / "home"))
        await migrate(server.url)
        db = await stack.enter_async_context(await Database.connect(server.url, max_connections=4))
        await ensure_partitions(db, clock.now())
        network = await stack.enter_async_context(SimulatedNetwork(clock))
        founded = await shop.found(db, clock, network, bench_settle.PLAN)
        await bench_settle.add_leads(db, clock, founded, recipients)
        postmaster = server.pid
        assert postmaster is not None
        with peak_of(lambda: [os.getpid()], lambda: children_of(postmaster)) as (python, postgres):
            began = time.perf_counter()
            campaign = await bench_settle.launch(db, clock, founded)
            took = time.perf_counter() - began
        assert campaign.state is CampaignState.RUNNING
        async with db.connection() as connection:
            assert await connection.fetchval("SELECT count(*) FROM outbox WHERE state = 'queued'") == recipients
        own, of_postgres = MEMORY[recipients]
        return ({TOOK: took} if recipients == LARGE else {}) | {own: python.mb, of_postgres: postgres.mb}


def once(recipients: int) -> dict[Metric, float]:
    """A run in a process of its own, which keeps nothing of the run before."""
    with ProcessPoolExecutor(1, get_context("spawn")) as processes:
        return processes.submit(_run, recipients).result()


def _run(recipients: int) -> dict[Metric, float]:
    with scratch() as folder:
        return uvloop.run(main(folder, recipients))


if __name__ == "__main__":
    runs = [once(SMALL) | once(LARGE) for _ in range(RUNS)]
    report("snapshot", {metric: [run[metric] for run in runs] for metric in runs[0]})
