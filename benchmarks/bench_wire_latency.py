"""How long a message takes over the wire from the phone that wrote it to a browser that follows its number.

200 messages a second to 200 linked numbers of one `hebah up`, 300 browsers, each following one number with everything
shown. From the moment the network writes the message down to the moment its event is read from the WebSocket; all of
it, the network included, on the same cores.
"""

import asyncio
import base64
import re
import socket
import statistics
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path
from uuid import UUID

import httpx
import uvloop
from runner import FEWEST_RUNS, Metric, report, scratch
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from wire_shop import CONNECT_RATE, FIRST_NUMBER, PROGRAM, SEALING_KEY, open_network, private, until

from hebah.access.model import Actor, Role
from hebah.foundation import garbage
from hebah.foundation.clock import SystemClock
from hebah.foundation.embedded_postgres import EmbeddedPostgres
from hebah.foundation.postgres import Database
from tests.crash.wire.adoption import Keeper, Shop, add_numbers
from tests.journeys.conftest import Process
from tests.network.remote import RemoteNetwork

NUMBERS, SOCKETS, A_SECOND, MESSAGES, WARM = 200, 300, 200, 4000, 800
FIRST_WRITER = "60140000001"
WIRE_ID = re.compile(r'"wireId":"(IN\d+)"')
SETUP = {
    "workspaceName": "Shop",
    "zone": "Asia/Kuala_Lumpur",
    "language": "en",
    "ownerName": "Owner",
    "email": "owner@example.com",
    "password": "correct horse battery",
    "trySimulated": False,
}

Figures = dict[Metric, float]
Heard = list[tuple[str, float]]


async def main(folder: Path) -> Figures:
    """One run on fresh ground."""
    async with AsyncExitStack() as stack:
        server = stack.enter_context(EmbeddedPostgres(folder / "postgres"))
        network, _ = await stack.enter_async_context(open_network(private(folder / "network")))
        up = await stack.enter_async_context(running(folder, server.url, network))
        browser = await stack.enter_async_context(httpx.AsyncClient(base_url=up.url, headers={"Origin": up.url}))
        token = await asyncio.to_thread(up.printed, r"/setup\?token=(\S+)")
        (await browser.post("/api/setup", json={**SETUP, "token": token})).raise_for_status()
        db = await stack.enter_async_context(await Database.connect(server.url, max_connections=2))
        shop = await shop_of(db, network, server.url)
        heard: Heard = []
        await follow(stack, up, browser, [number.device_id for number in shop.numbers], heard, WIRE_ID)
        await network.people(FIRST_WRITER, NUMBERS)
        await pour(network, shop, WARM, "WM")
        async with db.connection() as connection:
            await connection.execute("ANALYZE")  # as the server does by itself after a minute
        await pour(network, shop, MESSAGES, "IN")
        return await figures(network, heard)


@asynccontextmanager
async def running(folder: Path, database_url: str, network: RemoteNetwork) -> AsyncIterator[Process]:
    """`hebah up` beside the database, so that its companions find this network."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    up = Process(
        "up",
        folder / "home",
        port,
        DATABASE_URL=database_url,
        HEBAH_COMPANION=str(PROGRAM),
        HEBAH_TESTNET=str(network.settings_file),
        HEBAH_SEALING_KEY=base64.b64encode(SEALING_KEY).decode(),
        HEBAH_CONNECT_RATE=str(CONNECT_RATE),
        HEBAH_LOG_LEVEL="WARNING",
    )
    try:
        yield up
    finally:
        await asyncio.to_thread(up.kill)


async def shop_of(db: Database, network: RemoteNetwork, database_url: str) -> Shop:
    """The numbers of the workspace that was set up, once they are connected."""
    async with db.connection() as connection:
        row = await connection.fetchrow("SELECT workspace_id, id FROM app_user")
    assert row is not None
    owner = Actor(row["workspace_id"], row["id"], "Owner", Role.OWNER)
    keeper = Keeper(PROGRAM, database_url, SEALING_KEY)
    now = SystemClock().now()
    shop = await add_numbers(db, network, keeper, owner, first=FIRST_NUMBER, numbers=NUMBERS, now=now)

    async def are_online() -> bool:
        async with db.connection() as connection:
            return bool(await connection.fetchval("SELECT count(*) FROM device WHERE state = 'online'") == NUMBERS)

    await until(are_online)
    return shop


async def follow(
    stack: AsyncExitStack,
    up: Process,
    browser: httpx.AsyncClient,
    devices: Sequence[UUID],
    heard: Heard,
    wire_id: re.Pattern[str],
) -> None:
    """Browsers, each following a number. No browser of anybody waits until this process has looked for garbage."""
    cookies = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
    listening = await stack.enter_async_context(asyncio.TaskGroup())
    for place in range(SOCKETS):
        opened = await connect(
            f"{up.url.replace('http', 'ws')}/ws",
            origin=up.url,  # type: ignore[arg-type]
            additional_headers={"Cookie": cookies},
            compression=None,
        )
        stack.push_async_callback(opened.close)
        topic = devices[place % len(devices)]
        await opened.send(f'{{"op": "sub", "topic": "{topic}", "full": true}}')
        listening.create_task(listen(opened, heard, wire_id))
    garbage.settle()


async def listen(opened: ClientConnection, heard: Heard, wire_id: re.Pattern[str]) -> None:
    """Note when each message was heard of, until the socket is closed."""
    async for said in opened:
        at = time.time()
        assert isinstance(said, str)
        if '"op":"ping"' in said:
            with suppress(ConnectionClosed):  # at the end we hang up, whoever may be about to answer
                await opened.send('{"op": "pong"}')
        heard.extend((found, at) for found in set(wire_id.findall(said)))


async def pour(network: RemoteNetwork, shop: Shop, many: int, prefix: str) -> None:
    """People write at a steady pace, until everything is stored and acknowledged."""
    before = len(await network.delivered())
    phones = [number.phone for number in shop.numbers]
    await network.pour(FIRST_WRITER, NUMBERS, phones, many, A_SECOND, prefix)

    async def are_delivered() -> bool:
        return bool(await network.delivered(before + many - 1))

    await until(are_delivered)


async def figures(network: RemoteNetwork, heard: Heard) -> Figures:
    """Milliseconds, over everything that any browser has heard."""
    delivered = {one.wire_id: one for one in await network.delivered() if one.wire_id.startswith("IN")}

    async def are_heard() -> bool:
        return {wire_id for wire_id, _ in heard} == delivered.keys()

    await until(are_heard)
    seen = statistics.quantiles([(at - delivered[wire_id].written) * 1000 for wire_id, at in heard], n=100)
    stored = statistics.quantiles([(one.acknowledged - one.written) * 1000 for one in delivered.values()], n=100)
    return {
        Metric("wire_latency_p99_ms_200", "ms", "<= 25"): seen[98],
        Metric("wire_latency_p50_ms_200", "ms"): seen[49],
        Metric("wire_acknowledged_p99_ms_200", "ms"): stored[98],
        Metric("wire_acknowledged_p50_ms_200", "ms"): stored[49],
    }


def once() -> Figures:
    """A run."""
    with scratch() as folder, asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(main(folder))


if __name__ == "__main__":
    measured: dict[Metric, list[float]] = {}
    for _ in range(FEWEST_RUNS):
        for metric, value in once().items():
            measured.setdefault(metric, []).append(value)
            print(f"{metric.name}: {value:,.2f} {metric.unit}", flush=True)
    report("wire_latency", measured)
