"""Which devices this process holds: by a heartbeat in the database, under an epoch that every write names.

A gateway that cannot renew its heartbeat lets go by itself, on the monotonic clock, before anybody may take over.
"""

import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final
from uuid import UUID

import structlog

from hebah.devices import reads as devices
from hebah.devices.actions import held
from hebah.devices.model import Device, Holding, Share
from hebah.foundation.clock import Clock
from hebah.foundation.crashpoints import CrashPoints
from hebah.foundation.ids import make_id
from hebah.foundation.postgres import Database, Transaction, load_queries
from hebah.gateway.saying import said_of
from hebah.inbox.actions import messages as inbox
from hebah.inbox.model.messages import MessageStatus, SentMessage
from hebah.outbox import actions as outbox
from hebah.outbox.model import DeviceEpoch, Dispatch

QUERIES = load_queries("hebah.gateway")

_log = structlog.get_logger(__name__)

_SAFE_SHARE_OF_TTL = 0.8
_BEATS_A_TTL = 5
_MOST_A_CLAIM = 500
_MOST_HANDED_OVER_A_LOOK = 10


@dataclass(frozen=True, slots=True)
class WorkerFacts:
    """What the worker row says of this process, and how long its word is good without a heartbeat."""

    host: str
    pid: int
    version: str
    ttl: timedelta = timedelta(seconds=15)
    roles: tuple[str, ...] = ("gateway",)

    @property
    def beat_every_s(self) -> float:
        """Seconds between two heartbeats."""
        return self.ttl.total_seconds() / _BEATS_A_TTL


class Tenure:
    """One registration of this process as a worker: good as long as it is renewed, and never again once it lapsed."""

    __slots__ = ("_good_for_s", "_monotonic", "_renewed_at", "has_ended", "worker_id")

    def __init__(self, worker_id: UUID, ttl: timedelta, monotonic: Callable[[], float] = time.monotonic) -> None:
        self.worker_id = worker_id
        self.has_ended = False
        self._good_for_s = ttl.total_seconds() * _SAFE_SHARE_OF_TTL
        self._monotonic = monotonic
        self._renewed_at = monotonic()

    def renewed(self, asked_at: float) -> None:
        """The database has renewed it; `asked_at` is the monotonic time before we asked."""
        self._renewed_at = asked_at

    def end(self) -> None:
        """It is over, whatever the database may still answer."""
        self.has_ended = True

    def left_s(self) -> float:
        """Seconds for which it is certainly good."""
        if self.has_ended:
            return 0.0
        return max(0.0, self._renewed_at + self._good_for_s - self._monotonic())

    def holds(self) -> bool:
        """Whether nobody else can have taken the devices yet."""
        return self.left_s() > 0


class Lease:
    """The right to act for one device, until the tenure ends or the device is lost."""

    __slots__ = ("_is_lost", "_tenure", "device", "holding", "is_leaving")

    def __init__(self, device: Device, tenure: Tenure) -> None:
        self.device = device
        self.holding: Final = Holding(device.workspace_id, device.id, device.epoch, tenure.worker_id)
        """What every write of the device names."""
        self._tenure = tenure
        self._is_lost = False
        self.is_leaving = False

    @property
    def workspace_id(self) -> UUID:
        """The device's workspace."""
        return self.device.workspace_id

    @property
    def device_id(self) -> UUID:
        """The device."""
        return self.device.id

    @property
    def epoch(self) -> int:
        """What every write names."""
        return self.device.epoch

    def is_valid(self) -> bool:
        """Whether to act at all; by the monotonic clock, so it is right even after the process was frozen."""
        return not self._is_lost and self._tenure.holds()

    def leave(self) -> None:
        """Another gateway is to have the device: nothing more is begun for it, what is on the wire still settles."""
        self.is_leaving = True

    def lose(self) -> None:
        """Somebody else has the device, or nobody wants it."""
        self._is_lost = True


@dataclass(frozen=True, slots=True)
class Changes:
    """What has changed since the last look: leases gained, lost, and too many for a fair share."""

    gained: list[Lease] = field(default_factory=list)
    lost: list[Lease] = field(default_factory=list)
    surplus: list[Lease] = field(default_factory=list)


class Leases:
    """This process's heartbeat and the devices it holds.

    `beats` is a pool of its own, so that no other work can keep a heartbeat waiting.
    """

    def __init__(
        self,
        beats: Database,
        db: Database,
        clock: Clock,
        facts: WorkerFacts,
        *,
        transports: Sequence[str],
        crashpoint: CrashPoints,
    ) -> None:
        self._beats = beats
        self._db = db
        self._clock = clock
        self._facts = facts
        self._transports = tuple(transports)
        self._crashpoint = crashpoint
        self._held: dict[UUID, Lease] = {}
        self.tenure = Tenure(make_id(), facts.ttl)
        self.tenure.end()  # until registered

    @property
    def worker_id(self) -> UUID:
        """What the device rows name as their owner."""
        return self.tenure.worker_id

    async def register(self) -> None:
        """Begin a new tenure under a fresh id; what an earlier one of this process held is free for everybody.

        Call it only when every link of the earlier tenure is closed.
        """
        asked_at, tenure = time.monotonic(), Tenure(make_id(), self._facts.ttl)
        async with self._beats.transaction() as tx:
            await QUERIES.expire_worker(tx, id=self.tenure.worker_id)
            await _add_worker(tx, tenure.worker_id, self._facts, self._transports)
        tenure.renewed(asked_at)
        self._held.clear()
        self.tenure = tenure

    async def beat(self) -> None:
        """Renew the lease once. A refusal ends the tenure; no answer at all leaves it to lapse by itself."""
        tenure, asked_at = self.tenure, time.monotonic()
        async with self._beats.transaction() as tx:
            renewed = await QUERIES.renew_worker(tx, id=tenure.worker_id, ttl=self._facts.ttl)
        if renewed is None:
            tenure.end()
        elif not tenure.has_ended:
            tenure.renewed(asked_at)

    def end_tenure(self) -> list[Lease]:
        """Lose everything at once; gives what was held, so that its links can be closed."""
        self.tenure.end()
        lost = list(self._held.values())
        self._held.clear()
        for lease in lost:
            lease.lose()
        return lost

    async def look(self) -> Changes:
        """Compare with the database: notice what was taken away, claim up to a fair share, offer what is above it."""
        tenure = self.tenure
        if not tenure.holds():
            return Changes()
        async with self._db.connection() as connection:
            await QUERIES.end_silent_sessions(connection, ttl=self._facts.ttl)
            shares = await devices.shares(connection, tenure.worker_id)
            lost = self._missing(await devices.held(connection, tenure.worker_id)) if self._differs(shares) else []
        for lease in lost:
            self._drop(lease)
        gained = await self._claim(tenure, self._room(shares))
        if not tenure.holds():
            return Changes(lost=lost)  # it lapsed while the database answered; nobody has seen what was claimed
        # A device taken away and claimed again within one look has a link under the epoch before.
        former = [self._held[lease.device_id] for lease in gained if lease.device_id in self._held]
        for lease in former:
            self._drop(lease)
        self._held.update({lease.device_id: lease for lease in gained})
        return Changes(gained, lost + former, self._surplus(shares))

    async def release(self, leases: Sequence[Lease]) -> None:
        """Hand devices back whose links are closed."""
        for lease in leases:
            self._drop(lease)
        by_owner = [lease.holding for lease in leases if lease.holding.owner == self.worker_id]
        await held.release(self._db, self.worker_id, by_owner, self._clock.now())

    async def retire(self) -> None:
        """Hand everything back and leave; links must be closed."""
        leases = self.end_tenure()
        await held.release(self._db, self.worker_id, [lease.holding for lease in leases], self._clock.now())
        async with self._beats.transaction() as tx:
            await QUERIES.expire_worker(tx, id=self.worker_id)

    def _differs(self, shares: Mapping[str, Share]) -> bool:
        # Only this process adds to what it holds, so equal numbers mean equal sets.
        return sum(share.held for share in shares.values()) != len(self._held)

    def _room(self, shares: Mapping[str, Share]) -> dict[str, int]:
        """How many more devices of each transport would be fair, as far as this process reaches it."""
        holds = self._holds()
        room = {name: share.fair - holds[name] for name, share in shares.items() if name in self._transports}
        return {name: min(many, _MOST_A_CLAIM) for name, many in room.items() if many > 0}

    def _holds(self) -> Counter[str]:
        return Counter(lease.device.transport for lease in self._held.values())

    def _missing(self, holdings: Sequence[Holding]) -> list[Lease]:
        epochs = {holding.device_id: holding.epoch for holding in holdings}
        return [lease for lease in self._held.values() if epochs.get(lease.device_id) != lease.epoch]

    def _surplus(self, shares: Mapping[str, Share]) -> list[Lease]:
        """What is above a fair share, the newest first; few at a time, since each hand-over costs a reconnect."""
        too_many = {name: many - shares[name].fair for name, many in self._holds().items() if name in shares}
        if max(too_many.values(), default=0) <= 0:
            return []
        surplus: list[Lease] = []
        for lease in reversed(self._held.values()):
            if len(surplus) == _MOST_HANDED_OVER_A_LOOK:
                break
            if too_many.get(lease.device.transport, 0) > 0:
                too_many[lease.device.transport] -= 1
                surplus.append(lease)
        return surplus

    def _drop(self, lease: Lease) -> None:
        lease.lose()
        if self._held.get(lease.device_id) is lease:
            del self._held[lease.device_id]

    async def _claim(self, tenure: Tenure, room: Mapping[str, int]) -> list[Lease]:
        if not room:
            return []
        now = self._clock.now()
        claimed: list[Device] = []
        async with self._db.transaction() as tx:
            for transport, limit in sorted(room.items()):
                claimed += await held.claim(tx, tenure.worker_id, [transport], limit, now)
            if claimed:
                await self._take_over(tx, claimed)
        if not claimed:
            return []
        self._crashpoint("after_device_claim")
        _log.info("devices_claimed", worker_id=tenure.worker_id, devices=len(claimed))
        return [Lease(device, tenure) for device in claimed]

    async def _take_over(self, tx: Transaction, claimed: Sequence[Device]) -> None:
        # In the claim's own transaction: from the commit on, no row of an older epoch can still say "dispatching".
        epochs = [DeviceEpoch(device.workspace_id, device.id, device.epoch) for device in claimed]
        lost = await outbox.take_over(tx, epochs, self._clock.now())
        await inbox.record_sent(tx, [_in_doubt(dispatch) for dispatch in lost])
        await held.announce(tx, claimed)


async def add_worker(db: Database, facts: WorkerFacts) -> UUID:
    """Register a process that holds no devices; gives its id."""
    worker_id = make_id()
    async with db.transaction() as tx:
        await _add_worker(tx, worker_id, facts, ())
    return worker_id


async def renew_worker(db: Database, worker_id: UUID, facts: WorkerFacts) -> bool:
    """One heartbeat; False when the row has lapsed and the process has to register anew."""
    async with db.transaction() as tx:
        return await QUERIES.renew_worker(tx, id=worker_id, ttl=facts.ttl) is not None


async def _add_worker(tx: Transaction, worker_id: UUID, facts: WorkerFacts, transports: Sequence[str]) -> None:
    await QUERIES.forget_workers(tx)
    await QUERIES.add_worker(
        tx,
        id=worker_id,
        roles=list(facts.roles),
        host=facts.host,
        pid=facts.pid,
        version=facts.version,
        transports=list(transports),
        ttl=facts.ttl,
    )


async def expire_worker(db: Database, worker_id: UUID) -> None:
    """Free what a worker held. Only for one that is certainly dead: its links must be gone."""
    async with db.transaction() as tx:
        await QUERIES.expire_worker(tx, id=worker_id)


async def expire_process(db: Database, host: str, pid: int) -> None:
    """Free what a process held that its supervisor has reaped."""
    async with db.transaction() as tx:
        await QUERIES.expire_process(tx, host=host, pid=pid)


def _in_doubt(dispatch: Dispatch) -> SentMessage:
    return SentMessage(
        workspace_id=dispatch.device.workspace_id,
        device_id=dispatch.device.device_id,
        address=dispatch.to,
        wire_id=dispatch.wire_id,
        said=said_of(dispatch),
        at=dispatch.dispatched_at,
        status=MessageStatus.UNKNOWN,
        contact_id=dispatch.contact_id,
        outbox_id=dispatch.outbox_id,
        media_id=dispatch.media_id,
    )
