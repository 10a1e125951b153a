"""`hebah restore`: an installation as it was, held: whatever was still to be sent waits for a person."""

import shutil
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path, PurePosixPath

import msgspec

from hebah.access.actions.trail import record_by_itself
from hebah.app import partitions
from hebah.app.backup import store
from hebah.app.backup.model import (
    HEAD,
    BackupFacts,
    BackupTooNew,
    BackupUnreadable,
    DatabaseNotEmpty,
    Waiting,
)
from hebah.app.backup.store import QUERIES, StoredTable
from hebah.app.backup.taking import MEDIA
from hebah.app.migrate import known_revisions, migrate
from hebah.app.settings import Settings
from hebah.foundation.postgres import Database, Transaction, connect_once, place_of
from hebah.stops.model import RESTORED


async def restore(settings: Settings, url: str, path: Path) -> tuple[BackupFacts, Waiting]:
    """Fill an empty database and the files of this home. Rows and their hold are one transaction: never one alone."""
    with _opened(path) as archive:
        facts = _facts(path, archive)
        await _require_empty(url)
        _put_files(archive, settings.home / MEDIA)
        await migrate(url, to=facts.revision)
        async with await Database.connect(url) as db, db.transaction() as tx:
            await partitions.QUERIES.add_default_partition(tx)
            await _put_rows(tx, archive, facts, path)
            waiting = await _hold(tx, facts, await tx.fetchval("SELECT now()"))
        await migrate(url)
        async with await Database.connect(url) as db:
            async with db.connection() as connection:
                months = [row["month"] for row in await QUERIES.message_months(connection)]
            for month in months:
                await partitions.ensure_partitions(db, month)
    return facts, waiting


async def _require_empty(url: str) -> None:
    connection = await connect_once(url)
    try:
        if not await QUERIES.is_empty(connection):
            raise DatabaseNotEmpty(place_of(url))
    finally:
        await connection.close()


async def _put_rows(tx: Transaction, archive: zipfile.ZipFile, facts: BackupFacts, path: Path) -> None:
    for table in facts.tables:
        with archive.open(f"tables/{table.name}") as file:
            rows = await store.copy_in(tx, StoredTable(table.name, table.columns), file)
        if rows != table.rows:
            raise BackupUnreadable(str(path), f"{table.name} has {rows} of {table.rows} rows")


async def _hold(tx: Transaction, facts: BackupFacts, now: datetime) -> Waiting:
    """Let nothing go on by itself, and say so in every audit log."""
    await QUERIES.pause_streams(tx)
    campaigns = await QUERIES.pause_campaigns(tx, now=now)
    in_doubt = await QUERIES.doubt_dispatching(tx, now=now)
    by_hand = await QUERIES.hold_by_hand(tx, now=now)
    await QUERIES.mark_messages(tx)
    devices = await QUERIES.stop_devices(tx, now=now)
    waiting = Waiting(
        campaigns=len(campaigns),
        recipients=await QUERIES.count_waiting(tx),
        by_hand=len(by_hand),
        in_doubt=len(in_doubt),
        devices=len(devices),
    )
    for row in await QUERIES.list_workspaces(tx):
        details = {"madeAt": facts.made_at.isoformat()}
        await record_by_itself(tx, row["id"], RESTORED, details, now)
    return waiting


def _put_files(archive: zipfile.ZipFile, media: Path) -> None:
    for member in archive.infolist():
        parts = PurePosixPath(member.filename).parts
        if parts[:1] != (MEDIA,) or ".." in parts:
            continue
        place = media.joinpath(*parts[1:])
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with archive.open(member) as source, place.open("wb") as target:
            shutil.copyfileobj(source, target)


@contextmanager
def _opened(path: Path) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive
    except (OSError, zipfile.BadZipFile, EOFError) as error:
        raise BackupUnreadable(str(path), str(error)) from error


def _facts(path: Path, archive: zipfile.ZipFile) -> BackupFacts:
    try:
        facts = msgspec.json.decode(archive.read(HEAD), type=BackupFacts)
    except (KeyError, msgspec.DecodeError) as error:
        raise BackupUnreadable(str(path), "its head is missing or of another format") from error
    newest = known_revisions()[-1]
    if facts.revision not in known_revisions():
        raise BackupTooNew(facts.revision, newest)
    return facts
