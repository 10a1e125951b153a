"""Pages of other sites, and whoever has only a browser's cookie, change nothing through any route."""

from typing import Any

import pytest

from hebah.access.model import PUBLIC
from hebah.foundation.postgres import Database
from tests.integration.conftest import ORIGIN, Web
from tests.integration.web.doors import DOORS, SAFE, UNSAFE, code_of, knock, written

EVIL = "http://evil.example"
# What a page may send anywhere without asking first: it never gets as far as being read.
FORMS = {
    "text/plain": b'{"name": "x", "a": "=b"}',
    "application/x-www-form-urlencoded": b"name=x&role=owner",
    "multipart/form-data; boundary=x": b'--x\r\nContent-Disposition: form-data; name="name"\r\n\r\nx\r\n--x--\r\n',
}


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": EVIL},
        {"Origin": "null"},
        {"Origin": ""},
        {"Origin": f"{ORIGIN}.evil.example"},
        {"Origin": f"{ORIGIN}:81"},
        {"Origin": f"http://{'hebah.test'}@evil.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
    ids=str,
)
async def test_another_sites_page_changes_nothing(web: Web, database: Database, headers: dict[str, str]) -> None:
    browser = await web.signed_in(await web.found())
    before = await written(database)
    answers = {str(door): await code_of(await knock(browser, door, headers=headers)) for door in UNSAFE}
    assert set(answers.values()) == {(403, "origin_refused")}, answers
    assert await written(database) == before


async def test_a_browser_that_does_not_say_where_the_page_is_from_changes_nothing(web: Web) -> None:
    browser = await web.signed_in(await web.found())
    del browser.headers["Origin"]
    answers = {str(door): await code_of(await knock(browser, door)) for door in UNSAFE}
    assert set(answers.values()) == {(403, "origin_refused")}, answers


@pytest.mark.parametrize("media_type", FORMS)
async def test_a_form_on_another_sites_page_changes_nothing(web: Web, database: Database, media_type: str) -> None:
    browser = await web.signed_in(await web.found())
    del browser.headers["X-CSRF-Token"]
    asked: dict[str, Any] = {"headers": {"Origin": EVIL, "Content-Type": media_type}, "content": FORMS[media_type]}
    before = await written(database)
    answers = {str(door): await code_of(await knock(browser, door, **asked)) for door in UNSAFE}
    assert set(answers.values()) == {(403, "origin_refused")}, answers
    assert await written(database) == before


@pytest.mark.parametrize("token", [None, "", "guessed"])
async def test_a_session_alone_changes_nothing_without_its_token(web: Web, token: str | None) -> None:
    browser = await web.signed_in(await web.found())
    del browser.headers["X-CSRF-Token"]
    headers = {} if token is None else {"X-CSRF-Token": token}
    doors = [door for door in UNSAFE if door.need is not PUBLIC]
    answers = {str(door): await code_of(await knock(browser, door, headers=headers)) for door in doors}
    assert set(answers.values()) == {(403, "csrf_refused")}, answers


async def test_the_token_of_another_session_is_none(web: Web) -> None:
    owner = await web.found()
    browser, other = await web.signed_in(owner), await web.signed_in(owner)
    browser.headers["X-CSRF-Token"] = other.headers["X-CSRF-Token"]
    doors = [door for door in UNSAFE if door.need is not PUBLIC]
    answers = {str(door): await code_of(await knock(browser, door)) for door in doors}
    assert set(answers.values()) == {(403, "csrf_refused")}, answers


async def test_looking_changes_nothing(web: Web, database: Database) -> None:
    browser = await web.signed_in(await web.found())
    before = await written(database)
    for door in DOORS:
        if door.method in SAFE:
            await knock(browser, door)
            assert await written(database) == before, door


async def test_no_answer_invites_another_site_to_read_it(web: Web) -> None:
    browser = await web.signed_in(await web.found())
    for door in DOORS:
        if door.method in SAFE:
            answer = await knock(browser, door, headers={"Origin": EVIL})
            invitations = [name for name in answer.headers if name.lower().startswith("access-control-")]
            assert invitations == [], door
            assert answer.headers["cross-origin-resource-policy"] == "same-origin", door
