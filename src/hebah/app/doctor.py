"""`hebah doctor`: what this installation stands on, looked at one by one, with what to do where something is wrong."""

import asyncio
import shutil
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from hebah.app import wiring
from hebah.app.migrate import OLDEST_POSTGRES, known_revisions
from hebah.app.settings import Settings
from hebah.foundation.clock import SystemClock
from hebah.foundation.errors import HebahError
from hebah.foundation.postgres import Database, load_queries

QUERIES = load_queries("hebah.app.migrations", "doctor.sql")

LEAST_ROOM = 1 << 30
MOST_CLOCK_DIFFERENCE = timedelta(seconds=2)
State = Literal["good", "doubtful", "bad"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at. `doubtful` works, and somebody should know; `bad` does not work."""

    what: str
    state: State
    words: str


@dataclass(frozen=True, slots=True)
class _Patient:
    settings: Settings
    db: Database


async def examine(settings: Settings) -> AsyncIterator[Finding]:
    """Everything, each as soon as it is known; changes nothing but starts our own database if it is not running."""
    yield _room(settings)
    yield await _port(settings)
    yield await _companion(settings)
    try:
        async with wiring.any_storage(settings) as url, await Database.connect(url) as db:
            patient = _Patient(settings, db)
            yield await _database(patient)
            schema = await _schema(patient)
            yield schema
            if schema.state == "bad":
                return
            for check in _OF_THE_SCHEMA:
                yield await check(patient)
    except (HebahError, OSError) as error:
        yield Finding("database", "bad", str(error))


def _room(settings: Settings) -> Finding:
    home = next(path for path in (settings.home, *settings.home.parents) if path.exists())
    free = shutil.disk_usage(home).free
    words = f"{free // (1 << 20):,} MB are free at {home}"
    return Finding("disk", "good" if free >= LEAST_ROOM else "bad", words)


async def _port(settings: Settings) -> Finding:
    place = f"{settings.host}:{settings.port}"

    def is_free() -> bool:
        try:
            with socket.create_server((settings.host, settings.port)):
                return True
        except OSError:
            return False

    if await asyncio.to_thread(is_free):
        return Finding("port", "good", f"{place} is free")
    return Finding("port", "doubtful", f"{place} is taken: by Hebah if it is running, else choose another PORT")


async def _companion(settings: Settings) -> Finding:
    reason = await wiring.companion_trouble(settings)
    if reason == wiring.SWITCHED_OFF:
        return Finding("companion", "good", "linked devices are switched off (HEBAH_COMPANION)")
    if reason is None:
        return Finding("companion", "good", "the program for linked devices answers")
    return Finding("companion", "doubtful", f"real numbers cannot be linked: {reason}; `make companion` builds it")


async def _database(patient: _Patient) -> Finding:
    async with patient.db.connection() as connection:
        version = int(await connection.fetchval("SHOW server_version_num")) // 10_000
        theirs = await connection.fetchval("SELECT clock_timestamp()")
        difference = abs(SystemClock().now() - theirs)
    if version < OLDEST_POSTGRES:
        return Finding("database", "bad", f"PostgreSQL {version}; {OLDEST_POSTGRES} or newer is needed")
    if difference > MOST_CLOCK_DIFFERENCE:
        words = f"its clock and this machine's differ by {difference.total_seconds():.0f} s; the database's counts"
        return Finding("database", "doubtful", words)
    return Finding("database", "good", f"PostgreSQL {version} answers, and its clock agrees with this machine's")


async def _schema(patient: _Patient) -> Finding:
    async with patient.db.connection() as connection:
        if await connection.fetchval("SELECT to_regclass('alembic_version') IS NULL"):
            return Finding("schema", "bad", "there is none yet: `hebah up` or `hebah migrate` makes it")
        found = await connection.fetchval("SELECT version_num FROM alembic_version")
    newest = known_revisions()[-1]
    if found == newest:
        return Finding("schema", "good", f"{found}, the newest that this release knows")
    todo = "`hebah migrate` brings it up to date" if found in known_revisions() else "start the newer release again"
    return Finding("schema", "bad", f"{found}, and this release needs {newest}: {todo}")


async def _partitions(patient: _Patient) -> Finding:
    async with patient.db.connection() as connection:
        missing = await QUERIES.months_without_partition(connection)
        astray = await QUERIES.astray(connection)
    if missing:
        return Finding("partitions", "doubtful", "none for this month or the next: the next start makes them")
    if astray:
        return Finding("partitions", "doubtful", "some messages lie outside of every month's partition")
    return Finding("partitions", "good", "this month and the next have theirs")


async def _media(patient: _Patient) -> Finding:
    blobs = wiring.blobs_of(patient.settings)
    files = lost = 0
    async with patient.db.connection() as connection:
        for row in await QUERIES.list_hashes(connection):
            files += 1
            lost += await blobs.find(row["sha256"]) is None
    if lost:
        where = patient.settings.home / "media"
        return Finding("media", "bad", f"{lost:,} of {files:,} files are not in {where}: restore that folder")
    return Finding("media", "good", f"{files:,} files, all of them there")


async def _sealing(patient: _Patient) -> Finding:
    kept = patient.settings.home / "sealing.key"
    async with patient.db.connection() as connection:
        sealed = await QUERIES.count_sealed(connection)
    if patient.settings.sealing_key is None and not kept.exists():
        state: State = "bad" if sealed else "good"
        return Finding("sealing key", state, f"there is none, and {sealed:,} links or second steps need one")
    return Finding("sealing key", "good", "it is here; keep a copy elsewhere, no backup holds it")


_OF_THE_SCHEMA: tuple[Callable[[_Patient], Awaitable[Finding]], ...] = (_partitions, _media, _sealing)
