"""Files that are not what they should be are refused with their reason; nothing is lost, nothing stays behind."""

import io
import struct
import sys
import zlib
from pathlib import Path

import pytest
from PIL import Image

from tests.integration.bad_input.conftest import Desk, assert_refused

MEGABYTE = 1024 * 1024
EXECUTABLE = Path(sys.executable).resolve().read_bytes()[:200_000]


def picture_of(kind: str, width: int, height: int) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), "teal").save(out, kind)
    return out.getvalue()


def boundless_png(width: int, height: int) -> bytes:
    """A valid PNG of a few KB that unpacks to gigabytes."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    lines = zlib.compress(b"\0" * (3 * width + 1), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", lines) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("content", "name", "found"),
    [
        (EXECUTABLE, "customers.xlsx", "program"),
        (EXECUTABLE, "customers.csv", "program"),
        (picture_of("JPEG", 40, 40), "customers.csv", "picture"),
        (b"%PDF-1.7\n1 0 obj\n", "customers.xlsx", "pdf"),
        (b"<!DOCTYPE html><html><body>Sign in</body></html>", "customers.csv", "web_page"),
    ],
)
async def test_a_file_that_is_no_spreadsheet_is_refused_by_what_it_is(
    desk: Desk, content: bytes, name: str, found: str
) -> None:
    async with desk.unharmed():
        data = assert_refused(await desk.import_file(content, name), 422, "not_a_spreadsheet")
    assert data["found"] == found


@pytest.mark.parametrize("surplus", [1, 6 * MEGABYTE])
async def test_a_file_of_more_than_fifty_megabytes_is_refused_and_the_limit_told(desk: Desk, surplus: int) -> None:
    line = b"Siti,0123456789\n"
    wanted = 50 * MEGABYTE + surplus
    content = (b"name,phone\n" + line * (wanted // len(line) + 1))[:wanted]
    async with desk.unharmed():
        answer = await desk.import_file(content, "everybody.csv")
        assert_refused(answer, 413, "file_too_large" if surplus == 1 else "too_large")


async def test_a_line_of_five_megabytes_is_refused_and_its_place_told(desk: Desk) -> None:
    content = b"name,phone\nSiti,0123456788\n" + b"x" * 5 * MEGABYTE + b",0123456787\n"
    async with desk.unharmed():
        data = assert_refused(await desk.import_file(content, "people.csv"), 413, "line_too_long")
    assert data["line"] == 3


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty_file"),
        (b"0123456789\n0123456788\n", "no_header"),
        (b'name,phone\n"Siti,0123456789\nKumar,0123456788\n', "quote_never_closed"),
        (b"PK\x03\x04 and then nothing", "damaged_spreadsheet"),
    ],
)
async def test_a_broken_table_is_refused_with_its_reason(desk: Desk, content: bytes, code: str) -> None:
    async with desk.unharmed():
        assert_refused(await desk.import_file(content, "people.csv"), 422, code)


async def test_a_file_without_a_phone_column_says_which_meaning_is_missing(desk: Desk) -> None:
    found = (await desk.import_file(b"name,town\nSiti,Ipoh\nKumar,Kuching\n", "people.csv")).json()
    assert "phone" not in found["guess"].values()
    async with desk.unharmed():
        data = assert_refused(await desk.plan(found), 422, "invalid")
    assert data["fields"] == {"mapping": "mapping_phone_missing"}
    assert (await desk.seen(found))["state"] == "mapping"


async def test_a_column_that_is_not_in_the_file_cannot_be_meant(desk: Desk) -> None:
    found = (await desk.import_file(b"name,phone\nSiti,0123456788\n", "people.csv")).json()
    data = assert_refused(await desk.plan(found, mapping={"1": "phone", "9": "name"}), 422, "invalid")
    assert data["fields"] == {"mapping": "mapping_column_unknown"}


async def test_forty_ways_to_write_a_number_each_have_an_outcome_and_a_reason(desk: Desk) -> None:
    header = "name;phone\n"
    rows = "".join(f"Person {place};{written}\n" for place, (written, _) in enumerate(FORMS))
    found = (await desk.import_file((header + rows).encode(), "forms.csv")).json()
    assert (await desk.plan(found)).status_code == 200
    checked = await desk.seen(found)
    assert checked["state"] == "checked"
    assert (await desk.run(found)).status_code == 200
    done = await desk.seen(found)
    assert done["counts"] == checked["counts"]
    shown = (await desk.browser.get(f"/api/imports/{found['id']}/errors", params={"limit": 200})).json()["items"]
    refused = {row["rowNumber"] - 2: row["code"] for row in shown}
    assert refused == {place: code for place, (_, code) in enumerate(FORMS) if code is not None}
    counts = done["counts"]
    accounted = counts["created"] + counts["merged"] + counts["unchanged"] + counts["duplicatesInFile"]
    assert accounted + sum(counts["refused"].values()) == len(FORMS)


FORMS: list[tuple[str, str | None]] = [
    ("0129876543", None),
    ("012-987 6544", None),
    ("(012) 987-6545", None),
    ("+60129876546", None),
    ("+60 12-987 6547", None),
    ("60129876548", None),
    ("0060129876549", None),
    ("+60 (0)12 987 6550", None),
    (" 0129876551 ", None),
    ("012.987.6552", None),
    ("'0129876553", None),
    ("129876554", None),
    ("tel:+60129876555", None),
    ("\u200e+60129876556\u200e", None),
    ("012\u00a0987\u00a06557", None),
    ("\uff10\uff11\uff12\uff19\uff18\uff17\uff16\uff15\uff15\uff18", None),
    ("+6591234567", None),
    ("+62 812-3456-7890", None),
    ("03-2161 1234", None),
    ("082-412 345", None),
    ("011-1234 5678", None),
    ("60129876543.0", None),
    ("", "phone_empty"),
    ("   ", "phone_empty"),
    ("-", "phone_empty"),
    ("n/a", "phone_letters"),
    ("ask Siti", "phone_letters"),
    ("6.0129E+10", "phone_scientific_notation"),
    ("6,0129E+10", "phone_scientific_notation"),
    ("1.23457E+11", "phone_scientific_notation"),
    ("0129876543 / 0129876544", "phone_several_numbers"),
    ("0129876543, 0129876544", "phone_several_numbers"),
    ("12345", "phone_too_short"),
    ("012", "phone_too_short"),
    ("999", "phone_too_short"),
    ("012345678901234567890", "phone_too_long"),
    ("+60000000000", "phone_not_valid"),
    ("6591234567", "phone_needs_plus"),
    ("+1 000 000 0000", "phone_not_valid"),
    ("0000000000", "phone_not_possible"),
]


@pytest.mark.parametrize(
    ("content", "name", "status", "code"),
    [
        (EXECUTABLE, "offer.jpg", 422, "not_a_picture"),
        (b"name,phone\nSiti,0123456789\n", "offer.png", 422, "not_a_picture"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>", "offer.svg", 422, "not_a_picture"),
        (b"", "offer.png", 422, "upload_empty"),
        (picture_of("PNG", 400, 400)[:300], "offer.png", 422, "picture_damaged"),
        (boundless_png(50_000, 50_000), "offer.png", 413, "too_many_pixels"),
        (b"\xff\xd8\xff" + bytes(20 * MEGABYTE), "offer.jpg", 413, "upload_too_large"),
    ],
    ids=["executable", "table", "drawing", "empty", "torn", "boundless", "twenty-megabytes"],
)
async def test_a_picture_that_cannot_be_sent_is_refused_with_its_reason(
    desk: Desk, content: bytes, name: str, status: int, code: str
) -> None:
    async with desk.unharmed():
        data = assert_refused(await desk.add_picture(content, name), status, code)
    if code == "too_many_pixels":
        assert data["most"] == 50_000_000


async def test_after_a_refusal_the_right_file_is_taken(desk: Desk) -> None:
    assert_refused(await desk.add_picture(EXECUTABLE, "offer.jpg"), 422, "not_a_picture")
    taken = await desk.add_picture(picture_of("PNG", 60, 40), "offer.png")
    assert (taken.status_code, taken.json()["width"], taken.json()["height"]) == (201, 60, 40)
    assert_refused(await desk.import_file(EXECUTABLE, "people.xlsx"), 422, "not_a_spreadsheet")
    assert (await desk.import_file(b"name,phone\nKumar,0123456788\n", "people.csv")).status_code == 201
