"""The inbox over all numbers, through the routes its people use."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from hebah.access.model import Account, Role
from hebah.adapters.blobs.filesystem import FilesystemBlobs
from hebah.app.joints import OffersTransports
from hebah.app.web import Parts
from hebah.foundation.clock import ManualClock
from hebah.foundation.crashpoints import CrashPoints
from hebah.foundation.ids import make_id
from hebah.inbox.actions import messages as inbox
from hebah.inbox.api import chats, finding, messages, team
from hebah.inbox.model.messages import Arrived, MessageStatus, ReceiptOf, ReceivedMessage
from hebah.messaging.said import MessageKind, Said
from hebah.outbox import actions as outbox
from hebah.outbox.actions import Claim
from hebah.outbox.model import AskedLane, DeviceEpoch, Dispatch, LaneFacts, OutboxState, SendHistory, Settlement
from tests.integration.conftest import Web
from tests.integration.inbox.conftest import GATEWAY, online

SITI = "+60123456789"


@pytest.fixture
def parts(parts: Parts, tmp_path: Path) -> Parts:
    routes = (*chats.ROUTES, *messages.ROUTES, *finding.ROUTES, *team.ROUTES)
    # No transport is offered, so nobody can be looked up and nothing is shown before it is said.
    return replace(
        parts, routes=routes, provided={"blobs": FilesystemBlobs(tmp_path), "transports": OffersTransports({})}
    )


async def later(web: Web, minutes: int) -> None:
    """Time goes by."""
    assert isinstance(web.clock, ManualClock)
    await web.clock.advance(timedelta(minutes=minutes))


async def arrive(web: Web, shop: Account, device: UUID, body: str, sender: str = SITI) -> str:
    """Somebody writes; the wire id."""
    wire_id = f"IN{uuid4().hex[:12].upper()}"
    now = web.clock.now()
    message = ReceivedMessage(
        shop.workspace_id, device, sender, sender, wire_id, now, from_me=False, said=Said(MessageKind.TEXT, body)
    )
    async with web.db.transaction() as tx:
        await inbox.receive(tx, Arrived(tuple(await inbox.sift(tx, [message], now))), now)
    return wire_id


async def claim(web: Web, shop: Account, device: UUID) -> list[Dispatch]:
    """What a gateway is given to send."""
    lane = AskedLane(DeviceEpoch(shop.workspace_id, device, 1), LaneFacts(None, 0.0, SendHistory((), 1000)), 0.0)
    claimed = await outbox.claim(web.db, Claim(GATEWAY, (lane,), web.clock.now()), CrashPoints.none())
    return list(claimed.dispatches)


async def listed(browser: httpx.AsyncClient, **asked: str) -> list[dict[str, Any]]:
    answer = await browser.get("/api/chats", params=asked)
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def only_chat(browser: httpx.AsyncClient) -> dict[str, Any]:
    (chat,) = await listed(browser)
    return chat


def words(body: str = "Baik", **more: object) -> dict[str, object]:
    return {"clientId": str(uuid4()), "body": body, **more}


async def test_a_chat_shows_its_newest_message_and_how_many_are_unread(
    web: Web, shop: Account, device: UUID, owner: httpx.AsyncClient
) -> None:
    await arrive(web, shop, device, "Hello")
    await later(web, 1)
    await arrive(web, shop, device, "Anyone?")

    chat = await only_chat(owner)

    assert (chat["phone"], chat["deviceName"], chat["unread"], chat["kind"]) == (SITI, "Kedai 1", 2, "person")
    assert (chat["last"]["body"], chat["last"]["fromMe"], chat["last"]["tick"]) == ("Anyone?", False, None)


async def test_chats_of_all_numbers_stand_in_one_list_and_pages_lead_on(
    web: Web, shop: Account, device: UUID, owner: httpx.AsyncClient
) -> None:
    other = await online(web, shop, "Kedai 2")
    for number in range(5):
        await arrive(web, shop, other if number % 2 else device, f"{number}", f"+6012345678{number}")
        await later(web, 1)

    first = (await owner.get("/api/chats", params={"limit": 3})).json()
    rest = (await owner.get("/api/chats", params={"limit": 3, "after": first["next"]})).json()

    assert [chat["last"]["body"] for chat in first["items"] + rest["items"]] == ["4", "3", "2", "1", "0"]
    assert rest["next"] is None
    assert [chat["last"]["body"] for chat in await listed(owner, deviceId=str(other))] == ["3", "1"]


async def test_search_finds_by_name_and_by_the_number_as_people_write_it(
    web: Web, shop: Account, device: UUID, owner: httpx.AsyncClient
) -> None:
    await arrive(web, shop, device, "Hi", "+60123456789")
    await arrive(web, shop, device, "Hi", "+60198765432")
    async with web.db.transaction() as tx:
        contact = make_id()
        await tx.execute(
            "INSERT INTO contact (workspace_id, id, phone, name, created_at, updated_at)"
            " VALUES ($1, $2, '+60198765432', 'Mei Ling', $3, $3)",
            shop.workspace_id,
            contact,
            web.clock.now(),
        )
        await tx.execute("UPDATE chat SET contact_id = $1 WHERE address = '+60198765432'", contact)

    assert [chat["name"] for chat in await listed(owner, q="mei")] == ["Mei Ling"]
    assert [chat["phone"] for chat in await listed(owner, q="012-345 6789")] == ["+60123456789"]
    assert await listed(owner, q="nobody") == []


async def test_what_is_said_stands_in_the_chat_at_once_and_goes_out_once(
    web: Web, shop: Account, device: UUID, owner: httpx.AsyncClient
) -> None:
    await arrive(web, shop, device, "Hello")
    chat = await only_chat(owner)
    asked = words("Selamat datang")

    said = (await owner.post(f"/api/chats/{chat['id']}/messages", json=asked)).json()
    again = (await owner.post(f"/api/chats/{chat['id']}/messages", json=asked)).json()

    assert (said["tick"], said["clientId"], said["sentBy"]) == ("queued", asked["clientId"], "Aminah")
    assert again["id"] == said["id"]
    page = (await owner.get(f"/api/chats/{chat['id']}/messages")).json()["items"]
    assert [message["body"] for message in page] == ["Selamat datang", "Hello"]
    (dispatch,) = await claim(web, shop, device)
    assert (dispatch.body, dispatch.to, dispatch.wire_id) == ("Selamat datang", SITI, said["wireId"])
    assert (await owner.get(f"/api/chats/{chat['id']}/messages")).json()["items"][0]["tick"] == "sending"


async def test_an_answer_names_what_it_answers(web: Web, shop: Account, device: UUID, owner: httpx.AsyncClient) -> None:
    wire_id = await arrive(web, shop, device, "How much?")
    chat = await only_chat(owner)
    (question,) = (await owner.get(f"/api/chats/{chat['id']}/messages")).json()["items"]

    said = (await owner.post(f"/api/chats/{chat['id']}/messages", json=words("RM 10", quote=question["id"]))).json()

    assert (said["quote"]["messageId"], said["quote"]["body"]) == (question["id"], "How much?")
    (dispatch,) = await claim(web, shop, device)
    assert dispatch.said is not None
    assert dispatch.said.quote is not None
    assert (dispatch.said.quote.wire_id, dispatch.said.quote.sender) == (wire_id, SITI)


async def test_what_was_refused_says_why_and_can_be_tried_again(
    web: Web, shop: Account, device: UUID, owner: httpx.AsyncClient
) -> None:
    await arrive(web, shop, device, "Hello")
    chat = await only_chat(owner)
    said = (await owner.post(f"/api/chats/{chat['id']}/messages", json=words())).json()
    assert (await owner.post(f"/api/messages/{said['id']}/retry")).json()["code"] == "message_not_possible"
    (dispatch,) = await claim(web, shop, device)
    async with web.db.transaction() as tx:
        await outbox.settle(tx, [Settlement(dispatch, OutboxState.FAILED, "blocked")], web.clock.now())
        await tx.execute("UPDATE message SET status = 'failed' WHERE id = $1", UUID(said["id"]))
    failed = (await owner.get(f"/api/chats/{chat['id']}/messages")).json()["items"][0]

    again = (await owner.post(f"/api/messages/{said['id']}/retry")).json()

    assert (failed["tick"], failed["code"]) == ("failed", "blocked")
    assert (again["tick"], again["wireId"]) == ("queued", said["wireId"])
    assert [one.attempt for one in await claim(web, shop, device)] == [2]


async def test_what_still_waits_can_be_taken_back(
    web: Web, shop: Account, device: UUID, owner: httpx.AsyncClient
) -> None:
    await arrive(web, shop, device, "Hello")
    chat = await only_chat(owner)
    said = (await owner.post(f"/api/chats/{chat['id']}/messages", json=words())).json()

    taken = await owner.delete(f"/api/messages/{said['id']}/send")

    assert (taken.status_code, taken.json()["tick"]) == (200, "cancelled")
    assert await claim(web, shop, device) == []
    assert (await owner.delete(f"/api/messages/{said['id']}/send")).status_code == 409


async def test_only_our_own_young_messages_are_edited_and_taken_back(
    web: Web, shop: Account, device: UUID, owner: httpx.AsyncClient
) -> None:
    await arrive(web, shop, device, "Hello")
    chat = await only_chat(owner)
    said = (await owner.post(f"/api/chats/{chat['id']}/messages", json=words())).json()
    (theirs,) = [
        one for one in (await owner.get(f"/api/chats/{chat['id']}/messages")).json()["items"] if not one["fromMe"]
    ]
    (dispatch,) = await claim(web, shop, device)
    async with web.db.transaction() as tx:
        now = web.clock.now()
        await outbox.settle(tx, [Settlement(dispatch, OutboxState.ACCEPTED, None, now)], now)
        receipt = ReceiptOf(shop.workspace_id, device, (dispatch.wire_id,), MessageStatus.ACCEPTED, now)
        await inbox.receive(tx, Arrived(receipts=(receipt,)), now)

    async def edit(message: dict[str, Any]) -> httpx.Response:
        return await owner.patch(f"/api/messages/{message['id']}", json=words("Better"))

    assert (await edit(theirs)).json()["data"]["reason"] == "not_yours"
    assert (await edit(said)).status_code == 202
    (change,) = await claim(web, shop, device)
    assert change.said is not None
    assert change.said.target is not None
    assert (change.said.kind, change.said.target.wire_id) == (MessageKind.EDIT, said["wireId"])
    await later(web, 16)
    assert (await edit(said)).json()["data"]["reason"] == "too_old"
    deleted = await owner.delete(f"/api/messages/{said['id']}")
    assert deleted.status_code == 202


async def test_reading_a_chat_reads_it_for_every_colleague(
    web: Web, shop: Account, device: UUID, owner: httpx.AsyncClient
) -> None:
    await arrive(web, shop, device, "Hello")
    chat = await only_chat(owner)
    agent = await web.signed_in(await web.person(shop.workspace_id, Role.AGENT, [device]))

    assert (await agent.post(f"/api/chats/{chat['id']}/read", json={})).status_code == 204

    assert (await only_chat(owner))["unread"] == 0
    assert await listed(owner, filter="unread") == []
    assert (await owner.post(f"/api/chats/{chat['id']}/unread")).status_code == 204
    assert len(await listed(agent, filter="unread")) == 1


async def test_a_pinned_chat_stays_on_top_and_one_put_away_leaves_the_list(
    web: Web, shop: Account, device: UUID, owner: httpx.AsyncClient
) -> None:
    for number in range(3):
        await arrive(web, shop, device, f"{number}", f"+6012345678{number}")
        await later(web, 1)
    newest, middle, oldest = await listed(owner)

    await owner.patch(f"/api/chats/{oldest['id']}", json={"pinned": True})
    await owner.patch(f"/api/chats/{middle['id']}", json={"archived": True})

    assert [chat["id"] for chat in await listed(owner)] == [oldest["id"], newest["id"]]
    assert [chat["id"] for chat in await listed(owner, filter="archived")] == [middle["id"]]


async def test_a_chat_is_given_to_a_colleague_who_sees_its_number(
    web: Web, shop: Account, device: UUID, owner: httpx.AsyncClient
) -> None:
    await arrive(web, shop, device, "Hello")
    chat = await only_chat(owner)
    seeing = await web.person(shop.workspace_id, Role.AGENT, [device])
    blind = await web.person(shop.workspace_id, Role.AGENT, [])
    label = (await owner.post("/api/labels", json={"name": "Order", "colour": "#0a7d5a"})).json()

    refused = await owner.patch(f"/api/chats/{chat['id']}", json={"assignedTo": str(blind.user_id)})
    given = await owner.patch(
        f"/api/chats/{chat['id']}", json={"assignedTo": str(seeing.user_id), "labels": [label["id"]]}
    )

    assert refused.json()["data"]["fields"] == {"assignedTo": "does_not_see_device"}
    assert (given.json()["assignedTo"]["name"], given.json()["labels"]) == ("Budi", [label["id"]])
    agent = await web.signed_in(seeing)
    assert len(await listed(agent, filter="mine")) == 1
    assert len(await listed(owner, labelId=label["id"])) == 1


async def test_nobody_sees_chats_of_numbers_that_were_not_granted(
    web: Web, shop: Account, device: UUID, owner: httpx.AsyncClient
) -> None:
    await arrive(web, shop, device, "Hello")
    chat = await only_chat(owner)
    agent = await web.signed_in(await web.person(shop.workspace_id, Role.AGENT, []))
    stranger = await web.signed_in(await web.found())

    for browser in (agent, stranger):
        assert await listed(browser) == []
        assert (await browser.get(f"/api/chats/{chat['id']}")).status_code == 404
        assert (await browser.get(f"/api/chats/{chat['id']}/messages")).status_code == 404
        assert (await browser.post(f"/api/chats/{chat['id']}/messages", json=words())).status_code == 404
        assert (await browser.post(f"/api/chats/{chat['id']}/read", json={})).status_code == 404


async def test_a_message_is_found_with_what_stands_around_it(
    web: Web, shop: Account, device: UUID, owner: httpx.AsyncClient
) -> None:
    for number in range(9):
        await arrive(web, shop, device, f"{number}")
        await later(web, 1)
    chat = await only_chat(owner)
    path = f"/api/chats/{chat['id']}/messages"
    everything = (await owner.get(path)).json()["items"]
    place = next(message for message in everything if message["body"] == "4")

    around = (await owner.get(path, params={"around": place["id"], "limit": 4})).json()
    newer = (await owner.get(path, params={"newer": around["newer"], "limit": 4})).json()
    older = (await owner.get(path, params={"after": around["next"], "limit": 4})).json()

    assert [message["body"] for message in around["items"]] == ["6", "5", "4", "3"]
    assert [message["body"] for message in newer["items"]] == ["8", "7"]
    assert [message["body"] for message in older["items"]] == ["2", "1", "0"]


async def test_words_are_found_over_all_numbers_and_marked(
    web: Web, shop: Account, device: UUID, owner: httpx.AsyncClient
) -> None:
    other = await online(web, shop, "Kedai 2")
    await arrive(web, shop, device, "Boleh saya tahu harga ayam goreng?")
    await later(web, 1)
    await arrive(web, shop, other, "Harga 100% ayam", "+60198765432")
    agent = await web.signed_in(await web.person(shop.workspace_id, Role.AGENT, [other]))

    async def found(browser: httpx.AsyncClient, q: str, **asked: str) -> list[str]:
        answer = await browser.get("/api/messages/search", params={"q": q, **asked})
        assert answer.status_code == 200, answer.text
        return [hit["marked"] for hit in answer.json()["items"]]

    assert await found(owner, "AYAM harga") == [
        "\x02Harga\x03 100% \x02ayam\x03",
        "Boleh saya tahu \x02harga\x03 \x02ayam\x03 goreng?",
    ]
    assert await found(owner, "100%") == ["Harga \x02100%\x03 ayam"]
    assert await found(owner, "ayam", deviceId=str(device)) == ["Boleh saya tahu harga \x02ayam\x03 goreng?"]
    assert await found(agent, "ayam") == ["Harga 100% \x02ayam\x03"]
    assert (await owner.get("/api/messages/search", params={"q": "a"})).status_code == 422


async def test_links_of_a_chat_are_found_in_its_gallery(
    web: Web, shop: Account, device: UUID, owner: httpx.AsyncClient
) -> None:
    await arrive(web, shop, device, "See https://example.com/menu")
    await arrive(web, shop, device, "Thanks")
    chat = await only_chat(owner)

    async def kinds(kind: str) -> list[str]:
        answer = await owner.get(f"/api/chats/{chat['id']}/gallery", params={"kind": kind})
        return [message["body"] for message in answer.json()["items"]]

    assert await kinds("link") == ["See https://example.com/menu"]
    assert await kinds("image") == []
    person = (await owner.get(f"/api/chats/{chat['id']}/person")).json()
    assert (person["lead"], person["consent"]) == (None, "unknown")


async def test_a_chat_begun_by_number_is_listed_from_its_first_message_on(
    web: Web, shop: Account, device: UUID, owner: httpx.AsyncClient
) -> None:
    async def begin(phone: str) -> httpx.Response:
        return await owner.post("/api/chats", json={"deviceId": str(device), "phone": phone})

    begun, again = (await begin("012-345 6789")).json(), (await begin(SITI)).json()
    assert (begun["phone"], begun["name"], begun["last"], again["id"]) == (SITI, SITI, None, begun["id"])
    assert await listed(owner) == []
    assert (await begin("hello")).json()["data"]["fields"] == {"phone": "phone_letters"}

    await owner.post(f"/api/chats/{begun['id']}/messages", json=words("Hello"))

    assert [chat["last"]["body"] for chat in await listed(owner)] == ["Hello"]
    agent = await web.signed_in(await web.person(shop.workspace_id, Role.AGENT, []))
    refused = await agent.post("/api/chats", json={"deviceId": str(device), "phone": SITI})
    assert refused.status_code == 404
