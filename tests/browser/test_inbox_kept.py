"""What is kept at the screen: files that are not here say why, and words that are not kept say so."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import Any
from uuid import UUID, uuid4

import pytest
from playwright.sync_api import Page, expect

from hebah.adapters.blobs.filesystem import FilesystemBlobs
from hebah.foundation.clock import SystemClock
from hebah.foundation.embedded_postgres import running_url
from hebah.foundation.postgres import Database
from hebah.inbox.actions import messages as inbox
from hebah.inbox.model.messages import Arrived, ReceivedMessage
from hebah.media import actions as media
from hebah.media.model import ReceivedFile
from hebah.messaging.said import MediaFacts, MessageKind, Said
from tests.browser.conftest import Open, Windows
from tests.browser.shop import RunningHebah, Shop, running_hebah

SAYS = {
    "later": ("Not fetched yet", "Fetch (2 kB)"),
    "no_room": ("Not fetched: the space for files is used up", "Fetch (2 kB)"),
    "expired": ("No longer on WhatsApp's servers", "Ask the phone again"),
    "removed": ("Removed when its time was over (2 kB)", "Ask the phone again"),
    "damaged": ("The file is damaged", "Ask the phone again"),
    "waiting": ("The file is on its way", None),
    "too_large": ("Too large to be kept", None),
}
NUMBERS = itertools.count(1)


def beside(hebah: RunningHebah, do: Callable[[Database], Coroutine[Any, Any, None]]) -> None:
    """Do something to the database of a running Hebah, as another process would."""

    async def run() -> None:
        url = running_url(hebah.home / "data" / "postgres")
        assert url is not None
        async with await Database.connect(url) as db:
            await do(db)

    # Playwright keeps an event loop running in this thread.
    with ThreadPoolExecutor(1) as elsewhere:
        elsewhere.submit(asyncio.run, run()).result()


def received(device: dict[str, Any], workspace_id: UUID, phone: str, said: Said) -> ReceivedMessage:
    """What somebody has sent just now."""
    return ReceivedMessage(
        workspace_id, UUID(device["id"]), phone, phone, uuid4().hex, SystemClock().now(), from_me=False, said=said
    )


def document(name: str) -> Said:
    return Said(MessageKind.DOCUMENT, media=MediaFacts(b"ref", "application/pdf", 2000, file_name=name))


async def stored(db: Database, message: ReceivedMessage) -> UUID:
    """The message has arrived, and nobody fetches its file."""
    now = SystemClock().now()
    async with db.transaction() as tx:
        (message_id,) = await inbox.receive(tx, Arrived(tuple(await inbox.sift(tx, [message], now))), now)
        await tx.execute("DELETE FROM media_fetch WHERE message_id = $1", message_id)
    return message_id


def with_files(shop: Shop, device: dict[str, Any], phone: str) -> None:
    """A document in each state, and one that is here with its bytes lost."""

    async def store(db: Database) -> None:
        workspace_id = UUID(shop.call("GET", "/api/workspace")["id"])
        for state in SAYS:
            message_id = await stored(db, received(device, workspace_id, phone, document(f"{state}.pdf")))
            async with db.transaction() as tx:
                await tx.execute("UPDATE message SET media_state = $2 WHERE id = $1", message_id, state)
        message_id = await stored(db, received(device, workspace_id, phone, document("lost.pdf")))
        blobs = FilesystemBlobs(shop.hebah.home / "data" / "media", settled_s=0)
        file = ReceivedFile(workspace_id, uuid4().bytes, "application/pdf", "lost.pdf")
        kept = await media.add_file(db, blobs, SystemClock(), file)
        await blobs.remove(kept.sha256)
        async with db.transaction() as tx:
            await tx.execute(
                "UPDATE message SET media_state = 'ready', media_id = $2 WHERE id = $1", message_id, kept.id
            )

    beside(shop.hebah, store)


def chat_with(shop: Shop, phone: str) -> str:
    found = shop.await_(f"/api/chats?q={phone[3:]}", lambda page: bool(page["items"]))["items"]
    return str(found[0]["id"])


def bubble(page: Page, name: str) -> Any:  # Any: a Locator, which the stubs of a loop variable do not know
    return page.locator("[data-message]").filter(has_text=f"{name}.pdf")


def test_a_file_that_is_not_here_says_why_and_how_to_get_it(shop: Shop, open_shop: Open, width: str) -> None:
    device, phone = shop.device(f"Files {width}"), f"+6012700{next(NUMBERS):04}"
    with_files(shop, device, phone)
    page = open_shop(width)
    page.goto(f"/inbox/{chat_with(shop, phone)}")
    for name, (words, button) in SAYS.items():
        row = bubble(page, name)
        expect(row).to_contain_text(words)
        expect(row.get_by_role("button", name=button or "Ask the phone again")).to_have_count(
            0 if button is None else 1
        )
    lost = bubble(page, "lost")
    lost.get_by_role("link").click()
    expect(lost).to_contain_text("The file is lost here")
    shop.call("POST", f"/api/devices/{device['id']}/stop")
    lost.get_by_role("button", name="Ask the phone again").click()
    expect(lost).to_contain_text("The file is on its way")


def test_an_owner_sees_what_would_be_removed_before_it_is(shop: Shop, open_shop: Open, width: str) -> None:
    device, phone = shop.device(f"Old {width}"), f"+6012700{next(NUMBERS):04}"

    async def store(db: Database) -> None:
        workspace_id = UUID(shop.call("GET", "/api/workspace")["id"])
        message_id = await stored(db, received(device, workspace_id, phone, Said(MessageKind.TEXT, "long ago")))
        async with db.transaction() as tx:
            await tx.execute("UPDATE message SET at = at - interval '900 days' WHERE id = $1", message_id)

    beside(shop.hebah, store)
    page = open_shop(width)
    page.goto("/settings/keeping")
    expect(page.get_by_text("Nothing would be removed now.")).to_be_visible()
    page.get_by_label("Keep messages for").fill("800")
    expect(page.get_by_text("Would be removed: 0 files (0 byte), ")).to_be_visible()
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="Save and remove").click()
    expect(page.get_by_text("Saved.").first).to_be_visible()
    assert shop.call("GET", "/api/workspace")["keepMessagesDays"] == 800
    shop.call("PATCH", "/api/workspace", json={"keepMessagesDays": None})


@pytest.fixture(scope="module")
def forgetful() -> Iterator[Shop]:
    """A shop whose server keeps no words."""
    with running_hebah(given={"WHATSAPP_CHAT_STORAGE": "false"}) as running, closing(running.set_up()) as owner:
        yield Shop(running, owner)


def test_words_that_are_not_kept_are_read_by_whoever_is_there_and_by_nobody_later(
    forgetful: Shop, windows: Windows, width: str
) -> None:
    device, phone = forgetful.device(f"Forgetful {width}"), f"+6012700{next(NUMBERS):04}"
    number = forgetful.call("GET", f"/api/devices/{device['id']}")["phone"]
    forgetful.call("POST", f"/api/simulated/phones/{number}/say", json={"from": phone, "body": "Is it open?"})
    chat_id = chat_with(forgetful, phone)
    page = windows.open(forgetful.hebah.url, width, signed_in=forgetful.owner)
    page.goto(f"/inbox/{chat_id}")
    thread = page.get_by_role("log")
    expect(thread.get_by_text("Is it open?")).to_be_visible()

    async def age(db: Database) -> None:
        async with db.transaction() as tx:
            await tx.execute("UPDATE message SET received_at = received_at - interval '2 minutes'")

    beside(forgetful.hebah, age)
    forgetful.await_(f"/api/chats/{chat_id}/messages", lambda page: not any(one["kept"] for one in page["items"]))
    forgetful.call("POST", f"/api/simulated/phones/{number}/say", json={"from": phone, "body": "Hello?"})
    expect(thread.get_by_text("Hello?")).to_be_visible()
    expect(thread.get_by_text("Is it open?")).to_be_visible()
    page.reload()
    expect(page.get_by_text("Message: not kept (chat storage is off)")).to_be_visible()
    expect(page.get_by_text("Is it open?")).to_have_count(0)
