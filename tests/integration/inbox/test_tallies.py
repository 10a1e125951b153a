"""What the list of chats says of its filters is true, whatever has happened to the chats."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import httpx
import pytest

from hebah.access.model import Account, Role
from hebah.app.joints import OffersTransports
from hebah.app.web import Parts
from hebah.foundation.clock import ManualClock
from hebah.inbox.actions import merging
from hebah.inbox.actions import messages as inbox
from hebah.inbox.api import chats, team
from hebah.inbox.model.messages import Arrived, KnownAs, ReadByUs, ReceivedMessage
from hebah.messaging.said import MessageKind, Said
from tests.integration.conftest import Web
from tests.integration.inbox.conftest import online

PAGE = 20


@pytest.fixture
def parts(parts: Parts) -> Parts:
    return replace(parts, routes=(*chats.ROUTES, *team.ROUTES), provided={"transports": OffersTransports({})})


async def arrive(web: Web, shop: Account, device: UUID, *senders: str) -> list[str]:
    """Each writes once, a minute after the one before; all of it comes at once. Gives the wire ids."""
    assert isinstance(web.clock, ManualClock)
    arrived = []
    for sender in senders:
        await web.clock.advance(timedelta(minutes=1))
        said, now = Said(MessageKind.TEXT, "Hello"), web.clock.now()
        wire_id = f"IN{uuid4().hex[:12].upper()}"
        arrived.append(
            ReceivedMessage(shop.workspace_id, device, sender, sender, wire_id, now, from_me=False, said=said)
        )
    async with web.db.transaction() as tx:
        unseen = await inbox.sift(tx, arrived, web.clock.now())
        await inbox.receive(tx, Arrived(tuple(unseen)), web.clock.now())
    return [message.wire_id for message in arrived]


def people(many: int, first: int = 0) -> list[str]:
    return [f"+60123{number:06d}" for number in range(first, first + many)]


async def listed(browser: httpx.AsyncClient, **asked: str) -> list[str]:
    """The numbers of all pages."""
    answer = (await browser.get("/api/chats", params={"limit": PAGE, **asked})).json()
    found = [chat["address"] for chat in answer["items"]]
    while answer["next"]:
        answer = (await browser.get("/api/chats", params={"limit": PAGE, "after": answer["next"], **asked})).json()
        found += [chat["address"] for chat in answer["items"]]
    return found


async def told(browser: httpx.AsyncClient, **asked: str) -> dict[str, int]:
    counts: dict[str, int] = (await browser.get("/api/chats", params=asked)).json()["counts"]
    return counts


async def counted(browser: httpx.AsyncClient, **asked: str) -> dict[str, int]:
    """The same, counted in the lists themselves."""
    return {name: len(await listed(browser, filter=name, **asked)) for name in await told(browser, **asked)}


async def change(browser: httpx.AsyncClient, address: str, **changes: object) -> None:
    found = [
        chat["id"]
        for wanted in ("all", "archived")
        for chat in (await browser.get("/api/chats", params={"q": address, "filter": wanted})).json()["items"]
    ]
    assert (await browser.patch(f"/api/chats/{found[0]}", json=changes)).status_code == 200


async def test_filters_tell_what_they_show_while_people_work(
    web: Web, shop: Account, device: UUID, owner: httpx.AsyncClient
) -> None:
    await arrive(web, shop, device, *people(6))
    await change(owner, people(6)[0], assignedTo=str(shop.user_id))
    await change(owner, people(6)[1], assignedTo=str(shop.user_id), archived=True)
    await change(owner, people(6)[2], archived=True)
    wire_ids = await arrive(web, shop, device, *people(4))
    read = ReadByUs(shop.workspace_id, device, people(4)[3], (wire_ids[3],))
    async with web.db.transaction() as tx:
        await inbox.receive(tx, Arrived((), reads=(read,)), web.clock.now())

    assert await told(owner) == {"unread": 3, "mine": 1, "unassigned": 2, "archived": 2}
    assert await counted(owner) == await told(owner)

    await change(owner, people(6)[0], assignedTo=None)
    await change(owner, people(6)[1], archived=False)
    await arrive(web, shop, device, people(6)[3])

    assert await told(owner) == {"unread": 5, "mine": 1, "unassigned": 4, "archived": 1}
    assert await counted(owner) == await told(owner)


async def test_an_agent_is_told_of_the_numbers_they_see(
    web: Web, shop: Account, device: UUID, owner: httpx.AsyncClient
) -> None:
    other = await online(web, shop, "Kedai 2")
    await arrive(web, shop, device, *people(3))
    await arrive(web, shop, other, *people(2))
    agent = await web.signed_in(await web.person(shop.workspace_id, Role.AGENT, [device]))

    assert ((await told(owner))["unread"], (await told(agent))["unread"]) == (5, 3)
    assert (await told(owner, deviceId=str(other)))["unread"] == 2
    assert await counted(agent) == await told(agent)


async def test_two_chats_that_become_one_are_told_as_one(
    web: Web, shop: Account, device: UUID, owner: httpx.AsyncClient
) -> None:
    hidden = "lid:900123456789"
    await arrive(web, shop, device, hidden, people(1)[0])
    await change(owner, "900123456789", assignedTo=str(shop.user_id))
    met = KnownAs(shop.workspace_id, people(1)[0], hidden.removeprefix("lid:"))
    async with web.db.transaction() as tx:
        await inbox.recognise(tx, [], {met}, web.clock.now())
    assert await told(owner) == {"unread": 2, "mine": 1, "unassigned": 1, "archived": 0}

    await merging.merge_known(web.db, web.clock)

    assert await told(owner) == {"unread": 1, "mine": 1, "unassigned": 0, "archived": 0}
    assert await counted(owner) == await told(owner)


async def test_nothing_is_told_of_a_history_that_was_erased(
    web: Web, shop: Account, device: UUID, owner: httpx.AsyncClient
) -> None:
    await arrive(web, shop, device, *people(3))
    await change(owner, people(3)[0], assignedTo=str(shop.user_id))
    await change(owner, people(3)[1], archived=True)

    async with web.db.transaction() as tx:
        await inbox.erase_device(tx, shop.workspace_id, device)

    assert set((await told(owner)).values()) == {0}


async def test_chats_of_a_label_stand_in_the_order_of_their_newest_messages(
    web: Web, shop: Account, device: UUID, owner: httpx.AsyncClient
) -> None:
    label = (await owner.post("/api/labels", json={"name": "VIP", "colour": "#0a7d5a"})).json()["id"]
    await arrive(web, shop, device, *people(4))
    for address in people(3):
        await change(owner, address, labels=[label])

    await arrive(web, shop, device, people(4)[1], people(4)[3])

    assert await listed(owner, labelId=label, limit="1") == [people(3)[1], people(3)[2], people(3)[0]]


async def test_pages_over_some_numbers_lead_through_all_of_their_chats(
    web: Web, shop: Account, owner: httpx.AsyncClient
) -> None:
    """One of them has everything of a page, others nothing or a little."""
    devices = [await online(web, shop, "Kedai 2") for _ in range(12)]
    expected: list[str] = []
    for number, device in enumerate(devices):
        senders = people({0: 1, 5: PAGE + 7, 11: 0}.get(number, 3), first=number * 100)
        await arrive(web, shop, device, *senders)
        expected = [*reversed(senders), *expected]
    agent = await web.signed_in(await web.person(shop.workspace_id, Role.AGENT, devices))

    assert await listed(agent) == expected
