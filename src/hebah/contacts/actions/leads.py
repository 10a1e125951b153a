"""What can be done with leads: add, edit and delete them, and never write to them again."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from hebah.access import reads as access_reads
from hebah.access.actions import trail as access
from hebah.access.model import Actor, Permission
from hebah.access.rules import may
from hebah.contacts.actions import people as people_actions
from hebah.contacts.model import (
    ConsentState,
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
from hebah.contacts.store import leads, people
from hebah.foundation import eventlog
from hebah.foundation.clock import Clock
from hebah.foundation.errors import FieldsInvalid, NotFound
from hebah.foundation.eventlog import Event
from hebah.foundation.ids import make_id
from hebah.foundation.postgres import Connection, Database, Transaction


@dataclass(frozen=True, slots=True)
class LeadEdit:
    """What a lead is to be, and which version of it the editor saw."""

    lead_id: UUID
    version: int
    written: WrittenLead


async def create_lead(db: Database, clock: Clock, actor: Actor, written: WrittenLead) -> Lead:
    """Make somebody a lead; who is known already (because they wrote to us) is the same person."""
    now = clock.now()
    async with db.transaction() as tx:
        given = await _checked(tx, actor.workspace_id, written, now)
        await people_actions.contacts_for_phones(tx, actor.workspace_id, {given.phone: given.facts.name}, now)
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
                await stops.contacts_suppressed(tx, actor.workspace_id, [lead.contact_id], reason=reason, now=now)
        await _announce(tx, actor.workspace_id, lead.id)
        return _found(await leads.find(tx, actor.workspace_id, lead.id))


async def delete_lead(
    db: Database, clock: Clock, stops: ContactStops[Transaction], actor: Actor, lead_id: UUID
) -> None:
    """The lead goes and what is queued for it; the person goes too unless there is history; a suppression stays."""
    now = clock.now()
    async with db.transaction() as tx:
        lead = _found(await leads.lock(tx, actor.workspace_id, lead_id))
        await stops.contacts_deleted(tx, actor.workspace_id, [lead.contact_id], now=now)
        await leads.delete(tx, actor.workspace_id, [lead_id])
        erased = bool(await people.drop_contacts(tx, actor.workspace_id, [lead.contact_id]))
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
        if not await people_actions.suppress(tx, [by_hand]):
            return
        await stops.contacts_suppressed(
            tx, actor.workspace_id, [lead.contact_id], reason=SuppressionReason.BY_HAND.value, now=now
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
    await eventlog.record(tx, [Event(workspace_id, workspace_id, people_actions.LEADS_CHANGED, lead_ids)])


def _person(lead: Lead) -> Person:
    return Person(lead.contact_id, lead.phone, lead.id, lead.device_id, lead.facts, lead.suppressed is not None)


def _found(lead: Lead | None) -> Lead:
    if lead is None:
        raise NotFound
    return lead
