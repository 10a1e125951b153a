"""HTTP of media: take in a file to be sent, or fetch it from the web; give stored ones to those who may see them."""

from dataclasses import dataclass
from typing import Annotated, BinaryIO, cast
from urllib.parse import quote
from uuid import UUID

from litestar import Response, get, post
from litestar.datastructures import UploadFile
from litestar.params import FromPath, HeaderParameter, JSONBody, MultipartBody
from litestar.response import Stream

from hebah.access.model import Actor, Permission
from hebah.foundation.clock import Clock
from hebah.foundation.egress import Egress
from hebah.foundation.errors import FieldsInvalid, NotFound
from hebah.foundation.postgres import Connection, Database
from hebah.foundation.wire import Injected, Input, View
from hebah.media import actions, reads, rules
from hebah.media.model import MOST_FILE_BYTES, FileOnWeb, Media, Upload
from hebah.media.ports import Blobs, FileLimits, SeenFiles
from hebah.messaging.said import MessageKind

_FORM_OVERHEAD = 64 * 1024


class MediaView(View):
    """A stored file: what a message that carries it will say of it."""

    id: UUID
    mime: str
    size: int
    width: int
    height: int
    seconds: int
    waveform: list[int]
    file_name: str


@dataclass
class MediaUpload:
    """The form an upload comes in: as what the file is to be sent, and from which device if that is known."""

    file: UploadFile
    kind: MessageKind = MessageKind.IMAGE
    deviceId: UUID | None = None  # noqa: N815 - the name of the field on the wire


class MediaOnWeb(Input):
    """Where a file is, and as what it is to be sent, from which device if that is known."""

    url: str
    kind: MessageKind = MessageKind.IMAGE
    device_id: UUID | None = None


@post("/api/media", permission=Permission.MEDIA_EDIT, request_max_body_size=MOST_FILE_BYTES + _FORM_OVERHEAD)
async def upload_media(
    data: MultipartBody[MediaUpload],
    actor: Injected[Actor],
    db: Injected[Database],
    blobs: Injected[Blobs],
    limits: Injected[FileLimits],
    clock: Injected[Clock],
) -> MediaView:
    """Take a file to be sent, and make it fit for that.

    A picture (JPEG, PNG, GIF, WebP) becomes a JPEG of at most 350 KB, a recording a voice note, an animated GIF sent as
    a video an MP4; videos (MP4 with H.264), sounds and documents stay as they are.
    """
    _check_kind(data.kind)
    upload = Upload(actor.workspace_id, data.kind, data.file.content_type, data.file.filename, data.deviceId)
    carried = await limits.most_bytes(actor.workspace_id, data.deviceId)
    source = cast("BinaryIO", data.file.file)  # a spooled file: typeshed has its own class for it
    return media_view(await actions.add_upload(db, blobs, clock, upload, source, carried=carried))


@post("/api/media/from-web", permission=Permission.MEDIA_EDIT)
async def fetch_media(
    data: JSONBody[MediaOnWeb],
    actor: Injected[Actor],
    db: Injected[Database],
    blobs: Injected[Blobs],
    limits: Injected[FileLimits],
    clock: Injected[Clock],
    egress: Injected[Egress],
) -> MediaView:
    """Fetch a file to be sent from a public web address; it is taken as if it had been uploaded.

    Redirects are followed three times. Addresses inside the house are refused, whatever name leads there.
    """
    _check_kind(data.kind)
    carried = await limits.most_bytes(actor.workspace_id, data.device_id)
    wanted = FileOnWeb(actor.workspace_id, data.kind, data.url, data.device_id)
    return media_view(await actions.add_from_web(db, blobs, clock, egress, wanted, carried=carried))


@get("/media/{media_id:uuid}", permission=Permission.MEDIA_READ)
async def serve_media(
    media_id: FromPath[UUID],
    actor: Injected[Actor],
    db: Injected[Database],
    blobs: Injected[Blobs],
    seen_files: Injected[SeenFiles[Connection]],
    range_header: Annotated[str | None, HeaderParameter(name="Range")] = None,
    if_range: Annotated[str | None, HeaderParameter(name="If-Range")] = None,
    if_none_match: Annotated[str | None, HeaderParameter(name="If-None-Match")] = None,
) -> Response[bytes] | Stream:
    """The bytes, or the part of them that a player asks for, to those who may see where it stands."""
    if actor.device_ids is not None:
        async with db.connection() as connection:
            if not await seen_files.on_devices(connection, actor.workspace_id, actor.device_ids, media_id):
                raise NotFound()
    media, blob = await reads.open_file(db, blobs, actor.workspace_id, media_id)
    headers = _headers(media)
    if if_none_match == headers["ETag"]:
        return Response(b"", headers=headers, status_code=304)
    part = rules.part_of(range_header or "", blob.size) if if_range in {None, headers["ETag"]} else None
    if part is not None and not part:
        headers["Content-Range"] = f"bytes */{blob.size}"
        return Response(b"", headers=headers, status_code=416)
    headers["Content-Length"] = str(blob.size if part is None else len(part))
    if part is not None:
        headers["Content-Range"] = f"bytes {part.start}-{part.stop - 1}/{blob.size}"
    status = 200 if part is None else 206
    return Stream(blob.pieces(part), media_type=media.mime, headers=headers, status_code=status)


def media_view(media: Media) -> MediaView:
    """A stored file as the interface sees it."""
    return MediaView(
        id=media.id,
        mime=media.mime,
        size=media.size,
        width=media.width or 0,
        height=media.height or 0,
        seconds=media.seconds,
        waveform=list(media.waveform),
        file_name=media.file_name,
    )


def _check_kind(kind: MessageKind) -> None:
    if kind not in rules.UPLOADED:
        raise FieldsInvalid({"kind": "unknown"})


def _headers(media: Media) -> dict[str, str]:
    return {
        "Cache-Control": "private, max-age=31536000, immutable",
        "ETag": f'"{media.sha256.hex()}"',
        "Content-Disposition": _disposition(media),
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "Accept-Ranges": "bytes",
    }


def _disposition(media: Media) -> str:
    if rules.may_be_shown(media.mime):
        return "inline"
    return f"attachment; filename*=UTF-8''{quote(media.file_name or str(media.id), safe='')}"


ROUTES = (upload_media, fetch_media, serve_media)
