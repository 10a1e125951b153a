"""A browser at which files of older chats are brought in, and such files."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
from PIL import Image

from hebah.access.model import Account
from hebah.archives import jobs
from hebah.archives.jobs import Desk
from hebah.devices import reads as devices
from hebah.foundation.ids import make_id
from hebah.gateway.incoming import DurableEvent, MessageArrived
from hebah.gateway.intake import Batch, take_in
from hebah.gateway.leases import Lease, Tenure
from hebah.inbox.actions import messages as inbox
from hebah.inbox.model.messages import Arrived, ReceivedMessage
from hebah.messaging.said import MessageKind, Said

Json = dict[str, Any]
MEI = "+60123456789"
EXPORT = """\
24/12/2025, 09:00 - Messages and calls are end-to-end encrypted.
24/12/2025, 09:01 - Mei Ling: Good morning, is it still there?
24/12/2025, 09:02 - Kedai Aminah: Yes!
Two of them.
24/12/2025, 09:02 - Mei Ling: ok
24/12/2025, 09:02 - Mei Ling: ok
25/12/2025, 18:30 - Kedai Aminah: See you at 5 <This message was edited>
25/12/2025, 18:31 - Mei Ling: This message was deleted
"""


@dataclass
class Counter:
    """A browser at which files are brought in, and the worker behind it."""

    browser: httpx.AsyncClient
    desk: Desk
    shop: Account
    device_id: UUID

    async def upload(self, content: bytes | str, name: str = "WhatsApp Chat with Mei Ling.txt") -> httpx.Response:
        data = content.encode() if isinstance(content, str) else content
        return await self.browser.post("/api/archives", files={"file": (name, data)})

    async def uploaded(self, content: bytes | str, name: str = "WhatsApp Chat with Mei Ling.txt") -> Json:
        answer = await self.upload(content, name)
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    def plan(self, found: Json, **changes: object) -> Json:
        facts = found["found"]
        return {
            "deviceId": str(self.device_id),
            "chatId": None,
            "phone": "" if "chat" in facts["guess"].values() else MEI,
            "me": "Kedai Aminah" if facts["people"] else "",
            "zone": "Asia/Kuala_Lumpur",
            "order": facts["order"],
            "region": "MY",
            "mapping": facts["guess"],
        } | changes

    async def check(self, found: Json, **changes: object) -> Json:
        answer = await self.browser.put(f"/api/archives/{found['id']}/plan", json=self.plan(found, **changes))
        assert answer.status_code == 200, answer.text
        await jobs.run_archives(self.desk)
        return await self.get(found)

    async def do(self, found: Json, verb: str) -> Json:
        answer = await self.browser.post(f"/api/archives/{found['id']}/{verb}")
        assert answer.status_code == 200, answer.text
        await jobs.run_archives(self.desk)
        return await self.get(found)

    async def bring_in(self, content: bytes | str, name: str = "_chat.txt", **changes: object) -> Json:
        return await self.do(await self.check(await self.uploaded(content, name), **changes), "run")

    async def get(self, found: Json) -> Json:
        return dict((await self.browser.get(f"/api/archives/{found['id']}")).json())

    async def chats(self) -> list[Json]:
        answer = await self.browser.get("/api/chats", params={"deviceId": str(self.device_id)})
        assert answer.status_code == 200, answer.text
        return list(answer.json()["items"])

    async def chat(self) -> list[Json]:
        """The messages of the only chat, oldest first."""
        (only,) = await self.chats()
        answer = await self.browser.get(f"/api/chats/{only['id']}/messages", params={"limit": 200})
        assert answer.status_code == 200, answer.text
        return sorted(answer.json()["items"], key=lambda one: (one["at"], one["id"]))

    async def said(self) -> list[tuple[bool, str]]:
        return [(one["fromMe"], one["body"]) for one in await self.chat()]

    async def receive(self, *told: tuple[datetime, bool, Said]) -> None:
        """Messages as a link delivers them."""
        arrived = [
            ReceivedMessage(
                self.shop.workspace_id, self.device_id, MEI, MEI, f"3EB0{make_id().hex}", at, from_me, said, is_old=True
            )
            for at, from_me, said in told
        ]
        async with self.desk.db.transaction() as tx:
            unseen = await inbox.sift(tx, arrived, self.desk.clock.now())
            await inbox.receive(tx, Arrived(messages=tuple(unseen)), self.desk.clock.now())

    async def deliver(self, *events: DurableEvent) -> None:
        """News as a gateway's receiver takes it in, which nobody has asked for."""
        async with self.desk.db.connection() as connection:
            device = await devices.find(connection, self.shop.workspace_id, self.device_id)
        lease, batch = Lease(device, Tenure(make_id(), timedelta(seconds=15))), Batch()
        for event in events:
            batch.add(lease, event)
        async with self.desk.db.transaction() as tx:
            await take_in(tx, batch, self.desk.clock.now())


def live(
    at: datetime, said: Said | str, *, from_me: bool = False, chat: str = MEI, wire_id: str = "", sender: str = ""
) -> MessageArrived:
    """A message as WhatsApp delivers it."""
    name = wire_id or f"3EB0{make_id().hex.upper()}"
    words = Said(MessageKind.TEXT, said) if isinstance(said, str) else said
    return MessageArrived(name, chat, sender or chat, name, at, from_me, words)


def local(*moment: int) -> datetime:
    return datetime(*moment, tzinfo=UTC) - timedelta(hours=8)  # type: ignore[arg-type, misc]


def zip_of(members: Mapping[str, bytes | str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def picture(colour: str = "teal") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (64, 48), colour).save(out, "JPEG")
    return out.getvalue()


def table_of(*rows: tuple[str, ...]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue().encode()


def long_export(count: int) -> str:
    start = datetime(2025, 1, 1, 9, 0)  # noqa: DTZ001 - as a phone writes it, without a zone
    return "".join(
        f"{start + timedelta(minutes=number):%d/%m/%Y, %H:%M} - {'Mei Ling' if number % 3 else 'Kedai Aminah'}: "
        f"Line {number}\n"
        for number in range(count)
    )
