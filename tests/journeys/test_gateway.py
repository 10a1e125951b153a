"""`hebah gateway`: a second process that shares the devices of a running Hebah."""

import time
from typing import Any

import httpx

from tests.journeys.conftest import Start

ONLINE_WITHIN_S = 60.0


def owner_of(browser: httpx.Client, token: str) -> None:
    """Set the workspace up through its link."""
    form = {
        "token": token,
        "workspaceName": "Kedai",
        "zone": "Asia/Kuala_Lumpur",
        "language": "en",
        "ownerName": "Aminah",
        "email": "aminah@example.com",
        "password": "correct horse battery",
        "trySimulated": True,
    }
    browser.headers["X-CSRF-Token"] = browser.post("/api/setup", json=form).json()["csrfToken"]


def awaited(browser: httpx.Client, path: str, key: str, value: str) -> dict[str, Any]:
    """What a path answers once a field of it has the value."""
    deadline = time.monotonic() + ONLINE_WITHIN_S
    answer: dict[str, Any] = {}
    while time.monotonic() < deadline:
        answer = browser.get(path).json()
        if answer.get(key) == value:
            return answer
    raise AssertionError(f"{path} never had {key} {value}: {answer}")


def awaited_change(browser: httpx.Client, before: dict[str, str]) -> str:
    """The first device that connects anew."""
    deadline = time.monotonic() + ONLINE_WITHIN_S
    while time.monotonic() < deadline:
        for path, since in before.items():
            if browser.get(path).json()["stateSince"] != since:
                return path
    raise AssertionError("no device was handed over")


def link(browser: httpx.Client, name: str) -> str:
    """One more device, scanned by a simulated phone; gives its path."""
    device = browser.post("/api/devices", json={"name": name, "transport": "simulated"}).json()
    path = f"/api/devices/{device['id']}"
    browser.post(f"{path}/link", json={"method": "qr"})
    shown = awaited(browser, f"{path}/link", "step", "qr")["shown"]
    phone = browser.post("/api/simulated/phones", json={"name": name}).json()["phone"]
    assert browser.post(f"/api/simulated/phones/{phone}/scan", json={"shown": shown}).status_code == 204
    awaited(browser, path, "state", "online")
    return path


def test_a_second_gateway_takes_its_share_and_gives_it_back_when_it_stops(start: Start) -> None:
    up = start("up")
    token = up.printed(r"/setup\?token=(\S+)")
    with up.browser() as browser:
        owner_of(browser, token)
        devices = [link(browser, "Kaunter 1"), link(browser, "Kaunter 2")]

        before = {path: browser.get(path).json()["stateSince"] for path in devices}
        second = start("gateway")
        handed_over = awaited_change(browser, before)
        awaited(browser, handed_over, "state", "online")
        assert second.stop() == 0

        for path in devices:
            awaited(browser, path, "state", "online")
            assert browser.post(f"{path}/refresh").status_code == 200
