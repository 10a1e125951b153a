"""A linked number from its QR code to its log-out, over the wire: by `hebah up` and the real library."""

import asyncio
import io
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image

from tests.journeys.conftest import Start
from tests.network import messages
from tests.network.accounts import Behaviour
from tests.network.mediacrypto import MediaKind
from tests.network.network import Network

PROGRAM = Path(sys.executable).with_name("hebah-companion-testnet")
PHONE = "60123456789"
# One whose phone gets it, one who reads it, one who answers.
SITI, BUDI, MEI = "60131000001", "60131000002", "60131000003"
SEEN_WITHIN_S = 30.0
ASKED_EVERY_S = 0.05
OWNER = {
    "workspaceName": "Kedai",
    "zone": "Asia/Kuala_Lumpur",
    "language": "en",
    "ownerName": "Aminah",
    "email": "aminah@example.com",
    "password": "correct horse battery",
    "trySimulated": False,
}
AT_ONCE = {"gapMinS": 0.0, "gapMaxS": 0.0, "hourlyCap": None, "dailyCap": None, "quietOn": False}

Json = dict[str, Any]


class Owner:
    """The owner's browser."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client

    async def call(self, method: str, path: str, /, **given: object) -> Json:
        """A request that must succeed."""
        answer = await self._client.request(method, path, json=given or None)
        assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text}"
        return dict(answer.json()) if answer.content else {}

    async def file(self, path: str) -> bytes:
        """The bytes of a file."""
        return (await self._client.get(path)).raise_for_status().content

    async def awaited(self, path: str, told: Callable[[Json], object]) -> Json:
        """What a path answers once it is as wanted."""
        seen: Json = {}
        deadline = time.monotonic() + SEEN_WITHIN_S
        while time.monotonic() < deadline:
            seen = await self.call("GET", path)
            if told(seen):
                return seen
            await asyncio.sleep(ASKED_EVERY_S)
        raise AssertionError(f"{path} stayed {seen}")

    async def lead(self, phone: str, device: str) -> None:
        """Somebody who agreed to be written to by this number."""
        await self.call(
            "POST", "/api/leads", phone=f"+{phone}", name="Siti", niches=[], status="prospect", triggers=[], note="",
            deviceId=device.rpartition("/")[2], consent="granted", consentSource="form",
            consentAt="2025-01-31T00:00:00Z", zone=None, variables={},
        )  # fmt: skip

    async def campaign(self, body: str) -> str:
        """Send it to everybody, at once; its path."""
        audience = {"niches": [], "statuses": [], "deviceIds": [], "includeUnknownConsent": False}
        draft = await self.call(
            "POST", "/api/campaigns", name="Raya", body=body, mediaId=None, audience=audience, startsAt=None,
            gapMinS=None, gapMaxS=None,
        )  # fmt: skip
        path = f"/api/campaigns/{draft['id']}"
        await self.call("POST", f"{path}/launch", version=draft["version"])
        return path


@asynccontextmanager
async def opened(start: Start, network: Network) -> AsyncIterator[Owner]:
    """`hebah up` with a companion for this network, set up by its owner."""
    up = start("up", HEBAH_COMPANION=str(PROGRAM), HEBAH_TESTNET=str(network.settings_file))
    token = await asyncio.to_thread(up.printed, r"/setup\?token=(\S+)")
    async with httpx.AsyncClient(base_url=up.url, headers={"Origin": up.url}, timeout=30) as client:
        owner = Owner(client)
        me = await owner.call("POST", "/api/setup", token=token, **OWNER)
        client.headers["X-CSRF-Token"] = me["csrfToken"]
        await owner.call("PATCH", "/api/workspace", **AT_ONCE)
        yield owner
    assert await asyncio.to_thread(up.stop) == 0


async def linked(owner: Owner, network: Network) -> str:
    """A number that is linked by its QR code, and online; its path."""
    await owner.call("POST", "/api/transports/companion/accept-risk")
    path = f"/api/devices/{(await owner.call('POST', '/api/devices', name='Kaunter', transport='companion'))['id']}"
    await owner.call("POST", f"{path}/link", method="qr")
    shown = await owner.awaited(f"{path}/link", lambda linking: linking["step"] == "qr")
    await network.scan(shown["shown"], PHONE)
    device = await owner.awaited(path, lambda device: device["state"] == "online")
    assert device["phone"] == f"+{PHONE}"
    return path


def photograph() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (64, 48), "teal").save(file, "JPEG")
    return file.getvalue()


async def send_picture(network: Network, sender: str, data: bytes, caption: str) -> None:
    placed = await network.upload(data, MediaKind.IMAGE)
    file = messages.File(placed.sealed, placed.direct_path, "image/jpeg", width=64, height=48)
    await network.write(sender, PHONE, messages.image(file, caption))


async def chat_with(owner: Owner, phone: str) -> str:
    """The path of the chat with somebody."""
    chats = await owner.awaited("/api/chats", lambda seen: any(one["phone"] == f"+{phone}" for one in seen["items"]))
    return f"/api/chats/{next(one['id'] for one in chats['items'] if one['phone'] == f'+{phone}')}"


@pytest.mark.timeout(120)
async def test_a_number_is_linked_sends_a_campaign_hears_back_with_a_picture_and_logs_out(
    start: Start, tmp_path: Path
) -> None:
    if not PROGRAM.exists():
        pytest.fail("the companion is not built: run make companion", pytrace=False)
    picture = photograph()
    async with Network(tmp_path) as network:
        await network.account(PHONE, "Kedai")
        for phone, behaviour in (
            (SITI, Behaviour()),
            (BUDI, Behaviour(reads=True)),
            (MEI, Behaviour(reads=True, reply="Ada warna lain?")),
        ):
            await network.person(phone, "Siti", behaviour)
        async with opened(start, network) as owner:
            device = await linked(owner, network)
            for phone in (SITI, BUDI, MEI):
                await owner.lead(phone, device)

            campaign = await owner.campaign("Salam {{name}}")
            report = await owner.awaited(
                f"{campaign}/report", lambda seen: seen["groups"]["sent"] == 3 and seen["replied"] == 1
            )
            assert report["recipients"] == 3
            for phone in (SITI, BUDI, MEI):
                assert [one.body for one in await network.received(phone)][:1] == ["Salam Siti"]

            await send_picture(network, MEI, picture, "Macam ini")
            chat = await chat_with(owner, MEI)
            said = await owner.awaited(f"{chat}/messages", lambda seen: is_told(seen["items"]))
            shown = {one["kind"]: one for one in said["items"]}
            assert shown["image"]["body"] == "Macam ini"
            assert await owner.file(shown["image"]["media"]["url"]) == picture
            ticks = {one["body"]: one["tick"] for one in said["items"] if one["fromMe"]}
            assert ticks == {"Salam Siti": "read"}

            await owner.call("POST", f"{device}/log-out")
            await owner.awaited(device, lambda seen: seen["state"] in {"unlinked", "logged_out"})
            assert await network.devices(PHONE) == []
        assert await network.complaints() == []


def is_told(said: list[Json]) -> bool:
    """Whether the answer and the picture are there, and its file."""
    bodies = {one["body"] for one in said}
    files = [one["media"]["state"] for one in said if one["media"]]
    return "Ada warna lain?" in bodies and files == ["ready"]
