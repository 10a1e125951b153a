"""HTTP of the audit trail: a screen with filters, and the same as a file."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from litestar import get
from litestar.di import Provide
from litestar.params import FromQuery
from litestar.response import Stream

from hebah.access import reads
from hebah.access.model import Actor, Permission
from hebah.access.reads import TrailFilter, TrailLine
from hebah.foundation.errors import FieldsInvalid
from hebah.foundation.pages import PAGE, Newest, clamp, cut, read_newest, write_cursor
from hebah.foundation.postgres import Database
from hebah.foundation.sheets import PAGE_ROWS, Rows, SheetForm, sheet
from hebah.foundation.wire import Injected, View, is_instant

_COLUMNS = ("at", "who", "with key", "action", "thing", "thing's id", "details")


class TrailEntry(View):
    """One thing that was done; a key acts in the name of the person who made it."""

    id: UUID
    at: datetime
    action: str
    user_id: UUID | None
    user_name: str | None
    key_id: UUID | None
    key_name: str | None
    subject: UUID | None
    subject_name: str | None
    details: dict[str, Any]  # Any: as JSON holds it


class TrailPage(View):
    """A page of what was done, the newest first; `actions` is every kind of thing that was done here."""

    items: list[TrailEntry]
    next: str | None
    actions: list[str]


def _wanted(
    who: FromQuery[UUID | None] = None,
    action: FromQuery[str | None] = None,
    subject: FromQuery[UUID | None] = None,
    since: FromQuery[datetime | None] = None,
    until: FromQuery[datetime | None] = None,
) -> TrailFilter:
    # The file has begun when the trail is first read: what cannot be looked for is refused before.
    told = {"since": since, "until": until}
    faults = {name: "format" for name, instant in told.items() if instant is not None and not is_instant(instant)}
    if action is not None and "\x00" in action:
        faults["action"] = "format"
    if faults:
        raise FieldsInvalid(faults)
    return TrailFilter(who, action, subject, since, until)


_FILTERED = {"wanted": Provide(_wanted, sync_to_thread=False)}


@get("/api/audit", permission=Permission.AUDIT_READ, dependencies=_FILTERED)
async def list_trail(
    actor: Injected[Actor],
    db: Injected[Database],
    wanted: Injected[TrailFilter],
    limit: FromQuery[int] = PAGE,
    after: FromQuery[str | None] = None,
) -> TrailPage:
    """What was done, by whom, to which thing; the newest first."""
    size, place = clamp(limit), read_newest(after)
    async with db.connection() as connection:
        lines = await reads.trail_page(connection, actor.workspace_id, wanted, after=place, limit=size + 1)
        actions = await reads.trail_actions(connection, actor.workspace_id)
    page, last = cut(lines, size)
    following = write_cursor(Newest(last.at, last.id)) if last else None
    return TrailPage(items=[_view(line) for line in page], next=following, actions=actions)


@get("/api/audit.csv", permission=Permission.AUDIT_READ, dependencies=_FILTERED)
async def export_trail(actor: Injected[Actor], db: Injected[Database], wanted: Injected[TrailFilter]) -> Stream:
    """The same as a file that opens safely in a spreadsheet."""
    return await sheet("audit", SheetForm.CSV, _COLUMNS, _pages(db, actor.workspace_id, wanted))


@get("/api/audit.xlsx", permission=Permission.AUDIT_READ, dependencies=_FILTERED)
async def export_workbook(actor: Injected[Actor], db: Injected[Database], wanted: Injected[TrailFilter]) -> Stream:
    """The same as an Excel workbook whose cells are all text."""
    return await sheet("audit", SheetForm.XLSX, _COLUMNS, _pages(db, actor.workspace_id, wanted))


ROUTES = (list_trail, export_trail, export_workbook)


async def _pages(db: Database, workspace_id: UUID, wanted: TrailFilter) -> AsyncIterator[Rows]:
    after: Newest | None = None
    while True:
        async with db.connection() as connection:
            lines = await reads.trail_page(connection, workspace_id, wanted, after=after, limit=PAGE_ROWS + 1)
        page, last = cut(lines, PAGE_ROWS)
        yield [_cells(line) for line in page]
        if last is None:
            return
        after = Newest(last.at, last.id)


def _cells(line: TrailLine) -> list[str]:
    subject = "" if line.subject is None else str(line.subject)
    details = msgspec.json.encode(line.details).decode() if line.details else ""
    named = [line.user_name or "", line.key_name or "", line.action, line.subject_name or ""]
    return [line.at.isoformat(), *named, subject, details]


def _view(line: TrailLine) -> TrailEntry:
    return TrailEntry(
        id=line.id,
        at=line.at,
        action=line.action,
        user_id=line.user_id,
        user_name=line.user_name,
        key_id=line.key_id,
        key_name=line.key_name,
        subject=line.subject,
        subject_name=line.subject_name,
        details=dict(line.details),
    )
