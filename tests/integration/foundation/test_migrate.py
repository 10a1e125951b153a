import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import asyncpg
import pytest

from hebah.app.migrate import SchemaBusy, SchemaTooNew, migrate
from hebah.app.partitions import ensure_partitions
from hebah.foundation.embedded_postgres import EmbeddedPostgres
from hebah.foundation.ids import make_id
from hebah.foundation.postgres import Database


@pytest.fixture
async def empty_url(cluster: EmbeddedPostgres) -> AsyncIterator[str]:
    """A database in which nothing has been made."""
    name = f"empty_{make_id().hex}"
    administration = await asyncpg.connect(cluster.url)
    await administration.execute(f"CREATE DATABASE {name}")
    yield cluster.url_of(name)
    await administration.execute(f"DROP DATABASE {name} WITH (FORCE)")
    await administration.close()


async def tables(url: str) -> set[str]:
    connection = await asyncpg.connect(url)
    rows = await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    await connection.close()
    return {row["tablename"] for row in rows}


async def change(url: str, statement: str) -> None:
    connection = await asyncpg.connect(url)
    await connection.execute(statement)
    await connection.close()


async def test_an_empty_database_gets_every_table(empty_url: str) -> None:
    await migrate(empty_url)
    assert {"workspace", "device", "outbox", "message", "event"} <= await tables(empty_url)


async def test_migrating_again_changes_nothing(empty_url: str) -> None:
    await migrate(empty_url)
    before = await tables(empty_url)
    await migrate(empty_url)
    assert await tables(empty_url) == before


async def test_several_processes_that_start_at_once_migrate_once(empty_url: str) -> None:
    async with asyncio.timeout(30):
        await asyncio.gather(*(migrate(empty_url) for _ in range(4)))
    assert "workspace" in await tables(empty_url)


async def test_a_schema_from_a_newer_release_is_refused_with_what_to_do(empty_url: str) -> None:
    await migrate(empty_url)
    await change(empty_url, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(SchemaTooNew, match=r"schema 9999.*newer release") as refused:
        await migrate(empty_url)
    assert refused.value.code == "schema_too_new"


async def test_a_process_gives_up_when_another_migrates_for_too_long(empty_url: str) -> None:
    other = await asyncpg.connect(empty_url)
    await other.execute("SELECT pg_advisory_lock($1)", 0x68656261_68)
    with pytest.raises(SchemaBusy):
        await migrate(empty_url, wait=timedelta(0))
    assert await tables(empty_url) == set()
    await other.close()
    await migrate(empty_url)


async def add_message(database: Database, at: datetime) -> UUID:
    message = make_id()
    async with database.transaction() as tx:
        await tx.execute(
            """
            INSERT INTO message
                (workspace_id, id, device_id, chat_id, wire_id, sender, from_me, at, received_at, kind)
            VALUES ($1, $1, $1, $1, 'wire', '+60', false, $2, $2, 'text')
            """,
            message,
            at,
        )
    return message


async def table_of(database: Database, message: UUID) -> object:
    async with database.connection() as connection:
        return await connection.fetchval("SELECT tableoid::regclass::text FROM message WHERE id = $1", message)


async def test_messages_of_this_month_and_the_next_two_have_a_table_each(empty_url: str) -> None:
    await migrate(empty_url)
    async with await Database.connect(empty_url) as database:
        made = await ensure_partitions(database, datetime(2026, 11, 23, tzinfo=UTC))
        assert made == (
            *("message_2026_11", "message_2026_12", "message_2027_01"),
            *("message_words_2026_11", "message_words_2026_12", "message_words_2027_01"),
        )
        assert await ensure_partitions(database, datetime(2026, 11, 30, tzinfo=UTC)) == ()
        assert await ensure_partitions(database, datetime(2026, 12, 1, tzinfo=UTC)) == (
            "message_2027_02",
            "message_words_2027_02",
        )
        last_moment = await add_message(database, datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC))
        ancient = await add_message(database, datetime(2011, 1, 1, tzinfo=UTC))
        assert await table_of(database, last_moment) == "message_2026_12"
        assert await table_of(database, ancient) == "message_default"


async def test_messages_that_came_before_their_months_table_move_into_it(empty_url: str) -> None:
    await migrate(empty_url)
    async with await Database.connect(empty_url) as database:
        await ensure_partitions(database, datetime(2026, 1, 5, tzinfo=UTC))
        early = await add_message(database, datetime(2026, 8, 9, tzinfo=UTC))
        assert await table_of(database, early) == "message_default"
        await ensure_partitions(database, datetime(2026, 7, 1, tzinfo=UTC))
        assert await table_of(database, early) == "message_2026_08"


async def test_several_processes_that_start_at_once_make_each_table_once(empty_url: str) -> None:
    await migrate(empty_url)
    async with await Database.connect(empty_url) as database:
        made = await asyncio.gather(*(ensure_partitions(database, datetime(2026, 5, 5, tzinfo=UTC)) for _ in range(4)))
    months = ["2026_05", "2026_06", "2026_07"]
    assert sorted(name for names in made for name in names) == [
        *(f"message_{month}" for month in months),
        *(f"message_words_{month}" for month in months),
    ]
