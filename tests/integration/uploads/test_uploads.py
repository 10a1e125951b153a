"""A file that arrives in pieces: cut anywhere, gone on with, checked at its end, taken in like any other."""

import hashlib
import os
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from hebah.access.model import Account, Role
from hebah.app.web import Parts
from hebah.archives.api import archives
from hebah.contacts.api import imports
from hebah.foundation.clock import ManualClock
from hebah.foundation.postgres import Database
from hebah.uploads import api, jobs, store
from hebah.uploads.actions import Pile
from hebah.uploads.rules import MOST_WAITING
from tests.integration.conftest import Web

Json = dict[str, Any]
PIECE = 1 << 20
FILE = b"phone,name\n" + b"".join(b"+6012%07d,Person\n" % number for number in range(120_000))


def digest(content: bytes) -> str:
    """As a browser makes it."""
    pieces = (content[begin : begin + PIECE] for begin in range(0, len(content), PIECE))
    return hashlib.sha256(b"".join(hashlib.sha256(piece).digest() for piece in pieces)).hexdigest()


@dataclass
class Sender:
    """A browser that sends a file in pieces."""

    browser: httpx.AsyncClient
    pile: Pile
    shop: Account

    async def offer(self, content: bytes = FILE, name: str = "people.csv") -> httpx.Response:
        told = {"fileName": name, "fileSize": len(content), "modifiedAt": "2026-01-02T03:04:05Z"}
        return await self.browser.post("/api/uploads", json=told)

    async def begin(self, content: bytes = FILE, name: str = "people.csv") -> Json:
        answer = await self.offer(content, name)
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    async def put(self, upload: Json, offset: int, piece: bytes) -> httpx.Response:
        address = f"/api/uploads/{upload['id']}"
        return await self.browser.put(address, params={"offset": offset}, content=piece)

    async def send(self, upload: Json, content: bytes = FILE, begin: int = 0, end: int | None = None) -> Json:
        """The bytes from one place to another, a piece at a time."""
        until, sent = len(content) if end is None else end, upload
        for offset in range(begin, until, PIECE):
            answer = await self.put(upload, offset, content[offset : min(offset + PIECE, until)])
            assert answer.status_code == 200, answer.text
            sent = dict(answer.json())
        return sent

    async def take(self, upload: Json, told: str | None, where: str = "imports") -> httpx.Response:
        return await self.browser.post(f"/api/{where}/uploaded", json={"uploadId": upload["id"], "digest": told})

    def lying(self) -> list[str]:
        """Whose bytes lie here in pieces."""
        return [path.name for path in self.pile.folder.iterdir()] if self.pile.folder.is_dir() else []


@pytest.fixture
def parts(parts: Parts, tmp_path: Path) -> Parts:
    routes = (*api.ROUTES, *imports.ROUTES, *archives.ROUTES)
    return replace(parts, routes=routes, provided={"uploads": tmp_path / "uploads"})


@pytest.fixture
async def sender(web: Web, database: Database, clock: ManualClock, tmp_path: Path) -> Sender:
    shop = await web.found()
    operator = await web.signed_in(await web.person(shop.workspace_id, Role.OPERATOR))
    return Sender(operator, Pile(database, clock, tmp_path / "uploads"), shop)


async def test_an_upload_that_was_cut_goes_on_from_where_it_was(sender: Sender) -> None:
    upload = await sender.begin()
    cut = await sender.send(upload, end=PIECE)
    assert (cut["received"], len(FILE) > 2 * PIECE) == (PIECE, True)

    # The page was loaded again and the same file chosen: it is the same upload, and the beginning of it is the file's.
    again = await sender.begin()
    assert (again["id"], again["received"], again["digest"]) == (upload["id"], PIECE, digest(FILE[:PIECE]))
    listed = (await sender.browser.get("/api/uploads")).json()["items"]
    assert [(one["fileName"], one["received"], one["fileSize"]) for one in listed] == [("people.csv", PIECE, len(FILE))]
    whole = await sender.send(upload, begin=PIECE)
    assert whole["received"] == len(FILE)

    taken = await sender.take(upload, digest(FILE))
    assert (taken.status_code, taken.json()["state"], taken.json()["columns"]) == (201, "mapping", ["phone", "name"])
    assert (taken.json()["fileName"], taken.json()["fileSize"]) == ("people.csv", len(FILE))
    assert (sender.lying(), (await sender.browser.get("/api/uploads")).json()) == ([], {"items": []})


async def test_an_exported_chat_may_come_in_pieces_too(sender: Sender) -> None:
    chat = b"24/12/2025, 09:01 - Mei Ling: Good morning\n" * 40_000
    upload = await sender.begin(chat, "_chat.txt")
    await sender.send(upload, chat)
    taken = await sender.take(upload, digest(chat), "archives")
    assert (taken.status_code, taken.json()["found"]["messages"]) == (201, 40_000)


async def test_a_piece_that_is_not_the_next_changes_nothing_and_is_told_where_to_go_on(sender: Sender) -> None:
    upload = await sender.begin()
    await sender.send(upload, end=PIECE)
    for offset in (0, 2 * PIECE, -1):
        refused = await sender.put(upload, offset, FILE[:PIECE])
        assert (refused.status_code, refused.json()["code"]) == (409, "upload_at_another_offset")
        assert refused.json()["data"] == {"received": PIECE}
    too_long = await sender.put(upload, PIECE, FILE)
    assert (too_long.status_code, too_long.json()["code"]) == (422, "upload_too_long")
    assert (await sender.begin())["digest"] == digest(FILE[:PIECE])


async def test_only_a_whole_file_with_the_right_content_is_taken_in(sender: Sender) -> None:
    upload = await sender.begin()
    await sender.send(upload, end=PIECE)
    early = await sender.take(upload, digest(FILE))
    assert (early.status_code, early.json()["code"]) == (409, "upload_unfinished")
    await sender.send(upload, begin=PIECE)
    refused = await sender.take(upload, digest(FILE[:-1] + b"x"))
    assert (refused.status_code, refused.json()["code"]) == (422, "upload_differs")
    assert (sender.lying(), (await sender.browser.get("/api/imports")).json()) == ([], {"items": []})
    # Chosen again, it begins anew.
    assert (await sender.begin())["received"] == 0


async def test_what_a_dying_process_wrote_is_written_again(sender: Sender, monkeypatch: pytest.MonkeyPatch) -> None:
    upload = await sender.begin()

    async def dying(*_: object) -> None:
        raise RuntimeError("gone")

    with monkeypatch.context() as patched:
        patched.setattr(store, "advance", dying)
        assert (await sender.put(upload, 0, b"x" * (PIECE + 5))).status_code == 500
    assert (await sender.begin())["received"] == 0
    await sender.send(upload)
    assert (await sender.take(upload, digest(FILE))).status_code == 201


async def test_a_file_that_is_refused_for_what_it_is_does_not_stay(sender: Sender) -> None:
    upload = await sender.begin(b"%PDF-1.7 something")
    await sender.send(upload, b"%PDF-1.7 something")
    refused = await sender.take(upload, None)
    assert (refused.status_code, refused.json()["code"], sender.lying()) == (422, "not_a_spreadsheet", [])


async def test_an_empty_or_too_large_file_is_refused_before_it_is_sent(sender: Sender) -> None:
    empty = await sender.offer(b"")
    assert (empty.status_code, empty.json()["code"]) == (422, "empty_file")
    told = {"fileName": "big.zip", "fileSize": 201 * PIECE, "modifiedAt": None}
    refused = await sender.browser.post("/api/uploads", json=told)
    assert (refused.status_code, refused.json()["code"]) == (413, "file_too_large")
    # Each import has its own limit, and says so.
    upload = await sender.begin(FILE, "people.csv")
    refused = await sender.put(upload, 0, b"x" * (4 * PIECE + 1))
    assert refused.status_code == 413


async def test_nobody_else_goes_on_with_an_upload(sender: Sender, web: Web) -> None:
    upload = await sender.begin()
    colleague = await web.signed_in(await web.person(sender.shop.workspace_id, Role.OPERATOR))
    stranger = await web.signed_in(await web.found())
    for other in (colleague, stranger):
        path = f"/api/uploads/{upload['id']}"
        assert (await other.put(path, content=FILE[:PIECE])).status_code == 404
        assert (await other.delete(path)).status_code == 404
        taken = await other.post("/api/imports/uploaded", json={"uploadId": upload["id"], "digest": None})
        assert taken.status_code == 404
        assert (await other.get("/api/uploads")).json() == {"items": []}


async def test_an_upload_that_is_given_up_leaves_nothing(sender: Sender) -> None:
    upload = await sender.begin()
    await sender.send(upload, end=PIECE)
    assert (await sender.browser.delete(f"/api/uploads/{upload['id']}")).status_code == 204
    assert (sender.lying(), (await sender.begin())["received"]) == ([], 0)


async def test_of_many_unfinished_files_the_oldest_makes_room(sender: Sender, clock: ManualClock) -> None:
    begun = []
    for number in range(MOST_WAITING + 1):
        begun.append(await sender.begin(name=f"{number}.csv"))
        await sender.send(begun[-1], end=PIECE)
        await clock.advance(timedelta(seconds=1))
    assert sorted(sender.lying()) == sorted(upload["id"] for upload in begun[1:])


async def test_half_a_file_that_nobody_goes_on_with_is_forgotten_after_two_days(
    sender: Sender, clock: ManualClock
) -> None:
    upload = await sender.begin()
    await sender.send(upload, end=PIECE)
    (path,) = sender.pile.folder.iterdir()
    os.utime(path, times=(clock.now().timestamp(), clock.now().timestamp()))
    await clock.advance(timedelta(days=1))
    assert await jobs.forget_pieces(sender.pile) == 0
    await clock.advance(timedelta(days=1, hours=1))
    assert await jobs.forget_pieces(sender.pile) == 1
    assert (await sender.begin())["received"] == 0
