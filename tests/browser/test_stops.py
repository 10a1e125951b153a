"""Stopping at the screen: held or asked, shown wherever one looks, and gone on with in numbers."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.browser.shop import Json, Shop


def slow_campaign(shop: Shop, name: str, people: int = 4) -> tuple[Json, Json]:
    """A campaign that has sent one message and waits long for the next."""
    device = shop.device(name)
    shop.leads(people, niches=[name], deviceId=device["id"])
    draft = shop.campaign(name, name, gapMinS=3000, gapMaxS=3000)
    shop.launch(draft)
    path = f"/api/campaigns/{draft['id']}/report"
    shop.await_(path, lambda report: report["groups"]["waiting"] == people - 1 and report["groups"]["sent"] == 1)
    return device, draft


def stops(shop: Shop) -> list[Json]:
    return list(shop.call("GET", "/api/stops")["items"])


def resume_all(shop: Shop) -> None:
    for stop in stops(shop):
        shop.call("POST", f"/api/stops/{stop['id']}/resume")


def test_a_number_is_stopped_with_its_reason_and_goes_on_in_numbers(shop: Shop, open_shop: Open, width: str) -> None:
    name = f"Stopped number {width}"
    device, draft = slow_campaign(shop, name)
    page, watching = open_shop(width), open_shop(width)
    watching.goto(f"/campaigns/{draft['id']}")
    page.goto(f"/devices/{device['id']}")

    # The drawer covers the top bar on its own screen, so the number's page is reached by its address.
    shop.call("POST", "/api/stops", json={"scope": "device", "subject": device["id"], "reason": "Strange replies"})

    line = f"The number {name} is stopped. By Aminah, since "
    expect(page.get_by_role("dialog").get_by_text(re.compile(re.escape(line)))).to_be_visible()
    expect(page.get_by_role("dialog").get_by_text("“Strange replies”")).to_be_visible()
    bar = watching.get_by_role("region", name="Stopped")
    expect(bar.get_by_text(re.compile(re.escape(line)))).to_be_visible()
    expect(bar.get_by_text("3 messages wait.")).to_be_visible()
    expect(watching.get_by_text("Sending is stopped", exact=True)).to_be_visible()

    bar.get_by_role("button", name=f"Resume: The number {name} is stopped.").click()
    question = watching.get_by_role("dialog", name=f"Let {name} send again?")
    expect(question.get_by_text("3 messages will go on, at their usual pace.")).to_be_visible()
    question.get_by_role("button", name="Resume").click()
    expect(bar).to_be_hidden()
    expect(page.get_by_text(re.compile(re.escape(line)))).to_be_hidden()
    assert stops(shop) == []


def test_holding_the_button_stops_the_workspace_by_keyboard_too(shop: Shop, open_shop: Open, width: str) -> None:
    page = open_shop(width)
    page.goto("/")
    button = page.get_by_role("button", name="Stop sending")
    button.focus()
    try:
        page.keyboard.down("Space")
        expect(page.get_by_role("region", name="Stopped").get_by_text("All sending is stopped.")).to_be_visible()
        page.keyboard.up("Space")
        assert [stop["scope"] for stop in stops(shop)] == ["workspace"]
        attention = page.get_by_role("region", name=re.compile("attention"))
        expect(attention.get_by_text("All sending is stopped", exact=True)).to_be_visible()
    finally:
        resume_all(shop)
    expect(page.get_by_role("region", name="Stopped")).to_be_hidden()


def test_pressing_the_button_asks_what_shall_stop_and_why(shop: Shop, open_shop: Open, width: str) -> None:
    _, draft = slow_campaign(shop, f"Stopped campaign {width}")
    page = open_shop(width)
    page.goto(f"/campaigns/{draft['id']}")
    page.get_by_role("button", name="Stop sending").click()
    asked = page.get_by_role("dialog", name="Stop sending")
    expect(asked.get_by_role("radio", name="Only this campaign")).to_be_checked()
    expect(asked.get_by_role("radio", name="All workspaces of this installation")).to_be_visible()
    asked.get_by_label("Reason").fill("Wrong price")
    try:
        asked.get_by_role("button", name="Stop now").click()
        bar = page.get_by_role("region", name="Stopped")
        expect(bar.get_by_text(f"The campaign “Stopped campaign {width}” is stopped.")).to_be_visible()
        expect(bar.get_by_text("“Wrong price”")).to_be_visible()
        (stop,) = stops(shop)
        assert (stop["scope"], stop["subject"], stop["waiting"]) == ("campaign", draft["id"], 3)
    finally:
        resume_all(shop)


def test_what_is_written_by_hand_while_all_is_stopped_waits_and_then_goes(shop: Shop, open_shop: Open) -> None:
    device = shop.device("Stopped by hand")
    lead = shop.lead("Waits a while", deviceId=device["id"])
    chat = shop.call("POST", "/api/chats", json={"deviceId": device["id"], "phone": lead["phone"]})
    page = open_shop("desktop")
    assert hebah(shop, "stop", "--reason", "Fire drill") == "Everything is stopped. `hebah resume` lets it go on."
    try:
        page.goto(f"/inbox/{chat['id']}")
        expect(page.get_by_role("status").get_by_text("Sending is stopped. What you write here waits")).to_be_visible()
        expect(page.get_by_text("All sending on this installation is stopped. Since")).to_be_visible()
        page.get_by_role("textbox", name="Message").fill("Are you there?")
        page.keyboard.press("Enter")
        expect(page.get_by_text("1 message waits.")).to_be_visible()
    finally:
        assert hebah(shop, "resume") == "Sending goes on."
    messages = f"/api/chats/{chat['id']}/messages"
    shop.await_(messages, lambda found: found["items"][-1]["status"] not in {"queued", "sending"})
    expect(page.get_by_role("region", name="Stopped")).to_be_hidden()


def hebah(shop: Shop, *words: str) -> str:
    """What a command says to whoever sits at the machine."""
    command = [str(Path(sys.executable).with_name("hebah")), *words]
    environment = {"HEBAH_HOME": str(shop.hebah.home / "data"), "PATH": "/usr/bin:/bin"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=True)
    return done.stdout.strip()
