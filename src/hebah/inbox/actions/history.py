"""What happens to packets of older messages: kept when offered, stored part by part, tried again or given up."""

from collections.abc import Collection, Sequence
from datetime import datetime
from random import Random
from uuid import UUID

from hebah.foundation import eventlog
from hebah.foundation.eventlog import Event
from hebah.foundation.postgres import Connection, Database, Topic, Transaction
from hebah.inbox.actions.messages import announce, receive, recognise, sift
from hebah.inbox.model import Arrived, KeptChat, KnownAs, OfferedPacket, ReceivedMessage, WaitingPacket
from hebah.inbox.rules import history as rules
from hebah.inbox.store import aliases
from hebah.inbox.store import history as store
from hebah.messaging.chataddress import lid_of

Device = tuple[UUID, UUID]

HISTORY_CHANGED = "history_changed"


async def offer(tx: Transaction, packets: Sequence[OfferedPacket], now: datetime) -> None:
    """Keep packets until they are fetched; the same one twice is one."""
    if packets:
        await store.offer(tx, packets, now)
        # No event: whoever fetches must hear of it before the topic's row is locked to the end of the transaction.
        tx.touched.update(Topic(packet.workspace_id, packet.device_id) for packet in packets)


async def due(
    connection: Connection, devices: Sequence[Device], busy: Collection[UUID], now: datetime, *, limit: int
) -> list[WaitingPacket]:
    """The next packet of each of these (workspace, device), but for devices in `busy`."""
    return await store.due(connection, devices, busy, now, limit=limit)


async def next_due(connection: Connection, devices: Sequence[Device], now: datetime) -> datetime | None:
    """When the next packet of these devices is due that is not due yet."""
    return await store.next_due(connection, devices, now)


async def recognise_old(
    tx: Transaction, messages: Sequence[ReceivedMessage], met: Collection[KnownAs], now: datetime
) -> list[ReceivedMessage]:
    """Old messages that are not stored yet, by the best addresses known."""
    return await sift(tx, await recognise(tx, messages, met, now), now)


async def store_part(tx: Transaction, packet: WaitingPacket, unseen: Sequence[ReceivedMessage], now: datetime) -> None:
    """Store messages that `recognise_old` has let through, and count them."""
    await receive(tx, Arrived(messages=tuple(unseen)), now)
    await store.count_stored(tx, packet, len(unseen))


async def keep_chats(db: Database, packet: WaitingPacket, chats: Sequence[KeptChat], now: datetime) -> None:
    """Take over names, pins, archive and silence of chats as the phone keeps them."""
    if not chats:
        return
    async with db.transaction() as tx:
        hidden = {(packet.workspace_id, lid) for chat in chats if (lid := lid_of(chat.address)) is not None}
        phones = await aliases.phones_of(tx, hidden) if hidden else {}
        known = {phones.get((packet.workspace_id, lid_of(chat.address) or ""), chat.address): chat for chat in chats}
        kept = [
            KeptChat(address, chat.name.replace("\x00", ""), chat.archived, chat.pinned, chat.muted_until)
            for address, chat in sorted(known.items())
        ]
        await announce(tx, (), await store.keep_chats(tx, (packet.workspace_id, packet.device_id), kept, now))


async def finish(db: Database, packet: WaitingPacket, now: datetime) -> None:
    """All of it is stored."""
    async with db.transaction() as tx:
        await store.end(tx, packet, None, now)
        await _announce(tx, packet)


async def give_up(db: Database, packet: WaitingPacket, code: str, now: datetime) -> None:
    """It is not to be had."""
    async with db.transaction() as tx:
        await store.end(tx, packet, code, now)
        await _announce(tx, packet)


async def put_off(db: Database, packet: WaitingPacket, cause: str, now: datetime, random: Random) -> None:
    """No luck now: try again later, a dozen times."""
    wait = rules.next_try(packet.tries, random.random())
    async with db.transaction() as tx:
        if wait is None:
            await store.end(tx, packet, cause, now)
            await _announce(tx, packet)
        else:
            await store.put_off(tx, packet, cause, now + wait)


async def _announce(tx: Transaction, packet: WaitingPacket) -> None:
    await eventlog.record(tx, [Event(packet.workspace_id, packet.device_id, HISTORY_CHANGED, (packet.device_id,))])
