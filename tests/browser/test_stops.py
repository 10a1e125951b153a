"""Stopping at the screen: held or asked, shown wherever one looks, and gone on with in numbers."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

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
    lists = open_shop(width)
    lists.goto(f"/devices?q={name}")
    expect(lists.get_by_text("Sending stopped", exact=True)).to_be_visible()

    bar.get_by_role("button", name=f"Resume: The number {name} is stopped.").click()
    question = watching.get_by_role("dialog", name=f"Let {name} send again?")
    expect(question.get_by_text("3 messages will go on, at their usual pace.")).to_be_visible()
    question.get_by_role("button", name="Resume").click()
    expect(bar).to_be_hidden()
    expect(page.get_by_role("dialog").get_by_text(re.compile(re.escape(line)))).to_be_hidden()
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
        expect(page.get_by_role("listitem").get_by_text("All sending is stopped", exact=True)).to_be_visible()
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
    page, messages = open_shop("desktop"), f"/api/chats/{chat['id']}/messages"
    assert shop.command("stop", "--reason", "Fire drill") == "Everything is stopped. `hebah resume` lets it go on."
    try:
        page.goto(f"/inbox/{chat['id']}")
        expect(page.get_by_text("Sending is stopped. What you write here waits and goes out")).to_be_visible()
        expect(page.get_by_text("All sending on this installation is stopped.")).to_be_visible()
        page.get_by_role("textbox", name=re.compile("^Write")).fill("Are you there?")
        page.keyboard.press("Enter")
        shop.await_(messages, lambda found: last_of(found)["code"] == "stopped")
    finally:
        assert shop.command("resume") == "Sending goes on."
    shop.await_(messages, lambda found: last_of(found)["tick"] not in {"queued", "sending"})
    expect(page.get_by_role("region", name="Stopped")).to_be_hidden()


def last_of(found: Json) -> Json:
    """The newest message of a page; one without code and tick while there is none."""
    return dict(max(found["items"], key=lambda message: message["at"], default={"code": None, "tick": "queued"}))


def trouble(shop: Shop, device: Json, what: str, **facts: object) -> None:
    """Let happen to a device's phone what WhatsApp may do to it."""
    shop.call("POST", f"/api/simulated/phones/{device['phone']}/{what}", json=facts)


def test_a_restricted_number_says_so_writes_to_nobody_new_and_goes_on_by_itself(shop: Shop, open_shop: Open) -> None:
    name = "Restricted for a while"
    device = shop.device(name)
    stranger, known = shop.leads(2, niches=[name], deviceId=device["id"])
    shop.call("POST", f"/api/simulated/phones/{device['phone']}/say", json={"from": known["phone"], "body": "Hello?"})
    shop.await_("/api/chats", lambda found: any(chat["phone"] == known["phone"] for chat in found["items"]))
    page = open_shop("desktop")
    restrict_at_the_screen(page, name)
    path = f"/api/devices/{device['id']}"
    assert shop.await_(path, lambda found: found["state"] == "restricted")["stateUntil"] is not None
    draft = shop.campaign(name, name)
    shop.launch(draft)
    report = f"/api/campaigns/{draft['id']}/report"
    found = shop.await_(report, lambda found: found["groups"]["sent"] == 1 and found["holds"] != [])
    assert [(hold["reason"], hold["count"]) for hold in found["holds"]] == [("restricted", 1)]
    assert sent_by(shop, device) == [known["phone"]]

    page.goto(f"/campaigns/{draft['id']}")
    expect(page.get_by_text("The number is restricted and may not begin chats")).to_be_visible()
    page.goto(f"/devices/{device['id']}")
    drawer = page.get_by_role("dialog")
    expect(drawer.get_by_text("Restricted", exact=True)).to_be_visible()
    expect(drawer.get_by_text(re.compile("since .*, until "))).to_be_visible()

    trouble(shop, device, "trouble", trouble="lift")
    shop.await_(report, lambda found: found["groups"]["sent"] == 2)
    assert sent_by(shop, device) == [known["phone"], stranger["phone"]]


def restrict_at_the_screen(page: Page, name: str) -> None:
    page.goto("/devices/simulated")
    page.get_by_role("button", name=f"Actions for the phone {name}").click()
    page.get_by_role("menuitem", name="Let something go wrong").click()
    page.get_by_role("spinbutton", name="For how long").fill("60")
    page.get_by_role("button", name="Let it happen").click()


def sent_by(shop: Shop, device: Json) -> list[str]:
    return [line.to for line in shop.hebah.ledger() if str(line.device) == device["id"]]


def test_a_campaign_that_fails_pauses_says_why_and_tries_again_by_reason(shop: Shop, open_shop: Open) -> None:
    name = "Fails at first"
    device = shop.device(name)
    shop.leads(60, niches=[name], deviceId=device["id"])
    trouble(shop, device, "refuse", count=20)
    draft = shop.campaign(name, name)
    shop.launch(draft)
    path = f"/api/campaigns/{draft['id']}"
    paused = shop.await_(path, lambda found: found["state"] in {"paused", "finished"}, within_s=60)
    page = open_shop("desktop")
    waiting = shop.call("GET", "/api/overview")["attention"]
    assert "error_rate" in [item["code"] for item in waiting if item["id"] == draft["id"]]
    page.goto(f"/campaigns/{draft['id']}")
    expect(page.get_by_text(f"Campaign “{name}” paused because too many messages failed")).to_be_visible()
    figures = paused["stateFacts"]
    expect(page.get_by_text(f"{figures['failed']} of the last {figures['settled']} messages failed")).to_be_visible()

    refused = sum(line["count"] for line in shop.call("GET", f"{path}/report")["codes"] if line["mayRetry"])
    try_again_at_the_screen(page, refused)
    resume_at_the_screen(page, name)
    shop.await_(path, lambda found: found["state"] == "finished", within_s=60)
    # Some of the pretended people are not on WhatsApp; that no try would change.
    assert {line["code"] for line in shop.call("GET", f"{path}/report")["codes"]} <= {None, "not_on_whatsapp"}
    written = sent_by(shop, device)
    assert len(written) == len(set(written))

    read_chart(page)


def try_again_at_the_screen(page: Page, failed: int) -> None:
    page.get_by_role("button", name="Try refused ones again").click()
    asked = page.get_by_role("dialog", name="Send once more what was refused")
    expect(asked.get_by_role("checkbox", name=re.compile("WhatsApp refused the message"))).to_be_checked()
    asked.get_by_role("button", name=f"Try {failed} again").click()
    expect(asked).to_be_hidden()


def resume_at_the_screen(page: Page, name: str) -> None:
    page.get_by_role("button", name="Resume", exact=True).click()
    question = page.get_by_role("dialog", name=f"Let “{name}” go on?")
    expect(question.get_by_text(re.compile(r"^\d+ messages will go on\.$"))).to_be_visible()
    question.get_by_role("button", name="Resume").click()


def read_chart(page: Page) -> None:
    chart = page.get_by_role("slider", name="Chart over time; arrow keys move from moment to moment")
    chart.focus()
    page.keyboard.press("Home")
    expect(chart).to_have_attribute("aria-valuetext", re.compile("Sent "))
    page.get_by_role("region", name="Over time").get_by_role("button", name="Show as table").click()
    expect(page.get_by_role("table", name="Over time").get_by_role("rowheader").first).to_be_visible()


def test_the_pace_of_a_running_campaign_changes_at_once(shop: Shop, open_shop: Open, width: str) -> None:
    _, draft = slow_campaign(shop, f"Faster {width}", people=3)
    page = open_shop(width)
    page.goto(f"/campaigns/{draft['id']}")
    page.get_by_role("button", name="Change pace").click()
    asked = page.get_by_role("dialog", name=f"Another pace for “Faster {width}”")
    expect(asked.get_by_role("spinbutton").first).to_have_value("3000")
    asked.get_by_role("spinbutton").first.fill("0")
    asked.get_by_role("spinbutton").last.fill("1")
    asked.get_by_role("button", name="Go on with this pace").click()
    expect(page.get_by_text("The pace is changed.").first).to_be_visible()
    shop.await_(f"/api/campaigns/{draft['id']}", lambda found: found["state"] == "finished")
