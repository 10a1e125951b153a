"""From the printed link to a working workspace with a linked number."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.browser.shop import OWNER, RunningHebah


def test_the_printed_link_leads_to_a_workspace_and_signing_in_again_works(
    hebah: RunningHebah, open_page: Open, width: str
) -> None:
    page = open_page(width)
    page.goto(hebah.setup_link)
    page.get_by_label("Name of the workspace").fill("Kedai Aminah")
    page.get_by_label("Your name").fill("Aminah")
    page.get_by_label("E-mail").fill(OWNER["email"])
    page.get_by_label("Password", exact=True).fill(OWNER["password"])
    page.get_by_role("button", name="Start using Hebah").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Overview")

    other = open_page(width)
    other.goto("/")
    other.get_by_label("E-mail").fill(OWNER["email"])
    other.get_by_label("Password", exact=True).fill("wrong wrong wrong")
    other.get_by_role("button", name="Sign in").click()
    expect(other.get_by_role("alert")).to_be_visible()
    other.get_by_label("Password", exact=True).fill(OWNER["password"])
    other.get_by_role("button", name="Sign in").click()
    expect(other.get_by_role("heading", level=1)).to_contain_text("Overview")
