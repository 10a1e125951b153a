"""Stopping and resuming by HTTP: who may, what is told, what is kept on record."""

from uuid import UUID

import pytest

from hebah.access.model import Account, Role
from hebah.app.web import Parts
from hebah.foundation.ids import make_id
from hebah.stops.api import ROUTES
from tests.integration.conftest import Web


@pytest.fixture
def parts(parts: Parts) -> Parts:
    """The application with the routes of stops."""
    return Parts(parts.db, parts.clock, parts.passwords, parts.installation, routes=ROUTES)


async def device_of(web: Web, account: Account, name: str) -> UUID:
    device_id = make_id()
    async with web.db.transaction() as tx:
        await tx.execute(
            "INSERT INTO device (workspace_id, id, name, transport, state_since, created_at)"
            " VALUES ($1, $2, $3, 'simulated', $4, $4)",
            account.workspace_id,
            device_id,
            name,
            web.clock.now(),
        )
    return device_id


async def test_an_operator_stops_a_number_and_everybody_sees_who_since_when_and_why(web: Web) -> None:
    owner = await web.found()
    device = await device_of(web, owner, "Gudang")
    operator = await web.signed_in(await web.person(owner.workspace_id, Role.OPERATOR))
    agent = await web.signed_in(await web.person(owner.workspace_id, Role.AGENT, [device]))
    blind = await web.signed_in(await web.person(owner.workspace_id, Role.AGENT))

    wanted = {"scope": "device", "subject": str(device), "reason": " strange   replies "}
    assert (await operator.post("/api/stops", json=wanted)).status_code == 204

    seen = (await agent.get("/api/stops")).json()
    (stop,) = seen["items"]
    facts = ("scope", "subjectName", "reason", "byName", "waiting", "mayResume")
    assert [stop[fact] for fact in facts] == ["device", "Gudang", "strange replies", "Budi", 0, False]
    assert seen["mayStopEverything"] is False
    assert (await blind.get("/api/stops")).json()["items"] == []
    assert (await agent.post(f"/api/stops/{stop['id']}/resume")).status_code == 403

    assert (await operator.post(f"/api/stops/{stop['id']}/resume")).status_code == 204
    assert (await operator.get("/api/stops")).json()["items"] == []
    async with web.db.connection() as connection:
        rows = await connection.fetch("SELECT action, subject FROM audit_entry ORDER BY id")
    assert [tuple(row) for row in rows if row["action"].startswith("sending")] == [
        ("sending_stopped", device),
        ("sending_resumed", device),
    ]


async def test_only_the_owner_of_the_installation_stops_and_resumes_everything(web: Web) -> None:
    first, second = await web.found(), await web.found()
    owner, other = await web.signed_in(first), await web.signed_in(second)

    refused = await other.post("/api/stops", json={"scope": "everything"})
    assert (refused.status_code, refused.json()["code"]) == (403, "everything_is_the_owners")

    assert (await owner.post("/api/stops", json={"scope": "everything"})).status_code == 204
    (stop,) = (await other.get("/api/stops")).json()["items"]
    assert (stop["scope"], stop["byName"], stop["mayResume"]) == ("everything", None, False)
    assert (await other.post(f"/api/stops/{stop['id']}/resume")).status_code == 403
    assert (await owner.post(f"/api/stops/{stop['id']}/resume")).status_code == 204


async def test_what_is_not_there_or_another_workspaces_cannot_be_stopped(web: Web) -> None:
    owner, other = await web.signed_in(await web.found()), await web.found()
    theirs = await device_of(web, other, "Theirs")
    for scope, subject in (("device", theirs), ("campaign", make_id())):
        answer = await owner.post("/api/stops", json={"scope": scope, "subject": str(subject)})
        assert answer.status_code == 404
    for body in ({"scope": "device"}, {"scope": "workspace", "subject": str(theirs)}):
        assert (await owner.post("/api/stops", json=body)).status_code == 422
    long = {"scope": "workspace", "reason": "x" * 301}
    assert (await owner.post("/api/stops", json=long)).json()["data"] == {"fields": {"reason": "too_long"}}

    stopped = await (await web.signed_in(other)).post("/api/stops", json={"scope": "workspace"})
    assert stopped.status_code == 204
    assert (await owner.get("/api/stops")).json()["items"] == []
