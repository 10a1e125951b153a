"""Archives at work: a file is read in batches, each in one transaction that also notes how far it is.

The archive's row is the job: its state says what is to be done, `rows_done` where to go on. A worker that dies loses at
most the batch it was in, and takes none of its effects with it.
"""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from itertools import islice
from mimetypes import guess_type
from pathlib import Path
from uuid import UUID

import structlog

from hebah.archives import actions
from hebah.archives.model import (
    Archive,
    ArchiveKind,
    ArchivePlan,
    ArchiveState,
    Fault,
    SampleMessage,
)
from hebah.archives.rules.identity import Identities
from hebah.archives.rules.lines import Told, read_export, read_table
from hebah.archives.rules.plans import KEPT_FAULTS, KEPT_SAMPLE, Tally, names_of_people
from hebah.archives.store import archives
from hebah.archives.store.archives import Ending
from hebah.archives.store.container import Container, open_container
from hebah.foundation import eventlog
from hebah.foundation import uploads as files
from hebah.foundation.clock import Clock
from hebah.foundation.errors import HebahError, Invalid, Unavailable
from hebah.foundation.eventlog import Event
from hebah.foundation.pictures import size_of_picture
from hebah.foundation.postgres import Database, Transaction
from hebah.foundation.worklist import work_through
from hebah.inbox.actions import importing
from hebah.inbox.actions.importing import BroughtIn
from hebah.inbox.model.archived import OldFile, OldMessage, Origin
from hebah.inbox.model.shown import FileState
from hebah.media import actions as media
from hebah.media.keeping import MediaQuotaReached
from hebah.media.model import MOST_FILE_BYTES, ReceivedFile
from hebah.media.ports import Blobs

LOG = structlog.stdlib.get_logger(__name__)

BATCH_ROWS = 500
ABANDONED_AFTER = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Desk:
    """What the work is done with; `uploads` is where files wait to be imported."""

    db: Database
    clock: Clock
    blobs: Blobs
    uploads: Path

    @property
    def folder(self) -> Path:
        """Where the archives wait."""
        return actions.folder_of(self.uploads)


@dataclass(frozen=True, slots=True)
class _Batch:
    """Lines of the file in their order, and the messages among them."""

    lines: Sequence[Told | Fault]
    messages: Sequence[OldMessage]

    @property
    def told(self) -> list[Told]:
        """The lines that say something."""
        return [line for line in self.lines if isinstance(line, Told)]

    @property
    def faults(self) -> list[Fault]:
        """The lines that are left out."""
        return [line for line in self.lines if isinstance(line, Fault)]


async def run_archives(desk: Desk) -> int:
    """Go on with every archive that waits for it and that no other worker has; returns how many were worked on."""
    return await work_through(desk.db, archives.waiting, partial(_work, desk))


async def forget_archives(desk: Desk) -> int:
    """Cancel archives that nobody went on with for a week, and remove files that none needs; returns how many."""
    now = desk.clock.now()
    async with desk.db.transaction() as tx:
        for workspace_id, archive_id in await archives.abandoned(tx, now - ABANDONED_AFTER):
            found = actions.found_archive(await archives.lock(tx, workspace_id, archive_id))
            await archives.end(tx, found, Ending(ArchiveState.CANCELLED), now)
        needed = await archives.with_files(tx)
    return await asyncio.to_thread(files.sweep, desk.folder, needed, now)


async def _work(desk: Desk, workspace_id: UUID, archive_id: UUID) -> bool:
    async with desk.db.connection() as connection:
        found = await archives.find(connection, workspace_id, archive_id)
    if found is None:
        return False
    try:
        ended = await _turn(desk, found)
    except Unavailable:
        raise
    except HebahError as refusal:
        ended = await _end(desk, found, Ending(ArchiveState.FAILED, failure=refusal.code))
    except Exception:
        # One file that breaks us must not stand before all the others for ever.
        LOG.exception("archive_broke", archive_id=str(archive_id))
        ended = await _end(desk, found, Ending(ArchiveState.FAILED, failure="internal"))
    if ended and ended is not ArchiveState.CHECKED:
        files.forget(desk.folder, archive_id)
    return True


async def _turn(desk: Desk, found: Archive) -> ArchiveState | None:
    """What the archive's state asks for; gives the state reached, None when somebody else stopped it."""
    if found.state is ArchiveState.REMOVING:
        return await _remove(desk, found)
    path = files.path_of(desk.folder, found.id)
    if found.plan is None or found.state not in {ArchiveState.CHECKING, ArchiveState.RUNNING}:
        raise Invalid
    if not await asyncio.to_thread(path.exists):
        raise files.UploadMissing
    with open_container(path, found.file_name, found.facts) as opened:
        return await _Run(desk, found, found.plan, opened).through()


async def _remove(desk: Desk, found: Archive) -> ArchiveState | None:
    while True:
        async with desk.db.transaction() as tx:
            removed, events = await importing.take_back(tx, found.workspace_id, found.id, desk.clock.now())
            await archives.count_removed(tx, found, removed, desk.clock.now())
            await eventlog.record(tx, [*events, *actions.events_of(found)])
        if removed == 0:
            return await _end(desk, found, Ending(ArchiveState.REMOVED))


async def _end(desk: Desk, before: Archive, ending: Ending) -> ArchiveState | None:
    async with desk.db.transaction() as tx:
        found = await archives.lock(tx, before.workspace_id, before.id)
        if found is None or found.state is not before.state:
            return None
        await archives.end(tx, found, ending, desk.clock.now())
        await actions.announce_archive(tx, found)
    return ending.state


class _Run:
    """One turn with one file: a dry run or a real one."""

    def __init__(self, desk: Desk, found: Archive, plan: ArchivePlan, opened: Container) -> None:
        self._desk = desk
        self._found = found
        self._plan = plan
        self._opened = opened
        self._origin = Origin(found.workspace_id, plan.device_id, found.id)
        self._identities = Identities(plan.device_id)
        self._done = 0

    async def through(self) -> ArchiveState | None:
        """Go on from where the last worker came to."""
        lines = self._lines()
        while self._done < self._found.rows_done:
            if not (await self._read(lines, min(BATCH_ROWS, self._found.rows_done - self._done))).lines:
                raise files.UploadMissing
        while (batch := await self._read(lines, BATCH_ROWS)).lines:
            if not await self._settle(batch):
                return None
        checked = self._found.state is ArchiveState.CHECKING
        state = ArchiveState.CHECKED if checked else ArchiveState.FINISHED
        return await _end(self._desk, self._found, Ending(state, rows_total=self._done))

    def _lines(self) -> Iterator[Told | Fault]:
        now = self._desk.clock.now()
        if self._found.facts.kind is ArchiveKind.CHAT:
            return read_export(self._opened.lines(), self._plan, now)
        return read_table(self._opened.rows(), self._plan, now)

    async def _read(self, lines: Iterator[Told | Fault], most: int) -> _Batch:
        batch = await asyncio.to_thread(self._take, lines, most)
        self._done += len(batch.lines)
        return batch

    def _take(self, lines: Iterator[Told | Fault], most: int) -> _Batch:
        taken = list(islice(lines, most))
        return _Batch(taken, [self._identities.message(line) for line in taken if isinstance(line, Told)])

    async def _settle(self, batch: _Batch) -> bool:
        """Store a batch, or only look at it; False when somebody else has stopped the archive."""
        db = self._desk.db
        async with db.transaction() as tx:
            are_new = await importing.recognise_old(tx, self._origin, batch.messages)
        if self._found.state is ArchiveState.RUNNING:
            # Files are kept before their messages, so that a message never shows one that is not there.
            kept = [
                await self._with_file(message) if is_new else message
                for message, is_new in zip(batch.messages, are_new, strict=True)
            ]
            batch = replace(batch, messages=kept)
        async with db.transaction() as tx:
            return await self._store(tx, batch, BroughtIn(are_new))

    async def _store(self, tx: Transaction, batch: _Batch, dry: BroughtIn) -> bool:
        found = await archives.lock(tx, self._found.workspace_id, self._found.id)
        if found is None or found.state is not self._found.state or found.rows_done != self._done - len(batch.lines):
            return False
        now, brought = self._desk.clock.now(), dry
        if found.state is ArchiveState.RUNNING:
            names = names_of_people(found.facts, self._plan, batch.told)
            brought = await importing.bring_in(tx, self._origin, batch.messages, names, now)
        else:
            room = max(0, KEPT_FAULTS - found.counts.refused_lines)
            await archives.add_faults(tx, found, batch.faults[:room])
        tally = Tally(found.counts, self._plan.zone)
        for fault in batch.faults:
            tally.fault(fault)
        for message, is_new in zip(batch.messages, brought.are_new, strict=True):
            tally.message(message, is_new=is_new, has_bytes=self._has_bytes(message))
        sample = [*found.sample, *self._sample(batch, brought.are_new, KEPT_SAMPLE - len(found.sample))]
        await archives.advance(tx, found, self._done, tally.counts(), sample, now)
        progress = Event(found.workspace_id, found.id, actions.ARCHIVE_CHANGED, (found.id,))
        await eventlog.record(tx, [*brought.events, progress])
        return True

    def _sample(self, batch: _Batch, are_new: Sequence[bool], room: int) -> list[SampleMessage]:
        shown = zip(batch.told, batch.messages, are_new, strict=True)
        return [
            SampleMessage(
                at=told.at,
                from_me=told.from_me,
                author=told.author,
                kind=told.kind.value,
                body=told.body[:500],
                file_name=told.file_name,
                has_file=self._has_bytes(message),
                is_new=is_new,
            )
            for told, message, is_new in islice(shown, max(0, room))
        ]

    def _has_bytes(self, message: OldMessage) -> bool:
        if message.file is None or not message.file.name:
            return False
        size = self._opened.size_of(message.file.name)
        return size is not None and 0 < size <= MOST_FILE_BYTES

    async def _with_file(self, message: OldMessage) -> OldMessage:
        file = message.file
        if file is None or not file.name:
            return message
        size = self._opened.size_of(file.name)
        if size is None or size == 0:
            return message
        if size > MOST_FILE_BYTES:
            return replace(message, file=replace(file, size=size, state=FileState.TOO_LARGE))
        return replace(message, file=await self._kept(file))

    async def _kept(self, file: OldFile) -> OldFile:
        data = await asyncio.to_thread(self._opened.read, file.name)
        if data is None:
            return replace(file, state=FileState.DAMAGED)
        size = await asyncio.to_thread(size_of_picture, data)
        width, height = size or (0, 0)
        told = guess_type(file.name)[0] or ""
        received = ReceivedFile(self._found.workspace_id, data, told, file.name, width, height)
        try:
            stored = await media.add_file(self._desk.db, self._desk.blobs, self._desk.clock, received)
        except MediaQuotaReached:
            return replace(file, size=len(data), state=FileState.NO_ROOM)
        return OldFile(
            name=file.name,
            mime=stored.mime,
            size=stored.size,
            width=width,
            height=height,
            media_id=stored.id,
            state=FileState.READY,
        )
