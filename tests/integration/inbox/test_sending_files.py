"""Files said by hand stand in the chat at once as what they are, and reach the gateway with all that is known."""

from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest

from hebah.access.model import Account
from hebah.adapters.blobs.filesystem import FilesystemBlobs
from hebah.app.gateway import StoredFiles
from hebah.app.joints import LimitsFiles, OffersTransports, SeesFilesInChats
from hebah.app.web import Parts
from hebah.foundation.egress import Egress
from hebah.gateway.outgoing import MediaOut, Outgoing
from hebah.gateway.saying import outgoing_of
from hebah.inbox.api import chats, messages
from hebah.media import api as media
from hebah.messaging.said import MessageKind
from tests.integration.conftest import Web
from tests.integration.inbox.conftest import online
from tests.integration.inbox.test_inbox import arrive, claim, only_chat, words
from tests.sample_files import filmed, photograph, picture_file, recorded

Json = dict[str, Any]
LARGE = b"%PDF-1.7\n" + bytes(range(256)) * 8000
FILES = {
    "image": picture_file(photograph(600, 400), "PNG"),
    "voice": recorded("webm", "libopus", 3),
    "video": filmed(),
    "audio": recorded("mp3", "libmp3lame"),
    "document": LARGE,
}


@pytest.fixture
def blobs(tmp_path: Path) -> FilesystemBlobs:
    return FilesystemBlobs(tmp_path)


@pytest.fixture
def parts(parts: Parts, blobs: FilesystemBlobs) -> Parts:
    routes = (*chats.ROUTES, *messages.ROUTES, *media.ROUTES)
    provided = {
        "blobs": blobs,
        "limits": LimitsFiles(parts.db, {}),
        "seen_files": SeesFilesInChats(),
        "egress": Egress(),
        "transports": OffersTransports({}),
    }
    return replace(parts, routes=routes, provided=provided)


@pytest.fixture
async def chat(web: Web, shop: Account, device: UUID, owner: httpx.AsyncClient) -> Json:
    await arrive(web, shop, device, "Ada gambar?")
    return await only_chat(owner)


async def uploaded(owner: httpx.AsyncClient, kind: str, name: str = "fail.bin", device: UUID | None = None) -> Json:
    fields = {"kind": kind} | ({} if device is None else {"deviceId": str(device)})
    answer = await owner.post("/api/media", data=fields, files={"file": (name, FILES[kind])})
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def say(owner: httpx.AsyncClient, chat: Json, body: str = "", **said: object) -> httpx.Response:
    return await owner.post(f"/api/chats/{chat['id']}/messages", json=words(body, **said))


async def on_the_wire(web: Web, shop: Account, device: UUID, blobs: FilesystemBlobs) -> tuple[MediaOut, bytes]:
    """What the gateway hands to the link of the device."""
    (dispatch,) = await claim(web, shop, device)
    assert dispatch.media_id is not None
    file = await StoredFiles(web.db, blobs).file(shop.workspace_id, dispatch.media_id)
    message = outgoing_of(dispatch, file)
    assert isinstance(message, Outgoing)
    assert isinstance(message.content, MediaOut)
    return message.content, b"".join([piece async for piece in message.content.source.read()])


@pytest.mark.parametrize(
    ("kind", "mime", "size", "seconds"),
    [
        ("image", "image/jpeg", (600, 400), 0),
        ("voice", "audio/ogg; codecs=opus", (0, 0), 3),
        ("video", "video/mp4", (96, 64), 2),
        ("audio", "audio/mpeg", (0, 0), 2),
        ("document", "application/pdf", (0, 0), 0),
    ],
)
async def test_a_file_stands_in_the_chat_at_once_and_goes_out_with_everything_that_is_known_of_it(
    web: Web,
    shop: Account,
    device: UUID,
    owner: httpx.AsyncClient,
    chat: Json,
    blobs: FilesystemBlobs,
    kind: str,
    mime: str,
    size: tuple[int, int],
    seconds: int,
) -> None:
    stored = await uploaded(owner, kind, device=device)
    claims: Json = {"seconds": 99, "waveform": [1] * 64} if kind == "voice" else {}
    answer = await say(owner, chat, kind=kind, mediaId=stored["id"], fileName="Harga 2026.pdf", **claims)
    assert answer.status_code == 201, answer.text
    shown = answer.json()["media"]
    assert (shown["url"], shown["state"]) == (f"/media/{stored['id']}", "ready")
    assert (shown["mime"], shown["size"], shown["seconds"]) == (mime, stored["size"], seconds)
    assert shown["waveform"] == stored["waveform"], "what the server heard counts, not what it is told"
    assert (shown["thumbnail"] is not None) is (kind in {"image", "video"})

    sent, data = await on_the_wire(web, shop, device, blobs)
    assert (sent.kind, sent.mime, sent.seconds, (sent.width, sent.height)) == (MessageKind(kind), mime, seconds, size)
    assert sent.file_name == ("Harga 2026.pdf" if kind in {"audio", "document"} else "")
    assert list(sent.waveform) == stored["waveform"]
    assert (sent.source.size, len(data)) == (stored["size"], stored["size"])
    assert sent.thumbnail.startswith(b"\xff\xd8") if kind in {"image", "video"} else sent.thumbnail == b""
    if kind == "document":
        assert data == LARGE


@pytest.mark.parametrize(("stored_as", "said_as"), [("document", "image"), ("image", "video"), ("audio", "voice")])
async def test_a_file_cannot_be_said_as_what_it_is_not(
    owner: httpx.AsyncClient, chat: Json, stored_as: str, said_as: str
) -> None:
    stored = await uploaded(owner, stored_as)
    answer = await say(owner, chat, kind=said_as, mediaId=stored["id"])
    assert (answer.status_code, answer.json()["data"]["fields"]) == (422, {"mediaId": "another_kind"})


async def test_sounds_have_no_room_for_words(owner: httpx.AsyncClient, chat: Json) -> None:
    stored = await uploaded(owner, "audio")
    answer = await say(owner, chat, kind="audio", mediaId=stored["id"], body="Dengar ini")
    assert (answer.status_code, answer.json()["data"]["fields"]) == (422, {"body": "not_possible"})


async def test_a_number_of_another_workspace_limits_nothing_here(web: Web, owner: httpx.AsyncClient) -> None:
    elsewhere = await online(web, await web.found(), "Jiran")
    fields = {"kind": "document", "deviceId": str(elsewhere)}
    answer = await owner.post("/api/media", data=fields, files={"file": ("a.pdf", LARGE)})
    assert answer.status_code == 404
