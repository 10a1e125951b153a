"""After a restore: the shop as a backup kept it, held until people have decided about each thing at the screen."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import WIDTHS, Windows
from tests.browser.shop import Json, Shop, running_hebah
from tests.browser.test_accessibility import assert_no_serious_fault

LINKED = "Linked before the backup"


def held_up(shop: Shop, width: str) -> tuple[Json, Json]:
    """A campaign that waits long between two messages, one for tomorrow, and a message by hand that a stop keeps."""
    name = f"Held {width}"
    device = shop.device(name)
    shop.leads(3, niches=[name], deviceId=device["id"])
    running = shop.launch(shop.campaign(name, name, gapMinS=3000, gapMaxS=3000))
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    shop.launch(shop.campaign(f"Planned {width}", name, startsAt=tomorrow))
    report = f"/api/campaigns/{running['id']}/report"
    shop.await_(report, lambda found: found["groups"]["waiting"] == 2 and found["groups"]["sent"] == 1)
    shop.call("POST", "/api/stops", json={"scope": "device", "subject": device["id"], "reason": ""})
    guest = shop.lead(f"Guest {width}", deviceId=device["id"])
    chat = shop.call("POST", "/api/chats", json={"deviceId": device["id"], "phone": guest["phone"]})
    said = {"kind": "text", "body": f"Your parcel is here, {width}", "clientId": device["id"]}
    shop.call("POST", f"/api/chats/{chat['id']}/messages", json=said)
    return device, running


def let_go(shop: Shop, device: Json, running: Json) -> None:
    """Nothing of it disturbs other tests."""
    shop.call("POST", f"/api/campaigns/{running['id']}/cancel")
    for stop in shop.call("GET", "/api/stops")["items"]:
        if stop["subject"] == device["id"]:
            shop.call("POST", f"/api/stops/{stop['id']}/resume")


@pytest.fixture(scope="module")
def restored(shop: Shop, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """The shop again, from a backup that was made while it was busy."""
    backup = tmp_path_factory.mktemp("backup") / "hebah.backup"
    shop.real_device(LINKED)
    shop.device("Left to start with the others")
    busy = [held_up(shop, width) for width in WIDTHS]
    shop.command("backup", str(backup))
    for device, running in busy:
        let_go(shop, device, running)
    with running_hebah(backup=backup) as running_again, closing(running_again.sign_in()) as owner:
        yield Shop(running_again, owner)


def part(page: Page, title: str) -> Locator:
    return page.get_by_role("region", name=re.compile(f"^{title} "))


def answer(page: Page, question: str, consequence: str, button: str) -> None:
    """Confirm, having read what follows."""
    asked = page.get_by_role("dialog", name=question)
    expect(asked.get_by_text(consequence)).to_be_visible()
    asked.get_by_role("button", name=button, exact=True).click()
    expect(asked).to_be_hidden()


@pytest.mark.timeout(300)
def test_what_a_restore_holds_is_decided_about_at_both_widths_and_then_closed(restored: Shop, windows: Windows) -> None:
    for width in WIDTHS:
        decide(restored, windows, width)
    look_through_and_close(restored, windows)


def decide(restored: Shop, windows: Windows, width: str) -> None:
    """About one device, campaign and message."""
    page = windows.open(restored.hebah.url, width, signed_in=restored.owner)
    page.goto("/leads")
    expect(page.get_by_text("What was to be sent waits for somebody to decide.")).to_be_visible()
    page.get_by_role("link", name="Look at it").click()
    expect(page.get_by_role("heading", name="After the restore")).to_be_focused()
    name = f"Held {width}"

    devices = part(page, "Devices")
    devices.get_by_role("button", name=f"Start: {LINKED}").click()
    answer(page, f"Start {LINKED}?", "keys of the day of the backup", "Leave it as it is")
    devices.get_by_role("button", name=f"Start: {name}").press("Enter")
    answer(page, f"Start {name}?", "campaigns wait until you resume them", "Start")
    expect(devices.get_by_text(name, exact=True)).to_be_hidden()

    campaigns = part(page, "Campaigns")
    expect(campaigns.get_by_role("link", name=f"Open the campaign: Planned {width}")).to_be_visible()
    campaigns.get_by_role("button", name=f"Resume: {name}").click()
    answer(page, f"Let “{name}” go on?", "2 messages will go out.", "Resume")
    expect(campaigns.get_by_text(name, exact=True)).to_be_hidden()

    unsent = part(page, "Messages by hand that were not sent")
    expect(unsent.get_by_text(f"Your parcel is here, {width}")).to_be_visible()
    unsent.get_by_role("button", name=f"Send again: Guest {width}").click()
    answer(page, f"Send it to Guest {width} now?", "they may get it twice", "Send again")
    expect(unsent.get_by_text(f"Your parcel is here, {width}")).to_be_hidden()

    states = {row["name"]: row["state"] for row in restored.call("GET", "/api/campaigns")["items"]}
    assert (states[name], states[f"Planned {width}"]) == ("running", "draft")


def look_through_and_close(restored: Shop, windows: Windows) -> None:
    """Start the other devices together and leave the rest; another window hears of it."""
    page = windows.open(restored.hebah.url, "desktop", signed_in=restored.owner)
    elsewhere = windows.open(restored.hebah.url, "phone", signed_in=restored.owner)
    elsewhere.goto("/campaigns")
    notice = elsewhere.get_by_text("What was to be sent waits for somebody to decide.")
    expect(notice).to_be_visible()
    page.goto("/restored")
    expect(part(page, "Devices").get_by_role("button", name=f"Start: {LINKED}")).to_be_visible()
    assert_no_serious_fault(page)
    page.set_viewport_size(WIDTHS["desktop"])

    start_all = page.get_by_role("button", name=re.compile(r"^Start \d+ devices$"))
    start_all.click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("Campaigns wait until you resume them.")).to_be_visible()
    dialog.get_by_role("button", name=re.compile("^Start")).click()
    expect(part(page, "Devices").get_by_text("No device is stopped.")).to_be_visible()

    page.get_by_role("button", name="I have looked at everything").click()
    asked = page.get_by_role("dialog", name="Have you looked at everything?")
    expect(asked.get_by_text(re.compile("left and stays? held|left and stay held"))).to_be_visible()
    asked.get_by_role("button", name="I have looked at everything").click()
    expect(page.get_by_text(re.compile("^Aminah looked at everything"))).to_be_visible()
    expect(notice).to_be_hidden()
    (entry,) = restored.call("GET", "/api/audit", params={"action": "restore_closed"})["items"]
    assert entry["userName"] == "Aminah"
