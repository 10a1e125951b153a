"""The two hundred texts through every other field: leads, imports, campaigns, numbers, settings, people, keys."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import Open
from tests.browser.payloads import PAYLOADS, Guard, scroll_through, watched
from tests.browser.shop import Shop

pytestmark = [pytest.mark.prove, pytest.mark.timeout(600)]

# What one line can hold: the database keeps no NUL, and a name is not empty.
LINES = [payload for payload in PAYLOADS if payload.strip() and payload.isprintable()]
FIELDS = "input:not([type]), input[type=text], input[type=search], input[type=email], input[type=tel], textarea"


@pytest.fixture
def guard(open_shop: Open) -> Iterator[Guard]:
    watching = watched(open_shop("desktop"))
    yield watching
    watching.look()


# Ten at a time: a field holds text, whatever stands before and behind it.
TYPED = [" ".join(PAYLOADS[start : start + 10]) for start in range(0, len(PAYLOADS), 10)]


def try_all(guard: Guard, place: Locator) -> int:
    """Every text in every field of that part of the page; gives how many fields there were."""
    fields = [field for field in place.locator(FIELDS).all() if field.is_visible() and field.is_editable()]
    for field in fields:
        for payloads in TYPED:
            field.fill(payloads)
        guard.look()
    return len(fields)


def test_no_payload_in_a_lead_runs(shop: Shop, guard: Guard) -> None:
    last = ""
    for payload in LINES:
        facts = {"niches": [payload], "triggers": [payload], "note": payload, "consentSource": payload}
        last = shop.lead(payload[:200], **facts, variables={"muatan": payload})["id"]
    page = guard.page
    page.goto("/leads")
    expect(page.get_by_role("row").nth(5)).to_be_visible()
    scroll_through(page.locator("[data-scroller], main").first)
    guard.look()
    assert try_all(guard, page.get_by_role("main")) >= 1
    page.goto(f"/leads/{last}")
    drawer = page.get_by_role("dialog")
    expect(drawer.get_by_role("textbox", name="Note")).to_be_visible()
    assert try_all(guard, drawer) >= 4
    for payload in LINES[::10]:
        page.goto(f"/leads?q={quote(payload)}&niche={quote(payload)}")
        expect(page.get_by_role("searchbox").first).to_be_visible()
        guard.look()


def test_no_payload_in_an_imported_file_runs(shop: Shop, guard: Guard) -> None:
    written = io.StringIO()
    table = csv.writer(written)
    table.writerow(["phone", "name", "<img src=x onerror=gotcha()>"])
    table.writerows((f"+60127{number:06}", payload, payload) for number, payload in enumerate(LINES))
    table.writerows((payload, payload, payload) for payload in LINES)  # left out, and shown with the reason
    content = written.getvalue().encode()
    page = guard.page
    page.goto("/leads/import/new")
    name = '"><img src=x onerror=gotcha()>.csv'
    page.get_by_label("Drop a spreadsheet here").set_input_files(
        {"name": name, "mimeType": "text/csv", "buffer": content}
    )
    expect(page.get_by_role("button", name="Check the file")).to_be_visible()
    guard.look()
    page.get_by_role("radio", name="All in the same way").check()
    page.get_by_label("How did they agree?").fill("<img src=x onerror=gotcha()>")
    page.get_by_label("When, at the latest?").fill("2025-01-31T10:00")
    page.get_by_role("button", name="Check the file").click()
    expect(page.get_by_role("heading", name="rows are left out")).to_be_visible()
    guard.look()
    page.goto("/leads/imports")
    expect(page.get_by_text("onerror=gotcha()").first).to_be_visible()
    guard.look()


def test_no_payload_in_a_campaign_runs(shop: Shop, guard: Guard) -> None:
    niche, device = "muatan-kempen", shop.device("Payload campaign")
    shop.lead("<img src=x onerror=gotcha()>", niches=[niche], deviceId=device["id"])
    drafts = [shop.campaign(payload[:120], niche, body=payload.replace("{", "(")) for payload in LINES]
    page = guard.page
    page.goto("/campaigns")
    expect(page.get_by_role("row").nth(5)).to_be_visible()
    guard.look()
    assert try_all(guard, page.get_by_role("main")) >= 1
    for step in ("audience", "message", "pace", "review"):
        page.goto(f"/campaigns/{drafts[-1]['id']}?step={step}")
        expect(page.get_by_role("main").get_by_role("heading").first).to_be_visible()
        guard.look()
        if step in {"audience", "message"}:
            expect(page.get_by_role("main").get_by_role("textbox").first).to_be_visible()
            assert try_all(guard, page.get_by_role("main")) >= 1


def test_no_payload_in_a_number_a_person_a_key_or_a_setting_runs(shop: Shop, guard: Guard) -> None:
    for number, payload in enumerate(LINES):
        shop.slot(payload[:80])
        invited = {"email": f"muatan{number}@example.com", "name": payload[:100], "role": "agent", "deviceIds": []}
        shop.call("POST", "/api/users", json=invited)
    for payload in LINES[:20]:
        shop.call("POST", "/api/keys", json={"name": payload[:60], "permissions": ["lead:read"]})
    page = guard.page
    for place in ("/", "/devices", "/settings/team", "/settings/keys", "/settings/audit"):
        page.goto(place)
        expect(page.get_by_role("main").get_by_role("heading").first).to_be_visible()
        guard.look()
        scroll_through(page.locator("main").first)
        guard.look()
        try_all(guard, page.get_by_role("main"))
    for place, button in (("/devices", "Add a device"), ("/settings/team", "Invite"), ("/settings/keys", "Make a key")):
        page.goto(place)
        page.get_by_role("button", name=button).first.click()
        assert try_all(guard, page.get_by_role("dialog")) >= 1
    for place in ("/settings/profile", "/settings/workspace"):
        page.goto(place)
        expect(page.get_by_role("main").locator(FIELDS).first).to_be_visible()
        assert try_all(guard, page.get_by_role("main")) >= 1
    before = shop.call("GET", "/api/workspace")["name"]
    for payload in ("<img src=x onerror=gotcha()>", "</script><script>gotcha()</script>"):
        shop.call("PATCH", "/api/workspace", json={"name": payload})
        page.goto("/")
        expect(page.get_by_role("main").get_by_role("heading").first).to_be_visible()
        guard.look()
    shop.call("PATCH", "/api/workspace", json={"name": before})
