"""Who takes a snapshot and then looks only at what events name sees what is there, however often the line is cut."""

import asyncio
from random import Random
from uuid import UUID

import pytest

from hebah.foundation import eventlog
from hebah.foundation.eventlog import Event
from hebah.foundation.postgres import Database
from tests.integration.conftest import Web
from tests.integration.live.conftest import Live, Tab, add_device


async def read_names(db: Database, ws: UUID, ids: list[str] | None = None) -> dict[str, str]:
    async with db.connection() as connection:
        rows = await connection.fetch(
            "SELECT id, name FROM device WHERE workspace_id = $1 AND ($2::uuid[] IS NULL OR id = ANY($2))", ws, ids
        )
    return {str(row["id"]): row["name"] for row in rows}


async def rename(db: Database, ws: UUID, devices: list[UUID], random: Random, times: int) -> None:
    for number in range(times):
        device = random.choice(devices)
        async with db.transaction() as tx:
            await tx.execute(
                "UPDATE device SET name = $3 WHERE workspace_id = $1 AND id = $2", ws, device, f"n{number}"
            )
            await eventlog.record(tx, [Event(ws, ws, "devices_changed", (device,))])


class Screen:
    """A tab that took a snapshot once and afterwards looks only at what events name."""

    def __init__(self, db: Database, ws: UUID) -> None:
        self.db, self.ws = db, ws
        self.names: dict[str, str] = {}
        self.head = 0

    async def take_snapshot(self) -> None:
        async with self.db.connection() as connection:
            self.head = await eventlog.head(connection, self.ws, self.ws)
        self.names = await read_names(self.db, self.ws)

    async def watch(self, tab: Tab, until: int) -> None:
        """Follow until the event numbered `until`."""
        await tab.say(op="sub", topic=self.ws, since=self.head)
        while self.head < until:
            message = await tab.hear()
            if message["op"] == "event":
                assert message["seq"] == self.head + 1
                self.names |= await read_names(self.db, self.ws, message["ids"])
                self.head = message["seq"]
            elif message["op"] == "resync":
                await self.take_snapshot()


@pytest.mark.parametrize("seed", range(3))
async def test_an_old_snapshot_and_the_events_make_the_new_snapshot(
    live: Live, web: Web, other_process: Database, seed: int
) -> None:
    random = Random(seed)
    owner = await web.found()
    ws = owner.workspace_id
    devices = [await add_device(live.db, ws) for _ in range(8)]
    token = await live.sign_in(owner)
    total = 240

    async def look(first_until: int) -> dict[str, str]:
        screen = Screen(live.db, ws)
        await screen.take_snapshot()
        for until in (first_until, total):
            tab = await live.tab(token)
            await screen.watch(tab, until)
            # The connection is cut, and made again from the last number.
            tab.connection.transport.abort()
        return screen.names

    async with asyncio.timeout(40), asyncio.TaskGroup() as tasks:
        looks = [tasks.create_task(look(random.randint(1, total))) for _ in range(4)]
        for writer in range(4):
            db = live.db if writer % 2 else other_process
            tasks.create_task(rename(db, ws, devices, Random(seed * 10 + writer), total // 4))

    now = await read_names(live.db, ws)
    assert [look.result() for look in looks] == [now] * 4
