"""Many leads changed at once: exactly those that were counted, to the end after a crash, and back again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx
import pytest

from hebah.access.model import Account, Role
from hebah.contacts.actions import bulk as actions
from hebah.contacts.actions.bulk import BATCH_LEADS
from hebah.contacts.jobs import bulk as jobs
from hebah.foundation import eventlog
from hebah.foundation.clock import ManualClock
from hebah.foundation.ids import make_id
from hebah.foundation.postgres import Database
from tests.integration.conftest import Web
from tests.integration.contacts.conftest import Stops
from tests.integration.worlds import add_device

Json = dict[str, Any]

PEOPLE = """
WITH people AS (
    INSERT INTO contact (workspace_id, id, phone, name, created_at, updated_at)
    SELECT $1, gen_random_uuid(), '+6011' || (20000000 + n), 'Person ' || n, $4, $4
    FROM generate_series($2::integer + 1, $2::integer + $3::integer) AS n
    RETURNING id
)
INSERT INTO lead (workspace_id, id, contact_id, niches, created_at, updated_at)
SELECT $1, gen_random_uuid(), id, ARRAY[$5::text], $4, $4 FROM people
"""


@dataclass
class Office:
    """An operator's browser in a shop with leads, and the worker behind it."""

    browser: httpx.AsyncClient
    database: Database
    clock: ManualClock
    stops: Stops
    shop: Account

    async def people(self, count: int, first: int = 0, niche: str = "Hair") -> None:
        """Leads with a niche, as a file would have brought them."""
        async with self.database.connection() as connection:
            await connection.execute(PEOPLE, self.shop.workspace_id, first, count, self.clock.now(), niche)

    async def ask(self, change: Json, count: int, ticked: Sequence[str] | None = None, **where: str) -> httpx.Response:
        body = {"change": change, "leadIds": ticked, "count": count}
        return await self.browser.post("/api/leads/bulk", json=body, params=where)

    async def begin(self, change: Json, count: int, ticked: Sequence[str] | None = None, **where: str) -> Json:
        answer = await self.ask(change, count, ticked, **where)
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    async def do(self, change: Json, count: int, ticked: Sequence[str] | None = None, **where: str) -> Json:
        begun = await self.begin(change, count, ticked, **where)
        await self.work()
        return await self.get(begun)

    async def work(self) -> int:
        return await jobs.run_bulk_edits(self.database, self.clock, self.stops)

    async def get(self, edit: Json) -> Json:
        return dict((await self.browser.get(f"/api/leads/bulk/{edit['id']}")).json())

    async def undo(self, edit: Json) -> Json:
        answer = await self.browser.post(f"/api/leads/bulk/{edit['id']}/undo")
        assert answer.status_code == 200, answer.text
        await self.work()
        return await self.get(edit)

    async def leads(self, **where: str) -> list[Json]:
        return list((await self.browser.get("/api/leads", params={"limit": "200"} | where)).json()["items"])

    async def count(self, **where: str) -> int:
        return int((await self.browser.get("/api/leads", params={"limit": "1"} | where)).json()["total"])

    async def edit(self, lead: Json, **changes: object) -> None:
        answer = await self.browser.patch(f"/api/leads/{lead['id']}", json=changes | {"version": lead["version"]})
        assert answer.status_code == 200, answer.text


@pytest.fixture
async def office(web: Web, database: Database, clock: ManualClock, stops: Stops) -> Office:
    shop = await web.found()
    operator = await web.signed_in(await web.person(shop.workspace_id, Role.OPERATOR))
    return Office(operator, database, clock, stops, shop)


def add_niches(*tags: str) -> Json:
    return {"verb": "add_niches", "tags": list(tags)}


def counts(edit: Json) -> Json:
    return {name: count for name, count in edit["counts"].items() if count}


async def test_all_that_match_are_tagged_and_nobody_else(office: Office) -> None:
    await office.people(BATCH_LEADS + 20, niche="Hair")
    await office.people(3, first=50_000, niche="Skin")
    edit = await office.do(add_niches("Raya", "HAIR"), BATCH_LEADS + 20, niche="Hair")
    assert (edit["state"], edit["leadsDone"], counts(edit)) == ("finished", 520, {"changed": 520})
    assert await office.count(niche="Raya") == 520
    assert {tuple(lead["niches"]) for lead in await office.leads(niche="Hair")} == {("Hair", "Raya")}
    assert {tuple(lead["niches"]) for lead in await office.leads(niche="Skin")} == {("Skin",)}
    again = await office.do(add_niches("raya"), 520, niche="Hair")
    assert counts(again) == {"unchanged": 520}


async def test_only_those_that_are_ticked_change_and_an_undo_makes_them_what_they_were(office: Office) -> None:
    await office.people(5)
    ticked = [lead["id"] for lead in (await office.leads())[1:3]]
    edit = await office.do({"verb": "set_value", "name": "Bandar", "value": "Ipoh"}, 2, ticked)
    assert {lead["id"] for lead in await office.leads() if lead["variables"] == {"Bandar": "Ipoh"}} == set(ticked)
    undone = await office.undo(edit)
    assert (undone["state"], counts(undone), undone["undoUntil"]) == ("undone", {"changed": 2, "undone": 2}, None)
    assert all(lead["variables"] == {} for lead in await office.leads())
    refused = await office.browser.post(f"/api/leads/bulk/{edit['id']}/undo")
    assert (refused.status_code, refused.json()["code"]) == (409, "bulk_edit_not_possible")


async def test_every_change_that_has_a_before_can_be_undone(office: Office, database: Database) -> None:
    await office.people(3)
    device_id = make_id()
    async with database.transaction() as tx:
        await add_device(tx, office.shop.workspace_id, device_id, office.clock)
    (one, *_) = await office.leads()
    await office.edit(one, triggers=["welcome"], status="customer", variables={"city": "Ipoh", "size": "L"})

    async def known() -> list[Json]:
        return [lead | {"version": 0, "updatedAt": ""} for lead in await office.leads()]

    before = await known()
    for change in (
        {"verb": "add_niches", "tags": ["Raya"]},
        {"verb": "remove_niches", "tags": ["hair"]},
        {"verb": "add_triggers", "tags": ["follow up"]},
        {"verb": "remove_triggers", "tags": ["Welcome"]},
        {"verb": "set_value", "name": "city", "value": ""},
        {"verb": "set_status", "status": "customer"},
        {"verb": "move", "deviceId": str(device_id)},
    ):
        edit = await office.do(change, 3)
        assert edit["counts"]["changed"] > 0, change
        assert await known() != before, change
        undone = await office.undo(edit)
        assert undone["counts"]["undone"] == edit["counts"]["changed"], change
        assert await known() == before, change


async def test_an_undo_leaves_alone_what_somebody_changed_since(office: Office) -> None:
    await office.people(3)
    edit = await office.do(add_niches("Raya"), 3)
    first, second, _ = await office.leads()
    await office.edit(first, niches=["Hair", "Raya", "VIP"])
    await office.edit(second, note="likes green")
    undone = await office.undo(edit)
    assert counts(undone) == {"changed": 3, "undone": 2, "kept": 1}
    found = {lead["id"]: lead for lead in await office.leads()}
    assert found[first["id"]]["niches"] == ["Hair", "Raya", "VIP"]
    assert (found[second["id"]]["niches"], found[second["id"]]["note"]) == (["Hair"], "likes green")


async def test_whoever_has_a_changed_lead_open_is_told(office: Office) -> None:
    await office.people(1)
    (lead,) = await office.leads()
    await office.do(add_niches("Raya"), 1)
    answer = await office.browser.patch(f"/api/leads/{lead['id']}", json={"version": lead["version"], "note": "x"})
    assert (answer.status_code, answer.json()["code"]) == (409, "edited_elsewhere")


async def test_another_number_than_was_confirmed_changes_nobody(office: Office) -> None:
    await office.people(4)
    refused = await office.ask({"verb": "delete"}, 3)
    assert (refused.status_code, refused.json()["code"]) == (409, "selection_changed")
    assert refused.json()["data"] == {"count": 4}
    assert (await office.browser.get("/api/leads/bulk")).json() == {"items": []}
    await office.work()
    assert await office.count() == 4


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        ({"verb": "add_niches", "tags": [" "]}, {"tags": "required"}),
        ({"verb": "set_value", "value": "x"}, {"name": "required"}),
        ({"verb": "set_status"}, {"status": "required"}),
        ({"verb": "suppress"}, {"reason": "required"}),
        ({"verb": "suppress", "reason": "not_on_whatsapp"}, {"reason": "required"}),
        ({"verb": "move", "deviceId": str(make_id())}, {"deviceId": "unknown_device"}),
        ({"verb": "set_value", "name": "x", "value": "y" * 1001}, {"value": "too_long"}),
    ],
)
async def test_a_change_that_lacks_something_is_refused(office: Office, change: Json, fields: Json) -> None:
    await office.people(1)
    refused = await office.ask(change, 1)
    assert (refused.status_code, refused.json()["data"]["fields"]) == (422, fields)


async def test_consent_cannot_be_given_to_many_at_once(office: Office) -> None:
    await office.people(1)
    refused = await office.ask({"verb": "set_consent", "consent": "granted"}, 1)
    assert 400 <= refused.status_code < 500
    assert await office.count(consent="granted") == 0


async def test_people_who_are_suppressed_together_lose_what_is_queued_and_stay_so(office: Office) -> None:
    await office.people(3)
    (one, *_) = await office.leads()
    await office.browser.post("/api/suppressions", json={"leadId": one["id"], "reason": "by_hand"})
    office.stops.suppressed.clear()
    edit = await office.do({"verb": "suppress", "reason": "opted_out"}, 3)
    assert counts(edit) == {"changed": 2, "unchanged": 1}
    reasons = [lead["suppressedReason"] for lead in await office.leads()]
    assert sorted(reasons) == ["by_hand", "opted_out", "opted_out"]
    assert [reason for _, reason in office.stops.suppressed] == ["opted_out"] * 2
    refused = await office.browser.post(f"/api/leads/bulk/{edit['id']}/undo")
    assert (edit["undoUntil"], refused.status_code, refused.json()["data"]) == (None, 409, {"why": "suppress"})


async def test_deleted_leads_are_gone_with_what_is_queued_and_a_suppression_stays(office: Office) -> None:
    await office.people(3)
    (one, *others) = await office.leads()
    await office.browser.post("/api/suppressions", json={"leadId": one["id"], "reason": "by_hand"})
    edit = await office.do({"verb": "delete"}, 3)
    assert (counts(edit), await office.count()) == ({"changed": 3}, 0)
    assert sorted(map(str, office.stops.deleted)) == sorted(lead["contactId"] for lead in (one, *others))
    made = await office.browser.post("/api/leads", json={"phone": one["phone"]})
    assert made.json()["suppressed"] is True


async def test_a_lead_that_is_gone_by_then_is_counted_as_gone(office: Office) -> None:
    await office.people(2)
    (one, _) = await office.leads()
    edit = await office.begin(add_niches("Raya"), 2)
    await office.browser.delete(f"/api/leads/{one['id']}")
    await office.work()
    assert counts(await office.get(edit)) == {"changed": 1, "gone": 1}


class Killed(BaseException):
    """As abrupt as a kill: nothing of ours handles it."""


async def test_a_worker_that_dies_loses_and_repeats_nothing(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    await office.people(3 * BATCH_LEADS)
    edit = await office.begin(add_niches("Raya"), 3 * BATCH_LEADS)
    record, left = eventlog.record, [2]

    async def dying(*arguments: Any) -> None:
        left[0] -= 1
        await record(*arguments)
        if left[0] == 0:
            # The second batch is written and not committed.
            raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(eventlog, "record", dying)
        with pytest.raises(Killed):
            await office.work()
    halfway = await office.get(edit)
    assert (halfway["state"], halfway["leadsDone"]) == ("running", BATCH_LEADS)
    assert await office.count(niche="Raya") == BATCH_LEADS
    await office.work()
    finished = await office.get(edit)
    assert (finished["state"], counts(finished)) == ("finished", {"changed": 3 * BATCH_LEADS})
    assert {lead["version"] for lead in await office.leads()} == {2}, "no lead was changed twice"


async def test_a_cancelled_edit_stops_and_what_it_did_can_be_undone(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    await office.people(2 * BATCH_LEADS)
    edit = await office.begin(add_niches("Raya"), 2 * BATCH_LEADS)
    goes_on = actions.go_on

    async def once(*arguments: Any) -> bool:
        monkeypatch.setattr(actions, "go_on", goes_on)
        done: bool = await goes_on(*arguments)
        assert (await office.browser.post(f"/api/leads/bulk/{edit['id']}/cancel")).status_code == 200
        return done

    monkeypatch.setattr(actions, "go_on", once)
    await office.work()
    cancelled = await office.get(edit)
    assert (cancelled["state"], counts(cancelled)) == ("cancelled", {"changed": BATCH_LEADS})
    assert counts(await office.undo(cancelled)) == {"changed": BATCH_LEADS, "undone": BATCH_LEADS}
    assert await office.count(niche="Raya") == 0


async def test_after_a_day_it_cannot_be_undone_and_former_values_are_forgotten(office: Office) -> None:
    await office.people(2)
    edit = await office.do(add_niches("Raya"), 2)
    await office.clock.advance(timedelta(hours=23))
    assert await jobs.forget_undoable(office.database, office.clock) == 0
    await office.clock.advance(timedelta(hours=2))
    assert await jobs.forget_undoable(office.database, office.clock) == 2
    refused = await office.browser.post(f"/api/leads/bulk/{edit['id']}/undo")
    assert (refused.status_code, refused.json()["data"]) == (409, {"why": "too_late"})


async def test_what_is_done_to_many_is_audited(office: Office) -> None:
    await office.people(2)
    edit = await office.do(add_niches("Raya"), 2)
    await office.undo(edit)
    async with office.database.connection() as connection:
        rows = await connection.fetch(
            "SELECT action, details FROM audit_entry WHERE subject = $1 ORDER BY id", edit["id"]
        )
    assert [(row["action"], row["details"]) for row in rows] == [
        ("leads_edited_in_bulk", {"change": "add_niches", "leads": 2}),
        ("bulk_edit_undone", {"change": "add_niches", "changed": 2}),
    ]


async def test_agents_and_other_workspaces_change_nothing(office: Office, web: Web) -> None:
    await office.people(1)
    edit = await office.do(add_niches("Raya"), 1)
    agent = await web.signed_in(await web.person(office.shop.workspace_id, Role.AGENT))
    assert (await agent.get(f"/api/leads/bulk/{edit['id']}")).status_code == 403
    stranger = await web.signed_in(await web.found())
    assert (await stranger.post(f"/api/leads/bulk/{edit['id']}/undo")).status_code == 404
    (lead,) = await office.leads()
    deletion = {"change": {"verb": "delete"}, "leadIds": [lead["id"]], "count": 1}
    refused = await stranger.post("/api/leads/bulk", json=deletion)
    assert (refused.status_code, refused.json()["data"]) == (409, {"count": 0})
