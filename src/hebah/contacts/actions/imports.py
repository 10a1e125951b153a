"""What can be done with imports: take a file in, plan, check, run and cancel."""

import asyncio
from pathlib import Path
from uuid import UUID

from hebah.access import reads as access_reads
from hebah.access.actions import trail as access
from hebah.access.model import Actor
from hebah.contacts.actions.people import LEADS_CHANGED
from hebah.contacts.model import (
    ImportCounts,
    ImportState,
)
from hebah.contacts.rules.plans import ImportPlan, LeadImport, check_move, check_plan
from hebah.contacts.store import imports, leads, tables
from hebah.contacts.store.imports import Ending
from hebah.foundation import eventlog
from hebah.foundation import uploads as files
from hebah.foundation.clock import Clock
from hebah.foundation.errors import FieldsInvalid, NotFound
from hebah.foundation.eventlog import Event
from hebah.foundation.ids import make_id
from hebah.foundation.postgres import Connection, Database, Transaction

IMPORT_CHANGED = "import_changed"
IMPORTS_CHANGED = "imports_changed"


async def add_import(db: Database, clock: Clock, actor: Actor, uploads: Path, upload: files.Upload) -> LeadImport:
    """Take a file in and guess what its columns mean; raises the refusals of `tabular_parts`, keeping nothing."""
    import_id = make_id()
    name = files.shown_name(upload.file_name)
    async with db.connection() as connection:
        region = (await access_reads.find_workspace(connection, actor.workspace_id)).settings.region
    try:
        received = await files.receive(uploads, import_id, upload.chunks, tables.LIMITS.file_size)
        table = await asyncio.to_thread(tables.describe, received, name, region)
        async with db.transaction() as tx:
            added = await imports.add(tx, actor.workspace_id, import_id, table, actor.user_id, clock.now())
            files.keep(received, uploads, import_id)
            await announce_import(tx, added)
    except BaseException:
        files.forget(uploads, import_id)
        raise
    return added


async def plan_import(db: Database, clock: Clock, actor: Actor, import_id: UUID, plan: ImportPlan) -> LeadImport:
    """Keep what the importer chose and ask for a dry run, which a worker does."""
    now = clock.now()
    async with db.transaction() as tx:
        found = found_import(await imports.lock(tx, actor.workspace_id, import_id))
        check_move(found.state, ImportState.CHECKING)
        check_plan(plan, found.table.columns, now)
        await _require_devices(tx, actor.workspace_id, plan)
        await imports.plan(tx, found, plan, now)
        await announce_import(tx, found)
        return found_import(await imports.find(tx, actor.workspace_id, import_id))


async def run_import(db: Database, clock: Clock, actor: Actor, import_id: UUID) -> LeadImport:
    """Ask for the real run of what was checked, which a worker does."""
    now = clock.now()
    async with db.transaction() as tx:
        found = found_import(await imports.lock(tx, actor.workspace_id, import_id))
        check_move(found.state, ImportState.RUNNING)
        if found.plan is not None:
            await _require_devices(tx, actor.workspace_id, found.plan)
        await imports.start(tx, found, now)
        details = {"rows": found.rows_total}
        await access.record_audit(tx, actor, "leads_imported", subject=import_id, details=details, at=now)
        await announce_import(tx, found)
        return found_import(await imports.find(tx, actor.workspace_id, import_id))


async def cancel_import(db: Database, clock: Clock, actor: Actor, uploads: Path, import_id: UUID) -> LeadImport:
    """Go no further; leads of batches that are done stay."""
    async with db.transaction() as tx:
        found = found_import(await imports.lock(tx, actor.workspace_id, import_id))
        check_move(found.state, ImportState.CANCELLED)
        if found.state is not ImportState.RUNNING:
            # A check only shows what would become of the rows: nothing of it has happened.
            await imports.advance(tx, found, 0, ImportCounts(), clock.now())
        await imports.end(tx, found, Ending(ImportState.CANCELLED), clock.now())
        await announce_import(tx, found)
        cancelled = found_import(await imports.find(tx, actor.workspace_id, import_id))
    files.forget(uploads, import_id)
    return cancelled


async def announce_import(tx: Transaction, found: LeadImport, *, leads_too: bool = False) -> None:
    """Tell who follows this import, and the list of imports."""
    workspace_id = found.workspace_id
    changes = [
        Event(workspace_id, found.id, IMPORT_CHANGED, (found.id,)),
        Event(workspace_id, workspace_id, IMPORTS_CHANGED, (found.id,)),
    ]
    await eventlog.record(tx, changes + ([Event(workspace_id, workspace_id, LEADS_CHANGED, ())] if leads_too else []))


def found_import(found: LeadImport | None) -> LeadImport:
    """The import; raises `NotFound` for None."""
    if found is None:
        raise NotFound
    return found


async def _require_devices(tx: Connection, workspace_id: UUID, plan: ImportPlan) -> None:
    if await leads.missing_devices(tx, workspace_id, plan.device_ids):
        raise FieldsInvalid({"deviceIds": "unknown_device"})
