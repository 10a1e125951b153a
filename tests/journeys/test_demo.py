"""`hebah demo`: one link, and a Hebah at work behind it."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest

from tests.journeys.conftest import Process, Start

FILLED_WITHIN_S = 120.0
LOOK_EVERY_S = 0.5


@pytest.mark.timeout(240)
def test_the_demo_opens_by_one_link_and_is_at_work_soon(start: Start) -> None:
    first = start("demo")
    with entered(first) as browser:
        states = eventually(lambda: by_state(browser), lambda states: states == ["draft", "finished", "running"])
        assert states == ["draft", "finished", "running"]
        assert browser.get("/api/devices").json()["counts"]["online"] == 20
        assert browser.get("/api/leads", params={"consent": "granted"}).json()["total"] == 2000
        finished = next(row for row in campaigns(browser) if row["state"] == "finished")
        assert (finished["recipients"], finished["groups"]["sent"] + finished["groups"]["failed"]) == (60, 60)
        settings = browser.get("/api/workspace").json()
        assert (settings["quietOn"], settings["gapMinS"], settings["gapMaxS"]) == (False, 1.0, 3.0)
    assert len([line for line in first.lines if "://" in line]) == 1
    assert first.stop() == 0

    # The next start finds everything as it was and prints a link of its own.
    second = start("demo")
    with entered(second) as browser:
        assert len(campaigns(browser)) == 3
        assert browser.get("/api/leads").json()["total"] == 2000
    assert second.stop() == 0


@contextmanager
def entered(process: Process) -> Iterator[httpx.Client]:
    """A browser that followed the printed link, which works once."""
    token = process.printed(r"/enter\?token=(\S+)")
    with process.browser() as browser:
        assert browser.post("/api/entry", json={"token": token}).json()["user"]["role"] == "owner"
        assert browser.post("/api/entry", json={"token": token}).status_code == 409
        yield browser


def campaigns(browser: httpx.Client) -> list[dict[str, Any]]:
    """The list of campaigns."""
    rows: list[dict[str, Any]] = browser.get("/api/campaigns").json()["items"]
    return rows


def by_state(browser: httpx.Client) -> list[str]:
    """The states of all campaigns."""
    return sorted(row["state"] for row in campaigns(browser))


def eventually(look: Callable[[], list[str]], good: Callable[[list[str]], bool]) -> list[str]:
    """What is seen once it is good, or at last."""
    deadline, nap = time.monotonic() + FILLED_WITHIN_S, threading.Event()
    while not good(seen := look()) and time.monotonic() < deadline:
        nap.wait(LOOK_EVERY_S)
    return seen
