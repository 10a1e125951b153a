"""Media as others ask for it: the row, and the bytes behind it."""

from collections.abc import Collection
from uuid import UUID

from hebah.foundation.errors import NotFound, Unavailable
from hebah.foundation.postgres import Connection, Database
from hebah.media import store
from hebah.media.model import Media
from hebah.media.ports import Blobs


class MediaMissing(Unavailable):
    """The row is there and its bytes are not: the blob directory was moved or lost."""

    code = "media_missing"
    sentence = "The file of media {media_id} is missing from the media store."
    media_id: UUID


async def find(db: Database, workspace_id: UUID, media_id: UUID) -> Media:
    """The row; `NotFound` for another workspace's file too."""
    async with db.connection() as connection:
        media = await store.find(connection, workspace_id, media_id)
    if media is None:
        raise NotFound
    return media


async def find_many(connection: Connection, workspace_id: UUID, media_ids: Collection[UUID]) -> list[Media]:
    """These rows, in no order; those of other workspaces are left out."""
    return await store.find_many(connection, workspace_id, media_ids)


async def exists(connection: Connection, workspace_id: UUID, media_id: UUID) -> bool:
    """Whether the workspace still has this file."""
    return await store.find(connection, workspace_id, media_id) is not None


async def has_bytes(connection: Connection, blobs: Blobs, workspace_id: UUID, media_id: UUID) -> bool:
    """Whether the file can be served: its row and its bytes are here."""
    found = await store.find(connection, workspace_id, media_id)
    return found is not None and await blobs.has(found.sha256)


async def read_bytes(db: Database, blobs: Blobs, workspace_id: UUID, media_id: UUID) -> tuple[Media, bytes]:
    """The row and its bytes."""
    media = await find(db, workspace_id, media_id)
    data = await blobs.read(media.sha256)
    if data is None:
        raise MediaMissing(media_id)
    return media, data
