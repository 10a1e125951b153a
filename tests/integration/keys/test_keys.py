"""API keys: shown once, reaching as far as their maker and no further, and worth nothing once they are taken back."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from hebah.access.model import Role
from hebah.app.web import Parts
from hebah.foundation.clock import ManualClock
from hebah.foundation.postgres import Database
from hebah.keys import api as keys
from tests.integration.conftest import Web

Json = dict[str, Any]


@pytest.fixture
def parts(parts: Parts) -> Parts:
    return replace(parts, routes=keys.ROUTES)


async def make(browser: httpx.AsyncClient, *permissions: str, **facts: object) -> Json:
    answer = await browser.post("/api/keys", json={"name": "CRM", "permissions": list(permissions), **facts})
    assert answer.status_code == 201, answer.text
    made: Json = answer.json()
    return made


async def program(web: Web, made: Json) -> httpx.AsyncClient:
    """Somebody with the key: no cookie, no Origin, no token."""
    client = await web.stranger()
    del client.headers["Origin"]
    client.headers["Authorization"] = f"Bearer {made['text']}"
    return client


async def code_of(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


async def test_a_key_acts_without_a_browser_and_is_audited_as_itself(web: Web, database: Database) -> None:
    owner = await web.found()
    made = await make(await web.signed_in(owner), "user:read", "workspace:edit", "workspace:read")
    crm = await program(web, made)

    assert (await crm.get("/api/users")).status_code == 200
    assert (await crm.patch("/api/workspace", json={"name": "Kedai Baru"})).status_code == 200
    assert await code_of(await crm.post("/api/users", json={})) == (403, "not_allowed")
    async with database.connection() as connection:
        row = await connection.fetchrow("SELECT * FROM audit_entry WHERE action = 'settings_changed'")
    assert row is not None
    assert (row["user_id"], row["key_id"]) == (owner.user_id, UUID(made["key"]["id"]))


async def test_a_key_is_told_once_and_stored_as_a_hash(web: Web, database: Database) -> None:
    browser = await web.signed_in(await web.found())
    made = await make(browser, "device:read")
    _, prefix, secret = made["text"].split("_", 2)

    listed = await browser.get("/api/keys")
    async with database.connection() as connection:
        stored = await connection.fetchval("SELECT row_to_json(k)::text FROM api_key AS k")

    assert listed.json()["items"] == [made["key"]]
    assert made["key"]["prefix"] == prefix
    assert secret not in listed.text
    assert secret not in stored


async def test_a_revoked_an_expired_and_an_unknown_key_open_nothing(web: Web, clock: ManualClock) -> None:
    browser = await web.signed_in(await web.found())
    taken_back = await make(browser, "user:read")
    short = await make(browser, "user:read", expiresAt=(clock.now() + timedelta(hours=1)).isoformat())
    unknown = {"text": taken_back["text"][:-1] + ("a" if taken_back["text"][-1] != "a" else "b")}
    assert (await (await program(web, short)).get("/api/users")).status_code == 200

    assert (await browser.delete(f"/api/keys/{taken_back['key']['id']}")).json()["revokedAt"] is not None
    await clock.advance(timedelta(hours=1))

    answers = [await code_of(await (await program(web, key)).get("/api/users")) for key in (taken_back, short, unknown)]
    assert answers == [(401, "key_revoked"), (401, "key_expired"), (401, "key_unknown")]
    assert await code_of(await (await program(web, {"text": "nonsense"})).get("/api/users")) == (401, "key_unknown")


async def test_a_key_in_an_address_is_refused_even_where_it_would_open(web: Web) -> None:
    made = await make(await web.signed_in(await web.found()), "user:read")
    crm, nobody = await program(web, made), await web.stranger()
    for client in (crm, nobody):
        answer = await client.get("/api/users", params={"api_key": made["text"]})
        assert await code_of(answer) == (401, "key_in_address")


async def test_a_key_cannot_make_a_stronger_key_or_a_stronger_person(web: Web) -> None:
    browser = await web.signed_in(await web.found())
    crm = await program(web, await make(browser, "key:edit", "user:edit", "user:read"))

    stronger = await crm.post("/api/keys", json={"name": "more", "permissions": ["campaign:send"]})
    person = {"email": "x@example.com", "name": "X", "deviceIds": []}
    admin = await crm.post("/api/users", json={**person, "role": "admin"})
    owner = await crm.post("/api/users", json={**person, "role": "owner"})
    agent = await crm.post("/api/users", json={**person, "role": "agent"})

    assert stronger.json()["data"] == {"fields": {"permissions": "not_yours"}}
    assert [await code_of(answer) for answer in (admin, owner)] == [(403, "not_allowed")] * 2
    assert agent.status_code == 201


async def test_an_account_of_a_person_is_not_for_keys(web: Web) -> None:
    crm = await program(web, await make(await web.signed_in(await web.found()), "user:edit"))
    assert await code_of(await crm.get("/api/me")) == (403, "people_only")
    assert await code_of(await crm.delete("/api/session")) == (403, "people_only")
    change = {"current": "x", "replacement": "another fine staple"}
    assert await code_of(await crm.post("/api/me/password", json=change)) == (403, "people_only")


async def test_a_key_ends_where_its_maker_ends(web: Web) -> None:
    owner = await web.found()
    admin = await web.person(owner.workspace_id, Role.ADMIN)
    browser = await web.signed_in(owner)
    crm = await program(web, await make(await web.signed_in(admin), "workspace:edit", "user:read"))
    path = f"/api/users/{admin.user_id}"

    await browser.patch(path, json={"role": "operator"})
    assert (await crm.get("/api/users")).status_code == 200
    assert await code_of(await crm.patch("/api/workspace", json={"name": "X"})) == (403, "not_allowed")

    await browser.patch(path, json={"disabled": True})
    assert await code_of(await crm.get("/api/users")) == (401, "key_unknown")


async def test_last_use_is_noted_at_most_once_a_minute(web: Web, clock: ManualClock) -> None:
    browser = await web.signed_in(await web.found())
    crm = await program(web, await make(browser, "user:read"))

    async def last_used() -> str:
        used: str = (await browser.get("/api/keys")).json()["items"][0]["lastUsedAt"]
        return used

    await crm.get("/api/users")
    first = await last_used()
    await clock.advance(timedelta(seconds=50))
    await crm.get("/api/users")
    assert await last_used() == first
    await clock.advance(timedelta(seconds=30))
    await crm.get("/api/users")
    assert await last_used() > first


async def test_a_key_of_another_workspace_is_not_found(web: Web) -> None:
    mine, theirs = await web.signed_in(await web.found()), await web.signed_in(await web.found())
    made = await make(theirs, "user:read")
    assert (await mine.delete(f"/api/keys/{made['key']['id']}")).status_code == 404
    assert (await mine.get("/api/keys")).json()["items"] == []
    assert (await (await program(web, made)).get("/api/users")).status_code == 200


async def test_a_cookie_beside_a_key_adds_nothing(web: Web) -> None:
    owner = await web.found()
    made = await make(await web.signed_in(owner), "user:read")
    browser = await web.signed_in(owner)
    browser.headers["Authorization"] = f"Bearer {made['text']}"
    assert await code_of(await browser.patch("/api/workspace", json={"name": "X"})) == (403, "not_allowed")
    # Another scheme is a proxy's own business.
    browser.headers["Authorization"] = "Basic YTpi"
    assert (await browser.patch("/api/workspace", json={"name": "X"})).status_code == 200
