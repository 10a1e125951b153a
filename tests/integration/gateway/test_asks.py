"""What people ask of links about others, through the API of one process and the gateway of another."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from hebah.access.model import Account, Role
from hebah.adapters.transports.simulated.people import Behaviour
from hebah.adapters.transports.simulated.transport import SimulatedTransport
from hebah.app.joints import OffersTransports
from hebah.app.web import Parts
from hebah.foundation.clock import ManualClock
from hebah.foundation.postgres import Database
from hebah.gateway.incoming import LinkEvent, TypingSeen
from hebah.gateway.outgoing import TypingState
from hebah.inbox import reads
from hebah.inbox.api import chats, messages, signs
from tests.integration.conftest import Web
from tests.integration.gateway.fleet import Fleet, open_fleet
from tests.integration.worlds import make_world

SITI = "+60123456789"
BUDI = "+60129876543"
NOBODY_HERE = Behaviour(absent=1.0)

Json = dict[str, Any]


@dataclass
class Office:
    """A gateway with a number online, and browsers in front of an application that shares only the database with it."""

    fleet: Fleet
    web: Web
    owner: httpx.AsyncClient
    phone: str

    @property
    def device_id(self) -> UUID:
        return self.fleet.world.device_id

    async def got(self, path: str) -> Json:
        answer = await self.owner.get(path)
        assert answer.is_success, answer.text
        return dict(answer.json())

    async def posted(self, path: str, **said: object) -> httpx.Response:
        return await self.owner.post(path, json=said)

    async def begin(self, phone: str, **more: object) -> httpx.Response:
        """A new chat; time stands still meanwhile."""
        return await self.posted("/api/chats", deviceId=str(self.device_id), phone=phone, **more)

    async def chat(self, sender: str = SITI, body: str = "Ada stok?", of: str | None = None) -> Json:
        """The chat of somebody who has just written."""
        self.fleet.network.write(sender, of or self.phone, body)

        async def look() -> Json | None:
            items = (await self.got("/api/chats"))["items"]
            return next((one for one in items if one["address"] == sender), None)

        return await self.fleet.until(look)

    async def typing(self) -> list[tuple[str, str]]:
        """Who does what, as browsers are told."""
        async with self.web.db.connection() as connection:
            seen = await reads.typing(
                connection, self.fleet.world.workspace_id, [self.device_id], self.fleet.world.clock.now()
            )
        return [(sign.name if sign.is_ours else sign.who, sign.state) for sign in seen]

    async def messages(self, chat: Json) -> list[Json]:
        return list((await self.got(f"/api/chats/{chat['id']}/messages"))["items"])


class Listener:
    """The other side of a chat: a link that only listens."""

    def __init__(self, fleet: Fleet) -> None:
        self._fleet = fleet
        self.seen: list[TypingState] = []

    def happened(self, event: LinkEvent) -> None:
        if isinstance(event, TypingSeen):
            self.seen.append(event.state)

    def answered(self, wire_id: str, answer: object) -> None:
        """Nothing is sent from here."""

    async def sees(self, *states: TypingState) -> None:
        async def look() -> bool:
            return self.seen == list(states)

        # Time stands: a gateway of another process looks once a second of real time, and a late sign is never given.
        await self._fleet.until(look, timedelta(0))


def offering(fleet: Fleet) -> OffersTransports:
    return OffersTransports({"simulated": SimulatedTransport(fleet.network, fleet.world.clock)})


@pytest.fixture
def behaviour() -> Behaviour:
    return Behaviour(absent=0.0)


@pytest.fixture
async def fleet(
    database: Database, database_url: str, clock: ManualClock, tmp_path: Path, behaviour: Behaviour
) -> AsyncIterator[Fleet]:
    async with open_fleet(await make_world(database, clock), database_url, tmp_path, behaviour) as opened:
        yield opened


@pytest.fixture
def parts(parts: Parts, fleet: Fleet) -> Parts:
    # The pool of `parts` announces nothing: to the gateway, this is another process.
    routes = (*chats.ROUTES, *messages.ROUTES, *signs.ROUTES)
    return replace(parts, routes=routes, provided={"transports": offering(fleet)})


@pytest.fixture
async def office(web: Web, fleet: Fleet) -> Office:
    fleet.start()
    phone = await fleet.link()
    owner = await web.signed_in(Account(fleet.world.workspace_id, fleet.world.owner.user_id))
    return Office(fleet, web, owner, phone)


async def listening(fleet: Fleet) -> tuple[str, Listener]:
    """A second phone with a link of its own, so that somebody sees what the first one shows."""
    (device_id,) = await fleet.add_devices(1)
    phone = await fleet.link(device_id)
    slot = fleet.slot(device_id)
    listener = Listener(fleet)
    slot.end = listener
    return phone, listener


async def test_the_other_side_and_colleagues_see_somebody_write_and_stop(office: Office) -> None:
    phone, listener = await listening(office.fleet)
    chat = await office.chat(phone)
    path = f"/api/chats/{chat['id']}/typing"
    assert (await office.posted(path, state="typing")).status_code == 204
    await listener.sees(TypingState.TYPING)
    assert await office.typing() == [("Owner", "typing")]
    assert (await office.posted(path, state="paused")).status_code == 204
    await listener.sees(TypingState.TYPING, TypingState.PAUSED)
    assert await office.typing() == [("Owner", "paused")]


async def test_typing_that_nobody_renews_ends_by_itself(office: Office) -> None:
    phone, listener = await listening(office.fleet)
    chat = await office.chat(phone)
    await office.posted(f"/api/chats/{chat['id']}/typing", state="recording")
    await listener.sees(TypingState.RECORDING)
    await office.fleet.world.clock.advance(timedelta(seconds=11))
    await listener.sees(TypingState.RECORDING, TypingState.PAUSED)


async def test_a_sign_that_could_only_come_late_is_never_given(office: Office) -> None:
    phone, listener = await listening(office.fleet)
    chat = await office.chat(phone)
    (gateway,) = office.fleet.gateways
    await gateway.end()
    await office.posted(f"/api/chats/{chat['id']}/typing", state="typing")
    await office.fleet.world.clock.advance(timedelta(seconds=4))
    office.fleet.start()
    await office.fleet.until_state((await office.fleet.device()).condition.state)
    await office.chat(BUDI)  # the new gateway works
    assert listener.seen == []


async def test_what_is_said_without_having_been_written_is_shown_being_written_first(office: Office) -> None:
    phone, listener = await listening(office.fleet)
    chat = await office.chat(phone)
    said = await office.posted(f"/api/chats/{chat['id']}/messages", clientId=str(uuid4()), body="x" * 30)
    assert said.json()["tick"] == "queued"
    await listener.sees(TypingState.TYPING)
    began = office.fleet.world.clock.now()
    before = office.fleet.network.ledger.count

    async def sent() -> bool:
        return office.fleet.network.ledger.count > before

    await office.fleet.until(sent, timedelta(milliseconds=100))
    assert timedelta(seconds=2) <= office.fleet.world.clock.now() - began <= timedelta(seconds=6)
    await office.fleet.world.clock.advance(timedelta(seconds=2))
    await listener.sees(TypingState.TYPING, TypingState.PAUSED)


async def test_what_somebody_took_their_time_to_write_goes_at_once(office: Office) -> None:
    chat = await office.chat()
    for _ in range(3):
        await office.posted(f"/api/chats/{chat['id']}/typing", state="typing")
        await office.fleet.world.clock.advance(timedelta(seconds=2))
    await office.posted(f"/api/chats/{chat['id']}/messages", clientId=str(uuid4()), body="x" * 60)
    async with office.web.db.connection() as connection:
        due = await connection.fetchval("SELECT not_before FROM outbox")
    assert due == office.fleet.world.clock.now()


async def test_a_workspace_may_keep_its_writing_to_itself(office: Office) -> None:
    phone, listener = await listening(office.fleet)
    chat = await office.chat(phone)
    async with office.web.db.transaction() as tx:
        await tx.execute("UPDATE workspace SET typing_on = false")
    await office.posted(f"/api/chats/{chat['id']}/typing", state="typing")
    await office.posted(f"/api/chats/{chat['id']}/messages", clientId=str(uuid4()), body="x" * 60)

    async def sent() -> bool:
        return office.fleet.network.ledger.count > 0

    await office.fleet.until(sent)
    assert listener.seen == []
    assert await office.typing() == [("Owner", "paused")]


async def test_people_who_type_are_seen_and_groups_show_who(office: Office) -> None:
    await office.chat()
    office.fleet.network.type_to(SITI, office.phone)

    async def seen() -> bool:
        return await office.typing() == [(SITI, "typing")]

    await office.fleet.until(seen, timedelta(0))
    await office.fleet.world.clock.advance(timedelta(seconds=8))
    assert await office.typing() == []


async def test_a_number_that_nobody_knows_is_looked_up_once_and_the_answer_kept(office: Office) -> None:
    checks = f"/api/devices/{office.device_id}/number-checks"
    assert await office.got(checks) == {"possible": True, "budget": 50, "used": 0, "renewsAt": None}
    begun = await office.begin("012-345 6789")
    assert begun.status_code == 201, begun.text
    assert begun.json()["address"] == SITI
    async with office.web.db.connection() as connection:
        assert await connection.fetchval("SELECT lid FROM alias WHERE phone = $1", SITI)
    assert (await office.begin(SITI)).json()["id"] == begun.json()["id"]
    assert (await office.got(checks))["used"] == 1


class TestNobodyIsThere:
    @pytest.fixture
    def behaviour(self) -> Behaviour:
        return NOBODY_HERE

    async def test_a_number_that_is_not_on_whatsapp_gets_no_chat(self, office: Office) -> None:
        for _ in range(2):
            refused = await office.begin(SITI, unchecked=False)
            assert (refused.status_code, refused.json()["code"]) == (409, "number_not_on_whatsapp")
        assert (await office.begin(SITI, unchecked=True)).json()["code"] == "number_not_on_whatsapp"
        assert (await office.got(f"/api/devices/{office.device_id}/number-checks"))["used"] == 1
        async with office.web.db.connection() as connection:
            assert await connection.fetchval("SELECT count(*) FROM chat") == 0
            assert await connection.fetchval("SELECT count(*) FROM suppression") == 0

    async def test_after_a_month_the_network_is_asked_again(self, office: Office) -> None:
        await office.begin(SITI)
        async with office.web.db.transaction() as tx:
            await tx.execute("UPDATE number_check SET checked_at = checked_at - interval '31 days'")
        await office.begin(SITI)
        assert (await office.got(f"/api/devices/{office.device_id}/number-checks"))["used"] == 2


async def test_when_the_budget_is_used_up_the_next_look_up_is_named_and_a_chat_may_begin_unchecked(
    office: Office,
) -> None:
    async with office.web.db.transaction() as tx:
        await tx.execute("UPDATE workspace SET number_checks = 1")
    began = office.fleet.world.clock.now()
    assert (await office.begin(SITI)).status_code == 201
    refused = await office.begin(BUDI)
    assert (refused.status_code, refused.json()["code"]) == (409, "number_check_budget_used")
    renews_at = refused.json()["data"]["renews_at"]
    assert renews_at.startswith((began + timedelta(days=1)).isoformat()[:16])
    assert (await office.begin(BUDI, unchecked=True)).status_code == 201
    async with office.web.db.transaction() as tx:
        await tx.execute("UPDATE device_command SET requested_at = requested_at - interval '25 hours'")
    assert (await office.got(f"/api/devices/{office.device_id}/number-checks"))["used"] == 0


async def test_a_device_that_is_not_online_looks_nobody_up(office: Office) -> None:
    async with office.web.db.transaction() as tx:
        await tx.execute("UPDATE device SET state = 'waiting'")
    refused = await office.begin(SITI)
    assert (refused.status_code, refused.json()["code"]) == (409, "number_check_not_connected")
    assert (await office.begin(SITI, unchecked=True)).status_code == 201


async def test_people_who_have_written_are_not_looked_up(office: Office) -> None:
    chat = await office.chat()
    assert (await office.begin(SITI)).json()["id"] == chat["id"]
    assert (await office.got(f"/api/devices/{office.device_id}/number-checks"))["used"] == 0


async def test_older_messages_come_from_the_phone_page_by_page_until_there_are_none(office: Office) -> None:
    chat = await office.chat()
    path = f"/api/chats/{chat['id']}/history"
    asked = await office.got(path)
    assert asked == {"possible": True, "online": True, "state": "not_asked", "code": None, "messages": 0}

    async def over() -> Json | None:
        seen = await office.got(path)
        return seen if seen["state"] not in {"asking", "waiting", "arriving"} else None

    came = []
    for _ in range(3):
        assert (await office.posted(path)).status_code == 202
        assert (await office.posted(path)).json()["state"] in {"asking", "waiting", "arriving", "arrived", "nothing"}
        ended = await office.fleet.until(over)
        came.append((ended["state"], ended["messages"]))
        await office.fleet.world.clock.advance(timedelta(seconds=1))
    assert came == [("arrived", 50), ("arrived", 10), ("nothing", 0)]
    async with office.web.db.connection() as connection:
        assert await connection.fetchval("SELECT count(*) FROM message") == 61
    newest = (await office.messages(chat))[0]
    assert newest["body"] == "Ada stok?"
    assert (await office.got(f"/api/chats/{chat['id']}"))["unread"] == 1


async def test_a_phone_that_cannot_be_reached_is_not_asked(office: Office) -> None:
    chat = await office.chat()
    async with office.web.db.transaction() as tx:
        await tx.execute("UPDATE device SET state = 'waiting'")
    refused = await office.posted(f"/api/chats/{chat['id']}/history")
    assert (refused.status_code, refused.json()["code"]) == (409, "history_not_connected")


async def test_an_agent_gives_signs_and_asks_for_older_messages_only_on_granted_numbers(office: Office) -> None:
    chat = await office.chat()
    stranger = await office.web.person(office.fleet.world.workspace_id, Role.AGENT, [])
    agent = await office.web.signed_in(stranger)
    for path, said in (
        (f"/api/chats/{chat['id']}/typing", {"state": "typing"}),
        (f"/api/chats/{chat['id']}/history", {}),
    ):
        assert (await agent.post(path, json=said)).status_code == 404
    begun = await agent.post("/api/chats", json={"deviceId": str(office.device_id), "phone": BUDI})
    assert begun.status_code == 404
