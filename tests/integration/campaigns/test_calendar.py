"""The calendar of campaigns, through HTTP."""

from __future__ import annotations

from typing import Any

import httpx

from tests.integration.campaigns.conftest import Shop
from tests.integration.campaigns.test_campaigns import created, launched, stocked

JANUARY = {"since": "2026-01-01T00:00:00+08:00", "until": "2026-02-01T00:00:00+08:00"}


async def month(browser: httpx.AsyncClient, **span: str) -> dict[str, Any]:
    answer = await browser.get("/api/campaigns/calendar", params=JANUARY | span)
    assert answer.status_code == 200, answer.text
    view: dict[str, Any] = answer.json()
    return view


async def test_campaigns_stand_where_they_began_or_are_to_begin(shop: Shop) -> None:
    await stocked(shop)
    await created(shop.operator, name="Tiada masa")
    await created(shop.operator, name="Hujung bulan", startsAt="2026-01-31T23:59:00+08:00")
    await created(shop.operator, name="Bulan depan", startsAt="2026-02-01T00:00:00+08:00")
    await launched(shop.operator, await created(shop.operator, name="Hari ini"))
    await launched(shop.operator, await created(shop.operator, name="Esok", startsAt="2026-01-06T09:00:00+08:00"))
    shown = await month(shop.operator)
    assert [(entry["name"], entry["state"]) for entry in shown["items"]] == [
        ("Hari ini", "running"),
        ("Esok", "scheduled"),
        ("Hujung bulan", "draft"),
    ]
    assert shown["items"][1]["at"] == "2026-01-06T01:00:00Z"
    assert shown["complete"] is True


async def test_a_span_that_is_no_calendar_is_refused(shop: Shop) -> None:
    for wrong, field, code in (
        ({"until": "2026-01-01T00:00:00+08:00"}, "until", "out_of_range"),
        ({"until": "2027-01-01T00:00:00+08:00"}, "until", "out_of_range"),
        ({"since": "2026-01-01T00:00:00"}, "since", "format"),
    ):
        answer = await shop.operator.get("/api/campaigns/calendar", params=JANUARY | wrong)
        assert (answer.status_code, answer.json()["data"]["fields"]) == (422, {field: code})
