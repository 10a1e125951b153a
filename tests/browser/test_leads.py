"""Leads at the screen: files that are refused in words, and one person edited by two."""

from __future__ import annotations

import re
import sys
from contextlib import closing
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.conftest import Open
from tests.browser.shop import Shop


def offer(page: Page, name: str, content: bytes) -> None:
    """Choose a file in the first step of the import."""
    page.get_by_label("Drop a spreadsheet here").set_input_files(
        {"name": name, "mimeType": "application/octet-stream", "buffer": content}
    )


def test_files_that_cannot_be_read_are_refused_in_words_and_the_next_one_is_taken(
    shop: Shop, open_shop: Open, width: str
) -> None:
    page = open_shop(width)
    page.goto("/leads/import/new")
    program = Path(sys.executable).resolve().read_bytes()[:50_000]
    for name, content, words in (
        ("people.xlsx", program, "This is not a CSV or Excel (XLSX) file."),
        ("people.csv", b"", "This file is empty."),
        ("people.csv", b"0123456789\n0123456788\n", "The first row must name the columns."),
        ("people.csv", b"name,phone\n" + b"x" * 5_000_000, "A line of this file is too long."),
    ):
        offer(page, name, content)
        expect(page.get_by_text(words)).to_be_visible()
    offer(page, "people.csv", b"nama,bandar\nSiti,Ipoh\n")
    expect(page.get_by_text("Say which column holds the phone number.")).to_be_visible()
    expect(page.get_by_role("button", name="Check the file")).to_be_disabled()


def test_of_two_people_editing_one_lead_the_second_is_shown_both(shop: Shop, open_shop: Open, width: str) -> None:
    lead = shop.lead(f"Edited on {width}")
    with closing(shop.colleague(f"Grace {width}", "operator")) as grace:
        page = open_shop(width, signed_in=grace)
        page.goto(f"/leads/{lead['id']}")
        note = page.get_by_role("textbox", name="Note")
        note.fill("Likes green")
        shop.call("PATCH", f"/api/leads/{lead['id']}", json={"note": "Likes blue", "version": lead["version"]})
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_text(re.compile("^Someone else changed this lead"))).to_be_visible()
        conflict = page.get_by_role("dialog")
        expect(conflict).to_contain_text("Likes blue")
        expect(conflict).to_contain_text("Likes green")
        page.get_by_role("button", name="Save mine over it").click()
        expect(page.get_by_text(re.compile("^Someone else changed this lead"))).to_have_count(0)
        shop.await_(f"/api/leads/{lead['id']}", lambda seen: seen["note"] == "Likes green")
