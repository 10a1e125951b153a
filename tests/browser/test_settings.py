"""Settings at the screen: limits that hold for all, seen by all, changed by owners."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.browser.shop import Shop


@pytest.fixture
def unhurried(shop: Shop) -> Iterator[Shop]:
    """The shop with the limits it began with; afterwards in a hurry again."""
    shop.hurry(gapMinS=8, gapMaxS=20, hourlyCap=60, dailyCap=300, quietOn=True)
    yield shop
    shop.hurry()


def test_a_limit_is_changed_by_an_owner_and_seen_by_everybody(unhurried: Shop, open_shop: Open, width: str) -> None:
    with closing(unhurried.colleague(f"Hafiz {width}", "operator")) as hafiz:
        mine, theirs = open_shop(width), open_shop(width, signed_in=hafiz)
        theirs.goto("/settings/protection")
        expect(theirs.get_by_label("At most in one hour")).to_have_value("60")
        expect(theirs.get_by_label("At most in one hour")).to_be_disabled()
        expect(theirs.get_by_text("Only an owner or an admin can change this.")).to_be_visible()
        expect(theirs.get_by_role("status").filter(has_text="Live")).to_be_visible()

        mine.goto("/settings/protection")
        mine.get_by_label("At most in one hour").fill("45")
        mine.get_by_role("switch", name="Send nothing during quiet hours").click()
        expect(mine.get_by_text("Without quiet hours people may be woken at night.")).to_be_visible()
        mine.get_by_role("button", name="Save").click()
        expect(mine.get_by_text("Saved.").first).to_be_visible()
        expect(theirs.get_by_label("At most in one hour")).to_have_value("45")
        stored = unhurried.call("GET", "/api/workspace")
        assert (stored["hourlyCap"], stored["quietOn"]) == (45, False)


def test_a_limit_that_makes_no_sense_is_refused_beside_its_field(unhurried: Shop, open_shop: Open, width: str) -> None:
    page = open_shop(width)
    page.goto("/settings/protection")
    page.get_by_label("Longest pause between two messages").fill("3")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("This must not be less than the shortest pause.")).to_be_visible()
    assert unhurried.call("GET", "/api/workspace")["gapMaxS"] == 20


def test_an_owner_sees_the_system_and_has_it_checked_and_an_operator_has_no_such_page(
    shop: Shop, open_shop: Open, width: str
) -> None:
    page = open_shop(width)
    page.goto("/settings/system")
    processes = page.get_by_role("table", name="Processes")
    expect(processes.get_by_text("Web, Worker, Gateway")).to_be_visible()
    expect(page.get_by_role("table", name="Periodic jobs").get_by_text("launch_due")).to_be_visible()
    expect(page.get_by_role("group", name="Messages").get_by_text("In doubt")).to_be_visible()
    page.get_by_role("button", name="Check now").click()
    expect(page.get_by_text("All checks passed.")).to_be_visible()
    with closing(shop.colleague(f"Hafiz of the system {width}", "operator")) as hafiz:
        theirs = open_shop(width, signed_in=hafiz)
        theirs.goto("/settings")
        expect(theirs.get_by_role("tab", name="Workspace")).to_be_visible()
        expect(theirs.get_by_role("tab", name="System")).to_have_count(0)
