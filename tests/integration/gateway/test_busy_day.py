"""Everything at once: campaigns, receipts, answers, opt-outs, repeated events, lost answers and broken links."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from structlog.testing import capture_logs

from hebah.adapters.transports.simulated.faults import Faults
from hebah.adapters.transports.simulated.judge import judge
from hebah.adapters.transports.simulated.people import Behaviour, seconds
from hebah.foundation.clock import ManualClock
from hebah.foundation.ids import make_id
from hebah.foundation.postgres import Database, Record
from tests.integration.gateway.fleet import Fleet, open_fleet
from tests.integration.gateway.outgoing import enqueue, rows
from tests.integration.worlds import make_world

DEVICES = 6
LEADS = 150
OPEN = {"queued", "dispatching"}
TALKATIVE = Behaviour(
    read=1, reply=1, opts_out=0.2, absent=0.05, read_after=seconds(0.1, 2), reply_after=seconds(0.1, 3)
)


@pytest.fixture
async def busy_fleet(database: Database, database_url: str, clock: ManualClock, tmp_path: Path) -> AsyncIterator[Fleet]:
    """A fleet whose people all read and answer at once, without caps or quiet hours."""
    world = await make_world(database, clock)
    async with database.transaction() as tx:
        await tx.execute("UPDATE workspace SET hourly_cap = NULL, daily_cap = NULL, quiet_on = false")
    async with open_fleet(world, database_url, tmp_path, TALKATIVE) as opened:
        yield opened


async def add_leads(fleet: Fleet, device_ids: list[UUID]) -> None:
    contact_ids, now = [make_id() for _ in range(LEADS)], fleet.world.clock.now()
    async with fleet.world.database.transaction() as tx:
        await tx.execute(
            "INSERT INTO contact (workspace_id, id, phone, consent, created_at, updated_at)"
            " SELECT $1, id, '+6012' || (3000000 + nth), 'granted', $3, $3"
            " FROM unnest($2::uuid[]) WITH ORDINALITY AS given (id, nth)",
            fleet.world.workspace_id, contact_ids, now,
        )  # fmt: skip
        await tx.execute(
            "INSERT INTO lead (workspace_id, id, contact_id, device_id, created_at, updated_at)"
            " SELECT $1, gen_random_uuid(), id, ($3::uuid[])[1 + nth % cardinality($3::uuid[])], $4, $4"
            " FROM unnest($2::uuid[]) WITH ORDINALITY AS given (id, nth)",
            fleet.world.workspace_id, contact_ids, device_ids, now,
        )  # fmt: skip


async def facts(fleet: Fleet, sql: str) -> list[Record]:
    async with fleet.world.database.connection() as connection:
        return await connection.fetch(sql, fleet.world.workspace_id)


async def until_over(fleet: Fleet, streams: list[UUID]) -> None:
    """Until every message has its outcome and the network has nothing more to tell."""

    async def is_over() -> bool:
        states = {row["state"] for stream in streams for row in await rows(fleet, stream)}
        waiting = fleet.network.statistics()
        return not OPEN & states and not (
            waiting.in_flight or waiting.queued_events or waiting.unacknowledged_events or waiting.next_due
        )

    await fleet.until(is_over, step=timedelta(seconds=1))


async def test_nobody_is_written_twice_and_every_answer_counts_once(busy_fleet: Fleet) -> None:
    fleet = busy_fleet
    device_ids = await fleet.add_devices(DEVICES)
    fleet.start()
    fleet.start()
    await fleet.link_all(device_ids)
    await add_leads(fleet, device_ids)
    fleet.network.faults = Faults(duplicate=0.2, drop_ack=0.05, late_ack=0.05, cut=0.02)
    with capture_logs() as logs:
        first, second = await enqueue(fleet), await enqueue(fleet)
        await until_over(fleet, [first, second])
    verdict = judge(fleet.network.ledger.lines())
    assert not verdict.repeated_wire_ids
    unsettled = [entry for entry in logs if entry["event"] in {"arrivals_not_stored", "reports_not_written"}]
    assert unsettled == []

    sent = {row["wire_id"] for stream in (first, second) for row in await rows(fleet, stream) if row["accepted_at"]}
    reached = {line.wire_id for line in fleet.network.ledger.lines()}
    assert sent <= reached

    stored = await facts(fleet, "SELECT wire_id, count(*) FROM message WHERE workspace_id = $1 GROUP BY wire_id")
    assert {row["count"] for row in stored} == {1}
    unread = await facts(fleet, "SELECT sum(unread) AS unread FROM chat WHERE workspace_id = $1")
    theirs = await facts(fleet, "SELECT count(*) FROM message WHERE workspace_id = $1 AND NOT from_me")
    assert unread[0]["unread"] == theirs[0]["count"]
    assert theirs[0]["count"] > LEADS / 2


async def test_who_opts_out_gets_nothing_after_the_commit(busy_fleet: Fleet) -> None:
    fleet = busy_fleet
    device_ids = await fleet.add_devices(DEVICES)
    fleet.start()
    await fleet.link_all(device_ids)
    await add_leads(fleet, device_ids)
    streams = [await enqueue(fleet) for _ in range(3)]
    await until_over(fleet, streams)
    blocked = await facts(fleet, "SELECT contact_id, at FROM suppression WHERE workspace_id = $1")
    assert blocked
    later = await facts(
        fleet,
        "SELECT outbox.id FROM outbox JOIN suppression USING (workspace_id, contact_id)"
        " WHERE workspace_id = $1 AND outbox.dispatched_at > suppression.at",
    )
    assert later == []
    marked = await facts(fleet, "SELECT contact_id FROM outbox WHERE workspace_id = $1 AND opted_out_at IS NOT NULL")
    assert {row["contact_id"] for row in marked} == {row["contact_id"] for row in blocked}
