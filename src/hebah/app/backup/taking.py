"""`hebah backup`: rows of one instant and the files they name, in one zip."""

import os
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, cast

import msgspec

from hebah.app import wiring
from hebah.app.backup import store
from hebah.app.backup.model import FORMAT, HEAD, BackupFacts, FileExists, TableFacts
from hebah.app.settings import Settings
from hebah.foundation.postgres import Connection, connect_once

MEDIA = "media"


async def take(settings: Settings, url: str, to: Path) -> BackupFacts:
    """Write the backup, readable by this account only; Hebah may run meanwhile. A file that is there is kept."""
    connection = await connect_once(url)
    try:
        with _whole_or_nothing(to) as file, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            # One snapshot for all tables. Files are stored before the rows that name them, and so are here too.
            async with connection.transaction(isolation="repeatable_read", readonly=True):
                facts = await _rows(cast("Connection", connection), archive)
            facts = msgspec.structs.replace(facts, files=_files(archive, settings.home / MEDIA))
            archive.writestr(HEAD, msgspec.json.encode(facts))
    finally:
        await connection.close()
    return facts


async def _rows(connection: Connection, archive: zipfile.ZipFile) -> BackupFacts:
    tables = []
    for table in await store.list_tables(connection):
        with archive.open(f"tables/{table.name}", "w", force_zip64=True) as file:
            rows = await store.copy_out(connection, table, file)
        tables.append(TableFacts(table.name, table.columns, rows))
    return BackupFacts(
        format=FORMAT,
        made_at=await connection.fetchval("SELECT now()"),
        revision=await store.QUERIES.find_revision(connection),
        version=wiring.installed_version(),
        tables=tuple(tables),
        files=0,
    )


def _files(archive: zipfile.ZipFile, media: Path) -> int:
    files = 0
    for path in sorted(media.rglob("*")) if media.is_dir() else ():
        if path.is_file() and not path.name.startswith("."):
            # Pictures and films are packed already.
            archive.write(path, f"{MEDIA}/{path.relative_to(media)}", zipfile.ZIP_STORED)
            files += 1
    return files


@contextmanager
def _whole_or_nothing(to: Path) -> Iterator[IO[bytes]]:
    """A file that has its name only once it is complete and on the disk."""
    if to.exists():
        raise FileExists(str(to))
    unfinished = to.with_name(f"{to.name}.unfinished")
    descriptor = os.open(unfinished, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(descriptor, "w+b") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(unfinished, to)
        except FileExistsError as error:
            raise FileExists(str(to)) from error
    finally:
        unfinished.unlink(missing_ok=True)
