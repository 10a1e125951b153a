"""Backups: everything comes back, and nothing goes out again by itself."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from uuid import UUID

import asyncpg
import pytest

from hebah.app.backup.model import BackupUnreadable, DatabaseNotEmpty, FileExists
from hebah.app.backup.restoring import restore
from hebah.app.backup.taking import take
from hebah.app.settings import Settings
from hebah.foundation.clock import ManualClock
from hebah.foundation.ids import make_id
from hebah.foundation.postgres import Database
from hebah.inbox.store import listing
from hebah.inbox.store.listing import ChatCounts
from hebah.outbox import actions
from tests.integration.outbox.fleet import Fleet

PICTURE = "ab/cd/abcd01"


@pytest.fixture
async def fleet(database: Database, clock: ManualClock) -> Fleet:
    fleet = Fleet(database, clock)
    await fleet.found()
    return fleet


@pytest.fixture
def home(tmp_path: Path) -> Settings:
    """Where Hebah was, with a picture."""
    picture = tmp_path / "old" / "media" / PICTURE
    picture.parent.mkdir(parents=True)
    picture.write_bytes(b"picture")
    return Settings(home=tmp_path / "old")


@pytest.fixture
def elsewhere(tmp_path: Path) -> Settings:
    """Where it is restored."""
    return Settings(home=tmp_path / "new")


async def say(fleet: Fleet, device_id: UUID, key: str) -> UUID:
    """A message by hand that waits, with its chat and message."""
    row, chat = make_id(), make_id()
    async with fleet.database.transaction() as tx:
        await tx.execute(
            "INSERT INTO stream (workspace_id, id, kind, state, gap_min_s, gap_max_s)"
            " VALUES ($1, $1, 'conversation', 'open', 0, 0) ON CONFLICT DO NOTHING",
            fleet.workspace_id,
        )
        await tx.execute(
            "INSERT INTO outbox (workspace_id, id, stream_id, device_id, seed, state, not_before, created_at, chat_id,"
            " chat_address, wire_id, said) VALUES ($1, $2, $1, $3, 1, 'queued', $4, $4, $5, '+60129999999', $6, $7)",
            fleet.workspace_id,
            row,
            device_id,
            fleet.clock.now(),
            chat,
            key,
            {"kind": "text", "body": "Hello"},
        )
    return row


async def under_way(fleet: Fleet) -> tuple[UUID, UUID, UUID]:
    """Three recipients: one has got it, one is on the wire, one waits. And a message by hand that waits."""
    device = await fleet.add_device()
    for _ in range(3):
        await fleet.add_lead(device)
    campaign = await fleet.launch()
    async with fleet.database.transaction() as tx:
        await tx.execute(
            "INSERT INTO campaign (workspace_id, id, name, state, state_since, created_at, updated_at)"
            " VALUES ($1, $2, 'Sale', 'running', $3, $3, $3)",
            fleet.workspace_id,
            campaign,
            fleet.clock.now(),
        )
    await fleet.settle((await fleet.claim(device)).dispatches)
    assert (await fleet.claim(device)).dispatches
    return device, campaign, await say(fleet, device, "W1")


async def rows_of(database: Database) -> Counter[str]:
    """How many rows of each table that lasts."""
    counts: Counter[str] = Counter()
    async with database.connection() as connection:
        for name in ("workspace", "contact", "lead", "content", "stream", "outbox", "campaign", "device", "event"):
            counts[name] = await connection.fetchval(f"SELECT count(*) FROM {name}")
    return counts


async def test_after_a_restore_nothing_is_sent_until_a_person_decides(
    fleet: Fleet, database_url: str, empty_url: str, home: Settings, elsewhere: Settings, tmp_path: Path
) -> None:
    device, campaign, by_hand = await under_way(fleet)
    before = await rows_of(fleet.database)
    file = tmp_path / "hebah.backup"
    await take(home, database_url, file)

    _, waiting = await restore(elsewhere, empty_url, file)

    assert (waiting.campaigns, waiting.recipients, waiting.by_hand) == (1, 1, 1)
    assert (waiting.in_doubt, waiting.devices) == (1, 1)
    async with await Database.connect(empty_url) as restored:
        fleet.database = restored
        assert await rows_of(restored) == before
        assert await fleet.states(campaign) == Counter({"accepted": 1, "unknown:restored": 1, "queued": 1})
        async with restored.connection() as connection:
            shown = {
                "device": await connection.fetchval("SELECT wanted || ' ' || cause FROM device WHERE id = $1", device),
                "by hand": await connection.fetchval("SELECT state || ' ' || code FROM outbox WHERE id = $1", by_hand),
                "campaign": await connection.fetchval("SELECT state || ' ' || state_reason FROM campaign"),
                "log": await connection.fetchval("SELECT count(*) FROM audit_entry WHERE action = 'restored'"),
            }
        assert shown == {
            "device": "off restored",
            "by hand": "failed restored",
            "campaign": "paused restored",
            "log": 1,
        }
        # Even a device that somebody has started again sends nothing of what waited.
        async with restored.transaction() as tx:
            await tx.execute("UPDATE device SET wanted = 'on', state = 'online', owner = $1", fleet.owner)
        assert (await fleet.claim(device, depth=5)).dispatches == ()
        async with restored.transaction() as tx:
            await actions.resume_stream(tx, fleet.workspace_id, campaign)
        assert len((await fleet.claim(device, depth=5)).dispatches) == 1
    assert (elsewhere.home / "media" / PICTURE).read_bytes() == b"picture"


async def test_messages_of_old_months_come_back_to_their_months(
    fleet: Fleet, database_url: str, empty_url: str, home: Settings, elsewhere: Settings, tmp_path: Path
) -> None:
    async with fleet.database.transaction() as tx:
        await tx.execute(
            "INSERT INTO message (workspace_id, id, device_id, chat_id, wire_id, sender, from_me, at, received_at,"
            " kind, body) SELECT $1, gen_random_uuid(), $2, $2, n::text, '+601', false, at, at, 'text', 'Line ' || n"
            " FROM generate_series(0, 5) AS n, LATERAL (SELECT $3::timestamptz - make_interval(months => n) AS at)",
            fleet.workspace_id,
            make_id(),
            fleet.clock.now(),
        )
    file = tmp_path / "hebah.backup"
    await take(home, database_url, file)
    await restore(elsewhere, empty_url, file)
    async with await Database.connect(empty_url) as restored, restored.connection() as connection:
        assert await connection.fetchval("SELECT count(*) FROM message") == 6
        assert await connection.fetchval("SELECT count(*) FROM message_default") == 0


async def test_the_filters_of_a_restored_inbox_tell_what_they_show(
    fleet: Fleet, database_url: str, empty_url: str, home: Settings, elsewhere: Settings, tmp_path: Path
) -> None:
    device = await fleet.add_device()
    async with fleet.database.transaction() as tx:
        await tx.execute(
            "INSERT INTO chat (workspace_id, id, device_id, address, last_at, last_message_id, unread, archived_at)"
            " SELECT $1, gen_random_uuid(), $2, '+601' || n, $3::timestamptz, gen_random_uuid(), n,"
            " CASE WHEN n = 3 THEN $3::timestamptz END"
            " FROM generate_series(0, 3) AS n",
            fleet.workspace_id,
            device,
            fleet.clock.now(),
        )
    file = tmp_path / "hebah.backup"
    await take(home, database_url, file)
    await restore(elsewhere, empty_url, file)
    async with await Database.connect(empty_url) as restored, restored.connection() as connection:
        told = await listing.counts(connection, fleet.workspace_id, None, make_id())
    assert told == ChatCounts(unread=2, mine=0, unassigned=2, archived=1)


async def test_a_restore_never_mixes_two_installations(
    fleet: Fleet, database_url: str, home: Settings, elsewhere: Settings, tmp_path: Path
) -> None:
    file = tmp_path / "hebah.backup"
    await take(home, database_url, file)
    with pytest.raises(DatabaseNotEmpty):
        await restore(elsewhere, database_url, file)
    assert not elsewhere.home.exists()


async def test_a_backup_never_replaces_another_and_is_for_its_own_account_only(
    fleet: Fleet, database_url: str, home: Settings, tmp_path: Path
) -> None:
    file = tmp_path / "hebah.backup"
    await take(home, database_url, file)
    assert file.stat().st_mode & 0o077 == 0
    with pytest.raises(FileExists):
        await take(home, database_url, file)
    assert [path.name for path in tmp_path.glob("hebah*")] == ["hebah.backup"]


async def test_a_file_that_is_cut_off_is_refused_and_leaves_the_database_empty(
    fleet: Fleet, database_url: str, empty_url: str, home: Settings, elsewhere: Settings, tmp_path: Path
) -> None:
    file = tmp_path / "hebah.backup"
    await take(home, database_url, file)
    file.write_bytes(file.read_bytes()[:-200])
    with pytest.raises(BackupUnreadable):
        await restore(elsewhere, empty_url, file)
    connection = await asyncpg.connect(empty_url)
    assert await connection.fetchval("SELECT to_regclass('workspace') IS NULL")
    await connection.close()
