"""Files that people want to send are taken in as what they are, or refused with their reason; nothing stays behind."""

from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID

import av
import httpx
import pytest
from PIL import Image

from hebah.access.model import Role
from tests.integration.conftest import Web
from tests.integration.media.conftest import CARRIED, NARROW
from tests.sample_files import filmed, moving_gif, photograph, picture_file, recorded

Json = dict[str, Any]
FILM = filmed()
SPOKEN = recorded("webm", "libopus")
DRAWING = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"


@pytest.fixture
async def browser(web: Web) -> httpx.AsyncClient:
    return await web.signed_in(await web.found())


async def upload(
    browser: httpx.AsyncClient,
    kind: str,
    data: bytes,
    name: str = "file",
    mime: str = "application/octet-stream",
    device_id: UUID | None = None,
) -> httpx.Response:
    fields = {"kind": kind} | ({} if device_id is None else {"deviceId": str(device_id)})
    return await browser.post("/api/media", data=fields, files={"file": (name, data, mime)})


async def taken(browser: httpx.AsyncClient, kind: str, data: bytes, name: str = "file", mime: str = "") -> Json:
    answer = await upload(browser, kind, data, name, mime or "application/octet-stream")
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def served(browser: httpx.AsyncClient, media: Json) -> httpx.Response:
    answer = await browser.get(f"/media/{media['id']}")
    assert answer.status_code == 200
    assert len(answer.content) == media["size"]
    return answer


def kept_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.mark.parametrize(("container", "codec"), [("webm", "libopus"), ("mp4", "aac"), ("ogg", "libopus")])
async def test_a_recording_becomes_a_voice_note_with_its_length_and_waveform(
    browser: httpx.AsyncClient, container: str, codec: str
) -> None:
    note = await taken(browser, "voice", recorded(container, codec, 3), f"voice.{container}")

    assert (note["mime"], note["seconds"], len(note["waveform"]), max(note["waveform"])) == ("audio/ogg", 3, 64, 100)
    with av.open(BytesIO((await served(browser, note)).content), mode="r") as sound:
        assert sound.streams.audio[0].codec_context.name == "opus"


async def test_an_mp4_stays_as_it_is_and_tells_its_size_and_length(browser: httpx.AsyncClient) -> None:
    film = await taken(browser, "video", FILM, "kedai.mp4", "video/mp4")

    assert (film["mime"], film["width"], film["height"], film["seconds"]) == ("video/mp4", 96, 64, 2)
    answer = await served(browser, film)
    assert (answer.content, answer.headers["content-disposition"]) == (FILM, "inline")


async def test_an_animated_gif_sent_as_a_video_becomes_an_mp4(browser: httpx.AsyncClient) -> None:
    film = await taken(browser, "video", moving_gif(10), "party.gif", "image/gif")

    assert (film["mime"], film["width"], film["height"], film["seconds"]) == ("video/mp4", 52, 32, 2)
    with av.open(BytesIO((await served(browser, film)).content), mode="r") as video:
        assert video.streams.video[0].codec_context.name == "h264"


async def test_a_sound_stays_as_it_is_and_tells_its_length(browser: httpx.AsyncClient) -> None:
    song = recorded("mp3", "libmp3lame", 3)
    sound = await taken(browser, "audio", song, "raya.mp3", "audio/mpeg")

    assert (sound["mime"], sound["seconds"], sound["fileName"]) == ("audio/mpeg", 3, "raya.mp3")
    assert (await served(browser, sound)).content == song


async def test_a_photograph_is_made_small_and_leaves_its_place_at_home(browser: httpx.AsyncClient) -> None:
    exif = Image.Exif()
    exif[0x8825] = {1: "N", 2: (3.0, 8.0, 51.0), 3: "E", 4: (101.0, 41.0, 36.0)}
    exif[0x0112] = 6
    photo = picture_file(photograph(3000, 2000), "JPEG", quality=92, exif=exif)
    picture = await taken(browser, "image", photo, "DCIM 1.jpg", "image/jpeg")

    assert picture["size"] <= 350 * 1024 < len(photo)
    assert (picture["width"], picture["height"]) == (1067, 1600)
    with Image.open(BytesIO((await served(browser, picture)).content)) as shown:
        assert not dict(shown.getexif())
        assert shown.size == (1067, 1600)


@pytest.mark.parametrize(
    ("data", "name", "mime", "kept_as"),
    [
        (DRAWING, "logo.svg", "image/svg+xml", "application/octet-stream"),
        (b"<!DOCTYPE html><script>alert(1)</script>", "harga.html", "text/html", "text/html"),
        (b"%PDF-1.7\n" + bytes(500), "Harga 2026.pdf", "application/pdf", "application/pdf"),
        (b"GIF89a/*" + bytes(20) + b"*/=1;alert(1)", "both.js", "text/javascript", "image/gif"),
        (FILM, "kedai.mp4", "video/mp4", "video/mp4"),
    ],
    ids=["drawing", "page", "pdf", "picture-and-script", "film"],
)
async def test_a_document_of_any_type_is_taken_and_nothing_that_could_act_is_shown(
    browser: httpx.AsyncClient, data: bytes, name: str, mime: str, kept_as: str
) -> None:
    document = await taken(browser, "document", data, name, mime)

    assert (document["mime"], document["fileName"]) == (kept_as, name)
    answer = await served(browser, document)
    assert answer.content == data
    shown = kept_as.startswith(("image/", "video/"))
    assert answer.headers["content-disposition"].startswith("inline" if shown else "attachment; filename*=UTF-8''")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-security-policy"] == "sandbox; default-src 'none'"


@pytest.mark.parametrize(
    ("kind", "data", "status", "code"),
    [
        ("voice", b"", 422, "upload_empty"),
        ("document", b"", 422, "upload_empty"),
        ("voice", b"\xff\xd8\xff" + bytes(400), 422, "file_is_another_kind"),
        ("voice", b"#EXTM3U\nfile:///etc/hostname", 422, "file_is_another_kind"),
        ("voice", SPOKEN[:200], 422, "not_a_recording"),
        ("voice", FILM, 422, "not_a_recording"),
        ("video", filmed("webm", "libvpx"), 422, "file_is_another_kind"),
        ("video", b"MZ\x90\x00" + bytes(400), 422, "file_is_another_kind"),
        ("video", filmed(codec="mpeg4"), 422, "film_not_playable"),
        ("video", recorded("mp4", "aac"), 422, "film_not_playable"),
        ("video", FILM[: len(FILM) // 3], 422, "film_damaged"),
        ("video", moving_gif(1), 422, "not_an_animation"),
        ("audio", DRAWING, 422, "file_is_another_kind"),
        ("audio", recorded("wav", "pcm_s16le"), 422, "file_is_another_kind"),
        ("audio", b"ID3" + bytes(400), 422, "not_a_recording"),
        ("image", DRAWING, 422, "not_a_picture"),
        ("image", FILM, 422, "not_a_picture"),
        ("image", picture_file(photograph(400, 300), "JPEG")[:3000], 422, "picture_damaged"),
        ("sticker", b"RIFF", 422, "invalid"),
        ("hologram", b"RIFF", 422, "invalid"),
    ],
)
async def test_what_cannot_be_sent_is_refused_with_its_reason(
    browser: httpx.AsyncClient, tmp_path: Path, kind: str, data: bytes, status: int, code: str
) -> None:
    answer = await upload(browser, kind, data)

    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    assert kept_in(tmp_path / "media") == []


async def test_a_file_larger_than_the_number_can_send_is_refused_and_the_limit_told(
    browser: httpx.AsyncClient, tmp_path: Path
) -> None:
    document = bytes(CARRIED[NARROW] + 1)
    refused = await upload(browser, "document", document, device_id=NARROW)

    assert (refused.status_code, refused.json()["code"]) == (413, "upload_too_large")
    assert refused.json()["data"] == {"size": len(document), "limit": CARRIED[NARROW]}
    assert kept_in(tmp_path / "media") == []
    assert (await upload(browser, "document", document)).status_code == 201


async def test_an_upload_beyond_every_limit_is_refused_before_it_is_read(browser: httpx.AsyncClient) -> None:
    told = {"Content-Type": "multipart/form-data; boundary=x", "Content-Length": str(200 * 1024 * 1024)}
    answer = await browser.post("/api/media", content=b"--x\r\n", headers=told)

    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


async def test_an_agent_who_may_answer_may_send_files(web: Web) -> None:
    shop = await web.found()
    agent = await web.signed_in(await web.person(shop.workspace_id, Role.AGENT))
    note = await taken(agent, "voice", SPOKEN)
    assert note["mime"].startswith("audio/ogg")


async def test_the_same_file_sent_twice_is_kept_once(browser: httpx.AsyncClient, tmp_path: Path) -> None:
    first = await taken(browser, "document", FILM, "kedai.mp4", "video/mp4")
    again = await taken(browser, "video", FILM, "lain.mp4", "video/mp4")

    assert (again["id"], again["seconds"], again["width"]) == (first["id"], 2, 96)
    assert len(kept_in(tmp_path / "media")) == 1
