"""Idempotency-Key: a request that is sent again does nothing again, whatever happened to the first one."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from typing import Any

import httpx
import pytest
from litestar import post
from PIL import Image

from hebah.access.model import Actor, Permission, Role
from hebah.app.repeats import store
from hebah.app.repeats.model import InProgress, Request
from hebah.app.web import Parts
from hebah.foundation.clock import ManualClock
from hebah.foundation.ids import make_id
from hebah.foundation.postgres import BESIDE, Database
from hebah.foundation.wire import Injected
from tests.integration.conftest import Web

LEAD: dict[str, Any] = {
    "phone": "+60125550001", "name": "Siti", "niches": [], "status": "prospect", "triggers": [], "note": "",
    "deviceId": None, "consent": "granted", "consentSource": "form", "consentAt": "2025-01-31T00:00:00Z", "zone": None,
    "variables": {},
}  # fmt: skip


async def add_label(db: Database, actor: Actor) -> None:
    async with db.transaction() as tx:
        await tx.execute(
            "INSERT INTO label (workspace_id, id, name, colour, created_at) VALUES ($1, $2, $3, 'red', now())",
            actor.workspace_id,
            made := make_id(),
            str(made),
        )


# Two routes that die on the way, as a process does: before and after the thing was done.


@post("/api/dies-before", permission=Permission.LEAD_EDIT)
async def dies_before(actor: Injected[Actor], db: Injected[Database]) -> None:
    """Do nothing, the first time."""
    async with db.connection() as connection:
        tried = await connection.fetchval("SELECT count(*) FROM label")
        if not tried:
            await connection.execute("SELECT 1")
    raise OSError(actor.name)


@post("/api/dies-after", permission=Permission.LEAD_EDIT)
async def dies_after(actor: Injected[Actor], db: Injected[Database]) -> None:
    """Do it, and never answer."""
    await add_label(db, actor)
    raise OSError(actor.name)


@pytest.fixture
def parts(parts: Parts) -> Parts:
    return replace(parts, routes=(*parts.routes, dies_before, dies_after))


async def owner(web: Web) -> httpx.AsyncClient:
    return await web.signed_in(await web.found())


async def send(browser: httpx.AsyncClient, key: str, path: str = "/api/leads", **asked: Any) -> httpx.Response:
    asked = asked or {"json": LEAD}
    return await browser.post(path, headers={"Idempotency-Key": key}, **asked)


async def count(database: Database, table: str) -> int:
    async with database.connection() as connection:
        found: int = await connection.fetchval(f'SELECT count(*) FROM "{table}"')
    return found


async def test_a_repeated_request_gets_the_first_answer_byte_for_byte(web: Web, database: Database) -> None:
    browser = await owner(web)
    first, second = await send(browser, "k-1"), await send(browser, "k-1")
    assert (first.status_code, "idempotency-replayed" in first.headers) == (201, False)
    assert (second.status_code, second.headers["idempotency-replayed"]) == (201, "true")
    assert second.content == first.content
    assert second.headers["content-type"] == first.headers["content-type"]
    assert "default-src 'self'" in second.headers["content-security-policy"]
    assert await count(database, "lead") == 1


async def test_of_eight_at_once_one_does_it(web: Web, database: Database) -> None:
    browser = await owner(web)
    answers = await asyncio.gather(*(send(browser, "k-1") for _ in range(8)))
    assert await count(database, "lead") == 1
    assert {answer.status_code for answer in answers} <= {201, 409}
    waiting = [answer for answer in answers if answer.status_code == 409]
    assert {(answer.json()["code"], answer.headers["retry-after"]) for answer in waiting} <= {
        ("request_in_progress", "1")
    }
    done = {answer.content for answer in answers if answer.status_code == 201}
    assert done == {(await send(browser, "k-1")).content}


async def test_another_request_with_the_key_is_refused(web: Web) -> None:
    browser = await owner(web)
    await send(browser, "k-1")
    other = await send(browser, "k-1", json={**LEAD, "name": "Another"})
    elsewhere = await send(browser, "k-1", "/api/labels", json={"name": "x", "colour": "red"})
    assert [(answer.status_code, answer.json()["code"]) for answer in (other, elsewhere)] == [
        (422, "idempotency_key_reused")
    ] * 2


async def test_a_refusal_did_nothing_and_may_be_tried_again(web: Web, database: Database) -> None:
    browser = await owner(web)
    assert (await send(browser, "k-1", json={**LEAD, "phone": "nonsense"})).status_code == 422
    assert (await send(browser, "k-1")).status_code == 201
    assert await count(database, "lead") == 1


async def test_a_key_is_forgotten_after_a_day(web: Web, clock: ManualClock, database: Database) -> None:
    browser = await owner(web)
    await send(browser, "k-1")
    await clock.advance(timedelta(hours=24))
    assert (await send(browser, "k-1", json={**LEAD, "phone": "+60125550002"})).status_code == 201
    await clock.advance(timedelta(hours=24))
    await store.forget_old(database, clock)
    assert await count(database, "repeatable_request") == 0


async def test_the_key_of_somebody_else_is_another_one(web: Web, database: Database) -> None:
    account = await web.found()
    mine, theirs = await web.signed_in(account), await web.signed_in(await web.person(account.workspace_id, Role.ADMIN))
    await send(mine, "k-1", "/api/canned-replies", json={"shortcut": "a", "body": "x"})
    answer = await send(theirs, "k-1", "/api/canned-replies", json={"shortcut": "b", "body": "x"})
    assert answer.is_success
    assert await count(database, "canned_reply") == 2


async def test_a_replay_passes_the_same_guard(web: Web) -> None:
    account = await web.found()
    admin = await web.person(account.workspace_id, Role.ADMIN)
    admins, owners = await web.signed_in(admin), await web.signed_in(account)
    await send(admins, "k-1")
    await owners.patch(f"/api/users/{admin.user_id}", json={"role": "agent"})
    assert (await send(admins, "k-1")).json()["code"] == "not_allowed"
    foreign = {"Idempotency-Key": "k-1", "Origin": "http://evil.example"}
    assert (await admins.post("/api/leads", json=LEAD, headers=foreign)).json()["code"] == "origin_refused"


async def test_an_answer_with_a_secret_is_told_once(web: Web, database: Database) -> None:
    browser = await owner(web)
    wanted = {"name": "crm", "permissions": ["user:read"]}
    first, second = [await send(browser, "k-1", "/api/keys", json=wanted) for _ in range(2)]
    assert first.status_code == 201
    assert (second.status_code, second.json()["code"]) == (409, "already_done")
    assert await count(database, "api_key") == 1


async def test_a_file_sent_again_is_the_same_file(web: Web, database: Database) -> None:
    browser = await owner(web)
    picture = BytesIO()
    Image.new("RGB", (40, 40), "red").save(picture, "PNG")
    # httpx draws a new boundary each time.
    answers = [
        await send(browser, "k-1", "/api/media", files={"file": ("a.png", picture.getvalue(), "image/png")})
        for _ in range(2)
    ]
    other = await send(browser, "k-1", "/api/media", files={"file": ("b.png", picture.getvalue(), "image/png")})
    assert [answer.status_code for answer in answers] == [201, 201], answers[0].text
    assert answers[0].content == answers[1].content
    assert answers[1].headers["idempotency-replayed"] == "true"
    assert other.json()["code"] == "idempotency_key_reused"
    assert await count(database, "media") == 1


async def test_what_was_done_by_a_process_that_died_is_not_done_again(web: Web, database: Database) -> None:
    browser = await owner(web)
    assert (await send(browser, "k-1", "/api/dies-after", json={})).status_code == 500
    again = await send(browser, "k-1", "/api/dies-after", json={})
    assert (again.status_code, again.json()["code"]) == (409, "already_done")
    assert await count(database, "label") == 1


async def test_what_was_not_done_is_tried_again_at_once(web: Web) -> None:
    browser = await owner(web)
    assert [(await send(browser, "k-1", "/api/dies-before", json={})).status_code for _ in range(2)] == [500, 500]


async def test_a_process_that_dies_without_a_word_blocks_the_key_for_its_lease_only(
    web: Web, database: Database, clock: ManualClock
) -> None:
    account = await web.found()
    browser = await web.signed_in(account)
    await send(browser, "k-1", json={**LEAD, "phone": "nonsense"})
    async with database.connection() as connection:
        # As a claim that nobody came back to.
        fingerprint = b"f" * 32
        await connection.execute(
            "INSERT INTO repeatable_request"
            " VALUES ($1, $2, 'k-2', $3, $4, clock_timestamp() + interval '60 s', false, $5)",
            account.workspace_id,
            account.user_id,
            fingerprint,
            make_id(),
            clock.now(),
        )
    asked = Request(account.workspace_id, account.user_id, "k-2")
    with pytest.raises(InProgress):
        await store.begin(database, clock, asked, fingerprint)
    async with database.connection() as connection:
        await connection.execute("UPDATE repeatable_request SET lease_until = clock_timestamp()")
    newer = await store.begin(database, clock, asked, fingerprint)
    assert isinstance(newer, store.Attempt)


async def test_an_attempt_that_wakes_up_late_does_nothing_any_more(
    web: Web, database: Database, clock: ManualClock
) -> None:
    account = await web.found()
    actor = Actor(account.workspace_id, account.user_id, "Aminah", Role.OWNER)
    asked = Request(account.workspace_id, account.user_id, "k-1")
    late = await store.begin(database, clock, asked, b"f")
    async with database.connection() as connection:
        await connection.execute("UPDATE repeatable_request SET lease_until = clock_timestamp()")
    newer = await store.begin(database, clock, asked, b"f")
    assert isinstance(late, store.Attempt)
    assert isinstance(newer, store.Attempt)

    async def work(attempt: store.Attempt) -> None:
        token = BESIDE.set(attempt)
        try:
            await add_label(database, actor)
        finally:
            BESIDE.reset(token)

    with pytest.raises(InProgress):
        await work(late)
    await work(newer)
    assert await count(database, "label") == 1


@pytest.mark.parametrize("key", ["with space", "x" * 201])
async def test_a_key_that_cannot_be_kept_is_refused(web: Web, key: str) -> None:
    answer = await send(await owner(web), key)
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_invalid")


async def test_without_anybody_signed_in_the_header_means_nothing(web: Web) -> None:
    browser = await web.stranger()
    for _ in range(2):
        answer = await send(browser, "k-1", "/api/session", json={"email": "a@b.example", "password": "x"})
        assert (answer.status_code, answer.json()["code"]) == (401, "sign_in_refused")
    assert (await send(browser, "k-1")).json()["code"] == "signed_out"
