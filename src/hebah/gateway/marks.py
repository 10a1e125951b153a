"""Tells WhatsApp what somebody has read here, so that the other side's ticks and our phones agree with it."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from hebah.foundation.clock import Clock
from hebah.foundation.postgres import Connection, Database
from hebah.gateway.fetching import Device, Reach
from hebah.gateway.outgoing import Done, MarkRead
from hebah.inbox.actions import marks
from hebah.inbox.model.fetched import ReadMark
from hebah.messaging.chataddress import is_group

_MOST = 16


class Marks:
    """What there is to know about telling; a device tells one chat at a time."""

    name = "read_mark"
    most = _MOST

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def due(
        self,
        connection: Connection,
        devices: Sequence[Device],
        under_way: Sequence[ReadMark],
        now: datetime,
        limit: int,
    ) -> list[ReadMark]:
        """The oldest mark of each of these devices."""
        return await marks.due(connection, devices, [mark.chat_id for mark in under_way], now, limit=limit)

    async def next_due(self, connection: Connection, devices: Sequence[Device], now: datetime) -> datetime | None:
        """When a mark is due that was put off."""
        return await marks.next_due(connection, devices, now)

    def device_of(self, item: ReadMark) -> UUID:
        """The device whose link tells it."""
        return item.device_id

    async def fetch(self, reach: Reach, item: ReadMark) -> None:
        """Tell it; in a group WhatsApp wants to know of each writer apart."""
        told = await marks.newly_read(self._db, item)
        for sender, wire_ids in told.by_sender.items():
            writer = sender if is_group(item.address) else ""
            outcome = await reach.link.do(MarkRead(item.address, wire_ids, writer))
            if not isinstance(outcome, Done):
                await self.failed(item, "not_told")
                return
        if reach.lease.is_valid():
            await marks.finish(self._db, item, told)

    async def failed(self, item: ReadMark, cause: str) -> None:  # noqa: ARG002 - a mark says only that it waits
        """Try again later."""
        await marks.put_off(self._db, item, self._clock.now())
