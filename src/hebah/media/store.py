"""Media rows in and out of PostgreSQL."""

from collections.abc import Collection
from uuid import UUID

from hebah.foundation.postgres import Connection, Record, Transaction, load_queries
from hebah.media.model import Media

QUERIES = load_queries("hebah.media")


async def add(tx: Transaction, media: Media) -> Media:
    """Store the row, or give the one that already holds these bytes."""
    row = await QUERIES.add_media(
        tx,
        workspace_id=media.workspace_id,
        id=media.id,
        sha256=media.sha256,
        mime=media.mime,
        size=media.size,
        width=media.width,
        height=media.height,
        file_name=media.file_name,
        created_at=media.created_at,
        seconds=media.seconds,
        waveform=media.waveform or None,
        thumbnail=media.thumbnail or None,
    )
    return _media(row)


async def find(db: Connection, workspace_id: UUID, media_id: UUID) -> Media | None:
    """The row, or None when this workspace has no such file."""
    row = await QUERIES.find_media(db, workspace_id=workspace_id, media_id=media_id)
    return None if row is None else _media(row)


async def find_many(db: Connection, workspace_id: UUID, media_ids: Collection[UUID]) -> list[Media]:
    """The rows of these files."""
    rows = await QUERIES.find_media_by_id(db, workspace_id=workspace_id, media_ids=list(media_ids))
    return [_media(row) for row in rows]


def _media(row: Record) -> Media:
    return Media(
        workspace_id=row["workspace_id"],
        id=row["id"],
        sha256=row["sha256"],
        mime=row["mime"],
        size=row["size"],
        width=row["width"],
        height=row["height"],
        file_name=row["file_name"],
        created_at=row["created_at"],
        seconds=row["seconds"],
        waveform=row["waveform"] or b"",
        thumbnail=row["thumbnail"] or b"",
    )
