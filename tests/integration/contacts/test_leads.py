"""Leads: who they are, who may see and change them, who is never written again."""

from datetime import timedelta

import httpx
import pytest

from hebah.access.model import Account, Role
from hebah.contacts.actions import people as actions
from hebah.contacts.model import NewSuppression, SuppressionReason
from hebah.foundation.clock import ManualClock
from hebah.foundation.ids import make_id
from hebah.foundation.postgres import Database
from tests.integration.conftest import Web
from tests.integration.contacts.conftest import Stops
from tests.integration.worlds import World, add_device

PHONE = "+60123456789"
OTHER = "+60198765432"


@pytest.fixture
async def operator(web: Web, shop: Account) -> httpx.AsyncClient:
    return await web.signed_in(await web.person(shop.workspace_id, Role.OPERATOR))


async def add(browser: httpx.AsyncClient, phone: str = PHONE, **facts: object) -> dict[str, object]:
    answer = await browser.post("/api/leads", json={"phone": phone, **facts})
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def phones(browser: httpx.AsyncClient, **filters: str | bool) -> list[str]:
    page = (await browser.get("/api/leads", params=filters)).json()
    assert page["total"] == len(page["items"])
    return [lead["phone"] for lead in page["items"]]


async def test_a_lead_is_stored_as_written_with_its_number_in_one_form(operator: httpx.AsyncClient) -> None:
    given = {
        "name": "  Siti   Aminah ",
        "niches": ["Hair", "hair", "skin"],
        "status": "customer",
        "triggers": ["welcome"],
        "note": "asked for a price",
        "consent": "granted",
        "consentSource": "form at the fair",
        "consentAt": "2026-01-02T03:04:05Z",
        "zone": "Asia/Kuching",
        "variables": {"city": "Kuching"},
    }
    lead = await add(operator, "012-345 6789", **given)
    kept = (await operator.get(f"/api/leads/{lead['id']}")).json()
    assert kept == lead
    assert kept | given == kept | {"name": given["name"], "niches": given["niches"]}
    assert (kept["phone"], kept["name"], kept["niches"]) == (PHONE, "Siti Aminah", ["Hair", "skin"])
    assert kept["deviceId"] is None
    assert kept["suppressed"] is False
    (entry,) = (await operator.get(f"/api/leads/{lead['id']}/history")).json()["consents"]
    assert entry == {
        "consent": "granted",
        "source": "form at the fair",
        "givenAt": "2026-01-02T03:04:05Z",
        "recordedAt": "2026-01-05T09:00:00Z",
        "recordedBy": "Budi",
    }


@pytest.mark.parametrize(
    ("fault", "field", "code"),
    [
        ({"phone": "1.23E+10"}, "phone", "phone_scientific_notation"),
        ({"phone": ""}, "phone", "phone_empty"),
        ({"deviceId": "01890000-0000-7000-8000-000000000000"}, "deviceId", "unknown_device"),
        ({"zone": "Asia/Nowhere"}, "zone", "unknown_zone"),
        ({"consent": "granted", "consentAt": "2027-01-01T00:00:00Z"}, "consentAt", "in_the_future"),
        ({"note": "x" * 10_001}, "note", "too_long"),
        ({"variables": {"a": "x" * 1_001}}, "variables", "too_long"),
    ],
)
async def test_what_cannot_be_stored_is_refused_by_field(
    operator: httpx.AsyncClient, fault: dict[str, object], field: str, code: str
) -> None:
    answer = await operator.post("/api/leads", json={"phone": PHONE} | fault)
    assert answer.status_code == 422
    assert answer.json()["data"]["fields"] == {field: code}


async def test_a_number_is_a_lead_once(operator: httpx.AsyncClient) -> None:
    lead = await add(operator)
    again = await operator.post("/api/leads", json={"phone": "+60 12 345 6789"})
    assert (again.status_code, again.json()["code"]) == (409, "lead_exists")
    assert again.json()["data"] == {"lead_id": lead["id"]} or again.json()["data"] == {"leadId": lead["id"]}


async def test_somebody_who_wrote_before_is_the_same_person_as_a_lead(
    operator: httpx.AsyncClient, shop: Account, database: Database, clock: ManualClock
) -> None:
    async with database.transaction() as tx:
        known = await actions.contacts_for_phones(tx, shop.workspace_id, {PHONE: "from a chat"}, clock.now())
    assert (await add(operator, name="Siti"))["contactId"] == str(known[PHONE])


async def test_of_two_people_editing_the_second_is_told(operator: httpx.AsyncClient, owner: httpx.AsyncClient) -> None:
    lead = await add(operator, name="Siti")
    path = f"/api/leads/{lead['id']}"
    first = await operator.patch(path, json={"version": 1, "note": "called"})
    assert (first.status_code, first.json()["version"], first.json()["name"]) == (200, 2, "Siti")
    second = await owner.patch(path, json={"version": 1, "name": "Aminah"})
    assert (second.status_code, second.json()["code"]) == (409, "edited_elsewhere")
    assert (await operator.get(path)).json()["name"] == "Siti"


async def test_a_new_answer_to_the_question_of_consent_needs_its_own_evidence(operator: httpx.AsyncClient) -> None:
    lead = await add(operator, consent="granted", consentSource="fair", consentAt="2026-01-01T00:00:00Z")
    changed = (await operator.patch(f"/api/leads/{lead['id']}", json={"version": 1, "consent": "refused"})).json()
    assert (changed["consent"], changed["consentAt"]) == ("refused", None)
    kept = await operator.patch(f"/api/leads/{lead['id']}", json={"version": 2, "note": "x"})
    assert kept.json()["consent"] == "refused"
    entries = (await operator.get(f"/api/leads/{lead['id']}/history")).json()["consents"]
    assert [entry["consent"] for entry in entries] == ["refused", "granted"]


async def test_a_number_cannot_be_changed_to_somebody_elses(
    operator: httpx.AsyncClient, shop: Account, database: Database, clock: ManualClock
) -> None:
    lead = await add(operator)
    await add(operator, OTHER)
    path = f"/api/leads/{lead['id']}"
    assert (await operator.patch(path, json={"version": 1, "phone": OTHER})).json()["code"] == "lead_exists"
    async with database.transaction() as tx:
        await actions.contacts_for_phones(tx, shop.workspace_id, {"+60137654321": ""}, clock.now())
    assert (await operator.patch(path, json={"version": 1, "phone": "+60137654321"})).json()["code"] == "phone_taken"


async def test_the_list_is_searched_and_filtered(
    operator: httpx.AsyncClient, shop: Account, database: Database, clock: ManualClock
) -> None:
    device_id = make_id()
    async with database.transaction() as tx:
        await add_device(tx, shop.workspace_id, device_id, clock)
    await add(operator, PHONE, name="Siti 100%", niches=["hair"], deviceId=str(device_id), consent="granted")
    await add(operator, OTHER, name="Kumar", note="wants skin cream", status="customer", niches=["skin"])
    assert await phones(operator) == [OTHER, PHONE]
    assert await phones(operator, q="siti") == [PHONE]
    assert await phones(operator, q="100%") == [PHONE]
    assert await phones(operator, q="%") == [PHONE]
    assert await phones(operator, q="012 345") == [PHONE]
    assert await phones(operator, q="6019") == [OTHER]
    assert await phones(operator, q="cream") == [OTHER]
    assert await phones(operator, q="nobody") == []
    assert await phones(operator, niche="hair") == [PHONE]
    assert await phones(operator, status="customer") == [OTHER]
    assert await phones(operator, deviceId="pool") == [OTHER]
    assert await phones(operator, deviceId=str(device_id)) == [PHONE]
    assert await phones(operator, consent="unknown") == [OTHER]
    assert await phones(operator, suppressed=True) == []
    facets = (await operator.get("/api/leads/facets")).json()
    assert facets["niches"] == [{"name": "hair", "count": 1}, {"name": "skin", "count": 1}]
    assert {line["deviceId"] for line in facets["devices"]} == {None, str(device_id)}
    assert facets["suppressed"] == 0


async def test_pages_follow_each_other_without_repeating_or_missing(
    operator: httpx.AsyncClient, clock: ManualClock
) -> None:
    for number in range(7):
        await add(operator, f"+6012345670{number}")
        await clock.advance(timedelta(seconds=number % 2))
    seen: list[str] = []
    after = None
    while True:
        page = (await operator.get("/api/leads", params={"limit": 3} | ({"after": after} if after else {}))).json()
        assert page["total"] == 7
        seen += [lead["phone"] for lead in page["items"]]
        after = page["next"]
        if after is None:
            break
    assert seen == [f"+6012345670{number}" for number in reversed(range(7))]


async def test_agents_see_the_leads_of_their_devices_and_change_none(
    web: Web, shop: Account, operator: httpx.AsyncClient, database: Database, clock: ManualClock
) -> None:
    mine, foreign = make_id(), make_id()
    async with database.transaction() as tx:
        await add_device(tx, shop.workspace_id, mine, clock)
        await add_device(tx, shop.workspace_id, foreign, clock)
    seen = await add(operator, PHONE, deviceId=str(mine), niches=["hair"])
    hidden = [await add(operator, OTHER, deviceId=str(foreign)), await add(operator, "+60137654321")]
    agent = await web.signed_in(await web.person(shop.workspace_id, Role.AGENT, [mine]))
    assert await phones(agent) == [PHONE]
    assert (await agent.get(f"/api/leads/{seen['id']}")).status_code == 200
    for lead in hidden:
        assert (await agent.get(f"/api/leads/{lead['id']}")).status_code == 404
        assert (await agent.get(f"/api/leads/{lead['id']}/history")).status_code == 404
    facets = (await agent.get("/api/leads/facets")).json()
    assert facets["devices"] == [{"deviceId": str(mine), "count": 1}]
    assert (await agent.patch(f"/api/leads/{seen['id']}", json={"version": 1})).status_code == 403
    assert (await agent.delete(f"/api/leads/{seen['id']}")).status_code == 403
    assert (await agent.post("/api/suppressions", json={"leadId": seen["id"]})).status_code == 403


async def test_another_workspace_has_no_such_lead(web: Web, operator: httpx.AsyncClient) -> None:
    lead = await add(operator)
    stranger = await web.signed_in(await web.found())
    assert await phones(stranger) == []
    path = f"/api/leads/{lead['id']}"
    assert (await stranger.get(path)).status_code == 404
    assert (await stranger.patch(path, json={"version": 1})).status_code == 404
    assert (await stranger.delete(path)).status_code == 404
    assert (await stranger.post("/api/suppressions", json={"leadId": lead["id"]})).status_code == 404


async def test_suppressing_by_hand_takes_back_what_is_queued_and_only_an_owner_lifts_it(
    owner: httpx.AsyncClient, operator: httpx.AsyncClient, stops: Stops, database: Database
) -> None:
    lead = await add(operator)
    for _ in range(2):
        assert (await operator.post("/api/suppressions", json={"leadId": lead["id"]})).status_code == 204
    assert [(str(contact_id), reason) for contact_id, reason in stops.suppressed] == [(lead["contactId"], "by_hand")]
    assert await phones(operator, suppressed=True) == [PHONE]
    path = f"/api/suppressions/{lead['id']}"
    refused = await operator.delete(path)
    assert (refused.status_code, refused.json()["code"]) == (403, "lift_needs_owner")
    assert (await owner.delete(path)).status_code == 204
    assert await phones(operator, suppressed=True) == []
    async with database.connection() as connection:
        audited = await connection.fetch(
            "SELECT action FROM audit_entry WHERE subject = $1 ORDER BY id", lead["contactId"]
        )
    assert [row["action"] for row in audited] == ["contact_suppressed", "suppression_lifted"]


async def test_a_suppression_outlives_the_lead_and_meets_it_again(
    operator: httpx.AsyncClient, stops: Stops, database: Database
) -> None:
    lead = await add(operator, consent="granted", consentSource="fair")
    await operator.post("/api/suppressions", json={"leadId": lead["id"]})
    assert (await operator.delete(f"/api/leads/{lead['id']}")).status_code == 204
    assert [str(contact_id) for contact_id in stops.deleted] == [lead["contactId"]]
    async with database.connection() as connection:
        assert await connection.fetchval("SELECT count(*) FROM contact") == 0
        assert await connection.fetchval("SELECT count(*) FROM consent_entry") == 0
    again = await add(operator)
    assert (again["suppressed"], again["suppressedReason"]) == (True, "by_hand")


async def test_a_person_with_history_stays_when_the_lead_goes(
    operator: httpx.AsyncClient, shop: Account, database: Database, clock: ManualClock
) -> None:
    lead = await add(operator, name="Siti")
    device_id = make_id()
    async with database.transaction() as tx:
        await add_device(tx, shop.workspace_id, device_id, clock)
        await tx.execute(
            "INSERT INTO chat (workspace_id, id, device_id, address, contact_id, last_at, last_message_id)"
            " VALUES ($1, $2, $3, $4, $5, $6, $2)",
            shop.workspace_id,
            make_id(),
            device_id,
            PHONE,
            lead["contactId"],
            clock.now(),
        )
    await operator.delete(f"/api/leads/{lead['id']}")
    async with database.connection() as connection:
        assert await connection.fetchval("SELECT name FROM contact") == "Siti"
        assert await connection.fetchval("SELECT count(*) FROM lead") == 0


async def test_silence_follows_a_person_to_a_new_number_and_stays_on_the_old(
    operator: httpx.AsyncClient, stops: Stops
) -> None:
    lead = await add(operator)
    await operator.post("/api/suppressions", json={"leadId": lead["id"]})
    moved = (await operator.patch(f"/api/leads/{lead['id']}", json={"version": 1, "phone": OTHER})).json()
    assert (moved["phone"], moved["suppressed"]) == (OTHER, True)
    assert (await add(operator, PHONE))["suppressed"] is True
    assert sorted(await phones(operator, suppressed=True)) == sorted([PHONE, OTHER])


async def test_moving_to_a_suppressed_number_takes_back_what_is_queued(
    operator: httpx.AsyncClient, shop: Account, database: Database, clock: ManualClock, stops: Stops
) -> None:
    async with database.transaction() as tx:
        await actions.suppress(
            tx, [NewSuppression(shop.workspace_id, None, OTHER, SuppressionReason.OPTED_OUT, clock.now(), "STOP")]
        )
    lead = await add(operator)
    moved = (await operator.patch(f"/api/leads/{lead['id']}", json={"version": 1, "phone": OTHER})).json()
    assert (moved["suppressed"], moved["suppressedReason"]) == (True, "opted_out")
    assert [reason for _, reason in stops.suppressed] == ["opted_out"]


async def test_somebody_is_suppressed_once_and_the_first_reason_stays(world: World) -> None:
    def wish(reason: SuppressionReason) -> NewSuppression:
        return NewSuppression(world.workspace_id, None, PHONE, reason, world.clock.now())

    async with world.database.transaction() as tx:
        assert len(await actions.suppress(tx, [wish(SuppressionReason.OPTED_OUT)])) == 1
        assert await actions.suppress(tx, [wish(SuppressionReason.BY_HAND)]) == []
        made = await actions.contacts_for_phones(tx, world.workspace_id, {PHONE: "Siti"}, world.clock.now())
        linked = await tx.fetchrow("SELECT contact_id, reason FROM suppression")
    assert linked is not None
    assert (linked["contact_id"], linked["reason"]) == (made[PHONE], "opted_out")
