"""Fetches packets of older messages over the links of their devices, one at a time each, and stores them in parts."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from random import Random
from typing import assert_never
from uuid import UUID

from hebah.contacts import reads as contacts
from hebah.devices.actions import held
from hebah.foundation.clock import Clock
from hebah.foundation.postgres import Connection, Database
from hebah.gateway.fetching import Device, Reach
from hebah.gateway.incoming import HistoryChat, HistoryFetched, HistoryPart, MediaGone, MediaLater, MessageArrived
from hebah.gateway.intake import aliases_of, received
from hebah.inbox.actions import history
from hebah.inbox.model.fetched import KeptChat, WaitingPacket
from hebah.messaging.chataddress import is_phone

_WITHIN_S = 1800.0
_MOST = 4
_MESSAGES_A_COMMIT = 500


class LeaseLost(Exception):
    """Another gateway holds the device now, and fetches the packet again."""


class History:
    """What there is to know about fetching history. Nothing is stored twice, so a packet may be repeated."""

    name = "history"
    most = _MOST

    def __init__(self, db: Database, clock: Clock, random: Random) -> None:
        self._db = db
        self._clock = clock
        self._random = random

    async def due(
        self,
        connection: Connection,
        devices: Sequence[Device],
        under_way: Sequence[WaitingPacket],
        now: datetime,
        limit: int,
    ) -> list[WaitingPacket]:
        """The next packet of each of these devices that works on none."""
        busy = [packet.device_id for packet in under_way]
        return await history.due(connection, devices, busy, now, limit=limit)

    async def next_due(self, connection: Connection, devices: Sequence[Device], now: datetime) -> datetime | None:
        """When a packet is due that was put off."""
        return await history.next_due(connection, devices, now)

    def device_of(self, item: WaitingPacket) -> UUID:
        """The device whose link fetches it."""
        return item.device_id

    async def fetch(self, reach: Reach, item: WaitingPacket) -> None:
        """Fetch a packet and store it part by part, or note why it is not to be had."""
        async with asyncio.timeout(_WITHIN_S):
            outcome = await reach.link.fetch_history(item.ref)
            match outcome:
                case HistoryFetched(parts):
                    async for part in parts:
                        await self._store(reach, item, part)
                    await history.finish(self._db, item, self._clock.now())
                case MediaGone(code):
                    await history.give_up(self._db, item, code, self._clock.now())
                case MediaLater(cause):
                    if reach.lease.is_valid():
                        await self.failed(item, cause)
                case _:
                    assert_never(outcome)

    async def failed(self, item: WaitingPacket, cause: str) -> None:
        """Try again later."""
        await history.put_off(self._db, item, cause, self._clock.now(), self._random)

    async def _store(self, reach: Reach, packet: WaitingPacket, part: HistoryPart) -> None:
        for messages in _bites(part.messages):
            await self._store_messages(reach, packet, messages)
        await history.keep_chats(self._db, packet, [_kept(chat) for chat in part.chats], self._clock.now())

    async def _store_messages(self, reach: Reach, packet: WaitingPacket, events: Sequence[MessageArrived]) -> None:
        now, lease = self._clock.now(), reach.lease
        met = {alias for event in events for alias in aliases_of(packet.workspace_id, event)}
        async with self._db.transaction() as tx:
            if not await held.confirm(tx, {lease.holding}):
                raise LeaseLost
            old = [received(lease, event, is_old=True) for event in events]
            unseen = await history.recognise_old(tx, old, met, now)
            phones = {message.address for message in unseen if is_phone(message.address)}
            # Nobody becomes a contact by having been written to years ago.
            known = await contacts.ids_of_phones(tx, packet.workspace_id, phones)
            linked = [replace(message, contact_id=known.get(message.address)) for message in unseen]
            await history.store_part(tx, packet, linked, now)


def _bites(messages: Sequence[MessageArrived]) -> Iterator[Sequence[MessageArrived]]:
    for start in range(0, len(messages), _MESSAGES_A_COMMIT):
        yield messages[start : start + _MESSAGES_A_COMMIT]


def _kept(chat: HistoryChat) -> KeptChat:
    return KeptChat(chat.chat, chat.name, chat.archived, chat.pinned, chat.muted_until)
