from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest

from hebah.adapters.blobs.filesystem import FilesystemBlobs
from hebah.app.joints import SeesFilesInChats
from hebah.app.web import Parts
from hebah.media import actions, reads
from hebah.media.api import ROUTES
from hebah.media.model import Media, ReceivedFile
from tests.integration.conftest import Web

FILM = b"\x00\x00\x00\x18ftypmp42" + bytes(range(200))
PAGE = b"<html><script>alert(1)</script></html>"


@pytest.fixture
def blobs(tmp_path: Path) -> FilesystemBlobs:
    return FilesystemBlobs(tmp_path / "media")


@pytest.fixture
def parts(parts: Parts, blobs: FilesystemBlobs) -> Parts:
    return replace(parts, routes=ROUTES, provided={"blobs": blobs, "seen_files": SeesFilesInChats()})


async def keep(web: Web, blobs: FilesystemBlobs, workspace_id: UUID, data: bytes, mime: str, name: str = "") -> Media:
    return await actions.add_file(web.db, blobs, web.clock, ReceivedFile(workspace_id, data, mime, name))


async def test_the_same_bytes_are_one_file_however_often_they_come(web: Web, blobs: FilesystemBlobs) -> None:
    owner = await web.found()
    first = await keep(web, blobs, owner.workspace_id, FILM, "video/mp4", "satu.mp4")
    again = await keep(web, blobs, owner.workspace_id, FILM, "video/mp4", "dua.mp4")
    assert again == first
    assert await reads.read_bytes(web.db, blobs, owner.workspace_id, first.id) == (first, FILM)


async def test_a_film_is_shown_and_given_in_parts(web: Web, blobs: FilesystemBlobs) -> None:
    owner = await web.found()
    film = await keep(web, blobs, owner.workspace_id, FILM, "video/mp4")
    browser = await web.signed_in(owner)
    whole = await browser.get(f"/media/{film.id}")
    assert (whole.status_code, whole.content, whole.headers["content-type"]) == (200, FILM, "video/mp4")
    assert whole.headers["content-disposition"] == "inline"
    part = await browser.get(f"/media/{film.id}", headers={"Range": "bytes=4-11"})
    assert (part.status_code, part.content) == (206, b"ftypmp42")
    assert part.headers["content-range"] == f"bytes 4-11/{len(FILM)}"


async def test_a_page_somebody_sends_is_for_keeping_and_never_shown(web: Web, blobs: FilesystemBlobs) -> None:
    owner = await web.found()
    page = await keep(web, blobs, owner.workspace_id, PAGE, "text/html", 'har"ga\r\n.html')
    answer = await (await web.signed_in(owner)).get(f"/media/{page.id}")
    assert answer.headers["content-disposition"] == "attachment; filename*=UTF-8''har%22ga%0D%0A.html"
    assert "sandbox" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_a_file_of_another_workspace_is_not_there(web: Web, blobs: FilesystemBlobs) -> None:
    ours, theirs = await web.found(), await web.found()
    film = await keep(web, blobs, ours.workspace_id, FILM, "video/mp4")
    assert (await (await web.signed_in(theirs)).get(f"/media/{film.id}")).status_code == 404
