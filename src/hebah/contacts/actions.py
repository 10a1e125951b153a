"""What can be done with people: know them by number, keep them as leads, respect that they want no more."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from uuid import UUID

from hebah.access import reads as access_reads
from hebah.access.actions import trail as access
from hebah.access.model import Actor, Permission
from hebah.access.rules import may
from hebah.contacts.model import (
    ConsentState,
    ImportCounts,
    ImportState,
    Lead,
    LeadEditedElsewhere,
    LeadExists,
    LiftNeedsOwner,
    NewSuppression,
    Person,
    PhoneTaken,
    SuppressionReason,
    WrittenLead,
)
from hebah.contacts.ports import ContactStops
from hebah.contacts.rules.leads import checked, consent_after
from hebah.contacts.rules.plans import ImportPlan, LeadImport, check_move, check_plan
from hebah.contacts.store import imports, leads, people, tables
from hebah.contacts.store.imports import Ending
from hebah.foundation import eventlog
from hebah.foundation import uploads as files
from hebah.foundation.clock import Clock
from hebah.foundation.errors import FieldsInvalid, NotFound
from hebah.foundation.eventlog import Event
from hebah.foundation.ids import make_id
from hebah.foundation.postgres import Connection, Database, Transaction

LEADS_CHANGED = "leads_changed"
IMPORT_CHANGED = "import_changed"
IMPORTS_CHANGED = "imports_changed"


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it arrives."""

    file_name: str
    chunks: AsyncIterator[bytes]


@dataclass(frozen=True, slots=True)
class LeadEdit:
    """What a lead is to be, and which version of it the editor saw."""

    lead_id: UUID
    version: int
    written: WrittenLead


async def contacts_for_phones(
    tx: Transaction, workspace_id: UUID, names: Mapping[str, str], at: datetime
) -> dict[str, UUID]:
    """The contact of each E.164 number, made where there was none; `names` gives a name (or "") by number."""
    known = await people.ids_of_phones(tx, workspace_id, list(names))
    strangers = {phone: name for phone, name in names.items() if phone not in known}
    if not strangers:
        return known
    await people.add_for_phones(tx, workspace_id, strangers, at)
    made = await people.ids_of_phones(tx, workspace_id, list(strangers))
    await people.link_suppressions(tx, workspace_id, made)
    return known | made


async def suppress(tx: Transaction, suppressions: Sequence[NewSuppression]) -> list[tuple[UUID, UUID | None]]:
    """Never write to these people again; gives workspace and contact of those who were not suppressed before.

    The caller also takes their queued messages back (`outbox.actions.suppress_contact`) in the same transaction.
    """
    return await people.add_suppressions(tx, suppressions) if suppressions else []


async def create_lead(db: Database, clock: Clock, actor: Actor, written: WrittenLead) -> Lead:
    """Make somebody a lead; who is known already (because they wrote to us) is the same person."""
    now = clock.now()
    async with db.transaction() as tx:
        given = await _checked(tx, actor.workspace_id, written, now)
        await contacts_for_phones(tx, actor.workspace_id, {given.phone: given.facts.name}, now)
        person = (await people.lock_people(tx, actor.workspace_id, [given.phone]))[given.phone]
        if person.lead_id is not None:
            raise LeadExists(person.lead_id)
        # A form that says nothing about consent takes none away from somebody who gave it before.
        if given.facts.consent.state is ConsentState.UNKNOWN:
            given = replace(given, facts=replace(given.facts, consent=person.facts.consent))
        lead = leads.NewLead(actor.workspace_id, make_id(), person.contact_id, given.device_id)
        await _save_person(tx, actor, person, given, now)
        await leads.add(tx, lead, given.facts, now)
        await _announce(tx, actor.workspace_id, lead.id)
        return _found(await leads.find(tx, actor.workspace_id, lead.id))


async def edit_lead(db: Database, clock: Clock, stops: ContactStops[Transaction], actor: Actor, edit: LeadEdit) -> Lead:
    """Replace what is known of a lead, unless somebody else did since `edit.version`."""
    now = clock.now()
    async with db.transaction() as tx:
        lead = _found(await leads.lock(tx, actor.workspace_id, edit.lead_id))
        if lead.version != edit.version:
            raise LeadEditedElsewhere(lead.version, lead.updated_at)
        given = await _checked(tx, actor.workspace_id, edit.written, now, lead)
        if given.phone != lead.phone:
            await _require_free(tx, actor.workspace_id, given.phone)
        await _save_person(tx, actor, _person(lead), given, now)
        await leads.save(tx, lead, given.facts, given.device_id, now)
        if given.phone != lead.phone:
            reason = await people.move_suppression(tx, actor.workspace_id, lead.contact_id, given.phone)
            if reason is not None:
                await stops.contact_suppressed(tx, actor.workspace_id, lead.contact_id, reason=reason, now=now)
        await _announce(tx, actor.workspace_id, lead.id)
        return _found(await leads.find(tx, actor.workspace_id, lead.id))


async def delete_lead(
    db: Database, clock: Clock, stops: ContactStops[Transaction], actor: Actor, lead_id: UUID
) -> None:
    """The lead goes and what is queued for it; the person goes too unless there is history; a suppression stays."""
    now = clock.now()
    async with db.transaction() as tx:
        lead = _found(await leads.lock(tx, actor.workspace_id, lead_id))
        await stops.contact_deleted(tx, actor.workspace_id, lead.contact_id, now=now)
        await leads.delete(tx, actor.workspace_id, lead_id)
        erased = await people.drop_contact(tx, actor.workspace_id, lead.contact_id)
        await access.record_audit(tx, actor, "lead_deleted", subject=lead_id, details={"contactErased": erased}, at=now)
        await _announce(tx, actor.workspace_id, lead_id)


async def suppress_lead(
    db: Database, clock: Clock, stops: ContactStops[Transaction], actor: Actor, lead_id: UUID
) -> None:
    """Somebody said, away from WhatsApp, that they want no more messages; what is queued for them is taken back."""
    now = clock.now()
    async with db.transaction() as tx:
        lead = _found(await leads.lock(tx, actor.workspace_id, lead_id))
        by_hand = NewSuppression(actor.workspace_id, lead.contact_id, lead.phone, SuppressionReason.BY_HAND, now)
        if not await suppress(tx, [by_hand]):
            return
        await stops.contact_suppressed(
            tx, actor.workspace_id, lead.contact_id, reason=SuppressionReason.BY_HAND.value, now=now
        )
        await access.record_audit(tx, actor, "contact_suppressed", subject=lead.contact_id, details={}, at=now)
        await _announce(tx, actor.workspace_id, lead_id)


async def lift_suppression(db: Database, clock: Clock, actor: Actor, lead_id: UUID) -> None:
    """Allow messages to somebody again; what was taken back stays taken back."""
    if not may(actor, Permission.CONSENT_OVERRIDE):
        raise LiftNeedsOwner
    now = clock.now()
    async with db.transaction() as tx:
        lead = _found(await leads.lock(tx, actor.workspace_id, lead_id))
        if not await people.lift_suppression(tx, actor.workspace_id, lead.contact_id, lead.phone):
            return
        reason = lead.suppressed.reason if lead.suppressed else None
        await access.record_audit(
            tx, actor, "suppression_lifted", subject=lead.contact_id, details={"reason": reason}, at=now
        )
        await _announce(tx, actor.workspace_id, lead_id)


async def add_import(db: Database, clock: Clock, actor: Actor, uploads: Path, upload: Upload) -> LeadImport:
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


async def _checked(
    tx: Connection, workspace_id: UUID, written: WrittenLead, now: datetime, lead: Lead | None = None
) -> WrittenLead:
    region = (await access_reads.find_workspace(tx, workspace_id)).settings.region
    given = checked(written, region, now)
    chosen = [] if given.device_id is None or (lead and lead.device_id == given.device_id) else [given.device_id]
    if chosen and await leads.missing_devices(tx, workspace_id, chosen):
        raise FieldsInvalid({"deviceId": "unknown_device"})
    return given


async def _require_free(tx: Transaction, workspace_id: UUID, phone: str) -> None:
    holder = (await people.lock_people(tx, workspace_id, [phone])).get(phone)
    if holder is not None:
        raise PhoneTaken(holder.contact_id) if holder.lead_id is None else LeadExists(holder.lead_id)


async def _save_person(tx: Transaction, actor: Actor, person: Person, given: WrittenLead, now: datetime) -> None:
    before = person.facts.consent
    consent = consent_after(before, given.facts.consent, people.BY_HAND)
    facts = replace(given.facts, consent=consent, language=given.facts.language or person.facts.language)
    await people.save_contact(tx, actor.workspace_id, person.contact_id, given.phone, facts, now)
    if consent != before:
        await people.add_consent_entry(tx, actor.workspace_id, person.contact_id, consent, actor.user_id, now)


async def _announce(tx: Transaction, workspace_id: UUID, *lead_ids: UUID) -> None:
    await eventlog.record(tx, [Event(workspace_id, workspace_id, LEADS_CHANGED, lead_ids)])


def _person(lead: Lead) -> Person:
    return Person(lead.contact_id, lead.phone, lead.id, lead.device_id, lead.facts, lead.suppressed is not None)


def _found(lead: Lead | None) -> Lead:
    if lead is None:
        raise NotFound
    return lead
