"""Uploaded files while they wait to be imported: people's data, so readable by our own account only."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from hebah.contacts.rules.columns import guess_columns
from hebah.contacts.rules.plans import TableFacts
from hebah.foundation.tabular import TableLimits, open_table
from hebah.foundation.tabular_parts import FileTooLarge

LIMITS = TableLimits()
SAMPLE_ROWS = 20
_LONGEST_SHOWN = 200
_UNFINISHED = ".part"
# An upload that is older than this has been given up by its browser.
_UNFINISHED_FOR = timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class Received:
    """A file that has arrived and is not yet kept."""

    path: Path
    sha256: bytes
    size: int


def path_of(folder: Path, import_id: UUID) -> Path:
    """Where the file of an import is."""
    return folder / str(import_id)


async def receive(folder: Path, import_id: UUID, chunks: AsyncIterator[bytes]) -> Received:
    """Write the file as it arrives; raises `FileTooLarge` as soon as it is."""
    path = folder / f"{import_id}{_UNFINISHED}"
    digest, size = hashlib.sha256(), 0
    await asyncio.to_thread(_make_room, path)
    async for chunk in chunks:
        size += len(chunk)
        if size > LIMITS.file_size:
            raise FileTooLarge(size, LIMITS.file_size)
        await asyncio.to_thread(_append, path, chunk)
        digest.update(chunk)
    return Received(path, digest.digest(), size)


def _make_room(path: Path) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.touch(mode=0o600)


def _append(path: Path, chunk: bytes) -> None:
    with path.open("ab") as file:
        file.write(chunk)


def describe(received: Received, file_name: str, region: str) -> TableFacts:
    """What the file is, its first rows and a guess at its columns; raises the refusals of `tabular_parts`."""
    table = open_table(received.path, file_name, LIMITS)
    sample = []
    for row in table.rows():
        sample.append(row.cells[: len(table.header)])
        if len(sample) == SAMPLE_ROWS:
            break
    guess = guess_columns(table.header, sample, region)
    return TableFacts(
        file_name=file_name,
        sha256=received.sha256,
        size=received.size,
        kind=table.kind.value,
        encoding=table.encoding,
        delimiter=table.delimiter,
        columns=table.header,
        sample=tuple(tuple(cell[:_LONGEST_SHOWN] for cell in cells) for cells in sample),
        guess=dict(enumerate(guess)),
    )


def keep(received: Received, folder: Path, import_id: UUID) -> None:
    """Give the file its place."""
    received.path.rename(path_of(folder, import_id))


def forget(folder: Path, import_id: UUID) -> None:
    """Remove the file, whether or not its upload was finished."""
    path_of(folder, import_id).unlink(missing_ok=True)
    (folder / f"{import_id}{_UNFINISHED}").unlink(missing_ok=True)


def sweep(folder: Path, needed: Collection[UUID], now: datetime) -> int:
    """Remove files that no import needs any more; returns how many."""
    names = {str(import_id) for import_id in needed}
    given_up = (now - _UNFINISHED_FOR).timestamp()
    swept = 0
    for path in folder.iterdir() if folder.is_dir() else ():
        # A file without an import may be one whose row is just being written.
        if path.name not in names and path.stat().st_mtime < given_up:
            path.unlink(missing_ok=True)
            swept += 1
    return swept
