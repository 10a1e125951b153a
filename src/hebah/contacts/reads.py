"""What the lead screens ask: lists with their counts, one person's history."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from hebah.access.model import Actor
from hebah.access.rules import sees
from hebah.contacts.model import ConsentRecord, Lead, RefusedRow
from hebah.contacts.rules.bulk import BulkEdit
from hebah.contacts.rules.plans import LeadImport
from hebah.contacts.store import bulk, imports, leads, people
from hebah.contacts.store.leads import LeadFilter
from hebah.contacts.store.statements import QUERIES
from hebah.foundation.errors import NotFound
from hebah.foundation.pages import Newest
from hebah.foundation.postgres import Connection, Transaction

MOST_COUNTED = 100_000
MOST_VARIABLES = 100


@dataclass(frozen=True, slots=True)
class FacetLine:
    """How many leads stand behind one value of one filter; a device None is the pool."""

    facet: str
    name: str | None
    count: int


@dataclass(frozen=True, slots=True)
class ReceivedCampaign:
    """A campaign that named this person as a recipient."""

    campaign_id: UUID
    name: str
    state: str
    code: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class LeadHistory:
    """What happened with one person."""

    consents: tuple[ConsentRecord, ...]
    campaigns: tuple[ReceivedCampaign, ...]


async def ids_of_phones(db: Transaction, workspace_id: UUID, phones: Collection[str]) -> dict[str, UUID]:
    """The contacts there are for these E.164 numbers; makes none."""
    return await people.ids_of_phones(db, workspace_id, list(phones)) if phones else {}


async def find_lead(db: Connection, actor: Actor, lead_id: UUID) -> Lead:
    """The lead; NotFound for another workspace's, and for one whose device the actor was not granted."""
    lead = await leads.find(db, actor.workspace_id, lead_id)
    if lead is None or not _sees_lead(actor, lead):
        raise NotFound
    return lead


async def list_leads(db: Connection, wanted: LeadFilter, before: Newest | None, limit: int) -> list[Lead]:
    """Newest first, one more than `limit` when more follow."""
    return await leads.list_page(db, wanted, before, limit)


async def count_leads(db: Connection, wanted: LeadFilter) -> int:
    """How many the filter finds; exact up to `MOST_COUNTED`."""
    return await leads.count(db, wanted, MOST_COUNTED)


async def facets(db: Connection, actor: Actor) -> list[FacetLine]:
    """How many leads stand behind each filter."""
    rows = await QUERIES.count_facets(db, workspace_id=actor.workspace_id, granted=granted(actor))
    return [FacetLine(row["facet"], row["name"], row["count"]) for row in rows]


async def variable_names(db: Connection, actor: Actor) -> list[str]:
    """What leads know of people beyond the usual, by name; the most that one table shows."""
    rows = await QUERIES.list_variable_names(db, workspace_id=actor.workspace_id, most=MOST_VARIABLES)
    return [row["name"] for row in rows]


async def device_names(db: Connection, actor: Actor) -> dict[UUID, str]:
    """The name of each device that leads can be on."""
    rows = await QUERIES.list_device_names(db, workspace_id=actor.workspace_id)
    return {row["id"]: row["name"] for row in rows}


async def history(db: Connection, actor: Actor, lead_id: UUID) -> LeadHistory:
    """What the person agreed to over time, and which campaigns reached them."""
    lead = await find_lead(db, actor, lead_id)
    consents = await people.list_consents(db, actor.workspace_id, lead.contact_id)
    rows = await QUERIES.list_received_campaigns(db, workspace_id=actor.workspace_id, contact_id=lead.contact_id)
    received = (ReceivedCampaign(row["campaign_id"], row["name"], row["state"], row["code"], row["at"]) for row in rows)
    return LeadHistory(tuple(consents), tuple(received))


def granted(actor: Actor) -> list[UUID] | None:
    """The devices whose leads the actor sees; None for all of them and the pool."""
    return None if actor.device_ids is None else list(actor.device_ids)


def _sees_lead(actor: Actor, lead: Lead) -> bool:
    return actor.device_ids is None or (lead.device_id is not None and sees(actor, lead.device_id))


async def find_bulk_edit(db: Connection, actor: Actor, edit_id: UUID) -> BulkEdit:
    """The bulk edit; NotFound for another workspace's too."""
    found = await bulk.find(db, actor.workspace_id, edit_id)
    if found is None:
        raise NotFound
    return found


async def latest_bulk_edits(db: Connection, actor: Actor) -> list[BulkEdit]:
    """The last twenty, newest first."""
    return await bulk.latest(db, actor.workspace_id)


async def find_import(db: Connection, actor: Actor, import_id: UUID) -> LeadImport:
    """The import; NotFound for another workspace's too."""
    found = await imports.find(db, actor.workspace_id, import_id)
    if found is None:
        raise NotFound
    return found


async def latest_imports(db: Connection, actor: Actor) -> list[LeadImport]:
    """The last fifty, newest first."""
    return await imports.latest(db, actor.workspace_id)


async def refused_rows(db: Connection, found: LeadImport, after: int, limit: int) -> list[RefusedRow]:
    """Rows that were left out, in the order of the file, one more than `limit` when more follow."""
    return await imports.refused_rows(db, found, after, limit)
