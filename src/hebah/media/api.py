"""HTTP of media: take a picture in, give its bytes to those who may see it."""

from dataclasses import dataclass
from typing import Annotated
from urllib.parse import quote
from uuid import UUID

from litestar import Response, get, post
from litestar.datastructures import UploadFile
from litestar.params import FromPath, HeaderParameter, MultipartBody

from hebah.access.model import Actor, Permission
from hebah.foundation.clock import Clock
from hebah.foundation.errors import NotFound
from hebah.foundation.postgres import Connection, Database
from hebah.foundation.wire import Injected, View
from hebah.media import actions, reads, rules
from hebah.media.model import MOST_UPLOAD_BYTES, Media
from hebah.media.ports import Blobs, SeenFiles

_FORM_OVERHEAD = 64 * 1024


class MediaView(View):
    """A stored picture."""

    id: UUID
    mime: str
    size: int
    width: int
    height: int
    file_name: str


@dataclass
class MediaUpload:
    """The form an upload comes in."""

    file: UploadFile


@post("/api/media", permission=Permission.MEDIA_EDIT, request_max_body_size=MOST_UPLOAD_BYTES + _FORM_OVERHEAD)
async def upload_media(
    data: MultipartBody[MediaUpload],
    actor: Injected[Actor],
    db: Injected[Database],
    blobs: Injected[Blobs],
    clock: Injected[Clock],
) -> MediaView:
    """Take a JPEG, PNG, GIF or WebP picture; what is kept is a JPEG of at most 350 KB."""
    media = await actions.add_image(
        db,
        blobs,
        clock,
        workspace_id=actor.workspace_id,
        data=await data.file.read(MOST_UPLOAD_BYTES + 1),
        file_name=data.file.filename,
    )
    return media_view(media)


@get("/media/{media_id:uuid}", permission=Permission.MEDIA_READ)
async def serve_media(
    media_id: FromPath[UUID],
    actor: Injected[Actor],
    db: Injected[Database],
    blobs: Injected[Blobs],
    seen_files: Injected[SeenFiles[Connection]],
    range_header: Annotated[str | None, HeaderParameter(name="Range")] = None,
) -> Response[bytes]:
    """The bytes, or the part of them that a player asks for, to those who may see where it stands."""
    if actor.device_ids is not None:
        async with db.connection() as connection:
            if not await seen_files.on_devices(connection, actor.workspace_id, actor.device_ids, media_id):
                raise NotFound()
    media, data = await reads.read_bytes(db, blobs, actor.workspace_id, media_id)
    headers = {
        "Cache-Control": "private, max-age=31536000, immutable",
        "Content-Disposition": _disposition(media),
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "Accept-Ranges": "bytes",
    }
    part = rules.part_of(range_header or "", len(data))
    if part is None:
        return Response(data, media_type=media.mime, headers=headers)
    headers["Content-Range"] = f"bytes {part.start}-{part.stop - 1}/{len(data)}"
    return Response(data[part.start : part.stop], media_type=media.mime, headers=headers, status_code=206)


def media_view(media: Media) -> MediaView:
    """A stored picture as the interface sees it."""
    return MediaView(
        id=media.id,
        mime=media.mime,
        size=media.size,
        width=media.width or 0,
        height=media.height or 0,
        file_name=media.file_name,
    )


def _disposition(media: Media) -> str:
    if rules.may_be_shown(media.mime):
        return "inline"
    return f"attachment; filename*=UTF-8''{quote(media.file_name or str(media.id), safe='')}"


ROUTES = (upload_media, serve_media)
