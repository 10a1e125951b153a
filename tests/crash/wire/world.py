"""A shop over the wire: PostgreSQL, a network of this machine, numbers on it, and gateways with real companions."""

import asyncio
import os
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import asyncpg
import pytest

from hebah.app.migrate import migrate
from hebah.app.partitions import ensure_partitions
from hebah.app.rehearsal import store
from hebah.app.settings import Settings
from hebah.foundation.clock import SystemClock
from hebah.foundation.embedded_postgres import EmbeddedPostgres
from hebah.foundation.postgres import Database
from tests.crash.wire.adoption import Keeper, Shop, found_shop
from tests.crash.wire.gateways import Gateways
from tests.network.messages import text
from tests.network.network import Network

PROGRAM = Path(sys.executable).with_name("hebah-companion-testnet")
SEALING_KEY = bytes(range(32))
FIRST_NUMBER, FIRST_PERSON = "60110000001", "60120000001"
ONLINE_WITHIN_S = 60.0
_ASKED_EVERY_S = 0.03
_WRITERS = 60


@dataclass(frozen=True, slots=True)
class Received:
    """How what was written compares with what is stored, and with what the network still waits to be told."""

    written: int
    rows: int
    lost: int
    doubled: int
    unreadable: int
    waiting: int


@dataclass(slots=True)
class World:
    """Where a test takes place. The network and PostgreSQL survive whatever is killed.

    `written` is what people have written to the numbers: the text of each message by its wire id.
    """

    server: EmbeddedPostgres
    db: Database
    network: Network
    shop: Shop
    gateways: Gateways
    written: dict[str, str] = field(default_factory=dict)

    async def write(self, count: int) -> str:
        """Somebody writes to a number: the next person to the next number in turn."""
        number = self.shop.numbers[count % len(self.shop.numbers)]
        person = int(FIRST_PERSON) + count % _WRITERS
        words = f"Message {count}"
        wire_id = await self.network.write(str(person), number.phone, text(words))
        self.written[wire_id] = words
        return wire_id

    async def stored(self) -> int:
        """How many received messages have been stored."""
        async with self.db.connection() as connection:
            return int(await connection.fetchval("SELECT count(*) FROM message WHERE NOT from_me"))

    async def online(self) -> int:
        """How many numbers are connected, as our tables have it."""
        async with self.db.connection() as connection:
            return (await store.count_online(connection, self.shop.workspace_id)).devices

    async def all_online(self) -> None:
        """Return once every number is connected."""
        await self.until(self._is_all_online, ONLINE_WITHIN_S, "every number online")

    async def _is_all_online(self) -> bool:
        return await self.online() == len(self.shop.numbers)

    async def connected(self) -> int:
        """How many numbers are connected, as the network has it."""
        found = 0
        for number in self.shop.numbers:
            found += sum(device.online for device in await self.network.devices(number.phone))
        return found

    async def _redelivered(self) -> int:
        """How many stanzas a number got again, since it had not acknowledged them before it went away."""
        found = 0
        for number in self.shop.numbers:
            found += sum(device.redelivered for device in await self.network.devices(number.phone))
        return found

    async def unacknowledged(self) -> set[str]:
        """Messages of people that the network has not been told are stored."""
        return {wire_id for number in self.shop.numbers for wire_id in await self._waiting(number.phone)}

    async def _waiting(self, phone: str) -> list[str]:
        return [wire_id for device in await self.network.devices(phone) for wire_id in device.waiting]

    async def received(self) -> Received:
        """Count."""
        async with self.db.connection() as connection:
            rows = await connection.fetch("SELECT wire_id, body FROM message WHERE NOT from_me")
        found = Counter(row["wire_id"] for row in rows)
        texts = self.written
        return Received(
            written=len(texts),
            rows=len(rows),
            lost=len(texts.keys() - found.keys()),
            doubled=sum(many - 1 for many in found.values()),
            unreadable=sum(texts.get(row["wire_id"]) != row["body"] for row in rows),
            waiting=len(await self.unacknowledged()),
        )

    async def until(self, check: Callable[[], Awaitable[bool]], within_s: float, what: str) -> None:
        """Return once something is so; who waits in vain is told how things stand."""
        try:
            async with asyncio.timeout(within_s):
                while not await self._holds(check):  # noqa: ASYNC110 - no event tells
                    await asyncio.sleep(_ASKED_EVERY_S)
        except TimeoutError:
            raise AssertionError(f"not within {within_s:.0f} s: {what}\n{await self.standing()}") from None

    async def _holds(self, check: Callable[[], Awaitable[bool]]) -> bool:
        try:
            return await check()
        except (asyncpg.PostgresError, OSError):
            return False  # the database is away on purpose

    async def standing(self) -> str:
        """How things stand, for the one who has to find out."""
        async with self.db.connection() as connection:
            states = await connection.fetch("SELECT state, cause, count(*) FROM device GROUP BY 1, 2")
            outbox = await connection.fetch("SELECT state, was_unknown, count(*) FROM outbox GROUP BY 1, 2")
        lines = (
            str(await self.received()),
            f"devices: {[tuple(row) for row in states]}",
            f"outbox: {[tuple(row) for row in outbox]}",
            f"network: {await self.network.stats()}; redelivered {await self._redelivered()}",
            f"complaints: {await self.network.complaints()}",
            f"gateways started: {self.gateways.starts}, companions now: {self.gateways.companions}",
            self.gateways.last_words(),
        )
        return "\n".join(lines)

    # ---- PostgreSQL

    async def stop_postgres(self) -> None:
        """Stop it as `pg_ctl -m immediate` does: without a checkpoint, every connection cut."""
        assert self.server.pid is not None
        os.kill(self.server.pid, signal.SIGQUIT)
        async with asyncio.timeout(10):
            while self.server.pid is not None:  # noqa: ASYNC110 - no event tells
                await asyncio.sleep(_ASKED_EVERY_S)

    async def start_postgres(self) -> None:
        """Start it on what the crash has left."""
        await asyncio.to_thread(self.server.stop)
        await asyncio.to_thread(self.server.start)


@dataclass(frozen=True, slots=True)
class Plan:
    """What there shall be."""

    numbers: int = 12
    gateways: int = 1
    devices_a_companion: int = 6
    lease_ttl: timedelta = timedelta(seconds=3)


@asynccontextmanager
async def open_world(folder: Path, plan: Plan) -> AsyncIterator[World]:
    """Everything of a fresh shop, its numbers connected."""
    if not PROGRAM.exists():
        pytest.fail("the companion is not built: run make companion", pytrace=False)
    clock = SystemClock()
    async with AsyncExitStack() as stack:
        server = stack.enter_context(EmbeddedPostgres(folder / "home"))
        await migrate(server.url)
        db = await stack.enter_async_context(await Database.connect(server.url))
        await ensure_partitions(db, clock.now())
        network = await stack.enter_async_context(Network(folder))
        await network.people(FIRST_PERSON, 100_000)
        keeper = Keeper(PROGRAM, server.url, SEALING_KEY)
        shop = await found_shop(db, network, keeper, first=FIRST_NUMBER, numbers=plan.numbers, now=clock.now())
        settings = Settings(
            home=folder / "gateway",
            database_url=server.url,
            simulated=False,
            log_level="WARNING",
            lease_ttl=plan.lease_ttl,
            connect_rate=200,
            connections=8,
            companion=PROGRAM,
            companion_devices=plan.devices_a_companion,
            companion_connections=8,
            sealing_key=SEALING_KEY,
        )
        settings.home.mkdir()
        gateways = await stack.enter_async_context(Gateways(settings, network.settings_file, folder, plan.gateways))
        world = World(server, db, network, shop, gateways)
        await world.all_online()
        yield world
