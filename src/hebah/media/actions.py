"""What can be done with media: take in a file to be sent, made fit for it, and any file that arrives."""

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from io import BytesIO
from tempfile import SpooledTemporaryFile
from typing import BinaryIO, Final, cast

from hebah.foundation.clock import Clock
from hebah.foundation.egress import Egress
from hebah.foundation.errors import Invalid, TooLarge
from hebah.foundation.film import film_of_animation, look_at_film
from hebah.foundation.ids import make_id
from hebah.foundation.pictures import fit_picture
from hebah.foundation.postgres import Database
from hebah.foundation.sound import length_of_sound, make_voice_note
from hebah.foundation.uploads import shown_name
from hebah.media import rules, store
from hebah.media.keeping import require_room
from hebah.media.model import MOST_FILE_BYTES, MOST_IMAGE_BYTES, FileOnWeb, Media, ReceivedFile, Upload
from hebah.media.ports import Blobs
from hebah.messaging.said import MessageKind

_LONGEST_FILE_NAME = 200
_PIECE = 256 * 1024
_IN_MEMORY = 1024 * 1024
# Pictures and recordings are made anew two at a time, away from the threads that read and write files.
_WORKSHOP: Final = ThreadPoolExecutor(2, thread_name_prefix="media")


class UploadTooLarge(TooLarge):
    """More bytes than an upload may have."""

    code = "upload_too_large"
    sentence = "This file has {size} bytes; at most {limit} are accepted."
    size: int
    limit: int


class UploadEmpty(Invalid):
    """A file without any bytes, which cannot be sent."""

    code = "upload_empty"
    sentence = "This file is empty."


@dataclass(frozen=True, slots=True)
class _Fit:
    """A file as it is sent: `data` is what was made of it, None when it goes as it is."""

    mime: str
    data: bytes | None = None
    width: int | None = None
    height: int | None = None
    seconds: int = 0
    waveform: bytes = b""
    thumbnail: bytes = b""


async def add_file(db: Database, blobs: Blobs, clock: Clock, file: ReceivedFile) -> Media:
    """Keep a file as it came, once per workspace however often it comes; what it is, its first bytes say.

    Raises UploadTooLarge for one larger than is kept, and MediaQuotaReached.
    """
    async with blobs.adding() as blob:
        start = b""
        async for piece in _pieces(BytesIO(file.data)) if isinstance(file.data, bytes) else file.data:
            start += piece[: rules.LONGEST_MAGIC - len(start)]
            await blob.write(piece)
            _check_size(blob.size, MOST_FILE_BYTES)
        await require_room(db, file.workspace_id, blob.size, blob.sha256)
        await blob.keep()
    media = Media(
        workspace_id=file.workspace_id,
        id=make_id(),
        sha256=blob.sha256,
        mime=rules.type_of(start, file.mime),
        size=blob.size,
        width=file.width or None,
        height=file.height or None,
        file_name=file.file_name[-_LONGEST_FILE_NAME:],
        created_at=clock.now(),
    )
    async with db.transaction() as tx:
        return await store.add(tx, media)


async def add_upload(
    db: Database, blobs: Blobs, clock: Clock, upload: Upload, source: BinaryIO, *, carried: int
) -> Media:
    """Verify a file that is to be sent and make it fit for that; its bytes are kept before its row, which never lacks
    them. The device that is to send it can carry so many bytes.

    Raises UploadEmpty, UploadTooLarge, WrongKind, MediaQuotaReached, and what pictures, films and sound are refused
    with.
    """
    fit = await asyncio.get_running_loop().run_in_executor(_WORKSHOP, _fitted, upload, source, carried)
    async with blobs.adding() as blob:
        async for piece in _pieces(source if fit.data is None else BytesIO(fit.data)):
            await blob.write(piece)
        _check_size(blob.size, carried)
        await require_room(db, upload.workspace_id, blob.size, blob.sha256)
        await blob.keep()
    media = Media(
        workspace_id=upload.workspace_id,
        id=make_id(),
        sha256=blob.sha256,
        mime=fit.mime,
        size=blob.size,
        width=fit.width,
        height=fit.height,
        file_name=upload.file_name[-_LONGEST_FILE_NAME:],
        created_at=clock.now(),
        seconds=fit.seconds,
        waveform=fit.waveform,
        thumbnail=fit.thumbnail,
    )
    async with db.transaction() as tx:
        return await store.add(tx, media)


async def add_from_web(
    db: Database, blobs: Blobs, clock: Clock, egress: Egress, wanted: FileOnWeb, *, carried: int
) -> Media:
    """Fetch a file that is to be sent from a public address, and take it as an upload.

    Raises what `Egress.fetch` and `add_upload` raise.
    """
    with SpooledTemporaryFile(_IN_MEMORY) as file:
        async with egress.fetch(wanted.url) as fetched:
            _check_size(fetched.size or 0, MOST_FILE_BYTES)
            async for piece in fetched.pieces:
                await asyncio.to_thread(file.write, piece)
                _check_size(file.tell(), MOST_FILE_BYTES)
        name = shown_name(rules.name_on_web(fetched.disposition, fetched.target))
        upload = Upload(wanted.workspace_id, wanted.kind, fetched.mime, name, wanted.device_id)
        file.seek(0)
        return await add_upload(db, blobs, clock, upload, cast("BinaryIO", file), carried=carried)


def _fitted(upload: Upload, source: BinaryIO, carried: int) -> _Fit:
    found = rules.type_of(source.read(rules.LONGEST_MAGIC), upload.mime)
    size = source.seek(0, 2)
    source.seek(0)
    if size == 0:
        raise UploadEmpty()
    _check_size(size, rules.most_bytes(upload.kind, found, carried))
    rules.check_kind(upload.kind, found)
    match upload.kind:
        case MessageKind.IMAGE:
            return _picture(source.read())
        case MessageKind.VOICE:
            note = make_voice_note(source.read())
            return _Fit("audio/ogg", note.data, seconds=note.seconds, waveform=note.waveform)
        case MessageKind.VIDEO:
            return _film(source, film_of_animation(source.read()) if found == rules.ANIMATION else None)
        case MessageKind.AUDIO:
            return _Fit(found, seconds=length_of_sound(source))
        case _:
            return _Fit(found)


def _picture(data: bytes) -> _Fit:
    fitted = fit_picture(data, most_bytes=MOST_IMAGE_BYTES)
    return _Fit("image/jpeg", fitted.data, fitted.width, fitted.height, thumbnail=fitted.thumbnail)


def _film(source: BinaryIO, made: bytes | None) -> _Fit:
    film = look_at_film(source if made is None else BytesIO(made))
    return _Fit(rules.FILM, made, film.width, film.height, film.seconds, thumbnail=film.thumbnail)


def _check_size(size: int, limit: int) -> None:
    if size > limit:
        raise UploadTooLarge(size, limit)


async def _pieces(source: BinaryIO) -> AsyncIterator[bytes]:
    source.seek(0)
    while piece := await asyncio.to_thread(source.read, _PIECE):
        yield piece
