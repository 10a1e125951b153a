"""Media as others ask for it: the row, and the bytes behind it."""

from collections.abc import Collection
from dataclasses import replace
from uuid import UUID

from hebah.foundation.errors import FieldsInvalid, NotFound, Unavailable
from hebah.foundation.postgres import Connection, Database
from hebah.media import rules, store
from hebah.media.model import Media
from hebah.media.ports import Blobs, StoredBlob
from hebah.messaging.said import MessageKind


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


async def has_picture(connection: Connection, workspace_id: UUID, media_id: UUID) -> bool:
    """Whether the workspace still has this file, and it can be sent as a picture."""
    media = await store.find(connection, workspace_id, media_id)
    return media is not None and rules.may_go_as(MessageKind.IMAGE, media)


async def has_bytes(connection: Connection, blobs: Blobs, workspace_id: UUID, media_id: UUID) -> bool:
    """Whether the file can be served: its row and its bytes are here."""
    found = await store.find(connection, workspace_id, media_id)
    return found is not None and await blobs.find(found.sha256) is not None


async def to_send(connection: Connection, workspace_id: UUID, media_id: UUID, kind: MessageKind) -> Media:
    """A file as it is sent as that kind; raises FieldsInvalid when it is not there or not fit for it."""
    media = await store.find(connection, workspace_id, media_id)
    if media is None:
        raise FieldsInvalid({"mediaId": "unknown"})
    if not rules.may_go_as(kind, media):
        raise FieldsInvalid({"mediaId": "another_kind"})
    return replace(media, mime=rules.sent_type(kind, media))


async def open_file(db: Database, blobs: Blobs, workspace_id: UUID, media_id: UUID) -> tuple[Media, StoredBlob]:
    """The row and its bytes, which are read when they are asked for; raises NotFound and MediaMissing."""
    media = await find(db, workspace_id, media_id)
    blob = await blobs.find(media.sha256)
    if blob is None:
        raise MediaMissing(media_id)
    return media, blob
