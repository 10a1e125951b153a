"""The palette: anywhere and anything by a few letters, from the keyboard or by touch."""

from __future__ import annotations

import re
from contextlib import closing

from playwright.sync_api import Page, expect

from tests.browser.conftest import Open
from tests.browser.shop import Shop


def opened(page: Page, width: str) -> None:
    """Open it as people do at this width."""
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    if width == "phone":
        page.get_by_role("button", name="Find or do something").click()
    else:
        page.keyboard.press("Control+k")
    expect(page.get_by_role("combobox")).to_be_focused()


def test_a_lead_is_opened_by_letters_of_the_name(shop: Shop, open_shop: Open, width: str) -> None:
    lead = shop.lead(f"Zulaikha of {width}")
    page = open_shop(width)
    page.goto("/devices")
    opened(page, width)
    page.keyboard.type(f"zulaikha of {width}")
    expect(page.get_by_role("option", name=re.compile("Zulaikha"))).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(str(lead["id"])))


def test_arrows_walk_and_enter_does_what_is_chosen(shop: Shop, open_shop: Open) -> None:
    page = open_shop("desktop")
    page.goto("/")
    opened(page, "desktop")
    page.keyboard.type("page")
    first = page.get_by_role("option", selected=True)
    expect(first).to_contain_text("Overview")
    page.keyboard.press("ArrowUp")
    expect(first).to_contain_text("Settings")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/settings"))
    opened(page, "desktop")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_a_chat_with_a_number_is_begun_from_anywhere(shop: Shop, open_shop: Open, width: str) -> None:
    page = open_shop(width)
    page.goto("/devices")
    for _ in range(2):  # from another page, and within the inbox
        opened(page, width)
        page.keyboard.type("new chat")
        page.keyboard.press("Enter")
        expect(page.get_by_role("dialog", name="New chat").get_by_label("Phone number")).to_be_visible()
        expect(page).to_have_url(re.compile("/inbox$"))
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_have_count(0)


def test_nobody_is_offered_what_they_may_not_do(shop: Shop, open_shop: Open, width: str) -> None:
    with closing(shop.colleague(f"Palette agent {width}", "agent")) as agent:
        page = open_shop(width, signed_in=agent)
        page.goto("/")
        opened(page, width)
        expect(page.get_by_role("option", name=re.compile("Inbox"))).to_be_visible()
        expect(page.get_by_role("option", name=re.compile("New campaign"))).to_have_count(0)
