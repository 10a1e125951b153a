"""Several processes on one database: what each does by itself is done once, and one has the simulated phones."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from hebah.app.settings import Settings
from hebah.app.wiring import beside, open_hebah, unlinked
from hebah.app.worker import Job, run_jobs
from hebah.foundation.clock import ManualClock
from hebah.foundation.postgres import Database
from hebah.foundation.sole_use import StorageInUse

SECOND = timedelta(seconds=1)
DEADLINE_S = 30


class OneAtATime:
    """A job that knows how many of it run at once."""

    def __init__(self) -> None:
        self.running = 0
        self.most = 0
        self.runs = 0
        self.began = asyncio.Event()
        self.may_end = asyncio.Event()

    async def run(self) -> None:
        self.running += 1
        self.runs += 1
        self.most = max(self.most, self.running)
        self.began.set()
        await self.may_end.wait()
        self.running -= 1


async def test_a_job_for_one_process_runs_in_one_of_two_workers_and_falls_to_the_other_when_it_ends(
    database_url: str, clock: ManualClock
) -> None:
    work, stops = OneAtATime(), [asyncio.Event(), asyncio.Event()]
    jobs = [Job("tidy", SECOND, work.run, is_alone=True)]
    async with (
        await Database.connect(database_url, max_connections=1) as locks,
        await Database.connect(database_url, max_connections=1) as other_locks,
        asyncio.timeout(DEADLINE_S),
        asyncio.TaskGroup() as tasks,
    ):
        first = tasks.create_task(run_jobs(jobs, clock, locks, stops[0]))
        await work.began.wait()
        second = tasks.create_task(run_jobs(jobs, clock, other_locks, stops[1]))
        await clock.until_sleeping(1)  # the second has left it to the first
        assert (work.running, work.runs) == (1, 1)
        stops[0].set()
        work.may_end.set()
        await first
        work.began.clear()
        await turned(clock, work.began)
        stops[1].set()
        await second
    assert (work.most, work.runs) == (1, 2)


async def turned(clock: ManualClock, event: asyncio.Event) -> None:
    """Let time go on until the event."""
    while not event.is_set():
        await clock.advance(SECOND)
        await asyncio.sleep(0.005)


async def test_the_simulated_phones_of_a_home_live_in_one_process_which_others_reach(
    database_url: str, tmp_path: Path
) -> None:
    settings = Settings(home=tmp_path, companion_on=False)
    async with open_hebah(settings, database_url) as first:
        with pytest.raises(StorageInUse):
            async with open_hebah(settings, database_url):
                pass
        async with open_hebah(unlinked(settings), database_url):
            pass  # a worker, or a command for whoever sits at the machine
        async with open_hebah(beside(settings, hosts=True), database_url) as second:
            assert (first.reach.network is None, second.reach.network is None) == (False, True)
            assert set(second.reach.transports) == {"simulated"}
    async with open_hebah(beside(settings, hosts=True), database_url) as next_one:
        assert next_one.reach.network is not None
