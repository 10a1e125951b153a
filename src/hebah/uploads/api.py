"""Routes for files that arrive in pieces: begin or go on, the next piece, what is unfinished, give up."""

from datetime import datetime
from pathlib import Path
from uuid import UUID

from litestar import delete, get, post, put
from litestar.params import FromPath, FromQuery, JSONBody, RawBody

from hebah.access.model import Actor, Permission
from hebah.foundation import uploads as files
from hebah.foundation.clock import Clock
from hebah.foundation.postgres import Database
from hebah.foundation.wire import Injected, Input, Instant, View
from hebah.uploads import actions, reads
from hebah.uploads.actions import Pile
from hebah.uploads.model import OfferedFile, Upload
from hebah.uploads.rules import MOST_AT_ONCE


class UploadInput(Input):
    """A file that is to come: its name, size in bytes and time of change are how it is known again after a cut."""

    file_name: str
    file_size: int
    modified_at: Instant | None = None


class UploadView(View):
    """A file on its way: how many bytes are here and, where that was asked for, the digest of them.

    The digest is the SHA-256, in hexadecimal, of the SHA-256s of all pieces of 1 MiB, one after the other.
    """

    id: UUID
    file_name: str
    file_size: int
    received: int
    digest: str | None
    updated_at: datetime


class UploadList(View):
    """Files that one has begun to send, latest first."""

    items: list[UploadView]


class UploadedInput(Input):
    """A file that is all here, to be taken in; `digest` as in an upload, null from a browser that cannot tell."""

    upload_id: UUID
    digest: str | None


@post("/api/uploads", permission=Permission.MEDIA_EDIT)
async def begin_upload(
    data: JSONBody[UploadInput],
    actor: Injected[Actor],
    db: Injected[Database],
    clock: Injected[Clock],
    uploads: Injected[Path],
) -> UploadView:
    """Begin to send a file of at most 200 MB, or go on with the same one that was cut."""
    pile = Pile(db, clock, uploads)
    offered = OfferedFile(files.shown_name(data.file_name), data.file_size, data.modified_at)
    upload = await actions.begin(pile, actor, offered)
    return _view(upload, await actions.digest_so_far(pile, upload))


@get("/api/uploads", permission=Permission.MEDIA_EDIT)
async def list_uploads(actor: Injected[Actor], db: Injected[Database]) -> UploadList:
    """What one has begun to send and not finished."""
    async with db.connection() as connection:
        return UploadList(items=[_view(one) for one in await reads.own(connection, actor)])


@put("/api/uploads/{upload_id:uuid}", permission=Permission.MEDIA_EDIT, request_max_body_size=MOST_AT_ONCE)
async def append_piece(
    upload_id: FromPath[UUID],
    body: RawBody,
    actor: Injected[Actor],
    db: Injected[Database],
    clock: Injected[Clock],
    uploads: Injected[Path],
    offset: FromQuery[int] = 0,
) -> UploadView:
    """The next bytes of the file, at most 4 MiB, as they are; `offset` is how many are before them."""
    return _view(await actions.append(Pile(db, clock, uploads), actor, upload_id, offset, body))


@delete("/api/uploads/{upload_id:uuid}", permission=Permission.MEDIA_EDIT, status_code=204)
async def give_up_upload(
    upload_id: FromPath[UUID],
    actor: Injected[Actor],
    db: Injected[Database],
    clock: Injected[Clock],
    uploads: Injected[Path],
) -> None:
    """Send no more of it; what is here goes."""
    await actions.give_up(Pile(db, clock, uploads), actor, upload_id)


def _view(upload: Upload, digest: str | None = None) -> UploadView:
    return UploadView(
        id=upload.id,
        file_name=upload.file.name,
        file_size=upload.file.size,
        received=upload.received,
        digest=digest,
        updated_at=upload.updated_at,
    )


ROUTES = (begin_upload, list_uploads, append_piece, give_up_upload)
