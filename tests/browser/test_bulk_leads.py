"""Many leads changed together at the screen: ticked or all that match, undone, and deleted by their number."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Open
from tests.browser.shop import Shop
from tests.browser.test_accessibility import assert_no_serious_fault

MANY = 12


def crowd(shop: Shop, niche: str, count: int) -> list[str]:
    """So many people of a niche; gives their ids."""
    return [str(shop.lead(f"{niche} {number}", niches=[niche])["id"]) for number in range(count)]


def niches(shop: Shop, lead_id: str) -> list[str]:
    return list(shop.call("GET", f"/api/leads/{lead_id}")["niches"])


def begin(page: Page, niche: str, width: str) -> Locator:
    """The list of a niche with ticks; on a phone they appear when asked for."""
    page.goto(f"/leads?niche={niche.replace(' ', '+')}")
    expect(page.get_by_role("row", name=re.compile(niche)).first).to_be_visible()
    if width == "phone":
        page.get_by_role("button", name="Select", exact=True).click()
    return page.get_by_role("toolbar")


def test_ticked_people_get_a_niche_and_an_undo_takes_it_away(shop: Shop, open_shop: Open, width: str) -> None:
    first, second, third = crowd(shop, niche := f"Ticked {width}", 3)
    page = open_shop(width)
    bar = begin(page, niche, width)
    for number in (0, 1):
        page.get_by_role("checkbox", name=f"Select {niche} {number}", exact=True).check()
    expect(bar).to_contain_text("2 selected")
    bar.get_by_role("button", name="Change…").click()
    page.get_by_role("dialog").get_by_role("textbox", name="Niches").fill(f"Raya {width}")
    page.get_by_role("button", name="Change 2 people").click()
    done = page.get_by_text(f"Done: Add the niches “Raya {width}”")
    expect(done).to_be_visible()
    expect(page.get_by_text(re.compile("^2 changed"))).to_be_visible()
    assert [niches(shop, one)[1:] for one in (first, second, third)] == [[f"Raya {width}"], [f"Raya {width}"], []]

    page.reload()
    page.get_by_role("button", name="Undo").first.click()
    undone = page.get_by_text(f"Undone: Add the niches “Raya {width}”")
    expect(undone).to_be_visible()
    assert [niches(shop, one) for one in (first, second, third)] == [[niche]] * 3
    page.get_by_role("button", name="Dismiss").first.click()
    expect(undone).to_have_count(0)


def test_everybody_who_matches_is_deleted_when_their_number_is_typed(shop: Shop, open_shop: Open, width: str) -> None:
    crowd(shop, niche := f"Gone {width}", MANY)
    page = open_shop(width)
    bar = begin(page, niche, width)
    if width != "phone":
        page.get_by_role("checkbox", name=f"Select {niche} {MANY - 1}", exact=True).check()
    bar.get_by_role("button", name=f"Select all {MANY} that match").click()
    expect(bar).to_contain_text(f"All {MANY} people that match")
    bar.get_by_role("button", name="Delete…").click()
    delete = page.get_by_role("button", name=f"Delete {MANY} leads")
    expect(delete).to_be_disabled()
    page.get_by_role("textbox", name=f"Type {MANY} to confirm").fill("11")
    expect(delete).to_be_disabled()
    page.get_by_role("textbox", name=f"Type {MANY} to confirm").fill(str(MANY))
    delete.click()
    expect(page.get_by_text("Done: Delete leads")).to_be_visible()
    expect(page.get_by_text("Nobody matches")).to_be_visible()
    # It says so before, and offers nothing that is not there.
    expect(page.get_by_role("button", name="Undo")).to_have_count(0)
    page.get_by_role("button", name="Dismiss").first.click()


def test_somebody_who_came_meanwhile_is_not_changed_unseen(shop: Shop, open_shop: Open, width: str) -> None:
    (known,) = crowd(shop, niche := f"Counted {width}", 1)
    page = open_shop(width)
    bar = begin(page, niche, width)
    page.get_by_role("checkbox", name=f"Select {niche} 0", exact=True).check()
    bar.get_by_role("button", name="Never write again…").click()
    expect(page.get_by_role("dialog")).to_contain_text("Never write to 1 person again?")
    shop.call("DELETE", f"/api/leads/{known}")
    page.get_by_role("button", name="Stop writing to 1 person").click()
    expect(page.get_by_role("dialog")).to_contain_text("0 people match now.")


def test_rows_are_ticked_with_the_keyboard(shop: Shop, open_shop: Open) -> None:
    crowd(shop, niche := "Keyed", 3)
    page = open_shop("desktop")
    bar = begin(page, niche, "desktop")
    page.get_by_role("row", name=re.compile(f"{niche} 2")).focus()
    page.keyboard.press("Space")
    expect(bar).to_contain_text("1 selected")
    page.keyboard.press("Shift+ArrowDown")
    expect(bar).to_contain_text("2 selected")
    page.keyboard.press("Escape")
    expect(bar).to_have_count(0)


def test_what_is_done_with_many_leads_has_no_serious_fault(shop: Shop, open_shop: Open) -> None:
    crowd(shop, niche := "Seen by all", 3)
    page = open_shop("desktop")
    bar = begin(page, niche, "desktop")
    page.get_by_role("checkbox", name=f"Select {niche} 2", exact=True).check()
    assert_no_serious_fault(page)
    for verb, button in (("Change…", "Cancel"), ("Never write again…", "Leave it as it is")):
        bar.get_by_role("button", name=verb).click()
        assert_no_serious_fault(page)
        page.get_by_role("button", name=button).click()
