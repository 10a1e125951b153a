"""Data of an earlier release, as it lay in the database in the middle of its work, is whole under today's schema."""

import gzip
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from hebah.app.figures import count_broken
from hebah.app.migrate import migrate
from hebah.app.partitions import ensure_partitions
from hebah.devices.actions import held
from hebah.foundation.embedded_postgres import EmbeddedPostgres
from hebah.foundation.ids import first_id_of, make_id
from hebah.foundation.postgres import Database
from hebah.inbox.jobs import index_words
from hebah.outbox import actions as outbox
from hebah.outbox import reads as outbox_reads
from hebah.outbox.model import DeviceEpoch

# One campaign had been finished, with people who answered, opted out, were not there or had said no. Of the second, a
# third had been sent when every gateway was killed.
FIRST_RELEASE = Path(__file__).parents[2] / "data" / "issue_a.sql.gz"
TABLES = (
    "workspace", "app_user", "audit_entry", "device", "contact", "consent_entry", "suppression", "lead", "lead_import",
    "lead_import_error", "campaign", "content", "stream", "outbox", "chat", "message", "seen", "event",
)  # fmt: skip
# What the next gateway puts right, as it takes over what nobody holds.
OF_DEAD_GATEWAYS = {"on_the_wire_of_nobody", "online_of_nobody"}
LATER = datetime(2026, 1, 5, 3, 0, tzinfo=UTC)
SAID = datetime(2024, 12, 24, 1, 2, tzinfo=UTC)
WHAT_MUST_STAY = {
    "recipients": "SELECT id, campaign_id, contact_id, device_id, state, code, wire_id, body, seed FROM outbox",
    "chats": "SELECT id, device_id, address, contact_id FROM chat",
    "messages": "SELECT id, chat_id, wire_id, from_me, body, status, at FROM message",
    "people": "SELECT id, phone, name, consent FROM contact",
    "numbers": "SELECT id, name, phone, state, epoch FROM device",
    "silenced": "SELECT workspace_id, address_hash FROM suppression",
}


@pytest.fixture
async def empty_url(cluster: EmbeddedPostgres) -> AsyncIterator[str]:
    """A database with nothing in it."""
    name = f"old_{make_id().hex}"
    administration = await asyncpg.connect(cluster.url)
    await administration.execute(f"CREATE DATABASE {name}")
    yield cluster.url_of(name)
    await administration.execute(f"DROP DATABASE {name} WITH (FORCE)")
    await administration.close()


@pytest.fixture
async def old_url(empty_url: str) -> str:
    """A database as the first release left it."""
    loading = await asyncpg.connect(empty_url)
    await loading.execute(gzip.decompress(FIRST_RELEASE.read_bytes()).decode())
    await loading.close()
    return empty_url


async def standing(url: str) -> dict[str, Any]:
    """How many rows each table has, and the rows that say what was sent to whom and what became of it."""
    connection = await asyncpg.connect(url)
    counts = {table: await connection.fetchval(f"SELECT count(*) FROM {table}") for table in TABLES}
    rows = {
        what: sorted(tuple(map(str, row)) for row in await connection.fetch(query))
        for what, query in WHAT_MUST_STAY.items()
    }
    await connection.close()
    return counts | rows


async def test_everything_the_first_release_stored_is_there_after_the_upgrade(old_url: str) -> None:
    before = await standing(old_url)
    assert (before["outbox"], before["contact"], before["device"]) == (280, 140, 6)
    assert before["message"] > 150

    await migrate(old_url)
    await migrate(old_url)

    after = await standing(old_url)
    for what, found in before.items():
        assert after[what] == found, what


async def test_nothing_contradicts_itself_after_the_upgrade(old_url: str) -> None:
    await migrate(old_url)
    async with await Database.connect(old_url) as database, database.connection() as connection:
        for workspace in await connection.fetch("SELECT id FROM workspace"):
            broken = await count_broken(connection, workspace["id"])
            assert {code for code, times in broken.items() if times} == OF_DEAD_GATEWAYS
            for campaign in await connection.fetch("SELECT id, state FROM campaign"):
                lines = await outbox_reads.tally(connection, workspace["id"], campaign["id"])
                assert sum(line.count for line in lines) == 140
                is_open = bool(await outbox_reads.open_rows(connection, workspace["id"], [campaign["id"]]))
                assert is_open == (campaign["state"] == "running")


async def test_what_the_first_release_had_on_the_wire_is_unknown_to_the_next_gateway_and_never_sent_again(
    old_url: str,
) -> None:
    await migrate(old_url)
    async with await Database.connect(old_url) as database:
        await ensure_partitions(database, LATER)
        async with database.connection() as connection:
            in_flight = {row["id"] for row in await connection.fetch("SELECT id FROM outbox WHERE state='dispatching'")}
        assert in_flight

        async with database.transaction() as tx:
            worker_id = make_id()
            await tx.execute(
                "INSERT INTO worker (id, roles, host, pid, version, transports, started_at, beat_at, expires_at)"
                " SELECT $1, '{gateway}', 'here', 1, 'now', '{simulated}', now, now, now + interval '1 hour'"
                " FROM clock_timestamp() AS now",
                worker_id,
            )
            await tx.execute(
                "UPDATE worker SET expires_at = clock_timestamp() - interval '1 s' WHERE id <> $1", worker_id
            )
            claimed = await held.claim(tx, worker_id, ["simulated"], 100, LATER)
            epochs = [DeviceEpoch(device.workspace_id, device.id, device.epoch) for device in claimed]
            lost = await outbox.take_over(tx, epochs, LATER)

        async with database.connection() as connection:
            assert set((await count_broken(connection, None)).values()) == {0}
    assert {dispatch.outbox_id for dispatch in lost} == in_flight


SHOP = """
INSERT INTO workspace (id, name, created_at) VALUES ('{shop}', 'Kedai', '{said}');
INSERT INTO device (workspace_id, id, name, transport, state_since, created_at)
VALUES ('{shop}', '{device}', 'Kedai', 'simulated', '{said}', '{said}');
INSERT INTO archive
    (workspace_id, id, file_name, file_sha256, file_size, facts, device_id, state, created_by, created_at, updated_at)
VALUES ('{shop}', '{archive}', 'chat.txt', '', 1, '{{}}', '{device}', 'finished', '{shop}', '{later}', '{later}');
INSERT INTO chat (workspace_id, id, device_id, address, last_at, last_message_id)
VALUES ('{shop}', '{chat}', '{device}', '+60123456789', '{later}', '{arrived}');
INSERT INTO message
    (workspace_id, id, device_id, chat_id, wire_id, sender, from_me, at, received_at, kind, body, archive_id)
SELECT '{shop}', id, '{device}', '{chat}', id::text, '+60123456789', false, at, '{later}', 'text', 'Ada?', archive
FROM (VALUES ('{brought}'::uuid, '{said}'::timestamptz, '{archive}'::uuid), ('{adopted}', '{said}', NULL),
    ('{arrived}', '{later}', NULL)) AS given (id, at, archive);
INSERT INTO words_progress VALUES ('{shop}', '{arrived}');
"""


async def test_what_an_archive_brought_before_the_index_knew_of_archives_is_indexed(empty_url: str) -> None:
    await migrate(empty_url, to="0028")
    # The first two were brought by a file, of which WhatsApp has told one since; the third came by itself.
    ids = {"brought": first_id_of(SAID), "adopted": first_id_of(SAID + timedelta(seconds=1)), "arrived": make_id()}
    known = ids | {name: make_id() for name in ("shop", "device", "archive", "chat")}
    async with await Database.connect(empty_url) as database:
        await ensure_partitions(database, SAID)
        await ensure_partitions(database, LATER)
        async with database.transaction() as tx:
            await tx.execute(SHOP.format(**known, said=SAID, later=LATER))

    await migrate(empty_url)

    async with await Database.connect(empty_url) as database:
        assert await index_words(database) == 2
        async with database.connection() as connection:
            until = await connection.fetchval("SELECT brought_until FROM chat")
            indexed = await connection.fetch("SELECT id FROM message_words")
    assert {row["id"] for row in indexed} == {ids["brought"], ids["adopted"]}
    assert until == SAID
