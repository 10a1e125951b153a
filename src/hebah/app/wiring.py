"""Puts a running Hebah together: the only place that picks adapters and hands parts to one another."""

import asyncio
import hashlib
import os
import socket
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from importlib.metadata import version
from pathlib import Path

import structlog

from hebah.access.model import Installation
from hebah.adapters.blobs.filesystem import FilesystemBlobs
from hebah.adapters.transports.companion import transport as companion
from hebah.adapters.transports.companion.probing import why_unusable
from hebah.adapters.transports.companion.program import find_program
from hebah.adapters.transports.companion.settings import CompanionSettings
from hebah.adapters.transports.simulated.network import NetworkSettings, SimulatedNetwork
from hebah.adapters.transports.simulated.people import LIVELY
from hebah.adapters.transports.simulated.remote_clock import RemoteClock
from hebah.adapters.transports.simulated.server import SocketServer
from hebah.adapters.transports.simulated.socket import NetworkConnection
from hebah.adapters.transports.simulated.transport import SimulatedTransport
from hebah.app.gateway import LIVENESS, GatewayParts, GatewaySettings
from hebah.app.migrate import migrate
from hebah.app.partitions import ensure_partitions
from hebah.app.sealing import sealing_key
from hebah.app.settings import SettingInvalid, Settings, environment_of_companion
from hebah.foundation.bus import Bus, InProcessBus
from hebah.foundation.clock import Clock, DatabaseClock
from hebah.foundation.embedded_postgres import EmbeddedPostgres, running_url
from hebah.foundation.errors import HebahError, Unavailable
from hebah.foundation.postgres import Database, StorageUnreachable
from hebah.foundation.redis_bus import open_redis_bus
from hebah.foundation.sole_use import sole_use_of
from hebah.gateway.batches import WINDOW_S
from hebah.gateway.transport import Transport

CLOCK_SAMPLE_EVERY_S = 5.0
LONGEST_SOCKET_PATH = 100
SWITCHED_OFF = "companion_off"

log = structlog.get_logger(__name__)


class StorageNotFound(Unavailable):
    """A process that needs somebody else's database found none."""

    code = "storage_not_found"
    sentence = "No database: set DATABASE_URL, or start `hebah up` with HEBAH_HOME={home} first."
    home: str


class StorageSettingUnusable(Unavailable):
    """The database that the environment names did not let us in."""

    code = "storage_setting_unusable"
    sentence = "DATABASE_URL (or DB_URI) names the database at {place}, which cannot be used: {cause}."
    place: str
    cause: str


@dataclass(frozen=True, slots=True)
class Reach:
    """How this process reaches numbers: transports by name, and the pretended network when it lives here.

    `unusable` are transports that could be here, by name, and why they are not.
    """

    transports: Mapping[str, Transport]
    network: SimulatedNetwork | None = None
    unusable: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Hebah:
    """What every role of a process shares."""

    settings: Settings
    database_url: str
    db: Database
    clock: Clock
    bus: Bus
    blobs: FilesystemBlobs
    reach: Reach
    installation: Installation

    @property
    def uploads(self) -> Path:
        """Where uploaded files wait to be imported."""
        return self.settings.home / "uploads"


def installed_version() -> str:
    """The version of the installed package."""
    return version("hebah")


def simulated_socket(settings: Settings) -> Path:
    """Where the pretended network of this home is reached by other processes.

    A Unix socket's address is short, so the socket of a deeply nested home lies in the system's folder for such things.
    """
    inside = settings.home / "simulated" / "network.sock"
    if len(os.fsencode(inside)) <= LONGEST_SOCKET_PATH:
        return inside
    name = hashlib.sha256(os.fsencode(settings.home)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"hebah-{os.getuid()}-{name}.sock"


def beside(settings: Settings, *, hosts: bool = False) -> Settings:
    """The settings of a process beside others: the pretended network lives in one of them, and knows all its phones.

    `hosts`: whether it may live here when nobody else has it.
    """
    if settings.simulated_socket is not None or not settings.simulated:
        return settings
    shared = simulated_socket(settings)
    if _is_answered(shared):
        return replace(settings, simulated=False, simulated_socket=shared)
    return replace(settings, simulated=hosts)


def unlinked(settings: Settings) -> Settings:
    """The settings of a process that reaches no numbers: a worker, or a command beside a running Hebah."""
    return replace(settings, simulated=False, simulated_socket=None, companion_on=False)


def _is_answered(path: Path) -> bool:
    """Whether somebody listens there; the socket of a killed process stays behind."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as asking:
        try:
            asking.connect(os.fsencode(path))
        except OSError:
            return False
    return True


def blobs_of(settings: Settings) -> FilesystemBlobs:
    """Where the bytes of files are."""
    return FilesystemBlobs(settings.home / "media")


async def companion_trouble(settings: Settings) -> str | None:
    """Why real numbers cannot be linked here; None when they can."""
    if not settings.companion_on:
        return SWITCHED_OFF
    return await why_unusable(find_program(settings.companion), environment_of_companion())


@asynccontextmanager
async def own_storage(settings: Settings) -> AsyncIterator[str]:
    """The database's address; without DATABASE_URL our own server runs as long as the block."""
    _require_home(settings.home)
    if settings.database_url is not None:
        yield settings.database_url
        return
    server = EmbeddedPostgres(settings.home / "postgres")
    await asyncio.to_thread(server.start)
    try:
        yield server.url
    finally:
        await asyncio.to_thread(server.stop)


def _require_home(home: Path) -> None:
    """Raise `SettingInvalid` unless files can be kept there; the folder is made when it is missing."""
    try:
        home.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SettingInvalid("HEBAH_HOME", f"names {home}, which cannot be made ({error.strerror})") from error
    if not os.access(home, os.W_OK | os.X_OK):
        raise SettingInvalid("HEBAH_HOME", f"names {home}, where this account may not write")


def found_storage(settings: Settings) -> str:
    """The database's address for a process beside another one that owns it; raises `StorageNotFound`."""
    url = settings.database_url or running_url(settings.home / "postgres")
    if url is None:
        raise StorageNotFound(str(settings.home))
    return url


@asynccontextmanager
async def any_storage(settings: Settings) -> AsyncIterator[str]:
    """The database's address, whether Hebah runs or not: a server of our own is started when none is running."""
    url = settings.database_url or running_url(settings.home / "postgres")
    if url is not None:
        yield url
        return
    async with own_storage(settings) as started:
        yield started


async def prepare_schema(settings: Settings, url: str) -> None:
    """Bring the schema up to date; raises `StorageSettingUnusable` when the fault is in what the environment says."""
    try:
        await migrate(url)
    except StorageUnreachable as error:
        if settings.database_url is None:
            raise
        raise StorageSettingUnusable(error.place, error.cause) from error


@asynccontextmanager
async def open_hebah(settings: Settings, url: str) -> AsyncIterator[Hebah]:
    """Bring the schema up to date and open what every role needs."""
    await prepare_schema(settings, url)
    async with (
        _open_bus(settings) as bus,
        await Database.connect(
            url, max_connections=settings.connections, on_commit=bus.publish, session=session_of(settings)
        ) as db,
        _open_time(settings, db) as (clock, connection),
        _open_reach(settings, url, clock, connection) as reach,
    ):
        with clock.busy():
            await ensure_partitions(db, clock.now())
        yield Hebah(
            settings=settings,
            database_url=url,
            db=db,
            clock=clock,
            bus=bus,
            blobs=blobs_of(settings),
            reach=reach,
            installation=Installation(
                installed_version(), settings.simulated, settings.public_url, settings.chat_storage
            ),
        )


@asynccontextmanager
async def _open_bus(settings: Settings) -> AsyncIterator[Bus]:
    if settings.redis_url is None:
        yield InProcessBus()
        return
    async with open_redis_bus(settings.redis_url) as bus:
        yield bus


def session_of(settings: Settings) -> dict[str, str]:
    """What the database is told of this process: how long it may think in a transaction, and whether words stay.

    A process that stands still in the middle of a transaction keeps its locks no longer than its lease: others wait for
    them, on the devices it holds and on the events of its workspace.
    """
    patience = {"idle_in_transaction_session_timeout": f"{settings.lease_ttl.total_seconds() * 1000:.0f}"}
    return patience if settings.chat_storage else patience | {"hebah.chat_storage": "off"}


@asynccontextmanager
async def _open_time(settings: Settings, db: Database) -> AsyncIterator[tuple[Clock, NetworkConnection | None]]:
    """Business time: the database's clock, or in a rehearsal that of the pretended network."""
    if settings.simulated_socket is None:
        clock = DatabaseClock()
        await _sample(clock, db)
        yield clock, None
        return
    async with NetworkConnection(settings.simulated_socket, party=settings.simulated_party) as connection:
        if settings.simulated_party is None:
            clock = DatabaseClock()
            await _sample(clock, db)
            yield clock, connection
        else:
            remote = RemoteClock(connection)
            await remote.joined()
            yield remote, connection


@asynccontextmanager
async def _open_reach(
    settings: Settings, url: str, clock: Clock, connection: NetworkConnection | None
) -> AsyncIterator[Reach]:
    async with (
        _open_simulated(settings, clock, connection) as pretended,
        _open_companion(settings, url) as linked,
    ):
        yield Reach({**pretended.transports, **linked.transports}, pretended.network, linked.unusable)


@asynccontextmanager
async def _open_simulated(
    settings: Settings, clock: Clock, connection: NetworkConnection | None
) -> AsyncIterator[Reach]:
    if connection is not None:
        async with SimulatedTransport(connection, clock) as remote:
            yield Reach({remote.name: remote})
    elif settings.simulated:
        folder = settings.home / "simulated"
        folder.mkdir(parents=True, exist_ok=True)
        state = NetworkSettings(behaviour=LIVELY, ledger=folder / "ledger.jsonl", state=folder / "network.json")
        with sole_use_of(folder):  # a second host would take the first one's socket, and write over its phones
            async with (
                SimulatedNetwork(clock, state) as network,
                SimulatedTransport(network, clock) as local,
                SocketServer(network, simulated_socket(settings)),  # for gateways in processes of their own
            ):
                yield Reach({local.name: local}, network)
    else:
        yield Reach({})


@asynccontextmanager
async def _open_companion(settings: Settings, url: str) -> AsyncIterator[Reach]:
    """Linked devices, which a rehearsal never touches; companions start when their first device is opened."""
    if settings.simulated_party is not None:
        yield Reach({})
        return
    program, environment = find_program(settings.companion), environment_of_companion()
    reason = await companion_trouble(settings)
    if program is None or reason is not None:
        yield Reach({}, unusable={companion.NAME: reason or SWITCHED_OFF})
        return
    async with companion.CompanionTransport(
        CompanionSettings(
            program=program,
            database_url=url,
            sealing_key=sealing_key(settings),
            spool=settings.home / "spool",
            devices=settings.companion_devices,
            connections=settings.companion_connections,
            environment=environment,
            log_level=settings.log_level,
        )
    ) as transport:
        yield Reach({transport.name: transport})


def gateway_parts(hebah: Hebah, roles: tuple[str, ...] = ("gateway",)) -> GatewayParts:
    """What the gateway of this process is made of; `roles` are all that the process has."""
    settings = hebah.settings
    return GatewayParts(
        database_url=hebah.database_url,
        db=hebah.db,
        clock=hebah.clock,
        bus=hebah.bus,
        transports=hebah.reach.transports,
        blobs=hebah.blobs,
        settings=GatewaySettings(
            version=hebah.installation.version,
            roles=roles,
            lease_ttl=settings.lease_ttl,
            connect_rate=settings.connect_rate,
            # In a rehearsal, signs of life of thousands of links would be most of its steps.
            liveness=LIVENESS if settings.simulated_party is None else None,
            gather_s=WINDOW_S if settings.simulated_party is None else 0.0,
            crashpoint=settings.crash_points(),
        ),
    )


async def keep_time(hebah: Hebah) -> None:
    """Follow the database's clock until cancelled; while it does not answer, time goes on by our own."""
    while isinstance(hebah.clock, DatabaseClock):
        await asyncio.sleep(CLOCK_SAMPLE_EVERY_S)
        try:
            await _sample(hebah.clock, hebah.db)
        except (HebahError, OSError) as error:
            log.warning("clock_not_sampled", error=type(error).__name__)


async def _sample(clock: DatabaseClock, db: Database) -> None:
    async with db.connection() as connection:
        await clock.sample(connection)
