"""Does what is wanted about chats besides messages: looks groups up, fetches pictures, tells phones what we keep."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from hebah.foundation.clock import Clock
from hebah.foundation.postgres import Connection, Database
from hebah.gateway.allowances import Allowance, Allowances
from hebah.gateway.fetching import Device, Reach
from hebah.gateway.outgoing import (
    ChatArchived,
    ChatKept,
    ChatMarked,
    ChatMuted,
    ChatPinned,
    Done,
    Failed,
    FetchPicture,
    GroupFound,
    KeepChat,
    LookUpGroup,
    PictureFound,
)
from hebah.inbox.actions import errands
from hebah.inbox.model.fetched import Errand, ErrandKind
from hebah.inbox.model.messages import KnownAs
from hebah.media import actions as media
from hebah.media.model import ReceivedFile
from hebah.media.ports import Blobs
from hebah.messaging.groups import Group
from hebah.messaging.said import Target

_MOST = 16
# WhatsApp takes it amiss when a device asks for everything it can think of as fast as it can.
_LOOK_UPS = Allowance(10, timedelta(seconds=6))
_PICTURES = Allowance(20, timedelta(seconds=3))
_TELLINGS = Allowance(20, timedelta(seconds=1))
_ALLOWED = {ErrandKind.GROUP: _LOOK_UPS, ErrandKind.PICTURE: _PICTURES}

Asker = tuple[UUID, ErrandKind]


class Errands:
    """What there is to know about errands; a device does one of each kind at a time, so nothing is asked twice."""

    name = "errand"
    most = _MOST

    def __init__(self, db: Database, blobs: Blobs, clock: Clock) -> None:
        self._db = db
        self._blobs = blobs
        self._clock = clock
        self._allowances: Allowances[Asker] = Allowances()
        self._held_until: datetime | None = None

    async def due(
        self,
        connection: Connection,
        devices: Sequence[Device],
        under_way: Sequence[Errand],
        now: datetime,
        limit: int,
    ) -> list[Errand]:
        """The newest of each kind and device, as far as WhatsApp may be asked now."""
        busy = {(errand.device_id, errand.kind) for errand in under_way}
        room = (len(busy) + limit) * len(ErrandKind)
        found = await errands.due(connection, devices, list(ErrandKind), now, limit=room)
        idle = [errand for errand in found if (errand.device_id, errand.kind) not in busy]
        ready = {errand: self._ready_at(errand, now) for errand in idle}
        self._held_until = min((at for at in ready.values() if at > now), default=None)
        chosen = [errand for errand, at in ready.items() if at <= now][:limit]
        for errand in chosen:
            self._allowances.take((errand.device_id, errand.kind), _allowance(errand), now)
        return chosen

    async def next_due(self, connection: Connection, devices: Sequence[Device], now: datetime) -> datetime | None:
        """When an errand is due that was put off, or held back to spare WhatsApp."""
        upcoming = await errands.next_due(connection, devices, now)
        return min((at for at in (upcoming, self._held_until) if at is not None), default=None)

    def device_of(self, item: Errand) -> UUID:
        """The device whose link does it."""
        return item.device_id

    async def fetch(self, reach: Reach, item: Errand) -> None:
        """Do it, and note what came of it."""
        match item.kind:
            case ErrandKind.GROUP:
                await self._look_up(reach, item)
            case ErrandKind.PICTURE:
                await self._fetch_picture(reach, item)
            case _:
                await self._tell_phone(reach, item)

    async def failed(self, item: Errand, cause: str) -> None:  # noqa: ARG002 - an errand says only that it waits
        """Try again later."""
        await errands.put_off(self._db, item, self._clock.now())

    async def _look_up(self, reach: Reach, errand: Errand) -> None:
        outcome = await reach.link.do(LookUpGroup(errand.address))
        if not reach.lease.is_valid():
            return
        now = self._clock.now()
        match outcome:
            case GroupFound(subject, members, admins_write, aliases):
                group = Group(subject, members, admins_write)
                met = {KnownAs(errand.workspace_id, alias.phone, alias.lid) for alias in aliases}
                await errands.keep_group(self._db, errand, group, met, now)
            case Failed("refused"):
                await errands.keep_out(self._db, errand, now)
            case _:
                await self.failed(errand, "not_found")

    async def _fetch_picture(self, reach: Reach, errand: Errand) -> None:
        outcome = await reach.link.do(FetchPicture(errand.address))
        if not reach.lease.is_valid():
            return
        if not isinstance(outcome, PictureFound):
            await self.failed(errand, "not_fetched")
            return
        picture_id = None
        if outcome.jpeg:
            received = ReceivedFile(errand.workspace_id, outcome.jpeg, "image/jpeg", "")
            picture_id = (await media.add_file(self._db, self._blobs, self._clock, received)).id
        await errands.keep_picture(self._db, errand, picture_id, self._clock.now())

    async def _tell_phone(self, reach: Reach, errand: Errand) -> None:
        newest = await errands.newest(self._db, errand)
        named = None if newest is None else Target(newest.wire_id, newest.from_me, newest.sender)
        command = KeepChat(errand.address, _kept(errand), named, None if newest is None else newest.at)
        outcome = await reach.link.do(command)
        if not reach.lease.is_valid():
            return
        if isinstance(outcome, Done):
            await errands.finish(self._db, errand)
        else:
            await self.failed(errand, "not_told")

    def _ready_at(self, errand: Errand, now: datetime) -> datetime:
        return self._allowances.ready_at((errand.device_id, errand.kind), _allowance(errand), now)


def _allowance(errand: Errand) -> Allowance:
    return _ALLOWED.get(errand.kind, _TELLINGS)


def _kept(errand: Errand) -> ChatKept:
    match errand.kind:
        case ErrandKind.PINNED:
            return ChatPinned(errand.pinned)
        case ErrandKind.ARCHIVED:
            return ChatArchived(errand.archived)
        case ErrandKind.MUTED:
            return ChatMuted(errand.muted_until)
        case _:
            return ChatMarked(errand.unread)
