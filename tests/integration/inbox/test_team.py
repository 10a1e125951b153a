"""What a team keeps about its chats, through the routes its people use."""

from dataclasses import replace
from uuid import UUID

import httpx
import pytest

from hebah.access.model import Account, Role
from hebah.app.web import Parts
from hebah.foundation.clock import ManualClock
from hebah.foundation.ids import make_id
from hebah.inbox.api import team
from tests.integration.conftest import Web
from tests.integration.worlds import add_device


@pytest.fixture
def parts(parts: Parts) -> Parts:
    return replace(parts, routes=team.ROUTES)


async def a_chat(web: Web, shop: Account) -> tuple[UUID, UUID]:
    """Somebody has written to a number of the shop; its device and chat."""
    device_id, chat_id = make_id(), make_id()
    assert isinstance(web.clock, ManualClock)
    async with web.db.transaction() as tx:
        await add_device(tx, shop.workspace_id, device_id, web.clock)
        await tx.execute(
            "INSERT INTO chat (workspace_id, id, device_id, address, last_at, last_message_id)"
            " VALUES ($1, $2, $3, '+60123456789', $4, $2)",
            shop.workspace_id,
            chat_id,
            device_id,
            web.clock.now(),
        )
    return device_id, chat_id


async def test_labels_are_made_renamed_and_taken_away(owner: httpx.AsyncClient) -> None:
    made = (await owner.post("/api/labels", json={"name": " New  order ", "colour": "#0a7d5a"})).json()
    assert made["name"] == "New order"

    changed = await owner.patch(f"/api/labels/{made['id']}", json={"name": "Order", "colour": "#b42318"})
    assert (await owner.get("/api/labels")).json()["items"] == [changed.json()]

    assert (await owner.delete(f"/api/labels/{made['id']}")).status_code == 204
    assert (await owner.get("/api/labels")).json()["items"] == []
    assert (await owner.delete(f"/api/labels/{made['id']}")).status_code == 404


async def test_two_labels_of_one_name_are_refused(owner: httpx.AsyncClient) -> None:
    await owner.post("/api/labels", json={"name": "Order", "colour": "#0a7d5a"})
    other = (await owner.post("/api/labels", json={"name": "Paid", "colour": "#0a7d5a"})).json()

    again = await owner.post("/api/labels", json={"name": "ORDER", "colour": "#1d5fd1"})
    renamed = await owner.patch(f"/api/labels/{other['id']}", json={"name": "order", "colour": "#1d5fd1"})

    assert (again.status_code, again.json()["code"]) == (409, "label_taken")
    assert (renamed.status_code, renamed.json()["code"]) == (409, "label_taken")


@pytest.mark.parametrize(
    ("asked", "fields"),
    [
        ({"name": " ", "colour": "#0a7d5a"}, {"name": "empty"}),
        ({"name": "x" * 41, "colour": "mauve"}, {"name": "too_long", "colour": "unknown"}),
    ],
)
async def test_a_label_that_cannot_be_kept_says_why(
    owner: httpx.AsyncClient, asked: dict[str, str], fields: dict[str, str]
) -> None:
    answer = await owner.post("/api/labels", json=asked)
    assert (answer.status_code, answer.json()["data"]["fields"]) == (422, fields)


async def test_canned_replies_are_kept_under_their_shortcut(owner: httpx.AsyncClient) -> None:
    made = (await owner.post("/api/canned-replies", json={"shortcut": "/Alamat", "body": "12 Jalan Besar"})).json()
    assert made["shortcut"] == "alamat"

    taken = await owner.post("/api/canned-replies", json={"shortcut": "alamat", "body": "Elsewhere"})
    assert (taken.status_code, taken.json()["code"]) == (409, "shortcut_taken")

    changed = await owner.patch(
        f"/api/canned-replies/{made['id']}", json={"shortcut": "alamat", "body": "14 Jalan Besar"}
    )
    assert (await owner.get("/api/canned-replies")).json()["items"] == [changed.json()]
    assert (await owner.delete(f"/api/canned-replies/{made['id']}")).status_code == 204


async def test_notes_are_seen_by_colleagues_and_taken_away_by_their_author(
    web: Web, shop: Account, owner: httpx.AsyncClient
) -> None:
    device_id, chat_id = await a_chat(web, shop)
    agent = await web.signed_in(await web.person(shop.workspace_id, Role.AGENT, [device_id]))
    other = await web.signed_in(await web.person(shop.workspace_id, Role.AGENT, [device_id]))
    note = (await agent.post(f"/api/chats/{chat_id}/notes", json={"body": "Wants a discount"})).json()

    (seen,) = (await owner.get(f"/api/chats/{chat_id}/notes")).json()["items"]
    assert (seen["body"], seen["byName"]) == ("Wants a discount", "Budi")
    assert (await other.delete(f"/api/chats/{chat_id}/notes/{note['id']}")).status_code == 404
    assert (await agent.delete(f"/api/chats/{chat_id}/notes/{note['id']}")).status_code == 204


async def test_a_chat_of_a_device_that_was_not_granted_does_not_exist(web: Web, shop: Account) -> None:
    _, chat_id = await a_chat(web, shop)
    agent = await web.signed_in(await web.person(shop.workspace_id, Role.AGENT, []))
    stranger = await web.signed_in(await web.found())

    for browser in (agent, stranger):
        assert (await browser.get(f"/api/chats/{chat_id}/notes")).status_code == 404
        assert (await browser.post(f"/api/chats/{chat_id}/notes", json={"body": "x"})).status_code == 404


async def test_agents_are_those_who_can_sign_in(web: Web, shop: Account, owner: httpx.AsyncClient) -> None:
    await web.person(shop.workspace_id, Role.AGENT)
    names = [(one["name"], one["role"]) for one in (await owner.get("/api/agents")).json()["items"]]
    assert names == [("Aminah", "owner"), ("Budi", "agent")]
