"""People by number, what they agreed to, and whom never to write again."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

import asyncpg

from hebah.contacts.model import (
    Consent,
    ConsentRecord,
    ConsentState,
    LeadFacts,
    LeadStatus,
    NewSuppression,
    Person,
    PhoneTaken,
    address_hash,
)
from hebah.contacts.store.statements import QUERIES
from hebah.foundation.ids import make_id
from hebah.foundation.postgres import Connection, Record, Transaction

BY_HAND = "by_hand"


async def add_for_phones(tx: Transaction, workspace_id: UUID, names: Mapping[str, str], at: datetime) -> None:
    """Make contacts for numbers that have none; `names` by E.164 number."""
    await QUERIES.add_contacts_for_phones(
        tx,
        workspace_id=workspace_id,
        ids=[make_id() for _ in names],
        phones=list(names),
        names=list(names.values()),
        at=at,
    )


async def ids_of_phones(tx: Transaction, workspace_id: UUID, phones: Sequence[str]) -> dict[str, UUID]:
    """Contacts by number."""
    rows = await QUERIES.find_contacts_by_phones(tx, workspace_id=workspace_id, phones=list(phones))
    return {row["phone"]: row["id"] for row in rows}


async def link_suppressions(tx: Transaction, workspace_id: UUID, contacts: Mapping[str, UUID]) -> None:
    """Tie suppressed numbers to the contacts that have them now."""
    await QUERIES.link_suppressions(
        tx,
        workspace_id=workspace_id,
        address_hashes=[address_hash(workspace_id, phone) for phone in contacts],
        contact_ids=list(contacts.values()),
    )


async def add_suppressions(tx: Transaction, suppressions: Sequence[NewSuppression]) -> list[tuple[UUID, UUID | None]]:
    """Store them; gives workspace and contact of those that are new."""
    rows = await QUERIES.add_suppressions(
        tx,
        workspace_ids=[given.workspace_id for given in suppressions],
        address_hashes=[address_hash(given.workspace_id, given.phone) for given in suppressions],
        contact_ids=[given.contact_id for given in suppressions],
        reasons=[given.reason.value for given in suppressions],
        words=[given.word for given in suppressions],
        device_ids=[given.device_id for given in suppressions],
        ats=[given.at for given in suppressions],
    )
    return [(row["workspace_id"], row["contact_id"]) for row in rows]


async def lock_people(tx: Transaction, workspace_id: UUID, phones: Sequence[str]) -> dict[str, Person]:
    """The contacts of these numbers, each with its lead, unchangeable by others until the transaction ends."""
    # A row that was waited for is read again afterwards: what is joined to it would be from before the wait.
    await QUERIES.lock_people(tx, workspace_id=workspace_id, phones=list(phones))
    return await read_people(tx, workspace_id, phones)


async def read_people(db: Connection, workspace_id: UUID, phones: Sequence[str]) -> dict[str, Person]:
    """The same without the lock, for a dry run that keeps nobody waiting."""
    rows = await QUERIES.read_people(db, workspace_id=workspace_id, phones=list(phones))
    return {row["phone"]: person_of(row) for row in rows}


async def save_contact(
    tx: Transaction, workspace_id: UUID, contact_id: UUID, phone: str, facts: LeadFacts, at: datetime
) -> None:
    """Store what is known about a person; raises `PhoneTaken` when the number has just become somebody else's."""
    try:
        await QUERIES.save_contact(
            tx,
            workspace_id=workspace_id,
            id=contact_id,
            phone=phone,
            name=facts.name,
            zone=facts.zone,
            language=facts.language,
            variables=dict(facts.variables),
            consent=facts.consent.state.value,
            consent_source=facts.consent.source,
            consent_at=facts.consent.given_at,
            at=at,
        )
    except asyncpg.UniqueViolationError as taken:
        raise PhoneTaken(contact_id) from taken


async def add_consent_entry(
    tx: Transaction, workspace_id: UUID, contact_id: UUID, consent: Consent, by: UUID, at: datetime
) -> None:
    """Append to how the contact's consent came to be."""
    await QUERIES.add_consent_entry(
        tx,
        workspace_id=workspace_id,
        id=make_id(),
        contact_id=contact_id,
        consent=consent.state.value,
        source=consent.source or BY_HAND,
        given_at=consent.given_at,
        at=at,
        by=by,
    )


async def list_consents(db: Connection, workspace_id: UUID, contact_id: UUID) -> list[ConsentRecord]:
    """How the contact's consent came to be, newest first."""
    rows = await QUERIES.list_consents(db, workspace_id=workspace_id, contact_id=contact_id)
    return [
        ConsentRecord(
            ConsentState(row["consent"]), row["source"], row["given_at"], row["recorded_at"], row["recorded_by"]
        )
        for row in rows
    ]


async def lift_suppression(tx: Transaction, workspace_id: UUID, contact_id: UUID, phone: str) -> bool:
    """Forget that this person was suppressed; False when they were not."""
    lifted: int = await QUERIES.lift_suppression(
        tx, workspace_id=workspace_id, contact_id=contact_id, address_hash=address_hash(workspace_id, phone)
    )
    return lifted > 0


async def move_suppression(tx: Transaction, workspace_id: UUID, contact_id: UUID, phone: str) -> str | None:
    """After a change of number: the block follows the person and stays on the old number. Gives its reason, if any."""
    new = address_hash(workspace_id, phone)
    await QUERIES.copy_suppression(tx, workspace_id=workspace_id, contact_id=contact_id, address_hash=new)
    await QUERIES.leave_old_number(tx, workspace_id=workspace_id, contact_id=contact_id, address_hash=new)
    await link_suppressions(tx, workspace_id, {phone: contact_id})
    reason: str | None = await QUERIES.suppressed_why(tx, workspace_id=workspace_id, contact_id=contact_id)
    return reason


async def drop_contacts(tx: Transaction, workspace_id: UUID, contact_ids: Collection[UUID]) -> list[UUID]:
    """Erase those of the contacts that have no history, with their consents; gives them."""
    rows = await QUERIES.drop_contacts(tx, workspace_id=workspace_id, contact_ids=list(contact_ids))
    dropped = [row["id"] for row in rows]
    if dropped:
        await QUERIES.drop_consents(tx, workspace_id=workspace_id, contact_ids=dropped)
        await QUERIES.unlink_suppressions(tx, workspace_id=workspace_id, contact_ids=dropped)
    return dropped


def person_of(row: Record) -> Person:
    """A row of contact columns, with those of its lead where it is one."""
    return Person(
        contact_id=row["contact_id"],
        phone=row["phone"],
        lead_id=row["lead_id"],
        device_id=row["device_id"],
        facts=facts_of(row),
        suppressed=row["suppressed_reason"] is not None,
    )


def facts_of(row: Record) -> LeadFacts:
    """What is known, from a row of contact and lead columns; somebody who is no lead has no status."""
    return LeadFacts(
        name=row["name"],
        niches=tuple(row["niches"] or ()),
        status=None if row["status"] is None else LeadStatus(row["status"]),
        triggers=tuple(row["triggers"] or ()),
        note=row["note"] or "",
        zone=row["zone"],
        language=row["language"],
        variables=row["variables"],
        consent=Consent(ConsentState(row["consent"]), row["consent_source"], row["consent_at"]),
    )
