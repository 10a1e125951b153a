"""After a restore: one list of what waits for a person, told to whoever may decide, until somebody has looked."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest

from hebah.access.model import Account, Installation, Role
from hebah.app.backup.restoring import restore
from hebah.app.backup.taking import take
from hebah.app.settings import Settings
from hebah.app.web import Parts
from hebah.foundation.clock import ManualClock
from hebah.foundation.ids import make_id
from hebah.foundation.passwords import Argon2Passwords
from hebah.foundation.postgres import Database
from tests.integration.conftest import Web, application
from tests.integration.outbox.fleet import Fleet
from tests.integration.web.conftest import whole

Json = dict[str, Any]


@dataclass(frozen=True)
class Kept:
    """What a workspace was doing when the backup was taken."""

    owner: Account
    device: UUID
    running: str
    scheduled: str
    chat: str


async def call(browser: httpx.AsyncClient, method: str, path: str, **asked: Any) -> Json:
    answer = await browser.request(method, path, **asked)
    assert answer.is_success, answer.text
    return dict(answer.json()) if answer.content else {}


async def campaign(browser: httpx.AsyncClient, name: str, starts_at: str | None = None) -> str:
    """A launched campaign for everybody."""
    audience = {"niches": [], "statuses": [], "deviceIds": [], "includeUnknownConsent": False}
    draft = {"name": name, "body": "Hello {{name}}", "mediaId": None, "audience": audience, "startsAt": starts_at}
    made = await call(browser, "POST", "/api/campaigns", json=draft | {"gapMinS": None, "gapMaxS": None})
    await call(browser, "POST", f"/api/campaigns/{made['id']}/launch", json={"version": made["version"]})
    return str(made["id"])


async def write(browser: httpx.AsyncClient, device: UUID, phone: str) -> str:
    """A message by hand that waits; gives its chat."""
    chat = await call(browser, "POST", "/api/chats", json={"deviceId": str(device), "phone": phone})
    said = {"kind": "text", "body": "Your parcel is here", "clientId": str(make_id())}
    await call(browser, "POST", f"/api/chats/{chat['id']}/messages", json=said)
    return str(chat["id"])


async def under_way(web: Web, clock: ManualClock) -> Kept:
    """A campaign that runs and one that is to, a message on the wire and one by hand that waits."""
    owner = await web.found()
    browser = await web.signed_in(owner)
    fleet = Fleet(web.db, clock)
    fleet.workspace_id = owner.workspace_id
    await fleet.set_policy(quiet_on=False)
    device = await fleet.add_device()
    for _ in range(3):
        await fleet.add_lead(device)
    running = await campaign(browser, "Raya sale")
    scheduled = await campaign(browser, "Hari Malaysia", (clock.now() + timedelta(hours=1)).isoformat())
    assert len((await fleet.claim(device)).dispatches) == 1
    return Kept(owner, device, running, scheduled, await write(browser, device, "+60123456789"))


@pytest.fixture
async def workspaces(
    database_url: str,
    empty_url: str,
    clock: ManualClock,
    passwords: Argon2Passwords,
    static: Path,
    tmp_path: Path,
) -> tuple[Kept, Kept]:
    """Two workspaces, backed up and restored into another database."""
    file = tmp_path / "hebah.backup"
    installation = Installation("0.0-test", simulated_available=True)
    async with await Database.connect(database_url) as db, AsyncExitStack() as clients:
        parts = whole(Parts(db, clock, passwords, installation), static, tmp_path / "old")
        web = Web(application(parts), parts, clients)
        both = await under_way(web, clock), await under_way(web, clock)
    await take(Settings(home=tmp_path / "old"), database_url, file)
    await restore(Settings(home=tmp_path / "new"), empty_url, file)
    return both


@pytest.fixture
def kept(workspaces: tuple[Kept, Kept]) -> Kept:
    return workspaces[0]


@pytest.fixture
def theirs(workspaces: tuple[Kept, Kept]) -> Kept:
    """The other workspace."""
    return workspaces[1]


@pytest.fixture
async def database(workspaces: tuple[Kept, Kept], empty_url: str) -> AsyncIterator[Database]:
    """The restored one."""
    async with await Database.connect(empty_url) as restored:
        yield restored


async def counts(browser: httpx.AsyncClient) -> dict[str, int]:
    told = await call(browser, "GET", "/api/restored")
    return {name: told[name] for name in ("campaigns", "drafts", "notSent", "unknown", "devices")}


async def messages(browser: httpx.AsyncClient, kind: str) -> list[Json]:
    page = await call(browser, "GET", "/api/restored/messages", params={"kind": kind})
    assert page["next"] is None
    return list(page["items"])


async def test_what_waits_after_a_restore_is_one_list_until_somebody_decides_about_each(
    kept: Kept, theirs: Kept, web: Web
) -> None:
    operator = await web.signed_in(await web.person(kept.owner.workspace_id, Role.OPERATOR))
    assert await counts(operator) == {"campaigns": 1, "drafts": 1, "notSent": 1, "unknown": 1, "devices": 1}

    held = await call(operator, "GET", "/api/campaigns", params={"reason": "restored"})
    assert {row["id"]: row["state"] for row in held["items"]} == {kept.running: "paused", kept.scheduled: "draft"}
    (by_hand,) = await messages(operator, "not_sent")
    facts = ("chatId", "sentBy", "words", "address", "mayRetry", "campaignId")
    assert [by_hand[fact] for fact in facts] == [
        kept.chat,
        "Aminah",
        "Your parcel is here",
        "+60123456789",
        True,
        None,
    ]
    (in_doubt,) = await messages(operator, "unknown")
    facts = ("state", "campaignId", "campaignName", "name", "words", "mayRetry")
    assert [in_doubt[fact] for fact in facts] == ["unknown", kept.running, "Raya sale", "Aisyah", "Hello Aisyah", False]
    stopped = await call(operator, "GET", "/api/devices", params={"cause": "restored"})
    assert [(device["id"], device["state"]) for device in stopped["items"]] == [(str(kept.device), "stopped")]

    await call(operator, "POST", f"/api/campaigns/{kept.running}/cancel")
    await call(operator, "POST", f"/api/messages/{by_hand['messageId']}/retry")
    started = await call(operator, "POST", "/api/devices/bulk", json={"verb": "start", "cause": "restored"})
    assert (started["done"], started["skipped"]) == (1, 0)
    assert await counts(operator) == {"campaigns": 0, "drafts": 1, "notSent": 0, "unknown": 1, "devices": 0}
    assert await messages(operator, "not_sent") == []
    assert (await call(operator, "GET", "/api/devices", params={"cause": "restored"}))["items"] == []

    # The other workspace decides for itself.
    neighbour = await web.signed_in(theirs.owner)
    assert await counts(neighbour) == {"campaigns": 1, "drafts": 1, "notSent": 1, "unknown": 1, "devices": 1}


async def test_a_restore_is_told_to_whoever_may_decide_until_one_of_them_has_looked(
    kept: Kept, theirs: Kept, web: Web
) -> None:
    workspace_id = kept.owner.workspace_id
    owner, neighbour = await web.signed_in(kept.owner), await web.signed_in(theirs.owner)
    operator = await web.signed_in(await web.person(workspace_id, Role.OPERATOR))
    agent = await web.signed_in(await web.person(workspace_id, Role.AGENT, [kept.device]))

    async def told(browser: httpx.AsyncClient) -> object:
        return (await call(browser, "GET", "/api/stops"))["restoredAt"]

    since = (await call(owner, "GET", "/api/restored"))["restoredAt"]
    assert [await told(browser) for browser in (owner, operator, agent)] == [since, since, None]
    for path in ("/api/restored", "/api/restored/messages?kind=unknown"):
        assert (await agent.get(path)).status_code == 403
    assert (await agent.post("/api/restored/close")).status_code == 403

    await asyncio.gather(*(call(browser, "POST", "/api/restored/close") for browser in (operator, owner, operator)))

    assert [await told(browser) for browser in (owner, operator, neighbour)] == [None, None, since]
    seen = await call(owner, "GET", "/api/restored")
    assert seen["closedBy"] in {"Aminah", "Budi"}
    assert seen["closedAt"] is not None
    assert seen["campaigns"] == 1
    (entry,) = (await call(owner, "GET", "/api/audit", params={"action": "restore_closed"}))["items"]
    assert entry["userName"] == seen["closedBy"]
    assert {name: entry["details"][name] for name in ("campaigns", "not_sent", "devices")} == {
        "campaigns": 1,
        "not_sent": 1,
        "devices": 1,
    }


async def test_a_key_reads_no_words_for_which_it_has_no_scope(kept: Kept, web: Web) -> None:
    owner = await web.signed_in(kept.owner)
    made = await call(owner, "POST", "/api/keys", json={"name": "Switch", "permissions": ["sending:stop"]})
    stranger = await web.stranger()
    del stranger.headers["Origin"]
    stranger.headers["Authorization"] = f"Bearer {made['text']}"
    assert (await stranger.get("/api/restored")).status_code == 200
    refused = await stranger.get("/api/restored/messages", params={"kind": "not_sent"})
    assert (refused.status_code, refused.json()["code"]) == (403, "not_allowed")
