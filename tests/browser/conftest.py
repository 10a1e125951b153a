"""A real Hebah in a process of its own, and Chromium in front of it, at phone and desktop width."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import httpx
import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect, sync_playwright

WIDTHS: dict[str, ViewportSize] = {
    "phone": {"width": 390, "height": 844},
    "desktop": {"width": 1440, "height": 900},
}
PATIENCE_MS = 15_000
"""How long something may take to appear: a deadline for an event, never a sleep."""

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-dev-shm-usage",
)
OWNER = {"email": "aminah@example.com", "password": "correct horse battery"}


@dataclass(frozen=True)
class RunningHebah:
    """`hebah up` on a fresh home."""

    url: str
    setup_link: str
    home: Path

    def set_up(self) -> httpx.Client:
        """Become the owner through the API; the client is signed in."""
        client = httpx.Client(base_url=self.url, headers={"Origin": self.url})
        token = self.setup_link.partition("token=")[2]
        me = client.post(
            "/api/setup",
            json={
                "token": token,
                "workspaceName": "Kedai Aminah",
                "zone": "Asia/Kuala_Lumpur",
                "language": "en",
                "ownerName": "Aminah",
                "trySimulated": True,
                **OWNER,
            },
        )
        me.raise_for_status()
        client.headers["X-CSRF-Token"] = me.json()["csrfToken"]
        return client


@pytest.fixture
def hebah() -> Iterator[RunningHebah]:
    """A Hebah that nobody owns yet."""
    with tempfile.TemporaryDirectory(prefix="hebah-browser-", dir="/tmp") as name:
        home = Path(name)
        home.chmod(0o711)
        kept = {key: value for key, value in os.environ.items() if key not in {"DATABASE_URL", "DB_URI", "REDIS_URL"}}
        command = [str(Path(sys.executable).with_name("hebah")), "up"]
        environment = {**kept, "HEBAH_HOME": str(home / "data"), "PORT": "0"}
        with (
            (home / "log").open("w") as log,
            subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=log, text=True) as process,
        ):
            try:
                yield _await_link(process, home)
            finally:
                process.terminate()
                process.wait(30)


def _await_link(process: subprocess.Popen[str], home: Path) -> RunningHebah:
    assert process.stdout is not None
    for line in process.stdout:
        found = re.search(r"(https?://\S+)/setup\?token=\S+", line)
        if found:
            return RunningHebah(found.group(1), found.group(0), home)
    raise AssertionError("hebah up ended without a link:\n" + (home / "log").read_text())


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium."""
    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    assert path, "Chromium is missing: `make chromium` installs it"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture(params=list(WIDTHS))
def width(request: pytest.FixtureRequest) -> str:
    """Both widths, one after the other."""
    return str(request.param)


Theme = Literal["light", "dark"]
Open = Callable[..., Page]


@pytest.fixture
def open_page(chromium: Browser, hebah: RunningHebah) -> Iterator[Open]:
    """Opens pages at a width and in a theme; nothing on a page may throw or be missing."""
    contexts = []
    complaints: list[str] = []
    expect.set_options(timeout=PATIENCE_MS)

    def opened(width: str, theme: Theme = "light") -> Page:
        context = chromium.new_context(
            viewport=WIDTHS[width],
            color_scheme=theme,
            locale="en-GB",
            base_url=hebah.url,
        )
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return page

    yield opened
    for context in contexts:
        context.close()
    assert not complaints, complaints
