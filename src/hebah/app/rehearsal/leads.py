"""Brings the file of leads in, the way a person does in the browser: upload, guess the columns, dry run, run."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

from hebah.app.rehearsal.plan import LeadsRefused, LeadsUnreadable, PhoneColumnMissing
from hebah.app.rehearsal.shop import Shop
from hebah.contacts import reads as contact_reads
from hebah.contacts.actions import imports as contacts
from hebah.contacts.jobs import imports as contact_jobs
from hebah.contacts.model import Consent, ConsentState, LeadStatus
from hebah.contacts.rules.columns import Field
from hebah.contacts.rules.merge import DuplicateRule
from hebah.contacts.rules.plans import ImportPlan, LeadImport
from hebah.foundation.clock import Clock
from hebah.foundation.postgres import Database
from hebah.foundation.tabular import open_table
from hebah.foundation.uploads import Upload

REPEATED = "duplicate_in_file"

_CHUNK = 1 << 20
_SPEAK_OF_CONSENT = {Field.CONSENT, Field.CONSENT_SOURCE, Field.CONSENT_DATE}
_SOURCE = "rehearsal"
_REGION = "MY"


def check(path: Path) -> None:
    """Raise what is wrong with the file at first sight, before anything is started for it."""
    try:
        open_table(path, path.name)
    except OSError as error:
        raise LeadsUnreadable(str(path), error.strerror or str(error)) from error


async def bring_in(db: Database, clock: Clock, shop: Shop, path: Path, uploads: Path) -> Mapping[str, int]:
    """Make leads of the rows, spread evenly over the devices; gives how many rows were left out, by code."""
    found = await contacts.add_import(db, clock, shop.owner, uploads, Upload(path.name, _chunks(path)))
    if Field.PHONE not in found.table.guess.values():
        raise PhoneColumnMissing(path.name)
    await contacts.plan_import(db, clock, shop.owner, found.id, _plan(found, clock, shop))
    await _work(db, clock, shop, uploads, found)
    await contacts.run_import(db, clock, shop.owner, found.id)
    counts = (await _work(db, clock, shop, uploads, found)).counts
    repeated = {REPEATED: counts.duplicates_in_file} if counts.duplicates_in_file else {}
    return Counter(counts.refused) + Counter(repeated)


async def _work(db: Database, clock: Clock, shop: Shop, uploads: Path, found: LeadImport) -> LeadImport:
    """Do the dry run or the run that is asked for."""
    await contact_jobs.run_imports(db, clock, uploads)
    async with db.connection() as connection:
        worked = await contact_reads.find_import(connection, shop.owner, found.id)
    if worked.failure is not None:
        raise LeadsRefused(found.table.file_name, worked.failure)
    return worked


def _plan(found: LeadImport, clock: Clock, shop: Shop) -> ImportPlan:
    # Whoever rehearses vouches for the file, unless it speaks of consent itself.
    speaks = _SPEAK_OF_CONSENT & set(found.table.guess.values())
    return ImportPlan(
        mapping=found.table.guess,
        device_ids=shop.device_ids,
        duplicates=DuplicateRule.FILL_EMPTY,
        consent=None if speaks else Consent(ConsentState.GRANTED, _SOURCE, clock.now()),
        niches=(),
        status=LeadStatus.PROSPECT,
        region=_REGION,
    )


async def _chunks(path: Path) -> AsyncIterator[bytes]:
    with await asyncio.to_thread(path.open, "rb") as file:
        while chunk := await asyncio.to_thread(file.read, _CHUNK):
            yield chunk
