"""A shop over the wire to measure: PostgreSQL, gateways with companions, and the network, in processes of their own."""

import asyncio
import os
import socket
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path

from runner import ROOT

from hebah.app.migrate import migrate
from hebah.app.partitions import ensure_partitions
from hebah.app.settings import Settings
from hebah.foundation.clock import SystemClock
from hebah.foundation.embedded_postgres import EmbeddedPostgres
from hebah.foundation.postgres import Database
from hebah.gateway.leases import expire_process

sys.path.append(str(ROOT))  # the network lives among the tests
from tests.crash.wire.adoption import Keeper, Shop, found_shop
from tests.crash.wire.gateways import Gateways, children_of
from tests.network.remote import RemoteNetwork, network_process

PROGRAM = Path(sys.executable).with_name("hebah-companion-testnet")
SEALING_KEY = bytes(range(32))
FIRST_NUMBER = "60110000001"
CONNECT_RATE = 200.0
GIVE_UP_AFTER_S = 240.0
ASKED_EVERY_S = 0.1
_TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Parts:
    """One figure of each part that is counted: CPU seconds, or KB."""

    gateway: float
    companions: float
    postgres: float

    @property
    def total(self) -> float:
        """Together."""
        return self.gateway + self.companions + self.postgres

    def since(self, before: "Parts", each_of: float) -> "Parts":
        """What has been added, in thousandths for each of so many."""
        share = 1000 / each_of
        return Parts(
            (self.gateway - before.gateway) * share,
            (self.companions - before.companions) * share,
            (self.postgres - before.postgres) * share,
        )


@dataclass(slots=True)
class WireShop:
    """What runs."""

    server: EmbeddedPostgres
    db: Database
    network: RemoteNetwork
    network_pid: int
    shop: Shop
    open_gateways: Callable[[], Gateways]

    def cpu(self, gateways: Gateways) -> Parts:
        """CPU seconds that each part has used since it was started."""
        assert self.server.pid is not None
        return Parts(
            sum(map(cpu_s, gateways.pids)),
            sum(map(cpu_s, gateways.companions)),
            cpu_s(self.server.pid, reaped=True) + sum(map(cpu_s, children_of(self.server.pid))),
        )

    def memory(self, gateways: Gateways) -> Parts:
        """KB of memory, what is shared counted in parts (PSS)."""
        assert self.server.pid is not None
        return Parts(
            sum(map(pss_kb, gateways.pids)),
            sum(map(pss_kb, gateways.companions)),
            pss_kb(self.server.pid) + sum(map(pss_kb, children_of(self.server.pid))),
        )

    async def all_online(self, epoch: int = 1) -> None:
        """Return once every number is connected, under this epoch or a later one."""
        await until(partial(self._are_online, epoch))

    async def _are_online(self, epoch: int) -> bool:
        async with self.db.connection() as connection:
            online = await connection.fetchval(
                "SELECT count(*) FROM device WHERE workspace_id = $1 AND state = 'online' AND epoch >= $2",
                self.shop.workspace_id,
                epoch,
            )
        return bool(online == len(self.shop.numbers))


@asynccontextmanager
async def open_shop(folder: Path, numbers: int) -> AsyncIterator[WireShop]:
    """A fresh database and network with so many linked numbers; no gateway runs yet."""
    clock = SystemClock()
    async with AsyncExitStack() as stack:
        server = stack.enter_context(EmbeddedPostgres(folder / "home"))
        await migrate(server.url)
        db = await stack.enter_async_context(await Database.connect(server.url, max_connections=4))
        await ensure_partitions(db, clock.now())
        network, pid = await stack.enter_async_context(open_network(private(folder / "network")))
        keeper = Keeper(PROGRAM, server.url, SEALING_KEY)
        shop = await found_shop(db, network, keeper, first=FIRST_NUMBER, numbers=numbers, now=clock.now())
        async with db.transaction() as tx:
            await tx.execute("ANALYZE")
        settings = wire_settings(private(folder / "gateway"), server.url)
        yield WireShop(
            server, db, network, pid, shop, partial(Gateways, settings, network.settings_file, folder, 1, _burial(db))
        )


def wire_settings(home: Path, database_url: str) -> Settings:
    """As in production, only that numbers connect faster."""
    return Settings(
        home=home,
        database_url=database_url,
        simulated=False,
        log_level="WARNING",
        lease_ttl=timedelta(seconds=15),
        connect_rate=CONNECT_RATE,
        companion=PROGRAM,
        sealing_key=SEALING_KEY,
    )


@asynccontextmanager
async def open_network(folder: Path) -> AsyncIterator[tuple[RemoteNetwork, int]]:
    """The network and its process."""
    before = set(children_of(os.getpid()))
    async with network_process(folder) as network:
        [pid] = set(children_of(os.getpid(), b"python")) - before
        yield network, pid


def private(folder: Path) -> Path:
    """Make a folder."""
    folder.mkdir()
    return folder


def _burial(db: Database) -> Callable[[int], Awaitable[None]]:
    """What a supervisor does that has seen a gateway die: free its numbers."""

    async def bury(pid: int) -> None:
        await expire_process(db, socket.gethostname(), pid)

    return bury


async def until(check: Callable[[], Awaitable[bool]]) -> None:
    """Return once it is so; TimeoutError when that takes too long."""
    async with asyncio.timeout(GIVE_UP_AFTER_S):
        while not await check():  # noqa: ASYNC110 - no event tells
            await asyncio.sleep(ASKED_EVERY_S)


def cpu_s(pid: int, *, reaped: bool = False) -> float:
    """CPU seconds of a process; with those of its children that have ended, when asked."""
    with suppress(OSError):
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return sum(map(int, fields[11 : 15 if reaped else 13])) / _TICKS_A_SECOND
    return 0.0


def pss_kb(pid: int) -> float:
    """Memory of a process in KB, what it shares with others counted in parts."""
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return float(line.split()[1])
    return 0.0
