"""What an open tab hears: every change of what it follows, nothing it may not see, and never at another's expense."""

import asyncio
import contextlib
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from hebah.access.actions import entry as access
from hebah.access.actions import own, people
from hebah.access.model import Account, Actor, Permission, Role, RoleChange
from hebah.foundation import eventlog
from hebah.foundation.eventlog import Event
from hebah.foundation.ids import make_id
from hebah.foundation.postgres import Database
from hebah.keys import actions as keys
from hebah.keys.model import NewKey
from hebah.live import jobs
from hebah.live.model import LONGEST_REPLAY, MESSAGES, TopicKind
from tests.integration.conftest import PASSWORD, Web
from tests.integration.live.conftest import Live, Tab, add_device
from tests.integration.web.doors import furnish


async def test_a_tab_hears_what_happens_to_what_it_follows(live: Live, web: Web) -> None:
    owner = await web.found()
    ws = owner.workspace_id
    tab = await live.tab(await live.sign_in(owner))
    thing = make_id()

    assert await tab.follow(ws) == {"op": "subbed", "topic": str(ws), "head": 0}
    await live.happen(ws, ws, "devices_changed", thing)

    assert await tab.hear() == {
        "op": "event", "topic": str(ws), "seq": 1, "kind": "devices_changed", "ids": [str(thing)],
    }  # fmt: skip


async def test_what_another_process_writes_is_heard_too(live: Live, web: Web, other_process: Database) -> None:
    owner = await web.found()
    ws = owner.workspace_id
    tab = await live.tab(await live.sign_in(owner))
    await tab.follow(ws)

    async with other_process.transaction() as tx:
        await eventlog.record(tx, [Event(ws, ws, "leads_changed", ())])

    assert (await tab.hear())["kind"] == "leads_changed"


async def test_what_was_missed_is_replayed_in_order_and_once(live: Live, web: Web) -> None:
    owner = await web.found()
    ws = owner.workspace_id
    for number in range(300):
        await live.happen(ws, ws, f"kind_{number + 1}")
    tab = await live.tab(await live.sign_in(owner))

    assert (await tab.follow(ws, since=5))["head"] == 300
    await live.happen(ws, ws, "kind_301")

    heard = [await tab.hear() for _ in range(296)]
    assert [event["seq"] for event in heard] == list(range(6, 302))
    assert [event["kind"] for event in heard] == [f"kind_{number}" for number in range(6, 302)]


async def test_who_missed_too_much_is_sent_for_a_new_snapshot(live: Live, web: Web) -> None:
    owner = await web.found()
    ws = owner.workspace_id
    async with live.db.transaction() as tx:
        await eventlog.record(tx, [Event(ws, ws, "leads_changed", ())] * (LONGEST_REPLAY + 1))
    tab = await live.tab(await live.sign_in(owner))

    await tab.follow(ws, since=0)

    assert await tab.hear() == {"op": "resync", "topic": str(ws), "head": LONGEST_REPLAY + 1}
    await live.happen(ws, ws, "devices_changed")
    assert (await tab.hear())["seq"] == LONGEST_REPLAY + 2


async def test_a_number_from_a_restored_database_asks_for_a_new_snapshot(live: Live, web: Web) -> None:
    owner = await web.found()
    tab = await live.tab(await live.sign_in(owner))
    await tab.follow(owner.workspace_id, since=900)
    assert (await tab.hear())["op"] == "resync"


async def test_who_stops_following_hears_no_more(live: Live, web: Web) -> None:
    owner = await web.found()
    ws = owner.workspace_id
    device = await add_device(live.db, ws)
    tab = await live.tab(await live.sign_in(owner))
    await tab.follow(ws)
    await tab.follow(device)

    await tab.say(op="unsub", topic=ws)
    await tab.follow(device)
    await live.happen(ws, ws, "leads_changed")
    await live.happen(ws, device, "device_changed", device)

    assert (await tab.hear())["topic"] == str(device)


async def test_nobody_follows_another_workspaces_things(live: Live, web: Web) -> None:
    owner, other = await web.found(), await web.found()
    tab = await live.tab(await live.sign_in(owner))
    theirs, own = await topics(live, other), await topics(live, owner)

    for topic in (*theirs.values(), make_id()):
        assert await tab.follow(topic) == {"op": "refused", "topic": str(topic), "code": "not_found"}
    for topic in own.values():
        assert (await tab.follow(topic))["op"] == "subbed"


async def topics(live: Live, account: Account) -> dict[TopicKind, UUID]:
    """One of each kind in the workspace."""
    things = await furnish(live.db, account)
    own = things | {"workspace_id": account.workspace_id, "bulk_edit_id": things["edit_id"]}
    return {kind: own[f"{kind}_id"] for kind in TopicKind}


async def test_an_agent_follows_granted_devices_only(live: Live, web: Web) -> None:
    ws = (await web.found()).workspace_id
    granted, other = await add_device(live.db, ws), await add_device(live.db, ws)
    agent = await web.person(ws, Role.AGENT, [granted])
    tab = await live.tab(await live.sign_in(agent))

    assert (await tab.follow(granted))["op"] == "subbed"
    assert (await tab.follow(other))["op"] == "refused"


async def test_a_grant_taken_back_ends_following(live: Live, web: Web) -> None:
    owner = await web.found()
    ws = owner.workspace_id
    device = await add_device(live.db, ws)
    agent = await web.person(ws, Role.AGENT, [device])
    tab = await live.tab(await live.sign_in(agent))
    await tab.follow(device)

    actor = Actor(ws, owner.user_id, "Aminah", Role.OWNER)
    await people.edit_user(live.db, live.clock, actor, agent.user_id, RoleChange(device_ids=frozenset()))

    assert await tab.hear() == {"op": "refused", "topic": str(device), "code": "not_found"}


async def test_a_session_that_ends_closes_its_tabs(live: Live, web: Web) -> None:
    owner = await web.found()
    token = await live.sign_in(owner)
    tab, other = await live.tab(token), await live.tab(await live.sign_in(owner))

    await access.sign_out(live.db, (await access.find_session(live.db, live.clock, token)).token_hash)

    assert await tab.hear() == {"op": "bye", "code": "signed_out"}
    assert await tab.close_code() == 4401
    assert (await other.follow(owner.workspace_id))["op"] == "subbed"


async def test_a_disabled_user_is_disconnected(live: Live, web: Web) -> None:
    owner = await web.found()
    agent = await web.person(owner.workspace_id, Role.AGENT)
    tab = await live.tab(await live.sign_in(agent))

    actor = Actor(owner.workspace_id, owner.user_id, "Aminah", Role.OWNER)
    await people.edit_user(live.db, live.clock, actor, agent.user_id, RoleChange(disabled=True))

    assert (await tab.hear())["op"] == "bye"


async def test_a_changed_password_closes_every_other_tab(live: Live, web: Web) -> None:
    owner = await web.found()
    here, there = await live.sign_in(owner), await live.sign_in(owner)
    stays, goes = await live.tab(here), await live.tab(there)

    session = await access.find_session(live.db, live.clock, here)
    locks = access.Locks(web.passwords, bytes(32))
    await own.change_password(live.db, live.clock, locks, session, PASSWORD, "another fine staple")

    assert await goes.hear() == {"op": "bye", "code": "signed_out"}
    assert (await stays.follow(owner.workspace_id))["op"] == "subbed"


async def test_who_lacks_a_second_step_that_is_asked_for_hears_no_more(live: Live, web: Web) -> None:
    owner = await web.found()
    admin = await web.person(owner.workspace_id, Role.ADMIN)
    tab = await live.tab(await live.sign_in(admin))
    async with live.db.connection() as connection:
        await connection.execute("UPDATE workspace SET second_step_required = true")
    assert await tab.hear() == {"op": "bye", "code": "signed_out"}


KEY = NewKey("bot", frozenset({Permission.WORKSPACE_READ}), None, None)


async def test_a_program_listens_with_its_key_until_that_is_revoked(live: Live, web: Web) -> None:
    owner = await web.found()
    actor = Actor(owner.workspace_id, owner.user_id, "Aminah", Role.OWNER)
    made = await keys.make_key(live.db, live.clock, actor, KEY)
    address, bearer = f"ws://127.0.0.1:{live.port}/ws", {"Authorization": f"Bearer {made.text}"}
    async with connect(address, additional_headers=bearer, compression=None) as connection:
        bot = Tab(connection)
        assert (await bot.follow(owner.workspace_id))["op"] == "subbed"
        assert (await bot.follow(await add_device(live.db, owner.workspace_id)))["op"] == "refused"
        await keys.revoke_key(live.db, live.clock, actor, made.key.id)
        while (message := await bot.hear())["op"] == "event":  # the list of keys has changed, too
            pass
        assert message == {"op": "bye", "code": "signed_out"}
    with pytest.raises(InvalidStatus):
        async with connect(address, additional_headers=bearer, compression=None):
            pass


async def test_who_talks_without_end_is_hung_up_on(live: Live, web: Web) -> None:
    tab = await live.tab(await live.sign_in(await web.found()))
    with contextlib.suppress(ConnectionClosed):
        for _ in range(3 * int(MESSAGES.burst)):
            await tab.say(op="pong")
    assert await tab.close_code() == 1008


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "", "http://127.0.0.1:1"])
async def test_another_sites_page_gets_no_socket(live: Live, web: Web, origin: str) -> None:
    token = await live.sign_in(await web.found())
    with pytest.raises(InvalidStatus) as refused:
        await live.tab(token, origin=origin)
    assert refused.value.response.status_code == 403


async def test_who_does_not_say_which_page_asks_gets_no_socket(live: Live, web: Web) -> None:
    cookie = {"Cookie": f"hebah={await live.sign_in(await web.found())}"}
    with pytest.raises(InvalidStatus) as refused:
        async with connect(f"ws://127.0.0.1:{live.port}/ws", additional_headers=cookie, compression=None):
            pass
    assert refused.value.response.status_code == 403


@pytest.mark.parametrize("token", [None, "guessed"])
async def test_nobody_listens_without_being_signed_in(live: Live, token: str | None) -> None:
    with pytest.raises(InvalidStatus) as refused:
        await live.tab(token)
    assert refused.value.response.status_code == 403


@pytest.mark.parametrize("text", ["[]", "{", '{"op":"sub"}', '{"op":"drop"}', "x" * 20_000])
async def test_what_cannot_be_understood_ends_the_conversation(live: Live, web: Web, text: str) -> None:
    tab = await live.tab(await live.sign_in(await web.found()))
    await tab.connection.send(text)
    assert await tab.close_code() in {1008, 1009}


async def test_a_stalled_tab_delays_nobody_and_is_told_to_start_over(live: Live, web: Web) -> None:
    owner = await web.found()
    ws = owner.workspace_id
    token = await live.sign_in(owner)
    healthy = await live.tab(token)
    # A tab that stops reading: its client takes no more than a few messages from the socket.
    stalled = await live.tab(token, holds_little=True)
    await stalled.follow(ws)
    await healthy.follow(ws)
    # Enough to fill every buffer on the way to the stalled tab.
    rounds, per_round, ids = 5, 200, tuple(make_id() for _ in range(400))

    async def make_happen() -> None:
        for _ in range(rounds):
            async with live.db.transaction() as tx:
                await eventlog.record(tx, [Event(ws, ws, "leads_changed", ids)] * per_round)

    async with asyncio.timeout(50), asyncio.TaskGroup() as tasks:
        hearing = tasks.create_task(hear_until(healthy, rounds * per_round))
        tasks.create_task(make_happen())

    assert "event" in hearing.result()
    assert "resync" in await hear_until(stalled, rounds * per_round)


async def hear_until(tab: Tab, last: int) -> set[object]:
    """Read to the event numbered `last`; returns the kinds of messages that came."""
    place, ops = 0, set[object]()
    while place < last:
        message = await tab.hear()
        place = place_of(message)
        ops.add(message["op"])
    return ops


def place_of(message: dict[str, Any]) -> int:
    """How far a message takes its reader."""
    return int(message["seq"] if message["op"] == "event" else message["head"])


async def test_events_can_be_asked_for(web: Web) -> None:
    owner = await web.found()
    ws = owner.workspace_id
    thing = make_id()
    for kind in ("devices_changed", "leads_changed"):
        async with web.db.transaction() as tx:
            await eventlog.record(tx, [Event(ws, ws, kind, (thing,))])
    browser = await web.signed_in(owner)

    answer = (await browser.get("/api/events", params={"topic": str(ws), "since": 1})).json()

    assert answer == {
        "events": [{"topic": str(ws), "seq": 2, "kind": "leads_changed", "ids": [str(thing)]}],
        "head": 2,
        "resync": False,
    }
    assert (await browser.get("/api/events", params={"topic": str(make_id())})).status_code == 404


async def test_old_events_are_forgotten_and_their_readers_start_over(web: Web) -> None:
    owner = await web.found()
    ws = owner.workspace_id
    async with web.db.transaction() as tx:
        await eventlog.record(tx, [Event(ws, ws, "leads_changed", ())] * 3)
    async with web.db.transaction() as tx:
        await tx.execute("UPDATE event SET at = clock_timestamp() - $1::interval WHERE seq < 3", timedelta(days=4))

    assert await jobs.prune_events(web.db) == 2

    browser = await web.signed_in(owner)
    answer = (await browser.get("/api/events", params={"topic": str(ws), "since": 0})).json()
    assert (answer["resync"], answer["head"]) == (True, 3)
