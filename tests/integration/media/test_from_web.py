"""A file is fetched from a public address as if it had been uploaded; no address leads into the house."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

import httpx
import pytest

from hebah.app.web import Parts
from hebah.foundation.egress import Egress, look_up
from tests.integration.conftest import Web
from tests.integration.media.conftest import NARROW
from tests.sample_files import photograph, picture_file

OUT, INSIDE = "127.0.0.2", "127.0.0.1"
"""The internet of these tests, and the house. Whoever asks for the second has got through."""

PHOTO = picture_file(photograph(64, 48), "PNG")
Answer = Callable[[str], bytes]


@dataclass
class Site:
    """A web server that counts who comes."""

    host: str
    port: int = 0
    answer: Answer = lambda _: b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
    asked: list[str] = field(default_factory=list)

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Site]:
        """Serve, on the same port in every house when one is given."""
        async with await asyncio.start_server(self._serve, self.host, self.port) as server:
            self.port = server.sockets[0].getsockname()[1]
            yield self

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.asked.append("somebody")
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        self.asked[-1] = head.split(" ")[1]
        writer.write(self.answer(self.asked[-1]))
        writer.close()


@dataclass
class Names:
    """A name service that may change its mind."""

    known: Mapping[str, Sequence[Sequence[str]]]
    times: dict[str, int] = field(default_factory=dict)

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        if host not in self.known:
            return await look_up(host, port)
        turn = self.times[host] = self.times.get(host, -1) + 1
        return self.known[host][min(turn, len(self.known[host]) - 1)]


NAMES: Mapping[str, Sequence[Sequence[str]]] = {
    "shop.test": [[OUT]],
    "inside.test": [[INSIDE]],
    "metadata.test": [["169.254.169.254"]],
    "mixed.test": [[OUT, INSIDE]],
    "six.test": [["::1"]],
    "fickle.test": [[OUT], [INSIDE]],
    "nobody.test": [[]],
}


@pytest.fixture
def names() -> Names:
    return Names(NAMES)


@pytest.fixture
def parts(parts: Parts, names: Names) -> Parts:
    return replace(parts, provided={**parts.provided, "egress": Egress([f"{OUT}/32"], names)})


@pytest.fixture
async def browser(web: Web) -> httpx.AsyncClient:
    return await web.signed_in(await web.found())


@pytest.fixture
async def out() -> AsyncIterator[Site]:
    async with Site(OUT).open() as site:
        yield site


@pytest.fixture
async def inside(out: Site) -> AsyncIterator[Site]:
    async with Site(INSIDE, out.port, answer=lambda _: served(b"the house's secret", "text/plain")).open() as site:
        yield site


def served(body: bytes, mime: str, *headers: str) -> bytes:
    lines = ["HTTP/1.1 200 OK", f"Content-Type: {mime}", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def _leading_from(here: str, way: bytes, path: str) -> bytes:
    return way if path == here else b""


def leading_to(where: str, status: int = 302) -> bytes:
    return f"HTTP/1.1 {status} Moved\r\nLocation: {where}\r\nContent-Length: 0\r\n\r\n".encode()


async def fetch(browser: httpx.AsyncClient, url: str, kind: str = "image", **more: str) -> httpx.Response:
    return await browser.post("/api/media/from-web", json={"url": url, "kind": kind, **more})


def code(answer: httpx.Response) -> str:
    assert answer.status_code < 500, answer.text
    return str(answer.json()["code"])


async def test_a_picture_is_fetched_made_fit_and_served_like_an_uploaded_one(
    browser: httpx.AsyncClient, out: Site
) -> None:
    out.answer = lambda _: served(PHOTO, "image/png")

    answer = await fetch(browser, f"http://shop.test:{out.port}/new%20stock/kasut.png?size=1")

    assert answer.status_code == 201, answer.text
    media = answer.json()
    assert (media["mime"], media["width"], media["height"]) == ("image/jpeg", 64, 48)
    assert media["fileName"] == "kasut.png"
    assert (await browser.get(f"/media/{media['id']}")).content[:3] == b"\xff\xd8\xff"
    assert out.asked == ["/new%20stock/kasut.png?size=1"]


async def test_a_document_keeps_the_name_its_server_gives_it(browser: httpx.AsyncClient, out: Site) -> None:
    named = "Content-Disposition: attachment; filename*=UTF-8''Harga%20%E2%82%AC.pdf"
    out.answer = lambda path: served(b"%PDF-1.7 x", "application/pdf", named) if path == "/b" else leading_to("/b")

    media = (await fetch(browser, f"http://shop.test:{out.port}/a", "document")).json()

    assert (media["fileName"], media["mime"], media["size"]) == ("Harga €.pdf", "application/pdf", 10)


async def test_what_was_fetched_is_judged_by_its_bytes_and_size(browser: httpx.AsyncClient, out: Site) -> None:
    out.answer = lambda _: served(b"<html>no picture</html>" + bytes(3_000), "image/png")
    url = f"http://shop.test:{out.port}/kasut.png"

    assert code(await fetch(browser, url)) == "not_a_picture"
    assert code(await fetch(browser, url, "document", deviceId=str(NARROW))) == "upload_too_large"
    assert code(await fetch(browser, url, "sticker")) == "invalid"


async def test_a_file_that_says_or_turns_out_to_be_too_large_is_left_where_it_is(
    browser: httpx.AsyncClient, out: Site, tmp_path: Path
) -> None:
    out.answer = lambda _: b"HTTP/1.1 200 OK\r\nContent-Length: 104857601\r\n\r\n"
    assert code(await fetch(browser, f"http://shop.test:{out.port}/", "document")) == "upload_too_large"
    out.answer = lambda _: b"HTTP/1.1 200 OK\r\n\r\n" + bytes(104_857_601)
    assert code(await fetch(browser, f"http://shop.test:{out.port}/", "document")) == "upload_too_large"
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", "address_refuses"),
        (b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n", "address_refuses"),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\n\x1f\x8b", "address_refuses"),
        (b"SSH-2.0-OpenSSH_9.2\r\n", "address_unreachable"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort", "address_unreachable"),
        (b"", "address_unreachable"),
    ],
)
async def test_a_server_that_gives_no_file_is_told_apart_from_none(
    browser: httpx.AsyncClient, out: Site, answer: bytes, told: str
) -> None:
    out.answer = lambda _: answer
    assert code(await fetch(browser, f"http://shop.test:{out.port}/x", "document")) == told


async def test_a_place_where_nobody_listens_is_unreachable(browser: httpx.AsyncClient) -> None:
    assert code(await fetch(browser, f"http://{OUT}:9/", "document")) == "address_unreachable"


async def test_more_than_three_redirects_are_not_followed(browser: httpx.AsyncClient, out: Site) -> None:
    out.answer = lambda path: leading_to(f"{path}x")
    assert code(await fetch(browser, f"http://shop.test:{out.port}/", "document")) == "address_refuses"
    assert out.asked == ["/", "/x", "/xx", "/xxx"]


INNER = """
http://127.0.0.1:PORT/ http://127.1:PORT/ http://0x7f.1:PORT/ http://2130706433:PORT/ http://0177.0.0.1:PORT/
http://017700000001:PORT/ http://0:PORT/ http://0.0.0.0:PORT/ http://localhost:PORT/ http://LOCALHOST.:PORT/
http://①②⑦.⓪.⓪.①:PORT/ http://127。0。0。1:PORT/ http://[::1]:PORT/ http://[::]:PORT/ http://[::ffff:127.0.0.1]:PORT/
http://[::ffff:7f00:1]:PORT/ http://[::127.0.0.1]:PORT/ http://[::ffff:0:127.0.0.1]:PORT/ http://[64:ff9b::7f00:1]:PORT/
http://[64:ff9b:1::7f00:1]:PORT/ http://[2002:7f00:1::]:PORT/ http://[2001:0:4136:e378:8000:63bf:80ff:fffe]:PORT/
http://[fe80::1%25lo]:PORT/ http://[fc00::1]/ http://[fd00:ec2::254]/ http://[fec0::1]/ http://[ff02::1]/
http://10.0.0.1/ http://172.16.0.1/ http://192.168.0.1/ http://169.254.169.254/latest/meta-data/ http://100.64.0.1/
http://192.0.2.1/ http://198.18.0.1/ http://224.0.0.1/ http://240.0.0.1/ http://255.255.255.255/ https://127.0.0.1:PORT/
http://inside.test:PORT/ http://metadata.test/ http://mixed.test:PORT/ http://six.test:PORT/ http://nobody.test/
http://no-such-name.invalid/
"""
NOT_PUBLIC = INNER.split()
INVALID = [
    "file:///etc/passwd",
    "gopher://127.0.0.1:PORT/_GET",
    "ftp://127.0.0.1:PORT/x",
    "dict://127.0.0.1:PORT/info",
    "data:text/plain,x",
    "javascript:alert(1)",
    "unix:///var/run/docker.sock",
    "//127.0.0.1:PORT/",
    "127.0.0.1:PORT",
    "",
    "http://",
    "http:///x",
    "http://:PORT/",
    "http://shop.test@127.0.0.1:PORT/",
    "http://127.0.0.2:PORT@127.0.0.1:PORT/",
    "http://127.0.0.1:PORT\\@shop.test/",
    "http://shop.test:PORT\\@127.0.0.1:PORT/",
    "http://shop.test:0/",
    "http://shop.test:99999/",
    "http://shop.test:PORT/a b",
    "http://shop.test:PORT/é",
    "http://[::1/",
    "http://.shop.test/",
    f"http://{'a' * 300}.test/",
    f"http://shop.test/{'a' * 3_000}",
]


async def test_no_way_of_writing_an_inner_address_leads_into_the_house(
    browser: httpx.AsyncClient, inside: Site
) -> None:
    told = {
        address: code(await fetch(browser, address.replace("PORT", str(inside.port)), "document"))
        for address in NOT_PUBLIC
    }

    assert told == dict.fromkeys(NOT_PUBLIC, "address_not_public")
    assert inside.asked == []


async def test_what_is_no_web_address_is_refused_in_words(browser: httpx.AsyncClient, out: Site, inside: Site) -> None:
    told = {
        address: code(await fetch(browser, address.replace("PORT", str(inside.port)), "document"))
        for address in INVALID
    }

    assert told == dict.fromkeys(INVALID, "address_invalid")
    assert (inside.asked, out.asked) == ([], [])


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_no_redirect_leads_into_the_house(
    browser: httpx.AsyncClient, out: Site, inside: Site, status: int
) -> None:
    ways = [address for address in [*NOT_PUBLIC, *INVALID] if "@" in address or "shop.test" not in address]
    told = {}
    for number, address in enumerate(ways):
        way = leading_to(address.replace("PORT", str(inside.port)), status)
        out.answer = partial(_leading_from, f"/0{number}", way)
        told[address] = code(await fetch(browser, f"http://shop.test:{out.port}/0{number}", "document"))

    assert {address: each for address, each in told.items() if not each.startswith("address_")} == {}
    assert inside.asked == []


async def test_line_breaks_in_an_address_never_reach_a_server(browser: httpx.AsyncClient, out: Site) -> None:
    for bad in ("/%0d%0aX: y", "/\r\nX: y", "/\tx"):
        answer = await fetch(browser, f"http://shop.test:{out.port}{bad}", "document")
        assert code(answer) in {"address_invalid", "address_refuses"}
    assert all("\r" not in each and "\n" not in each and "\t" not in each for each in out.asked)


async def test_a_name_that_changes_its_mind_is_connected_where_it_was_checked(
    browser: httpx.AsyncClient, out: Site, inside: Site, names: Names
) -> None:
    out.answer = lambda _: served(b"%PDF-1.7 x", "application/pdf")

    assert (await fetch(browser, f"http://fickle.test:{out.port}/", "document")).status_code == 201
    assert names.times == {"fickle.test": 0}
    assert code(await fetch(browser, f"http://fickle.test:{out.port}/", "document")) == "address_not_public"
    assert inside.asked == []


async def test_the_environments_proxy_is_not_used(
    browser: httpx.AsyncClient, out: Site, inside: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", f"http://{INSIDE}:{inside.port}")
    monkeypatch.setenv("http_proxy", f"http://{INSIDE}:{inside.port}")
    out.answer = lambda _: served(b"%PDF-1.7 x", "application/pdf")

    assert (await fetch(browser, f"http://shop.test:{out.port}/", "document")).status_code == 201
    assert inside.asked == []
