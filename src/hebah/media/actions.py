"""What can be done with media: take an uploaded picture in, and any file that arrives."""

import asyncio
import hashlib
from uuid import UUID

from hebah.foundation.clock import Clock
from hebah.foundation.errors import TooLarge
from hebah.foundation.ids import make_id
from hebah.foundation.pictures import fit_picture
from hebah.foundation.postgres import Database
from hebah.media import rules, store
from hebah.media.keeping import require_room
from hebah.media.model import MOST_IMAGE_BYTES, MOST_UPLOAD_BYTES, Media, ReceivedFile
from hebah.media.ports import Blobs

_LONGEST_FILE_NAME = 200


class UploadTooLarge(TooLarge):
    """More bytes than an upload may have."""

    code = "upload_too_large"
    sentence = "This file has {size} bytes; at most {limit} are accepted."
    size: int
    limit: int


async def add_file(db: Database, blobs: Blobs, clock: Clock, file: ReceivedFile) -> Media:
    """Keep a file as it came, once per workspace however often it comes; what it is, its first bytes say."""
    sha256 = await asyncio.to_thread(_digest, file.data)
    await require_room(db, file.workspace_id, len(file.data), sha256)
    await blobs.put(sha256, file.data)
    media = Media(
        workspace_id=file.workspace_id,
        id=make_id(),
        sha256=sha256,
        mime=rules.type_of(file.data[: rules.LONGEST_MAGIC], file.mime),
        size=len(file.data),
        width=file.width or None,
        height=file.height or None,
        file_name=file.file_name[-_LONGEST_FILE_NAME:],
        created_at=clock.now(),
    )
    async with db.transaction() as tx:
        return await store.add(tx, media)


async def add_image(
    db: Database, blobs: Blobs, clock: Clock, *, workspace_id: UUID, data: bytes, file_name: str
) -> Media:
    """Verify and recompress a picture, keep its bytes, then its row: a row never lacks its bytes."""
    if len(data) > MOST_UPLOAD_BYTES:
        raise UploadTooLarge(len(data), MOST_UPLOAD_BYTES)
    fitted = await asyncio.to_thread(fit_picture, data, most_bytes=MOST_IMAGE_BYTES)
    sha256 = hashlib.sha256(fitted.data).digest()
    await require_room(db, workspace_id, len(fitted.data), sha256)
    await blobs.put(sha256, fitted.data)
    media = Media(
        workspace_id=workspace_id,
        id=make_id(),
        sha256=sha256,
        mime="image/jpeg",
        size=len(fitted.data),
        width=fitted.width,
        height=fitted.height,
        file_name=file_name[-_LONGEST_FILE_NAME:],
        created_at=clock.now(),
    )
    async with db.transaction() as tx:
        return await store.add(tx, media)


def _digest(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()
