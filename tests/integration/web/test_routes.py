"""Every route, tried by everybody: nobody gets further than their role allows."""

from pathlib import Path

import pytest
from litestar import get

from hebah.access.model import PUBLIC, Role
from hebah.app.guard import RouteWithoutPermission
from hebah.app.web import Parts, create_app
from tests.integration.conftest import Web
from tests.integration.web.doors import DOORS, GUARDED, code_of, knock

ROLES = list(Role)
TABLE = Path(__file__).with_name("who_may.txt")
"""Who may open each door. It is written by hand: whoever adds a route, or moves one, says here whom it is for."""


def who_may() -> dict[str, list[str]]:
    """The table: each door with those who may open it."""
    lines = [line.partition(": ") for line in TABLE.read_text().splitlines() if line]
    return {door.strip(): who.split() for door, _, who in lines}


def test_the_table_says_of_each_door_whom_it_is_for() -> None:
    assert list(who_may()) == [str(door) for door in DOORS]


def test_what_anybody_may_is_what_the_table_says() -> None:
    public = [str(door) for door in DOORS if door.need is PUBLIC]
    assert [door for door, who in who_may().items() if who == ["anybody"]] == public


# One database serves all routes of a test: what was answered otherwise is collected and shown at once.


async def test_without_a_session_nothing_answers(web: Web) -> None:
    browser = await web.stranger()
    answers = {str(door): await code_of(await knock(browser, door)) for door in GUARDED}
    assert set(answers.values()) == {(401, "signed_out")}, answers


@pytest.mark.parametrize("role", ROLES)
async def test_each_role_gets_exactly_as_far_as_its_permissions(web: Web, role: Role) -> None:
    owner = await web.found()
    browser = await web.signed_in(owner if role is Role.OWNER else await web.person(owner.workspace_id, role))
    wrong: list[tuple[object, ...]] = []
    table = who_may()
    for door in GUARDED:
        if door.path == "/api/session":  # it would end the session
            continue
        status, code = await code_of(await knock(browser, door))
        if (code == "not_allowed") is (role in table[str(door)]) or status >= 500 or code == "signed_out":
            wrong.append((str(door), status, code))
    assert wrong == []


async def test_an_application_with_a_route_that_asks_for_nothing_does_not_start(parts: Parts) -> None:
    @get("/api/forgotten", sync_to_thread=False)
    def forgotten() -> str:
        return ""

    with pytest.raises(RouteWithoutPermission):
        create_app(Parts(parts.db, parts.clock, parts.passwords, parts.installation, routes=(forgotten,)))
