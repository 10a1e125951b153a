"""Contacts, leads and suppressions in and out of PostgreSQL."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from hebah.contacts.model import NewSuppression, address_hash
from hebah.foundation.ids import make_id
from hebah.foundation.postgres import Transaction, load_queries

QUERIES = load_queries("hebah.contacts")


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
