"""Jobs come round at their intervals, and the trouble of one is not the trouble of the others."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from hebah.app.worker import Job, run_jobs
from hebah.foundation.clock import ManualClock
from hebah.foundation.errors import Unavailable

SECOND = timedelta(seconds=1)


class Counted:
    """Counts its runs; fails with the given error at some of them."""

    def __init__(self, error: Exception | None = None) -> None:
        self.runs = 0
        self._error = error

    async def run(self) -> None:
        self.runs += 1
        if self._error is not None and self.runs % 2:
            raise self._error


@asynccontextmanager
async def working(clock: ManualClock, *jobs: Job) -> AsyncIterator[None]:
    async with asyncio.TaskGroup() as tasks:
        worker = tasks.create_task(run_jobs(jobs, clock, None, asyncio.Event()))
        async with asyncio.timeout(5):
            await clock.until_sleeping(len(jobs))
        yield
        worker.cancel()


async def test_each_job_runs_at_once_and_then_at_its_interval(clock: ManualClock) -> None:
    often, seldom = Counted(), Counted()
    async with working(clock, Job("often", SECOND, often.run), Job("seldom", 60 * SECOND, seldom.run)):
        assert (often.runs, seldom.runs) == (1, 1)
        await clock.advance(59 * SECOND)
        assert (often.runs, seldom.runs) == (60, 1)
        await clock.advance(SECOND)
        assert (often.runs, seldom.runs) == (61, 2)


async def test_a_job_that_fails_is_tried_again_and_disturbs_no_other(clock: ManualClock) -> None:
    broken, unreachable, fine = Counted(ValueError("broken")), Counted(Unavailable()), Counted()
    jobs = [Job(name, SECOND, job.run) for name, job in (("a", broken), ("b", unreachable), ("c", fine))]
    async with working(clock, *jobs):
        await clock.advance(9 * SECOND)
        assert (broken.runs, unreachable.runs, fine.runs) == (10, 10, 10)


async def test_told_to_stop_it_finishes_what_is_under_way_and_begins_nothing_more(clock: ManualClock) -> None:
    begun, may_end, stop = asyncio.Event(), asyncio.Event(), asyncio.Event()
    ends: list[str] = []

    async def long() -> None:
        begun.set()
        await may_end.wait()
        ends.append("long")

    resting = Counted()
    async with asyncio.TaskGroup() as tasks, asyncio.timeout(5):
        jobs = [Job("long", SECOND, long), Job("resting", SECOND, resting.run)]
        worker = tasks.create_task(run_jobs(jobs, clock, None, stop))
        await begun.wait()
        await clock.until_sleeping(1)
        stop.set()
        may_end.set()
        await worker
    assert (ends, resting.runs) == (["long"], 1)
