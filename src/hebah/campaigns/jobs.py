"""What campaigns do by themselves: start when their time has come, finish when nobody is left."""

import structlog

from hebah.campaigns import actions, rules, store
from hebah.foundation.clock import Clock
from hebah.foundation.crashpoints import CrashPoints
from hebah.foundation.errors import HebahError
from hebah.foundation.postgres import Database

LOG = structlog.stdlib.get_logger(__name__)


async def launch_due(db: Database, clock: Clock, crashpoint: CrashPoints = CrashPoints.none()) -> int:
    """Start scheduled campaigns whose time has come, each in a transaction of its own; returns how many started."""
    started = 0
    while True:
        now = clock.now()
        async with db.transaction() as tx:
            due = await store.list_due(tx, now)
            if not due:
                return started
            workspace_id, campaign_id = due[0]
            try:
                await actions.start_scheduled(tx, workspace_id, campaign_id, now)
            except HebahError as error:
                # A draft that became unsendable, such as a deleted image, must not block the others behind it.
                LOG.warning("campaign_not_started", campaign_id=str(campaign_id), code=error.code)
                await actions.refuse_scheduled(tx, workspace_id, campaign_id, now)
            crashpoint("before_launch_commit")
        crashpoint("after_launch_commit")
        started += 1


async def finish_done(db: Database, clock: Clock) -> int:
    """Finish campaigns of which every recipient has an outcome; returns how many."""
    async with db.transaction() as tx:
        exhausted = await store.list_exhausted(tx)
        for workspace_id, campaign_id in exhausted:
            await actions.finish(tx, workspace_id, campaign_id, clock.now())
    return len(exhausted)


async def pause_troubled(db: Database, clock: Clock) -> int:
    """Pause running campaigns of which too much fails, too many want no more, or half of the numbers are restricted."""
    paused = 0
    async with db.transaction() as tx:
        for seen in await store.list_watched(tx, rules.WATCHED):
            trouble = rules.trouble_in(seen.lately, seen.limits) or rules.trouble_with(seen.numbers)
            if trouble is None:
                continue
            moved = await actions.pause_for(tx, seen.workspace_id, seen.campaign_id, trouble, clock.now())
            if moved is not None:
                paused += 1
                LOG.warning("campaign_paused", campaign_id=str(moved.id), reason=trouble.reason, **trouble.facts)
    return paused
