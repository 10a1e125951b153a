"""Typing seen on both sides and by colleagues, numbers looked up before a chat, older messages asked of the phone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from uuid import uuid4

import httpx
import pytest
from playwright.sync_api import Page, expect

from hebah.adapters.transports.simulated.network import NetworkSettings
from hebah.adapters.transports.simulated.people import LIVELY, People
from tests.browser.conftest import Open
from tests.browser.shop import Json, Shop

PEOPLE = People(LIVELY, NetworkSettings().seed)


@pytest.fixture
def typing(shop: Shop) -> Iterator[None]:
    """What is written by hand is shown, as it is where nobody has decided otherwise."""
    shop.call("PATCH", "/api/workspace", json={"typingOn": True})
    yield
    shop.call("PATCH", "/api/workspace", json={"typingOn": False})


@pytest.fixture
def colleague(shop: Shop, width: str) -> Iterator[httpx.Client]:
    """Somebody else who answers chats."""
    with closing(shop.colleague(f"Farah {width}", "operator")) as client:
        yield client


def number(shop: Shop, *, is_there: bool) -> str:
    """Somebody nobody has written to, who is on the pretended WhatsApp or not."""
    while True:
        phone = f"+6018{7_000_000 + next(shop.numbers)}"
        if PEOPLE.is_absent(phone) is not is_there:
            return phone


def chat_between(shop: Shop, one: Json, other: Json) -> tuple[str, str]:
    """The chat of two devices with each other, from both sides."""
    ours = shop.call("POST", "/api/chats", json={"deviceId": one["id"], "phone": other["phone"]})["id"]
    shop.call("POST", f"/api/chats/{ours}/messages", json={"clientId": str(uuid4()), "body": "Selamat pagi"})
    theirs = shop.await_(f"/api/chats?deviceId={other['id']}", lambda seen: len(seen["items"]) == 1)["items"][0]["id"]
    return ours, theirs


def is_open(page: Page) -> None:
    expect(page.get_by_role("textbox", name=re.compile("^Write"))).to_be_visible()


@pytest.mark.usefixtures("typing")
def test_two_sides_and_a_colleague_see_who_writes(
    shop: Shop, colleague: httpx.Client, open_shop: Open, width: str
) -> None:
    one, other = shop.device(f"Kaunter {width}"), shop.device(f"Gudang {width}")
    ours, theirs = chat_between(shop, one, other)
    here = open_shop(width)
    here.goto(f"/device/{one['id']}/whatsapp-web/{ours}")
    there, beside = open_shop(width), open_shop(width, signed_in=colleague)
    there.goto(f"/device/{other['id']}/whatsapp-web/{theirs}")
    beside.goto(f"/device/{one['id']}/whatsapp-web/{ours}")
    for page in (here, there, beside):
        is_open(page)

    here.get_by_role("textbox", name=re.compile("^Write")).press_sequentially("Saya semak", delay=20)
    expect(there.locator("header").get_by_text("typing…")).to_be_visible()
    expect(beside.get_by_text("Aminah is writing here…")).to_be_visible()
    expect(here.get_by_text("Aminah is writing here…")).to_have_count(0)
    here.keyboard.press("Enter")
    expect(there.get_by_role("log").get_by_text("Saya semak")).to_be_visible()
    expect(beside.get_by_text("Aminah is writing here…")).to_have_count(0)
    expect(there.locator("header").get_by_text("typing…")).to_have_count(0)

    there.get_by_role("textbox", name=re.compile("^Write")).press_sequentially("Baik", delay=20)
    expect(here.locator("header").get_by_text("typing…")).to_be_visible()


@pytest.mark.usefixtures("typing")
def test_typing_stands_in_the_list_too(shop: Shop, open_shop: Open, width: str) -> None:
    one, other = shop.device(f"Depan {width}"), shop.device(f"Belakang {width}")
    ours, theirs = chat_between(shop, one, other)
    page = open_shop(width)
    page.goto(f"/device/{other['id']}/whatsapp-web")
    row = page.locator(f'[data-chat="{theirs}"]')
    expect(row).to_be_visible()
    shop.call("POST", f"/api/chats/{ours}/typing", json={"state": "recording"})
    expect(row.get_by_text("recording a voice note…")).to_be_visible()


def test_a_new_chat_is_begun_only_with_a_number_that_is_on_whatsapp(shop: Shop, open_shop: Open, width: str) -> None:
    device = shop.device(f"Baharu {width}")
    page = open_shop(width)
    page.goto(f"/device/{device['id']}/whatsapp-web")
    page.get_by_role("button", name="New chat").first.click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("50 more numbers of 50")).to_be_visible()
    dialog.get_by_label("Phone number").fill(number(shop, is_there=False))
    dialog.get_by_role("button", name="Open the chat").click()
    expect(dialog.get_by_text("This number is not on WhatsApp. Nothing was sent.")).to_be_visible()
    expect(dialog.get_by_role("button", name="Open without looking up")).to_have_count(0)
    expect(dialog.get_by_text("49 more numbers of 50")).to_be_visible()

    dialog.get_by_label("Phone number").fill(number(shop, is_there=True))
    dialog.get_by_role("button", name="Open the chat").click()
    is_open(page)

    shop.call("POST", f"/api/devices/{device['id']}/stop")
    page.goto(f"/device/{device['id']}/whatsapp-web")
    page.get_by_role("button", name="New chat").first.click()
    dialog.get_by_label("Phone number").fill(number(shop, is_there=True))
    dialog.get_by_role("button", name="Open the chat").click()
    expect(dialog.get_by_text("The device is not online, so the number cannot be looked up.")).to_be_visible()
    dialog.get_by_role("button", name="Open without looking up").click()
    is_open(page)


@pytest.fixture
def begun(shop: Shop, open_shop: Open, width: str) -> Page:
    """A chat in which somebody has written once, open in a window."""
    device = shop.device(f"Lama {width}")
    said = {"from": number(shop, is_there=True), "body": "Ada stok lagi?"}
    shop.call("POST", f"/api/simulated/phones/{device['phone']}/say", json=said)
    chats = shop.await_(f"/api/chats?deviceId={device['id']}", lambda seen: len(seen["items"]) == 1)
    page = open_shop(width)
    page.goto(f"/device/{device['id']}/whatsapp-web/{chats['items'][0]['id']}")
    expect(page.get_by_role("log").get_by_text("Ada stok lagi?")).to_be_visible()
    return page


def test_older_messages_are_asked_of_the_phone_and_stand_above_without_moving_what_is_read(begun: Page) -> None:
    log = begun.get_by_role("log")
    ask = log.get_by_role("button", name="Ask the phone for older messages")
    ask.click()
    expect(log.locator('[data-row="50"]')).to_be_visible()
    expect(log.get_by_text("Ada stok lagi?")).to_be_visible()

    log.evaluate("log => { log.scrollTop = 0; }")
    expect(ask).to_be_enabled()
    oldest = log.locator('[data-row="0"]').element_handle()
    box = oldest.bounding_box()
    assert box is not None
    ask.click()
    # Ten more are all that this phone has.
    stays = "([row, y]) => row.dataset.row === '10' && Math.abs(row.getBoundingClientRect().top - y) < 4"
    begun.wait_for_function(stays, arg=[oldest, box["y"]])
    log.evaluate("log => { log.scrollTop = 0; }")
    ask.click()
    expect(log.get_by_text("The phone has nothing older in this chat.")).to_be_visible()
    expect(ask).to_have_count(0)
