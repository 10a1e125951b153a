"""The worker: runs what features do by themselves, each job at its interval, none stopping the others."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path

import structlog

from hebah.access import jobs as access
from hebah.app.joints import StopsWithContact
from hebah.app.journal import Journal
from hebah.app.partitions import ensure_partitions
from hebah.app.repeats import store as repeats
from hebah.archives import jobs as archives
from hebah.campaigns import jobs as campaigns
from hebah.contacts.jobs import bulk
from hebah.contacts.jobs import imports as contacts
from hebah.devices import jobs as devices
from hebah.foundation.clock import Clock
from hebah.foundation.crashpoints import CrashPoints
from hebah.foundation.errors import Unavailable
from hebah.foundation.postgres import Database, load_queries
from hebah.inbox import jobs as inbox
from hebah.inbox.actions import merging
from hebah.live import jobs as live
from hebah.media import keeping as media
from hebah.media.ports import Blobs
from hebah.outbox import actions as outbox
from hebah.uploads import jobs as uploaded
from hebah.uploads.actions import Pile

QUERIES = load_queries("hebah.app")

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Job:
    """Something to be done again and again."""

    name: str
    every: timedelta
    run: Callable[[], Awaitable[object]]
    is_alone: bool = False
    """Whether only one process may do it at a time; the others leave it out. The rest share their work by locks."""


def jobs_of(
    db: Database, clock: Clock, blobs: Blobs, uploads: Path, crashpoint: CrashPoints = CrashPoints.none()
) -> Sequence[Job]:
    """Every periodic job of the product; `uploads` is where files wait to be imported."""
    desk = archives.Desk(db, clock, blobs, uploads)
    second, minute, hour, day = (timedelta(seconds=seconds) for seconds in (1, 60, 3600, 86400))
    return (
        Job("launch_due", second, lambda: campaigns.launch_due(db, clock, crashpoint)),
        Job("pause_troubled", 2 * second, lambda: campaigns.pause_troubled(db, clock)),
        Job("finish_done", second, lambda: campaigns.finish_done(db, clock)),
        Job("run_imports", second, lambda: contacts.run_imports(db, clock, uploads)),
        Job("forget_uploads", hour, lambda: contacts.forget_uploads(db, clock, uploads), is_alone=True),
        Job("forget_pieces", hour, lambda: uploaded.forget_pieces(Pile(db, clock, uploads)), is_alone=True),
        Job("run_bulk_edits", second, lambda: bulk.run_bulk_edits(db, clock, StopsWithContact())),
        Job("forget_undoable", hour, lambda: bulk.forget_undoable(db, clock), is_alone=True),
        Job("run_archives", second, lambda: archives.run_archives(desk)),
        Job("forget_archives", hour, lambda: archives.forget_archives(desk), is_alone=True),
        Job("note_lost_gateways", 5 * second, lambda: devices.note_lost_gateways(db, clock)),
        Job("forget_commands", minute, lambda: devices.forget_commands(db, clock), is_alone=True),
        Job("forget_signs", minute, lambda: inbox.forget_signs(db, clock), is_alone=True),
        Job("expire_unknown", 10 * second, lambda: outbox.expire_unknown(db, clock.now())),
        Job("expire_queued", minute, lambda: outbox.expire_queued(db, clock.now())),
        Job("merge_known", 5 * second, lambda: merging.merge_known(db, clock), is_alone=True),
        Job("forget_passing", 5 * second, lambda: inbox.forget_passing(db, clock), is_alone=True),
        Job("remove_expired", hour, lambda: inbox.remove_expired(db, clock), is_alone=True),
        Job("let_files_leave", minute, lambda: media.let_leave(db, blobs, clock), is_alone=True),
        Job("forget_seen", minute, lambda: inbox.forget_seen(db, clock), is_alone=True),
        Job("index_words", second, lambda: inbox.index_words(db), is_alone=True),
        Job("prune_events", 10 * minute, lambda: live.prune_events(db), is_alone=True),
        Job("forget_ended", hour, lambda: access.forget_ended(db, clock), is_alone=True),
        Job("forget_repeats", hour, lambda: repeats.forget_old(db, clock), is_alone=True),
        Job("ensure_partitions", day, lambda: ensure_partitions(db, clock.now())),
    )


async def run_jobs(
    jobs: Sequence[Job], clock: Clock, locks: Database | None, stop: asyncio.Event, journal: Journal | None = None
) -> None:
    """Run every job at its interval until told to stop, then finish those that are under way.

    `locks` has one connection, of nobody else, which holds the locks of jobs that run in one process at a time; without
    it this is the only process.
    """
    resting: set[asyncio.Task[None]] = set()
    once = partial(_run_once, locks=locks, journal=journal or Journal())
    async with asyncio.TaskGroup() as tasks:
        for job in jobs:
            tasks.create_task(_repeat(job, clock, once, stop, resting), name=job.name)
        await stop.wait()
        for task in resting:
            task.cancel()


async def _repeat(
    job: Job,
    clock: Clock,
    once: Callable[[Job], Awaitable[None]],
    stop: asyncio.Event,
    resting: set[asyncio.Task[None]],
) -> None:
    task = asyncio.current_task()
    assert task is not None
    while not stop.is_set():
        with clock.busy():
            await once(job)
        if not stop.is_set():
            resting.add(task)
            await clock.sleep_until(clock.now() + job.every)
            resting.discard(task)


async def _run_once(job: Job, locks: Database | None, journal: Journal) -> None:
    began = time.monotonic()
    try:
        if job.is_alone and locks is not None and not await _run_alone(job, locks):
            return
        if not job.is_alone or locks is None:
            await job.run()
    except Unavailable as error:
        log.warning("job_put_off", job=job.name, code=error.code)
        journal.note(job.name, time.monotonic() - began, error.code)
    except Exception as error:
        # One job's trouble must not end the others; the next round tries again.
        log.exception("job_failed", job=job.name)
        journal.note(job.name, time.monotonic() - began, type(error).__name__)
    else:
        journal.note(job.name, time.monotonic() - began, None)


async def _run_alone(job: Job, locks: Database) -> bool:
    """Run it unless another process does, and say whether; a lock ends with its connection, so a dead process
    keeps nobody waiting.
    """
    async with locks.connection() as connection:
        is_ours = await QUERIES.begin_alone(connection, job=job.name)
    if not is_ours:
        return False
    try:
        await job.run()
    finally:
        async with locks.connection() as connection:
            await QUERIES.end_alone(connection, job=job.name)
    return True
