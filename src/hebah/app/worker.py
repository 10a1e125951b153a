"""The worker: runs what features do by themselves, each job at its interval, none stopping the others."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import structlog

from hebah.access import jobs as access
from hebah.app.partitions import ensure_partitions
from hebah.app.repeats import store as repeats
from hebah.archives import jobs as archives
from hebah.campaigns import jobs as campaigns
from hebah.contacts import jobs as contacts
from hebah.devices import jobs as devices
from hebah.foundation.clock import Clock
from hebah.foundation.crashpoints import CrashPoints
from hebah.foundation.errors import Unavailable
from hebah.foundation.postgres import Database
from hebah.inbox import jobs as inbox
from hebah.inbox.actions import merging
from hebah.live import jobs as live
from hebah.media import keeping as media
from hebah.media.ports import Blobs
from hebah.outbox import actions as outbox

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Job:
    """Something to be done again and again."""

    name: str
    every: timedelta
    run: Callable[[], Awaitable[object]]


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
        Job("forget_uploads", hour, lambda: contacts.forget_uploads(db, clock, uploads)),
        Job("run_archives", second, lambda: archives.run_archives(desk)),
        Job("forget_archives", hour, lambda: archives.forget_archives(desk)),
        Job("note_lost_gateways", 5 * second, lambda: devices.note_lost_gateways(db, clock)),
        Job("forget_commands", minute, lambda: devices.forget_commands(db, clock)),
        Job("forget_signs", minute, lambda: inbox.forget_signs(db, clock)),
        Job("expire_unknown", 10 * second, lambda: outbox.expire_unknown(db, clock.now())),
        Job("expire_queued", minute, lambda: outbox.expire_queued(db, clock.now())),
        Job("merge_known", 5 * second, lambda: merging.merge_known(db, clock)),
        Job("forget_passing", 5 * second, lambda: inbox.forget_passing(db, clock)),
        Job("remove_expired", hour, lambda: inbox.remove_expired(db, clock)),
        Job("let_files_leave", minute, lambda: media.let_leave(db, blobs, clock)),
        Job("forget_seen", minute, lambda: inbox.forget_seen(db, clock)),
        Job("index_words", second, lambda: inbox.index_words(db)),
        Job("prune_events", 10 * minute, lambda: live.prune_events(db)),
        Job("forget_ended", hour, lambda: access.forget_ended(db, clock)),
        Job("forget_repeats", hour, lambda: repeats.forget_old(db, clock)),
        Job("ensure_partitions", day, lambda: ensure_partitions(db, clock.now())),
    )


async def run_jobs(jobs: Sequence[Job], clock: Clock) -> None:
    """Run every job at its interval until cancelled."""
    async with asyncio.TaskGroup() as tasks:
        for job in jobs:
            tasks.create_task(_repeat(job, clock), name=job.name)


async def _repeat(job: Job, clock: Clock) -> None:
    while True:
        with clock.busy():
            await _run_once(job)
        await clock.sleep_until(clock.now() + job.every)


async def _run_once(job: Job) -> None:
    try:
        await job.run()
    except Unavailable as error:
        log.warning("job_put_off", job=job.name, code=error.code)
    except Exception:
        # One job's trouble must not end the others; the next round tries again.
        log.exception("job_failed", job=job.name)
