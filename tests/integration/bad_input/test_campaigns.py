"""Campaigns that meet the unexpected while `hebah up` runs: nobody, or a number that is taken away."""

from collections.abc import Iterator
from contextlib import closing

import pytest

from tests.browser.shop import Json, Shop, running_hebah

pytestmark = pytest.mark.timeout(120)


@pytest.fixture(scope="module")
def shop() -> Iterator[Shop]:
    with running_hebah() as running, closing(running.set_up()) as owner:
        opened = Shop(running, owner)
        opened.hurry()
        yield opened


def report_of(shop: Shop, campaign: Json) -> Json:
    return shop.call("GET", f"/api/campaigns/{campaign['id']}/report")


def assert_adds_up(report: Json) -> None:
    assert sum(report["groups"].values()) == report["recipients"]
    assert sum(report["states"].values()) == report["recipients"]
    assert sum(code["count"] for code in report["codes"]) == report["recipients"]
    assert sum(sum(device["groups"].values()) for device in report["perDevice"]) == report["recipients"]


def test_a_campaign_for_nobody_is_finished_at_once_and_says_so(shop: Shop) -> None:
    launched = shop.launch(shop.campaign("For nobody", "nobody-is-in-this-niche"))
    assert (launched["state"], launched["stateReason"]) == ("finished", "no_recipients")
    report = report_of(shop, launched)
    assert report["recipients"] == 0
    assert_adds_up(report)


def test_a_device_deleted_under_a_running_campaign_leaves_an_outcome_for_everybody(shop: Shop) -> None:
    doomed, steady = shop.device("Doomed"), shop.device("Steady")
    shop.leads(30, niches=["spa"], deviceId=doomed["id"])
    shop.leads(4, niches=["spa"], deviceId=steady["id"])
    campaign = shop.launch(shop.campaign("Spa week", "spa"))
    path = f"/api/campaigns/{campaign['id']}/report"
    shop.await_(path, lambda report: report["groups"]["sent"] >= 5)

    shop.call("DELETE", f"/api/devices/{doomed['id']}", params={"keepHistory": "true"})
    before = len([line for line in shop.hebah.ledger() if str(line.device) == doomed["id"]])

    # What was on the wire is accepted, or unknown when its number went before it could say so.
    ended = shop.await_(path, lambda report: report["groups"]["waiting"] + report["groups"]["sending"] == 0)
    assert ended["recipients"] == 34
    assert_adds_up(ended)
    codes = {(code["state"], code["code"]): code["count"] for code in ended["codes"]}
    cancelled = codes["cancelled", "device_deleted"]
    assert 0 < cancelled == ended["groups"]["notSent"] < 30
    assert ended["groups"]["sent"] + ended["groups"]["failed"] + ended["groups"]["unknown"] == 34 - cancelled
    assert ended["groups"]["unknown"] <= 1

    book = shop.hebah.ledger()
    assert len({line.wire_id for line in book}) == len(book)
    of_doomed = [line for line in book if str(line.device) == doomed["id"]]
    assert len(of_doomed) <= before + 1
    told = shop.call("GET", f"/api/campaigns/{campaign['id']}/recipients", params={"code": "device_deleted"})
    assert len(told["items"]) == min(cancelled, 50)
    gone = shop.owner.get(f"/api/devices/{doomed['id']}")
    assert (gone.status_code, gone.json()["code"]) == (404, "not_found")
