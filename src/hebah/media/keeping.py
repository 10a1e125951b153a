"""How much a workspace may keep, and how files leave: the row first, the bytes once no workspace has a row for them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from hebah.foundation.clock import Clock
from hebah.foundation.errors import Conflict
from hebah.foundation.postgres import Connection, Database, Transaction, load_queries
from hebah.media.ports import Blobs

QUERIES = load_queries("hebah.media", "keeping.sql")

LEAVES_AFTER = timedelta(minutes=5)
"""How long bytes outlive their row: somebody may be storing the same ones at that moment."""

_A_ROUND = 500


class MediaQuotaReached(Conflict):
    """A file does not fit into what the workspace may keep; sizes in bytes."""

    code = "media_quota_reached"
    sentence = "There is no room for this file of {size} bytes: {used} of {quota} bytes are in use."
    size: int
    used: int
    quota: int


@dataclass(frozen=True, slots=True)
class Usage:
    """What a workspace keeps, in files and bytes, and how many bytes it may keep (None: any)."""

    files: int
    bytes: int
    quota: int | None


@dataclass(frozen=True, slots=True)
class Removed:
    """What was removed."""

    files: int = 0
    bytes: int = 0


async def usage(connection: Connection, workspace_id: UUID) -> Usage:
    """How much the workspace keeps."""
    row = await QUERIES.usage(connection, workspace_id=workspace_id)
    assert row is not None  # somebody of the workspace asks
    return Usage(row["files"], row["bytes"], row["quota"])


async def require_room(db: Database, workspace_id: UUID, size: int, sha256: bytes | None = None) -> None:
    """Raise MediaQuotaReached unless a file of this size fits; the same bytes once more need no room.

    Files taken in at the same moment do not see each other, so that the last of them may pass the quota a little.
    """
    async with db.connection() as connection:
        row = await QUERIES.lacks_room(connection, workspace_id=workspace_id, size=size, sha256=sha256)
    if row is not None:
        raise MediaQuotaReached(size, row["used"], row["quota"])


async def remove(tx: Transaction, workspace_id: UUID, media_ids: Collection[UUID], now: datetime) -> Removed:
    """Drop rows that nothing refers to any more; their bytes leave later."""
    if not media_ids:
        return Removed()
    rows = await QUERIES.remove_media(tx, workspace_id=workspace_id, ids=list(media_ids))
    await QUERIES.let_bytes_leave(tx, sha256s=[row["sha256"] for row in rows], now=now)
    return Removed(len(rows), sum(row["size"] for row in rows))


async def let_leave(db: Database, blobs: Blobs, clock: Clock) -> int:
    """Remove bytes whose rows went a while ago, unless a workspace has them again; gives how many."""
    async with db.connection() as connection:
        rows = await QUERIES.leaving(connection, before=clock.now() - LEAVES_AFTER, limit=_A_ROUND)
    gone = 0
    for row in rows:
        if not row["still_needed"]:
            if not await blobs.remove(row["sha256"]):
                continue  # being stored again just now: the next round knows more
            gone += 1
        async with db.transaction() as tx:
            await QUERIES.end_leaving(tx, sha256=row["sha256"])
    return gone
