"""What a gateway has to do about chats besides messages: wanted by screens and arrivals, done over the link, noted."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from hebah.devices import reads as devices
from hebah.foundation.clock import Clock
from hebah.foundation.postgres import Connection, Database, Topic, Transaction
from hebah.inbox.actions.messages import announce, recognise
from hebah.inbox.model.fetched import Errand, ErrandKind
from hebah.inbox.model.messages import KnownAs
from hebah.inbox.rules import errands as rules
from hebah.inbox.rules.errands import Newest
from hebah.inbox.store import errands as store
from hebah.inbox.store.messages import ChangedChat
from hebah.messaging.groups import Group

Device = tuple[UUID, UUID]


async def want_pictures(db: Database, clock: Clock, workspace_id: UUID, ids: Sequence[UUID]) -> None:
    """Somebody looks at these chats, and their pictures are not known, or not any more."""
    async with db.transaction() as tx:
        devices = await store.want_pictures(tx, workspace_id, ids, clock.now())
        tx.touched.update(Topic(workspace_id, device_id) for device_id in devices)


async def want_members(db: Database, clock: Clock, workspace_id: UUID, chat_id: UUID) -> None:
    """Somebody looks at a group."""
    async with db.transaction() as tx:
        device_id = await store.want_members(tx, workspace_id, chat_id, clock.now())
        if device_id is not None:
            tx.touched.add(Topic(workspace_id, device_id))


async def due(
    connection: Connection, devices: Sequence[Device], kinds: Collection[ErrandKind], now: datetime, *, limit: int
) -> list[Errand]:
    """The newest errand of each kind for each of these (workspace, device)."""
    return await store.due(connection, devices, kinds, now, limit)


async def next_due(connection: Connection, devices: Sequence[Device], now: datetime) -> datetime | None:
    """When the next errand of these devices is due that is not due yet."""
    return await store.next_due(connection, devices, now)


async def newest(db: Database, errand: Errand) -> Newest | None:
    """The newest message of the chat, by which phones know what we mean."""
    async with db.connection() as connection:
        return await store.newest(connection, errand)


async def keep_group(db: Database, errand: Errand, told: Group, met: Collection[KnownAs], now: datetime) -> None:
    """The group has been looked up; what it shows of who is who is learned too."""
    async with db.transaction() as tx:
        await recognise(tx, (), met, now)
        device = await devices.find(tx, errand.workspace_id, errand.device_id)
        await store.keep_group(tx, errand, rules.group_now(told, device.phone), now + rules.KNOWN_FOR)
        await _done(tx, errand)


async def keep_out(db: Database, errand: Errand, now: datetime) -> None:
    """We are not in the group any more; who was stays known."""
    async with db.transaction() as tx:
        await store.keep_name(tx, errand, "", "left", now + rules.KNOWN_FOR)
        await _done(tx, errand)


async def keep_picture(db: Database, errand: Errand, picture_id: UUID | None, now: datetime) -> None:
    """The picture, or that there is none for us, holds for a while."""
    async with db.transaction() as tx:
        changed = await store.keep_picture(tx, errand, picture_id, now + rules.KNOWN_FOR)
        await store.end(tx, errand)
        await announce(tx, (), [_chat(errand)] if changed else ())


async def finish(db: Database, errand: Errand) -> None:
    """The phone has been told."""
    async with db.transaction() as tx:
        await store.end(tx, errand)


async def put_off(db: Database, errand: Errand, now: datetime) -> None:
    """No luck now: try again later, a few times."""
    due_at = rules.next_try(errand.tries, now)
    async with db.transaction() as tx:
        if due_at is None:
            await store.give_up(tx, errand)
        else:
            await store.put_off(tx, errand, due_at)


async def _done(tx: Transaction, errand: Errand) -> None:
    await store.end(tx, errand)
    await announce(tx, (), [_chat(errand)])


def _chat(errand: Errand) -> ChangedChat:
    return ChangedChat(errand.workspace_id, errand.device_id, errand.chat_id)
