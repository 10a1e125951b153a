"""Blobs as files of a directory, two levels deep by hash."""

import asyncio
import hashlib
import os
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

PIECE = 256 * 1024


class FilesystemBlobs:
    """Files below `root`; a file is complete or absent, also after a power cut.

    A file's time says when it was last stored; nothing younger than `settled_s` seconds is removed.
    """

    def __init__(self, root: Path, settled_s: float = 300.0) -> None:
        self._root = root
        self._settled_s = settled_s

    @asynccontextmanager
    async def adding(self) -> AsyncIterator["UnfinishedFile"]:
        """Take bytes in as they come; what is not kept is gone at the end."""
        unfinished = await asyncio.to_thread(UnfinishedFile, self._root)
        try:
            yield unfinished
        finally:
            await asyncio.to_thread(unfinished.forget)

    async def find(self, sha256: bytes) -> "KeptFile | None":
        """The file of these bytes, or None when there is none."""
        path = _place(self._root, sha256)
        try:
            size = (await asyncio.to_thread(path.stat)).st_size
        except FileNotFoundError:
            return None
        return KeptFile(path, size)

    async def remove(self, sha256: bytes) -> bool:
        """Remove the file; False when it was stored a moment ago."""
        return await asyncio.to_thread(self._remove, _place(self._root, sha256))

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


class UnfinishedFile:
    """A file without a name in the store."""

    def __init__(self, root: Path) -> None:
        root.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=root, prefix=".unfinished-")
        self._root = root
        self._path = Path(name)
        self._file = os.fdopen(descriptor, "wb")
        self._digest = hashlib.sha256()
        self.size = 0

    async def write(self, piece: bytes) -> None:
        """Add some bytes at the end."""
        await asyncio.to_thread(self._write, piece)

    @property
    def sha256(self) -> bytes:
        """Of what has been written."""
        return self._digest.digest()

    async def keep(self) -> None:
        """Give the file its place, unless these bytes have theirs already."""
        await asyncio.to_thread(self._keep)

    def forget(self) -> None:
        """Remove what was not kept."""
        self._path.unlink(missing_ok=True)
        with suppress(OSError):  # a full disk does not take what was still to be written, which nobody wants any more
            self._file.close()

    def _write(self, piece: bytes) -> None:
        self._file.write(piece)
        self._digest.update(piece)
        self.size += len(piece)

    def _keep(self) -> None:
        place = _place(self._root, self.sha256)
        try:
            os.utime(place)  # needed again as of now, should somebody be removing it
        except FileNotFoundError:
            pass
        else:
            return
        place.parent.mkdir(parents=True, exist_ok=True)
        self._file.flush()
        os.fsync(self._file.fileno())
        os.utime(self._path)  # a large file may have been long under way
        self._path.replace(place)


class KeptFile:
    """A file of the store."""

    def __init__(self, path: Path, size: int) -> None:
        self._path = path
        self.size = size

    async def pieces(self, part: range | None = None) -> AsyncIterator[bytes]:
        """Its bytes, or those of a part, a quarter of a megabyte at a time."""
        wanted = range(self.size) if part is None else part
        file = await asyncio.to_thread(self._path.open, "rb")
        try:
            file.seek(wanted.start)
            left = len(wanted)
            while left > 0:
                piece = await asyncio.to_thread(file.read, min(PIECE, left))
                if not piece:
                    raise OSError("a stored file is shorter than it was")
                left -= len(piece)
                yield piece
        finally:
            file.close()


def _now_on(folder: Path) -> float:
    """What time it is by the clock that stamps the folder's files, which may be another machine's."""
    with tempfile.TemporaryFile(dir=folder) as file:
        return os.fstat(file.fileno()).st_mtime


def _place(root: Path, sha256: bytes) -> Path:
    name = sha256.hex()
    return root / name[:2] / name[2:4] / name
