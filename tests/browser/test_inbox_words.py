"""How words and times look in a chat: WhatsApp's marks, links, long words, other directions, the workspace's clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Open
from tests.browser.inbox import bubble, log, row
from tests.browser.phones import Phone, somebody
from tests.browser.shop import Shop

# A Wednesday, 15:04 in Kuala Lumpur and still Tuesday evening for some browsers.
NOW = datetime(2026, 11, 25, 7, 4, tzinfo=UTC)
MARKED = (
    "*tebal* _condong_ ~potong~ `kod` *_dua sekali_* 2*3*4 snake_case_name ** kosong\n"
    "```\nblok *biasa*\n```\n> petikan *orang*\n- satu\n2. dua"
)
LINKS = (
    "https://example.com/a_b_c?x=1. (www.contoh.my) javascript:alert(1) ftp://x.example "
    "siti@example.com +60123456789 https://nama:rahsia@example.com/"
)


def opened(shop: Shop, open_shop: Open, width: str, *bodies: str) -> Page:
    line, person = Phone.linked(shop, f"Words on {width}"), somebody()
    for body in bodies:
        line.hears(person, body, sender_name="Cikgu")
    page = open_shop(width)
    page.goto(f"/device/{line.device_id}/whatsapp-web/{line.chat(person)['id']}")
    expect(log(page).locator("[data-message]")).to_have_count(len(bodies))
    return page


def test_marks_of_whatsapp_are_shown_as_whatsapp_shows_them(shop: Shop, open_shop: Open, width: str) -> None:
    page = opened(shop, open_shop, width, MARKED)
    said = bubble(page, "tebal")
    expect(said.locator("strong")).to_have_text(["tebal", "dua sekali", "orang"])
    expect(said.locator("em")).to_have_text(["condong", "dua sekali"])
    expect(said.locator("s")).to_have_text("potong")
    expect(said.locator("code")).to_have_text(["kod", "blok *biasa*"])
    expect(said.locator("blockquote")).to_have_text("petikan orang")
    for words in ("2*3*4", "snake_case_name", "** kosong", "satu", "dua"):
        expect(said).to_contain_text(words)
    expect(said).to_contain_text("•")


def test_only_addresses_of_the_web_and_of_people_are_links(shop: Shop, open_shop: Open, width: str) -> None:
    page = opened(shop, open_shop, width, LINKS)
    links = bubble(page, "example").get_by_role("link")
    assert [link.get_attribute("href") for link in links.all()] == [
        "https://example.com/a_b_c?x=1",
        "https://www.contoh.my/",
        "mailto:siti@example.com",
        "https://nama:rahsia@example.com/",
    ]
    for link in links.all():
        assert "noopener" in (link.get_attribute("rel") or "")
        assert link.get_attribute("target") == "_blank"
    page.get_by_role("button", name="+60123456789").click()
    expect(page.get_by_role("dialog", name="New chat")).to_be_visible()


def test_long_words_and_other_directions_stay_inside(shop: Shop, open_shop: Open, width: str) -> None:
    long, arabic = "p" * 900, "مرحبا، هل لديكم هذا المقاس؟ 123"
    page = opened(shop, open_shop, width, long, arabic, "kata " * 600)
    for bounded in log(page).locator("[data-message]").all():
        box, frame = box_of(bounded), box_of(log(page))
        assert box["x"] >= frame["x"]
        assert box["x"] + box["width"] <= frame["x"] + frame["width"]
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.get_by_role("button", name="Read more").click()
    expect(page.get_by_role("button", name="Read more")).to_have_count(0)


def box_of(located: Locator) -> dict[str, float]:
    box = located.bounding_box()
    assert box is not None
    return {"x": box["x"], "width": box["width"]}


def test_times_are_those_of_the_workspace(shop: Shop, open_shop: Open, width: str) -> None:
    line = Phone.linked(shop, f"Clock on {width}")
    ages = {
        "hari ini": (timedelta(minutes=0), "15:04"),
        "semalam": (timedelta(hours=16), "Yesterday"),
        "Isnin": (timedelta(days=2), "Monday"),
        "lama": (timedelta(days=20), "5 Nov 2026"),
    }
    for name, (age, _) in ages.items():
        line.hears(somebody(), name, sender_name=name, at=round((NOW - age).timestamp() * 1000))
    page = open_shop(width)
    page.clock.set_fixed_time(NOW)
    page.goto(f"/device/{line.device_id}/whatsapp-web")
    for name, (_, shown) in ages.items():
        expect(row(page, name).get_by_role("time")).to_have_text(shown)
    row(page, "Isnin").click()
    expect(log(page)).to_contain_text("Monday")
    expect(bubble(page, "Isnin").get_by_role("time")).to_have_text("15:04")
