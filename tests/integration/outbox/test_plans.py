"""The statements of the hot path stay cheap however much lies before them: judged by PostgreSQL's own plans."""

import json
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import asyncpg

from hebah.foundation.ids import make_id
from hebah.foundation.postgres import Query
from hebah.outbox import actions
from hebah.outbox.model import NewStream, Pace
from hebah.outbox.store import QUERIES
from tests.integration.outbox.fleet import EPOCH, Fleet

IN_FRONT = 50_000
NEIGHBOURS = 3000


async def a_crowd(fleet: Fleet) -> tuple[UUID, UUID]:
    """A device with one row to send behind a paused campaign of 50,000 that has been waiting for longer."""
    device = await fleet.add_device()
    async with fleet.database.transaction() as tx:
        await tx.execute(
            "INSERT INTO contact (workspace_id, id, phone, consent, created_at, updated_at)"
            " SELECT $1, gen_random_uuid(), '+6011' || (10000000 + number), 'granted', $2, $2"
            " FROM generate_series(1, $3::int) AS number",
            fleet.workspace_id,
            fleet.clock.now(),
            IN_FRONT,
        )
        await tx.execute(
            "INSERT INTO lead (workspace_id, id, contact_id, device_id, created_at, updated_at)"
            " SELECT workspace_id, gen_random_uuid(), id, $2, $3, $3 FROM contact WHERE workspace_id = $1",
            fleet.workspace_id,
            device,
            fleet.clock.now(),
        )
    paused = await fleet.launch()
    async with fleet.database.transaction() as tx:
        await actions.pause_stream(tx, fleet.workspace_id, paused)
    contact = await fleet.add_lead(device, niches=["the one"])
    await fleet.open(NewStream(fleet.workspace_id, campaign := make_id(), Pace(0, 0)))
    await fleet.enqueue(campaign, niches=("the one",))
    return device, contact


async def a_large_gateway(fleet: Fleet) -> UUID:
    """One device of 3,000 that a gateway has just taken; what is known of owners is from before."""
    async with fleet.database.transaction() as tx:
        await tx.execute(
            "INSERT INTO device (workspace_id, id, name, transport, state, state_since, wanted, epoch, created_at)"
            " SELECT $1, gen_random_uuid(), 'Number', 'simulated', 'online', $2, 'on', $3, $2"
            " FROM generate_series(1, $4::int)",
            fleet.workspace_id,
            fleet.clock.now(),
            EPOCH,
            NEIGHBOURS,
        )
        await tx.execute("ANALYZE device")
        await tx.execute("UPDATE device SET owner = $1", fleet.owner)
    return await fleet.add_device()


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for inner in plan.get("Plans", []):
        yield from nodes(inner)


async def explained(database_url: str, name: str, asked: dict[str, str]) -> list[dict[str, Any]]:
    """The plan a gateway would have after its first few claims: made once, for whatever arguments come."""
    query: Query = getattr(QUERIES, name)
    connection = await asyncpg.connect(database_url)
    try:
        await connection.execute("SET plan_cache_mode = force_generic_plan")
        await connection.execute("SET jit = off")
        await connection.execute(f"PREPARE statement AS {query.sql}")
        given = ", ".join(asked[parameter] for parameter in query._parameters)
        plan = await connection.fetchval(f"EXPLAIN (ANALYZE, FORMAT JSON) EXECUTE statement ({given})")
    finally:
        await connection.close()
    return list(nodes(json.loads(plan)[0]["Plan"]))


async def test_a_claim_goes_straight_to_the_due_row(fleet: Fleet, database_url: str) -> None:
    device, contact = await a_crowd(fleet)
    asked = {
        "workspace_ids": f"'{{{fleet.workspace_id}}}'",
        "device_ids": f"'{{{device}}}'",
        "epochs": f"'{{{EPOCH}}}'",
        "depths": "'{3}'",
        "owner": f"'{fleet.owner}'",
        "now": f"'{fleet.clock.now().isoformat()}'",
    }
    for statistics in ("SELECT", "ANALYZE"):
        async with fleet.database.connection() as connection:
            await connection.execute(statistics)

        found = await explained(database_url, "claim_candidates", asked)

        scans = [node for node in found if node.get("Relation Name") in ("outbox", "contact")]
        assert {node["Node Type"] for node in scans} <= {"Index Scan", "Index Only Scan"}
        assert "outbox_due" in {node.get("Index Name") for node in scans}
        assert sum(node["Actual Rows"] * node["Actual Loops"] for node in scans) <= 3
        assert sum(node.get("Rows Removed by Filter", 0) for node in scans) == 0

        ahead = await explained(database_url, "upcoming", asked)
        looks = [node for node in ahead if node.get("Relation Name") == "outbox"]
        assert [node["Index Name"] for node in looks] == ["outbox_due"]
        assert sum(node["Actual Rows"] * node["Actual Loops"] for node in looks) == 1

    (dispatch,) = (await fleet.claim(device)).dispatches
    assert dispatch.contact_id == contact


async def test_a_claim_for_one_number_does_not_read_all_the_others_of_its_gateway(
    fleet: Fleet, database_url: str
) -> None:
    device = await a_large_gateway(fleet)
    await fleet.add_lead(device)
    await fleet.launch()
    asked = {
        "workspace_ids": f"'{{{fleet.workspace_id}}}'",
        "device_ids": f"'{{{device}}}'",
        "epochs": f"'{{{EPOCH}}}'",
        "depths": "'{1}'",
        "owner": f"'{fleet.owner}'",
        "now": f"'{fleet.clock.now().isoformat()}'",
        "ids": f"'{{{make_id()}}}'",
        **dict.fromkeys(("wire_ids", "addresses", "bodies"), "'{A}'"),
    }

    for name in ("claim_candidates", "dispatch"):
        found = await explained(database_url, name, asked)

        looks = [node for node in found if node.get("Relation Name") == "device" and "Scan" in node["Node Type"]]
        assert {node.get("Index Name") for node in looks} <= {"device_pkey", "device_wanted"}, name
        read = sum(
            (node["Actual Rows"] + node.get("Rows Removed by Filter", 0)) * node["Actual Loops"] for node in looks
        )
        assert read <= 1, name

    assert len((await fleet.claim(device)).dispatches) == 1


async def test_what_a_person_was_sent_is_found_by_the_person(fleet: Fleet, database_url: str) -> None:
    device, contact = await a_crowd(fleet)
    async with (
        fleet.database.transaction() as tx
    ):  # the number has sent to every second one, to this person first of all
        await tx.execute("UPDATE outbox SET state = 'accepted', dispatched_at = now() WHERE seed % 2 = 0")
        await tx.execute(
            "UPDATE outbox SET state = 'accepted', dispatched_at = now() - interval '1 day' WHERE contact_id = $1",
            contact,
        )
        await tx.execute("ANALYZE outbox")
    asked = {
        "workspace_ids": f"'{{{fleet.workspace_id}}}'",
        "device_ids": f"'{{{device}}}'",
        "contact_ids": f"'{{{contact}}}'",
        "now": f"'{fleet.clock.now().isoformat()}'",
        "code": "'opted_out'",
        **dict.fromkeys(("ats", "stopped_ats"), f"'{{{fleet.clock.now().isoformat()}}}'"),
    }

    for name in ("mark_answered", "suppress_queued"):
        found = await explained(database_url, name, asked)

        looks = [node for node in found if node.get("Relation Name") == "outbox" and "Scan" in node["Node Type"]]
        assert "outbox_once" in {node.get("Index Name") for node in looks}, name
        read = sum(
            (node["Actual Rows"] + node.get("Rows Removed by Filter", 0)) * node["Actual Loops"] for node in looks
        )
        assert read <= 3, name
