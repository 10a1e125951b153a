"""Brings the database to the schema this code needs, at every start, by one process at a time."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from importlib import resources

import asyncpg
import structlog

from hebah.foundation.errors import Conflict, Unavailable
from hebah.foundation.postgres import Record, connect_once, place_of

_LOCK = 0x68656261_68  # "hebah": names our advisory lock
_POLL_S = 0.1
OLDEST_POSTGRES = 15

_log = structlog.get_logger(__name__)


class SchemaTooNew(Conflict):
    """A newer release has migrated this database."""

    code = "schema_too_new"
    sentence = (
        "The database at {place} has schema {found}, and this release knows schemas up to {newest}. Start the newer "
        "release of Hebah again, or restore a backup made with this one."
    )
    place: str
    found: str
    newest: str


class StorageTooOld(Unavailable):
    """The server is older than the oldest PostgreSQL we run on."""

    code = "storage_too_old"
    sentence = "The database at {place} is PostgreSQL {found}; Hebah needs version {oldest} or newer."
    place: str
    found: int
    oldest: int


class SchemaBusy(Unavailable):
    """Another process has been migrating for longer than we were told to wait."""

    code = "schema_busy"
    sentence = "Another process is still changing the schema at {place}. Try again when it has finished."
    place: str


async def migrate(url: str, *, wait: timedelta = timedelta(hours=1), to: str | None = None) -> None:
    """Return once the schema is the newest this code knows, or has come `to` an older revision on its way there.

    Only the first of several processes does the work.
    """
    aim = to or known_revisions()[-1]
    place = place_of(url)
    connection = await connect_once(url)
    try:
        if await _is_current(connection, place, aim):
            return
        async with _alone(connection, place, wait):
            if await _is_current(connection, place, aim):  # another process did it while we waited
                return
            from hebah.app.migrations import runner  # noqa: PLC0415 - half a second of Alembic that most starts spare

            started = time.monotonic()
            await runner.upgrade(url, aim)
            _log.info("schema_migrated", to=aim, took_s=round(time.monotonic() - started, 2))
    finally:
        await connection.close()


async def _is_current(connection: "asyncpg.Connection[Record]", place: str, aim: str) -> bool:
    major = connection.get_server_version().major
    if major < OLDEST_POSTGRES:
        raise StorageTooOld(place, major, OLDEST_POSTGRES)
    known = known_revisions()
    try:
        found = await connection.fetchval("SELECT version_num FROM alembic_version")
    except asyncpg.UndefinedTableError:
        return False
    if found is not None and found not in known:
        raise SchemaTooNew(place, found, known[-1])
    return bool(found is not None and found >= aim)


def known_revisions() -> tuple[str, ...]:
    """The numbers of our migrations, which begin the names of their files."""
    files = resources.files("hebah.app.migrations.versions").iterdir()
    return tuple(sorted(file.name[:4] for file in files if file.name[:4].isdigit() and file.name.endswith(".py")))


@asynccontextmanager
async def _alone(connection: "asyncpg.Connection[Record]", place: str, wait: timedelta) -> AsyncIterator[None]:
    # Polled, since a process that blocks inside pg_advisory_lock holds a snapshot, and CREATE INDEX CONCURRENTLY of the
    # one that migrates would wait for it: a deadlock.
    deadline = time.monotonic() + wait.total_seconds()
    while not await connection.fetchval("SELECT pg_try_advisory_lock($1)", _LOCK):
        if time.monotonic() > deadline:
            raise SchemaBusy(place)
        await asyncio.sleep(_POLL_S)
    try:
        yield
    finally:
        await connection.execute("SELECT pg_advisory_unlock($1)", _LOCK)
