"""Bulk edits and the leads that were chosen for them, in and out of PostgreSQL."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from hebah.contacts.model import BulkCounts, BulkState, BulkVerb, LeadStatus
from hebah.contacts.rules.bulk import BulkChange, BulkEdit, Changed, Chosen
from hebah.contacts.store.leads import LeadFilter, conditions
from hebah.contacts.store.people import facts_of
from hebah.foundation.postgres import Connection, Record, Transaction, load_queries

QUERIES = load_queries("hebah.contacts", "bulk.sql")


async def add(tx: Transaction, edit: BulkEdit) -> None:
    """Store one; who is meant by it is chosen next."""
    await QUERIES.add_bulk_edit(
        tx,
        workspace_id=edit.workspace_id,
        id=edit.id,
        change=msgspec.to_builtins(edit.change),
        leads=edit.leads,
        created_by=edit.created_by,
        at=edit.created_at,
    )


async def choose_matching(tx: Transaction, edit: BulkEdit, wanted: LeadFilter, most: int) -> int:
    """Fix which leads are meant: all that a filter finds. Gives how many, one more than `most` when there are more."""
    chosen: int = await QUERIES.choose_matching(tx, id=edit.id, most=most, **conditions(wanted))
    return chosen


async def choose_ticked(tx: Transaction, edit: BulkEdit, lead_ids: Sequence[UUID]) -> int:
    """Fix which leads are meant: these, as far as they are there. Gives how many."""
    chosen: int = await QUERIES.choose_ticked(tx, workspace_id=edit.workspace_id, id=edit.id, lead_ids=list(lead_ids))
    return chosen


async def find(db: Connection, workspace_id: UUID, edit_id: UUID) -> BulkEdit | None:
    """The bulk edit, or None when this workspace has no such one."""
    row = await QUERIES.find_bulk_edit(db, workspace_id=workspace_id, id=edit_id)
    return None if row is None else _edit(row)


async def lock(tx: Transaction, workspace_id: UUID, edit_id: UUID) -> BulkEdit | None:
    """The same, unchangeable by others until the transaction ends."""
    row = await QUERIES.lock_bulk_edit(tx, workspace_id=workspace_id, id=edit_id)
    return None if row is None else _edit(row)


async def latest(db: Connection, workspace_id: UUID) -> list[BulkEdit]:
    """Newest first."""
    return [_edit(row) for row in await QUERIES.list_bulk_edits(db, workspace_id=workspace_id)]


async def waiting(db: Connection) -> list[tuple[UUID, UUID]]:
    """Workspace and id of every bulk edit that is a worker's turn."""
    return [(row["workspace_id"], row["id"]) for row in await QUERIES.bulk_edits_to_work_on(db)]


async def move(tx: Transaction, edit: BulkEdit, state: BulkState, at: datetime, failure: str | None = None) -> None:
    """Go on to the next state."""
    await QUERIES.move_bulk_edit(
        tx, workspace_id=edit.workspace_id, id=edit.id, state=state.value, failure=failure, at=at
    )


async def advance(tx: Transaction, edit: BulkEdit, at: datetime) -> None:
    """Note in the batch's own transaction how far it is and what became of its leads."""
    await QUERIES.advance_bulk_edit(
        tx,
        workspace_id=edit.workspace_id,
        id=edit.id,
        leads_done=edit.leads_done,
        leads_back=edit.leads_back,
        counts=msgspec.to_builtins(edit.counts),
        at=at,
    )


async def lock_chosen(tx: Transaction, edit: BulkEdit, after: int, limit: int) -> list[Chosen]:
    """The leads at the places behind `after` that are still there, unchangeable by others."""
    which = {"workspace_id": edit.workspace_id, "id": edit.id, "after": after, "limit": limit}
    await QUERIES.lock_chosen(tx, **which)
    return [_chosen(row) for row in await QUERIES.read_chosen(tx, **which) if row["contact_id"] is not None]


async def write(tx: Transaction, edit: BulkEdit, changed: Sequence[Changed], at: datetime) -> None:
    """Store what leads become."""
    rows = [_row(one.lead) for one in changed]
    if edit.change.verb is BulkVerb.SET_VALUE:
        await QUERIES.write_variables(tx, workspace_id=edit.workspace_id, rows=rows, at=at)
    await QUERIES.write_leads(tx, workspace_id=edit.workspace_id, rows=rows, at=at)


async def keep_what_was(tx: Transaction, edit: BulkEdit, changed: Sequence[Changed]) -> None:
    """Keep what an undo needs."""
    rows = [{"place": one.lead.place, "was": [one.was], "is_now": [one.is_now]} for one in changed]
    await QUERIES.keep_what_was(tx, workspace_id=edit.workspace_id, id=edit.id, rows=rows)


async def forget_chosen(tx: Transaction, before: datetime) -> int:
    """Forget who was chosen for bulk edits that ended before; gives how many leads that were."""
    forgotten: int = await QUERIES.forget_chosen(tx, before=before)
    return forgotten


def _edit(row: Record) -> BulkEdit:
    return BulkEdit(
        workspace_id=row["workspace_id"],
        id=row["id"],
        change=msgspec.convert(row["change"], BulkChange),
        state=BulkState(row["state"]),
        failure=row["failure"],
        leads=row["leads"],
        leads_done=row["leads_done"],
        leads_back=row["leads_back"],
        counts=msgspec.convert(row["counts"], BulkCounts),
        created_by=row["created_by"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
        ended_at=row["ended_at"],
    )


def _chosen(row: Record) -> Chosen:
    # In a list of one: nothing known is a value too.
    was, is_now = row["was"], row["is_now"]
    return Chosen(
        place=row["place"],
        lead_id=row["lead_id"],
        contact_id=row["contact_id"],
        phone=row["phone"] or "",
        facts=facts_of(row),
        device_id=row["device_id"],
        suppressed=row["suppressed_reason"] is not None,
        was=None if was is None else was[0],
        is_now=None if is_now is None else is_now[0],
        was_changed=is_now is not None,
    )


def _row(lead: Chosen) -> dict[str, Any]:  # Any: a row of columns of several types
    facts = lead.facts
    return {
        "lead_id": lead.lead_id,
        "contact_id": lead.contact_id,
        "niches": facts.niches,
        "status": (facts.status or LeadStatus.PROSPECT).value,
        "triggers": facts.triggers,
        "device_id": lead.device_id,
        "variables": dict(facts.variables),
    }
