"""Linking real numbers through the API: what is offered, the risk accepted once, and the answer to a passkey."""

from __future__ import annotations

import base64
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from hebah.access.model import Account, Installation, Role, Settings
from hebah.adapters.transports.companion.settings import CompanionSettings
from hebah.adapters.transports.companion.transport import CompanionTransport
from hebah.app.joints import CountsSends, EndsWithDevice, OffersTransports, TellsHistories
from hebah.app.web import Parts
from hebah.devices import reads
from hebah.devices.actions import held
from hebah.devices.api import linking, slots
from hebah.devices.model import Command, CommandKind, Holding, LinkingStep, Number, Shown
from hebah.foundation.postgres import Database
from hebah.inbox.actions import history
from hebah.inbox.model.fetched import OfferedPacket
from tests.integration.conftest import Web, application

CHALLENGE = b"only this once"
ACCEPT = "/api/transports/companion/accept-risk"


def url64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


REQUEST = json.dumps({"challenge": url64(CHALLENGE), "rpId": "whatsapp.com"})
SIGNED = {
    "clientDataJSON": url64(json.dumps({"type": "webauthn.get", "challenge": url64(CHALLENGE)}).encode()),
    "authenticatorData": url64(b"data"),
    "signature": url64(b"signed"),
}
ANSWER = json.dumps({"id": url64(b"key"), "rawId": url64(b"key"), "type": "public-key", "response": SIGNED})


@dataclass
class Office:
    """A workspace whose server has a companion; the test does what its gateway would."""

    web: Web
    owner: httpx.AsyncClient
    account: Account
    gateway: UUID

    async def slot(self) -> UUID:
        answer = await self.owner.post("/api/devices", json={"name": "Kedai", "transport": "companion"})
        assert answer.status_code == 201, answer.text
        return UUID(answer.json()["id"])

    async def transport(self) -> dict[str, Any]:
        (found,) = (await self.owner.get("/api/transports")).json()["items"]
        return dict(found)

    async def begin(self, device_id: UUID) -> Holding:
        """Ask for a QR as somebody who knows the risk; the gateway takes the slot."""
        await self.owner.post(ACCEPT)
        asked = await self.owner.post(f"/api/devices/{device_id}/link", json={"method": "qr"})
        assert asked.status_code == 200, asked.text
        async with self.web.db.transaction() as tx:
            (claimed,) = await held.claim(tx, self.gateway, ["companion"], 10, self.web.clock.now())
        return Holding(claimed.workspace_id, claimed.id, claimed.epoch, self.gateway)

    async def ask_passkey(self, holding: Holding) -> None:
        assert await held.show_step(self.web.db, holding, Shown(LinkingStep.PASSKEY, REQUEST))

    async def commands(self) -> list[Command]:
        async with self.web.db.connection() as connection:
            return list(await reads.open_commands(connection, self.gateway, self.web.clock.now()))

    async def audit(self, action: str) -> list[dict[str, Any]]:
        async with self.web.db.connection() as connection:
            found = await connection.fetch(
                "SELECT user_id, details FROM audit_entry WHERE workspace_id = $1 AND action = $2",
                self.account.workspace_id,
                action,
            )
        return [dict(row) for row in found]


@pytest.fixture
async def office(parts: Parts, database: Database, tmp_path: Path) -> AsyncIterator[Office]:
    companion = CompanionTransport(CompanionSettings(tmp_path / "hebah-companion", "", bytes(32), tmp_path / "spool"))
    serving = replace(
        parts,
        routes=(*slots.ROUTES, *linking.ROUTES),
        installation=Installation("0.0-test", simulated_available=False),
        provided={
            "transports": OffersTransports({companion.name: companion}),
            "device_ends": EndsWithDevice(),
            "sends": CountsSends(),
            "histories": TellsHistories(),
        },
    )
    async with AsyncExitStack() as clients:
        web = Web(application(serving), serving, clients)
        account = await web.found(Settings("Kedai"))
        gateway = uuid4()
        async with database.transaction() as tx:
            await tx.execute(
                "INSERT INTO worker (id, roles, host, pid, version, started_at, expires_at)"
                " VALUES ($1, '{gateway}', 'here', 1, 'test', now(), now() + interval '1 hour')",
                gateway,
            )
        yield Office(web, await web.signed_in(account), account, gateway)


async def test_what_a_number_can_do_is_told_as_data(office: Office) -> None:
    offered = await office.transport()
    assert (offered["name"], offered["available"], offered["official"]) == ("companion", True, False)
    able = offered["capabilities"]
    assert able["sends"][:4] == ["text", "image", "video", "voice"]
    assert "unknown" in able["receives"]
    assert all(able[name] for name in ("linkByCode", "receipts", "typing", "history", "numberCheck", "lids"))
    assert able["maxFileBytes"] > able["maxImageBytes"] > 0


async def test_a_transport_that_is_not_there_is_offered_with_its_reason(parts: Parts, tmp_path: Path) -> None:
    serving = replace(
        parts,
        routes=(*slots.ROUTES, *linking.ROUTES),
        provided={
            "transports": OffersTransports({}, {"companion": "not_built"}),
            "device_ends": EndsWithDevice(),
            "sends": CountsSends(),
            "histories": TellsHistories(),
        },
    )
    async with AsyncExitStack() as clients:
        web = Web(application(serving), serving, clients)
        owner = await web.signed_in(await web.found(Settings("Kedai")))
        (offered,) = (await owner.get("/api/transports")).json()["items"]
        assert (offered["available"], offered["reason"], offered["capabilities"]) == (False, "not_built", None)
        refused = await owner.post("/api/devices", json={"name": "Kedai", "transport": "companion"})
        assert refused.json()["data"]["fields"] == {"transport": "not_built"}


async def test_nobody_links_a_real_number_without_accepting_the_risk(office: Office) -> None:
    device_id = await office.slot()
    assert (await office.transport())["riskAcceptedAt"] is None
    refused = await office.owner.post(f"/api/devices/{device_id}/link", json={"method": "qr"})
    assert (refused.status_code, refused.json()["code"]) == (409, "risk_not_accepted")
    assert (await office.owner.get(f"/api/devices/{device_id}")).json()["state"] == "unlinked"


async def test_the_risk_is_accepted_once_and_who_and_when_is_kept(office: Office) -> None:
    first = await office.owner.post(ACCEPT)
    assert first.status_code == 200
    accepted_at = first.json()["items"][0]["riskAcceptedAt"]
    assert accepted_at is not None
    await office.owner.post(ACCEPT)
    assert (await office.transport())["riskAcceptedAt"] == accepted_at
    (entry,) = await office.audit("link_risk_accepted")
    assert (entry["user_id"], entry["details"]) == (office.account.user_id, {"transport": "companion"})


async def test_each_person_accepts_the_risk_for_themselves(office: Office) -> None:
    await office.owner.post(ACCEPT)
    other = await office.web.signed_in(await office.web.person(office.account.workspace_id, Role.OPERATOR))
    (offered,) = (await other.get("/api/transports")).json()["items"]
    assert offered["riskAcceptedAt"] is None
    device_id = await office.slot()
    refused = await other.post(f"/api/devices/{device_id}/link", json={"method": "qr"})
    assert refused.json()["code"] == "risk_not_accepted"


async def test_only_risks_that_there_are_can_be_accepted_and_only_by_who_may_link(office: Office) -> None:
    assert (await office.owner.post("/api/transports/simulated/accept-risk")).status_code == 404
    assert (await office.owner.post("/api/transports/pigeon/accept-risk")).status_code == 404
    agent = await office.web.signed_in(await office.web.person(office.account.workspace_id, Role.AGENT))
    assert (await agent.post(ACCEPT)).status_code == 403


async def test_an_answer_to_a_passkey_reaches_the_gateway_once(office: Office) -> None:
    device_id = await office.slot()
    path = f"/api/devices/{device_id}/link"
    holding = await office.begin(device_id)
    await office.ask_passkey(holding)
    shown = (await office.owner.get(path)).json()
    assert (shown["step"], json.loads(shown["shown"]), shown["answer"]) == ("passkey", json.loads(REQUEST), None)
    answered = await office.owner.post(f"{path}/passkey", json={"answer": ANSWER})
    assert (answered.status_code, answered.json()["answer"]) == (200, "sent")
    await office.owner.post(f"{path}/passkey", json={"answer": ANSWER})
    (command,) = await office.commands()
    assert (command.kind, json.loads(command.payload or "")) == (CommandKind.ANSWER_PASSKEY, json.loads(ANSWER))
    await held.finish_answer(office.web.db, command, taken=True, now=office.web.clock.now())
    assert await office.commands() == []
    assert (await office.owner.get(path)).json()["answer"] == "sent"


async def test_what_a_passkey_signed_is_not_kept(office: Office) -> None:
    device_id = await office.slot()
    await office.ask_passkey(await office.begin(device_id))
    await office.owner.post(f"/api/devices/{device_id}/link/passkey", json={"answer": ANSWER})
    (command,) = await office.commands()
    await held.finish_answer(office.web.db, command, taken=True, now=office.web.clock.now())
    async with office.web.db.connection() as connection:
        assert await connection.fetchval("SELECT count(*) FROM device_command WHERE payload IS NOT NULL") == 0


async def test_an_answer_that_was_not_taken_is_told_and_can_be_given_again(office: Office) -> None:
    device_id = await office.slot()
    path = f"/api/devices/{device_id}/link"
    await office.ask_passkey(await office.begin(device_id))
    await office.owner.post(f"{path}/passkey", json={"answer": ANSWER})
    (command,) = await office.commands()
    await held.finish_answer(office.web.db, command, taken=False, now=office.web.clock.now())
    assert (await office.owner.get(path)).json()["answer"] == "refused"
    assert (await office.owner.post(f"{path}/passkey", json={"answer": ANSWER})).json()["answer"] == "sent"
    assert len(await office.commands()) == 1


async def test_the_code_to_compare_follows_and_the_number_is_known_afterwards(office: Office) -> None:
    device_id = await office.slot()
    path = f"/api/devices/{device_id}"
    holding = await office.begin(device_id)
    await office.ask_passkey(holding)
    await held.show_step(office.web.db, holding, Shown(LinkingStep.PASSKEY_CODE, "ABCD2345"))
    shown = (await office.owner.get(f"{path}/link")).json()
    assert (shown["step"], shown["shown"]) == ("passkey_code", "ABCD2345")
    number = Number("+60123456789", "123450000000001", "Kedai Aminah")
    assert await held.finish_linking(office.web.db, holding, number, office.web.clock.now())
    device = (await office.owner.get(path)).json()
    assert (device["phone"], device["lid"], device["pushName"]) == (number.phone, number.lid, number.push_name)


async def test_how_far_older_chats_have_come_is_told(office: Office) -> None:
    device_id = await office.slot()
    path = f"/api/devices/{device_id}/history"
    nothing = {"offered": 0, "done": 0, "failed": 0, "retriable": 0, "messages": 0, "percent": 0}
    assert (await office.owner.get(path)).json() == nothing
    packets = [
        OfferedPacket(office.account.workspace_id, device_id, f"packet {chunk}".encode(), "recent", chunk, 100)
        for chunk in (1, 2)
    ]
    async with office.web.db.transaction() as tx:
        await history.offer(tx, packets, office.web.clock.now())
    assert (await office.owner.get(path)).json() == nothing | {"offered": 2}
    async with office.web.db.connection() as connection:
        key = (office.account.workspace_id, device_id)
        (first,) = await history.due(connection, [key], (), office.web.clock.now(), limit=1)
    await history.finish(office.web.db, first, office.web.clock.now())
    assert (await office.owner.get(path)).json() == nothing | {"offered": 2, "done": 1, "percent": 50}


async def test_a_passkey_that_nobody_asks_for_cannot_be_answered(office: Office) -> None:
    device_id = await office.slot()
    path = f"/api/devices/{device_id}/link"
    holding = await office.begin(device_id)
    refused = await office.owner.post(f"{path}/passkey", json={"answer": ANSWER})
    assert (refused.status_code, refused.json()["code"]) == (409, "no_passkey_asked")
    await office.ask_passkey(holding)
    await office.owner.delete(path)
    refused = await office.owner.post(f"{path}/passkey", json={"answer": ANSWER})
    assert refused.json()["code"] == "no_passkey_asked"


async def test_an_answer_that_makes_no_sense_is_refused_beside_its_field(office: Office) -> None:
    device_id = await office.slot()
    await office.ask_passkey(await office.begin(device_id))
    refused = await office.owner.post(f"/api/devices/{device_id}/link/passkey", json={"answer": "{}"})
    assert refused.status_code == 422
    assert refused.json()["data"]["fields"] == {"answer": "passkey_incomplete"}
    assert await office.commands() == []


async def test_a_new_linking_does_not_get_the_answer_to_an_earlier_one(office: Office) -> None:
    device_id = await office.slot()
    path = f"/api/devices/{device_id}/link"
    await office.ask_passkey(await office.begin(device_id))
    await office.owner.post(f"{path}/passkey", json={"answer": ANSWER})
    await office.owner.delete(path)
    await office.begin(device_id)
    assert await office.commands() == []
    assert (await office.owner.get(path)).json()["answer"] is None


async def test_another_workspace_can_neither_see_nor_answer_a_passkey(office: Office) -> None:
    device_id = await office.slot()
    await office.ask_passkey(await office.begin(device_id))
    stranger = await office.web.signed_in(await office.web.found(Settings("Lain")))
    answer = await stranger.post(f"/api/devices/{device_id}/link/passkey", json={"answer": ANSWER})
    assert answer.status_code == 404
