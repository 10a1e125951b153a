"""Getting in: the first owner's link, one-time links, passwords, sessions."""

import asyncio
from datetime import timedelta

import httpx
import pytest

from hebah.access.actions import entry
from hebah.foundation.clock import ManualClock
from hebah.foundation.passwords import Argon2Passwords
from hebah.foundation.postgres import Database
from tests.integration.conftest import Web

SETUP = {
    "workspaceName": "Kedai Aminah",
    "zone": "Asia/Kuala_Lumpur",
    "language": "ms",
    "ownerName": "Aminah",
    "email": "aminah@example.com",
    "password": "correct horse battery",
    "trySimulated": True,
}


async def owner_link(database: Database, clock: ManualClock) -> str:
    token = await entry.make_owner_link(database, clock)
    assert token is not None
    return token


async def test_the_first_owner_sets_up_by_the_link_and_is_signed_in(
    web: Web, database: Database, clock: ManualClock
) -> None:
    token = await owner_link(database, clock)
    browser = await web.stranger()
    assert (await browser.get("/api/setup", params={"token": token})).json() == {
        "needed": True,
        "tokenValid": True,
        "simulatedAvailable": True,
    }

    answer = await browser.post("/api/setup", json={**SETUP, "token": token})

    assert answer.status_code == 201
    me = (await browser.get("/api/me")).json()
    assert me["user"]["role"] == "owner"
    assert me["workspace"]["name"] == "Kedai Aminah"
    assert me["workspace"]["quietFrom"] == "21:00"
    assert me["simulatedOn"] is True
    assert me["deviceIds"] is None
    assert (await browser.get("/api/setup")).json()["needed"] is False


async def test_a_setup_link_works_once(web: Web, database: Database, clock: ManualClock) -> None:
    token = await owner_link(database, clock)
    await (await web.stranger()).post("/api/setup", json={**SETUP, "token": token})

    again = await (await web.stranger()).post("/api/setup", json={**SETUP, "token": token, "email": "x@example.com"})

    assert (again.status_code, again.json()["code"]) == (409, "link_not_valid")
    assert "set-cookie" not in again.headers


async def test_of_two_setups_at_once_one_succeeds(web: Web, database: Database, clock: ManualClock) -> None:
    token = await owner_link(database, clock)
    bodies = [{**SETUP, "token": token, "email": f"o{number}@example.com"} for number in range(6)]
    browsers = [await web.stranger() for _ in bodies]

    answers = await asyncio.gather(*(b.post("/api/setup", json=j) for b, j in zip(browsers, bodies, strict=True)))

    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409, 409, 409]


async def test_a_setup_link_expires(web: Web, database: Database, clock: ManualClock) -> None:
    token = await owner_link(database, clock)
    await clock.advance(timedelta(hours=24))

    answer = await (await web.stranger()).post("/api/setup", json={**SETUP, "token": token})

    assert answer.json()["code"] == "link_not_valid"


async def test_a_fresh_setup_link_makes_the_older_one_worthless(
    web: Web, database: Database, clock: ManualClock
) -> None:
    older = await owner_link(database, clock)
    newer = await owner_link(database, clock)
    browser = await web.stranger()

    assert (await browser.get("/api/setup", params={"token": older})).json()["tokenValid"] is False
    assert (await browser.get("/api/setup", params={"token": newer})).json()["tokenValid"] is True


async def test_no_setup_link_is_made_once_there_is_an_owner(web: Web, database: Database, clock: ManualClock) -> None:
    await web.found()
    assert await entry.make_owner_link(database, clock) is None


async def test_a_sign_in_link_works_once(web: Web, database: Database, clock: ManualClock) -> None:
    await web.found()
    token = await entry.make_sign_in_link(database, clock)
    browser = await web.stranger()

    first = await browser.post("/api/entry", json={"token": token})
    second = await (await web.stranger()).post("/api/entry", json={"token": token})

    assert first.json()["user"]["role"] == "owner"
    assert second.status_code == 409
    assert (await browser.get("/api/me")).status_code == 200


@pytest.mark.parametrize(
    ("field", "value", "fault"),
    [
        ("password", "too short", {"password": "too_short"}),
        ("password", "aaaaaaaaaaaaaa", {"password": "too_simple"}),
        ("email", "nobody", {"email": "not_an_address"}),
        ("zone", "Mars/Olympus", {"zone": "unknown_zone"}),
        ("workspaceName", "  ", {"name": "empty"}),
        ("language", "de", {"language": "unknown_value"}),
    ],
)
async def test_what_cannot_be_taken_is_told_by_field_and_the_link_stays_good(
    web: Web, database: Database, clock: ManualClock, field: str, value: str, fault: dict[str, str]
) -> None:
    token = await owner_link(database, clock)
    browser = await web.stranger()

    answer = await browser.post("/api/setup", json={**SETUP, "token": token, field: value})

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    assert answer.json()["data"] == {"fields": fault}
    assert (await browser.post("/api/setup", json={**SETUP, "token": token})).status_code == 201


async def sign_in(browser: httpx.AsyncClient, email: str, password: str) -> httpx.Response:
    return await browser.post("/api/session", json={"email": email, "password": password})


async def test_signing_in_gives_a_fresh_session_with_a_guarded_cookie(web: Web) -> None:
    await web.found()
    browser = await web.stranger()
    browser.cookies.set("hebah", "chosen-by-somebody-else")

    answer = await sign_in(browser, "OWNER1@example.com ", "correct horse battery")

    cookie = answer.headers["set-cookie"].lower()
    assert answer.status_code == 200
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "path=/" in cookie
    assert "chosen-by-somebody-else" not in cookie


async def test_over_tls_the_cookie_is_secure_and_bound_to_the_host(web: Web) -> None:
    await web.found()
    browser = await web.stranger()
    browser.base_url = httpx.URL("https://hebah.test")
    browser.headers["Origin"] = "https://hebah.test"

    answer = await sign_in(browser, "owner1@example.com", "correct horse battery")

    assert answer.headers["set-cookie"].startswith("__Host-hebah=")
    assert "secure" in answer.headers["set-cookie"].lower()
    assert (await browser.get("/api/me")).status_code == 200


async def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(web: Web) -> None:
    await web.found()
    browser = await web.stranger()

    wrong = await sign_in(browser, "owner1@example.com", "not the password")
    unknown = await sign_in(browser, "nobody@example.com", "not the password")

    assert wrong.status_code == unknown.status_code == 401
    assert wrong.content == unknown.content


async def test_guessing_is_made_to_wait_but_never_for_good(web: Web, clock: ManualClock) -> None:
    await web.found()
    browser = await web.stranger()
    for _ in range(10):
        assert (await sign_in(browser, "owner1@example.com", "not the password")).status_code == 401

    refused = await sign_in(browser, "owner1@example.com", "correct horse battery")
    assert (refused.status_code, refused.json()["code"]) == (429, "too_many_attempts")
    assert refused.headers["retry-after"] == "900"

    await clock.advance(timedelta(minutes=15))
    assert (await sign_in(browser, "owner1@example.com", "correct horse battery")).status_code == 200


async def test_many_guesses_at_once_are_counted_too(web: Web) -> None:
    await web.found()
    browser = await web.stranger()

    answers = await asyncio.gather(*(sign_in(browser, "owner1@example.com", "not the password") for _ in range(30)))

    assert sorted(answer.status_code for answer in answers) == [401] * 10 + [429] * 20


async def test_guessing_elsewhere_does_not_lock_the_owner_out(
    web: Web, database: Database, clock: ManualClock, passwords: Argon2Passwords
) -> None:
    await web.found()
    attacker = await web.stranger()
    attacker._transport = web.transport("203.0.113.9")
    for _ in range(20):
        await sign_in(attacker, "owner1@example.com", "not the password")

    assert (await sign_in(await web.stranger(), "owner1@example.com", "correct horse battery")).status_code == 200


async def test_a_right_password_clears_the_wrong_ones_before_it(web: Web) -> None:
    await web.found()
    browser = await web.stranger()
    for _ in range(3):
        for _ in range(9):
            await sign_in(browser, "owner1@example.com", "not the password")
        assert (await sign_in(browser, "owner1@example.com", "correct horse battery")).status_code == 200


async def test_signing_out_ends_the_session_for_good(web: Web) -> None:
    browser = await web.signed_in(await web.found())
    stolen = await web.stranger()
    stolen.cookies.set("hebah", browser.cookies["hebah"])

    assert (await browser.delete("/api/session")).status_code == 204

    assert (await stolen.get("/api/me")).json()["code"] == "signed_out"


async def test_an_idle_session_ends(web: Web, clock: ManualClock) -> None:
    browser = await web.signed_in(await web.found())
    await clock.advance(timedelta(days=6))
    assert (await browser.get("/api/me")).status_code == 200
    await clock.advance(timedelta(days=6))
    assert (await browser.get("/api/me")).status_code == 200
    await clock.advance(timedelta(days=7))
    assert (await browser.get("/api/me")).status_code == 401


async def test_a_session_ends_however_much_it_is_used(web: Web, clock: ManualClock) -> None:
    browser = await web.signed_in(await web.found())
    for _ in range(6):
        await clock.advance(timedelta(days=5))
        await browser.get("/api/me")
    assert (await browser.get("/api/me")).status_code == 401


async def test_changing_the_password_ends_the_other_sessions_only(web: Web) -> None:
    owner = await web.found()
    here, elsewhere = await web.signed_in(owner), await web.signed_in(owner)

    answer = await here.post(
        "/api/me/password", json={"current": "correct horse battery", "replacement": "another fine staple"}
    )

    assert answer.status_code == 204
    assert (await here.get("/api/me")).status_code == 200
    assert (await elsewhere.get("/api/me")).status_code == 401
    assert (await sign_in(elsewhere, "owner1@example.com", "correct horse battery")).status_code == 401
    assert (await sign_in(elsewhere, "owner1@example.com", "another fine staple")).status_code == 200


async def test_the_password_is_not_changed_without_the_present_one(web: Web) -> None:
    here = await web.signed_in(await web.found())
    answer = await here.post(
        "/api/me/password", json={"current": "not the password", "replacement": "another fine staple"}
    )
    assert (answer.status_code, answer.json()["code"]) == (422, "password_wrong")


async def test_people_change_their_name_theme_and_language(web: Web) -> None:
    here = await web.signed_in(await web.found())

    answer = await here.patch("/api/me", json={"name": "Puan Aminah", "theme": "dark", "language": "ms"})
    assert answer.json()["user"] | {"name": "Puan Aminah", "theme": "dark", "language": "ms"} == answer.json()["user"]

    answer = await here.patch("/api/me", json={"language": None})
    assert answer.json()["user"]["language"] is None
    assert answer.json()["user"]["theme"] == "dark"


async def test_nothing_secret_is_stored_in_the_clear(web: Web, database: Database) -> None:
    browser = await web.signed_in(await web.found())
    token = browser.cookies["hebah"]
    async with database.connection() as connection:
        rows = await connection.fetch(
            "SELECT row_to_json(u)::text FROM app_user u UNION ALL SELECT row_to_json(s)::text FROM web_session s"
        )
    stored = " ".join(row[0] for row in rows)
    assert token not in stored
    assert "correct horse" not in stored
    assert "$argon2id$" in stored
