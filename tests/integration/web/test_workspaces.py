"""Two workspaces in one Hebah: neither can tell that the other is there."""

from collections.abc import Mapping
from uuid import UUID

import httpx

from hebah.access.model import ROLE_PERMISSIONS, Account, Role
from hebah.foundation.postgres import Database
from hebah.keys.model import SCOPES
from tests.integration.conftest import Web
from tests.integration.web.doors import BODIES, GUARDED, Door, code_of, furnish, knock, written

SCOPED = {permission for group in SCOPES.values() for permission in group}
# Doors to things that are not rows of a workspace, or of one person alone.
ELSEWHERE = {"phone", "transport", "session_id"}
# What a bare row does not have: a linking, a picture's bytes.
BARE = {
    "GET /api/devices/{device_id:uuid}/link",
    "GET /api/devices/{device_id:uuid}/link/qr.png",
    "GET /api/devices/{device_id:uuid}/link/qr.svg",
    "GET /media/{media_id:uuid}",
}


async def test_another_workspaces_things_do_not_exist(web: Web, database: Database) -> None:
    owner, other = await web.found(), await web.found()
    stranger, own = await web.signed_in(owner), await web.signed_in(other)
    wrong: list[tuple[object, ...]] = []
    for door in GUARDED:
        if not door.names() or ELSEWHERE & set(door.names()):
            continue
        things = await furnish(database, other)
        path, body = door.at(**{name: things[name] for name in door.names()}), BODIES.get(str(door))
        before = await written(database)
        foreign = await code_of(await knock(stranger, door, path, json=body))
        if foreign != (404, "not_found") or await written(database) != before:
            wrong.append((str(door), *foreign))
        # Its own people are answered otherwise, or the 404 would mean nothing.
        if (await knock(own, door, path, json=body)).status_code == 404 and str(door) not in BARE:
            wrong.append((str(door), "not found by its own people either"))
    assert wrong == []


# Where the other workspace's things would show: in whatever is listed, counted, found and exported.
ASKED = {"GET /api/messages/search": {"q": "terima kasih"}, "GET /api/events": {"topic": "{device_id}"}}
LISTS = [door for door in GUARDED if door.method == "GET" and not door.names()]


async def test_nothing_that_is_listed_found_or_exported_is_another_workspaces(web: Web, database: Database) -> None:
    owner, other = await web.found(), await web.found()
    theirs, own = await furnish(database, other), await furnish(database, owner)
    browser = await web.signed_in(owner)
    leaks, empty = await leaks_of(browser, LISTS, own, theirs)
    assert leaks == []
    assert {str(door) for door in LISTS} - empty == SHOWING


# Lists that show our own things, or they would prove nothing about the other's.
SHOWING = {
    "GET /api/agents",
    "GET /api/archives",
    "GET /api/audit",
    "GET /api/audit.csv",
    "GET /api/campaigns",
    "GET /api/canned-replies",
    "GET /api/chats",
    "GET /api/devices",
    "GET /api/imports",
    "GET /api/keys",
    "GET /api/labels",
    "GET /api/leads",
    "GET /api/leads/bulk",
    "GET /api/leads/facets",
    "GET /api/messages/search",
    "GET /api/overview",
    "GET /api/stops",
    "GET /api/uploads",
    "GET /api/users",
}


async def leaks_of(
    browser: httpx.AsyncClient, doors: list[Door], own: Mapping[str, UUID], theirs: Mapping[str, UUID]
) -> tuple[list[tuple[str, str]], set[str]]:
    """Which ids of theirs each door shows, and the doors that show none of our own either."""
    leaks, empty = [], set()
    for door in doors:
        params = {name: value.format(**own) for name, value in ASKED.get(str(door), {}).items()}
        shown = (await knock(browser, door, params=params)).text
        leaks += [(str(door), kind) for kind, named in theirs.items() if str(named) in shown]
        if not any(str(named) in shown for named in own.values()):
            empty.add(str(door))
    return leaks, empty


# What agents see by device; labels, ready answers and colleagues are everybody's.
ANOTHERS_NOTE = "DELETE /api/chats/{chat_id:uuid}/notes/{note_id:uuid}"
BY_DEVICE = {"device_id", "chat_id", "message_id", "contact_id", "lead_id", "media_id", "note_id"}


async def test_things_of_a_number_that_an_agent_was_not_given_do_not_exist(web: Web, database: Database) -> None:
    owner = await web.found()
    agent = await web.person(owner.workspace_id, Role.AGENT)
    browser, wrong = await web.signed_in(agent), list[tuple[object, ...]]()
    doors = [door for door in GUARDED if BY_DEVICE & set(door.names()) and door.need in ROLE_PERMISSIONS[Role.AGENT]]
    for door in doors:
        given, kept = await furnish(database, owner), await furnish(database, owner)
        await give(database, agent, given["device_id"])
        before = await written(database)
        answer = await code_of(await knock(browser, door, place(door, kept), json=BODIES.get(str(door))))
        if answer != (404, "not_found") or await written(database) != before:
            wrong.append((str(door), *answer))
        seen = await knock(browser, door, place(door, given), json=BODIES.get(str(door)))
        if seen.status_code == 404 and str(door) not in {*BARE, ANOTHERS_NOTE}:
            wrong.append((str(door), "not found by the agent of this number either"))
    assert wrong == []
    assert len(doors) > 25


async def test_an_agents_lists_hold_nothing_of_other_numbers(web: Web, database: Database) -> None:
    owner = await web.found()
    agent = await web.person(owner.workspace_id, Role.AGENT)
    given, kept = await furnish(database, owner), await furnish(database, owner)
    await give(database, agent, given["device_id"])
    doors = [door for door in LISTS if door.need in ROLE_PERMISSIONS[Role.AGENT]]
    hidden = {name: named for name, named in kept.items() if name in BY_DEVICE}
    leaks, empty = await leaks_of(await web.signed_in(agent), doors, given, hidden)
    assert leaks == []
    assert {"GET /api/chats", "GET /api/devices", "GET /api/leads", "GET /api/messages/search"}.isdisjoint(empty)


def place(door: Door, things: Mapping[str, UUID]) -> str:
    return door.at(**{name: things[name] for name in door.names()})


async def give(database: Database, agent: Account, device_id: UUID) -> None:
    async with database.transaction() as tx:
        await tx.execute(
            "INSERT INTO device_grant (workspace_id, user_id, device_id) VALUES ($1, $2, $3)", *agent, device_id
        )


async def test_a_key_opens_nothing_of_another_workspace(web: Web, database: Database) -> None:
    owner, other = await web.found(), await web.found()
    theirs, program = await furnish(database, other), await web.stranger()
    made = await (await web.signed_in(owner)).post("/api/keys", json={"name": "CRM", "permissions": list(SCOPED)})
    program.headers["Authorization"] = f"Bearer {made.json()['text']}"
    wrong: list[tuple[object, ...]] = []
    for door in GUARDED:
        if door.need not in SCOPED or not door.names() or ELSEWHERE & set(door.names()):
            continue
        answer = await code_of(await knock(program, door, place(door, theirs), json=BODIES.get(str(door))))
        if answer != (404, "not_found"):
            wrong.append((str(door), *answer))
    assert wrong == []
