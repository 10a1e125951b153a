"""The whole way of a shop: from the printed link to a finished campaign whose report equals the network's own book."""

from __future__ import annotations

import re
from contextlib import closing

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Open
from tests.browser.shop import OWNER, RunningHebah, Shop

pytestmark = pytest.mark.timeout(180)

NAMES = [
    "Siti Aminah",
    "Kumar",
    "Mei Ling",
    "Farid",
    "Nurul",
    "Zulkifli",
    "Priya",
    "Grace",
    "Hafiz",
    "Wei Jie",
    "Amirul",
    "O'Brien",
]
PHONES = [f"+60123450{number:03}" for number in range(1, len(NAMES) + 1)]


def people_file() -> bytes:
    """Semicolons and Malay headers; one number spoilt by a spreadsheet, one person twice."""
    rows = ["Nama;No. Telefon;Kategori;Bandar"]
    rows += [f"{name};{_as_written(phone)};rambut;Ipoh" for name, phone in zip(NAMES, PHONES, strict=True)]
    rows += ["Rosli;6,01235E+10;rambut;Taiping", f"Kumar lagi;{PHONES[1]};rambut;Ipoh"]
    return "\r\n".join(rows).encode()


def _as_written(phone: str) -> str:
    local = "0" + phone.removeprefix("+60")
    return f"{local[:3]}-{local[3:6]} {local[6:]}"


def test_from_the_printed_link_to_a_report_that_equals_the_ledger(
    hebah: RunningHebah, open_page: Open, width: str
) -> None:
    page = open_page(width)
    set_up(page, hebah)
    link_a_number(page)
    with closing(hebah.sign_in()) as owner:
        shop = Shop(hebah, owner)
        shop.hurry(gapMinS=0.4, gapMaxS=0.4)
        import_people(page)
        write_campaign(page)
        campaign_id = review_and_launch(page)
        watch_until_some_are_sent(page)
        pause(page, shop, campaign_id)
        resume_until_finished(page, shop, campaign_id)
        compare_with_ledger(page, shop, campaign_id)


def set_up(page: Page, hebah: RunningHebah) -> None:
    page.goto(hebah.setup_link)
    page.get_by_label("Name of the workspace").fill("Kedai Aminah")
    page.get_by_label("Your name").fill("Aminah")
    page.get_by_label("E-mail").fill(OWNER["email"])
    page.get_by_label("Password", exact=True).fill(OWNER["password"])
    page.get_by_role("checkbox", name="Try it with simulated numbers").check()
    page.get_by_role("button", name="Start using Hebah").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Overview")


def link_a_number(page: Page) -> None:
    go_to(page, "Devices")
    page.get_by_role("button", name="Simulated phones").click()
    page.get_by_label("Name of the phone's owner").fill("Aina")
    page.get_by_role("button", name="New phone").click()
    expect(page.get_by_role("list", name="Simulated phones")).to_contain_text("Not linked to any device")
    page.get_by_role("button", name="Close").click()
    page.get_by_role("button", name="Add a device").first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("textbox", name="Name").fill("Sales 1")
    expect(dialog.get_by_role("radio", name="Linked WhatsApp number")).to_be_disabled()
    expect(dialog).to_contain_text("On the server, run “make companion”, then start Hebah again.")
    expect(dialog.get_by_role("radio", name="Simulated number")).to_be_checked()
    page.get_by_role("button", name="Add and link").click()
    page.get_by_role("button", name="Show the QR code").click()
    expect(page.get_by_role("img", name="QR code that links a phone to Sales 1")).to_be_visible()
    chosen = page.get_by_label("Simulated phone to scan with")
    chosen.select_option(chosen.locator("option", has_text="Aina").get_attribute("value"))
    page.get_by_role("button", name="Scan with the simulated phone").click()
    expect(page.get_by_text("Sales 1 is linked")).to_be_visible()
    page.get_by_role("button", name="Done").click()
    expect(page.get_by_text("Online").first).to_be_visible()


def import_people(page: Page) -> None:
    go_to(page, "Leads")
    page.get_by_role("button", name="Import a file").click()
    page.get_by_label("Drop a spreadsheet here").set_input_files(
        {"name": "pelanggan.csv", "mimeType": "text/csv", "buffer": people_file()}
    )
    expect(page.get_by_label("Meaning of the column No. Telefon")).to_have_value("phone")
    expect(page.get_by_label("Meaning of the column Nama")).to_have_value("name")
    expect(page.get_by_label("Meaning of the column Kategori")).to_have_value("niche")
    expect(page.get_by_label("Meaning of the column Bandar")).to_have_value("variable")
    expect(page.get_by_text("cells separated by semicolons")).to_be_visible()
    check = page.get_by_role("button", name="Check the file")
    expect(check).to_be_disabled()
    page.get_by_role("radio", name="All in the same way").check()
    page.get_by_label("How did they agree?").fill("order form")
    page.get_by_label("When, at the latest?").fill("2025-01-31T10:00")
    page.get_by_role("radio", name="Spread them over devices").check()
    page.get_by_role("checkbox", name=re.compile("^Sales 1")).check()
    check.click()

    expect(page.get_by_role("img", name=re.compile("^Rows of the file: New people 12,"))).to_be_visible()
    expect(page.get_by_role("heading", name="1 row is left out")).to_be_visible()
    expect(page.get_by_text("6,01235E+10")).to_be_visible()
    page.get_by_role("button", name="Import 12 people").click()
    expect(page.get_by_text("The import is finished")).to_be_visible()
    told = page.get_by_role("img", name=re.compile("^Rows of the file:"))
    expect(told).to_have_accessible_name(re.compile(r"Same number again in the file 1, Left out 1$"))
    page.get_by_role("button", name="Write a campaign").click()


def write_campaign(page: Page) -> None:
    page.get_by_label("Name of the campaign").fill("Hari Raya")
    page.get_by_role("checkbox", name=re.compile("^rambut")).check()
    expect(page.get_by_text("12 people", exact=True)).to_be_visible()
    page.get_by_role("button", name="Next: Message").click()
    page.get_by_role("textbox", name="Message").fill("Selamat Hari Raya, {{name}}! Jumpa di {{bandar}}.")
    expect(page.get_by_role("figure")).to_contain_text(what_somebody_reads())
    first = page.get_by_text(re.compile(r"^For .+\(1/\d\)$"))
    expect(first).to_be_visible()
    page.get_by_role("button", name="Next person").click()
    expect(page.get_by_text(re.compile(r"^For .+\(2/\d\)$"))).to_be_visible()
    page.get_by_role("button", name="Next: When and pace").click()
    expect(page.get_by_role("radio", name="When I press send")).to_be_checked()
    page.get_by_role("button", name="Next: Review").click()


def what_somebody_reads() -> re.Pattern[str]:
    """The text for one of the people in the file."""
    return re.compile(rf"Selamat Hari Raya, ({'|'.join(NAMES)})! Jumpa di Ipoh\.")


def review_and_launch(page: Page) -> str:
    expect(page.get_by_text("12 people will get it")).to_be_visible()
    expect(page.get_by_role("table", name="Load per device")).to_contain_text("Sales 1")
    page.get_by_role("button", name="Send to 12 people").click()
    expect(page.get_by_role("button", name="Pause", exact=True)).to_be_visible()
    found = re.search(r"/campaigns/([0-9a-f-]{36})", page.url)
    assert found, page.url
    return found[1]


def figures(page: Page) -> Locator:
    """The bar whose parts add up to everybody."""
    return page.get_by_role("img", name=re.compile("^Recipients: "))


def watch_until_some_are_sent(page: Page) -> None:
    expect(figures(page)).to_have_accessible_name(re.compile(r"\bSent [2-9]\b"))


def pause(page: Page, shop: Shop, campaign_id: str) -> None:
    page.get_by_role("button", name="Pause", exact=True).click()
    expect(page.get_by_role("button", name="Resume")).to_be_visible()
    path = f"/api/campaigns/{campaign_id}/report"
    held = shop.await_(path, lambda report: report["groups"]["sending"] == 0)
    assert held["groups"]["waiting"] > 0
    before = sent_to(shop, PHONES)

    # The same number goes on with something else, so time passes in which it could have sent.
    device = shop.call("GET", "/api/devices")["items"][0]
    shop.leads(4, niches=["kulit"], deviceId=device["id"])
    other = shop.launch(shop.campaign("Meanwhile", "kulit"))
    shop.await_(f"/api/campaigns/{other['id']}", lambda campaign: campaign["state"] == "finished")
    assert sent_to(shop, PHONES) == before
    expect(figures(page)).to_have_accessible_name(re.compile(rf"\bWaiting {held['groups']['waiting']}\b"))


def resume_until_finished(page: Page, shop: Shop, campaign_id: str) -> None:
    page.get_by_role("button", name="Resume").click()
    expect(page.get_by_role("button", name="Download")).to_be_visible()
    expect(figures(page)).to_have_accessible_name(re.compile(r"\bWaiting 0\b"))
    shop.await_(f"/api/campaigns/{campaign_id}", lambda campaign: campaign["state"] == "finished")


def compare_with_ledger(page: Page, shop: Shop, campaign_id: str) -> None:
    book = sent_to(shop, PHONES)
    # The screen follows within a second.
    expect(figures(page)).to_have_accessible_name(re.compile(rf"\bSent {len(book)}\b.*\bBeing sent 0\b"))
    said = figures(page).get_attribute("aria-label") or ""
    shown = {label: int(count) for label, count in re.findall(r"([A-Z][a-z ]+?) (\d+)(?:,|$)", said.partition(": ")[2])}
    assert sum(shown.values()) == len(NAMES), said
    assert len(book) == len(set(book)) == shown["Sent"]
    rows = shop.call("GET", f"/api/campaigns/{campaign_id}/recipients", params={"limit": 100})["items"]
    assert len(rows) == len(NAMES)
    reached = {row["phone"] for row in rows if row["state"] in {"accepted", "delivered", "read", "played"}}
    assert reached == set(book)

    page.get_by_role("tab", name=re.compile("^Recipients")).click()
    for name in NAMES[:3]:
        expect(page.get_by_text(name).first).to_be_visible()


def sent_to(shop: Shop, phones: list[str]) -> list[str]:
    """Who of these got a message, by the network's own book."""
    return sorted(line.to for line in shop.hebah.ledger() if line.to in phones)


def go_to(page: Page, area: str) -> None:
    page.get_by_role("navigation", name="Main navigation").get_by_role("link", name=area).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(area)
