"""The system page and `/metrics`: the same figures for owners and for Prometheus, and for nobody else."""

import re
from typing import Any
from uuid import UUID

import httpx
import pytest

from hebah.access.model import Account, Role
from hebah.app.journal import Journal
from hebah.app.web import Parts
from hebah.foundation.clock import ManualClock
from hebah.foundation.ids import make_id
from hebah.foundation.postgres import Database
from hebah.gateway.leases import WorkerFacts, add_worker, expire_worker
from tests.integration.conftest import ORIGIN, Web

DEVICE = """
INSERT INTO device (workspace_id, id, name, transport, phone, state, cause, wanted, owner, epoch, state_since,
    created_at)
VALUES ($1, $2, 'Kaunter', 'simulated', $3, $4, 'linked', 'on', $5, 1, $6, $6)
"""
ROW = """
INSERT INTO outbox (workspace_id, id, stream_id, contact_id, device_id, content_id, seed, state, hold, not_before,
    created_at, dispatched_at, epoch)
VALUES ($1, $2, $3, $4, $5, $6, 1, $7, $8, $9::timestamptz, $9, CASE WHEN $7::text <> 'queued' THEN $9 END, 1)
"""


async def device(db: Database, clock: ManualClock, ws: UUID, state: str, owner: UUID | None = None) -> UUID:
    device_id = make_id()
    async with db.connection() as connection:
        phone = f"+6011{str(device_id.int)[-8:]}"
        await connection.execute(DEVICE, ws, device_id, phone, state, owner, clock.now())
    return device_id


async def seen(browser: httpx.AsyncClient) -> dict[str, Any]:
    answer = await browser.get("/api/system")
    assert answer.status_code == 200, answer.text
    page: dict[str, Any] = answer.json()
    return page


async def checked(browser: httpx.AsyncClient) -> dict[str, int]:
    answer = await browser.post("/api/system/checks")
    assert answer.status_code == 200, answer.text
    return {check["code"]: check["times"] for check in answer.json()["checks"]}


def figure(page: str, name: str) -> float:
    found = re.search(rf"^{re.escape(name)} (\S+)$", page, re.MULTILINE)
    assert found is not None, f"no {name} in {page}"
    return float(found[1])


async def test_an_owner_sees_processes_and_devices_of_the_own_workspace_and_nobody_else_does(
    web: Web, clock: ManualClock
) -> None:
    account, other = await web.found(), await web.found()
    gateway = await add_worker(web.db, WorkerFacts("host-1", 7, "1.2", roles=("gateway",)))
    gone = await add_worker(web.db, WorkerFacts("host-2", 8, "1.1", roles=("worker",)))
    await expire_worker(web.db, gone)
    for workspace_id, count in ((account.workspace_id, 2), (other.workspace_id, 1)):
        for _ in range(count):
            await device(web.db, clock, workspace_id, "online", gateway)

    page = await seen(await web.signed_in(account))
    assert [(one["host"], one["roles"], one["lives"], one["devices"]) for one in page["workers"]] == [
        ("host-1", ["gateway"], True, 2),
        ("host-2", ["worker"], False, 0),
    ]
    assert (page["devices"], page["schema"][:1]) == ({"online": 2}, "0")
    assert page["storage"]["database"] > page["storage"]["tables"]["outbox"] > 0

    operator = await web.signed_in(await web.person(account.workspace_id, Role.OPERATOR))
    assert (await operator.get("/api/system")).status_code == 403
    assert (await operator.post("/api/system/checks")).status_code == 403


async def test_a_failure_of_a_job_stays_on_the_page_when_the_next_run_goes_well(web: Web) -> None:
    browser, journal = await web.signed_in(await web.found()), Journal()
    journal.note("run_imports", 0.5, "StorageUnreachable")
    journal.note("run_imports", 0.25, None)  # before anybody has written the failure down
    await journal.write(web.db)
    journal.note("run_imports", 0.125, None)
    await journal.write(web.db)

    [job] = (await seen(browser))["jobs"]
    assert (job["name"], job["fault"], job["tookS"]) == ("run_imports", "StorageUnreachable", 0.125)
    assert job["failedAt"] < job["ranAt"]


async def test_prometheus_and_the_page_count_alike(web: Web, clock: ManualClock, account: Account) -> None:
    gateway = await add_worker(web.db, WorkerFacts("host-1", 7, "1.2"))
    for state in ("online", "online", "waiting"):
        await device(web.db, clock, account.workspace_id, state, gateway)
    page = await seen(await web.signed_in(account))

    metrics = (await (await web.stranger()).get("/metrics")).text
    for state, count in page["devices"].items():
        assert figure(metrics, f'hebah_devices{{state="{state}"}}') == count
    assert figure(metrics, 'hebah_workers{role="gateway"}') == sum(one["lives"] for one in page["workers"])
    assert figure(metrics, 'hebah_queue_messages{state="waiting"}') == page["queue"]["waiting"]
    assert figure(metrics, 'hebah_build_info{version="0.0-test"}') == 1
    assert str(account.workspace_id) not in metrics


@pytest.fixture
async def account(web: Web) -> Account:
    return await web.found()


async def test_metrics_are_for_this_machine_only_and_not_for_what_a_proxy_passes_on(web: Web) -> None:
    async with httpx.AsyncClient(transport=web.transport("203.0.113.5"), base_url=ORIGIN) as elsewhere:
        assert (await elsewhere.get("/metrics")).status_code == 404
    here = await web.stranger()
    assert (await here.get("/metrics")).status_code == 200
    assert (await here.get("/metrics", headers={"X-Forwarded-For": "203.0.113.5"})).status_code == 404


class TestWithToken:
    """A server that has HEBAH_METRICS_TOKEN."""

    @pytest.fixture
    def parts(self, parts: Parts) -> Parts:
        parts.provided["metrics_token"] = "a long enough token"  # type: ignore[index]  # a dict in this test
        return parts

    async def test_whoever_has_the_token_reads_from_anywhere_and_without_it_nobody_does(self, web: Web) -> None:
        async with httpx.AsyncClient(transport=web.transport("203.0.113.5"), base_url=ORIGIN) as elsewhere:
            right = {"Authorization": "Bearer a long enough token"}
            assert (await elsewhere.get("/metrics", headers=right)).status_code == 200
            assert (await elsewhere.get("/metrics", headers={"Authorization": "Bearer guess"})).status_code == 404
        assert (await (await web.stranger()).get("/metrics")).status_code == 404


async def test_a_sound_system_passes_every_check_and_each_fault_is_counted(web: Web, clock: ManualClock) -> None:
    account = await web.found()
    browser = await web.signed_in(account)
    assert set((await checked(browser)).values()) == {0}

    gateway = await add_worker(web.db, WorkerFacts("host-1", 7, "1.2"))
    sound = await device(web.db, clock, account.workspace_id, "online", gateway)
    await device(web.db, clock, account.workspace_id, "online", make_id())
    async with web.db.transaction() as tx:
        await tx.execute("SET LOCAL session_replication_role = replica")  # rows that no release of ours would write
        for state, owner_device in (("dispatching", make_id()), ("dispatching", sound), ("accepted", sound)):
            ids = (account.workspace_id, make_id(), make_id(), make_id(), owner_device, make_id())
            await tx.execute(ROW, *ids, state, None, clock.now())
        await tx.execute(
            "INSERT INTO chat (workspace_id, id, device_id, address, last_at, last_message_id, unread)"
            " VALUES ($1, $2, $3, '+60123456789', $4, $2, 1)",
            account.workspace_id,
            make_id(),
            sound,
            clock.now(),
        )

    broken = await checked(browser)
    assert {code: times for code, times in broken.items() if times} == {
        "online_of_nobody": 1,
        "on_the_wire_of_nobody": 1,
        "sent_without_trace": 1,
        "tally_wrong": 1,
    }
    assert set((await checked(await web.signed_in(await web.found()))).values()) == {
        0
    }  # another workspace's are its own


async def test_the_queue_tells_what_waits_why_and_since_when(web: Web, clock: ManualClock, account: Account) -> None:
    slot = await device(web.db, clock, account.workspace_id, "online")
    async with web.db.transaction() as tx:
        await tx.execute("SET LOCAL session_replication_role = replica")
        for state, hold in (("queued", None), ("queued", "quiet_hours"), ("dispatching", None), ("unknown", None)):
            ids = (account.workspace_id, make_id(), make_id(), make_id(), slot, make_id())
            await tx.execute(ROW, *ids, state, hold, clock.now())
    page = await seen(await web.signed_in(account))
    assert page["queue"] == {"waiting": 2, "held": {"quiet_hours": 1}, "inFlight": 1, "unknown": 1, "oldestS": 0.0}
