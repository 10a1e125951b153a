"""Hebah in a process of its own, and Chromium in front of it, at phone and desktop width."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Literal

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect, sync_playwright

from tests.browser.shop import RunningHebah, Shop, running_hebah

WIDTHS: dict[str, ViewportSize] = {
    "phone": {"width": 390, "height": 844},
    "desktop": {"width": 1440, "height": 900},
}
PATIENCE_MS = 20_000
"""How long something may take to appear: a deadline for an event, never a sleep."""

UNWANTED = (
    # Suggestions under an address bar that nobody sees: two pages, loaded with every window.
    "WebUIOmniboxPopup",
    "WebUIOmniboxAimPopup",
    # A process for the next page, started before anybody asks for one, and thrown away with the page.
    "SpareRendererForSitePerProcess",
    # What Playwright asks for itself; of two lists Chromium heeds the last.
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsUpgrades",
    "HttpsFirstBalancedModeAutoEnable",
    "LensOverlay",
    "MediaRouter",
    "PaintHolding",
    "ThirdPartyStoragePartitioning",
    "AvoidCorsURLLoaderRestartOnRedirect",
    "TcpPortRandomizationWin",
    "OptimizationHints",
    "NetworkTimeServiceQuerying",
    "AimEnabled",
    "PreconnectToSearch",
)
FLAGS = (
    f"--disable-features={','.join(UNWANTED)}",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-dev-shm-usage",
    # A microphone that hums, and nobody who would have to allow it.
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
)
Theme = Literal["light", "dark"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A browser and a whole Hebah on a busy machine take their time."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent) and item.get_closest_marker("timeout") is None:
            item.add_marker(pytest.mark.timeout(150))


@pytest.fixture
def hebah() -> Iterator[RunningHebah]:
    """A Hebah that nobody owns yet."""
    with running_hebah() as running:
        yield running


@pytest.fixture(scope="session")
def shop() -> Iterator[Shop]:
    """A Hebah in use that tests share: each makes devices and leads of its own, told apart by their names."""
    with running_hebah(with_companion=True) as running, closing(running.set_up()) as owner:
        opened = Shop(running, owner)
        opened.hurry()
        yield opened


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium. Its driver keeps an event loop running in this thread, so it may not outlive the folder.

    Without windows, which nobody sees here, it needs half the time for a page.
    """
    names = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
    path = next(filter(None, map(shutil.which, names)), None)
    assert path, "Chromium is missing: `make chromium` installs it"
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(params=list(WIDTHS))
def width(request: pytest.FixtureRequest) -> str:
    """Both widths, one after the other."""
    return str(request.param)


class Profiles:
    """Browsers as people have them, one after another: what has read our scripts once shows a page in half the time.

    Nothing else of a former person is left in one.
    """

    def __init__(self, chromium: Browser) -> None:
        self._chromium = chromium
        self._idle: dict[tuple[str, str, Theme], list[BrowserContext]] = {}

    def take(self, url: str, width: str, theme: Theme) -> BrowserContext:
        """One that nobody uses."""
        idle = self._idle.get((url, width, theme))
        if idle:
            return idle.pop()
        context = self._chromium.new_context(
            viewport=WIDTHS[width], color_scheme=theme, locale="en-GB", base_url=url, reduced_motion="reduce"
        )
        context.set_default_timeout(PATIENCE_MS)
        return context

    def give_back(self, context: BrowserContext, url: str, width: str, theme: Theme) -> None:
        """Make it as it was, but for what it knows of our scripts."""
        context.set_offline(False)
        context.clear_permissions()
        context.clear_cookies()
        # The last page still has a process, so that none is started to forget; nothing of ours runs in it any more.
        *others, last = context.pages or [context.new_page()]
        for opened in others:
            opened.close()
        last.goto("about:blank")
        forgotten = {"origin": url, "storageTypes": "local_storage,indexeddb,service_workers,cache_storage"}
        context.new_cdp_session(last).send("Storage.clearDataForOrigin", forgotten)
        last.close()
        self._idle.setdefault((url, width, theme), []).append(context)


class Windows:
    """Opens pages at a width and in a theme; nothing on a page may throw."""

    def __init__(self, profiles: Profiles) -> None:
        self.complaints: list[str] = []
        self._profiles = profiles
        self._taken: list[tuple[BrowserContext, str, str, Theme]] = []

    def open(self, url: str, width: str, theme: Theme = "light", signed_in: httpx.Client | None = None) -> Page:
        """A window of a person's own; signed in as the client is."""
        context = self._profiles.take(url, width, theme)
        self._taken.append((context, url, width, theme))
        if signed_in is not None:
            cookies = [(cookie.name, cookie.value or "") for cookie in signed_in.cookies.jar]
            context.add_cookies([{"name": name, "value": value, "url": url} for name, value in cookies])
        page = context.new_page()
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        return page

    def close(self) -> None:
        """Close them all."""
        for taken in self._taken:
            self._profiles.give_back(*taken)


Open = Callable[..., Page]


@pytest.fixture(scope="package")
def profiles(chromium: Browser) -> Profiles:
    return Profiles(chromium)


@pytest.fixture
def windows(profiles: Profiles) -> Iterator[Windows]:
    """Windows of this test; none of them may complain."""
    opened = Windows(profiles)
    yield opened
    opened.close()
    assert not opened.complaints, opened.complaints


@pytest.fixture
def open_page(windows: Windows, hebah: RunningHebah) -> Open:
    """Opens pages of a Hebah that this test has for itself."""

    def opened(width: str, theme: Theme = "light") -> Page:
        return windows.open(hebah.url, width, theme)

    return opened


@pytest.fixture
def open_shop(windows: Windows, shop: Shop) -> Open:
    """Opens pages of the shared shop, signed in as its owner or as the given client."""

    def opened(width: str, theme: Theme = "light", signed_in: httpx.Client | None = None) -> Page:
        return windows.open(shop.hebah.url, width, theme, signed_in or shop.owner)

    return opened
