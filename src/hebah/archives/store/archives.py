"""Archives and their faults in and out of PostgreSQL."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

import msgspec

from hebah.archives.model import (
    Archive,
    ArchiveCounts,
    ArchiveFacts,
    ArchivePlan,
    ArchiveState,
    Fault,
    Meaning,
    SampleMessage,
)
from hebah.foundation.postgres import Connection, Record, Transaction, load_queries
from hebah.foundation.uploads import Received

QUERIES = load_queries("hebah.archives")

Facts = TypeVar("Facts", ArchiveFacts, ArchivePlan)


@dataclass(frozen=True, slots=True)
class Ending:
    """How a state ends: the next one, why it failed, how many rows there were."""

    state: ArchiveState
    failure: str | None = None
    rows_total: int | None = None


@dataclass(frozen=True, slots=True)
class Arrival:
    """A file as it has arrived: which, from whom, and what is in it."""

    workspace_id: UUID
    id: UUID
    name: str
    received: Received
    facts: ArchiveFacts
    by: UUID


async def add(tx: Transaction, arrival: Arrival, at: datetime) -> Archive:
    """Store a file that has arrived."""
    row = await QUERIES.add_archive(
        tx,
        workspace_id=arrival.workspace_id,
        id=arrival.id,
        file_name=arrival.name,
        sha256=arrival.received.sha256,
        size=arrival.received.size,
        facts=_stored(arrival.facts),
        created_by=arrival.by,
        at=at,
    )
    return _archive(row)


async def find(db: Connection, workspace_id: UUID, archive_id: UUID) -> Archive | None:
    """The archive, or None when this workspace has no such archive."""
    row = await QUERIES.find_archive(db, workspace_id=workspace_id, id=archive_id)
    return None if row is None else _archive(row)


async def lock(tx: Transaction, workspace_id: UUID, archive_id: UUID) -> Archive | None:
    """The same, unchangeable by others until the transaction ends."""
    row = await QUERIES.lock_archive(tx, workspace_id=workspace_id, id=archive_id)
    return None if row is None else _archive(row)


async def latest(db: Connection, workspace_id: UUID) -> list[Archive]:
    """Newest first."""
    return [_archive(row) for row in await QUERIES.list_archives(db, workspace_id=workspace_id)]


async def plan(tx: Transaction, found: Archive, chosen: ArchivePlan, at: datetime) -> None:
    """Keep what was chosen and ask for a dry run."""
    await QUERIES.drop_faults(tx, workspace_id=found.workspace_id, id=found.id)
    await QUERIES.plan_archive(
        tx,
        workspace_id=found.workspace_id,
        id=found.id,
        plan=_stored(chosen),
        device_id=chosen.device_id,
        at=at,
    )


async def start(tx: Transaction, found: Archive, at: datetime) -> None:
    """Ask for the real run."""
    await QUERIES.start_archive(tx, workspace_id=found.workspace_id, id=found.id, at=at)


async def end(tx: Transaction, found: Archive, ending: Ending, at: datetime) -> None:
    """Go on to the next state."""
    await QUERIES.end_archive(
        tx,
        workspace_id=found.workspace_id,
        id=found.id,
        state=ending.state.value,
        failure=ending.failure,
        rows_total=ending.rows_total,
        at=at,
    )


async def advance(
    tx: Transaction,
    found: Archive,
    rows_done: int,
    counts: ArchiveCounts,
    sample: Sequence[SampleMessage],
    at: datetime,
) -> None:
    """Note in the batch's own transaction that its rows are done."""
    await QUERIES.advance_archive(
        tx,
        workspace_id=found.workspace_id,
        id=found.id,
        rows_done=rows_done,
        counts=msgspec.to_builtins(counts),
        sample=msgspec.to_builtins(list(sample)),
        at=at,
    )


async def count_removed(tx: Transaction, found: Archive, removed: int, at: datetime) -> None:
    """Note in the same transaction that messages were taken back."""
    await QUERIES.count_removed(tx, workspace_id=found.workspace_id, id=found.id, removed=removed, at=at)


async def waiting(db: Connection) -> list[tuple[UUID, UUID]]:
    """Workspace and id of every archive that is a worker's turn."""
    return [(row["workspace_id"], row["id"]) for row in await QUERIES.archives_to_work_on(db)]


async def abandoned(db: Connection, before: datetime) -> list[tuple[UUID, UUID]]:
    """Workspace and id of archives that nobody went on with since `before`."""
    return [(row["workspace_id"], row["id"]) for row in await QUERIES.abandoned_archives(db, before=before)]


async def with_files(db: Connection) -> list[UUID]:
    """Archives whose file is still needed."""
    return [row["id"] for row in await QUERIES.archives_with_files(db)]


async def add_faults(tx: Transaction, found: Archive, faults: Sequence[Fault]) -> None:
    """Keep lines that were left out; again is no matter."""
    if faults:
        await QUERIES.add_faults(
            tx,
            workspace_id=found.workspace_id,
            archive_id=found.id,
            lines=[fault.line for fault in faults],
            codes=[fault.code for fault in faults],
            showns=[fault.shown for fault in faults],
        )


async def faults(db: Connection, found: Archive, after: int, limit: int) -> list[Fault]:
    """Lines that were left out, in the order of the file, one more than `limit` when more follow."""
    rows = await QUERIES.list_faults(db, workspace_id=found.workspace_id, archive_id=found.id, after=after, limit=limit)
    return [Fault(row["line"], row["code"], row["shown"]) for row in rows]


def _archive(row: Record) -> Archive:
    return Archive(
        workspace_id=row["workspace_id"],
        id=row["id"],
        file_name=row["file_name"],
        file_size=row["file_size"],
        facts=_read(row["facts"], ArchiveFacts, "guess"),
        plan=None if row["plan"] is None else _read(row["plan"], ArchivePlan, "mapping"),
        state=ArchiveState(row["state"]),
        failure=row["failure"],
        rows_total=row["rows_total"],
        rows_done=row["rows_done"],
        counts=msgspec.convert(row["counts"], ArchiveCounts),
        sample=msgspec.convert(row["sample"], tuple[SampleMessage, ...]),
        removed=row["removed"],
        created_by=row["created_by"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
    )


def _stored(facts: ArchiveFacts | ArchivePlan) -> Any:  # Any: JSON
    meanings: Mapping[int, Meaning] = facts.guess if isinstance(facts, ArchiveFacts) else facts.mapping
    name = "guess" if isinstance(facts, ArchiveFacts) else "mapping"
    columns = {str(index): meaning.value for index, meaning in meanings.items()}
    return msgspec.to_builtins(facts) | {name: columns}


def _read(stored: Any, kind: type[Facts], name: str) -> Facts:  # Any: JSON
    meanings = {int(index): Meaning(meaning) for index, meaning in stored[name].items()}
    return msgspec.convert(stored | {name: meanings}, kind)
