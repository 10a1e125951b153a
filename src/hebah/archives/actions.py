"""What can be done with archives: take a file in, plan, check, run, cancel, and take back what it has brought."""

import asyncio
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import UUID

from hebah.access import reads as access_reads
from hebah.access.actions import trail as access
from hebah.access.model import Actor, Permission
from hebah.access.rules import require
from hebah.archives.model import Archive, ArchiveCounts, ArchivePlan, ArchiveState
from hebah.archives.rules.lines import address_of
from hebah.archives.rules.plans import check_move, check_plan
from hebah.archives.store import archives, container
from hebah.archives.store.archives import Arrival, Ending
from hebah.devices import reads as devices
from hebah.foundation import eventlog
from hebah.foundation import uploads as files
from hebah.foundation.clock import Clock
from hebah.foundation.errors import FieldsInvalid, NotFound
from hebah.foundation.eventlog import Event
from hebah.foundation.ids import make_id
from hebah.foundation.postgres import Connection, Database, Transaction
from hebah.inbox import reads as inbox

ARCHIVE_CHANGED = "archive_changed"
ARCHIVES_CHANGED = "archives_changed"

_FOLDER = "archives"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A plan as somebody words it: the chat by its id, or by a number as people write one, or by neither."""

    plan: ArchivePlan
    chat_id: UUID | None = None
    phone: str = ""


def folder_of(uploads: Path) -> Path:
    """Where the files of archives wait, beside other imports."""
    return uploads / _FOLDER


async def add_archive(db: Database, clock: Clock, actor: Actor, uploads: Path, upload: files.Upload) -> Archive:
    """Take a file in and find out what it is; raises the refusals of `container.look_over`, keeping nothing."""
    archive_id, folder = make_id(), folder_of(uploads)
    name = files.shown_name(upload.file_name)
    try:
        received = await files.receive(folder, archive_id, upload.chunks, container.MOST_BYTES)
        facts = await asyncio.to_thread(container.look_over, received.path, name)
        arrival = Arrival(actor.workspace_id, archive_id, name, received, facts, actor.user_id)
        async with db.transaction() as tx:
            added = await archives.add(tx, arrival, clock.now())
            files.keep(received, folder, archive_id)
            await announce_archive(tx, added)
    except BaseException:
        files.forget(folder, archive_id)
        raise
    return added


async def plan_archive(db: Database, clock: Clock, actor: Actor, archive_id: UUID, wanted: Wanted) -> Archive:
    """Keep what the importer chose and ask for a dry run, which a worker does."""
    async with db.transaction() as tx:
        found = found_archive(await archives.lock(tx, actor.workspace_id, archive_id))
        check_move(found.state, ArchiveState.CHECKING)
        plan = replace(wanted.plan, address=await _address(tx, actor, wanted))
        check_plan(plan, found.facts)
        await archives.plan(tx, found, plan, clock.now())
        await announce_archive(tx, found)
        return found_archive(await archives.find(tx, actor.workspace_id, archive_id))


async def run_archive(db: Database, clock: Clock, actor: Actor, archive_id: UUID) -> Archive:
    """Ask for the real run of what was checked, which a worker does."""
    now = clock.now()
    async with db.transaction() as tx:
        found = found_archive(await archives.lock(tx, actor.workspace_id, archive_id))
        check_move(found.state, ArchiveState.RUNNING)
        await archives.start(tx, found, now)
        details = {"messages": found.counts.added}
        await access.record_audit(tx, actor, "chats_imported", subject=archive_id, details=details, at=now)
        await announce_archive(tx, found)
        return found_archive(await archives.find(tx, actor.workspace_id, archive_id))


async def cancel_archive(db: Database, clock: Clock, actor: Actor, uploads: Path, archive_id: UUID) -> Archive:
    """Go no further; messages of batches that are done stay until they are taken back."""
    async with db.transaction() as tx:
        found = found_archive(await archives.lock(tx, actor.workspace_id, archive_id))
        check_move(found.state, ArchiveState.CANCELLED)
        if found.state is not ArchiveState.RUNNING:
            # A check only shows what would become of the lines: nothing of it has happened.
            await archives.advance(tx, found, 0, ArchiveCounts(), (), clock.now())
        await archives.end(tx, found, Ending(ArchiveState.CANCELLED), clock.now())
        await announce_archive(tx, found)
        cancelled = found_archive(await archives.find(tx, actor.workspace_id, archive_id))
    files.forget(folder_of(uploads), archive_id)
    return cancelled


async def remove_messages(db: Database, clock: Clock, actor: Actor, archive_id: UUID) -> Archive:
    """Ask that exactly the messages which the archive has brought be deleted, which a worker does."""
    now = clock.now()
    async with db.transaction() as tx:
        found = found_archive(await archives.lock(tx, actor.workspace_id, archive_id))
        check_move(found.state, ArchiveState.REMOVING)
        await archives.end(tx, found, Ending(ArchiveState.REMOVING), now)
        details = {"messages": found.counts.added}
        await access.record_audit(tx, actor, "imported_chats_removed", subject=archive_id, details=details, at=now)
        await announce_archive(tx, found)
        return found_archive(await archives.find(tx, actor.workspace_id, archive_id))


async def announce_archive(tx: Transaction, found: Archive) -> None:
    """Tell who follows this archive, and the list of them."""
    await eventlog.record(tx, events_of(found))


def events_of(found: Archive) -> list[Event]:
    """What has to be told when an archive goes on."""
    return [
        Event(found.workspace_id, found.id, ARCHIVE_CHANGED, (found.id,)),
        Event(found.workspace_id, found.workspace_id, ARCHIVES_CHANGED, (found.id,)),
    ]


def found_archive(found: Archive | None) -> Archive:
    """The archive; raises `NotFound` for None."""
    if found is None:
        raise NotFound
    return found


async def _address(tx: Connection, actor: Actor, wanted: Wanted) -> str:
    """The address of the chat that was meant; empty when none was."""
    device_id = wanted.plan.device_id
    try:
        device = await devices.find(tx, actor.workspace_id, device_id)
    except NotFound as unknown:
        raise FieldsInvalid({"deviceId": "unknown_device"}) from unknown
    require(actor, Permission.DEVICE_EDIT, device.id)
    if wanted.chat_id is not None:
        chat = await inbox.find_chat(tx, actor.workspace_id, wanted.chat_id)
        if chat is None or chat.device_id != device_id:
            raise FieldsInvalid({"chatId": "unknown"})
        return chat.address
    if not wanted.phone.strip():
        return ""
    region = (await access_reads.find_workspace(tx, actor.workspace_id)).settings.region
    address = address_of(wanted.phone, region)
    if not address.startswith("+"):
        raise FieldsInvalid({"phone": address})
    return address
