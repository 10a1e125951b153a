"""How long messages and files are kept, how much of it, and what the settings say of both before anything goes."""

import io
import os
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from PIL import Image

from hebah.access.model import Account, Role
from hebah.adapters.blobs.filesystem import FilesystemBlobs
from hebah.app import overview
from hebah.app.joints import LimitsFiles, OffersTransports, SeesFilesInChats
from hebah.app.web import Parts
from hebah.foundation.egress import Egress
from hebah.inbox import jobs
from hebah.inbox.actions import messages as inbox
from hebah.inbox.api import chats, finding, keeping, messages, team
from hebah.inbox.model.messages import Arrived, ReceivedMessage
from hebah.media import actions as media
from hebah.media import api as media_api
from hebah.media import keeping as leaving
from hebah.media.model import ReceivedFile
from hebah.messaging.said import MediaFacts, MessageKind, Said, Target
from hebah.outbox import actions as outbox
from tests.integration.conftest import Web

SITI = "+60123456789"
DAYS = timedelta(days=5)


@pytest.fixture
def blobs(tmp_path: Path) -> FilesystemBlobs:
    return FilesystemBlobs(tmp_path / "media", settled_s=0)


@pytest.fixture
def parts(parts: Parts, blobs: FilesystemBlobs) -> Parts:
    routes = (chats, messages, finding, team, keeping, media_api, overview)
    provided = {
        "blobs": blobs,
        "egress": Egress(),
        "limits": LimitsFiles(parts.db, {}),
        "seen_files": SeesFilesInChats(),
        "transports": OffersTransports({}),
    }
    return replace(parts, routes=[route for each in routes for route in each.ROUTES], provided=provided)


async def pass_time(web: Web, time: timedelta) -> None:
    await web.clock.advance(time)  # type: ignore[attr-defined]  # a ManualClock, as tests have it


async def written(web: Web, shop: Account, device: UUID, said: Said, wire_id: str | None = None) -> UUID:
    """Somebody writes to us now."""
    now = web.clock.now()
    message = ReceivedMessage(
        shop.workspace_id, device, SITI, SITI, wire_id or uuid4().hex, now, from_me=False, said=said
    )
    async with web.db.transaction() as tx:
        await inbox.receive(tx, Arrived(tuple(await inbox.sift(tx, [message], now))), now)
        found: UUID = await tx.fetchval("SELECT id FROM message ORDER BY received_at DESC, id DESC LIMIT 1")
    return found


async def with_file(web: Web, blobs: FilesystemBlobs, message_id: UUID, data: bytes, name: str = "resit.pdf") -> UUID:
    """The file of a message has come."""
    async with web.db.connection() as connection:
        workspace_id = await connection.fetchval("SELECT workspace_id FROM message WHERE id = $1", message_id)
    stored = await media.add_file(web.db, blobs, web.clock, ReceivedFile(workspace_id, data, "application/pdf", name))
    async with web.db.transaction() as tx:
        await tx.execute("UPDATE message SET media_id = $2, media_state = 'ready' WHERE id = $1", message_id, stored.id)
    return stored.id


async def a_document(web: Web, shop: Account, device: UUID, blobs: FilesystemBlobs, data: bytes) -> tuple[UUID, UUID]:
    said = Said(MessageKind.DOCUMENT, media=MediaFacts(b"ref", "application/pdf", len(data), file_name="resit.pdf"))
    message_id = await written(web, shop, device, said)
    return message_id, await with_file(web, blobs, message_id, data)


async def change(owner: httpx.AsyncClient, **settings: int | None) -> None:
    answer = await owner.patch("/api/workspace", json=settings)
    assert answer.status_code == 200, answer.text


async def ask(owner: httpx.AsyncClient, path: str) -> Any:  # Any: as JSON holds it
    answer = await owner.get(path)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def only_chat(owner: httpx.AsyncClient) -> list[Any]:
    (chat,) = (await ask(owner, "/api/chats"))["items"]
    return list((await ask(owner, f"/api/chats/{chat['id']}/messages"))["items"])


async def clear(web: Web, blobs: FilesystemBlobs) -> None:
    """The worker does its rounds."""
    await jobs.remove_expired(web.db, web.clock)
    await pass_time(web, leaving.LEAVES_AFTER + timedelta(minutes=1))
    await leaving.let_leave(web.db, blobs, web.clock)


def files_in(folder: Path) -> int:
    return sum(1 for path in folder.rglob("*") if path.is_file())


async def test_a_file_past_its_time_goes_and_its_message_says_what_it_was(
    web: Web, shop: Account, owner: httpx.AsyncClient, device: UUID, blobs: FilesystemBlobs, tmp_path: Path
) -> None:
    await a_document(web, shop, device, blobs, b"%PDF-old")
    await pass_time(web, DAYS)
    _, young = await a_document(web, shop, device, blobs, b"%PDF-young")
    seen = await ask(owner, "/api/keeping?keepFilesDays=4")
    assert (seen["files"], seen["bytes"], seen["expiredFiles"], seen["expiredBytes"]) == (2, 18, 1, 8)
    await change(owner, keepFilesDays=4)
    await clear(web, blobs)
    newest, oldest = await only_chat(owner)
    assert (newest["media"]["state"], newest["media"]["url"]) == ("ready", f"/media/{young}")
    gone = oldest["media"]
    assert (gone["state"], gone["url"], gone["fileName"], gone["size"]) == ("removed", None, "resit.pdf", 8)
    assert gone["canFetch"] is True
    assert files_in(tmp_path / "media") == 1
    async with web.db.connection() as connection:
        audit = await connection.fetch("SELECT details FROM audit_entry WHERE action = 'files_removed'")
    assert [row["details"] for row in audit] == [{"files": 1, "bytes": 8}]
    assert (await ask(owner, "/api/keeping?keepFilesDays=4"))["expiredFiles"] == 0


async def test_a_file_stays_while_a_young_message_or_a_campaign_or_another_workspace_needs_it(
    web: Web, shop: Account, owner: httpx.AsyncClient, device: UUID, blobs: FilesystemBlobs, tmp_path: Path
) -> None:
    await a_document(web, shop, device, blobs, b"%PDF-again")
    _, poster = await a_document(web, shop, device, blobs, b"%PDF-poster")
    await a_document(web, shop, device, blobs, b"%PDF-shared")
    async with web.db.transaction() as tx:
        await outbox.add_content(tx, shop.workspace_id, "Raya", poster, web.clock.now())
    await pass_time(web, DAYS)
    await a_document(web, shop, device, blobs, b"%PDF-again")  # sent once more: the same file
    other = await web.found()
    await media.add_file(web.db, blobs, web.clock, ReceivedFile(other.workspace_id, b"%PDF-shared", "", ""))
    await change(owner, keepFilesDays=4)
    await clear(web, blobs)
    states = [message["media"]["state"] for message in await only_chat(owner)]
    assert states == ["ready", "removed", "ready", "ready"]
    assert files_in(tmp_path / "media") == 3


async def test_the_picture_of_somebody_who_writes_is_no_old_file(
    web: Web, shop: Account, owner: httpx.AsyncClient, device: UUID, blobs: FilesystemBlobs
) -> None:
    await written(web, shop, device, Said(MessageKind.TEXT, "Salam"))
    picture = await media.add_file(web.db, blobs, web.clock, ReceivedFile(shop.workspace_id, b"jpeg", "image/jpeg", ""))
    async with web.db.transaction() as tx:
        await tx.execute("UPDATE chat SET picture_id = $1", picture.id)
    await change(owner, keepFilesDays=4)
    await pass_time(web, DAYS)
    await clear(web, blobs)
    assert (await owner.get(f"/media/{picture.id}")).status_code == 200


async def test_messages_past_their_time_go_with_all_that_belongs_to_them(
    web: Web, shop: Account, owner: httpx.AsyncClient, device: UUID, blobs: FilesystemBlobs, tmp_path: Path
) -> None:
    await written(web, shop, device, Said(MessageKind.TEXT, "old"), "OLD")
    await written(web, shop, device, Said(MessageKind.REACTION, "👍", target=Target("OLD", from_me=False)))
    await a_document(web, shop, device, blobs, b"%PDF-old")
    await pass_time(web, DAYS)
    await written(web, shop, device, Said(MessageKind.TEXT, "young"))
    assert (await ask(owner, "/api/keeping?keepMessagesDays=4"))["expiredMessages"] == 2
    await change(owner, keepMessagesDays=4)
    await clear(web, blobs)
    assert [message["body"] for message in await only_chat(owner)] == ["young"]
    (chat,) = (await ask(owner, "/api/chats"))["items"]
    assert (chat["unread"], chat["last"]["body"]) == (1, "young")
    async with web.db.connection() as connection:
        assert await connection.fetchval("SELECT count(*) FROM message_change") == 0
    assert files_in(tmp_path / "media") == 0


async def test_a_chat_whose_last_message_has_gone_is_no_line_of_the_list_and_keeps_its_notes(
    web: Web, shop: Account, owner: httpx.AsyncClient, device: UUID, blobs: FilesystemBlobs
) -> None:
    await written(web, shop, device, Said(MessageKind.TEXT, "old"))
    (chat,) = (await ask(owner, "/api/chats"))["items"]
    noted = await owner.post(f"/api/chats/{chat['id']}/notes", json={"body": "pays on Fridays"})
    assert noted.is_success, noted.text
    await pass_time(web, DAYS)
    await change(owner, keepMessagesDays=4)
    await clear(web, blobs)
    assert (await ask(owner, "/api/chats"))["items"] == []
    await written(web, shop, device, Said(MessageKind.TEXT, "back again"))
    (back,) = (await ask(owner, "/api/chats"))["items"]
    assert (back["id"], back["unread"]) == (chat["id"], 1)
    assert len((await ask(owner, f"/api/chats/{chat['id']}/notes"))["items"]) == 1


async def test_everything_stays_where_nobody_set_a_time(
    web: Web, shop: Account, owner: httpx.AsyncClient, device: UUID, blobs: FilesystemBlobs
) -> None:
    await a_document(web, shop, device, blobs, b"%PDF-old")
    await pass_time(web, 500 * DAYS)
    await clear(web, blobs)
    owner = await web.signed_in(shop)  # that session has ended long ago
    assert [message["media"]["state"] for message in await only_chat(owner)] == ["ready"]


async def test_only_an_owner_decides_what_is_kept(web: Web, shop: Account) -> None:
    operator = await web.signed_in(await web.person(shop.workspace_id, Role.OPERATOR))
    assert (await operator.get("/api/keeping")).status_code == 403
    assert (await operator.patch("/api/workspace", json={"keepFilesDays": 1})).status_code == 403


@pytest.mark.parametrize("wrong", [{"keepFilesDays": 0}, {"keepMessagesDays": 40_000}, {"mediaQuota": 0}])
async def test_a_time_or_a_quota_that_nobody_could_mean_is_refused(
    owner: httpx.AsyncClient, wrong: dict[str, int]
) -> None:
    answer = await owner.patch("/api/workspace", json=wrong)
    assert (answer.status_code, answer.json()["data"]["fields"]) == (422, dict.fromkeys(wrong, "out_of_range"))


async def upload(owner: httpx.AsyncClient) -> httpx.Response:
    drawn = io.BytesIO()
    Image.frombytes("RGB", (64, 64), os.urandom(64 * 64 * 3)).save(drawn, "JPEG")
    return await owner.post("/api/media", files={"file": ("photo.jpg", drawn.getvalue(), "image/jpeg")})


async def test_an_upload_beyond_the_quota_is_refused_and_the_overview_warns_before(
    owner: httpx.AsyncClient, device: UUID
) -> None:
    first = await upload(owner)
    assert first.status_code == 201
    size = first.json()["size"]
    await change(owner, mediaQuota=size + size // 20)
    refused = await upload(owner)
    assert refused.status_code == 409
    assert refused.json()["code"] == "media_quota_reached"
    facts = refused.json()["data"]
    assert (facts["used"], facts["quota"]) == (size, size + size // 20)
    warnings = [item for item in (await ask(owner, "/api/overview"))["attention"] if item["kind"] == "storage"]
    assert [(item["code"], item["data"]["bytes"]) for item in warnings] == [("quota_near", size)]
    await change(owner, mediaQuota=None)
    assert (await upload(owner)).status_code == 201


async def test_a_file_whose_bytes_are_lost_is_asked_for_again(
    web: Web, shop: Account, owner: httpx.AsyncClient, device: UUID, blobs: FilesystemBlobs, tmp_path: Path
) -> None:
    message_id, media_id = await a_document(web, shop, device, blobs, b"%PDF-lost")
    assert (await owner.post(f"/api/messages/{message_id}/media")).status_code == 202
    assert [message["media"]["state"] for message in await only_chat(owner)] == ["ready"]
    for path in (tmp_path / "media").rglob("*"):
        if path.is_file():
            path.unlink()
    lost = await owner.get(f"/media/{media_id}")
    assert (lost.status_code, lost.json()["code"]) == (503, "media_missing")
    assert (await owner.post(f"/api/messages/{message_id}/media")).status_code == 202
    assert [message["media"]["state"] for message in await only_chat(owner)] == ["waiting"]


async def test_bytes_that_are_stored_again_while_they_leave_are_not_lost(
    web: Web, shop: Account, device: UUID, tmp_path: Path
) -> None:
    careful = FilesystemBlobs(tmp_path / "media")  # nothing that was stored a moment ago is removed
    file = ReceivedFile(shop.workspace_id, b"%PDF-hot", "application/pdf", "a.pdf")
    stored = await media.add_file(web.db, careful, web.clock, file)
    async with web.db.transaction() as tx:
        await leaving.remove(tx, shop.workspace_id, [stored.id], web.clock.now())
    await pass_time(web, leaving.LEAVES_AFTER + timedelta(minutes=1))
    assert await leaving.let_leave(web.db, careful, web.clock) == 0
    again = await media.add_file(web.db, careful, web.clock, file)
    assert await leaving.let_leave(web.db, careful, web.clock) == 0
    kept = await careful.find(again.sha256)
    assert kept is not None
    assert b"".join([piece async for piece in kept.pieces()]) == b"%PDF-hot"
