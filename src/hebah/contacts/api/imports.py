"""Routes for bringing a file of people in: upload, map, check, run, and what was left out."""

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
from hebah.access.model import Actor, Language, Permission
from hebah.contacts import reads
from hebah.contacts.actions import imports as actions
from hebah.contacts.api.import_views import (
    ImportErrorPage,
    ImportErrorView,
    ImportList,
    ImportPlan,
    ImportView,
    chosen_plan,
    import_view,
)
from hebah.contacts.model import RefusedRow
from hebah.contacts.rules.plans import KEPT_REFUSALS, LeadImport
from hebah.contacts.rules.sentences import sentence
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
_MOST_BODY_BYTES = 55 * 1024 * 1024
_TITLES: Mapping[Language, tuple[str, str, str]] = MappingProxyType(
    {Language.ENGLISH: ("Row", "Column", "Reason"), Language.MALAY: ("Baris", "Lajur", "Sebab")}
)
_MORE: Mapping[Language, str] = MappingProxyType(
    {
        Language.ENGLISH: "These are the first {kept} of {refused} rows that are left out.",
        Language.MALAY: "Ini ialah {kept} baris pertama daripada {refused} baris yang ditinggalkan.",
    }
)


@dataclass
class ImportUpload:
    """The form a file comes in."""

    file: UploadFile


@post("/api/imports", permission=Permission.LEAD_IMPORT, request_max_body_size=_MOST_BODY_BYTES)
async def upload_import(
    data: MultipartBody[ImportUpload],
    actor: Injected[Actor],
    db: Injected[Database],
    clock: Injected[Clock],
    uploads: Injected[Path],
) -> ImportView:
    """Take a CSV or XLSX file of at most 50 MB and guess what its columns mean."""
    upload = Upload(data.file.filename, chunks_of(data.file))
    return import_view(await actions.add_import(db, clock, actor, uploads, upload))


@post("/api/imports/uploaded", permission=Permission.LEAD_IMPORT)
async def take_uploaded_import(
    data: JSONBody[UploadedInput],
    actor: Injected[Actor],
    db: Injected[Database],
    clock: Injected[Clock],
    uploads: Injected[Path],
) -> ImportView:
    """The same with a file that has arrived in pieces."""
    async with arrived.whole(Pile(db, clock, uploads), actor, data.upload_id, data.digest) as upload:
        return import_view(await actions.add_import(db, clock, actor, uploads, upload))


@get("/api/imports", permission=Permission.LEAD_IMPORT)
async def list_imports(actor: Injected[Actor], db: Injected[Database]) -> Response[ImportList]:
    """The last fifty imports, newest first."""
    async with db.connection() as connection:
        head = await eventlog.head(connection, actor.workspace_id, actor.workspace_id)
        found = await reads.latest_imports(connection, actor)
    return snapshot(ImportList(items=[import_view(one) for one in found]), head)


@get("/api/imports/{import_id:uuid}", permission=Permission.LEAD_IMPORT)
async def get_import(import_id: FromPath[UUID], actor: Injected[Actor], db: Injected[Database]) -> Response[ImportView]:
    """One import with its progress."""
    async with db.connection() as connection:
        head = await eventlog.head(connection, actor.workspace_id, import_id)
        return snapshot(import_view(await reads.find_import(connection, actor, import_id)), head)


@put("/api/imports/{import_id:uuid}/mapping", permission=Permission.LEAD_IMPORT)
async def plan_import(
    import_id: FromPath[UUID],
    data: JSONBody[ImportPlan],
    actor: Injected[Actor],
    db: Injected[Database],
    clock: Injected[Clock],
) -> ImportView:
    """Say what the columns mean and what to do with known people; a dry run follows."""
    return import_view(await actions.plan_import(db, clock, actor, import_id, chosen_plan(data)))


@post("/api/imports/{import_id:uuid}/run", permission=Permission.LEAD_IMPORT, status_code=200)
async def run_import(
    import_id: FromPath[UUID], actor: Injected[Actor], db: Injected[Database], clock: Injected[Clock]
) -> ImportView:
    """Do what the dry run showed."""
    return import_view(await actions.run_import(db, clock, actor, import_id))


@post("/api/imports/{import_id:uuid}/cancel", permission=Permission.LEAD_IMPORT, status_code=200)
async def cancel_import(
    import_id: FromPath[UUID],
    actor: Injected[Actor],
    db: Injected[Database],
    clock: Injected[Clock],
    uploads: Injected[Path],
) -> ImportView:
    """Go no further; leads that are in already stay."""
    return import_view(await actions.cancel_import(db, clock, actor, uploads, import_id))


@get("/api/imports/{import_id:uuid}/errors", permission=Permission.LEAD_IMPORT)
async def list_errors(
    import_id: FromPath[UUID],
    actor: Injected[Actor],
    db: Injected[Database],
    limit: FromQuery[int] = PAGE,
    after: FromQuery[str | None] = None,
) -> ImportErrorPage:
    """Rows that are left out, in the order of the file."""
    size = clamp(limit)
    before = read_by_number(after)
    async with db.connection() as connection:
        found = await reads.find_import(connection, actor, import_id)
        rows = await reads.refused_rows(connection, found, before.number if before else 0, size)
    page, last = cut(rows, size)
    return ImportErrorPage(
        items=[
            ImportErrorView(row_number=row.row_number, column_name=row.column_name, code=row.code, shown=row.shown)
            for row in page
        ],
        next=write_cursor(ByNumber(last.row_number)) if last else None,
    )


@get("/api/imports/{import_id:uuid}/errors.csv", permission=Permission.LEAD_IMPORT)
async def download_errors(import_id: FromPath[UUID], actor: Injected[Actor], db: Injected[Database]) -> Stream:
    """The rows that are left out as a file to repair, each with the reason."""
    async with db.connection() as connection:
        found = await reads.find_import(connection, actor, import_id)
        language = (await access.find_workspace(connection, actor.workspace_id)).settings.language
    header = [*_TITLES[language], *found.table.columns]
    return await sheet("rows-left-out", SheetForm.CSV, header, _left_out(db, found, language))


async def _left_out(db: Database, found: LeadImport, language: Language) -> AsyncIterator[Rows]:
    async def read(after: int) -> list[RefusedRow]:
        async with db.connection() as connection:
            return await reads.refused_rows(connection, found, after, PAGE_ROWS)

    def line(row: RefusedRow) -> list[str]:
        return [str(row.row_number), row.column_name, sentence(row.code, language), *row.cells]

    async for page in pages_by_number(read, lambda row: row.row_number, line):
        yield page
    refused = found.counts.refused_rows
    if refused > KEPT_REFUSALS:
        yield [[_MORE[language].format(kept=KEPT_REFUSALS, refused=refused)]]


ROUTES = (
    upload_import,
    take_uploaded_import,
    list_imports,
    get_import,
    plan_import,
    run_import,
    cancel_import,
    list_errors,
    download_errors,
)
