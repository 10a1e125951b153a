"""Names that are not ours, paths that lead elsewhere, and files that are two things at once."""

import io
import itertools
import zipfile
from pathlib import Path

import pytest
from PIL import Image

from hebah.foundation.ids import make_id
from tests.integration.conftest import Web
from tests.integration.web.doors import code_of

FOREIGN_HOSTS = [
    "evil.example",
    "hebah.test.evil.example",
    "evil.example:80",
    "hebah.test@evil.example",
    "127.0.0.1.nip.io",
    "169.254.169.254.nip.io",
    "a/?x=",
    "a b",
    "[::1",
    "",
    "evil.example#hebah.test",
    "\\\\evil.example",
]


DOORS = (("GET", "/api/me"), ("GET", "/api/setup"), ("POST", "/api/leads"), ("GET", "/"))


async def test_under_a_name_that_is_not_ours_nothing_is_answered(web: Web) -> None:
    browser = await web.signed_in(await web.found())
    for (method, path), host in itertools.product(DOORS, FOREIGN_HOSTS):
        answer = await browser.request(method, path, headers={"Host": host, "Origin": f"http://{host}"})
        assert answer.status_code in {400, 403}, (path, host, answer.text)


async def test_a_forwarded_name_is_not_believed(web: Web) -> None:
    browser = await web.signed_in(await web.found())
    headers = {"X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example", "Origin": "http://evil.example"}
    assert await code_of(await browser.post("/api/leads", json={}, headers=headers)) == (403, "origin_refused")
    shown = await browser.get("/", headers={"X-Forwarded-Host": "evil.example", "X-Original-URL": "/api/users"})
    assert "evil.example" not in shown.text + str(shown.headers)


ELSEWHERE = [
    "..%2f..%2foutside.txt",
    "%2e%2e/%2e%2e/outside.txt",
    "..%5c..%5coutside.txt",
    "....//....//outside.txt",
    "%252e%252e%252foutside.txt",
    "..;/outside.txt",
    "outside.txt%00.png",
    "/etc/passwd",
    "//etc/passwd",
    "file:///etc/passwd",
    ".stamp",
    "assets/..%2f.stamp",
    "assets%2f..%2f.stamp",
]


PLACES = ("/", "/assets/", "/media/", "/media/{here}/")


async def test_no_path_leads_out_of_what_is_served(web: Web, tmp_path: Path) -> None:
    (tmp_path / "media").mkdir()
    (tmp_path / "media" / "outside.txt").write_text("outside")
    browser = await web.signed_in(await web.found())
    for base, trick in itertools.product(PLACES, ELSEWHERE):
        answer = await browser.get(base.format(here=make_id()) + trick)
        assert answer.status_code in {200, 400, 404}, (base, trick)
        if answer.status_code == 200:
            assert answer.text == "<!doctype html><title>Hebah</title>", (base, trick)
        else:
            assert answer.headers["content-type"] == "application/problem+json", (base, trick)


def picture(kind: str) -> bytes:
    kept = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(kept, kind)
    return kept.getvalue()


SCRIPT = b"<script>alert(1)</script>"


@pytest.mark.parametrize(
    "content",
    [
        picture("JPEG") + SCRIPT,
        picture("PNG") + SCRIPT,
        picture("GIF") + b"*/=1;" + SCRIPT,
        picture("PNG") + b"PK\x05\x06" + bytes(18),
        picture("JPEG")[:2] + b"\xff\xfe\x00\x1b" + SCRIPT + picture("JPEG")[2:],
    ],
    ids=["jpeg-page", "png-page", "gif-script", "png-zip", "comment-page"],
)
async def test_a_picture_that_is_something_else_too_is_only_a_picture_afterwards(web: Web, content: bytes) -> None:
    browser = await web.signed_in(await web.found())
    taken = await browser.post("/api/media", files={"file": ("offer.jpg", content, "text/html")})
    assert taken.status_code == 201, taken.text
    served = await browser.get(f"/media/{taken.json()['id']}")
    assert served.headers["content-type"] == "image/jpeg"
    assert served.headers["x-content-type-options"] == "nosniff"
    assert b"script" not in served.content
    assert b"PK\x05\x06" not in served.content


@pytest.mark.parametrize(
    "name", ["page.html", "page.svg", "page.xhtml", "page.pdf", "../../page.html", 'a"\r\nX: y.html']
)
async def test_a_page_that_somebody_uploads_is_saved_and_never_opened(web: Web, name: str) -> None:
    browser = await web.signed_in(await web.found())
    files = {"file": (name, b"<!DOCTYPE html>" + SCRIPT, "image/svg+xml" if "svg" in name else "text/html")}
    taken = await browser.post("/api/media", data={"kind": "document"}, files=files)
    assert taken.status_code == 201, taken.text
    served = await browser.get(f"/media/{taken.json()['id']}")
    assert served.headers["content-disposition"].startswith("attachment; filename*=UTF-8''")
    assert "x" not in served.headers
    assert served.headers["x-content-type-options"] == "nosniff"
    assert served.headers["content-security-policy"] == "sandbox; default-src 'none'"


async def test_a_workbook_that_would_unpack_to_a_disk_full_is_refused(web: Web, tmp_path: Path) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as workbook:
        workbook.writestr("[Content_Types].xml", "<Types/>")
        workbook.writestr("xl/workbook.xml", "<workbook/>")
        workbook.writestr("xl/worksheets/sheet1.xml", b" " * 60_000_000)
    browser = await web.signed_in(await web.found())
    answer = await browser.post("/api/imports", files={"file": ("people.xlsx", packed.getvalue())})
    assert answer.status_code in {413, 422}
    assert answer.json()["code"] != "internal"
    assert [path for path in tmp_path.rglob("*") if path.is_file() and path.stat().st_size > 10_000] == []


async def test_a_form_of_ten_thousand_fields_is_refused_or_ignored(web: Web) -> None:
    browser = await web.signed_in(await web.found())
    fields = {f"field{number}": "x" for number in range(10_000)}
    answer = await browser.post("/api/media", data=fields, files={"file": ("a.txt", b"x")})
    assert answer.status_code < 500
