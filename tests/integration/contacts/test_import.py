"""A file of people: taken in, mapped, checked, run, and what was left out."""

import asyncio
import codecs
import csv
import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
import xlsxwriter  # type: ignore[import-untyped]  # no stubs exist

from hebah.access.model import Account, Role
from hebah.contacts.actions import people as actions
from hebah.contacts.jobs import imports as jobs
from hebah.contacts.jobs.imports import BATCH_ROWS
from hebah.contacts.model import NewSuppression, SuppressionReason
from hebah.foundation import eventlog
from hebah.foundation.clock import ManualClock
from hebah.foundation.ids import make_id
from hebah.foundation.postgres import Database
from tests.integration.conftest import Web
from tests.integration.worlds import add_device

Json = dict[str, Any]
PLAN: Json = {
    "deviceIds": [],
    "duplicates": "fill_empty",
    "consent": None,
    "niches": [],
    "status": "prospect",
    "region": "MY",
}
NOTHING_REFUSED: Json = {
    "merged": 0,
    "unchanged": 0,
    "duplicatesInFile": 0,
    "refused": {},
    "consentGranted": 0,
    "consentRefused": 0,
    "suppressed": 0,
}


@dataclass
class Desk:
    """A browser that imports, and the worker behind it."""

    browser: httpx.AsyncClient
    database: Database
    clock: ManualClock
    uploads: Path
    shop: Account

    async def upload(self, content: bytes, name: str = "people.csv") -> httpx.Response:
        return await self.browser.post("/api/imports", files={"file": (name, content)})

    async def uploaded(self, content: bytes, name: str = "people.csv") -> Json:
        answer = await self.upload(content, name)
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    async def check(self, found: Json, **changes: object) -> Json:
        plan = PLAN | {"mapping": found["guess"]} | changes
        answer = await self.browser.put(f"/api/imports/{found['id']}/mapping", json=plan)
        assert answer.status_code == 200, answer.text
        await self.work()
        return await self.get(found)

    async def run(self, found: Json) -> Json:
        answer = await self.browser.post(f"/api/imports/{found['id']}/run")
        assert answer.status_code == 200, answer.text
        await self.work()
        return await self.get(found)

    async def bring_in(self, content: bytes, name: str = "people.csv", **changes: object) -> Json:
        return await self.run(await self.check(await self.uploaded(content, name), **changes))

    async def work(self) -> int:
        return await jobs.run_imports(self.database, self.clock, self.uploads)

    async def get(self, found: Json) -> Json:
        return dict((await self.browser.get(f"/api/imports/{found['id']}")).json())

    async def leads(self) -> dict[str, Json]:
        page = (await self.browser.get("/api/leads", params={"limit": 200})).json()
        return {lead["phone"]: lead for lead in page["items"]}

    async def fetchval(self, query: str, *arguments: object) -> Any:
        async with self.database.connection() as connection:
            return await connection.fetchval(query, *arguments)


@pytest.fixture
async def desk(web: Web, database: Database, clock: ManualClock, uploads: Path) -> Desk:
    shop = await web.found()
    operator = await web.person(shop.workspace_id, Role.OPERATOR)
    return Desk(await web.signed_in(operator), database, clock, uploads, shop)


def numbers(count: int, first: int = 0) -> list[str]:
    return [f"+6012{3_000_000 + first + number}" for number in range(count)]


def csv_of(*rows: tuple[str, ...]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue().encode()


def workbook_of(*rows: tuple[object, ...]) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return out.getvalue()


async def test_a_file_becomes_leads_after_a_dry_run_that_said_so(desk: Desk) -> None:
    found = await desk.uploaded(
        csv_of(
            ("Nama", "No. Telefon", "Kategori", "Bandar"),
            ("Siti", "012-345 6789", "rambut; kulit", "Ipoh"),
            ("Kumar", "0198765432", "", "Kuching"),
            ("", "", "", ""),
            ("Nobody", "1.23457E+11", "", ""),
        )
    )
    assert found["state"] == "mapping"
    assert found["columns"] == ["Nama", "No. Telefon", "Kategori", "Bandar"]
    assert found["sample"][0] == ["Siti", "012-345 6789", "rambut; kulit", "Ipoh"]
    assert found["guess"] == {"0": "name", "1": "phone", "2": "niche", "3": "variable"}
    assert (found["kind"], found["encoding"], found["delimiter"], found["plan"]) == ("csv", "utf-8", ",", None)

    checked = await desk.check(found, niches=["new"])
    expected = NOTHING_REFUSED | {"created": 2, "refused": {"phone_scientific_notation": 1}, "consentUnknown": 2}
    assert (checked["state"], checked["rowsTotal"], checked["counts"]) == ("checked", 3, expected)
    assert checked["plan"] == PLAN | {"mapping": found["guess"], "niches": ["new"]}
    assert await desk.leads() == {}

    finished = await desk.run(checked)
    assert (finished["state"], finished["rowsDone"], finished["counts"]) == ("finished", 3, expected)
    leads = await desk.leads()
    assert {phone: (lead["name"], lead["niches"], lead["variables"]) for phone, lead in leads.items()} == {
        "+60123456789": ("Siti", ["rambut", "kulit"], {"bandar": "Ipoh"}),
        "+60198765432": ("Kumar", ["new"], {"bandar": "Kuching"}),
    }
    assert list(desk.uploads.iterdir()) == []


@pytest.mark.parametrize(
    ("encoding", "delimiter"), [("cp1252", ";"), ("utf-16", "\t"), ("utf-8-sig", ","), ("utf-8", ";")]
)
async def test_files_of_every_spreadsheet_program_are_read(desk: Desk, encoding: str, delimiter: str) -> None:
    text = delimiter.join(("Name", "Phone")) + "\r\n" + delimiter.join(("Zoë", "012-345 6789")) + "\r\n"
    finished = await desk.bring_in(text.encode(encoding))
    assert finished["delimiter"] == delimiter
    assert [(lead["name"], phone) for phone, lead in (await desk.leads()).items()] == [("Zoë", "+60123456789")]


async def test_a_workbook_is_read(desk: Desk) -> None:
    finished = await desk.bring_in(workbook_of(("Name", "Phone"), ("Siti", 60123456789)), "people.xlsx")
    assert (finished["kind"], finished["state"]) == ("xlsx", "finished")
    assert list(await desk.leads()) == ["+60123456789"]


@pytest.mark.parametrize(
    ("make", "status", "code"),
    [
        (lambda: b"%PDF-1.7 something", 422, "not_a_spreadsheet"),
        (lambda: b"", 422, "empty_file"),
        (lambda: b"0123456789,Siti\n", 422, "no_header"),
        (lambda: b"Name,Phone\n\x81\x8d,012\n", 422, "undecodable"),
        (lambda: codecs.BOM_UTF16_LE + b"\x00\xd8\x41\x00\n\x00", 422, "undecodable"),
        (lambda: b"Name,Phone\n" + b"x" * 5_000_000 + b",0123456789\n", 413, "line_too_long"),
        (lambda: b"Name,Phone\n" + b"Siti,0123456789\n" * 3_300_000, 413, "file_too_large"),
        (
            lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600 + "EncryptedPackage".encode("utf-16-le"),
            422,
            "password_protected",
        ),
    ],
    ids=["pdf", "empty", "no-header", "bytes", "half-a-letter", "long-line", "large", "encrypted"],
)
async def test_a_file_that_cannot_be_read_is_refused_and_not_kept(
    desk: Desk, make: Callable[[], bytes], status: int, code: str
) -> None:
    refused = await desk.upload(make())
    assert (refused.status_code, refused.json()["code"]) == (status, code)
    assert list(desk.uploads.iterdir()) == []
    assert (await desk.browser.get("/api/imports")).json() == {"items": []}


async def test_a_fault_far_down_the_file_fails_the_check_with_its_reason(desk: Desk) -> None:
    found = await desk.uploaded(b"Name,Phone\n" + b"Siti,0123456789\n" * 100 + b"x" * 2_000_000 + b",0123456788\n")
    failed = await desk.check(found)
    assert (failed["state"], failed["failure"]) == ("failed", "line_too_long")


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"mapping": {"0": "name"}}, "mapping", "mapping_phone_missing"),
        ({"mapping": {"0": "phone", "1": "phone"}}, "mapping", "mapping_field_twice"),
        ({"mapping": {"1": "phone", "9": "name"}}, "mapping", "mapping_column_unknown"),
        ({"mapping": {"x": "phone"}}, "mapping", "mapping_column_unknown"),
        ({"mapping": None}, "mapping", "wrong_type"),
        ({"region": "XX"}, "region", "unknown_region"),
        ({"deviceIds": ["01890000-0000-7000-8000-000000000000"]}, "deviceIds", "unknown_device"),
        ({"consent": {"source": " ", "givenAt": "2026-01-01T00:00:00Z"}}, "consentSource", "empty"),
        ({"consent": {"source": "fair", "givenAt": "2027-01-01T00:00:00Z"}}, "consentAt", "in_the_future"),
    ],
)
async def test_a_plan_that_cannot_be_followed_is_refused_by_field(
    desk: Desk, changes: Json, field: str, code: str
) -> None:
    found = await desk.uploaded(csv_of(("Name", "Phone"), ("Siti", "0123456789")))
    plan = PLAN | {"mapping": found["guess"]} | changes
    answer = await desk.browser.put(f"/api/imports/{found['id']}/mapping", json=plan)
    assert (answer.status_code, answer.json()["data"]["fields"]) == (422, {field: code})
    assert (await desk.get(found))["state"] == "mapping"


async def test_a_plan_may_be_changed_after_the_check_and_not_while_it_runs(desk: Desk) -> None:
    found = await desk.uploaded(csv_of(("Name", "Phone"), ("Siti", "0123456789"), ("Bad", "x")))
    await desk.check(found)
    checked = await desk.check(found, mapping={"1": "phone"}, status="customer")
    assert checked["counts"]["refused"] == {"phone_letters": 1}
    assert (await desk.browser.post(f"/api/imports/{found['id']}/run")).json()["state"] == "running"
    plan = PLAN | {"mapping": found["guess"]}
    refused = await desk.browser.put(f"/api/imports/{found['id']}/mapping", json=plan)
    assert (refused.status_code, refused.json()["code"]) == (409, "import_not_possible")
    await desk.work()
    (lead,) = (await desk.leads()).values()
    assert (lead["name"], lead["status"]) == ("", "customer")


async def test_what_was_left_out_can_be_downloaded_and_opened_safely(desk: Desk) -> None:
    found = await desk.uploaded(
        csv_of(("Name", "Phone"), ("Siti", "0123456789"), ("=1+1", "12"), ("Two, names", "+60 hello"))
    )
    checked = await desk.check(found)
    assert checked["counts"]["refused"] == {"phone_too_short": 1, "phone_letters": 1}
    path = f"/api/imports/{found['id']}/errors"
    first = (await desk.browser.get(path, params={"limit": 1})).json()
    assert first["items"] == [{"rowNumber": 3, "columnName": "Phone", "code": "phone_too_short", "shown": "12"}]
    rest = (await desk.browser.get(path, params={"after": first["next"]})).json()
    assert ([row["rowNumber"] for row in rest["items"]], rest["next"]) == ([4], None)
    answer = await desk.browser.get(f"{path}.csv")
    assert answer.headers["content-disposition"] == 'attachment; filename="rows-left-out.csv"'
    assert list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))) == [
        ["Row", "Column", "Reason", "Name", "Phone"],
        ["3", "Phone", "The number is too short.", "'=1+1", "12"],
        ["4", "Phone", "A telephone number has no letters.", "Two, names", "'+60 hello"],
    ]


async def test_the_file_of_errors_says_when_it_does_not_hold_all(desk: Desk) -> None:
    rows = [("Siti", "nothing")] * 10_050
    checked = await desk.check(await desk.uploaded(csv_of(("Name", "Phone"), *rows)))
    assert checked["counts"]["refused"] == {"phone_letters": 10_050}
    text = (await desk.browser.get(f"/api/imports/{checked['id']}/errors.csv")).text
    lines = text.splitlines()
    assert len(lines) == 10_002
    assert lines[-1] == "These are the first 10000 of 10050 rows that are left out."


async def test_a_number_in_the_file_several_times_is_one_lead_also_across_batches(desk: Desk) -> None:
    people = numbers(BATCH_ROWS)
    rows = [(f"Person {phone}", phone, "") for phone in people]
    content = csv_of(("Name", "Phone", "Note"), *rows, ("", people[0], "late note"), ("", people[0], ""), *rows[:5])
    checked = await desk.check(await desk.uploaded(content))
    finished = await desk.run(checked)
    assert finished["counts"] == checked["counts"]
    assert (finished["counts"]["created"], finished["counts"]["duplicatesInFile"]) == (BATCH_ROWS, 7)
    assert await desk.fetchval("SELECT count(*) FROM lead") == BATCH_ROWS
    assert await desk.fetchval("SELECT note FROM lead WHERE note <> ''") == "late note"


@pytest.mark.parametrize(
    ("rule", "outcome", "name", "note"),
    [
        ("keep_existing", "unchanged", "Siti", ""),
        ("fill_empty", "merged", "Siti", "from the file"),
        ("overwrite", "merged", "Aminah", "from the file"),
    ],
)
async def test_known_people_are_merged_by_the_rule(desk: Desk, rule: str, outcome: str, name: str, note: str) -> None:
    await desk.browser.post("/api/leads", json={"phone": "0123456789", "name": "Siti"})
    content = csv_of(("Name", "Phone", "Note"), ("Aminah", "0123456789", "from the file"))
    finished = await desk.bring_in(content, duplicates=rule)
    assert finished["counts"] == NOTHING_REFUSED | {"created": 0, outcome: 1, "consentUnknown": 1}
    (lead,) = (await desk.leads()).values()
    assert (lead["name"], lead["note"], lead["version"]) == (name, note, 1 if outcome == "unchanged" else 2)


async def test_importing_the_same_file_again_changes_nothing(desk: Desk) -> None:
    content = csv_of(("Name", "Phone", "Setuju"), ("Siti", "0123456789", "ya"), ("Kumar", "0198765432", "tidak"))
    await desk.bring_in(content)
    before = await desk.leads()
    again = await desk.bring_in(content)
    assert again["counts"]["unchanged"] == 2
    assert await desk.leads() == before
    assert await desk.fetchval("SELECT count(*) FROM consent_entry") == 2


async def test_consent_is_what_the_importer_answers_and_a_refusal_in_a_row_counts_more(desk: Desk) -> None:
    await desk.browser.post("/api/leads", json={"phone": "0162345678", "consent": "refused", "consentSource": "call"})
    answer = {"source": "form at the fair", "givenAt": "2025-12-01T00:00:00Z"}
    plain = csv_of(("Name", "Phone"), ("Siti", "0123456789"), ("Ravi", "0162345678"))
    finished = await desk.bring_in(plain, consent=answer)
    assert (finished["counts"]["consentGranted"], finished["counts"]["consentRefused"]) == (1, 1)
    column = csv_of(("Phone", "Consent"), ("0123456789", "no"), ("0198765432", "yes"), ("0137654321", ""))
    await desk.bring_in(column, consent=answer)
    leads = await desk.leads()
    assert {phone: (lead["consent"], lead["consentSource"]) for phone, lead in leads.items()} == {
        "+60162345678": ("refused", "call"),
        "+60123456789": ("refused", "Consent"),
        "+60198765432": ("granted", "form at the fair"),
        "+60137654321": ("unknown", None),
    }
    siti = leads["+60123456789"]["id"]
    entries = (await desk.browser.get(f"/api/leads/{siti}/history")).json()["consents"]
    assert [(entry["consent"], entry["source"]) for entry in entries] == [
        ("refused", "Consent"),
        ("granted", "form at the fair"),
    ]


async def test_suppressed_numbers_come_in_suppressed_and_are_counted(desk: Desk) -> None:
    async with desk.database.transaction() as tx:
        now = desk.clock.now()
        gone = NewSuppression(desk.shop.workspace_id, None, "+60123456789", SuppressionReason.OPTED_OUT, now)
        await actions.suppress(tx, [gone])
    finished = await desk.bring_in(csv_of(("Phone",), ("0123456789",), ("0198765432",)), mapping={"0": "phone"})
    assert (finished["counts"]["created"], finished["counts"]["suppressed"]) == (2, 1)
    leads = await desk.leads()
    assert {phone: lead["suppressedReason"] for phone, lead in leads.items()} == {
        "+60123456789": "opted_out",
        "+60198765432": None,
    }


async def test_somebody_who_wrote_before_becomes_a_lead_of_the_file(desk: Desk) -> None:
    async with desk.database.transaction() as tx:
        await actions.contacts_for_phones(tx, desk.shop.workspace_id, {"+60123456789": "~siti"}, desk.clock.now())
    content = csv_of(("Name", "Phone", "Niche"), ("Siti", "0123456789", "hair"))
    finished = await desk.bring_in(content, duplicates="keep_existing")
    assert finished["counts"]["created"] == 1
    (lead,) = (await desk.leads()).values()
    assert (lead["name"], lead["niches"]) == ("~siti", ["hair"])
    assert await desk.fetchval("SELECT count(*) FROM contact") == 1


async def test_new_leads_are_dealt_to_the_devices_in_turn(desk: Desk) -> None:
    devices = [make_id() for _ in range(3)]
    async with desk.database.transaction() as tx:
        for device_id in devices:
            await add_device(tx, desk.shop.workspace_id, device_id, desk.clock)
    known = numbers(1)[0]
    await desk.browser.post("/api/leads", json={"phone": known})
    content = csv_of(("Phone",), *[(phone,) for phone in numbers(2 * BATCH_ROWS + 2)])
    await desk.bring_in(content, mapping={"0": "phone"}, deviceIds=[str(device_id) for device_id in devices])
    facets = (await desk.browser.get("/api/leads/facets")).json()
    shares = {line["deviceId"]: line["count"] for line in facets["devices"]}
    assert shares.pop(None) == 1
    assert sorted(shares.values()) == [667, 667, 667]


async def test_a_cancelled_import_stops_between_batches_and_keeps_what_is_in(desk: Desk) -> None:
    content = csv_of(("Phone",), *[(phone,) for phone in numbers(3 * BATCH_ROWS)])
    checked = await desk.check(await desk.uploaded(content), mapping={"0": "phone"})
    await desk.browser.post(f"/api/imports/{checked['id']}/run")
    async with asyncio.TaskGroup() as group:
        worker = group.create_task(desk.work())
        await progress(desk, checked, BATCH_ROWS)
        cancelled = await desk.browser.post(f"/api/imports/{checked['id']}/cancel")
        assert (cancelled.status_code, cancelled.json()["state"]) == (200, "cancelled")
        await worker
    done = (await desk.get(checked))["rowsDone"]
    assert done < 3 * BATCH_ROWS
    assert await desk.fetchval("SELECT count(*) FROM lead") == done
    assert await desk.work() == 0
    assert list(desk.uploads.iterdir()) == []


async def test_a_file_that_was_never_checked_can_be_put_away(desk: Desk) -> None:
    found = await desk.uploaded(csv_of(("Phone",), ("0123456789",)))
    cancelled = await desk.browser.post(f"/api/imports/{found['id']}/cancel")
    assert (cancelled.status_code, cancelled.json()["state"]) == (200, "cancelled")
    assert list(desk.uploads.iterdir()) == []


async def test_a_killed_worker_leaves_an_import_that_the_next_one_ends_with_every_row_once(desk: Desk) -> None:
    people = numbers(4 * BATCH_ROWS)
    rows = [(phone, f"note {number}") for number, phone in enumerate(people)]
    content = csv_of(("Phone", "Note"), *rows, *rows[:10])
    checked = await desk.check(await desk.uploaded(content))
    await desk.browser.post(f"/api/imports/{checked['id']}/run")
    for reached in (BATCH_ROWS, 2 * BATCH_ROWS):
        async with asyncio.TaskGroup() as group:
            worker = group.create_task(desk.work())
            await progress(desk, checked, reached)
            worker.cancel()
    assert (await desk.get(checked))["state"] == "running"
    await desk.work()
    finished = await desk.get(checked)
    assert (finished["state"], finished["rowsDone"], finished["counts"]) == (
        "finished",
        4 * BATCH_ROWS + 10,
        checked["counts"],
    )
    assert await desk.fetchval("SELECT count(*) FROM lead") == len(people)
    assert await desk.fetchval("SELECT count(DISTINCT note) FROM lead") == len(people)
    assert await desk.fetchval("SELECT max(version) FROM lead") == 1


async def test_two_workers_never_work_on_the_same_file(desk: Desk) -> None:
    content = csv_of(("Phone",), *[(phone,) for phone in numbers(2 * BATCH_ROWS)])
    checked = await desk.check(await desk.uploaded(content), mapping={"0": "phone"})
    await desk.browser.post(f"/api/imports/{checked['id']}/run")
    assert sorted(await asyncio.gather(desk.work(), desk.work(), desk.work())) == [0, 0, 1]
    assert (await desk.get(checked))["counts"]["created"] == 2 * BATCH_ROWS


async def progress(desk: Desk, found: Json, rows: int) -> None:
    """Return once this many rows are in."""
    async with asyncio.timeout(20):
        while await desk.fetchval("SELECT rows_done < $2 FROM lead_import WHERE id = $1", UUID(found["id"]), rows):
            pass


async def test_somebody_who_writes_while_their_batch_is_stored_is_the_same_person(desk: Desk) -> None:
    content = csv_of(("Name", "Phone"), *[(f"Person {phone}", phone) for phone in numbers(100)])
    checked = await desk.check(await desk.uploaded(content))
    await desk.browser.post(f"/api/imports/{checked['id']}/run")
    async with asyncio.TaskGroup() as group:
        async with desk.database.transaction() as tx:
            writer = {numbers(100)[50]: "~from a chat"}
            await actions.contacts_for_phones(tx, desk.shop.workspace_id, writer, desk.clock.now())
            worker = group.create_task(desk.work())
            async with asyncio.timeout(20):
                while not await desk.fetchval("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)"):
                    pass
        assert await worker == 1
    finished = await desk.get(checked)
    assert (finished["state"], finished["counts"]["created"]) == ("finished", 100)
    assert await desk.fetchval("SELECT count(*) FROM contact") == 100
    assert await desk.fetchval("SELECT count(*) FROM lead") == 100


async def test_browsers_hear_of_the_progress(desk: Desk) -> None:
    finished = await desk.bring_in(csv_of(("Phone",), *[(phone,) for phone in numbers(10)]), mapping={"0": "phone"})
    workspace_id = desk.shop.workspace_id
    async with desk.database.connection() as connection:
        own = await eventlog.read_since(connection, workspace_id, UUID(finished["id"]), since=0)
        shared = await eventlog.read_since(connection, workspace_id, workspace_id, since=0)
    assert {event.kind for event in own.events} == {"import_changed"}
    assert own.head >= 5
    assert {"imports_changed", "leads_changed"} <= {event.kind for event in shared.events}


async def test_agents_import_nothing_and_other_workspaces_see_nothing(desk: Desk, web: Web) -> None:
    found = await desk.uploaded(csv_of(("Phone",), ("0123456789",)))
    agent = await web.signed_in(await web.person(desk.shop.workspace_id, Role.AGENT))
    stranger = await web.signed_in(await web.found())
    plan = PLAN | {"mapping": {"0": "phone"}}
    path = f"/api/imports/{found['id']}"
    for browser, status in ((agent, 403), (stranger, 404)):
        assert (await browser.get(path)).status_code == status
        assert (await browser.put(f"{path}/mapping", json=plan)).status_code == status
        assert (await browser.post(f"{path}/run")).status_code == status
        assert (await browser.post(f"{path}/cancel")).status_code == status
        assert (await browser.get(f"{path}/errors")).status_code == status
        assert (await browser.get(f"{path}/errors.csv")).status_code == status
    assert (await stranger.get("/api/imports")).json() == {"items": []}
    assert (await agent.post("/api/imports", files={"file": ("x.csv", b"Phone\n")})).status_code == 403


async def test_a_file_that_is_gone_fails_the_import_with_its_reason(desk: Desk) -> None:
    found = await desk.uploaded(csv_of(("Phone",), ("0123456789",)))
    for path in desk.uploads.iterdir():
        path.unlink()
    failed = await desk.check(found, mapping={"0": "phone"})
    assert (failed["state"], failed["failure"]) == ("failed", "upload_missing")


async def test_imports_nobody_goes_on_with_are_cancelled_after_a_week_and_their_files_removed(desk: Desk) -> None:
    found = await desk.uploaded(csv_of(("Phone",), ("0123456789",)))
    # Files carry the machine's time, which may be ahead of the test's.
    await desk.clock.advance(timedelta(days=5))
    assert await jobs.forget_uploads(desk.database, desk.clock, desk.uploads) == 0
    await desk.clock.advance(timedelta(days=3650))
    assert await jobs.forget_uploads(desk.database, desk.clock, desk.uploads) == 1
    assert await desk.fetchval("SELECT state FROM lead_import WHERE id = $1", UUID(found["id"])) == "cancelled"
    assert list(desk.uploads.iterdir()) == []


@pytest.mark.prove
@pytest.mark.timeout(600)
async def test_a_hundred_thousand_rows_come_in_each_once(desk: Desk) -> None:
    phones = numbers(100_000)
    content = csv_of(("Name", "Phone", "Niche"), *[(f"Person {phone}", phone, "hair") for phone in phones])
    finished = await desk.bring_in(content)
    assert finished["counts"] == NOTHING_REFUSED | {"created": 100_000, "consentUnknown": 100_000}
    assert await desk.fetchval("SELECT count(DISTINCT phone) FROM contact") == 100_000
    page = (await desk.browser.get("/api/leads", params={"q": phones[5]})).json()
    assert ([lead["phone"] for lead in page["items"]], page["total"]) == ([phones[5]], 1)
    assert (await desk.browser.get("/api/leads")).json()["total"] == 100_000
