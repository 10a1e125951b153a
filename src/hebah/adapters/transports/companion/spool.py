"""Where files pass between Hebah and its companions, so that nothing big crosses a socket."""

from __future__ import annotations

import asyncio
import fcntl
import hashlib
import os
import shutil
import tempfile
from collections import OrderedDict
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from hebah.adapters.transports.companion.framing import FrameCutter, FrameRefused
from hebah.gateway.outgoing import MediaSource

PIECE = 256 * 1024
MOST_KEPT = 64
MOST_KEPT_BYTES = 256 * 1024 * 1024
_LOCK = "lock"


class SourceUnreadable(OSError):
    """A file to be sent could not be had, or is not what it was said to be."""

    def __init__(self, cause: str) -> None:
        super().__init__(cause)
        self.cause = cause


class NotInSpool(ValueError):
    """A companion named a file that is none of its own."""


@dataclass(slots=True)
class _Kept:
    """A file on its way out: written once, though thousands may be sent it."""

    path: Path
    size: int
    users: int = 0
    is_written: asyncio.Lock = field(default_factory=asyncio.Lock)


class Spool:
    """One shard's folder. Only this account may enter it; it goes with the process, or with the next one's start."""

    def __init__(self, folder: Path, held: BinaryIO) -> None:
        self.folder = folder
        self._held = held
        self._kept: OrderedDict[bytes, _Kept] = OrderedDict()

    @classmethod
    def make(cls, root: Path) -> Spool:
        """A new folder below `root`; what dead processes left there is swept."""
        root.mkdir(mode=0o700, parents=True, exist_ok=True)
        with (root / _LOCK).open("wb") as one_at_a_time:  # a folder being made holds no lock of its own yet
            fcntl.flock(one_at_a_time, fcntl.LOCK_EX)
            _sweep(root)
            folder = Path(tempfile.mkdtemp(dir=root))
            held = (folder / _LOCK).open("wb")
            fcntl.flock(held, fcntl.LOCK_EX)
        return cls(folder, held)

    def close(self) -> None:
        """Delete everything in it."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self._held.close()

    @contextmanager
    def using(self, source: MediaSource) -> Iterator[_Kept]:
        """Hold a place for the file for as long as its send takes; `write` fills it."""
        kept = self._kept.get(source.sha256)
        if kept is None:
            kept = self._kept[source.sha256] = _Kept(self.folder / f"out-{source.sha256.hex()}", source.size)
        self._kept.move_to_end(source.sha256)
        kept.users += 1
        try:
            yield kept
        finally:
            kept.users -= 1
            self._drop_old()

    async def write(self, kept: _Kept, source: MediaSource) -> str:
        """The path of the file, which is written and checked when it is not there yet; raises SourceUnreadable."""
        async with kept.is_written:
            if not kept.path.exists():
                await _write(kept.path, source)
        return str(kept.path)

    def take(self, named: str) -> BinaryIO:
        """Open a file that the companion made, and delete its name; raises NotInSpool or OSError."""
        path = Path(os.path.realpath(self.folder / named))
        if path.parent != self.folder.resolve() or path.name == _LOCK:
            raise NotInSpool("a file outside the spool")
        opened = path.open("rb")
        path.unlink(missing_ok=True)
        return opened

    def _drop_old(self) -> None:
        total = sum(kept.size for kept in self._kept.values())
        for sha256, kept in list(self._kept.items()):
            if len(self._kept) <= MOST_KEPT and total <= MOST_KEPT_BYTES:
                return
            if not kept.users:
                total -= kept.size
                kept.path.unlink(missing_ok=True)
                del self._kept[sha256]


async def pieces_of(opened: BinaryIO) -> AsyncIterator[bytes]:
    """The bytes of a file in pieces; closes it."""
    with opened:
        while piece := await asyncio.to_thread(opened.read, PIECE):
            yield piece


async def frames_of(opened: BinaryIO) -> AsyncGenerator[bytes, None]:
    """The messages of a file of frames; raises FrameRefused for one that ends in the middle."""
    cutter = FrameCutter()
    async for piece in pieces_of(opened):
        for message in cutter.feed(piece):
            yield message
    if not cutter.is_empty:
        raise FrameRefused("a file that ends in the middle of a frame")


async def _write(path: Path, source: MediaSource) -> None:
    part = path.with_suffix(".part")
    digest, size = hashlib.sha256(), 0
    try:
        with part.open("wb") as opened:
            async for piece in source.read():
                digest.update(piece)
                size += len(piece)
                await asyncio.to_thread(opened.write, piece)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise SourceUnreadable("file_unreadable") from error
    if size != source.size or digest.digest() != source.sha256:
        part.unlink(missing_ok=True)
        raise SourceUnreadable("file_differs")
    part.rename(path)


def _sweep(root: Path) -> None:
    """Delete the folders whose process is gone: nobody holds their lock."""
    for folder in root.iterdir():
        try:
            with (folder / _LOCK).open("rb+") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder, ignore_errors=True)
        except OSError:
            continue  # in use, or no spool
