"""What happens to the files of messages: asked for, fetched by a gateway, put off or given up."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from hebah.foundation.postgres import Connection, Database, Transaction
from hebah.inbox.actions import keeping
from hebah.inbox.actions.messages import announce
from hebah.inbox.model.fetched import WaitingFile
from hebah.inbox.model.shown import FileState
from hebah.inbox.rules import files as rules
from hebah.inbox.store import files as store

SMALL = rules.SMALL
_STATES = {"expired": FileState.EXPIRED, "damaged": FileState.DAMAGED, "too_large": FileState.TOO_LARGE}


async def ask(tx: Transaction, workspace_id: UUID, message_id: UUID, now: datetime, *, is_lost: bool = False) -> bool:
    """Fetch the file of a message as soon as its device can; False when there is none to fetch.

    `is_lost`: it was here, and its bytes are not to be found any more.
    """
    asked = await store.ask(tx, workspace_id, message_id, now, is_lost=is_lost)
    if asked is not None:
        await announce(tx, [asked])
    return asked is not None


async def due(
    connection: Connection,
    devices: Sequence[tuple[UUID, UUID]],
    busy: Collection[UUID],
    now: datetime,
    *,
    most_a_device: int,
    limit: int,
) -> list[WaitingFile]:
    """Files that these (workspace, device) should fetch now, besides the messages in `busy`."""
    return await store.due(connection, devices, busy, now, most_a_device=most_a_device, limit=limit)


async def next_due(connection: Connection, devices: Sequence[tuple[UUID, UUID]], now: datetime) -> datetime | None:
    """When the next file of these devices is due that is not due yet."""
    return await store.next_due(connection, devices, now)


async def finish(db: Database, file: WaitingFile, media_id: UUID, now: datetime) -> None:
    """The file is stored."""
    async with db.transaction() as tx:
        settled = await store.settle(tx, file, FileState.READY, media_id)
        if not settled:
            await keeping.drop_file(tx, file.workspace_id, media_id, now)
        await announce(tx, settled)


async def find_no_room(db: Database, file: WaitingFile) -> None:
    """The workspace may keep no more: the file waits until somebody has made room and asks for it."""
    async with db.transaction() as tx:
        await announce(tx, await store.settle(tx, file, FileState.NO_ROOM, None))


async def give_up(db: Database, file: WaitingFile, code: str) -> None:
    """The file is not to be had: `expired`, `damaged` or `too_large`."""
    async with db.transaction() as tx:
        await announce(tx, await store.settle(tx, file, _STATES.get(code, FileState.EXPIRED), None))


async def put_off(db: Database, file: WaitingFile, now: datetime, random: Random) -> timedelta | None:
    """No luck now: gives how long to wait, None when it is left until somebody asks again."""
    wait = rules.next_try(file.tries, random.random())
    async with db.transaction() as tx:
        if wait is None:
            await announce(tx, await store.settle(tx, file, FileState.LATER, None))
        else:
            await store.put_off(tx, file, now + wait)
    return wait
