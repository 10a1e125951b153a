"""Where people are signed in: they see it, they end it, and others help them back in."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from hebah.access.model import Role
from hebah.foundation.clock import ManualClock
from hebah.foundation.postgres import Database
from tests.integration.conftest import PASSWORD, Web

PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1 Version/19.0 Mobile Safari/604.1"


async def sign_in(web: Web, password: str = PASSWORD, email: str = "owner1@example.com") -> httpx.AsyncClient:
    browser = await web.stranger()
    browser.headers["User-Agent"] = PHONE
    answer = await browser.post("/api/session", json={"email": email, "password": password})
    if answer.status_code == 200:
        browser.headers["X-CSRF-Token"] = answer.json()["csrfToken"]
    return browser


async def sessions(browser: httpx.AsyncClient) -> list[dict[str, Any]]:
    return list((await browser.get("/api/me/sessions")).json()["items"])


async def test_people_see_where_they_are_signed_in_and_end_one(web: Web, clock: ManualClock) -> None:
    here = await web.signed_in(await web.found())
    await clock.advance(timedelta(minutes=5))
    there = await sign_in(web)

    listed = await sessions(here)
    assert [(one["browser"], one["system"], one["current"]) for one in listed] == [
        ("Safari", "iPhone", False),
        ("", "", True),
    ]
    assert (await here.delete(f"/api/me/sessions/{listed[0]['id']}")).status_code == 204
    assert (await there.get("/api/me")).status_code == 401
    assert len(await sessions(here)) == 1


async def test_a_session_of_somebody_else_is_not_found(web: Web) -> None:
    owner = await web.found()
    mine = await web.signed_in(owner)
    theirs = await web.signed_in(await web.person(owner.workspace_id, Role.AGENT))
    other = (await sessions(theirs))[0]["id"]
    assert (await mine.delete(f"/api/me/sessions/{other}")).status_code == 404
    assert (await theirs.get("/api/me")).status_code == 200


async def test_all_others_are_ended_at_once(web: Web) -> None:
    owner = await web.found()
    here, *others = [await web.signed_in(owner) for _ in range(4)]
    assert (await here.delete("/api/me/sessions")).status_code == 204
    assert [(await other.get("/api/me")).status_code for other in others] == [401] * 3
    assert (await here.get("/api/me")).status_code == 200


async def test_an_admin_signs_others_out_but_no_owner(web: Web) -> None:
    owner = await web.found()
    agent = await web.person(owner.workspace_id, Role.AGENT)
    admins = await web.signed_in(await web.person(owner.workspace_id, Role.ADMIN))
    owners, agents = await web.signed_in(owner), await web.signed_in(agent)

    assert len((await admins.get(f"/api/users/{agent.user_id}/sessions")).json()["items"]) == 1
    assert (await admins.delete(f"/api/users/{agent.user_id}/sessions")).status_code == 204
    assert (await agents.get("/api/me")).status_code == 401
    refused = await admins.delete(f"/api/users/{owner.user_id}/sessions")
    assert refused.json()["code"] == "owners_only"
    assert (await owners.get("/api/me")).status_code == 200


async def test_who_lost_the_password_chooses_a_new_one_by_a_link(web: Web) -> None:
    owner = await web.found()
    agent = await web.person(owner.workspace_id, Role.AGENT)
    agents = await web.signed_in(agent)
    admins = await web.signed_in(await web.person(owner.workspace_id, Role.ADMIN))
    older = (await admins.post(f"/api/users/{agent.user_id}/sign-in-link")).json()["path"]
    newer = (await admins.post(f"/api/users/{agent.user_id}/sign-in-link")).json()["path"]

    async def reset(path: str) -> httpx.Response:
        chosen = {"token": path.removeprefix("/reset?token="), "password": "another fine staple"}
        return await (await web.stranger()).post("/api/reset", json=chosen)

    assert (await reset(older)).json()["code"] == "link_not_valid"
    assert (await reset(newer)).json()["user"]["role"] == "agent"
    assert (await reset(newer)).json()["code"] == "link_not_valid"
    assert (await agents.get("/api/me")).status_code == 401
    assert (await (await sign_in(web, email="user2@example.com")).get("/api/me")).status_code == 401
    back = await sign_in(web, "another fine staple", "user2@example.com")
    assert (await back.get("/api/me")).status_code == 200


async def test_a_password_too_weak_leaves_the_link_good(web: Web) -> None:
    owner = await web.found()
    agent = await web.person(owner.workspace_id, Role.AGENT)
    path = (await (await web.signed_in(owner)).post(f"/api/users/{agent.user_id}/sign-in-link")).json()["path"]
    token, browser = path.removeprefix("/reset?token="), await web.stranger()
    assert (await browser.post("/api/reset", json={"token": token, "password": "short"})).status_code == 422
    assert (await browser.post("/api/reset", json={"token": token, "password": PASSWORD})).status_code == 200


async def test_an_invited_person_who_never_came_gets_a_fresh_invitation(web: Web) -> None:
    browser = await web.signed_in(await web.found())
    new = {"email": "c@example.com", "name": "Chong", "role": "operator", "deviceIds": []}
    invited = (await browser.post("/api/users", json=new)).json()
    link = await browser.post(f"/api/users/{invited['user']['id']}/sign-in-link")
    assert link.json()["path"].startswith("/join?token=")
    old = {"token": invited["invitationPath"].removeprefix("/join?token="), "name": "C", "password": PASSWORD}
    assert (await (await web.stranger()).post("/api/invitation", json=old)).json()["code"] == "link_not_valid"


async def test_ownership_is_handed_over_whole(web: Web) -> None:
    owner = await web.found()
    heir = await web.person(owner.workspace_id, Role.OPERATOR)
    owners, heirs = await web.signed_in(owner), await web.signed_in(heir)

    assert (await owners.post("/api/ownership", json={"userId": str(owner.user_id)})).json()["code"] == "not_themselves"
    assert (await owners.post("/api/ownership", json={"userId": str(heir.user_id)})).json()["role"] == "owner"
    assert (await heirs.get("/api/me")).json()["user"]["role"] == "owner"
    assert (await owners.get("/api/me")).json()["user"]["role"] == "admin"
    back = await owners.post("/api/ownership", json={"userId": str(heir.user_id)})
    assert back.json()["code"] == "not_allowed"


async def test_ownership_is_not_given_to_somebody_who_never_came(web: Web) -> None:
    browser = await web.signed_in(await web.found())
    new = {"email": "c@example.com", "name": "Chong", "role": "admin", "deviceIds": []}
    invited = (await browser.post("/api/users", json=new)).json()["user"]["id"]
    assert (await browser.post("/api/ownership", json={"userId": invited})).json()["code"] == "heir_not_here"


@pytest.mark.parametrize("change", [{"role": "operator"}, {"disabled": True}, {"role": "owner"}])
async def test_an_admin_neither_makes_nor_unmakes_owners(web: Web, change: dict[str, object]) -> None:
    owner = await web.found()
    admin = await web.person(owner.workspace_id, Role.ADMIN)
    admins = await web.signed_in(admin)
    target = admin if change == {"role": "owner"} else owner
    answer = await admins.patch(f"/api/users/{target.user_id}", json=change)
    assert (answer.status_code, answer.json()["code"]) == (403, "owners_only")


async def test_nobody_is_here_from_the_start(web: Web, database: Database) -> None:
    async with database.connection() as connection:
        assert await connection.fetchval("SELECT count(*) FROM app_user") == 0
    for email, password in (("admin", "admin"), ("admin@example.com", "password"), ("owner@hebah", "hebah")):
        answer = await (await web.stranger()).post("/api/session", json={"email": email, "password": password})
        assert answer.status_code == 401


async def test_a_session_from_before_signing_in_is_not_the_one_after(web: Web) -> None:
    owner = await web.found()
    known = await web.signed_in(owner)
    fixed = known.cookies["hebah"]
    victim = await web.stranger()
    victim.cookies.set("hebah", fixed)
    answer = await victim.post("/api/session", json={"email": "owner1@example.com", "password": PASSWORD})
    assert fixed not in answer.headers["set-cookie"]


async def test_many_accounts_tried_from_one_address_are_made_to_wait(web: Web) -> None:
    browser = await web.stranger()
    browser._transport = web.transport("2001:db8:0:1::1")
    codes = []
    for number in range(61):
        # The same network, whatever the address in it.
        browser._transport = web.transport(f"2001:db8:0:1::{number:x}")
        guess = {"email": f"a{number}@example.com", "password": "not the password"}
        codes.append((await browser.post("/api/session", json=guess)).status_code)
    assert codes == [401] * 60 + [429]


async def test_over_tls_a_cookie_that_a_neighbour_could_set_is_not_looked_at(web: Web) -> None:
    browser = await web.signed_in(await web.found())
    browser.base_url = httpx.URL("https://hebah.test")
    assert (await browser.get("/api/me")).status_code == 401


async def test_under_a_strangers_name_nothing_is_told(web: Web) -> None:
    browser = await web.signed_in(await web.found())
    headers = {"Host": "rebound.example", "Origin": "http://rebound.example"}
    for path in ("/api/me", "/health", "/"):
        assert (await browser.get(path, headers=headers)).json()["code"] == "host_refused"
