"""An inbox that is open hears what was written, not only that something was: it never has to ask."""

from datetime import timedelta
from uuid import UUID, uuid4

from hebah.access.model import Account
from hebah.foundation import eventlog
from hebah.foundation.postgres import Database
from hebah.inbox.actions import importing
from hebah.inbox.actions import messages as inbox
from hebah.inbox.model.archived import OldMessage, Origin
from hebah.inbox.model.messages import Arrived, ReceivedMessage
from hebah.messaging.said import MessageKind, Said
from tests.integration.conftest import Web
from tests.integration.live.conftest import Live, add_device

SITI = "+60123456789"


async def arrive(live: Live, shop: Account, device: UUID, *bodies: str) -> None:
    """Somebody writes, all of it stored at once."""
    now = live.clock.now()
    written = [
        ReceivedMessage(
            shop.workspace_id, device, SITI, SITI, uuid4().hex, now, from_me=False, said=Said(MessageKind.TEXT, body)
        )
        for body in bodies
    ]
    async with live.db.transaction() as tx:
        await inbox.receive(tx, Arrived(tuple(await inbox.sift(tx, written, now))), now)


async def test_a_message_and_its_chat_come_with_the_event(live: Live, web: Web) -> None:
    shop = await web.found()
    device = await add_device(live.db, shop.workspace_id)
    tab = await live.tab(await live.sign_in(shop))
    await tab.say(op="sub", topic=device, full=True)
    assert (await tab.hear())["op"] == "subbed"

    await arrive(live, shop, device, "Hello", "Anyone?")
    heard = await tab.hear()

    assert heard["kind"] == "messages_changed"
    assert sorted(message["body"] for message in heard["messages"]) == ["Anyone?", "Hello"]
    (chat,) = heard["chats"]
    assert (chat["phone"], chat["unread"], chat["id"]) == (SITI, 2, heard["messages"][0]["chatId"])


async def test_what_was_missed_comes_in_full_too_and_in_order(live: Live, web: Web) -> None:
    shop = await web.found()
    device = await add_device(live.db, shop.workspace_id)
    for number in range(5):
        await arrive(live, shop, device, str(number))
    tab = await live.tab(await live.sign_in(shop))
    await tab.say(op="sub", topic=device, since=1, full=True)
    assert (await tab.hear())["head"] == 5

    heard = await tab.hear()

    assert heard["seq"] == 5
    assert [message["body"] for message in heard["messages"]] == ["1", "2", "3", "4"]


async def test_a_tab_that_did_not_ask_for_it_hears_ids_only(live: Live, web: Web, other_process: Database) -> None:
    shop = await web.found()
    device = await add_device(live.db, shop.workspace_id)
    token = await live.sign_in(shop)
    plain, full = await live.tab(token), await live.tab(token)
    await plain.follow(device)
    await full.say(op="sub", topic=device, full=True)
    await full.hear()

    await arrive(live, shop, device, "Hello")

    assert "messages" not in await plain.hear()
    assert "messages" in await full.hear()


async def test_an_event_of_something_else_keeps_its_place(live: Live, web: Web) -> None:
    shop = await web.found()
    device = await add_device(live.db, shop.workspace_id)
    await arrive(live, shop, device, "1")
    await live.happen(shop.workspace_id, device, "device_changed", device)
    await arrive(live, shop, device, "2")
    tab = await live.tab(await live.sign_in(shop))
    await tab.say(op="sub", topic=device, since=0, full=True)
    await tab.hear()

    heard = [await tab.hear() for _ in range(3)]

    assert [(event["seq"], event["kind"]) for event in heard] == [
        (1, "messages_changed"),
        (2, "device_changed"),
        (3, "messages_changed"),
    ]


async def test_a_message_that_was_taken_away_is_named_and_does_not_come(live: Live, web: Web) -> None:
    shop = await web.found()
    device = await add_device(live.db, shop.workspace_id)
    await arrive(live, shop, device, "Hello")
    origin = Origin(shop.workspace_id, device, uuid4())
    at, moment = live.clock.now() - timedelta(days=1), timedelta(seconds=1)
    old = OldMessage(uuid4(), "archive:1", SITI, SITI, "", False, at, moment, 0, MessageKind.TEXT, "Past")
    async with live.db.transaction() as tx:
        await importing.bring_in(tx, origin, [old], {}, live.clock.now())
    tab = await live.tab(await live.sign_in(shop))
    await tab.say(op="sub", topic=device, full=True)
    await tab.hear()

    async with live.db.transaction() as tx:
        _, events = await importing.take_back(tx, shop.workspace_id, origin.archive_id, live.clock.now())
        await eventlog.record(tx, events)
    heard = await tab.hear()

    assert str(old.id) in heard["ids"]
    assert heard["messages"] == []
    assert [chat["last"]["body"] for chat in heard["chats"]] == ["Hello"]
