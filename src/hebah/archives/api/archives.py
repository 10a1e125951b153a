"""Routes for bringing older chats in: upload, plan, check, run, what was left out, and taking it all back."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from uuid import UUID

from litestar import Response, get, post, put
from litestar.datastructures import UploadFile
from litestar.params import FromPath, FromQuery, JSONBody, MultipartBody
from litestar.response import Stream

from hebah.access import reads as access
from hebah.access.api.entry import Door
from hebah.access.model import Actor, Language, Permission
from hebah.archives import actions, reads
from hebah.archives.api.views import (
    ArchiveFaultPage,
    ArchiveFaultView,
    ArchiveList,
    ArchivePlanInput,
    ArchiveView,
    archive_view,
    wanted_plan,
)
from hebah.archives.model import Archive, ChatsNotKept, Fault
from hebah.archives.rules.plans import KEPT_FAULTS
from hebah.archives.rules.sentences import sentence
from hebah.foundation import eventlog
from hebah.foundation.clock import Clock
from hebah.foundation.pages import PAGE, ByNumber, clamp, cut, read_by_number, write_cursor
from hebah.foundation.postgres import Database
from hebah.foundation.sheets import PAGE_ROWS, Rows, SheetForm, pages_by_number, sheet
from hebah.foundation.uploads import Upload, chunks_of
from hebah.foundation.wire import Injected, snapshot
from hebah.uploads import actions as arrived
from hebah.uploads.actions import Pile
from hebah.uploads.api import UploadedInput

# A little above the limit, so that a file just too large is told so in our own words.
_MOST_BODY_BYTES = 205 * 1024 * 1024
_TITLES: Mapping[Language, tuple[str, str, str, str]] = MappingProxyType(
    {Language.ENGLISH: ("Line", "Code", "Reason", "Text"), Language.MALAY: ("Baris", "Kod", "Sebab", "Teks")}
)
_MORE: Mapping[Language, str] = MappingProxyType(
    {
        Language.ENGLISH: "These are the first {kept} of {refused} lines that are left out.",
        Language.MALAY: "Ini ialah {kept} baris pertama daripada {refused} baris yang ditinggalkan.",
    }
)


@dataclass
class ArchiveUpload:
    """The form a file comes in."""

    file: UploadFile


@post("/api/archives", permission=Permission.DEVICE_EDIT, request_max_body_size=_MOST_BODY_BYTES)
async def upload_archive(
    data: MultipartBody[ArchiveUpload],
    actor: Injected[Actor],
    db: Injected[Database],
    clock: Injected[Clock],
    uploads: Injected[Path],
    door: Injected[Door],
) -> ArchiveView:
    """Take an exported chat (text, or zip with its files) or a table of messages, at most 200 MB."""
    if not door.installation.chat_storage:
        raise ChatsNotKept()
    upload = Upload(data.file.filename, chunks_of(data.file))
    return await _shown(db, await actions.add_archive(db, clock, actor, uploads, upload))


@post("/api/archives/uploaded", permission=Permission.DEVICE_EDIT)
async def take_uploaded_archive(
    data: JSONBody[UploadedInput],
    actor: Injected[Actor],
    db: Injected[Database],
    clock: Injected[Clock],
    uploads: Injected[Path],
    door: Injected[Door],
) -> ArchiveView:
    """The same with a file that has arrived in pieces."""
    if not door.installation.chat_storage:
        raise ChatsNotKept()
    async with arrived.whole(Pile(db, clock, uploads), actor, data.upload_id, data.digest) as upload:
        return await _shown(db, await actions.add_archive(db, clock, actor, uploads, upload))


@get("/api/archives", permission=Permission.DEVICE_EDIT)
async def list_archives(actor: Injected[Actor], db: Injected[Database]) -> Response[ArchiveList]:
    """The last fifty archives, newest first."""
    async with db.connection() as connection:
        head = await eventlog.head(connection, actor.workspace_id, actor.workspace_id)
        found = await reads.latest_archives(connection, actor)
    return snapshot(ArchiveList(items=[archive_view(one) for one in found]), head)


@get("/api/archives/{archive_id:uuid}", permission=Permission.DEVICE_EDIT)
async def get_archive(
    archive_id: FromPath[UUID], actor: Injected[Actor], db: Injected[Database]
) -> Response[ArchiveView]:
    """One archive with its progress."""
    async with db.connection() as connection:
        head = await eventlog.head(connection, actor.workspace_id, archive_id)
        found = await reads.find_archive(connection, actor, archive_id)
    return snapshot(await _shown(db, found), head)


@put("/api/archives/{archive_id:uuid}/plan", permission=Permission.DEVICE_EDIT)
async def plan_archive(
    archive_id: FromPath[UUID],
    data: JSONBody[ArchivePlanInput],
    actor: Injected[Actor],
    db: Injected[Database],
    clock: Injected[Clock],
) -> ArchiveView:
    """Say where the messages go and how the file is to be read; a dry run follows."""
    return await _shown(db, await actions.plan_archive(db, clock, actor, archive_id, wanted_plan(data)))


@post("/api/archives/{archive_id:uuid}/run", permission=Permission.DEVICE_EDIT, status_code=200)
async def run_archive(
    archive_id: FromPath[UUID], actor: Injected[Actor], db: Injected[Database], clock: Injected[Clock]
) -> ArchiveView:
    """Do what the dry run showed."""
    return await _shown(db, await actions.run_archive(db, clock, actor, archive_id))


@post("/api/archives/{archive_id:uuid}/cancel", permission=Permission.DEVICE_EDIT, status_code=200)
async def cancel_archive(
    archive_id: FromPath[UUID],
    actor: Injected[Actor],
    db: Injected[Database],
    clock: Injected[Clock],
    uploads: Injected[Path],
) -> ArchiveView:
    """Go no further; messages that are in already stay."""
    return await _shown(db, await actions.cancel_archive(db, clock, actor, uploads, archive_id))


@post("/api/archives/{archive_id:uuid}/remove", permission=Permission.DEVICE_EDIT, status_code=200)
async def remove_messages(
    archive_id: FromPath[UUID], actor: Injected[Actor], db: Injected[Database], clock: Injected[Clock]
) -> ArchiveView:
    """Delete exactly the messages that this archive has brought."""
    return await _shown(db, await actions.remove_messages(db, clock, actor, archive_id))


@get("/api/archives/{archive_id:uuid}/errors", permission=Permission.DEVICE_EDIT)
async def list_faults(
    archive_id: FromPath[UUID],
    actor: Injected[Actor],
    db: Injected[Database],
    limit: FromQuery[int] = PAGE,
    after: FromQuery[str | None] = None,
) -> ArchiveFaultPage:
    """Lines that are left out, in the order of the file."""
    size = clamp(limit)
    before = read_by_number(after)
    async with db.connection() as connection:
        found = await reads.find_archive(connection, actor, archive_id)
        rows = await reads.faults(connection, found, before.number if before else 0, size)
    page, last = cut(rows, size)
    return ArchiveFaultPage(
        items=[ArchiveFaultView(line=row.line, code=row.code, shown=row.shown) for row in page],
        next=write_cursor(ByNumber(last.line)) if last else None,
    )


@get("/api/archives/{archive_id:uuid}/errors.csv", permission=Permission.DEVICE_EDIT)
async def download_faults(archive_id: FromPath[UUID], actor: Injected[Actor], db: Injected[Database]) -> Stream:
    """The lines that are left out, each with its number, the code and the reason in words."""
    async with db.connection() as connection:
        found = await reads.find_archive(connection, actor, archive_id)
        language = (await access.find_workspace(connection, actor.workspace_id)).settings.language
    return await sheet("lines-left-out", SheetForm.CSV, _TITLES[language], _left_out(db, found, language))


async def _shown(db: Database, found: Archive) -> ArchiveView:
    async with db.connection() as connection:
        return archive_view(found, await reads.own_side(connection, found))


async def _left_out(db: Database, found: Archive, language: Language) -> AsyncIterator[Rows]:
    async def read(after: int) -> list[Fault]:
        async with db.connection() as connection:
            return await reads.faults(connection, found, after, PAGE_ROWS)

    def line(row: Fault) -> list[str]:
        return [str(row.line), row.code, sentence(row.code, language), row.shown]

    async for page in pages_by_number(read, lambda row: row.line, line):
        yield page
    refused = found.counts.refused_lines
    if refused > KEPT_FAULTS:
        yield [[_MORE[language].format(kept=KEPT_FAULTS, refused=refused)]]


ROUTES = (
    upload_archive,
    take_uploaded_archive,
    list_archives,
    get_archive,
    plan_archive,
    run_archive,
    cancel_archive,
    remove_messages,
    list_faults,
    download_faults,
)
