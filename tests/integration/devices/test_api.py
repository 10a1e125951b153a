from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from hebah.access.model import Role, Settings
from hebah.inbox import reads as inbox
from tests.integration.devices.conftest import Shop
from tests.integration.gateway.outgoing import add_lead, enqueue, rows

PNG = b"\x89PNG\r\n\x1a\n"


async def link(shop: Shop, device_id: UUID) -> str:
    """Link a slot as the browser does; gives the phone."""
    phone = (await shop.owner.post("/api/simulated/phones", json={})).json()["phone"]
    asked = await shop.owner.post(f"/api/devices/{device_id}/link", json={"method": "qr"})
    assert asked.status_code == 200, asked.text
    assert asked.json()["step"] == "requested"
    shown = (await shop.until(f"/api/devices/{device_id}/link", step="qr"))["shown"]
    answer = await shop.owner.post(f"/api/simulated/phones/{phone}/scan", json={"shown": shown})
    assert answer.status_code == 204, answer.text
    await shop.until(f"/api/devices/{device_id}", state="online")
    return str(phone)


async def test_a_number_is_linked_from_the_browser_and_shown_online(shop: Shop) -> None:
    shop.fleet.start()
    device_id = await shop.create("Kedai KL")
    fresh = await shop.get(f"/api/devices/{device_id}")
    assert (fresh["state"], fresh["cause"], fresh["wanted"], fresh["phone"]) == ("unlinked", "created", "off", None)
    phone = await link(shop, device_id)
    device = await shop.get(f"/api/devices/{device_id}")
    assert (device["phone"], device["wanted"], device["queued"]) == (phone, "on", 0)
    assert (device["hourlyCap"], device["dailyCap"], device["sentHour"]) == (60, 300, 0)
    phones = await shop.get("/api/simulated/phones")
    assert phones["items"] == [
        {"phone": phone, "name": phones["items"][0]["name"], "linkedDeviceIds": [str(device_id)]}
    ]


async def test_the_shown_code_comes_as_a_picture_while_it_is_shown(shop: Shop) -> None:
    shop.fleet.start()
    device_id = await shop.create()
    path = f"/api/devices/{device_id}/link"
    assert (await shop.owner.get(f"{path}/qr.png")).status_code == 404
    await shop.owner.post(path, json={"method": "qr"})
    await shop.until(path, step="qr")
    png, svg = await shop.owner.get(f"{path}/qr.png"), await shop.owner.get(f"{path}/qr.svg")
    assert png.content.startswith(PNG)
    assert png.headers["cache-control"] == "no-store"
    assert b"<svg" in svg.content
    assert (await shop.owner.delete(path)).status_code == 204
    assert (await shop.owner.get(f"{path}/qr.png")).json()["code"] == "no_qr"
    assert (await shop.get(path))["failure"] == "cancelled"


async def test_a_code_is_for_a_number_that_could_exist(shop: Shop) -> None:
    device_id = await shop.create()
    answer = await shop.owner.post(f"/api/devices/{device_id}/link", json={"method": "code", "phone": "12"})
    assert answer.status_code == 422
    assert answer.json()["data"]["fields"] == {"phone": "phone_too_short"}
    answer = await shop.owner.post(f"/api/devices/{device_id}/link", json={"method": "code", "phone": "012-345 6789"})
    assert answer.status_code == 200


async def test_a_linked_number_can_be_stopped_started_logged_out_and_deleted(shop: Shop) -> None:
    shop.fleet.start()
    device_id = await shop.create()
    phone = await link(shop, device_id)
    path = f"/api/devices/{device_id}"
    assert (await shop.owner.post(f"{path}/stop")).json()["state"] == "stopped"
    assert (await shop.owner.post(f"{path}/start")).json()["state"] == "connecting"
    await shop.until(path, state="online")
    assert (await shop.owner.post(f"{path}/refresh")).status_code == 200
    assert (await shop.owner.post(f"{path}/link", json={"method": "qr"})).json()["code"] == "device_state"
    assert (await shop.owner.post(f"{path}/log-out")).status_code == 200
    await shop.until(path, state="logged_out", phone=phone)
    assert (await shop.owner.post(f"{path}/stop")).status_code == 409
    assert (await shop.owner.delete(path)).status_code == 204
    assert (await shop.owner.get(path)).status_code == 404
    assert (await shop.get("/api/devices"))["items"] == []


async def test_slots_are_listed_by_name_in_pages_with_counts_by_state(shop: Shop) -> None:
    for name in ("cawangan 3", "Cawangan 1", "Cawangan 2", "Gudang"):
        await shop.create(name)
    first = await shop.get("/api/devices?limit=3")
    assert [device["name"] for device in first["items"]] == ["Cawangan 1", "Cawangan 2", "cawangan 3"]
    second = await shop.get(f"/api/devices?limit=3&after={first['next']}")
    assert [device["name"] for device in second["items"]] == ["Gudang"]
    assert second["next"] is None
    assert second["counts"] == {"unlinked": 4}
    assert [device["name"] for device in (await shop.get("/api/devices?q=gud"))["items"]] == ["Gudang"]
    assert (await shop.get("/api/devices?state=online"))["items"] == []


async def test_whatever_the_list_shows_is_started_or_stopped_a_bite_at_a_time(shop: Shop) -> None:
    async with shop.fleet.world.database.transaction() as tx:
        await tx.execute(
            "INSERT INTO device (workspace_id, id, name, transport, state, state_since, created_at, linked_at)"
            " SELECT $1, gen_random_uuid(), CASE WHEN place <= 230 THEN 'Cawangan ' ELSE 'Pejabat ' END || place,"
            " 'simulated', 'stopped', $2, $2, $2 FROM generate_series(1, 250) AS place",
            shop.account.workspace_id,
            shop.fleet.world.clock.now(),
        )
    assert (await shop.get("/api/devices?q=cawangan&limit=1"))["total"] == 230

    done, after, bites = 0, None, 0
    while bites == 0 or after is not None:
        wanted = {"verb": "start", "state": "stopped", "q": "cawangan", "after": after}
        answer = (await shop.owner.post("/api/devices/bulk", json=wanted)).json()
        done, after, bites = done + answer["done"], answer["next"], bites + 1

    assert (done, bites) == (230, 3)
    page = await shop.get("/api/devices?q=pejabat")
    assert {device["wanted"] for device in page["items"]} == {"off"}
    again = (await shop.owner.post("/api/devices/bulk", json={"verb": "log_out", "state": "unlinked"})).json()
    assert again == {"done": 0, "skipped": 0, "next": None}


async def test_the_list_says_up_to_which_event_it_is_true(shop: Shop) -> None:
    before = int((await shop.owner.get("/api/devices")).headers["x-event-head"])
    await shop.create()
    assert int((await shop.owner.get("/api/devices")).headers["x-event-head"]) == before + 1


@pytest.mark.parametrize(("name", "code"), [("  ", "empty"), ("x" * 81, "too_long")])
async def test_a_slot_needs_a_sensible_name(shop: Shop, name: str, code: str) -> None:
    answer = await shop.owner.post("/api/devices", json={"name": name, "transport": "simulated"})
    assert answer.status_code == 422
    assert answer.json()["data"]["fields"] == {"name": code}


async def test_a_slot_is_renamed(shop: Shop) -> None:
    device_id = await shop.create()
    answer = await shop.owner.patch(f"/api/devices/{device_id}", json={"name": " Kedai   JB "})
    assert answer.json()["name"] == "Kedai JB"


async def test_an_agent_sees_the_granted_devices_only_and_changes_none(shop: Shop) -> None:
    granted, other = await shop.create("Granted"), await shop.create("Other")
    agent = await shop.web.signed_in(await shop.web.person(shop.account.workspace_id, Role.AGENT, [granted]))
    listed = (await agent.get("/api/devices")).json()
    assert [device["id"] for device in listed["items"]] == [str(granted)]
    assert listed["counts"] == {"unlinked": 1}
    assert (await agent.get(f"/api/devices/{granted}")).status_code == 200
    assert (await agent.get(f"/api/devices/{other}")).status_code == 404
    assert (await agent.post(f"/api/devices/{granted}/stop")).status_code == 403
    assert (await agent.get(f"/api/devices/{granted}/link")).status_code == 403


async def test_another_workspaces_devices_do_not_exist(shop: Shop) -> None:
    device_id = await shop.create()
    stranger = await shop.web.signed_in(await shop.web.found(Settings("Lain", simulated_on=True)))
    for method, path in (("GET", ""), ("POST", "/stop"), ("POST", "/start"), ("GET", "/link"), ("DELETE", "")):
        answer = await stranger.request(method, f"/api/devices/{device_id}{path}")
        assert answer.status_code == 404, (method, path)
    assert (await stranger.get("/api/devices")).json()["items"] == []


async def test_a_workspace_without_simulated_numbers_cannot_use_them(shop: Shop) -> None:
    client = await shop.web.signed_in(await shop.web.found(Settings("Tegas")))
    (transport,) = (await client.get("/api/transports")).json()["items"]
    assert (transport["available"], transport["reason"]) == (False, "simulated_off")
    answer = await client.post("/api/devices", json={"name": "x", "transport": "simulated"})
    assert answer.json()["data"]["fields"] == {"transport": "simulated_off"}
    assert (await client.get("/api/simulated/phones")).json()["code"] == "simulated_off"


async def test_a_person_writes_to_a_simulated_phone(shop: Shop) -> None:
    shop.fleet.start()
    device_id = await shop.create()
    phone = await link(shop, device_id)
    said = {"from": "012-345 6789", "body": "Berapa harga?"}
    assert (await shop.owner.post(f"/api/simulated/phones/{phone}/say", json=said)).status_code == 204

    async def has_arrived() -> bool:
        return (await shop.get(f"/api/devices/{device_id}"))["lastInboundAt"] is not None

    await shop.fleet.until(has_arrived)


async def test_a_phone_that_is_cut_off_comes_back_when_its_time_is_over(shop: Shop) -> None:
    shop.fleet.start()
    device_id = await shop.create()
    phone = await link(shop, device_id)
    began = shop.web.clock.now()
    await shop.owner.post(f"/api/simulated/phones/{phone}/cut", json={"seconds": 60})
    await shop.until(f"/api/devices/{device_id}", state="waiting", cause="connection_lost")
    await shop.until(f"/api/devices/{device_id}", state="online")
    assert shop.web.clock.now() - began >= timedelta(seconds=60)


async def test_a_phone_that_unlinks_logs_its_device_out(shop: Shop) -> None:
    shop.fleet.start()
    device_id = await shop.create()
    phone = await link(shop, device_id)
    await shop.owner.post(f"/api/simulated/phones/{phone}/unlink")
    await shop.until(f"/api/devices/{device_id}", state="logged_out")


async def test_a_code_nobody_shows_links_nothing(shop: Shop) -> None:
    phone = (await shop.owner.post("/api/simulated/phones", json={"name": "Telefon saya"})).json()
    assert phone["name"] == "Telefon saya"
    path = f"/api/simulated/phones/{phone['phone']}/scan"
    for shown in ("hebah-sim:0123", "ABCD1234", str(uuid4())):
        assert (await shop.owner.post(path, json={"shown": shown})).json()["code"] == "code_not_known"


@pytest.mark.parametrize(("keep", "chats"), [("true", 1), ("false", 0)])
async def test_deleting_a_device_cancels_what_waits_and_keeps_its_chats_if_asked(
    shop: Shop, keep: str, chats: int
) -> None:
    shop.fleet.start()
    device_id = await shop.create()
    phone = await link(shop, device_id)
    world = replace(shop.fleet.world, workspace_id=shop.account.workspace_id, device_id=device_id)
    fleet = replace(shop.fleet, world=world)
    await add_lead(fleet, "+60123456789")
    stream = await enqueue(fleet, after=timedelta(hours=1))
    await shop.owner.post(f"/api/simulated/phones/{phone}/say", json={"from": "0129876543", "body": "Hai"})

    async def chats_now() -> int:
        async with world.database.connection() as connection:
            return len(await inbox.chats(connection, world.workspace_id, device_id))

    async def has_chat() -> bool:
        return await chats_now() == 1

    await fleet.until(has_chat)
    assert (await shop.owner.delete(f"/api/devices/{device_id}?keepHistory={keep}")).status_code == 204
    (row,) = await rows(fleet, stream)
    assert (row["state"], row["code"]) == ("cancelled", "device_deleted")
    assert await chats_now() == chats
