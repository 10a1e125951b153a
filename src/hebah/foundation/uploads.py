"""Uploaded files while they wait to be imported: people's data, so readable by our own account only."""

import asyncio
import hashlib
import os
import re
from collections.abc import AsyncIterator, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol
from uuid import UUID

from hebah.foundation.errors import Invalid
from hebah.foundation.tabular_parts import FileTooLarge

_PIECE = 1 << 20
_UNFINISHED = ".part"
# An upload that is older than this has been given up by its browser.
_UNFINISHED_FOR = timedelta(hours=6)
_LONGEST_FILE_NAME = 200


class UploadMissing(Invalid):
    """Something is to be done with a file that is not there: the folder was emptied, or another host has it."""

    code = "upload_missing"
    sentence = "The uploaded file is gone. Upload it again."


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it arrives."""

    file_name: str
    chunks: AsyncIterator[bytes]


class Readable(Protocol):
    """What a form holds of a file."""

    async def read(self, size: int = -1) -> bytes:
        """The next bytes; none at the end."""


@dataclass(frozen=True, slots=True)
class Received:
    """A file that has arrived and is not yet kept."""

    path: Path
    sha256: bytes
    size: int


def path_of(folder: Path, import_id: UUID) -> Path:
    """Where the file of an import is."""
    return folder / str(import_id)


async def receive(folder: Path, import_id: UUID, chunks: AsyncIterator[bytes], most_bytes: int) -> Received:
    """Write the file as it arrives; raises `FileTooLarge` as soon as it is."""
    path = folder / f"{import_id}{_UNFINISHED}"
    digest, size = hashlib.sha256(), 0
    await asyncio.to_thread(_make_room, path)
    async for chunk in chunks:
        size += len(chunk)
        if size > most_bytes:
            raise FileTooLarge(size, most_bytes)
        await asyncio.to_thread(_append, path, chunk)
        digest.update(chunk)
    return Received(path, digest.digest(), size)


def keep(received: Received, folder: Path, import_id: UUID) -> None:
    """Give the file its place."""
    received.path.rename(path_of(folder, import_id))


def write_at(path: Path, offset: int, piece: bytes) -> None:
    """Put bytes where they belong; what was beyond goes, since it did not count."""
    _make_room(path)
    with path.open("r+b") as file:
        file.seek(offset)
        file.write(piece)
        file.truncate()
        file.flush()
        os.fsync(file.fileno())


def digest_of(path: Path, size: int) -> str:
    """The SHA-256 of the SHA-256s of the first `size` bytes in pieces of 1 MiB; empty when they are not all there.

    A browser makes the same without holding the file in memory, which its SHA-256 of a whole file would take.
    """
    digests = hashlib.sha256()
    if size == 0:
        return digests.hexdigest()
    if not path.is_file() or path.stat().st_size < size:
        return ""
    with path.open("rb") as file:
        for begin in range(0, size, _PIECE):
            digests.update(hashlib.sha256(file.read(min(_PIECE, size - begin))).digest())
    return digests.hexdigest()


async def chunks_of(file: Readable) -> AsyncIterator[bytes]:
    """The bytes of a file out of a form, a piece at a time."""
    while chunk := await file.read(_PIECE):
        yield chunk


async def read(path: Path) -> AsyncIterator[bytes]:
    """The bytes of a file, a piece at a time."""
    with await asyncio.to_thread(path.open, "rb") as file:
        while piece := await asyncio.to_thread(file.read, _PIECE):
            yield piece


def forget(folder: Path, import_id: UUID) -> None:
    """Remove the file, whether or not its upload was finished."""
    path_of(folder, import_id).unlink(missing_ok=True)
    (folder / f"{import_id}{_UNFINISHED}").unlink(missing_ok=True)


def sweep(folder: Path, needed: Collection[UUID], now: datetime) -> int:
    """Remove files of the folder itself that no import needs any more; returns how many."""
    names = {str(import_id) for import_id in needed}
    given_up = (now - _UNFINISHED_FOR).timestamp()
    swept = 0
    for path in folder.iterdir() if folder.is_dir() else ():
        # A file without an import may be one whose row is just being written.
        if path.is_file() and path.name not in names and path.stat().st_mtime < given_up:
            path.unlink(missing_ok=True)
            swept += 1
    return swept


def shown_name(file_name: str) -> str:
    """What people call the file: its last part, without what cannot be shown."""
    name = "".join(letter for letter in re.split(r"[/\\]", file_name)[-1] if letter.isprintable()).strip()
    return name[-_LONGEST_FILE_NAME:] or "file"


def _make_room(path: Path) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.touch(mode=0o600)


def _append(path: Path, chunk: bytes) -> None:
    with path.open("ab") as file:
        file.write(chunk)
