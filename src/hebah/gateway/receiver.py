"""Takes in what arrives on all links: stored in one transaction, and only after its commit acknowledged.

One transaction takes its locks in the order of the sender's settling (outbox rows, what was seen of ours, chats,
messages, device topics), so that the two wait for each other instead of deadlocking; what still fails is tried again.
"""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

import structlog

from hebah.contacts import actions as contacts
from hebah.contacts.model import NewSuppression, SuppressionReason
from hebah.devices.actions import held
from hebah.foundation import eventlog
from hebah.foundation.clock import Clock
from hebah.foundation.crashpoints import CrashPoints
from hebah.foundation.eventlog import Event
from hebah.foundation.postgres import Database, Transaction
from hebah.gateway.batches import WINDOW_S, Batches, is_about_content
from hebah.gateway.incoming import MessageArrived, ReceiptArrived, ReceiptKind
from hebah.gateway.leases import Lease
from hebah.gateway.transport import Link
from hebah.inbox import actions as inbox
from hebah.inbox.model import MessageStatus, ReceiptOf, ReceivedMessage
from hebah.messaging.said import MessageKind, Said
from hebah.messaging.status import Delivery
from hebah.messaging.stopwords import is_opt_out
from hebah.outbox import actions as outbox
from hebah.outbox.actions import News
from hebah.outbox.model import Receipt, Reply

_log = structlog.get_logger(__name__)

_SHORTEST_PAUSE_S, _LONGEST_PAUSE_S = 0.05, 2.0
_LONGEST_WORD = 40


@dataclass(frozen=True, slots=True)
class Arrival:
    """An event of a link, to be acknowledged there once it is stored."""

    lease: Lease
    link: Link
    event: MessageArrived | ReceiptArrived


@dataclass(frozen=True, slots=True)
class _Sorted:
    """A batch by what is done with it."""

    incoming: list[ReceivedMessage]
    from_me: list[ReceivedMessage]
    names: dict[UUID, dict[str, str]]
    receipts: list[Receipt]
    ticks: list[ReceiptOf]


class Receiver:
    """Everything that arrives on the links of a gateway, on its way into the database."""

    def __init__(self, db: Database, clock: Clock, crashpoint: CrashPoints, window_s: float = WINDOW_S) -> None:
        self._db = db
        self._clock = clock
        self._crashpoint = crashpoint
        self._batches: Batches[Arrival] = Batches(clock, self._store_patiently, window_s=window_s)
        self.quarantined = 0

    async def put(self, lease: Lease, link: Link, event: MessageArrived | ReceiptArrived) -> None:
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
            silenced = await _take_in(tx, _sort(kept), now)
            self._crashpoint("before_receive_commit")
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


async def _take_in(tx: Transaction, arrived: _Sorted, now: datetime) -> set[UUID]:
    """From this commit on a person who asked to hear no more is reached by no campaign.

    Gives the workspaces in which somebody did.
    """
    incoming = await inbox.sift(tx, arrived.incoming, now)
    people = await _contacts_of(tx, incoming + arrived.from_me, arrived.names, now)
    incoming = [_with_contact(message, people) for message in incoming]
    stops = [message for message in incoming if is_opt_out(message.body)]
    silenced = await contacts.suppress(tx, [_suppression(message, now) for message in stops])
    news = News(receipts=arrived.receipts, replies=_replies(incoming, now), opt_outs=_replies(stops, now))
    await outbox.hear(tx, news, now)
    # Only now: the settling of a send knows its own echo after it has its outbox row, and both must agree on the order.
    own = [_with_contact(message, people) for message in await inbox.sift(tx, arrived.from_me, now)]
    await inbox.receive(tx, incoming + own, arrived.ticks, now)
    return {workspace_id for workspace_id, _ in silenced}


async def _contacts_of(
    tx: Transaction, unseen: Sequence[ReceivedMessage], names: Mapping[UUID, Mapping[str, str]], now: datetime
) -> dict[tuple[UUID, str], UUID]:
    """The contact behind every chat, made where there was none."""
    people: dict[tuple[UUID, str], UUID] = {}
    for workspace_id in sorted({message.workspace_id for message in unseen}):
        of_workspace = names[workspace_id]
        wanted = {
            message.address: of_workspace.get(message.address, "")
            for message in unseen
            if message.workspace_id == workspace_id and message.address.startswith("+")
        }
        found = await contacts.contacts_for_phones(tx, workspace_id, wanted, now)
        people |= {(workspace_id, phone): contact_id for phone, contact_id in found.items()}
    return people


def _sort(arrivals: Iterable[Arrival]) -> _Sorted:
    arrived = _Sorted([], [], {}, [], [])
    for arrival in arrivals:
        if isinstance(arrival.event, MessageArrived):
            _sort_message(arrived, arrival.lease, arrival.event)
        else:
            _sort_receipt(arrived, arrival.lease, arrival.event.wire_ids, arrival.event.kind, arrival.event.at)
    return arrived


def _sort_message(arrived: _Sorted, lease: Lease, event: MessageArrived) -> None:
    (arrived.from_me if event.from_me else arrived.incoming).append(
        ReceivedMessage(
            workspace_id=lease.workspace_id,
            device_id=lease.device_id,
            address=event.chat,
            sender=event.sender,
            wire_id=event.wire_id,
            at=event.at,
            from_me=event.from_me,
            kind=event.said.kind,
            body=event.said.body,
        )
    )
    names = arrived.names.setdefault(lease.workspace_id, {})
    if event.from_me:
        # The echo of a send is proof that the network has it; a message typed on the phone has no outbox row.
        _sort_receipt(arrived, lease, (event.wire_id,), ReceiptKind.ACCEPTED, event.at)
    elif event.sender_name:
        names[event.chat] = "".join(letter for letter in event.sender_name if letter.isprintable())


def _sort_receipt(arrived: _Sorted, lease: Lease, wire_ids: tuple[str, ...], kind: ReceiptKind, at: datetime) -> None:
    arrived.receipts.append(Receipt(lease.workspace_id, lease.device_id, wire_ids, Delivery(kind.value), at))
    arrived.ticks.append(ReceiptOf(lease.workspace_id, lease.device_id, wire_ids, MessageStatus(kind.value), at))


def _with_contact(message: ReceivedMessage, people: Mapping[tuple[UUID, str], UUID]) -> ReceivedMessage:
    return replace(message, contact_id=people.get((message.workspace_id, message.address)))


def _replies(incoming: Iterable[ReceivedMessage], now: datetime) -> list[Reply]:
    # As of when we learned it: the other side's clock may be anywhere.
    return [
        Reply(message.workspace_id, message.device_id, message.contact_id, now)
        for message in incoming
        if message.contact_id is not None
    ]


def _suppression(message: ReceivedMessage, now: datetime) -> NewSuppression:
    return NewSuppression(
        workspace_id=message.workspace_id,
        contact_id=message.contact_id,
        phone=message.address,
        reason=SuppressionReason.OPTED_OUT,
        at=now,
        word=message.body.strip()[:_LONGEST_WORD],
        device_id=message.device_id,
    )
