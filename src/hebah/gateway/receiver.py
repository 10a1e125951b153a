"""Takes in what arrives on all links: stored in one transaction, and only after its commit acknowledged.

What fails to be stored is tried again, for nothing is lost by that.
"""

import asyncio
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

import structlog

from hebah.contacts.actions import people as contacts
from hebah.devices.actions import held
from hebah.foundation import eventlog, metrics
from hebah.foundation.clock import Clock
from hebah.foundation.crashpoints import CrashPoints
from hebah.foundation.eventlog import Event
from hebah.foundation.postgres import Database
from hebah.gateway.batches import WINDOW_S, Batches, is_about_content
from hebah.gateway.incoming import DurableEvent, MessageArrived
from hebah.gateway.intake import Batch, take_in
from hebah.gateway.leases import Lease
from hebah.gateway.transport import Link
from hebah.messaging.said import MessageKind, Said

_log = structlog.get_logger(__name__)

_SHORTEST_PAUSE_S, _LONGEST_PAUSE_S = 0.05, 2.0


@dataclass(frozen=True, slots=True)
class Arrival:
    """An event of a link, to be acknowledged there once it is stored."""

    lease: Lease
    link: Link
    event: DurableEvent


class Receiver:
    """Everything that arrives on the links of a gateway, on its way into the database."""

    def __init__(self, db: Database, clock: Clock, crashpoint: CrashPoints, window_s: float = WINDOW_S) -> None:
        self._db = db
        self._clock = clock
        self._crashpoint = crashpoint
        self._batches: Batches[Arrival] = Batches(clock, self._store_patiently, window_s=window_s)
        self.quarantined = 0

    async def put(self, lease: Lease, link: Link, event: DurableEvent) -> None:
        """Store the event, then acknowledge it on the link; waits while too many wait."""
        await self._batches.put(Arrival(lease, link, event))

    async def run(self) -> None:
        """Store until closed and empty."""
        await self._batches.run()

    def close(self) -> None:
        """Make `run` return once everything is stored."""
        self._batches.close()

    async def _store_patiently(self, batch: Sequence[Arrival]) -> None:
        pause_s = _SHORTEST_PAUSE_S
        # What a lost device has sent is not acknowledged, so its next holder gets it.
        while valid := [arrival for arrival in batch if arrival.lease.is_valid()]:
            try:
                stored = await self._store(valid)
            except Exception as error:  # noqa: BLE001 - the boundary of an event consumer: nothing is lost by failing
                if is_about_content(error):
                    await self._store_apart(valid, error)
                    return
                # The traceback once, for every arrival waits while it is written.
                is_first = pause_s == _SHORTEST_PAUSE_S
                _log.warning("arrivals_not_stored", arrivals=len(valid), fault=type(error).__name__, exc_info=is_first)
                await asyncio.sleep(pause_s)
                pause_s = min(2 * pause_s, _LONGEST_PAUSE_S)
                continue
            self._crashpoint("after_receive_commit")
            await self._acknowledge(stored)
            return

    async def _store_apart(self, batch: Sequence[Arrival], error: Exception) -> None:
        if len(batch) == 1:
            await self._quarantine(batch[0], error)
            return
        middle = len(batch) // 2
        await self._store_patiently(batch[:middle])
        await self._store_patiently(batch[middle:])

    async def _quarantine(self, arrival: Arrival, error: Exception) -> None:
        """An event that cannot be stored must not hold up what follows it: keep that there was one."""
        event = arrival.event
        self.quarantined += 1
        _log.error(
            "event_quarantined",
            device_id=arrival.lease.device_id,
            event_id=event.event_id,
            fault=type(error).__name__,
        )
        if isinstance(event, MessageArrived) and event.said.kind is not MessageKind.UNKNOWN:
            unreadable = replace(event, said=Said(MessageKind.UNKNOWN), sender_name=None)
            await self._store_patiently([replace(arrival, event=unreadable)])
        else:
            await self._acknowledge([arrival])

    async def _store(self, arrivals: Sequence[Arrival]) -> list[Arrival]:
        """One transaction; gives what it stored, which leaves out devices that somebody else holds now."""
        now = self._clock.now()
        async with self._db.transaction() as tx:
            ours = await held.confirm(tx, {arrival.lease.holding for arrival in arrivals})
            kept = [arrival for arrival in arrivals if arrival.lease.holding in ours]
            batch = Batch()
            for arrival in kept:
                batch.add(arrival.lease, arrival.event)
            silenced = await take_in(tx, batch, now)
            self._crashpoint("before_receive_commit")
        for kind, many in Counter(type(arrival.event).__name__ for arrival in kept).items():
            metrics.RECEIVES.labels(kind).inc(many)
        await self._tell_of(silenced)
        return kept

    async def _tell_of(self, silenced: Iterable[UUID]) -> None:
        """Screens of leads show who asked to hear no more.

        In a transaction of its own: the workspace's topic must not stay locked while the rows of its people are waited
        for.
        """
        events = [Event(workspace_id, workspace_id, contacts.LEADS_CHANGED, ()) for workspace_id in silenced]
        if events:
            async with self._db.transaction() as tx:
                await eventlog.record(tx, events)

    async def _acknowledge(self, arrivals: Iterable[Arrival]) -> None:
        for arrival in arrivals:
            await arrival.link.acknowledge(arrival.event)
            self._crashpoint("after_acknowledge")
