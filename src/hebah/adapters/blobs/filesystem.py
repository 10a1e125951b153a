"""Blobs as files of a directory, two levels deep by hash."""

import asyncio
import os
import tempfile
from pathlib import Path


class FilesystemBlobs:
    """Files below `root`; a file is complete or absent, also after a power cut."""

    def __init__(self, root: Path) -> None:
        self._root = root

    async def put(self, sha256: bytes, data: bytes) -> None:
        """Keep the bytes durably before returning."""
        await asyncio.to_thread(self._write, self._place(sha256), data)

    async def read(self, sha256: bytes) -> bytes | None:
        """The bytes, or None when there is no such file."""
        return await asyncio.to_thread(_read, self._place(sha256))

    def _place(self, sha256: bytes) -> Path:
        name = sha256.hex()
        return self._root / name[:2] / name[2:4] / name

    def _write(self, place: Path, data: bytes) -> None:
        if place.exists():
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


def _read(place: Path) -> bytes | None:
    try:
        return place.read_bytes()
    except FileNotFoundError:
        return None
