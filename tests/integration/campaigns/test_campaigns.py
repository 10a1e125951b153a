"""A campaign from draft to report, through HTTP and on the real database."""

from __future__ import annotations

import asyncio
import csv
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx

from hebah.adapters.blobs.filesystem import FilesystemBlobs
from hebah.app.worker import jobs_of, run_jobs
from hebah.campaigns import jobs
from hebah.foundation.postgres import Database
from tests.integration.campaigns.conftest import Shop

DRAFT = {"name": "Raya", "body": "Salam {{name|kawan}}, https://kedai.my/{raya}", "audience": {"niches": ["skincare"]}}


async def created(browser: httpx.AsyncClient, **changed: object) -> dict[str, Any]:
    answer = await browser.post("/api/campaigns", json=DRAFT | changed)
    assert answer.status_code == 201, answer.text
    view: dict[str, Any] = answer.json()
    return view


async def launched(browser: httpx.AsyncClient, campaign: dict[str, Any]) -> dict[str, Any]:
    answer = await browser.post(f"/api/campaigns/{campaign['id']}/launch", json={"version": campaign["version"]})
    assert answer.status_code == 200, answer.text
    view: dict[str, Any] = answer.json()
    return view


async def report_of(browser: httpx.AsyncClient, campaign: dict[str, Any]) -> dict[str, Any]:
    report: dict[str, Any] = (await browser.get(f"/api/campaigns/{campaign['id']}/report")).json()
    return report


async def stocked(shop: Shop) -> None:
    device = await shop.device("Kaunter 1")
    unlinked = await shop.device("Kaunter 2", "unlinked")
    for number in range(3):
        await shop.lead(f"+6012345670{number}", device, name=f"Siti {number}")
    await shop.lead("+60123456710", device, consent="unknown")
    await shop.lead("+60123456711", device, consent="refused")
    await shop.lead("+60123456712", None)
    await shop.lead("+60123456713", unlinked)
    await shop.lead("+60123456714", device, niches=["shoes"])
    await shop.suppress(await shop.lead("+60123456715", device), "+60123456715")


EXCLUDED = {"no_consent": 1, "consent_refused": 1, "no_device": 1, "device_unlinked": 1, "suppressed": 1}


async def test_a_review_says_who_would_get_it_who_would_not_and_why(shop: Shop) -> None:
    await stocked(shop)
    campaign = await created(shop.operator)

    review = (await shop.operator.post(f"/api/campaigns/{campaign['id']}/review")).json()

    assert (review["audience"], review["recipients"], review["excluded"]) == (8, 3, EXCLUDED)
    assert [(load["name"], load["recipients"]) for load in review["perDevice"]] == [("Kaunter 1", 3)]
    assert 16 <= review["finishEstimateS"] <= 40


async def test_a_launch_stores_exactly_what_the_review_said_and_the_report_adds_up(shop: Shop) -> None:
    await stocked(shop)
    running = await launched(shop.operator, await created(shop.operator))

    report = await report_of(shop.operator, running)

    assert running["state"] == "running"
    assert report["states"] == {"queued": 3, "excluded": 5}
    assert {line["code"]: line["count"] for line in report["codes"] if line["code"]} == EXCLUDED
    assert sum(report["groups"].values()) == report["recipients"] == 8
    assert sum(sum(device["groups"].values()) for device in report["perDevice"]) == 8


async def test_a_launch_without_recipients_is_a_visible_outcome_with_its_reason(shop: Shop) -> None:
    campaign = await launched(shop.operator, await created(shop.operator, audience={"niches": ["nothing"]}))
    assert (campaign["state"], campaign["stateReason"]) == ("finished", "no_recipients")


async def test_a_campaign_pauses_resumes_and_is_cancelled_with_an_outcome_for_everybody(shop: Shop) -> None:
    await stocked(shop)
    campaign = await launched(shop.operator, await created(shop.operator))
    path = f"/api/campaigns/{campaign['id']}"

    assert (await shop.operator.post(f"{path}/pause")).json()["state"] == "paused"
    assert (await shop.operator.post(f"{path}/launch", json={"version": 1})).json()["code"] == "campaign_state"
    assert (await shop.operator.post(f"{path}/resume")).json()["state"] == "running"
    assert (await shop.operator.post(f"{path}/cancel")).json()["state"] == "cancelled"
    assert (await report_of(shop.operator, campaign))["states"] == {"cancelled": 3, "excluded": 5}
    assert (await shop.operator.post(f"{path}/resume")).status_code == 409


async def test_of_two_people_editing_the_second_is_told_and_loses_nothing(shop: Shop) -> None:
    campaign = await created(shop.owner)
    path = f"/api/campaigns/{campaign['id']}"
    first = await shop.operator.patch(path, json=DRAFT | {"name": "First", "version": 1})

    second = await shop.owner.patch(path, json=DRAFT | {"name": "Second", "version": 1})

    assert first.json()["version"] == 2
    assert (second.status_code, second.json()["code"]) == (409, "edited_elsewhere")
    assert (second.json()["data"]["version"], second.json()["data"]["by"]) == (2, "Budi")
    assert (await shop.owner.get(path)).json()["name"] == "First"


async def test_what_was_reviewed_is_what_is_launched(shop: Shop) -> None:
    campaign = await created(shop.owner)
    await shop.operator.patch(f"/api/campaigns/{campaign['id']}", json=DRAFT | {"version": 1})

    answer = await shop.owner.post(f"/api/campaigns/{campaign['id']}/launch", json={"version": 1})

    assert (answer.status_code, answer.json()["code"]) == (409, "edited_elsewhere")


async def test_only_an_owner_includes_people_without_recorded_consent_and_it_is_recorded(shop: Shop) -> None:
    await stocked(shop)
    everybody = {"niches": ["skincare"], "includeUnknownConsent": True}
    refused = await shop.operator.post("/api/campaigns", json=DRAFT | {"audience": everybody})
    assert (refused.status_code, refused.json()["code"]) == (403, "consent_override_needs_owner")

    campaign = await launched(shop.owner, await created(shop.owner, audience=everybody))

    assert campaign["overrideByName"] == "Aminah"
    assert (await report_of(shop.owner, campaign))["states"] == {"queued": 4, "excluded": 4}


async def test_a_scheduled_campaign_starts_at_its_time_with_the_audience_of_that_time(shop: Shop) -> None:
    device = await shop.device("Kaunter 1")
    starts_at = shop.clock.now() + timedelta(hours=2)
    scheduled = await launched(shop.operator, await created(shop.operator, startsAt=starts_at.isoformat()))
    assert scheduled["state"] == "scheduled"
    await shop.lead("+60123456700", device)

    assert await jobs.launch_due(shop.database, shop.clock) == 0
    await shop.clock.advance(timedelta(hours=2))
    assert await jobs.launch_due(shop.database, shop.clock) == 1

    report = await report_of(shop.operator, scheduled)
    assert (report["campaign"]["state"], report["states"]) == ("running", {"queued": 1})


async def test_two_workers_start_and_finish_each_campaign_once(shop: Shop, database_url: str, tmp_path: Path) -> None:
    device = await shop.device("Kaunter 1")
    await shop.lead("+60123456700", device)
    due = {"startsAt": (shop.clock.now() + timedelta(minutes=1)).isoformat()}
    campaigns = [await launched(shop.operator, await created(shop.operator, **due)) for _ in range(8)]
    await shop.clock.advance(timedelta(minutes=1))

    await two_workers_work(shop, database_url, tmp_path)
    assert [(await report_of(shop.operator, each))["states"] for each in campaigns] == [{"queued": 1}] * 8
    async with shop.database.transaction() as tx:
        await tx.execute("UPDATE outbox SET state = 'failed', code = 'rejected' WHERE state = 'queued'")
    await two_workers_work(shop, database_url, tmp_path)

    reports = [await report_of(shop.operator, each) for each in campaigns]
    assert [(each["campaign"]["state"], each["states"]) for each in reports] == [("finished", {"failed": 1})] * 8


async def two_workers_work(shop: Shop, url: str, folder: Path) -> None:
    """Two processes begin all their jobs at one moment; returns when each job has been done."""
    stop = asyncio.Event()
    workers = [jobs_of(shop.database, shop.clock, FilesystemBlobs(folder), folder) for _ in range(2)]
    async with (
        await Database.connect(url, max_connections=1) as first,
        await Database.connect(url, max_connections=1) as second,
        asyncio.timeout(30),
        asyncio.TaskGroup() as tasks,
    ):
        for its_jobs, locks in zip(workers, (first, second), strict=True):
            tasks.create_task(run_jobs(its_jobs, shop.clock, locks, stop))
        await shop.clock.until_sleeping(sum(map(len, workers)))
        stop.set()


async def test_a_campaign_finishes_when_nobody_is_left(shop: Shop) -> None:
    await stocked(shop)
    campaign = await launched(shop.operator, await created(shop.operator))
    assert await jobs.finish_done(shop.database, shop.clock) == 0
    async with shop.database.transaction() as tx:
        await tx.execute("UPDATE outbox SET state = 'failed', code = 'rejected' WHERE state = 'queued'")

    assert await jobs.finish_done(shop.database, shop.clock) == 1

    assert (await report_of(shop.operator, campaign))["campaign"]["state"] == "finished"


async def test_a_text_that_cannot_be_understood_is_not_launched(shop: Shop) -> None:
    campaign = await created(shop.operator, body="Hi {{name")
    answer = await shop.operator.post(f"/api/campaigns/{campaign['id']}/launch", json={"version": 1})
    assert (answer.status_code, answer.json()["data"]["fields"]) == (422, {"body": "template_unclosed_brace"})


async def test_a_preview_shows_real_people_their_real_text(shop: Shop) -> None:
    await stocked(shop)
    preview = (await shop.operator.post("/api/campaigns/preview", json={"body": DRAFT["body"]})).json()
    texts = sorted(item["text"] for item in preview["items"])
    assert texts[0] == "Salam Siti 0, https://kedai.my/{raya}"
    assert all("+60" not in item["phoneMasked"] for item in preview["items"])


async def test_a_preview_points_at_what_is_wrong(shop: Shop) -> None:
    preview = (await shop.operator.post("/api/campaigns/preview", json={"body": "Hi {{nmae}}"})).json()
    problem = preview["problems"][0]
    assert (problem["code"], problem["position"], problem["length"]) == ("template_unknown_variable", 3, 8)


async def test_recipients_are_listed_by_group_and_exported_safely(shop: Shop) -> None:
    await stocked(shop)
    campaign = await launched(shop.operator, await created(shop.operator))
    path = f"/api/campaigns/{campaign['id']}/recipients"

    waiting = (await shop.operator.get(path, params={"state": "waiting", "limit": 2})).json()
    rest = (await shop.operator.get(path, params={"state": "waiting", "after": waiting["next"]})).json()
    exported = (await shop.operator.get(f"{path}.csv")).text.lstrip("\ufeff")

    assert [len(waiting["items"]), len(rest["items"]), rest["next"]] == [2, 1, None]
    rows = list(csv.DictReader(exported.splitlines()))
    assert len(rows) == 8
    assert all(row["phone"].startswith("'+60") for row in rows)


async def test_what_was_sent_to_somebody_cannot_be_deleted(shop: Shop) -> None:
    await stocked(shop)
    draft = await created(shop.operator)
    sent = await launched(shop.operator, await created(shop.operator))
    await shop.operator.post(f"/api/campaigns/{sent['id']}/cancel")

    assert (await shop.operator.delete(f"/api/campaigns/{draft['id']}")).status_code == 204
    assert (await shop.operator.delete(f"/api/campaigns/{sent['id']}")).json()["code"] == "campaign_has_history"


async def test_a_clone_is_a_draft_of_its_own(shop: Shop) -> None:
    campaign = await created(shop.operator)
    clone = (await shop.operator.post(f"/api/campaigns/{campaign['id']}/clone")).json()
    assert clone["id"] != campaign["id"]
    assert (clone["state"], clone["body"]) == ("draft", campaign["body"])


async def test_campaigns_are_listed_newest_first_with_figures_that_add_up(shop: Shop) -> None:
    await stocked(shop)
    await launched(shop.operator, await created(shop.operator))
    await shop.clock.advance(timedelta(minutes=1))
    await created(shop.operator, name="Later")

    page = (await shop.operator.get("/api/campaigns")).json()

    assert [row["name"] for row in page["items"]] == ["Later", "Raya"]
    assert sum(page["items"][1]["groups"].values()) == page["items"][1]["recipients"] == 8
