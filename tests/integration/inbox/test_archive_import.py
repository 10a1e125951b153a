"""Files of older chats: looked over, planned, checked, brought in once however often, and taken back exactly."""

from __future__ import annotations

import asyncio
import csv
import io
import os
import zipfile
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from PIL import Image

from hebah.access.model import Account, Role
from hebah.adapters.blobs.filesystem import FilesystemBlobs
from hebah.app.joints import LimitsFiles, OffersTransports, SeesFilesInChats
from hebah.app.web import Parts
from hebah.archives import jobs
from hebah.archives.api import archives
from hebah.archives.jobs import BATCH_ROWS, Desk
from hebah.foundation import eventlog
from hebah.foundation.clock import ManualClock
from hebah.foundation.ids import make_id
from hebah.foundation.postgres import Database
from hebah.inbox.actions import messages as inbox
from hebah.inbox.api import chats, messages
from hebah.inbox.model.messages import Arrived, ReceivedMessage
from hebah.media import api as media
from hebah.messaging.said import MediaFacts, MessageKind, Said
from tests.integration.conftest import Web, application
from tests.integration.worlds import add_device

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


@pytest.fixture
def blobs(tmp_path: Path) -> FilesystemBlobs:
    return FilesystemBlobs(tmp_path / "media")


@pytest.fixture
def uploads(tmp_path: Path) -> Path:
    return tmp_path / "uploads"


@pytest.fixture
def parts(parts: Parts, blobs: FilesystemBlobs, uploads: Path) -> Parts:
    routes = (*archives.ROUTES, *chats.ROUTES, *messages.ROUTES, *media.ROUTES)
    provided = {
        "blobs": blobs,
        "uploads": uploads,
        "limits": LimitsFiles(parts.db, {}),
        "transports": OffersTransports({}),
        "seen_files": SeesFilesInChats(),
    }
    return replace(parts, routes=routes, provided=provided)


@pytest.fixture
async def counter(web: Web, database: Database, clock: ManualClock, blobs: FilesystemBlobs, uploads: Path) -> Counter:
    shop, device_id = await web.found(), make_id()
    async with database.transaction() as tx:
        await add_device(tx, shop.workspace_id, device_id, clock)
    operator = await web.person(shop.workspace_id, Role.OPERATOR)
    return Counter(await web.signed_in(operator), Desk(database, clock, blobs, uploads), shop, device_id)


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


async def test_an_exported_chat_becomes_a_chat_after_a_dry_run_that_said_so(counter: Counter) -> None:
    found = await counter.uploaded(EXPORT)
    assert found["state"] == "planning"
    assert found["found"]["kind"] == "chat"
    assert (found["found"]["people"], found["found"]["partner"]) == (["Mei Ling", "Kedai Aminah"], "Mei Ling")
    assert (found["found"]["me"], found["found"]["order"], found["found"]["isOrderOpen"]) == (
        "Kedai Aminah",
        "day_first",
        False,
    )

    checked = await counter.check(found)
    assert (checked["state"], checked["rowsTotal"], checked["counts"]["added"]) == ("checked", 7, 7)
    assert checked["counts"]["years"] == {"2025": 7}
    assert checked["counts"]["firstAt"] == "2025-12-24T01:00:00Z"
    assert checked["counts"]["lastAt"] == "2025-12-25T10:31:00Z"
    assert [(one["fromMe"], one["body"]) for one in checked["sample"]][1:3] == [
        (False, "Good morning, is it still there?"),
        (True, "Yes!\nTwo of them."),
    ]
    assert await counter.chats() == []

    finished = await counter.do(checked, "run")
    assert (finished["state"], finished["counts"]) == ("finished", checked["counts"])
    told = await counter.chat()
    assert [one["kind"] for one in told] == ["system", *["text"] * 6]
    assert [(one["fromMe"], one["body"]) for one in told][1:] == [
        (False, "Good morning, is it still there?"),
        (True, "Yes!\nTwo of them."),
        (False, "ok"),
        (False, "ok"),
        (True, "See you at 5"),
        (False, ""),
    ]
    assert told[-2]["editedAt"] is not None
    assert told[-1]["deletedAt"] is not None
    assert list((counter.desk.uploads / "archives").iterdir()) == []


async def test_what_is_brought_in_is_nobodys_news(counter: Counter) -> None:
    await counter.bring_in(EXPORT)
    (chat,) = await counter.chats()
    assert (chat["phone"], chat["name"], chat["unread"]) == (MEI, "Mei Ling", 0)
    assert (chat["last"]["deleted"], chat["lastAt"]) == (True, "2025-12-25T10:31:00Z")
    async with counter.desk.db.connection() as connection:
        assert await connection.fetchval("SELECT count(*) FROM outbox") == 0
        assert await connection.fetchval("SELECT count(*) FROM suppression") == 0


async def test_the_same_file_again_adds_nothing_and_a_longer_one_adds_its_end(counter: Counter) -> None:
    await counter.bring_in(EXPORT)
    before = await counter.chat()
    again = await counter.check(await counter.uploaded(EXPORT))
    assert (again["counts"]["added"], again["counts"]["known"]) == (0, 7)
    assert (await counter.do(again, "run"))["counts"]["added"] == 0
    assert await counter.chat() == before

    # Exported again later, without its beginning and with an end.
    longer = EXPORT.split("\n", 2)[2] + "26/12/2025, 10:00 - Mei Ling: ok\n"
    brought = await counter.bring_in(longer)
    assert (brought["counts"]["added"], brought["counts"]["known"]) == (1, 5)
    assert (await counter.said())[-1] == (False, "ok")


async def test_what_the_phone_has_told_already_is_not_doubled(counter: Counter) -> None:
    file, asked = MediaFacts(b"ref", "image/jpeg", 900), "Good morning, is it still there?"
    await counter.receive(
        (
            local(2025, 12, 24, 9, 1) + timedelta(seconds=40),
            False,
            Said(MessageKind.TEXT, asked),
        ),
        (local(2025, 12, 24, 9, 2) + timedelta(seconds=1), False, Said(MessageKind.TEXT, "ok")),
        # The same words from the other side, and in another minute, are other messages.
        (local(2025, 12, 24, 9, 2) + timedelta(seconds=2), True, Said(MessageKind.TEXT, "ok")),
        (local(2025, 12, 24, 9, 3), False, Said(MessageKind.TEXT, "ok")),
        (local(2025, 12, 26, 9, 0) + timedelta(seconds=5), True, Said(MessageKind.IMAGE, "Our shop", media=file)),
    )
    brought = await counter.bring_in(EXPORT + "26/12/2025, 09:00 - Kedai Aminah: <Media omitted>\nOur shop\n")
    assert (brought["counts"]["added"], brought["counts"]["known"]) == (5, 3)
    ok = [(one["fromMe"], one["at"]) for one in await counter.chat() if one["body"] == "ok"]
    assert sorted(ok) == [
        (False, "2025-12-24T01:02:00Z"),
        (False, "2025-12-24T01:02:01Z"),
        (False, "2025-12-24T01:03:00Z"),
        (True, "2025-12-24T01:02:02Z"),
    ]


async def test_what_the_phone_tells_after_the_file_is_not_doubled_and_is_its_own(counter: Counter) -> None:
    file = "\n".join(
        [
            "[24/12/2025, 9:00:05 AM] Mei Ling: Ada stok?",
            "[24/12/2025, 9:00:40 AM] Mei Ling: Ada stok?",
            "[24/12/2025, 9:01:00 AM] Kedai Aminah: Ada",
        ]
    )
    found = await counter.bring_in(file)
    moment = datetime(2025, 12, 24, 1, 0, 5, tzinfo=UTC)
    asked, answered = Said(MessageKind.TEXT, "Ada stok?"), Said(MessageKind.TEXT, "Ada")
    told = [
        (moment, False, asked),
        (moment.replace(second=40), False, asked),
        (moment.replace(minute=1), True, answered),
    ]

    await counter.receive(*told)

    assert await counter.said() == [(False, "Ada stok?"), (False, "Ada stok?"), (True, "Ada")]
    assert all(one["wireId"].startswith("3EB0") for one in await counter.chat())
    await counter.do(found, "remove")
    assert len(await counter.chat()) == 3, "what the phone has told stays when the file is taken back"


async def test_two_files_with_the_same_messages_at_once_bring_them_once(counter: Counter) -> None:
    one, other = [await counter.check(await counter.uploaded(EXPORT, name)) for name in ("a.txt", "b.txt")]
    for found in (one, other):
        await counter.browser.post(f"/api/archives/{found['id']}/run")
    await asyncio.gather(jobs.run_archives(counter.desk), jobs.run_archives(counter.desk))
    added = [(await counter.get(found))["counts"]["added"] for found in (one, other)]
    assert sorted(added) == [0, 7]
    assert len(await counter.chat()) == 7


async def test_a_zip_brings_its_files_and_says_which_are_missing(counter: Counter) -> None:
    text = (
        "[24/12/2025, 9:00:05 AM] Mei Ling: \u200e<attached: 00000001-PHOTO-2025-12-24.jpg>\n"
        "[24/12/2025, 9:00:06 AM] Mei Ling: price.pdf • \u200e2 pages \u200e<attached: 00000002-price.pdf>\n"
        "[24/12/2025, 9:00:07 AM] Mei Ling: \u200e<attached: 00000003-PHOTO-2025-12-24.jpg>\n"
        "[24/12/2025, 9:00:08 AM] Mei Ling: \u200evideo omitted\n"
    )
    content = zip_of(
        {"_chat.txt": text, "00000001-PHOTO-2025-12-24.jpg": picture(), "00000002-price.pdf": b"%PDF-1.7 price"}
    )
    brought = await counter.bring_in(content, "WhatsApp Chat - Mei Ling.zip", me="")
    assert (brought["counts"]["added"], brought["counts"]["files"], brought["counts"]["filesMissing"]) == (4, 2, 2)
    told = await counter.chat()
    assert [(one["kind"], one["media"]["state"], one["media"]["fileName"]) for one in told] == [
        ("image", "ready", "00000001-PHOTO-2025-12-24.jpg"),
        ("document", "ready", "00000002-price.pdf"),
        ("image", "left_out", "00000003-PHOTO-2025-12-24.jpg"),
        ("video", "left_out", ""),
    ]
    assert (told[0]["media"]["mime"], told[0]["media"]["width"], told[0]["media"]["height"]) == ("image/jpeg", 64, 48)
    assert (await counter.browser.get(told[0]["media"]["url"])).content == picture()


async def test_a_table_brings_many_chats_and_reports_the_rows_it_leaves_out(counter: Counter) -> None:
    content = table_of(
        ("Telefon", "Arah", "Tarikh Masa", "Mesej", "Nama fail", "Penghantar"),
        ("012-345 6789", "masuk", "24/12/2025 09:00", "Hai", "", "Mei Ling"),
        ("012-345 6789", "keluar", "2025-12-24T09:05:00+08:00", "Hai juga", "", ""),
        ("60198765432@s.whatsapp.net", "in", "24/12/2025 3:04 PM", "", "menu.pdf", "Kumar"),
        ("abc", "in", "24/12/2025 09:00", "who?", "", ""),
        ("0123456789", "sideways", "24/12/2025 09:00", "where?", "", ""),
        ("0123456789", "in", "31/02/2025 09:00", "when?", "", ""),
        ("0123456789", "in", "24/12/2008 09:00", "too old", "", ""),
        ("0123456789", "in", "24/12/2030 09:00", "=too young", "", ""),
        ("0123456789", "in", "24/12/2025 09:00", "", "", ""),
    )
    found = await counter.uploaded(content, "messages.csv")
    assert found["found"]["guess"] == {
        "0": "chat", "1": "direction", "2": "time", "3": "text", "4": "file", "5": "sender"
    }  # fmt: skip
    assert found["found"]["order"] == "day_first"
    finished = await counter.do(await counter.check(found), "run")
    refused = {
        "phone_letters": 1,
        "direction_unreadable": 1,
        "time_unreadable": 1,
        "before_whatsapp": 1,
        "in_the_future": 1,
        "nothing_said": 1,
    }
    assert (finished["counts"]["added"], finished["counts"]["refused"]) == (3, refused)
    assert {chat["phone"]: chat["name"] for chat in await counter.chats()} == {MEI: "Mei Ling", "+60198765432": "Kumar"}

    faults = (await counter.browser.get(f"/api/archives/{found['id']}/errors")).json()["items"]
    assert [fault["line"] for fault in faults] == [5, 6, 7, 8, 9, 10]
    answer = await counter.browser.get(f"/api/archives/{found['id']}/errors.csv")
    lines = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert lines[0] == ["Line", "Code", "Reason", "Text"]
    assert lines[5][:2] == ["9", "in_the_future"]
    # What a spreadsheet would run is kept as text.
    assert lines[5][3] == "'=too young"


async def test_day_and_month_are_asked_for_when_the_file_does_not_tell(counter: Counter) -> None:
    text = "03/04/25, 10:00 - Mei Ling: Hai\n"
    found = await counter.uploaded(text)
    assert (found["found"]["order"], found["found"]["isOrderOpen"]) == ("day_first", True)
    checked = await counter.check(found, order="month_first", zone="UTC", me="")
    assert checked["counts"]["firstAt"] == "2025-03-04T10:00:00Z"


@pytest.mark.parametrize(
    ("make", "name", "status", "code"),
    [
        (lambda: b"%PDF-1.7 something", "chat.txt", 422, "no_chat_inside"),
        (lambda: b"\x7fELF\x00\x01\x02" * 50, "chat.txt", 422, "no_chat_inside"),
        (lambda: b"Just some words.\nAnd more.\n", "chat.txt", 422, "no_chat_inside"),
        (lambda: b"", "chat.txt", 422, "empty_file"),
        (lambda: zip_of({"a.jpg": picture()}), "chat.zip", 422, "no_chat_inside"),
        (lambda: zip_of({"../../etc/chat.txt": EXPORT}), "chat.zip", 422, "zip_unsafe"),
        (lambda: zip_of({"_chat.txt": EXPORT})[:-30], "chat.zip", 422, "zip_damaged"),
        (lambda: zip_of({"_chat.txt": EXPORT, "a.bin": b"\x00" * 40_000_000}), "chat.zip", 413, "unpacks_too_large"),
        (lambda: zip_of({f"{number}.jpg": b"" for number in range(20_001)}), "chat.zip", 413, "zip_too_many_files"),
    ],
    ids=["pdf", "program", "prose", "empty", "no-chat", "leads-out", "torn", "bomb", "many"],
)
async def test_a_file_that_is_no_chat_is_refused_and_not_kept(
    counter: Counter, make: Callable[[], bytes], name: str, status: int, code: str
) -> None:
    refused = await counter.upload(make(), name)
    assert (refused.status_code, refused.json()["code"]) == (status, code)
    assert list((counter.desk.uploads / "archives").iterdir()) == []
    assert (await counter.browser.get("/api/archives")).json() == {"items": []}


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"phone": ""}, {"chat": "required"}),
        ({"phone": "abc"}, {"phone": "phone_letters"}),
        ({"me": "Nobody"}, {"me": "unknown"}),
        ({"zone": "Mars/Phobos"}, {"zone": "unknown_zone"}),
        ({"chatId": str(make_id())}, {"chatId": "unknown"}),
    ],
)
async def test_a_plan_that_cannot_be_followed_says_what_is_wrong(counter: Counter, changes: Json, fields: Json) -> None:
    found = await counter.uploaded(EXPORT)
    answer = await counter.browser.put(f"/api/archives/{found['id']}/plan", json=counter.plan(found, **changes))
    assert (answer.status_code, answer.json()["data"]["fields"]) == (422, fields)


async def test_an_existing_chat_may_be_named_instead_of_a_number(counter: Counter) -> None:
    await counter.receive((local(2025, 12, 30, 9, 0), False, Said(MessageKind.TEXT, "New year?")))
    (chat,) = await counter.chats()
    await counter.bring_in(EXPORT, phone="", chatId=chat["id"])
    assert (await counter.said())[-1] == (False, "New year?")
    (after,) = await counter.chats()
    assert (after["id"], after["last"]["body"], after["lastAt"]) == (chat["id"], "New year?", "2025-12-30T01:00:00Z")


def long_export(count: int) -> str:
    start = datetime(2025, 1, 1, 9, 0)  # noqa: DTZ001 - as a phone writes it, without a zone
    return "".join(
        f"{start + timedelta(minutes=number):%d/%m/%Y, %H:%M} - {'Mei Ling' if number % 3 else 'Kedai Aminah'}: "
        f"Line {number}\n"
        for number in range(count)
    )


class Killed(BaseException):
    """As abrupt as a kill: nothing of ours handles it."""


async def test_a_worker_that_dies_loses_and_doubles_nothing(counter: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    text = long_export(3 * BATCH_ROWS + 20)
    checked = await counter.check(await counter.uploaded(text))
    await counter.browser.post(f"/api/archives/{checked['id']}/run")
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
            await jobs.run_archives(counter.desk)
    halfway = await counter.get(checked)
    assert (halfway["state"], halfway["rowsDone"]) == ("running", BATCH_ROWS)

    await jobs.run_archives(counter.desk)
    finished = await counter.get(checked)
    assert (finished["state"], finished["counts"]["added"]) == ("finished", 3 * BATCH_ROWS + 20)
    async with counter.desk.db.connection() as connection:
        rows = await connection.fetch("SELECT body FROM message ORDER BY at, id")
    assert [row["body"] for row in rows] == [f"Line {number}" for number in range(3 * BATCH_ROWS + 20)]


async def test_a_cancelled_import_stops_and_can_be_taken_back(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked = await counter.check(await counter.uploaded(long_export(3 * BATCH_ROWS)))
    await counter.browser.post(f"/api/archives/{checked['id']}/run")
    record = eventlog.record

    async def cancelling(*arguments: Any) -> None:
        await record(*arguments)
        monkeypatch.setattr(eventlog, "record", record)
        asking.append(asyncio.create_task(counter.browser.post(f"/api/archives/{checked['id']}/cancel")))

    asking: list[asyncio.Task[httpx.Response]] = []
    monkeypatch.setattr(eventlog, "record", cancelling)
    await jobs.run_archives(counter.desk)
    assert (await asking[0]).status_code == 200
    cancelled = await counter.get(checked)
    assert cancelled["state"] == "cancelled"
    assert 0 < cancelled["rowsDone"] < 3 * BATCH_ROWS
    removed = await counter.do(cancelled, "remove")
    assert (removed["state"], removed["removed"]) == ("removed", cancelled["counts"]["added"])
    assert await counter.chats() == []


async def test_taking_back_deletes_exactly_what_the_file_has_brought(counter: Counter) -> None:
    await counter.receive(
        (local(2025, 12, 24, 9, 2), False, Said(MessageKind.TEXT, "ok")),
        (local(2025, 12, 24, 9, 30), False, Said(MessageKind.TEXT, "Hello?")),
    )
    before = await counter.chat()
    (chat,) = await counter.chats()
    other = await counter.bring_in("23/12/2025, 08:00 - Mei Ling: Earlier\n", me="")
    brought = await counter.bring_in(EXPORT)
    assert (await counter.chats())[0]["last"]["deleted"] is True
    removed = await counter.do(brought, "remove")
    assert (removed["state"], removed["removed"]) == ("removed", 6)
    assert [one["body"] for one in await counter.chat()] == ["Earlier", "ok", "Hello?"]
    await counter.do(other, "remove")
    assert await counter.chat() == before
    (after,) = await counter.chats()
    assert after["last"] == chat["last"]
    # And what was taken back may come again.
    assert (await counter.bring_in(EXPORT))["counts"]["added"] == 6


async def test_a_message_out_of_a_file_cannot_be_answered_or_reacted_to(counter: Counter) -> None:
    await counter.bring_in(EXPORT)
    told = (await counter.chat())[1]
    reaction = {"emoji": "👍", "clientId": str(make_id())}
    answer = await counter.browser.post(f"/api/messages/{told['id']}/reaction", json=reaction)
    assert (answer.status_code, answer.json()["data"]["reason"]) == (409, "from_archive")


async def test_agents_and_other_workspaces_bring_nothing_in(counter: Counter, web: Web) -> None:
    found = await counter.uploaded(EXPORT)
    agent = await web.signed_in(await web.person(counter.shop.workspace_id, Role.AGENT, [counter.device_id]))
    assert (await agent.get("/api/archives")).status_code == 403
    assert (await agent.put(f"/api/archives/{found['id']}/plan", json=counter.plan(found))).status_code == 403
    stranger = await web.signed_in(await web.found())
    assert (await stranger.get(f"/api/archives/{found['id']}")).status_code == 404
    own = (await stranger.post("/api/archives", files={"file": ("_chat.txt", EXPORT.encode())})).json()
    # Nor into the device of somebody else.
    refused = await stranger.put(f"/api/archives/{own['id']}/plan", json=counter.plan(own))
    assert (refused.status_code, refused.json()["data"]["fields"]) == (422, {"deviceId": "unknown_device"})


async def test_a_hebah_that_keeps_no_words_takes_none_in(parts: Parts, counter: Counter) -> None:
    installation = replace(parts.installation, chat_storage=False)
    async with AsyncExitStack() as clients:
        forgetful = Web(application(replace(parts, installation=installation)), parts, clients)
        browser = await forgetful.signed_in(counter.shop)
        refused = await browser.post("/api/archives", files={"file": ("_chat.txt", EXPORT.encode())})
        assert (refused.status_code, refused.json()["code"]) == (409, "chats_not_kept")


async def test_a_file_that_nobody_goes_on_with_is_forgotten_after_a_week(counter: Counter, clock: ManualClock) -> None:
    found = await counter.uploaded(EXPORT)
    (file,) = (counter.desk.uploads / "archives").iterdir()
    os.utime(file, times=(clock.now().timestamp(), clock.now().timestamp()))
    await clock.advance(timedelta(days=6))
    assert await jobs.forget_archives(counter.desk) == 0
    await clock.advance(timedelta(days=2))
    assert await jobs.forget_archives(counter.desk) == 1
    async with counter.desk.db.connection() as connection:
        state = await connection.fetchval("SELECT state FROM archive WHERE id = $1", UUID(found["id"]))
    assert state == "cancelled"
    assert list((counter.desk.uploads / "archives").iterdir()) == []
