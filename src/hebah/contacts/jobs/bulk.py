"""Bulk edits at work: their leads are changed in batches, each in one transaction that also notes how far it is.

A worker that dies loses at most the batch it was in, and takes none of its effects with it.
"""

from functools import partial
from uuid import UUID

import structlog

from hebah.contacts.actions import bulk as actions
from hebah.contacts.ports import ContactStops
from hebah.contacts.rules.bulk import UNDO_FOR
from hebah.contacts.store import bulk
from hebah.foundation.clock import Clock
from hebah.foundation.errors import HebahError, Unavailable
from hebah.foundation.postgres import Database, Transaction
from hebah.foundation.worklist import work_through

LOG = structlog.stdlib.get_logger(__name__)


async def run_bulk_edits(db: Database, clock: Clock, stops: ContactStops[Transaction]) -> int:
    """Make and undo every change that waits for it and that no other worker has; returns how many were worked on."""
    return await work_through(db, bulk.waiting, partial(_work, db, clock, stops))


async def forget_undoable(db: Database, clock: Clock) -> int:
    """Forget what leads were before bulk edits that cannot be undone any more; returns how many leads that were."""
    async with db.transaction() as tx:
        return await bulk.forget_chosen(tx, clock.now() - UNDO_FOR)


async def _work(
    db: Database, clock: Clock, stops: ContactStops[Transaction], workspace_id: UUID, edit_id: UUID
) -> bool:
    try:
        while await actions.go_on(db, clock, stops, workspace_id, edit_id):
            pass
    except Unavailable:
        raise
    except HebahError as refusal:
        await actions.fail(db, clock, workspace_id, edit_id, refusal.code)
    except Exception:
        # One that breaks us must not stand before all the others for ever.
        LOG.exception("bulk_edit_broke", bulk_edit_id=str(edit_id))
        await actions.fail(db, clock, workspace_id, edit_id, "internal")
    return True
