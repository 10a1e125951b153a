"""Groups and pictures as screens see them: through the routes, with what gateways have found."""

from dataclasses import replace
from uuid import UUID

import httpx
import pytest

from hebah.access.model import Account
from hebah.app.joints import OffersTransports
from hebah.app.web import Parts
from hebah.foundation.ids import make_id
from hebah.inbox.actions import errands
from hebah.inbox.actions import messages as inbox
from hebah.inbox.api import chats, messages
from hebah.inbox.model.fetched import Errand, ErrandKind
from hebah.inbox.model.messages import Arrived, ReceivedMessage
from hebah.messaging.groups import Group, Member, Role
from hebah.messaging.said import MessageKind, Notice, NoticeCode, Said
from tests.integration.conftest import Web
from tests.integration.inbox.conftest import online
from tests.integration.inbox.test_inbox import later

SITI, ALI = "+60123456789", "+60123456788"
GROUP = "group:120363000000000001"


@pytest.fixture
def parts(parts: Parts) -> Parts:
    return replace(parts, routes=(*chats.ROUTES, *messages.ROUTES), provided={"transports": OffersTransports({})})


class Shop:
    """A number of a shop that is in a group, and its owner in the browser."""

    def __init__(self, web: Web, account: Account, device: UUID, owner: httpx.AsyncClient) -> None:
        self.web = web
        self.account = account
        self.device = device
        self.owner = owner

    async def take_in(self, notice: Notice, wire_id: str) -> None:
        now, by = self.web.clock.now(), notice.by or GROUP
        said = Said(MessageKind.SYSTEM, notice=notice)
        line = ReceivedMessage(
            self.account.workspace_id, self.device, GROUP, by, wire_id, now, from_me=False, said=said
        )
        async with self.web.db.transaction() as tx:
            await inbox.receive(tx, Arrived(tuple(await inbox.sift(tx, [line], now))), now)

    async def chat(self) -> dict[str, object]:
        [chat] = (await self.owner.get("/api/chats")).json()["items"]
        found: dict[str, object] = chat
        return found

    async def own_phone(self) -> str:
        async with self.web.db.connection() as connection:
            phone: str = await connection.fetchval("SELECT phone FROM device WHERE id = $1", self.device)
        return phone

    async def errand(self, kind: ErrandKind) -> Errand:
        chat_id = UUID(str((await self.chat())["id"]))
        now = self.web.clock.now()
        return Errand(
            self.account.workspace_id, self.device, chat_id, kind, GROUP, now, 0,
            pinned=False, archived=False, muted_until=None, unread=False,
        )  # fmt: skip

    async def wanted(self) -> set[str]:
        async with self.web.db.connection() as connection:
            return {row["kind"] for row in await connection.fetch("SELECT kind FROM errand")}


@pytest.fixture
async def shop(web: Web) -> Shop:
    account = await web.found()
    shop = Shop(web, account, await online(web, account, "Kedai 1"), await web.signed_in(account))
    await shop.take_in(Notice(NoticeCode.CREATED, SITI, words="Kelas"), "SYS1")
    return shop


async def found_members(shop: Shop, *members: Member) -> None:
    errand = await shop.errand(ErrandKind.GROUP)
    told = Group("Kelas", members, admins_write=False)
    await errands.keep_group(shop.web.db, errand, told, (), shop.web.clock.now())


async def test_a_line_of_whatsapp_names_people_and_tells_us_from_them(shop: Shop) -> None:
    own = await shop.own_phone()
    await found_members(shop, Member(own), Member(SITI, "Siti", Role.OWNER), Member(ALI))
    await shop.take_in(Notice(NoticeCode.ADDED, SITI, (own, ALI)), "SYS2")
    chat = await shop.chat()
    page = (await shop.owner.get(f"/api/chats/{chat['id']}/messages")).json()["items"]
    assert page[0]["kind"] == "system"
    assert page[0]["notice"] == {
        "code": "added",
        "by": {"address": SITI, "name": "Siti", "isUs": False},
        "people": [{"address": own, "name": "", "isUs": True}, {"address": ALI, "name": "", "isUs": False}],
        "words": "",
    }
    assert (chat["name"], chat["unread"]) == ("Kelas", 0)


async def test_members_are_listed_and_looked_up_again_after_a_week(shop: Shop) -> None:
    chat = await shop.chat()
    own = await shop.own_phone()
    await found_members(shop, Member(SITI, "Siti", Role.ADMIN), Member(own), Member(ALI, "Ali"))
    async with shop.web.db.transaction() as tx:
        await tx.execute("DELETE FROM errand")
    listed = (await shop.owner.get(f"/api/chats/{chat['id']}/members")).json()["items"]
    assert [(one["address"], one["name"], one["role"], one["isUs"]) for one in listed] == [
        (own, "", "member", True),
        (SITI, "Siti", "admin", False),
        (ALI, "Ali", "member", False),
    ]
    assert "group" not in await shop.wanted()
    await later(shop.web, 8 * 24 * 60)
    again = await shop.web.signed_in(shop.account)  # nobody stays signed in for so long
    assert (await again.get(f"/api/chats/{chat['id']}/members")).status_code == 200
    assert "group" in await shop.wanted()


async def test_members_of_a_group_of_others_are_not_found(shop: Shop, web: Web) -> None:
    chat = await shop.chat()
    stranger = await web.signed_in(await web.found())
    assert (await stranger.get(f"/api/chats/{chat['id']}/members")).status_code == 404


async def test_a_group_that_we_are_not_in_is_closed_and_takes_nothing_more(shop: Shop) -> None:
    await found_members(shop, Member(SITI, "Siti", Role.OWNER))
    chat = await shop.chat()
    assert chat["closed"] == "left"
    said = {"clientId": str(make_id()), "kind": "text", "body": "Salam"}
    refused = await shop.owner.post(f"/api/chats/{chat['id']}/messages", json=said)
    assert (refused.status_code, refused.json()["data"]["reason"]) == (409, "left")


async def test_looking_at_the_list_wants_pictures_once(shop: Shop) -> None:
    assert "picture" not in await shop.wanted()
    assert (await shop.chat())["picture"] is None
    assert "picture" in await shop.wanted()
    picture_id = make_id()
    await errands.keep_picture(shop.web.db, await shop.errand(ErrandKind.PICTURE), picture_id, shop.web.clock.now())
    assert (await shop.chat())["picture"] == f"/media/{picture_id}"
    assert "picture" not in await shop.wanted()
