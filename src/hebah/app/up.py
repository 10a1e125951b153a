"""The roles of Hebah as processes: all in one (`hebah up`), or web and worker by themselves beside others.

`hebah gateway` is in `lone_gateway`, which loads nothing of the web.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from hebah.app import gateway, worker
from hebah.app.journal import Journal
from hebah.app.metrics_port import open_metrics_port
from hebah.app.presence import present
from hebah.app.serving import Started, bound, serve
from hebah.app.settings import Settings
from hebah.app.stopping import stop_signals
from hebah.app.wiring import Hebah, beside, found_storage, gateway_parts, keep_time, open_hebah, own_storage, unlinked
from hebah.foundation import garbage
from hebah.foundation.postgres import Database

WEB: Final = "web"
WORKER: Final = "worker"
GATEWAY: Final = "gateway"


async def run(settings: Settings, started: Started) -> None:
    """Be everything until SIGTERM or SIGINT, then finish what is on the wire."""
    with bound(settings.host, settings.port) as listener, stop_signals() as stop:
        async with own_storage(settings) as url, open_hebah(settings, url) as hebah, _around(hebah):
            if not stop.is_set():
                async with asyncio.TaskGroup() as roles:
                    roles.create_task(serve(hebah, listener, stop, started), name=WEB)
                    roles.create_task(work(hebah, stop), name=WORKER)
                    gating = gateway_parts(hebah, (WEB, WORKER, GATEWAY))
                    roles.create_task(gateway.run(gating, stop), name=GATEWAY)


async def run_web(settings: Settings, started: Started) -> None:
    """Serve the web beside other processes on one database, until SIGTERM or SIGINT."""
    url = found_storage(settings)
    with bound(settings.host, settings.port) as listener, stop_signals() as stop:
        async with open_hebah(beside(settings, hosts=True), url) as hebah, _around(hebah), present(hebah, (WEB,)):
            if not stop.is_set():
                await serve(hebah, listener, stop, started)


async def run_worker(settings: Settings) -> None:
    """Run the periodic jobs beside other processes on one database, until SIGTERM or SIGINT."""
    url = found_storage(settings)
    with stop_signals() as stop:
        async with open_hebah(unlinked(settings), url) as hebah, _around(hebah), present(hebah, (WORKER,)):
            garbage.settle()
            await work(hebah, stop)


async def work(hebah: Hebah, stop: asyncio.Event) -> None:
    """The worker role: every periodic job, until told to stop."""
    jobs = worker.jobs_of(hebah.db, hebah.clock, hebah.blobs, hebah.uploads, hebah.settings.crash_points())
    journal = Journal()
    async with (
        await Database.connect(hebah.database_url, max_connections=1) as locks,
        asyncio.TaskGroup() as tasks,
    ):
        noting = tasks.create_task(journal.run(hebah.db))
        await worker.run_jobs(jobs, hebah.clock, locks, stop, journal)
        noting.cancel()


@asynccontextmanager
async def _around(hebah: Hebah) -> AsyncIterator[None]:
    async with open_metrics_port(hebah), asyncio.TaskGroup() as tasks:
        keeping = tasks.create_task(keep_time(hebah), name="time")
        try:
            yield
        finally:
            keeping.cancel()
