"""Fetches the files of messages over the links of their devices, and keeps them in the media store."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from random import Random
from typing import assert_never
from uuid import UUID

from hebah.foundation.clock import Clock
from hebah.foundation.postgres import Connection, Database
from hebah.gateway.fetching import Device, Reach
from hebah.gateway.incoming import MediaAsked, MediaFetched, MediaGone, MediaLater
from hebah.inbox.actions import files
from hebah.inbox.model.fetched import WaitingFile
from hebah.media import actions as media
from hebah.media.keeping import MediaQuotaReached, require_room
from hebah.media.model import ReceivedFile
from hebah.media.ports import Blobs

_WITHIN_S = 300.0
_MOST = 16
_MOST_A_DEVICE = 2
_MOST_LARGE = 2


class Downloads:
    """What there is to know about fetching files; large ones come two at a time, leaving room for the others."""

    name = "file"
    most = _MOST

    def __init__(self, db: Database, blobs: Blobs, clock: Clock, random: Random) -> None:
        self._db = db
        self._blobs = blobs
        self._clock = clock
        self._random = random
        self._large = asyncio.Semaphore(_MOST_LARGE)

    async def due(
        self,
        connection: Connection,
        devices: Sequence[Device],
        under_way: Sequence[WaitingFile],
        now: datetime,
        limit: int,
    ) -> list[WaitingFile]:
        """The most urgent files of these devices."""
        busy = [file.message.id for file in under_way]
        return await files.due(connection, devices, busy, now, most_a_device=_MOST_A_DEVICE, limit=limit)

    async def next_due(self, connection: Connection, devices: Sequence[Device], now: datetime) -> datetime | None:
        """When a file is due that was put off."""
        return await files.next_due(connection, devices, now)

    def device_of(self, item: WaitingFile) -> UUID:
        """The device whose link fetches it."""
        return item.device_id

    async def fetch(self, reach: Reach, item: WaitingFile) -> None:
        """Fetch a file and store it, or note why it is not to be had."""
        async with asyncio.timeout(_WITHIN_S):
            if item.size > files.SMALL:
                async with self._large:
                    await self._fetch(reach, item)
            else:
                await self._fetch(reach, item)

    async def failed(self, item: WaitingFile, cause: str) -> None:  # noqa: ARG002 - a file says only that it waits
        """Try again later."""
        await files.put_off(self._db, item, self._clock.now(), self._random)

    async def _fetch(self, reach: Reach, file: WaitingFile) -> None:
        try:
            await require_room(self._db, file.workspace_id, file.size)
            await self._fetch_and_keep(reach, file)
        except MediaQuotaReached:
            await files.find_no_room(self._db, file)

    async def _fetch_and_keep(self, reach: Reach, file: WaitingFile) -> None:
        sender = (reach.lease.device.phone or "") if file.from_me else file.sender
        outcome = await reach.link.fetch_media(MediaAsked(file.ref, file.chat, sender, file.wire_id, file.from_me))
        match outcome:
            case MediaFetched():
                await self._keep(reach, file, outcome)
            case MediaGone(code):
                await files.give_up(self._db, file, code)
            case MediaLater(cause):
                if reach.lease.is_valid():
                    await self.failed(file, cause)
            case _:
                assert_never(outcome)

    async def _keep(self, reach: Reach, file: WaitingFile, fetched: MediaFetched) -> None:
        received = ReceivedFile(file.workspace_id, fetched.pieces, file.mime, file.name)
        try:
            stored = await media.add_file(self._db, self._blobs, self._clock, received)
        except media.UploadTooLarge:  # whatever size was told
            await files.give_up(self._db, file, "too_large")
            return
        if reach.lease.is_valid():
            await files.finish(self._db, file, stored.id, self._clock.now())
