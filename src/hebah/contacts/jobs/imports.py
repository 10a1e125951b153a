"""Imports at work: a file is read in batches, each in one transaction that also notes how far it is.

The import's row is the job: its state says what is to be done, `rows_done` where to go on. A worker that dies loses at
most the batch it was in, and takes none of its effects with it.
"""

import asyncio
from collections.abc import Iterator, Sequence
from datetime import timedelta
from functools import partial
from itertools import cycle, islice
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

import structlog

from hebah.access import reads as access_reads
from hebah.contacts.actions import imports as actions
from hebah.contacts.actions.people import LEADS_CHANGED
from hebah.contacts.model import ImportState
from hebah.contacts.rules.columns import MappingRefused, map_columns
from hebah.contacts.rules.intake import Batch, Known, Reading, counted, read_batch, take_in
from hebah.contacts.rules.plans import KEPT_REFUSALS, LeadImport
from hebah.contacts.rules.rows import ImportDefaults
from hebah.contacts.store import imports, people, tables
from hebah.contacts.store.imports import Ending, Overtaken
from hebah.foundation import eventlog
from hebah.foundation import uploads as files
from hebah.foundation.clock import Clock
from hebah.foundation.errors import HebahError, Invalid, Unavailable
from hebah.foundation.eventlog import Event
from hebah.foundation.postgres import Database, Transaction
from hebah.foundation.tabular import open_table
from hebah.foundation.tabular_parts import Row
from hebah.foundation.worklist import work_through

LOG = structlog.stdlib.get_logger(__name__)

BATCH_ROWS = 1_000
ABANDONED_AFTER = timedelta(days=7)
# How many batches pass between two tellings of the progress, and of the leads that came.
_TELL_PROGRESS = 3
_TELL_LEADS = 15


async def run_imports(db: Database, clock: Clock, uploads: Path) -> int:
    """Check and run every import that waits for it and that no other worker has; returns how many were worked on."""
    return await work_through(db, imports.waiting, partial(_work, db, clock, uploads))


async def forget_uploads(db: Database, clock: Clock, uploads: Path) -> int:
    """Cancel imports that nobody went on with for a week, and remove files that no import needs; returns how many."""
    now = clock.now()
    async with db.transaction() as tx:
        for workspace_id, import_id in await imports.abandoned(tx, now - ABANDONED_AFTER):
            found = actions.found_import(await imports.lock(tx, workspace_id, import_id))
            await imports.end(tx, found, Ending(ImportState.CANCELLED), now)
        needed = await imports.with_files(tx)
    return await asyncio.to_thread(files.sweep, uploads, needed, now)


async def _work(db: Database, clock: Clock, uploads: Path, workspace_id: UUID, import_id: UUID) -> bool:
    async with db.connection() as connection:
        found = await imports.find(connection, workspace_id, import_id)
    if found is None or found.state not in {ImportState.CHECKING, ImportState.RUNNING}:
        return False
    path = files.path_of(uploads, import_id)
    try:
        run = _Run(db, clock, found, await _reading(db, clock, found))
        ended = await run.through(path)
    except Unavailable:
        raise
    except HebahError as refusal:
        ended = await _fail(db, clock, found, refusal.code)
    except Exception:
        # One file that breaks us must not stand before all the others for ever.
        LOG.exception("import_broke", import_id=str(import_id))
        ended = await _fail(db, clock, found, "internal")
    if ended and ended is not ImportState.CHECKED:
        files.forget(uploads, import_id)
    return True


class _Run:
    """One turn with one file: a dry run or a real one."""

    def __init__(self, db: Database, clock: Clock, found: LeadImport, reading: Reading) -> None:
        self._db = db
        self._clock = clock
        self._found = found
        self._reading = reading
        self._done = 0
        self._batches = 0
        # Numbers that stood in the file before; as integers, since there may be a million.
        self._seen: set[int] = set()

    async def through(self, path: Path) -> ImportState | None:
        """Go on from where the last worker came to; gives the state reached, None when somebody else stopped it."""
        if not await asyncio.to_thread(path.exists):
            raise files.UploadMissing
        table = await asyncio.to_thread(open_table, path, self._found.table.file_name, tables.LIMITS)
        rows = table.rows()
        while self._done < self._found.rows_done:
            await self._read(rows, min(BATCH_ROWS, self._found.rows_done - self._done))
        while (batch := await self._read(rows, BATCH_ROWS, learn=False)).rows:
            if not await self._settle(batch):
                return None
            self._learn(batch)
        return await self._end()

    async def _read(self, rows: Iterator[Row], most: int, *, learn: bool = True) -> Batch:
        batch = await asyncio.to_thread(lambda: read_batch(list(islice(rows, most)), self._reading))
        if learn:
            self._learn(batch)
            if not batch.rows:
                raise files.UploadMissing
        return batch

    def _learn(self, batch: Batch) -> None:
        self._done += batch.rows
        self._seen.update(int(draft.phone.digits) for draft in batch.drafts)

    async def _settle(self, batch: Batch) -> bool:
        while True:
            try:
                async with self._db.transaction() as tx:
                    return await self._store(tx, batch)
            except Overtaken:
                LOG.info("import_batch_again", import_id=str(self._found.id))

    async def _store(self, tx: Transaction, batch: Batch) -> bool:
        found = await imports.lock(tx, self._found.workspace_id, self._found.id)
        if found is None or found.state is not self._found.state or found.rows_done != self._done:
            return False
        now = self._clock.now()
        taken = take_in(batch, await self._known(tx, batch), self._reading)
        if found.state is ImportState.RUNNING:
            await imports.write(tx, found, taken, self._devices(found.counts.created, len(taken)), now)
        else:
            room = max(0, KEPT_REFUSALS - found.counts.refused_rows)
            await imports.add_refused(tx, found, batch.refused[:room])
        await imports.advance(tx, found, self._done + batch.rows, counted(found.counts, batch, taken), now)
        await self._tell(tx)
        return True

    async def _known(self, tx: Transaction, batch: Batch) -> Known:
        workspace_id = self._found.workspace_id
        phones = [draft.phone.e164 for draft in batch.drafts]
        look = people.lock_people if self._found.state is ImportState.RUNNING else people.read_people
        return Known(
            people=await look(tx, workspace_id, phones),
            suppressed=await imports.suppressed_phones(tx, workspace_id, phones),
            earlier=frozenset(draft.phone.e164 for draft in batch.drafts if int(draft.phone.digits) in self._seen),
        )

    def _devices(self, created: int, most: int) -> Sequence[UUID | None]:
        """Whose the next new leads are: each device in turn, going on where the last batch ended."""
        chosen = self._found.plan.device_ids if self._found.plan else ()
        if not chosen:
            return [None] * most
        first = created % len(chosen)
        return list(islice(cycle(chosen), first, first + most))

    async def _tell(self, tx: Transaction) -> None:
        found, number = self._found, self._batches
        self._batches += 1
        events = []
        if number % _TELL_PROGRESS == 0:
            events.append(Event(found.workspace_id, found.id, actions.IMPORT_CHANGED, (found.id,)))
        if number % _TELL_LEADS == 0:
            events.append(Event(found.workspace_id, found.workspace_id, actions.IMPORTS_CHANGED, (found.id,)))
            if found.state is ImportState.RUNNING:
                events.append(Event(found.workspace_id, found.workspace_id, LEADS_CHANGED, ()))
        await eventlog.record(tx, events)

    async def _end(self) -> ImportState | None:
        checked = self._found.state is ImportState.CHECKING
        state = ImportState.CHECKED if checked else ImportState.FINISHED
        return await _end(self._db, self._clock, self._found, Ending(state, rows_total=self._done))


async def _fail(db: Database, clock: Clock, found: LeadImport, code: str) -> ImportState | None:
    return await _end(db, clock, found, Ending(ImportState.FAILED, failure=code))


async def _end(db: Database, clock: Clock, before: LeadImport, ending: Ending) -> ImportState | None:
    async with db.transaction() as tx:
        found = await imports.lock(tx, before.workspace_id, before.id)
        if found is None or found.state is not before.state:
            return None
        await imports.end(tx, found, ending, clock.now())
        await actions.announce_import(tx, found, leads_too=found.state is ImportState.RUNNING)
    return ending.state


async def _reading(db: Database, clock: Clock, found: LeadImport) -> Reading:
    plan = found.plan
    mapping = None if plan is None else map_columns(found.table.columns, plan.mapping)
    if plan is None or mapping is None or isinstance(mapping, MappingRefused):
        raise Invalid
    async with db.connection() as connection:
        zone = (await access_reads.find_workspace(connection, found.workspace_id)).settings.zone
    defaults = ImportDefaults(
        now=clock.now(), zone=ZoneInfo(zone), region=plan.region, niches=plan.niches, consent=plan.consent
    )
    return Reading(mapping, defaults, plan.duplicates, plan.status)
