"""Campaigns at the screen: written by two at once, for nobody, without a mouse, and to those who said stop."""

from __future__ import annotations

import io
import re
import sys
from contextlib import closing
from pathlib import Path

from PIL import Image
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Open, Windows
from tests.browser.shop import OWNER, Json, Shop

TABS = 80


def test_of_two_people_writing_one_campaign_the_second_is_asked(shop: Shop, open_shop: Open, width: str) -> None:
    draft = shop.campaign(f"Written by two {width}", "nobody")
    with closing(shop.colleague(f"Farid {width}", "operator")) as farid:
        mine, theirs = open_shop(width), open_shop(width, signed_in=farid)
        for page in (mine, theirs):
            page.goto(f"/campaigns/{draft['id']}?step=message")
            expect(page.get_by_role("textbox", name="Message")).to_have_value("Hello {{name}}")
        # The second writes where there is no network, so that both have changes at the same time.
        theirs.context.set_offline(True)
        theirs.get_by_role("textbox", name="Message").fill("Their words")
        expect(theirs.get_by_text("This draft is not saved")).to_be_visible()
        mine.get_by_role("textbox", name="Message").fill("My words")
        expect(mine.get_by_text("Draft, saved")).to_be_visible()
        await_body(shop, draft, "My words")

        theirs.context.set_offline(False)
        theirs.get_by_role("textbox", name="Message").fill("Their words, once more")
        expect(theirs.get_by_text(re.compile("^Aminah changed this draft"))).to_be_visible()
        expect(theirs.get_by_role("textbox", name="Message")).to_have_value("Their words, once more")
        assert body_of(shop, draft) == "My words"
        theirs.get_by_role("button", name="Keep mine").click()
        expect(theirs.get_by_text("Draft, saved")).to_be_visible()
        expect(mine.get_by_role("textbox", name="Message")).to_have_value("Their words, once more")
        assert body_of(shop, draft) == "Their words, once more"


def body_of(shop: Shop, draft: Json) -> str:
    return str(shop.call("GET", f"/api/campaigns/{draft['id']}")["body"])


def await_body(shop: Shop, draft: Json, body: str) -> None:
    shop.await_(f"/api/campaigns/{draft['id']}", lambda campaign: campaign["body"] == body)


def test_somebody_who_writes_stop_is_never_written_to_again(shop: Shop, open_shop: Open, width: str) -> None:
    device, niche = shop.device(f"Heeds {width}"), f"stop-{width}"
    goes, stays = shop.leads(2, niches=[niche], deviceId=device["id"])
    watching, page = open_shop(width), open_shop(width)
    watching.goto(f"/leads/{goes['id']}")
    expect(watching.get_by_role("button", name="Never write again")).to_be_visible()

    page.goto("/devices/simulated")
    page.get_by_role("button", name=f"Actions for the phone Heeds {width}").click()
    page.get_by_role("menuitem", name="Let a person write to it").click()
    page.get_by_label("The person's number").fill(goes["phone"])
    page.get_by_label("What they write").fill("STOP")
    page.get_by_role("button", name="Write", exact=True).click()
    expect(page.get_by_text(f"Written to Heeds {width}.").first).to_be_visible()

    expect(watching.get_by_text("No campaign writes to this person")).to_be_visible()
    expect(watching.get_by_text(re.compile("They asked for no more messages"))).to_be_visible()

    draft = shop.campaign(f"After stop {width}", niche)
    page.goto(f"/campaigns/{draft['id']}?step=review")
    expect(page.get_by_text("1 person will get it")).to_be_visible()
    expect(page.get_by_text("On the list of people never written to")).to_be_visible()
    page.get_by_role("button", name="Send to 1 person").click()
    shop.await_(f"/api/campaigns/{draft['id']}", lambda campaign: campaign["state"] == "finished")
    written = [line.to for line in shop.hebah.ledger() if str(line.device) == device["id"]]
    assert goes["phone"] not in written
    assert set(written) <= {stays["phone"]}


def test_a_campaign_for_nobody_is_not_sent_and_says_why(shop: Shop, open_shop: Open, width: str) -> None:
    niche = f"unasked-{width}"
    shop.lead("Unasked", niches=[niche], consent="unknown", consentSource=None, consentAt=None)
    draft = shop.campaign(f"For nobody {width}", niche)
    page = open_shop(width)
    page.goto(f"/campaigns/{draft['id']}?step=review")
    expect(page.get_by_text("There is nobody to send to")).to_be_visible()
    expect(page.get_by_text("No recorded consent", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Send to 0 people")).to_be_disabled()

    launched = shop.launch(draft)
    assert (launched["state"], launched["stateReason"]) == ("finished", "no_recipients")
    page.goto(f"/campaigns/{draft['id']}")
    expect(page.get_by_text("Nobody was messaged")).to_be_visible()
    expect(page.get_by_text("Finished").first).to_be_visible()


def test_a_text_that_cannot_be_understood_is_marked_and_not_sent(shop: Shop, open_shop: Open, width: str) -> None:
    niche = f"mistyped-{width}"
    shop.lead("Siti", niches=[niche], deviceId=shop.device(f"Types {width}")["id"])
    draft = shop.campaign(f"Mistyped {width}", niche)
    page = open_shop(width)
    page.goto(f"/campaigns/{draft['id']}?step=message")
    page.get_by_role("textbox", name="Message").fill("Hello {{nmae}}, {hi|")
    expect(page.get_by_text("2 things need mending")).to_be_visible()
    expect(page.get_by_text("No lead has this field.")).to_be_visible()
    page.get_by_role("button", name="4 Review").or_(page.get_by_role("button", name="Review")).first.click()
    expect(page.get_by_role("button", name="Send to 1 person")).to_be_disabled()
    page.get_by_role("button", name="Message").first.click()
    page.get_by_role("textbox", name="Message").fill("Hello {{name}}")
    expect(page.get_by_role("figure")).to_contain_text("Hello Siti")


def test_a_program_called_a_picture_is_refused_and_a_picture_is_shown(shop: Shop, open_shop: Open, width: str) -> None:
    draft = shop.campaign(f"With a picture {width}", "nobody")
    page = open_shop(width)
    page.goto(f"/campaigns/{draft['id']}?step=message")
    drop = page.get_by_label("Drop a picture here")
    program = Path(sys.executable).resolve().read_bytes()[:50_000]
    drop.set_input_files({"name": "offer.jpg", "mimeType": "image/jpeg", "buffer": program})
    expect(page.get_by_text("This is not a picture Hebah can use.")).to_be_visible()
    expect(page.get_by_role("textbox", name="Message")).to_have_value("Hello {{name}}")
    picture = io.BytesIO()
    Image.new("RGB", (320, 200), "teal").save(picture, "PNG")
    drop.set_input_files({"name": "offer.png", "mimeType": "image/png", "buffer": picture.getvalue()})
    expect(page.get_by_text(re.compile(r"^320 . 200, \d+ KB$"))).to_be_visible()
    expect(page.get_by_text("Draft, saved")).to_be_visible()


def test_signing_in_and_sending_need_no_mouse(shop: Shop, windows: Windows, width: str) -> None:
    niche, name = f"keys-{width}", f"By keyboard {width}"
    shop.leads(2, niches=[niche], deviceId=shop.device(f"Keys {width}")["id"])
    draft = shop.campaign(name, niche)
    page = windows.open(shop.hebah.url, width)
    page.goto("/")
    tab_to(page, page.get_by_label("E-mail"))
    page.keyboard.type(OWNER["email"])
    tab_to(page, page.get_by_label("Password", exact=True))
    page.keyboard.type(OWNER["password"])
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Overview")

    press(page, page.get_by_role("navigation", name="Main navigation").get_by_role("link", name="Campaigns"))
    tab_to(page, page.get_by_role("searchbox"))
    page.keyboard.type(name)
    rows = page.get_by_role("row").filter(has_text=re.compile(r"\bDraft\b|By keyboard"))
    expect(rows).to_have_count(1)
    press(page, rows)
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    press(page, page.get_by_role("navigation", name="Steps of the campaign").get_by_role("button").last)
    expect(page.get_by_role("button", name="Send to 2 people")).to_be_enabled()
    press(page, page.get_by_role("button", name="Send to 2 people"))
    expect(page.get_by_role("img", name=re.compile("^Recipients: "))).to_be_visible()
    shop.await_(f"/api/campaigns/{draft['id']}", lambda campaign: campaign["state"] == "finished")


def press(page: Page, target: Locator) -> None:
    """Go there by Tab and press Enter."""
    tab_to(page, target)
    page.keyboard.press("Enter")


def tab_to(page: Page, target: Locator) -> None:
    """Press Tab until the target has the focus, as somebody without a mouse does."""
    expect(target).to_be_visible()
    for _ in range(TABS):
        if target.evaluate("node => node === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{target} is not reached by Tab")
