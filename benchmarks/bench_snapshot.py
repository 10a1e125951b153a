"""How long it takes to launch a campaign to 1,000,000 people.

From the call that launches it to its commit: everybody chosen by consent and suppression, each with a number, a place
in its number's queue and a wire id, in one transaction of a fully durable PostgreSQL. Nobody holds the numbers, so
nothing is sent meanwhile.
"""

import time
from contextlib import AsyncExitStack
from pathlib import Path

import bench_settle
import uvloop
from runner import Metric, run, scratch

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


async def main(folder: Path) -> float:
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
        began = time.perf_counter()
        campaign = await bench_settle.launch(db, clock, founded)
        took = time.perf_counter() - began
        assert campaign.state is CampaignState.RUNNING
        async with db.connection() as connection:
            assert await connection.fetchval("SELECT count(*) FROM outbox WHERE state = 'queued'") == RECIPIENTS
        return took


def once(_number: int) -> float:
    """A run."""
    with scratch() as folder:
        return uvloop.run(main(folder))


if __name__ == "__main__":
    run("snapshot", TOOK, once)
