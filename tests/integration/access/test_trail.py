"""The audit trail: everything that people who run the workspace do is in it, and nothing gets out of it again."""

import csv
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import asyncpg
import httpx
import pytest

from hebah.access.model import Account, Role
from hebah.foundation.clock import ManualClock
from hebah.foundation.postgres import Database
from tests.integration.conftest import Web

Json = dict[str, Any]


async def trail(browser: httpx.AsyncClient, **wanted: object) -> list[Json]:
    answer = await browser.get("/api/audit", params={name: str(value) for name, value in wanted.items()})
    assert answer.status_code == 200, answer.text
    return list(answer.json()["items"])


def actions(lines: list[Json]) -> list[str]:
    return [line["action"] for line in lines]


async def busy(web: Web, clock: ManualClock) -> tuple[Account, Account, httpx.AsyncClient]:
    """An owner who renamed the workspace, an hour later switched an agent off, and then invited somebody."""
    owner = await web.found()
    agent = await web.person(owner.workspace_id, Role.AGENT)
    browser = await web.signed_in(owner)
    await browser.patch("/api/workspace", json={"name": "Kedai Baru"})
    await clock.advance(timedelta(hours=1))
    await browser.patch(f"/api/users/{agent.user_id}", json={"disabled": True})
    new = {"email": "c@example.com", "name": "=1+1", "role": "agent", "deviceIds": []}
    await browser.post("/api/users", json=new)
    return owner, agent, browser


async def test_what_was_done_is_told_newest_first_with_names(web: Web, clock: ManualClock) -> None:
    owner, _, browser = await busy(web, clock)
    lines = await trail(browser)
    assert actions(lines) == ["user_invited", "user_edited", "settings_changed", "workspace_founded"]
    assert (lines[1]["userName"], lines[1]["subjectName"]) == ("Aminah", "Budi")
    assert lines[1]["userId"] == str(owner.user_id)
    assert lines[1]["details"] == {"role": "agent", "disabled": True, "devices": 0}


async def test_it_is_filtered_by_who_what_thing_and_when(web: Web, clock: ManualClock) -> None:
    owner, agent, browser = await busy(web, clock)
    assert len(await trail(browser, who=owner.user_id)) == 4
    assert await trail(browser, who=agent.user_id) == []
    assert actions(await trail(browser, action="user_edited")) == ["user_edited"]
    assert actions(await trail(browser, subject=agent.user_id)) == ["user_edited"]
    since = clock.now().isoformat()
    assert actions(await trail(browser, since=since)) == ["user_invited", "user_edited"]
    assert actions(await trail(browser, until=since)) == ["settings_changed", "workspace_founded"]


async def test_pages_follow_each_other_without_a_gap(web: Web, clock: ManualClock) -> None:
    _, _, browser = await busy(web, clock)
    seen: list[str] = []
    after: str | None = ""
    while after is not None:
        page = (await browser.get(f"/api/audit?limit=1{f'&after={quote(after)}' if after else ''}")).json()
        seen += actions(page["items"])
        after = page["next"]
    assert seen == ["user_invited", "user_edited", "settings_changed", "workspace_founded"]


async def test_as_a_file_it_opens_safely_in_a_spreadsheet(web: Web, clock: ManualClock) -> None:
    _, _, browser = await busy(web, clock)
    answer = await browser.get("/api/audit.csv", params={"action": "user_invited"})
    rows = list(csv.reader(answer.text.removeprefix("\ufeff").splitlines()))
    assert rows[0][:4] == ["at", "who", "with key", "action"]
    assert [row[4] for row in rows[1:]] == ["'=1+1"]
    assert answer.headers["content-disposition"] == 'attachment; filename="audit.csv"'


async def test_another_workspaces_trail_is_not_seen(web: Web, clock: ManualClock) -> None:
    await busy(web, clock)
    other = await web.signed_in(await web.found())
    assert actions(await trail(other)) == ["workspace_founded"]


@pytest.mark.parametrize(
    "statement", ["UPDATE audit_entry SET action = 'x'", "DELETE FROM audit_entry", "TRUNCATE audit_entry"]
)
async def test_nothing_is_changed_or_deleted_afterwards(web: Web, database: Database, statement: str) -> None:
    await web.found()
    async with database.connection() as connection:
        with pytest.raises(asyncpg.PostgresError, match="append-only"):
            await connection.execute(statement)


async def test_what_is_done_for_and_to_others_is_told(web: Web) -> None:
    owner = await web.found()
    agent = await web.person(owner.workspace_id, Role.AGENT)
    browser, path = await web.signed_in(owner), f"/api/users/{agent.user_id}"
    await browser.post(f"{path}/sign-in-link")
    await browser.delete(f"{path}/sessions")
    await browser.delete(f"{path}/second-step")
    await browser.delete("/api/me/sessions")
    await browser.post("/api/ownership", json={"userId": str(agent.user_id)})
    assert actions(await trail(browser))[:5] == [
        "ownership_given",
        "sessions_ended",
        "second_step_dropped",
        "user_signed_out",
        "reset_link_made",
    ]
