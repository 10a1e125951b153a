"""The first page: what waits for a person, counted from midnight in the workspace's zone."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from hebah.access.model import Role
from hebah.app.overview import midnight
from hebah.foundation.clock import ManualClock
from hebah.foundation.ids import make_id
from tests.integration.conftest import Web

DEVICE = """
INSERT INTO device (workspace_id, id, name, transport, state, cause, state_since, created_at, linked_at)
VALUES ($1, $2, $3, 'simulated', $4, $5, $6, $6, $6)
"""
CAMPAIGN = """
INSERT INTO campaign (workspace_id, id, name, state, state_reason, state_since, created_at, updated_at)
VALUES ($1, $2, $3, $4, $5, $6, $6, $6)
"""


async def seen_by(web: Web, account: Any) -> Any:  # Any: as JSON holds it
    answer = await (await web.signed_in(account)).get("/api/overview")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_a_new_workspace_is_shown_its_first_steps(web: Web) -> None:
    page = await seen_by(web, await web.found())

    assert [(item["kind"], item["code"]) for item in page["attention"]] == [
        ("setup", "no_devices"),
        ("setup", "no_leads"),
        ("setup", "no_campaigns"),
    ]
    assert page["today"] == dict.fromkeys(("sent", "delivered", "read", "replied", "optedOut", "failed"), 0)
    assert (page["fleet"], page["running"], page["leads"], page["zone"]) == ([], [], 0, "Asia/Kuala_Lumpur")


async def test_trouble_waits_for_a_person_and_an_agent_sees_only_granted_devices(web: Web, clock: ManualClock) -> None:
    owner = await web.found()
    ws, fine, banned, campaign = owner.workspace_id, make_id(), make_id(), make_id()
    async with web.db.connection() as connection:
        await connection.execute(DEVICE, ws, fine, "Kedai", "online", "linked", clock.now())
        await connection.execute(DEVICE, ws, banned, "Gudang", "banned", "spam", clock.now())
        await connection.execute(CAMPAIGN, ws, campaign, "Raya", "paused", "by_hand", clock.now())

    page = await seen_by(web, owner)
    assert [(item["kind"], item["code"], item["name"], item["data"]) for item in page["attention"]] == [
        ("device", "banned", "Gudang", {"cause": "spam"}),
        ("campaign", "paused", "Raya", {"reason": "by_hand"}),
        ("setup", "no_leads", "", {}),
    ]
    assert {device["name"]: device["state"] for device in page["fleet"]} == {"Kedai": "online", "Gudang": "banned"}

    agents = await seen_by(web, await web.person(ws, Role.AGENT, [fine]))
    assert ([device["name"] for device in agents["fleet"]], agents["attention"]) == (["Kedai"], [])


def test_a_day_begins_at_local_midnight() -> None:
    kuala_lumpur, beirut = ZoneInfo("Asia/Kuala_Lumpur"), ZoneInfo("Asia/Beirut")
    assert midnight(datetime(2026, 1, 5, 16, 30, tzinfo=UTC), kuala_lumpur) == datetime(2026, 1, 5, 16, tzinfo=UTC)
    assert midnight(datetime(2026, 1, 5, 15, 30, tzinfo=UTC), kuala_lumpur) == datetime(2026, 1, 4, 16, tzinfo=UTC)
    # In Beirut the clocks jump over midnight on the last Sunday of March.
    assert midnight(datetime(2026, 3, 29, 12, tzinfo=UTC), beirut) == datetime(2026, 3, 28, 22, tzinfo=UTC)


async def test_of_a_fleet_of_thousands_those_in_need_are_shown_and_all_are_counted(
    web: Web, clock: ManualClock
) -> None:
    owner = await web.found()
    async with web.db.connection() as connection:
        await connection.execute(
            "INSERT INTO device (workspace_id, id, name, transport, state, cause, state_since, created_at)"
            " SELECT $1, gen_random_uuid(), 'Number ' || place, 'simulated',"
            " CASE WHEN place % 1000 = 0 THEN 'banned' ELSE 'online' END, 'opened', $2, $2"
            " FROM generate_series(1, 10000) AS place",
            owner.workspace_id,
            clock.now(),
        )
    page = await seen_by(web, owner)
    assert page["fleetCounts"] == {"banned": 10, "online": 9990}
    assert [device["state"] for device in page["fleet"][:11]] == ["banned"] * 10 + ["online"]
    assert len(page["fleet"]) == 3000
