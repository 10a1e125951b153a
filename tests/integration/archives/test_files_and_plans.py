"""Which files are taken in, and how they can be read."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import replace

import pytest

from hebah.access.model import Role
from hebah.app.web import Parts, create_app
from hebah.foundation.ids import make_id
from hebah.messaging.said import MessageKind, Said
from tests.integration.archives.counter import EXPORT, Counter, Json, local, picture, zip_of
from tests.integration.conftest import Web


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


async def test_day_and_month_are_asked_for_when_the_file_does_not_tell(counter: Counter) -> None:
    text = "03/04/25, 10:00 - Mei Ling: Hai\n"
    found = await counter.uploaded(text)
    assert (found["found"]["order"], found["found"]["isOrderOpen"]) == ("day_first", True)
    checked = await counter.check(found, order="month_first", zone="UTC", me="")
    assert checked["counts"]["firstAt"] == "2025-03-04T10:00:00Z"


async def test_an_existing_chat_may_be_named_instead_of_a_number(counter: Counter) -> None:
    await counter.receive((local(2025, 12, 30, 9, 0), False, Said(MessageKind.TEXT, "New year?")))
    (chat,) = await counter.chats()
    await counter.bring_in(EXPORT, phone="", chatId=chat["id"])
    assert (await counter.said())[-1] == (False, "New year?")
    (after,) = await counter.chats()
    assert (after["id"], after["last"]["body"], after["lastAt"]) == (chat["id"], "New year?", "2025-12-30T01:00:00Z")


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
        forgetful = Web(create_app(replace(parts, installation=installation)), parts, clients)
        browser = await forgetful.signed_in(counter.shop)
        refused = await browser.post("/api/archives", files={"file": ("_chat.txt", EXPORT.encode())})
        assert (refused.status_code, refused.json()["code"]) == (409, "chats_not_kept")
