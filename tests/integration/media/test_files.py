import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID

import pytest

from hebah.adapters.blobs.filesystem import FilesystemBlobs
from hebah.media import actions, reads
from hebah.media.model import Media, ReceivedFile
from tests.integration.conftest import Web

FILM = b"\x00\x00\x00\x18ftypmp42" + bytes(range(200))
PAGE = b"<html><script>alert(1)</script></html>"


async def keep(web: Web, blobs: FilesystemBlobs, workspace_id: UUID, data: bytes, mime: str, name: str = "") -> Media:
    return await actions.add_file(web.db, blobs, web.clock, ReceivedFile(workspace_id, in_pieces(data), mime, name))


async def in_pieces(data: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(data), 50):
        yield data[start : start + 50]


async def test_the_same_bytes_are_one_file_however_often_they_come(web: Web, blobs: FilesystemBlobs) -> None:
    owner = await web.found()
    first = await keep(web, blobs, owner.workspace_id, FILM, "video/mp4", "satu.mp4")
    again = await keep(web, blobs, owner.workspace_id, FILM, "video/mp4", "dua.mp4")
    assert again == first
    found, blob = await reads.open_file(web.db, blobs, owner.workspace_id, first.id)
    assert (found, b"".join([piece async for piece in blob.pieces()])) == (first, FILM)


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


@pytest.mark.parametrize(
    ("asked", "status", "start", "stop"),
    [
        ("bytes=0-0", 206, 0, 1),
        ("bytes=200-", 206, 200, len(FILM)),
        ("bytes=-4", 206, len(FILM) - 4, len(FILM)),
        ("bytes=-999999", 206, 0, len(FILM)),
        ("bytes=100-999999", 206, 100, len(FILM)),
        ("bytes=9-3", 200, 0, len(FILM)),
        ("bytes=0-1,4-5", 200, 0, len(FILM)),
        ("seconds=1-2", 200, 0, len(FILM)),
    ],
)
async def test_a_player_is_given_the_part_it_asks_for(
    web: Web, blobs: FilesystemBlobs, asked: str, status: int, start: int, stop: int
) -> None:
    owner = await web.found()
    film = await keep(web, blobs, owner.workspace_id, FILM, "video/mp4")
    answer = await (await web.signed_in(owner)).get(f"/media/{film.id}", headers={"Range": asked})
    assert (answer.status_code, answer.content) == (status, FILM[start:stop])
    assert answer.headers["content-length"] == str(stop - start)
    told = answer.headers.get("content-range")
    assert told == (f"bytes {start}-{stop - 1}/{len(FILM)}" if status == 206 else None)


@pytest.mark.parametrize("asked", [f"bytes={len(FILM)}-", "bytes=-0"])
async def test_a_part_beyond_the_end_is_refused_and_the_size_told(web: Web, blobs: FilesystemBlobs, asked: str) -> None:
    owner = await web.found()
    film = await keep(web, blobs, owner.workspace_id, FILM, "video/mp4")
    answer = await (await web.signed_in(owner)).get(f"/media/{film.id}", headers={"Range": asked})
    assert (answer.status_code, answer.content) == (416, b"")
    assert answer.headers["content-range"] == f"bytes */{len(FILM)}"


async def test_a_browser_that_has_the_file_need_not_fetch_it_again(web: Web, blobs: FilesystemBlobs) -> None:
    owner = await web.found()
    film = await keep(web, blobs, owner.workspace_id, FILM, "video/mp4")
    browser = await web.signed_in(owner)
    first = await browser.get(f"/media/{film.id}")
    assert "immutable" in first.headers["cache-control"]
    known = first.headers["etag"]
    again = await browser.get(f"/media/{film.id}", headers={"If-None-Match": known})
    assert (again.status_code, again.content) == (304, b"")
    rest = await browser.get(f"/media/{film.id}", headers={"Range": "bytes=4-", "If-Range": known})
    assert rest.content == FILM[4:]
    other = await browser.get(f"/media/{film.id}", headers={"Range": "bytes=4-", "If-Range": '"another"'})
    assert (other.status_code, other.content) == (200, FILM)


async def test_a_large_file_is_given_whole(web: Web, blobs: FilesystemBlobs) -> None:
    owner = await web.found()
    large = FILM + bytes(range(256)) * 4000
    film = await keep(web, blobs, owner.workspace_id, large, "video/mp4")
    assert (await (await web.signed_in(owner)).get(f"/media/{film.id}")).content == large


async def test_a_file_whose_bytes_were_lost_is_said_to_be_missing(
    web: Web, blobs: FilesystemBlobs, tmp_path: Path
) -> None:
    owner = await web.found()
    film = await keep(web, blobs, owner.workspace_id, FILM, "video/mp4")
    shutil.rmtree(tmp_path / "media")
    answer = await (await web.signed_in(owner)).get(f"/media/{film.id}")
    assert (answer.status_code, answer.json()["code"]) == (503, "media_missing")


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
