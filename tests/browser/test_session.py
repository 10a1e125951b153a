"""Signing in and out, and what a person chooses for themselves."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open, Windows
from tests.browser.shop import OWNER, Shop


@pytest.fixture
def operator(shop: Shop, width: str) -> Iterator[httpx.Client]:
    """Somebody whose choices disturb no other test."""
    client = shop.colleague(f"Devi {width}", "operator")
    yield client
    client.close()


def open_user_menu(page: Page, name: str) -> None:
    page.get_by_role("button", name=name).click()


def test_signing_out_ends_the_session_everywhere_in_the_window(
    operator: httpx.Client, open_shop: Open, width: str
) -> None:
    page = open_shop(width, signed_in=operator)
    page.goto("/devices")
    second = page.context.new_page()
    second.goto("/devices")
    open_user_menu(page, f"Menu of Devi {width}")
    page.get_by_role("menuitem", name="Sign out").click()
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    assert operator.get("/api/me").status_code == 401
    page.go_back()
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    expect(second.get_by_role("button", name="Sign in")).to_be_visible()


def test_the_chosen_language_and_theme_stay(operator: httpx.Client, open_shop: Open, width: str) -> None:
    page = open_shop(width, signed_in=operator)
    page.goto("/devices")
    expect(page.get_by_role("heading", level=1)).to_have_text("Devices")
    open_user_menu(page, f"Menu of Devi {width}")
    page.get_by_role("menuitemradio", name="Bahasa Melayu").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Nombor")
    page.keyboard.press("Escape")
    open_user_menu(page, f"Devi {width}")
    page.get_by_role("menuitemradio", name="Gelap").click()
    page.keyboard.press("Escape")
    # Dark once the server has it; a page that is left sooner takes the request along.
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")

    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("Nombor")
    expect(page.locator("html")).to_have_attribute("lang", "ms")
    dark = "getComputedStyle(document.documentElement).getPropertyValue('--canvas').trim()"
    assert page.evaluate(dark) == "#0f1514"

    elsewhere = open_shop(width, signed_in=operator)
    elsewhere.goto("/")
    expect(elsewhere.locator("html")).to_have_attribute("lang", "ms")
    assert elsewhere.evaluate(dark) == "#0f1514"


def test_signing_in_needs_no_mouse(shop: Shop, windows: Windows, width: str) -> None:
    page = windows.open(shop.hebah.url, width)
    page.goto("/devices")
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    tab_to(page, "E-mail")
    page.keyboard.type(OWNER["email"])
    tab_to(page, "Password")
    page.keyboard.type(OWNER["password"])
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Devices")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement !== document.body")


def tab_to(page: Page, label: str) -> None:
    """Press Tab until the field has the focus."""
    field = page.get_by_label(label, exact=True)
    for _ in range(20):
        if field.evaluate("field => field === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{label} is not reached by Tab")
