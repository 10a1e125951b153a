"""Words are found in every message that says them now, whether the index of words has come to it or not."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import httpx
import pytest

from hebah.access.model import Account, Role
from hebah.adapters.blobs.filesystem import FilesystemBlobs
from hebah.app.web import Parts
from hebah.foundation.ids import make_id
from hebah.inbox import jobs
from hebah.inbox.actions import messages as inbox
from hebah.inbox.api import finding
from hebah.inbox.model.messages import Arrived, ReceivedMessage
from hebah.messaging.said import MessageKind, Said, Target
from tests.integration.conftest import Web
from tests.integration.inbox.conftest import online

SITI = "+60123456789"


@pytest.fixture
def parts(parts: Parts, tmp_path: Path) -> Parts:
    return replace(parts, routes=finding.ROUTES, provided={"blobs": FilesystemBlobs(tmp_path)})


@pytest.fixture(params=["indexed", "not yet indexed", "half indexed"])
def index(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def said(shop: Account, device: UUID, body: str, *, at: datetime, sender: str = SITI) -> ReceivedMessage:
    wire_id = f"IN{make_id().hex[12:].upper()}"
    words = Said(MessageKind.TEXT, body)
    return ReceivedMessage(shop.workspace_id, device, sender, sender, wire_id, at, from_me=False, said=words)


async def arrive(web: Web, *messages: ReceivedMessage) -> None:
    async with web.db.transaction() as tx:
        fresh = await inbox.sift(tx, messages, web.clock.now())
        await inbox.receive(tx, Arrived(tuple(fresh)), web.clock.now())


async def index_now(web: Web) -> int:
    return await jobs.index_words(web.db, settle_for=timedelta(0))


async def found(browser: httpx.AsyncClient, q: str, **asked: str | int) -> list[str]:
    answer = await browser.get("/api/messages/search", params={"q": q, **asked})
    assert answer.status_code == 200, answer.text
    return [hit["message"]["body"] for hit in answer.json()["items"]]


async def found_from(browser: httpx.AsyncClient, q: str, **asked: str) -> tuple[list[str], str | None]:
    """A page, and where the next begins."""
    answer = (await browser.get("/api/messages/search", params={"q": q, "limit": "50", **asked})).json()
    return [hit["message"]["body"] for hit in answer["items"]], answer["next"]


async def test_words_beginnings_phrases_and_signs_are_found(
    web: Web, shop: Account, device: UUID, owner: httpx.AsyncClient, index: str
) -> None:
    bodies = ["Nasi ayam RM7.50", "Bayam dan nasi", "请问价钱多少", "Ayam nasi 012-345 6789", "ok 👍"]
    begin = web.clock.now() - timedelta(hours=1)
    for minute, body in enumerate(bodies):
        await arrive(web, said(shop, device, body, at=begin + timedelta(minutes=minute)))
        if index == "half indexed" and minute == 2:
            await index_now(web)
    if index == "indexed":
        assert await index_now(web) == len(bodies)

    assert await found(owner, "ayam") == ["Ayam nasi 012-345 6789", "Nasi ayam RM7.50"]
    assert await found(owner, "nasi aya") == ["Ayam nasi 012-345 6789", "Nasi ayam RM7.50"]
    assert await found(owner, "aya nasi") == []
    assert await found(owner, '"nasi ayam"') == ["Nasi ayam RM7.50"]
    assert await found(owner, "012-345") == ["Ayam nasi 012-345 6789"]
    assert await found(owner, "价钱") == ["请问价钱多少"]
    assert await found(owner, "钱价") == []
    assert await found(owner, "👍 ok") == ["ok 👍"]


async def test_pages_follow_each_other_through_months_and_through_what_is_not_indexed_yet(
    web: Web, shop: Account, device: UUID, owner: httpx.AsyncClient, index: str
) -> None:
    newest = web.clock.now() - timedelta(hours=1)
    many = [said(shop, device, f"harga {number}", at=newest - timedelta(days=5 * number)) for number in range(30)]
    await arrive(web, *many[:15])
    if index == "half indexed":
        await index_now(web)
    await arrive(web, *many[15:])
    if index == "indexed":
        await index_now(web)

    bodies: list[str] = []
    after: str | None = ""
    while after is not None:
        asked = {"q": "harga", "limit": "7", "after": after} if after else {"q": "harga", "limit": "7"}
        page = (await owner.get("/api/messages/search", params=asked)).json()
        bodies += [hit["message"]["body"] for hit in page["items"]]
        after = page["next"]

    assert bodies == [f"harga {number}" for number in range(30)]
    since, until = newest - timedelta(days=25), newest - timedelta(days=19)
    assert await found(owner, "harga", **{"from": since.isoformat(), "until": until.isoformat()}) == [
        "harga 4",
        "harga 5",
    ]


async def test_pages_lead_to_every_message_however_often_its_word_is_said(
    web: Web, shop: Account, device: UUID, owner: httpx.AsyncClient
) -> None:
    """Often enough for a page among the newest, a little seldomer, and a few times in all."""
    begin = web.clock.now() - timedelta(hours=2)
    every = {"harga": 3, "murah": 40, "emas": 500}
    bodies = [
        " ".join([f"{number}", *(word for word, nth in every.items() if number % nth == 0)]) for number in range(3000)
    ]
    lines = [said(shop, device, body, at=begin + timedelta(seconds=n)) for n, body in enumerate(bodies)]
    await arrive(web, *lines)
    assert await index_now(web) == len(bodies)

    for word in ("harga", "murah", "emas", "murah harga"):
        asked = set(word.split())
        expected = [body for body in reversed(bodies) if asked <= set(body.split())]
        pages, after = await found_from(owner, f"{word} ")
        while after is not None and len(pages) < 150:
            more, after = await found_from(owner, f"{word} ", after=after)
            pages += more
        assert pages == expected[: len(pages)]
        assert len(pages) == min(150, len(expected))


async def test_an_edited_message_is_found_by_its_new_words_only(
    web: Web, shop: Account, device: UUID, owner: httpx.AsyncClient, index: str
) -> None:
    message = said(shop, device, "ayam goreng", at=web.clock.now())
    await arrive(web, message)
    if index != "not yet indexed":
        await index_now(web)
    edit = Said(MessageKind.EDIT, "ikan bakar", target=Target(message.wire_id, from_me=False))
    await arrive(web, replace(message, wire_id="EDIT1", said=edit))
    if index == "indexed":
        await index_now(web)

    assert await found(owner, "ayam") == []
    assert await found(owner, "bakar ikan") == ["ikan bakar"]


async def test_a_deleted_message_and_the_history_of_an_erased_number_are_not_found(
    web: Web, shop: Account, device: UUID, owner: httpx.AsyncClient, index: str
) -> None:
    other = await online(web, shop, "Kedai 2")
    message = said(shop, device, "ayam goreng", at=web.clock.now())
    await arrive(web, message, said(shop, other, "ayam bakar", at=web.clock.now(), sender="+60198765432"))
    if index != "not yet indexed":
        await index_now(web)
    deletion = Said(MessageKind.DELETION, target=Target(message.wire_id, from_me=False))
    await arrive(web, replace(message, wire_id="DELETE1", said=deletion))
    assert await found(owner, "ayam") == ["ayam bakar"]

    async with web.db.transaction() as tx:
        await inbox.erase_device(tx, shop.workspace_id, other)
    if index == "indexed":
        await index_now(web)
    assert await found(owner, "ayam") == []
    async with web.db.connection() as connection:
        left = await connection.fetchval("SELECT count(*) FROM message_words WHERE device_id = $1", other)
    assert left == 0


async def test_people_find_what_their_numbers_received_and_nothing_else(
    web: Web, shop: Account, device: UUID, owner: httpx.AsyncClient, index: str
) -> None:
    other = await online(web, shop, "Kedai 2")
    now = web.clock.now()
    await arrive(web, said(shop, device, "satu ayam", at=now), said(shop, other, "dua ayam", at=now))
    stranger = await web.found()
    if index != "not yet indexed":
        await index_now(web)
    agent = await web.signed_in(await web.person(shop.workspace_id, Role.AGENT, [other]))
    nobody = await web.signed_in(await web.person(shop.workspace_id, Role.AGENT, []))

    assert sorted(await found(owner, "ayam")) == ["dua ayam", "satu ayam"]
    assert await found(agent, "ayam") == ["dua ayam"]
    assert await found(nobody, "ayam") == []
    assert await found(owner, "ayam", deviceId=str(device)) == ["satu ayam"]
    assert await found(await web.signed_in(stranger), "ayam") == []


async def test_words_go_with_a_message_that_moves_to_another_chat(
    web: Web, shop: Account, device: UUID, owner: httpx.AsyncClient
) -> None:
    now = web.clock.now()
    await arrive(web, said(shop, device, "ayam", at=now), said(shop, device, "nasi", at=now, sender="+60198765432"))
    await index_now(web)
    async with web.db.transaction() as tx:
        await tx.execute(
            "UPDATE message SET chat_id = (SELECT id FROM chat WHERE address = '+60198765432' AND device_id = $1)"
            " WHERE body = 'ayam' AND device_id = $1",
            device,
        )
    assert await found(owner, "ayam") == ["ayam"]
    await index_now(web)
    assert await found(owner, "ayam") == ["ayam"]


async def test_the_index_waits_for_messages_whose_transaction_has_not_ended(
    web: Web, shop: Account, device: UUID, owner: httpx.AsyncClient
) -> None:
    now, other = web.clock.now(), await online(web, shop, "Kedai 2")
    async with web.db.transaction() as slow:
        early = said(shop, device, "lambat", at=now)
        fresh = await inbox.sift(slow, [early], now)
        await inbox.receive(slow, Arrived(tuple(fresh)), now)
        await arrive(web, said(shop, other, "cepat", at=now))
        assert await index_now(web) == 0
    assert sorted([*await found(owner, "lambat"), *await found(owner, "cepat")]) == ["cepat", "lambat"]
    assert await index_now(web) == 2
