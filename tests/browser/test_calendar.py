"""The calendar of campaigns at the screen."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.browser.shop import Shop

KUALA_LUMPUR = ZoneInfo("Asia/Kuala_Lumpur")


def test_a_month_shows_what_begins_on_which_day_and_a_free_day_plans_a_campaign(
    shop: Shop, open_shop: Open, width: str
) -> None:
    day = (datetime.now(UTC) + timedelta(days=70)).astimezone(KUALA_LUMPUR).replace(day=15, hour=0, minute=30)
    planned = shop.campaign(f"Gaji {width}", "nobody", startsAt=day.isoformat())
    for number in range(6):
        shop.campaign(f"Kopi {number} {width}", "nobody", startsAt=(day + timedelta(hours=9)).isoformat())
    page = open_shop(width)
    page.goto("/campaigns")
    page.get_by_role("button", name="Calendar").click()
    for _ in range((day.year - datetime.now(KUALA_LUMPUR).year) * 12 + day.month - datetime.now(KUALA_LUMPUR).month):
        page.get_by_role("button", name="The month after").click()
    expect(page.get_by_role("heading", name=f"{day:%B %Y}")).to_be_visible()
    on_the_day = page.get_by_role("list", name=f"{day:%A} 15 {day:%B}")
    expect(on_the_day.get_by_role("link", name=f"00:30 Gaji {width} Draft")).to_have_attribute(
        "href", f"/campaigns/{planned['id']}"
    )
    if width == "desktop":
        page.get_by_role("button", name=re.compile(r"^\d+ more$")).click()
    expect(on_the_day.get_by_role("link", name=f"09:30 Kopi 5 {width} Draft")).to_be_visible()

    page.get_by_role("link", name=f"Plan a campaign for {day:%A} 15 {day:%B}").click()
    page.get_by_role("button", name="When and pace").click()
    expect(page.get_by_label("Starts at")).to_have_value(f"{day:%Y-%m-15}T09:00")
    page.goto("/campaigns?view=calendar&month=2001-02")
    expect(page.get_by_role("heading", name="February 2001")).to_be_visible()
    if width == "phone":
        expect(page.get_by_text("Nothing begins in this month.")).to_be_visible()
