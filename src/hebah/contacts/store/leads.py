"""Leads: people with a niche, a status and triggers, on a device or in the pool."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from hebah.contacts.model import Lead, LeadFacts, LeadStatus, Suppressed
from hebah.contacts.store.people import facts_of
from hebah.contacts.store.statements import QUERIES
from hebah.foundation.pages import Newest
from hebah.foundation.postgres import Connection, Record, Transaction


@dataclass(frozen=True, slots=True)
class LeadFilter:
    """Which leads a list is about; None does not restrict. `granted` are the devices its reader may see."""

    workspace_id: UUID
    granted: tuple[UUID, ...] | None = None
    q: str | None = None
    niche: str | None = None
    status: str | None = None
    device_id: UUID | None = None
    pool: bool = False
    consent: str | None = None
    suppressed: bool | None = None


@dataclass(frozen=True, slots=True)
class NewLead:
    """A lead to be added to a contact."""

    workspace_id: UUID
    id: UUID
    contact_id: UUID
    device_id: UUID | None


async def add(tx: Transaction, new: NewLead, facts: LeadFacts, at: datetime) -> None:
    """Store what makes the contact a lead."""
    await QUERIES.add_lead(
        tx,
        workspace_id=new.workspace_id,
        id=new.id,
        contact_id=new.contact_id,
        device_id=new.device_id,
        at=at,
        **_columns(facts),
    )


async def save(tx: Transaction, lead: Lead, facts: LeadFacts, device_id: UUID | None, at: datetime) -> None:
    """Replace what is known of the lead; its version grows."""
    await QUERIES.save_lead(
        tx, workspace_id=lead.workspace_id, id=lead.id, device_id=device_id, at=at, **_columns(facts)
    )


async def find(db: Connection, workspace_id: UUID, lead_id: UUID) -> Lead | None:
    """The lead, or None when this workspace has no such lead."""
    row = await QUERIES.find_lead(db, workspace_id=workspace_id, id=lead_id)
    return None if row is None else lead_of(row)


async def lock(tx: Transaction, workspace_id: UUID, lead_id: UUID) -> Lead | None:
    """The same, unchangeable by others until the transaction ends."""
    locked = await QUERIES.lock_lead(tx, workspace_id=workspace_id, id=lead_id)
    return None if locked is None else await find(tx, workspace_id, lead_id)


async def delete(tx: Transaction, workspace_id: UUID, lead_ids: Collection[UUID]) -> None:
    """The contacts stay."""
    await QUERIES.delete_leads(tx, workspace_id=workspace_id, ids=list(lead_ids))


async def list_page(db: Connection, wanted: LeadFilter, before: Newest | None, limit: int) -> list[Lead]:
    """Newest first, one more than `limit` when more follow."""
    rows = await QUERIES.list_leads(
        db,
        before_at=before.at if before else None,
        before_id=before.id if before else None,
        limit=limit,
        **conditions(wanted),
    )
    return [lead_of(row) for row in rows]


async def count(db: Connection, wanted: LeadFilter, most: int) -> int:
    """How many there are, counted up to `most`."""
    counted: int = await QUERIES.count_leads(db, most=most, **conditions(wanted))
    return counted


async def missing_devices(db: Connection, workspace_id: UUID, device_ids: Sequence[UUID]) -> bool:
    """Whether any of these is no device of the workspace."""
    known = await QUERIES.known_devices(db, workspace_id=workspace_id, ids=list(device_ids))
    return len(known) < len(set(device_ids))


def lead_of(row: Record) -> Lead:
    """A row of contact and lead columns."""
    reason = row["suppressed_reason"]
    return Lead(
        workspace_id=row["workspace_id"],
        id=row["lead_id"],
        contact_id=row["contact_id"],
        phone=row["phone"] or "",
        facts=facts_of(row),
        device_id=row["device_id"],
        suppressed=None if reason is None else Suppressed(reason, row["suppressed_at"]),
        version=row["version"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
    )


def _columns(facts: LeadFacts) -> dict[str, object]:
    return {
        "niches": list(facts.niches),
        "status": (facts.status or LeadStatus.PROSPECT).value,
        "triggers": list(facts.triggers),
        "note": facts.note,
    }


def conditions(wanted: LeadFilter) -> dict[str, object]:
    """The filter as the parameters of `leads_matching`."""
    words = None if wanted.q is None or not wanted.q.strip() else wanted.q.strip()
    digits = "" if words is None else "".join(letter for letter in words if letter.isdecimal()).lstrip("0")
    return {
        "workspace_id": wanted.workspace_id,
        "granted": None if wanted.granted is None else list(wanted.granted),
        "words": None if words is None else f"%{_literal(words)}%",
        # A word with three digits may be the inside of a number, written with or without its country code.
        "digits": f"%{digits}%" if len(digits) >= _FEWEST_DIGITS else None,
        "niche": wanted.niche,
        "status": wanted.status,
        "device_id": wanted.device_id,
        "pool": wanted.pool,
        "consent": wanted.consent,
        "suppressed": wanted.suppressed,
    }


_FEWEST_DIGITS = 3


def _literal(words: str) -> str:
    return words.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
