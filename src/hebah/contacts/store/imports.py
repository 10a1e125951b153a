"""Imports and their batches in and out of PostgreSQL."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from hebah.contacts.model import ImportCounts, ImportState, LeadFacts, LeadStatus, RefusedRow, address_hash
from hebah.contacts.rules.columns import Field
from hebah.contacts.rules.intake import Outcome, Taken
from hebah.contacts.rules.plans import ImportPlan, LeadImport, TableFacts
from hebah.contacts.store.people import link_suppressions
from hebah.contacts.store.statements import QUERIES
from hebah.foundation.ids import make_id
from hebah.foundation.postgres import Connection, Record, Transaction

_NO_SOURCE = "import"


class Overtaken(Exception):
    """Somebody else made a contact of this batch in between; nothing was stored, the batch is done again."""


@dataclass(frozen=True, slots=True)
class Ending:
    """How a state ends: the next one, why it failed, how many rows there were."""

    state: ImportState
    failure: str | None = None
    rows_total: int | None = None


async def add(
    tx: Transaction, workspace_id: UUID, import_id: UUID, table: TableFacts, by: UUID, at: datetime
) -> LeadImport:
    """Store a file that has arrived."""
    row = await QUERIES.add_import(
        tx,
        workspace_id=workspace_id,
        id=import_id,
        file_name=table.file_name,
        sha256=table.sha256,
        size=table.size,
        kind=table.kind,
        encoding=table.encoding,
        delimiter=table.delimiter,
        columns=list(table.columns),
        sample=table.sample,
        guess=_mapping_columns(table.guess),
        created_by=by,
        at=at,
    )
    return import_of(row)


async def find(db: Connection, workspace_id: UUID, import_id: UUID) -> LeadImport | None:
    """The import, or None when this workspace has no such import."""
    row = await QUERIES.find_import(db, workspace_id=workspace_id, id=import_id)
    return None if row is None else import_of(row)


async def lock(tx: Transaction, workspace_id: UUID, import_id: UUID) -> LeadImport | None:
    """The same, unchangeable by others until the transaction ends."""
    row = await QUERIES.lock_import(tx, workspace_id=workspace_id, id=import_id)
    return None if row is None else import_of(row)


async def latest(db: Connection, workspace_id: UUID) -> list[LeadImport]:
    """Newest first."""
    return [import_of(row) for row in await QUERIES.list_imports(db, workspace_id=workspace_id)]


async def plan(tx: Transaction, found: LeadImport, chosen: ImportPlan, at: datetime) -> None:
    """Keep what was chosen and ask for a dry run."""
    await QUERIES.drop_refused_rows(tx, workspace_id=found.workspace_id, id=found.id)
    await QUERIES.plan_import(tx, workspace_id=found.workspace_id, id=found.id, options=_plan_columns(chosen), at=at)


async def start(tx: Transaction, found: LeadImport, at: datetime) -> None:
    """Ask for the real run."""
    await QUERIES.start_import(tx, workspace_id=found.workspace_id, id=found.id, at=at)


async def end(tx: Transaction, found: LeadImport, ending: Ending, at: datetime) -> None:
    """Go on to the next state."""
    await QUERIES.end_import(
        tx,
        workspace_id=found.workspace_id,
        id=found.id,
        state=ending.state.value,
        failure=ending.failure,
        rows_total=ending.rows_total,
        at=at,
    )


async def advance(tx: Transaction, found: LeadImport, rows_done: int, counts: ImportCounts, at: datetime) -> None:
    """Note in the batch's own transaction that its rows are done."""
    await QUERIES.advance_import(
        tx,
        workspace_id=found.workspace_id,
        id=found.id,
        rows_done=rows_done,
        # Before the first check the refusals are the model's empty mapping, which no encoder knows.
        counts=msgspec.to_builtins(replace(counts, refused=dict(counts.refused))),
        at=at,
    )


async def waiting(db: Connection) -> list[tuple[UUID, UUID]]:
    """Workspace and id of every import that is a worker's turn."""
    return [(row["workspace_id"], row["id"]) for row in await QUERIES.imports_to_work_on(db)]


async def abandoned(db: Connection, before: datetime) -> list[tuple[UUID, UUID]]:
    """Workspace and id of imports that nobody went on with since `before`."""
    return [(row["workspace_id"], row["id"]) for row in await QUERIES.abandoned_imports(db, before=before)]


async def with_files(db: Connection) -> frozenset[UUID]:
    """Imports whose file is still needed."""
    return frozenset([row["id"] for row in await QUERIES.imports_with_files(db)])


async def add_refused(tx: Transaction, found: LeadImport, rows: Sequence[RefusedRow]) -> None:
    """Keep rows that were left out; again is no matter."""
    if rows:
        await QUERIES.add_refused_rows(
            tx, workspace_id=found.workspace_id, import_id=found.id, rows=msgspec.to_builtins(rows)
        )


async def refused_rows(db: Connection, found: LeadImport, after: int, limit: int) -> list[RefusedRow]:
    """Rows that were left out, in the order of the file, one more than `limit` when more follow."""
    rows = await QUERIES.list_refused_rows(
        db, workspace_id=found.workspace_id, import_id=found.id, after=after, limit=limit
    )
    return [
        RefusedRow(row["row_number"], row["column_name"], row["code"], row["shown"], tuple(row["cells"]))
        for row in rows
    ]


async def suppressed_phones(db: Connection, workspace_id: UUID, phones: Collection[str]) -> frozenset[str]:
    """Which of these numbers are blocked."""
    by_hash = {address_hash(workspace_id, phone): phone for phone in phones}
    rows = await QUERIES.suppressed_hashes(db, workspace_id=workspace_id, hashes=list(by_hash))
    return frozenset([by_hash[row["address_hash"]] for row in rows])


async def write(
    tx: Transaction, found: LeadImport, taken: Sequence[Taken], devices: Sequence[UUID | None], at: datetime
) -> None:
    """Store what a batch says; `devices` are for its new leads, in order. Raises `Overtaken`."""
    given = iter(devices)
    created = [_row(one, next(given)) for one in taken if one.outcome is Outcome.CREATED]
    newcomers = [row for row in created if row["new"]]
    changed = [_row(one, None) for one in taken if one.outcome is not Outcome.CREATED and one.changes]
    known = {"workspace_id": found.workspace_id, "at": at}
    if newcomers:
        added = await QUERIES.add_people(tx, rows=newcomers, **known)
        if len(added) < len(newcomers):
            raise Overtaken
    met = [row for row in created if not row["new"]] + changed
    if met:
        await QUERIES.change_people(tx, rows=met, **known)
    if created:
        await QUERIES.add_leads(tx, rows=created, **known)
        blocked = {one.phone for one in taken if one.suppressed}
        await link_suppressions(
            tx, found.workspace_id, {row["phone"]: row["id"] for row in newcomers if row["phone"] in blocked}
        )
    if changed:
        await QUERIES.change_leads(tx, rows=changed, **known)
    entries = [row for row in created + changed if row["entry_id"] is not None]
    if entries:
        await QUERIES.add_consent_entries(tx, rows=entries, by=found.created_by, **known)


def import_of(row: Record) -> LeadImport:
    """A stored row."""
    return LeadImport(
        workspace_id=row["workspace_id"],
        id=row["id"],
        table=TableFacts(
            file_name=row["file_name"],
            sha256=row["file_sha256"],
            size=row["file_size"],
            kind=row["kind"],
            encoding=row["encoding"],
            delimiter=row["delimiter"],
            columns=tuple(row["columns"]),
            sample=tuple(tuple(cells) for cells in row["sample"]),
            guess=_mapping(row["mapping"]),
        ),
        plan=_plan(row["options"]) if row["options"] else None,
        state=ImportState(row["state"]),
        failure=row["failure"],
        rows_total=row["rows_total"],
        rows_done=row["rows_done"],
        counts=msgspec.convert(row["counts"], ImportCounts),
        created_by=row["created_by"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
    )


def _row(one: Taken, device_id: UUID | None) -> dict[str, Any]:  # Any: a row of columns of several types
    facts: LeadFacts = one.facts
    person = one.person
    return {
        "new": person is None,
        "id": make_id() if person is None else person.contact_id,
        "lead_id": make_id() if person is None or person.lead_id is None else person.lead_id,
        "entry_id": make_id() if one.consent_changes else None,
        "phone": one.phone,
        "device_id": device_id,
        "name": facts.name,
        "niches": facts.niches,
        "status": (facts.status or LeadStatus.PROSPECT).value,
        "triggers": facts.triggers,
        "note": facts.note,
        "zone": facts.zone,
        "language": facts.language,
        "variables": dict(facts.variables),
        "consent": facts.consent.state.value,
        "consent_source": facts.consent.source or (_NO_SOURCE if one.consent_changes else None),
        "consent_at": facts.consent.given_at,
    }


def _mapping_columns(mapping: Mapping[int, Field]) -> dict[str, str]:
    return {str(index): field.value for index, field in mapping.items()}


def _mapping(stored: Mapping[str, str]) -> dict[int, Field]:
    return {int(index): Field(field) for index, field in stored.items()}


def _plan_columns(chosen: ImportPlan) -> Any:  # Any: JSON
    return msgspec.to_builtins(chosen) | {"mapping": _mapping_columns(chosen.mapping)}


def _plan(stored: Any) -> ImportPlan:  # Any: JSON
    return msgspec.convert(stored | {"mapping": _mapping(stored["mapping"])}, ImportPlan)
