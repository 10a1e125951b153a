import asyncio
import socket
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import asyncpg
import pytest

from hebah.foundation.clock import DatabaseClock
from hebah.foundation.embedded_postgres import EmbeddedPostgres
from hebah.foundation.ids import make_id
from hebah.foundation.postgres import Database, Queries, StorageUnreachable, load_queries

SQL = """
-- name: all_notes
-- Every note with a tag, or every note.
SELECT id, facts FROM note WHERE :tag::text IS NULL OR facts ->> 'tag' = :tag ORDER BY id;

-- name: one_note^
-- By its key; ':quoted' is no parameter and neither is a cast.
SELECT id, facts, ':quoted' AS quoted, :id::uuid::text AS shown FROM note WHERE id = :id;

-- name: count_notes$
SELECT count(*) FROM note;

-- name: tag_notes!
UPDATE note SET facts = facts || :facts WHERE id = ANY (:ids::uuid[]);

-- name: add_note<!
INSERT INTO note (id, facts) VALUES (:id, :facts) ON CONFLICT DO NOTHING RETURNING id;

-- name: add_each*!
INSERT INTO note (id, facts) VALUES (:id, :facts);

-- name: add_notes
-- Many rows in one statement; only those that were not there come back.
INSERT INTO note (id, facts) SELECT * FROM unnest(:ids::uuid[], :facts::jsonb[])
ON CONFLICT DO NOTHING RETURNING id;
"""


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An importable package, for its `queries.sql`."""
    name = f"feature_{make_id().hex}"
    folder = tmp_path / name
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    monkeypatch.syspath_prepend(str(tmp_path))
    yield folder
    sys.modules.pop(name, None)


@pytest.fixture
def queries(package: Path) -> Queries:
    (package / "queries.sql").write_text(SQL)
    return load_queries(package.name)


@pytest.fixture
async def notes(database: Database) -> Database:
    async with database.transaction() as tx:
        await tx.execute("CREATE TABLE note (id uuid PRIMARY KEY, facts jsonb NOT NULL)")
    return database


async def test_the_suffix_of_a_querys_name_says_what_it_gives(notes: Database, queries: Queries) -> None:
    first, second = make_id(), make_id()
    async with notes.transaction() as tx:
        assert (await queries.add_note(tx, id=first, facts={"tag": "a"}))["id"] == first
        assert await queries.add_note(tx, id=first, facts={}) is None
        await queries.add_each(tx, [{"id": second, "facts": [1, None, "x"]}])
        assert await queries.count_notes(tx) == 2
        assert [row["id"] for row in await queries.all_notes(tx, tag=None)] == [first, second]
        assert [row["facts"] for row in await queries.all_notes(tx, tag="a")] == [{"tag": "a"}]
        found = await queries.one_note(tx, id=second)
        assert (found["facts"], found["quoted"], found["shown"]) == ([1, None, "x"], ":quoted", str(second))
        assert await queries.one_note(tx, id=make_id()) is None
        assert await queries.tag_notes(tx, ids=[first, make_id()], facts={"tag": "b"}) == 1


async def test_many_rows_go_in_one_statement_as_arrays(notes: Database, queries: Queries) -> None:
    ids = [make_id() for _ in range(500)]
    async with notes.transaction() as tx:
        await queries.add_notes(tx, ids=ids[:10], facts=[{"n": n} for n in range(10)])
        added = await queries.add_notes(tx, ids=ids, facts=[{"n": n, "of": ids[n]} for n in range(500)])
        assert {row["id"] for row in added} == set(ids[10:])
        assert (await queries.one_note(tx, id=ids[499]))["facts"] == {"n": 499, "of": str(ids[499])}


async def test_a_forgotten_or_unknown_argument_is_an_error_at_once(notes: Database, queries: Queries) -> None:
    async with notes.connection() as connection:
        with pytest.raises(TypeError, match="add_note takes facts, id; got id"):
            await queries.add_note(connection, id=make_id())
        with pytest.raises(TypeError, match="got facts, id, name"):
            await queries.add_note(connection, id=make_id(), facts={}, name="x")


def test_an_unknown_query_is_an_error_that_names_its_feature(queries: Queries) -> None:
    assert queries.names()[0] == "add_each"
    with pytest.raises(AttributeError, match="has no query named add_nothing"):
        _ = queries.add_nothing


def test_an_array_slice_is_refused_when_the_file_is_read(package: Path) -> None:
    (package / "queries.sql").write_text("-- name: first_two$\nSELECT (array[1, 2, 3])[1:2];\n")
    with pytest.raises(ValueError, match="first_two"):
        load_queries(package.name)


async def test_a_failed_transaction_leaves_nothing_behind(notes: Database, queries: Queries) -> None:
    async def add_twice() -> None:
        same = make_id()
        async with notes.transaction() as tx:
            await queries.add_each(tx, [{"id": same, "facts": {}}, {"id": same, "facts": {}}])

    with pytest.raises(asyncpg.UniqueViolationError):
        await add_twice()
    async with notes.connection() as connection:
        assert await queries.count_notes(connection) == 0


async def test_instants_are_aware_and_utc_and_ids_are_uuids(database: Database) -> None:
    async with database.connection() as connection:
        row = await connection.fetchrow("SELECT clock_timestamp() AS at, $1::uuid AS id", same := make_id())
    assert row is not None
    assert row["at"].utcoffset() == timedelta(0)
    assert row["id"] == same


async def test_a_lost_connection_is_told_as_unreachable_storage_and_the_pool_recovers(database: Database) -> None:
    async def end_myself() -> None:
        async with database.transaction() as tx:
            await tx.fetchval("SELECT pg_terminate_backend(pg_backend_pid())")

    with pytest.raises(StorageUnreachable):
        await end_myself()
    async with database.connection() as connection:
        assert await connection.fetchval("SELECT 1") == 1


async def refused(url: str) -> StorageUnreachable:
    started = time.monotonic()
    with pytest.raises(StorageUnreachable) as caught:
        await Database.connect(url)
    assert time.monotonic() - started < 10
    assert caught.value.code == "storage_unreachable"
    return caught.value


async def test_a_missing_database_is_named(cluster: EmbeddedPostgres) -> None:
    error = await refused(cluster.url_of("nowhere"))
    assert error.cause == "there is no such database on this server"
    assert error.place.endswith("/nowhere")


@pytest.mark.parametrize(
    ("url", "cause"),
    [
        ("postgresql://shop:hunter2@127.0.0.1:1/hebah", "check host and port"),
        ("postgresql://shop:hunter2@no-such-host.invalid/hebah", "check host and port"),
        ("postgresql:///hebah?host=/nowhere", "check host and port"),
        ("mysql://shop:hunter2@127.0.0.1/hebah", "not a PostgreSQL URL"),
        ("shop:hunter2@127.0.0.1:x", "not a PostgreSQL URL"),
    ],
)
async def test_a_wrong_address_is_explained_without_its_password(url: str, cause: str) -> None:
    error = await refused(url)
    assert cause in error.cause
    assert "hunter2" not in str(error.to_problem())


async def test_a_wrong_password_is_explained_without_it(cluster: EmbeddedPostgres) -> None:
    await _require_a_password(cluster)
    address, _, options = cluster.url.removeprefix("postgresql://hebah@").partition("?")
    error = await refused(f"postgresql://guarded:hunter2@{address}?{options}")
    assert error.cause == "the user name or password was refused"
    assert "hunter2" not in str(error.to_problem())


async def test_a_host_that_accepts_and_says_nothing_is_given_up_in_time() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        error = await refused(f"postgresql://shop@127.0.0.1:{port}/hebah?sslmode=disable")
    assert error.cause == "it did not answer in time"


async def test_the_databases_clock_is_followed_between_samples(database: Database) -> None:
    clock = DatabaseClock()
    async with database.connection() as connection:
        await clock.sample(connection)
        told = await connection.fetchval("SELECT clock_timestamp()")
    assert abs(clock.now() - told) < timedelta(seconds=1)
    async with asyncio.timeout(5):
        await clock.sleep_until(clock.now() + timedelta(milliseconds=20))
    assert clock.now() >= told + timedelta(milliseconds=20)


def _put_first(file: str, line: str) -> None:
    Path(file).write_text(line + Path(file).read_text())


async def _require_a_password(cluster: EmbeddedPostgres) -> None:
    """Guard one user: its line goes before the one that trusts everybody."""
    connection = await asyncpg.connect(cluster.url)
    try:
        await connection.execute("CREATE USER guarded PASSWORD 'right'")
        _put_first(await connection.fetchval("SHOW hba_file"), "local all guarded scram-sha-256\n")
        await connection.execute("SELECT pg_reload_conf()")
    finally:
        await connection.close()
