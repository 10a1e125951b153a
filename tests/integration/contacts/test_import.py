"""A file of people: taken in, mapped, checked, run, and what was left out."""

import codecs
import csv
import io
from collections.abc import Callable

import pytest

from hebah.contacts.actions import people as actions
from hebah.contacts.jobs.imports import BATCH_ROWS
from hebah.contacts.model import NewSuppression, SuppressionReason
from hebah.foundation.ids import make_id
from tests.integration.contacts.importing import NOTHING_REFUSED, PLAN, Desk, Json, csv_of, numbers, workbook_of
from tests.integration.worlds import add_device


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
