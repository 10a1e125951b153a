"""What happens to packets of older messages: kept when offered, stored part by part, tried again or given up."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from hebah.access.model import Actor
from hebah.access.rules import sees
from hebah.devices import reads as devices
from hebah.devices.actions import asking
from hebah.devices.model import Ask, CommandKind
from hebah.devices.model import Device as AskedDevice
from hebah.devices.ports import Transports
from hebah.foundation import eventlog
from hebah.foundation.clock import Clock
from hebah.foundation.errors import NotFound
from hebah.foundation.eventlog import Event
from hebah.foundation.postgres import Connection, Database, Topic, Transaction
from hebah.inbox.actions.messages import announce, receive, recognise, sift
from hebah.inbox.model.fetched import KeptChat, OfferedPacket, WaitingPacket
from hebah.inbox.model.messages import Arrived, KnownAs, ReceivedMessage
from hebah.inbox.rules import history as rules
from hebah.inbox.store import aliases, listing
from hebah.inbox.store import history as store
from hebah.inbox.store.listing import ChatPlace
from hebah.messaging.chataddress import is_group, lid_of

Device = tuple[UUID, UUID]

HISTORY_CHANGED = "history_changed"

_ASKED_WITHIN = timedelta(seconds=30)


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


async def older(connection: Connection, workspace_id: UUID, chat: ChatPlace, now: datetime) -> rules.Older:
    """How far the older messages of a chat have come that somebody asked the phone for."""
    asked = await devices.last_ask(connection, workspace_id, CommandKind.HISTORY, str(chat.id))
    if asked is None:
        return rules.older(None, None, now)
    packed = await store.packed_since(connection, workspace_id, chat.device_id, asked.requested_at)
    return rules.older(rules.Asked(asked.requested_at, asked.outcome), packed, now)


async def ask_older(db: Database, clock: Clock, actor: Actor, chat_id: UUID, transports: Transports) -> rules.Older:
    """Ask the phone for what came before the messages of a chat that are here; the same while it is being asked.

    Raises NotFound, OlderNotOffered, OlderNotConnected, OlderNothingKnown.
    """
    now = clock.now()
    async with db.transaction() as tx:
        chat = await listing.find_chat(tx, actor.workspace_id, chat_id)
        if chat is None or not sees(actor, chat.device_id):
            raise NotFound()
        # Locked, so that two who press at once ask once.
        device = await asking.lock(tx, actor.workspace_id, chat.device_id)
        running = await older(tx, actor.workspace_id, chat, now)
        if running.is_running:
            return running
        if not can_ask(device, transports):
            raise rules.OlderNotOffered()
        if not asking.is_within_reach(device):
            raise rules.OlderNotConnected()
        first = await store.oldest(tx, actor.workspace_id, chat.id)
        if first is None:
            raise rules.OlderNothingKnown()
        in_group = is_group(chat.address) and not first["from_me"]
        details = {
            "address": chat.address,
            "wireId": first["wire_id"],
            "fromMe": first["from_me"],
            "sender": first["sender"] if in_group else "",
            "at": first["at"].isoformat(),
        }
        await asking.ask(tx, device, Ask(CommandKind.HISTORY, str(chat.id), details, now + _ASKED_WITHIN), now)
    return rules.Older(rules.OlderState.ASKING)


def can_ask(device: AskedDevice, transports: Transports) -> bool:
    """Whether the device's transport can ask its phone."""
    able = next((each.abilities for each in transports.offered() if each.name == device.transport), None)
    return able is not None and able.history


async def retry(db: Database, clock: Clock, workspace_id: UUID, device_id: UUID) -> int:
    """Fetch packets that were given up once more; gives how many."""
    async with db.transaction() as tx:
        again = await store.retry(tx, workspace_id, device_id, clock.now())
        if again:
            event = Event(workspace_id, device_id, HISTORY_CHANGED, (device_id,))
            await eventlog.record(tx, [event])
    return again


async def _announce(tx: Transaction, packet: WaitingPacket) -> None:
    await eventlog.record(tx, [Event(packet.workspace_id, packet.device_id, HISTORY_CHANGED, (packet.device_id,))])
