"""A campaign under way: it pauses by itself, changes its pace, tries refusals again, and shows its course."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from hebah.campaigns import jobs
from hebah.foundation.ids import make_id
from tests.integration.campaigns.conftest import Shop

Json = dict[str, Any]


async def launched(shop: Shop, *devices: UUID, people: int) -> Json:
    """A campaign to so many people of each device."""
    for number, device in enumerate(devices):
        for person in range(people):
            await shop.lead(f"+6012{3_000_000 + 1000 * number + person}", device)
    draft = {"name": "Raya", "body": "Hi", "gapMinS": 1, "gapMaxS": 1}
    made = (await shop.owner.post("/api/campaigns", json=draft)).json()
    answer = await shop.owner.post(f"/api/campaigns/{made['id']}/launch", json={"version": made["version"]})
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def settle(shop: Shop, campaign: Json, count: int, state: str, code: str | None = None, **marks: bool) -> None:
    """So many of the queued rows went out, and this became of them."""
    now = shop.clock.now()
    async with shop.database.transaction() as tx:
        await tx.execute(
            "UPDATE outbox SET state = $3::text, code = $4, dispatched_at = $5::timestamptz, settled_at = $5,"
            " wire_id = id::text, accepted_at = CASE WHEN $3 = 'accepted' THEN $5 END,"
            " opted_out_at = CASE WHEN $6::boolean THEN $5 END"
            " WHERE id IN (SELECT id FROM outbox WHERE workspace_id = $1 AND campaign_id = $2 AND state = 'queued'"
            " ORDER BY id LIMIT $7)",
            shop.account.workspace_id,
            UUID(campaign["id"]),
            state,
            code,
            now,
            marks.get("opted_out", False),
            count,
        )


async def now_of(shop: Shop, campaign: Json) -> Json:
    return dict((await shop.owner.get(f"/api/campaigns/{campaign['id']}")).json())


async def watch(shop: Shop) -> int:
    return await jobs.pause_troubled(shop.database, shop.clock)


async def test_a_campaign_of_which_a_fifth_fails_pauses_with_the_figures_and_is_judged_anew_when_resumed(
    shop: Shop,
) -> None:
    campaign = await launched(shop, await shop.device("One"), people=60)
    await settle(shop, campaign, 15, "accepted")
    await settle(shop, campaign, 4, "failed", "rejected")
    assert await watch(shop) == 0  # nineteen messages prove nothing yet

    await settle(shop, campaign, 1, "unknown", "timeout")
    assert await watch(shop) == 1

    paused = await now_of(shop, campaign)
    assert (paused["state"], paused["stateReason"]) == ("paused", "error_rate")
    assert paused["stateFacts"] == {"settled": 20, "failed": 4, "unknown": 1, "limit": 20}
    assert await watch(shop) == 0

    await shop.clock.advance(timedelta(seconds=1))
    resumed = (await shop.owner.post(f"/api/campaigns/{campaign['id']}/resume")).json()
    assert (resumed["state"], resumed["stateReason"], resumed["stateFacts"]) == ("running", None, {})
    await settle(shop, campaign, 20, "accepted")
    assert await watch(shop) == 0


async def test_a_campaign_that_too_many_people_want_no_more_of_pauses(shop: Shop) -> None:
    campaign = await launched(shop, await shop.device("One"), people=60)
    await settle(shop, campaign, 2, "accepted", opted_out=True)
    await settle(shop, campaign, 28, "accepted")
    assert await watch(shop) == 0

    await settle(shop, campaign, 1, "accepted", opted_out=True)
    assert await watch(shop) == 1

    paused = await now_of(shop, campaign)
    assert paused["stateReason"] == "opt_out_rate"
    assert paused["stateFacts"] == {"settled": 31, "optedOut": 3, "limit": 3}


async def test_a_workspace_decides_at_which_share_campaigns_pause(shop: Shop) -> None:
    async with shop.database.transaction() as tx:
        await tx.execute(
            "UPDATE workspace SET pause_errors_percent = NULL, pause_opt_outs_percent = 50 WHERE id = $1",
            shop.account.workspace_id,
        )
    campaign = await launched(shop, await shop.device("One"), people=40)
    await settle(shop, campaign, 20, "failed", "rejected")
    await settle(shop, campaign, 10, "accepted", opted_out=True)

    assert await watch(shop) == 0


async def test_a_campaign_pauses_when_half_of_its_numbers_are_restricted_while_it_runs(shop: Shop) -> None:
    first, second, third = [await shop.device(name) for name in ("One", "Two", "Three")]
    campaign = await launched(shop, first, second, third, people=1)
    await shop.clock.advance(timedelta(minutes=1))
    await restrict(shop, first)
    assert await watch(shop) == 0  # one of three only waits

    await restrict(shop, second)
    assert await watch(shop) == 1
    paused = await now_of(shop, campaign)
    assert (paused["stateReason"], paused["stateFacts"]) == ("devices_restricted", {"devices": 3, "restricted": 2})

    await shop.clock.advance(timedelta(minutes=1))
    await shop.owner.post(f"/api/campaigns/{campaign['id']}/resume")
    assert await watch(shop) == 0  # whoever resumed knew of it


async def restrict(shop: Shop, device: UUID) -> None:
    async with shop.database.transaction() as tx:
        await tx.execute(
            "UPDATE device SET state = 'restricted', state_since = $2 WHERE id = $1", device, shop.clock.now()
        )


async def test_a_new_pace_holds_at_once_and_moves_the_forecast(shop: Shop) -> None:
    campaign = await launched(shop, await shop.device("One"), people=11)
    path = f"/api/campaigns/{campaign['id']}/pace"
    await shop.clock.advance(timedelta(seconds=100))

    repaced = (await shop.operator.post(path, json={"gapMinS": 60, "gapMaxS": 60})).json()

    assert (repaced["gapMinS"], repaced["gapMaxS"]) == (60, 60)
    assert repaced["finishEstimateS"] > campaign["finishEstimateS"] + 500
    async with shop.database.connection() as connection:
        gap = await connection.fetchrow("SELECT gap_min_s, gap_max_s FROM stream WHERE id = $1", UUID(campaign["id"]))
        audited = await connection.fetchval("SELECT details FROM audit_entry WHERE action = 'campaign_repaced'")
    assert gap is not None
    assert tuple(gap) == (60, 60)
    assert audited == {"gap_min_s": 60, "gap_max_s": 60}

    wrong = await shop.owner.post(path, json={"gapMinS": 9, "gapMaxS": 2})
    assert (wrong.status_code, wrong.json()["data"]) == (422, {"fields": {"gapMaxS": "out_of_range"}})
    await shop.owner.post(f"/api/campaigns/{campaign['id']}/cancel")
    late = await shop.owner.post(path, json={"gapMinS": 1, "gapMaxS": 2})
    assert (late.status_code, late.json()["code"]) == (409, "campaign_not_under_way")


async def test_refusals_are_retried_by_reason_also_of_a_finished_campaign(shop: Shop) -> None:
    campaign = await launched(shop, await shop.device("One"), people=5)
    await settle(shop, campaign, 2, "failed", "rejected")
    await settle(shop, campaign, 1, "failed", "not_on_whatsapp")
    await settle(shop, campaign, 1, "unknown_final", "no_evidence")
    await settle(shop, campaign, 1, "accepted")
    assert await jobs.finish_done(shop.database, shop.clock) == 1
    report = (await shop.owner.get(f"/api/campaigns/{campaign['id']}/report")).json()
    assert {line["code"]: line["mayRetry"] for line in report["codes"]} == {
        None: False,
        "rejected": True,
        "not_on_whatsapp": False,
        "no_evidence": False,
    }
    path = f"/api/campaigns/{campaign['id']}/retry"
    for codes in ([], ["not_on_whatsapp"]):
        assert (await shop.operator.post(path, json={"codes": codes})).status_code == 422

    again = (await shop.operator.post(path, json={"codes": ["rejected"]})).json()

    assert (again["state"], again["finishedAt"]) == ("running", None)
    report = (await shop.owner.get(f"/api/campaigns/{campaign['id']}/report")).json()
    assert report["states"] == {"queued": 2, "failed": 1, "unknown_final": 1, "accepted": 1}
    await shop.owner.post(f"/api/campaigns/{campaign['id']}/cancel")
    assert (await shop.owner.post(path, json={"codes": ["rejected"]})).status_code == 409


async def test_the_course_counts_each_thing_in_the_hour_it_happened_in(shop: Shop) -> None:
    campaign = await launched(shop, await shop.device("One"), people=4)
    start = shop.clock.now()
    await settle(shop, campaign, 2, "accepted")
    await shop.clock.advance(timedelta(hours=1))
    await settle(shop, campaign, 1, "accepted")
    await settle(shop, campaign, 1, "failed", "rejected")

    found = (await shop.owner.get(f"/api/campaigns/{campaign['id']}/course")).json()

    assert found["step"] == "hour"
    assert [(each["sent"], each["failed"], each["read"]) for each in found["moments"]] == [(2, 0, 0), (1, 1, 0)]
    assert found["moments"][0]["at"] <= start.isoformat().replace("+00:00", "Z")
    for _ in range(2):
        await shop.clock.advance(timedelta(days=4))
        assert (await shop.owner.get("/api/me")).status_code == 200  # keeps the session alive
    found = (await shop.owner.get(f"/api/campaigns/{campaign['id']}/course")).json()
    assert (found["step"], [each["sent"] for each in found["moments"]]) == ("day", [3])
    nobody = await shop.owner.get(f"/api/campaigns/{make_id()}/course")
    assert nobody.status_code == 404
