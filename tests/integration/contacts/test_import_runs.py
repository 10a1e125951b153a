"""A long import: stopped, killed, begun by two at once, watched, and what is left of it."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest

from hebah.access.model import Role
from hebah.contacts.actions import people as actions
from hebah.contacts.jobs import imports as jobs
from hebah.contacts.jobs.imports import BATCH_ROWS
from hebah.foundation import eventlog
from tests.integration.conftest import Web
from tests.integration.contacts.importing import NOTHING_REFUSED, PLAN, Desk, Json, csv_of, numbers


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
