"""A served Hebah with its hub running, and browsers' sockets in front of it."""

import asyncio
import contextlib
import json
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from hebah.access.actions import entry as access
from hebah.access.model import Account, Visitor
from hebah.app.joints import ShowsInbox
from hebah.app.serving import WebServer, configuration
from hebah.app.web import Parts
from hebah.foundation import eventlog
from hebah.foundation.bus import InProcessBus
from hebah.foundation.clock import ManualClock
from hebah.foundation.eventlog import Event
from hebah.foundation.ids import make_id
from hebah.foundation.postgres import Database
from hebah.live.actions.hub import Hub, Pace
from hebah.live.api import ROUTES
from tests.integration.conftest import application

WITHIN_S = 30.0


class Tab:
    """One browser tab's socket, reading JSON messages."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection

    async def say(self, **message: object) -> None:
        await self.connection.send(json.dumps(message, default=str))

    async def hear(self) -> dict[str, Any]:
        """The next message that is not a ping."""
        while True:
            async with asyncio.timeout(WITHIN_S):
                message: dict[str, Any] = json.loads(await self.connection.recv())
            if message["op"] != "ping":
                return message

    async def follow(self, topic: UUID, since: int | None = None) -> dict[str, Any]:
        await self.say(op="sub", topic=topic, since=since)
        return await self.hear()

    async def close_code(self) -> int | None:
        """The code the server hung up with."""
        with contextlib.suppress(ConnectionClosed):
            while True:
                async with asyncio.timeout(WITHIN_S):
                    await self.connection.recv()
        return self.connection.close_code


class Live:
    """The running application."""

    def __init__(self, db: Database, clock: ManualClock, hub: Hub, port: int, tabs: AsyncExitStack) -> None:
        self.db, self.clock, self.hub, self.port = db, clock, hub, port
        self._tabs = tabs

    async def sign_in(self, account: Account) -> str:
        """A session's cookie."""
        return (await access.open_session(self.db, self.clock, account, Visitor("127.0.0.1", "tests"))).token

    async def tab(self, token: str | None, *, origin: str | None = None, holds_little: bool = False) -> Tab:
        """A browser's socket; one that holds little stops taking from the network once a few messages wait in it."""
        headers = {"Origin": f"http://127.0.0.1:{self.port}" if origin is None else origin}
        if token is not None:
            headers["Cookie"] = f"hebah={token}"
        sock = socket.socket()
        if holds_little:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        sock.setblocking(False)
        await asyncio.get_running_loop().sock_connect(sock, ("127.0.0.1", self.port))
        connection = connect(
            f"ws://127.0.0.1:{self.port}/ws",
            sock=sock,
            additional_headers=headers,
            compression=None,
            max_queue=1 if holds_little else 64,
        )
        return Tab(await self._tabs.enter_async_context(connection))

    async def happen(self, workspace_id: UUID, topic: UUID, kind: str, *ids: UUID) -> None:
        await happen(self.db, workspace_id, topic, kind, *ids)


async def happen(db: Database, workspace_id: UUID, topic: UUID, kind: str, *ids: UUID) -> None:
    async with db.transaction() as tx:
        await eventlog.record(tx, [Event(workspace_id, topic, kind, ids)])


@pytest.fixture
def bus() -> InProcessBus:
    return InProcessBus()


@pytest.fixture
async def database(database_url: str, bus: InProcessBus) -> AsyncIterator[Database]:
    async with await Database.connect(database_url, on_commit=bus.publish) as opened:
        yield opened


@pytest.fixture
async def other_process(database_url: str) -> AsyncIterator[Database]:
    """A pool whose commits wake nobody here, as another process's do."""
    async with await Database.connect(database_url, max_connections=2) as opened:
        yield opened


@pytest.fixture
def hub(database: Database, clock: ManualClock, bus: InProcessBus) -> Hub:
    return Hub(database, clock, bus, Pace(poll_s=0.1, sessions_s=0.1), ShowsInbox())


@pytest.fixture
def parts(parts: Parts, hub: Hub) -> Parts:
    return replace(parts, routes=ROUTES, provided={"hub": hub})


@pytest.fixture
async def live(parts: Parts, hub: Hub, clock: ManualClock) -> AsyncIterator[Live]:
    server = WebServer(configuration(application(parts)))
    with contextlib.ExitStack() as undo:
        listener = undo.enter_context(socket.create_server(("127.0.0.1", 0)))
        async with asyncio.TaskGroup() as tasks:
            serving = tasks.create_task(server.serve([listener]))
            hubbing = tasks.create_task(hub.run())
            await server.answering.wait()
            async with AsyncExitStack() as tabs:
                yield Live(parts.db, clock, hub, listener.getsockname()[1], tabs)
            server.should_exit = True
            await serving
            hubbing.cancel()


ADD_DEVICE = """
INSERT INTO device (workspace_id, id, name, transport, state_since, created_at)
VALUES ($1, $2, $3, 'simulated', now(), now())
"""


async def add_device(db: Database, workspace_id: UUID, name: str = "one") -> UUID:
    device_id = make_id()
    async with db.connection() as connection:
        await connection.execute(ADD_DEVICE, workspace_id, device_id, name)
    return device_id
