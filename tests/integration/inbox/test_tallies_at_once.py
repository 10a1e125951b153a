"""Many change the same chats at once: what the list tells of its filters stays true, and nobody waits for ever."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from random import Random
from uuid import UUID, uuid4

import httpx
import pytest

from hebah.access.model import Account, Role
from hebah.app import system
from hebah.app.joints import OffersTransports
from hebah.app.web import Parts
from hebah.foundation import eventlog
from hebah.foundation.clock import ManualClock
from hebah.foundation.ids import make_id
from hebah.inbox.actions import importing, merging
from hebah.inbox.actions import messages as inbox
from hebah.inbox.api import chats, team
from hebah.inbox.model.archived import OldMessage, Origin
from hebah.inbox.model.messages import FROM_ARCHIVE, Arrived, KnownAs, ReadByUs, ReceivedMessage
from hebah.messaging.said import MessageKind, Said
from tests.integration.conftest import Web
from tests.integration.worlds import add_device

DEVICES, PEOPLE, TURNS = 2, 5, 25
PHONES = [f"+6012300{number:04}" for number in range(PEOPLE)]
LIDS = [f"90012300{number:04}" for number in range(PEOPLE)]
# A chat may have been merged into another one, or may be in nobody's list, when somebody presses a button on it.
ANSWERS = {200, 204, 404}


@pytest.fixture
def parts(parts: Parts) -> Parts:
    routes = (*chats.ROUTES, *team.ROUTES, *system.ROUTES)
    return replace(parts, routes=routes, provided={**parts.provided, "transports": OffersTransports({})})


@dataclass
class Office:
    """A workspace in which everything happens at once."""

    web: Web
    shop: Account
    devices: Sequence[UUID]
    users: Sequence[UUID]
    labels: Sequence[str]
    browser: httpx.AsyncClient
    wire_ids: list[tuple[UUID, str, str]] = field(default_factory=list)

    async def arrive(self, random: Random) -> None:
        """Some write to some numbers, under their own number or a hidden one, and some have been told of before."""
        now = self.web.clock.now()
        arrived = []
        for _ in range(random.randint(1, 6)):
            device, person = random.choice(self.devices), random.randrange(PEOPLE)
            address = random.choice((PHONES[person], f"lid:{LIDS[person]}"))
            wire_id = f"IN{random.getrandbits(48):012X}"
            at, said = (
                now - timedelta(seconds=random.randint(0, 90)),
                Said(MessageKind.TEXT, random.choice(("a", "b", "STOP"))),
            )
            arrived.append(
                ReceivedMessage(self.shop.workspace_id, device, address, address, wire_id, at, from_me=False, said=said)
            )
        met = {
            KnownAs(self.shop.workspace_id, PHONES[person], LIDS[person])
            for person in random.sample(range(PEOPLE), k=random.choice((0, 0, 1)))
        }
        async with self.web.db.transaction() as tx:
            known = await inbox.recognise(tx, arrived, met, now)
            await inbox.receive(tx, Arrived(tuple(await inbox.sift(tx, known, now))), now)
        self.wire_ids += [(message.device_id, message.address, message.wire_id) for message in arrived]

    async def read_on_phone(self, random: Random) -> None:
        """Several chats are read on their phones."""
        given = random.sample(self.wire_ids, k=min(4, len(self.wire_ids)))
        reads = tuple(ReadByUs(self.shop.workspace_id, device, chat, (wire,)) for device, chat, wire in given)
        async with self.web.db.transaction() as tx:
            await inbox.receive(tx, Arrived((), reads=reads), self.web.clock.now())

    async def bring_in(self, random: Random) -> None:
        """A file brings older messages into some chats, and sometimes they are taken back."""
        origin = Origin(self.shop.workspace_id, random.choice(self.devices), make_id())
        at = (self.web.clock.now() - timedelta(minutes=1)).replace(second=0, microsecond=0)
        messages = []
        for address in random.sample(PHONES, k=3):
            wire_id = f"{FROM_ARCHIVE}{random.getrandbits(48):012X}"
            messages.append(
                OldMessage(
                    make_id(),
                    wire_id,
                    address,
                    address,
                    "",
                    from_me=False,
                    at=at,
                    span=timedelta(minutes=1),
                    nth=0,
                    kind=MessageKind.TEXT,
                    body=random.choice("ab"),
                )
            )
        async with self.web.db.transaction() as tx:
            brought = await importing.bring_in(tx, origin, messages, {}, self.web.clock.now())
            await eventlog.record(tx, brought.events)
        if random.random() < 0.5:
            async with self.web.db.transaction() as tx:
                await importing.take_back(tx, origin.workspace_id, origin.archive_id, self.web.clock.now())

    async def press(self, random: Random) -> None:
        """Somebody of the team presses a button on a chat of the list."""
        name = random.choice(("all", "all", "archived", "mine", "unassigned"))
        page = await self.browser.get("/api/chats", params={"filter": name})
        assert page.status_code == 200, page.text
        items = page.json()["items"]
        if not items:
            return
        chat = random.choice(items)["id"]
        presses: tuple[Callable[[], Awaitable[httpx.Response]], ...] = (
            lambda: self.browser.post(f"/api/chats/{chat}/read", json={}),
            lambda: self.browser.post(f"/api/chats/{chat}/unread"),
            lambda: self.change(chat, assignedTo=random.choice((*map(str, self.users), None))),
            lambda: self.change(chat, archived=random.choice((True, False))),
            lambda: self.change(chat, labels=random.sample(self.labels, k=random.randint(0, 2))),
        )
        answer = await random.choice(presses)()
        assert answer.status_code in ANSWERS, answer.text

    async def change(self, chat: str, **changes: object) -> httpx.Response:
        return await self.browser.patch(f"/api/chats/{chat}", json=changes)

    async def merge(self, _random: Random) -> None:
        """A worker joins what belongs together."""
        await merging.merge_known(self.web.db, self.web.clock)

    async def at_work(self, ways: Sequence[Callable[[Random], Awaitable[None]]], seed: int) -> None:
        random = Random(seed)
        for _ in range(TURNS):
            await random.choice(ways)(random)

    async def listed(self, **asked: str) -> int:
        answer = await self.browser.get("/api/chats", params={"limit": 200, **asked})
        return len(answer.json()["items"])


@pytest.fixture
async def office(web: Web) -> Office:
    shop = await web.found()
    devices = [make_id() for _ in range(DEVICES)]
    assert isinstance(web.clock, ManualClock)
    async with web.db.transaction() as tx:
        for device_id in devices:
            await add_device(tx, shop.workspace_id, device_id, web.clock)
    browser = await web.signed_in(shop)
    colleague = await web.person(shop.workspace_id, Role.OPERATOR)
    labels = [
        (await browser.post("/api/labels", json={"name": name, "colour": "#0a7d5a"})).json()["id"]
        for name in ("VIP", "Late", uuid4().hex)
    ]
    return Office(web, shop, devices, (shop.user_id, colleague.user_id), labels, browser)


@pytest.mark.parametrize("seed", [0, 6000])
async def test_whatever_is_done_to_the_same_chats_at_once_filters_tell_what_they_show(
    office: Office, seed: int
) -> None:
    await office.arrive(Random(seed))
    links = (office.arrive, office.arrive, office.read_on_phone)
    async with asyncio.timeout(120), asyncio.TaskGroup() as everybody:
        for number in range(seed, seed + 3):
            everybody.create_task(office.at_work(links, number))
            everybody.create_task(office.at_work((office.press,), number + 100))
        for number in range(seed, seed + 2):
            everybody.create_task(office.at_work((office.merge, office.bring_in), number + 200))

    checks = (await office.browser.post("/api/system/checks")).json()["checks"]
    assert {check["code"]: check["times"] for check in checks}["tally_wrong"] == 0
    told = (await office.browser.get("/api/chats")).json()["counts"]
    assert told == {name: await office.listed(filter=name) for name in told}
    assert sum(told.values()) > 0
