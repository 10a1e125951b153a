"""Blobs as files of a directory, two levels deep by hash."""

import asyncio
import os
import tempfile
from pathlib import Path


class FilesystemBlobs:
    """Files below `root`; a file is complete or absent, also after a power cut.

    A file's time says when it was last stored; nothing younger than `settled_s` seconds is removed.
    """

    def __init__(self, root: Path, settled_s: float = 300.0) -> None:
        self._root = root
        self._settled_s = settled_s

    async def put(self, sha256: bytes, data: bytes) -> None:
        """Keep the bytes durably before returning."""
        await asyncio.to_thread(self._write, self._place(sha256), data)

    async def read(self, sha256: bytes) -> bytes | None:
        """The bytes, or None when there is no such file."""
        return await asyncio.to_thread(_read, self._place(sha256))

    async def has(self, sha256: bytes) -> bool:
        """Whether there is such a file."""
        return await asyncio.to_thread(self._place(sha256).exists)

    async def remove(self, sha256: bytes) -> bool:
        """Remove the file; False when it was stored a moment ago."""
        return await asyncio.to_thread(self._remove, self._place(sha256))

    def _place(self, sha256: bytes) -> Path:
        name = sha256.hex()
        return self._root / name[:2] / name[2:4] / name

    def _write(self, place: Path, data: bytes) -> None:
        try:
            os.utime(place)  # needed again as of now, should somebody be removing it
        except FileNotFoundError:
            pass
        else:
            return
        place.parent.mkdir(parents=True, exist_ok=True)
        descriptor, unfinished = tempfile.mkstemp(dir=place.parent, prefix=".unfinished-")
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            Path(unfinished).replace(place)
        except BaseException:
            Path(unfinished).unlink(missing_ok=True)
            raise

    def _remove(self, place: Path) -> bool:
        """Take it out of sight first: whoever stores the same bytes from then on writes a file of their own."""
        aside = place.with_name(f".leaving-{place.name}")
        try:
            place.replace(aside)
        except FileNotFoundError:
            aside.unlink(missing_ok=True)  # an earlier attempt died half-way
            return True
        if _now_on(place.parent) - aside.stat().st_mtime < self._settled_s:
            aside.replace(place)  # the same bytes, whichever of the two is there
            return False
        aside.unlink()
        return True


def _now_on(folder: Path) -> float:
    """What time it is by the clock that stamps the folder's files, which may be another machine's."""
    with tempfile.TemporaryFile(dir=folder) as file:
        return os.fstat(file.fileno()).st_mtime


def _read(place: Path) -> bytes | None:
    try:
        return place.read_bytes()
    except FileNotFoundError:
        return None
