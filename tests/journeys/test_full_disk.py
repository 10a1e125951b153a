"""A disk without room for files: uploads are refused in words, nothing stays half stored, and people write on."""

import resource
import time
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from tests.journeys.conftest import Process, Start
from tests.journeys.test_gateway import ONLINE_WITHIN_S, link, owner_of
from tests.sample_files import photograph, picture_file

ROOM = 16 * 1024
PERSON = "+60123456789"


def leave_room(up: Process, size: int) -> None:
    """From now on the process can make no file longer than this, as on a disk that is full."""
    hard = resource.prlimit(up.process.pid, resource.RLIMIT_FSIZE)[1]
    resource.prlimit(up.process.pid, resource.RLIMIT_FSIZE, (size, hard))


def upload(browser: httpx.Client, data: bytes, kind: str = "document") -> httpx.Response:
    return browser.post("/api/media", data={"kind": kind}, files={"file": ("menu.pdf", data, "application/pdf")})


def files_of(home: Path) -> list[Path]:
    return [path for path in (home / "media").rglob("*") if path.is_file()]


def say(browser: httpx.Client, device: str, text: str) -> None:
    """Write to a person, and see the message go out."""
    opened = browser.post("/api/chats", json={"deviceId": device.rsplit("/", 1)[1], "phone": PERSON, "unchecked": True})
    path = f"/api/chats/{opened.json()['id']}/messages"
    said = browser.post(path, json={"clientId": str(uuid4()), "kind": "text", "body": text})
    assert said.is_success, said.text
    deadline = time.monotonic() + ONLINE_WITHIN_S
    while time.monotonic() < deadline:
        [message] = browser.get(path).json()["items"]
        if message["tick"] in {"accepted", "delivered", "read"}:
            return
    raise AssertionError(f"{text} did not go out")


@pytest.mark.timeout(180)
def test_a_full_disk_refuses_files_and_leaves_nothing_half_stored_while_text_goes_out(
    start: Start, database_url: str
) -> None:
    up = start("up", DATABASE_URL=database_url)
    token = up.printed(r"/setup\?token=(\S+)")
    with up.browser() as browser:
        owner_of(browser, token)
        device = link(browser, "Kaunter")
        # Small enough to be taken in through memory, and so large that it comes through a file of the server's own.
        documents = [b"%PDF-1.7\n" + bytes(range(256)) * (size // 256) for size in (64 * 1024, 3 * 1024 * 1024)]

        leave_room(up, ROOM)
        for document in documents:
            refused = upload(browser, document)
            assert (refused.status_code, refused.json()["code"]) == (507, "no_room"), refused.text
        picture = upload(browser, picture_file(photograph(1600, 1200), "jpeg"), "image")
        assert (picture.status_code, picture.json()["code"]) == (507, "no_room"), picture.text
        assert files_of(up.home) == []
        say(browser, device, "Kami tetap buka")

        leave_room(up, resource.RLIM_INFINITY)
        for document in documents:
            taken = upload(browser, document)
            assert taken.status_code == 201, taken.text
            assert browser.get(f"/media/{taken.json()['id']}").content == document
    assert up.stop() == 0
