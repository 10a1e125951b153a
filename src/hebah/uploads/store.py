"""Uploads in and out of PostgreSQL."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from hebah.foundation.ids import make_id
from hebah.foundation.postgres import Connection, Record, Transaction, load_queries
from hebah.uploads.model import OfferedFile, Upload

QUERIES = load_queries("hebah.uploads")


async def add(tx: Transaction, workspace_id: UUID, by: UUID, offered: OfferedFile, at: datetime) -> Upload:
    """Store one of which nothing is here yet."""
    row = await QUERIES.add_upload(tx, workspace_id=workspace_id, id=make_id(), created_by=by, at=at, **_file(offered))
    return _upload(row)


async def find_same(db: Connection, workspace_id: UUID, by: UUID, offered: OfferedFile) -> Upload | None:
    """The person's own unfinished upload of a file with the same name, size and time of change."""
    row = await QUERIES.find_same(db, workspace_id=workspace_id, created_by=by, **_file(offered))
    return None if row is None else _upload(row)


async def own(db: Connection, workspace_id: UUID, by: UUID) -> list[Upload]:
    """What the person has begun to send, latest first."""
    return [_upload(row) for row in await QUERIES.list_own(db, workspace_id=workspace_id, created_by=by)]


async def lock(tx: Transaction, workspace_id: UUID, by: UUID, upload_id: UUID) -> Upload | None:
    """The person's own upload, unchangeable by others until the transaction ends."""
    row = await QUERIES.lock_upload(tx, workspace_id=workspace_id, created_by=by, id=upload_id)
    return None if row is None else _upload(row)


async def advance(tx: Transaction, upload: Upload, received: int, at: datetime) -> None:
    """Note that so many bytes are here."""
    await QUERIES.advance_upload(tx, workspace_id=upload.workspace_id, id=upload.id, received=received, at=at)


async def drop(tx: Transaction, workspace_id: UUID, upload_ids: Collection[UUID]) -> None:
    """Forget these."""
    await QUERIES.drop_uploads(tx, workspace_id=workspace_id, ids=list(upload_ids))


async def drop_abandoned(tx: Transaction, before: datetime) -> None:
    """Forget those that nobody went on with since."""
    await QUERIES.drop_abandoned(tx, before=before)


async def known(db: Connection) -> frozenset[UUID]:
    """All there are."""
    return frozenset([row["id"] for row in await QUERIES.known_uploads(db)])


def _file(offered: OfferedFile) -> dict[str, object]:
    return {"file_name": offered.name, "file_size": offered.size, "modified_at": offered.modified_at}


def _upload(row: Record) -> Upload:
    return Upload(
        workspace_id=row["workspace_id"],
        id=row["id"],
        file=OfferedFile(row["file_name"], row["file_size"], row["modified_at"]),
        received=row["received"],
        created_by=row["created_by"],
        updated_at=row["updated_at"],
    )
