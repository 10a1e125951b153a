"""What can be done with uploads: begin or go on, take the next piece, use the whole, give up.

Bytes lie in a folder, how many of them count is in PostgreSQL: what a process wrote before it died is written again.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from hebah.access.model import Actor
from hebah.foundation import uploads as files
from hebah.foundation.clock import Clock
from hebah.foundation.errors import HebahError, NotFound, Unavailable
from hebah.foundation.postgres import Database
from hebah.uploads import store
from hebah.uploads.model import OfferedFile, Upload, UploadDiffers, UploadUnfinished
from hebah.uploads.rules import MOST_WAITING, check_offer, check_piece

_FOLDER = "pieces"


@dataclass(frozen=True, slots=True)
class Pile:
    """Where pieces are put together; `uploads` is where files wait to be imported."""

    db: Database
    clock: Clock
    uploads: Path

    @property
    def folder(self) -> Path:
        """Where the bytes lie."""
        return self.uploads / _FOLDER


async def begin(pile: Pile, actor: Actor, offered: OfferedFile) -> Upload:
    """The upload of this file: the one that was cut, if there is one, or a new one."""
    check_offer(offered)
    async with pile.db.transaction() as tx:
        same = await store.find_same(tx, actor.workspace_id, actor.user_id, offered)
        if same is not None:
            return same
        waiting = await store.own(tx, actor.workspace_id, actor.user_id)
        outdated = [upload.id for upload in waiting[MOST_WAITING - 1 :]]
        await store.drop(tx, actor.workspace_id, outdated)
        added = await store.add(tx, actor.workspace_id, actor.user_id, offered, pile.clock.now())
    for upload_id in outdated:
        files.forget(pile.folder, upload_id)
    return added


async def digest_so_far(pile: Pile, upload: Upload) -> str:
    """What the browser compares the beginning of its file with; empty when the bytes are not here."""
    return await asyncio.to_thread(files.digest_of, files.path_of(pile.folder, upload.id), upload.received)


async def append(pile: Pile, actor: Actor, upload_id: UUID, offset: int, piece: bytes) -> Upload:
    """Take the next bytes; raises `UploadElsewhere` when they are not the next, and `UploadTooLong`."""
    async with pile.db.transaction() as tx:
        upload = await store.lock(tx, actor.workspace_id, actor.user_id, upload_id)
        if upload is None:
            raise NotFound
        check_piece(upload, offset, len(piece))
        await asyncio.to_thread(files.write_at, files.path_of(pile.folder, upload_id), offset, piece)
        await store.advance(tx, upload, offset + len(piece), pile.clock.now())
        grown = await store.lock(tx, actor.workspace_id, actor.user_id, upload_id)
    return grown or upload


async def give_up(pile: Pile, actor: Actor, upload_id: UUID) -> None:
    """Forget it and its bytes."""
    async with pile.db.transaction() as tx:
        if await store.lock(tx, actor.workspace_id, actor.user_id, upload_id) is None:
            raise NotFound
        await store.drop(tx, actor.workspace_id, [upload_id])
    files.forget(pile.folder, upload_id)


@asynccontextmanager
async def whole(pile: Pile, actor: Actor, upload_id: UUID, digest: str | None) -> AsyncIterator[files.Upload]:
    """The finished file, to be taken in; it is forgotten here once that has succeeded, or been refused for what it is.

    Raises `UploadUnfinished`, and `UploadDiffers` unless its content is what the browser says (None: it cannot tell).
    """
    async with pile.db.transaction() as tx:
        upload = await store.lock(tx, actor.workspace_id, actor.user_id, upload_id)
    if upload is None:
        raise NotFound
    if not upload.is_whole:
        raise UploadUnfinished(upload.received, upload.file.size)
    found = await digest_so_far(pile, upload)
    if not found or digest not in {None, found}:
        await give_up(pile, actor, upload_id)
        raise UploadDiffers
    try:
        yield files.Upload(upload.file.name, files.read(files.path_of(pile.folder, upload_id)))
    except Unavailable:
        raise
    except HebahError:
        await give_up(pile, actor, upload_id)
        raise
    await give_up(pile, actor, upload_id)
