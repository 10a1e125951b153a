"""The gateway role: holds devices by lease, keeps their links, sends and receives. Runs inside `up` or by itself."""

import asyncio
import contextlib
import os
import socket
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from random import Random, SystemRandom
from typing import Any
from uuid import UUID

import structlog

from hebah.devices import reads as devices
from hebah.foundation import metrics
from hebah.foundation.bus import Bus
from hebah.foundation.clock import Clock
from hebah.foundation.crashpoints import CrashPoints
from hebah.foundation.errors import NotFound
from hebah.foundation.postgres import Database
from hebah.gateway.asks import Asks
from hebah.gateway.batches import WINDOW_S
from hebah.gateway.connecting import ConnectBudget
from hebah.gateway.downloads import Downloads
from hebah.gateway.errands import Errands
from hebah.gateway.fetching import Fetching
from hebah.gateway.files import InMemory
from hebah.gateway.history import History
from hebah.gateway.leases import Lease, Leases, WorkerFacts
from hebah.gateway.links import Surroundings
from hebah.gateway.liveness import Liveness
from hebah.gateway.marks import Marks
from hebah.gateway.outgoing import MediaOut, MediaSource
from hebah.gateway.receiver import Receiver
from hebah.gateway.reports import Pulses, Reports
from hebah.gateway.sender import Sender, SenderFacts
from hebah.gateway.sessions import Sessions
from hebah.gateway.signs import Signs
from hebah.gateway.timers import Timers
from hebah.gateway.transport import Transport
from hebah.media import reads as media
from hebah.media.ports import Blobs, StoredBlob
from hebah.messaging.said import MessageKind

_log = structlog.get_logger(__name__)

LIVENESS = timedelta(seconds=30)

_LOOK_EVERY_S = 1.0
_LOOKS_APART_S = 0.05
_REMINDED_EVERY = timedelta(seconds=5)
_BEAT_CONNECTIONS = 2
_HELD_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class GatewaySettings:
    """How a gateway behaves; the defaults suit production. `liveness` None asks no link for signs of life.

    `gather_s` is for how many real seconds work is gathered into one transaction: in stepped time nothing more comes.
    """

    version: str
    roles: tuple[str, ...] = ("gateway",)
    lease_ttl: timedelta = timedelta(seconds=15)
    connect_rate: float = 50.0
    liveness: timedelta | None = LIVENESS
    sender: SenderFacts = field(default_factory=SenderFacts)
    gather_s: float = WINDOW_S
    crashpoint: CrashPoints = field(default_factory=CrashPoints.none)


@dataclass(frozen=True, slots=True)
class GatewayParts:
    """What a gateway is made of; `database_url` is for the heartbeat, which has connections of its own."""

    database_url: str
    db: Database
    clock: Clock
    bus: Bus
    transports: Mapping[str, Transport]
    blobs: Blobs
    settings: GatewaySettings


class StoredFiles:
    """The sender's files, from the media store."""

    def __init__(self, db: Database, blobs: Blobs) -> None:
        self._db = db
        self._blobs = blobs

    async def file(self, workspace_id: UUID, media_id: UUID) -> MediaOut | None:
        """The file, ready for the wire; None when it is gone for good."""
        try:
            found, blob = await media.open_file(self._db, self._blobs, workspace_id, media_id)
        except (NotFound, media.MediaMissing):
            return None
        source: MediaSource = InStore(blob, found.sha256)
        if blob.size <= _HELD_BYTES:  # a campaign sends the same picture to thousands
            source = InMemory(b"".join([piece async for piece in blob.pieces()]))
        return MediaOut(
            MessageKind.IMAGE,
            source,
            found.mime,
            width=found.width or 0,
            height=found.height or 0,
            seconds=found.seconds,
            thumbnail=found.thumbnail,
            waveform=found.waveform,
        )


class InStore:
    """A file that is read from the store in pieces whenever it is sent: a `MediaSource`."""

    __slots__ = ("_blob", "sha256")

    def __init__(self, blob: StoredBlob, sha256: bytes) -> None:
        self._blob = blob
        self.sha256 = sha256

    @property
    def size(self) -> int:
        """How many bytes."""
        return self._blob.size

    def read(self) -> AsyncIterator[bytes]:
        """The bytes in pieces."""
        return self._blob.pieces()


async def run(parts: GatewayParts, stop: asyncio.Event) -> None:
    """Hold devices until told to stop; then finish what is on the wire, store what arrived, and hand all back."""
    with contextlib.ExitStack() as starting:
        # In a rehearsal no time passes between the death of a gateway and its successor's first look.
        starting.enter_context(parts.clock.busy())
        async with await Database.connect(parts.database_url, max_connections=_BEAT_CONNECTIONS) as beats:
            await _Gateway(parts, beats, looked=starting.close).run(stop)


def _fetching(parts: GatewayParts, timers: Timers, sessions: Sessions, draw: Random) -> Sequence[Fetching[Any]]:
    """Everything that is done on links besides sending and receiving, each kind in a loop of its own."""
    db, clock = parts.db, parts.clock
    return (
        Fetching(db, clock, timers, sessions, Downloads(db, parts.blobs, clock, draw)),
        Fetching(db, clock, timers, sessions, History(db, clock, draw)),
        Fetching(db, clock, timers, sessions, Marks(db, clock)),
        Fetching(db, clock, timers, sessions, Errands(db, parts.blobs, clock)),
    )


class _Gateway:
    def __init__(self, parts: GatewayParts, beats: Database, looked: Callable[[], None]) -> None:
        settings, draw = parts.settings, SystemRandom()
        self._parts = parts
        self._looked = looked
        self._facts = WorkerFacts(
            socket.gethostname(), os.getpid(), settings.version, settings.lease_ttl, settings.roles
        )
        self._leases = Leases(
            beats,
            parts.db,
            parts.clock,
            self._facts,
            transports=list(parts.transports),
            crashpoint=settings.crashpoint,
        )
        self._timers = Timers(parts.clock)
        self._reports = Reports(parts.db, parts.clock, settings.gather_s)
        self._pulses = Pulses(parts.db)
        self._receiver = Receiver(parts.db, parts.clock, settings.crashpoint, settings.gather_s)
        self._sender = Sender(
            parts.db,
            parts.clock,
            StoredFiles(parts.db, parts.blobs),
            settings.crashpoint,
            draw,
            replace(settings.sender, gather_s=settings.gather_s),
        )
        self._signs = Signs(parts.db, parts.clock)
        self._look = asyncio.Event()
        self._lapsed = asyncio.Event()
        self._may_register = asyncio.Event()
        self._sessions = Sessions(
            parts.transports,
            Surroundings(
                db=parts.db,
                clock=parts.clock,
                timers=self._timers,
                budget=ConnectBudget(parts.clock, self._timers, draw, settings.connect_rate),
                reports=self._reports,
                pulses=self._pulses,
                sends=self._sender,
                receives=self._receiver,
                notices=self._signs,
                draw=draw,
            ),
            ended=self._look.set,
        )
        metrics.DEVICES_HELD.set_function(lambda: self._sessions.count()[0])
        metrics.LINKS.set_function(lambda: self._sessions.count()[1])
        self._fetching = _fetching(parts, self._timers, self._sessions, draw)
        self._asks = Asks(parts.db, parts.clock, self._timers, self._sessions, lambda: self._leases.worker_id)

    async def run(self, stop: asyncio.Event) -> None:
        await self._leases.register()
        async with asyncio.TaskGroup() as group:
            beating = [group.create_task(task) for task in (self._beat(), self._guard())]
            writing = [group.create_task(task) for task in (self._reports.run(), self._receiver.run())]
            sending = group.create_task(self._sender.run())
            others = [group.create_task(task) for task in self._other_loops(stop)]
            async with self._sessions:
                await self._hold(stop)
                await self._sender.close()
                await self._sessions.drop_all()
            await sending
            self._receiver.close()
            self._reports.close()
            await asyncio.wait(writing)
            # Handing back ends the tenure: a heartbeat after that would take it for lapsed and begin another.
            for task in beating:
                task.cancel()
            await self._leave()
            for task in others:
                task.cancel()

    async def _leave(self) -> None:
        try:
            await self._pulses.write()
            await self._leases.retire()
        except Exception:  # noqa: BLE001 - the boundary of a loop: what is not handed back falls free with the lease
            _log.warning("not_handed_back", worker_id=self._leases.worker_id, exc_info=True)

    def _other_loops(self, stop: asyncio.Event) -> list[Coroutine[None, None, None]]:
        loops = [self._timers.run(), self._pulses.run(), self._follow_bus(), self._notice(stop), self._remind()]
        loops += [self._asks.run(), self._signs.run(), *(each.run() for each in self._fetching)]
        every = self._parts.settings.liveness
        if every is not None:
            loops.append(Liveness(self._parts.clock, self._sessions, every).run())
        return loops

    async def _hold(self, stop: asyncio.Event) -> None:
        """Look every second of real time, and whenever something has moved, what is to be held."""
        while not stop.is_set():
            self._look.clear()
            try:
                await self._look_once()
            except Exception:  # noqa: BLE001 - the boundary of a loop: the next look sees what this one has missed
                _log.warning("look_failed", exc_info=True)
            self._looked()
            await asyncio.sleep(_LOOKS_APART_S)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_LOOK_EVERY_S - _LOOKS_APART_S):
                    await self._look.wait()

    async def _look_once(self) -> None:
        await self._leases.release(self._sessions.take_ended())
        changes = await self._leases.look()
        with self._parts.clock.busy() if changes.gained else contextlib.nullcontext():
            await self._sessions.drop(changes.lost)
            self._sessions.hold(changes.gained)
        if changes.surplus:
            await self._hand_over(changes.surplus)
        async with self._parts.db.connection() as connection:
            commands = await devices.open_commands(connection, self._leases.worker_id, self._parts.clock.now())
        self._sessions.carry_out(commands)

    async def _hand_over(self, surplus: Sequence[Lease]) -> None:
        """Give devices to another gateway, each with nothing on the wire: the next one could only call it unknown."""
        for lease in surplus:
            lease.leave()  # a link that comes back meanwhile must not open its lane again
            self._sender.remove_lane(lease.device_id)
        async with asyncio.TaskGroup() as group:
            for lease in surplus:
                group.create_task(self._sender.settled(lease.device_id))
        await self._sessions.drop(surplus)
        await self._leases.release(surplus)

    async def _beat(self) -> None:
        """Renew the lease; once it has lapsed and every link is closed, begin anew."""
        while True:
            await asyncio.sleep(self._facts.beat_every_s)
            try:
                async with asyncio.timeout(self._facts.beat_every_s * 2):
                    await (self._leases.register() if self._may_register.is_set() else self._leases.beat())
            except Exception as error:  # noqa: BLE001 - the boundary of a loop: without an answer the lease lapses
                # No traceback: to write one takes longer than a heartbeat may.
                _log.warning("beat_failed", worker_id=self._leases.worker_id, fault=type(error).__name__)
                continue
            if self._leases.tenure.holds():
                self._may_register.clear()
            else:
                self._lapsed.set()

    async def _guard(self) -> None:
        """Close every link before anybody else may take the devices, also when the database does not answer."""
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(max(self._leases.tenure.left_s(), _LOOKS_APART_S)):
                    await self._lapsed.wait()
            self._lapsed.clear()
            if self._leases.tenure.holds() or self._may_register.is_set():
                continue
            _log.error("lease_lapsed", worker_id=self._leases.worker_id)
            await self._sessions.drop(self._leases.end_tenure())
            self._may_register.set()

    async def _follow_bus(self) -> None:
        with self._parts.bus.subscribe() as moved:
            async for topic in moved:
                self._sender.wake(topic)
                for each in self._fetching:
                    each.wake(topic)
                self._asks.wake(topic)
                if topic.id == topic.workspace_id:
                    self._look.set()

    async def _remind(self) -> None:
        """Look every so often of business time too, which in a rehearsal runs faster than ours."""
        while True:
            await self._parts.clock.sleep_until(self._parts.clock.now() + _REMINDED_EVERY)
            self._look.set()

    async def _notice(self, stop: asyncio.Event) -> None:
        await stop.wait()
        self._look.set()
