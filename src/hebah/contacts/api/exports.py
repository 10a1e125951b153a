"""Routes for leads as files: what a list shows, all of it, in columns that an import reads again."""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from uuid import UUID

from litestar import get
from litestar.response import Stream

from hebah.access import reads as access
from hebah.access.model import Actor, Language, Permission
from hebah.contacts import reads
from hebah.contacts.api.filters import FILTERED
from hebah.contacts.model import Lead
from hebah.contacts.store.leads import LeadFilter
from hebah.foundation.pages import Newest, cut
from hebah.foundation.postgres import Database
from hebah.foundation.sheets import PAGE_ROWS, Rows, SheetForm, sheet
from hebah.foundation.wire import Injected

_TITLES: Mapping[Language, Sequence[str]] = MappingProxyType(
    {
        Language.ENGLISH: (
            *("Phone", "Name", "Niche", "Status", "Triggers", "Note", "Time zone", "Language", "Consent"),
            *("Consent source", "Consent date", "Device", "Never again", "Never again since", "Added"),
        ),
        Language.MALAY: (
            *("Telefon", "Nama", "Kategori", "Status", "Pencetus", "Nota", "Zon masa", "Bahasa", "Persetujuan"),
            *("Sumber persetujuan", "Tarikh persetujuan", "Peranti", "Jangan lagi", "Jangan lagi sejak", "Ditambah"),
        ),
    }
)


@get("/api/leads.csv", permission=Permission.LEAD_EXPORT, dependencies=FILTERED)
async def export_csv(actor: Injected[Actor], db: Injected[Database], wanted: Injected[LeadFilter]) -> Stream:
    """The leads that the filters find, newest first, as CSV that opens safely in a spreadsheet."""
    return await _export(db, actor, wanted, SheetForm.CSV)


@get("/api/leads.xlsx", permission=Permission.LEAD_EXPORT, dependencies=FILTERED)
async def export_xlsx(actor: Injected[Actor], db: Injected[Database], wanted: Injected[LeadFilter]) -> Stream:
    """The same as an Excel workbook whose cells are all text."""
    return await _export(db, actor, wanted, SheetForm.XLSX)


async def _export(db: Database, actor: Actor, wanted: LeadFilter, form: SheetForm) -> Stream:
    async with db.connection() as connection:
        language = (await access.find_workspace(connection, actor.workspace_id)).settings.language
        variables = await reads.variable_names(connection, actor)
        devices = await reads.device_names(connection, actor)
    return await sheet("leads", form, [*_TITLES[language], *variables], _pages(db, wanted, variables, devices))


async def _pages(
    db: Database, wanted: LeadFilter, variables: Sequence[str], devices: Mapping[UUID, str]
) -> AsyncIterator[Rows]:
    before: Newest | None = None
    while True:
        async with db.connection() as connection:
            found = await reads.list_leads(connection, wanted, before, PAGE_ROWS)
        page, last = cut(found, PAGE_ROWS)
        yield [[*_cells(lead, devices), *(lead.facts.variables.get(name, "") for name in variables)] for lead in page]
        if last is None:
            return
        before = Newest(last.created_at, last.id)


def _cells(lead: Lead, devices: Mapping[UUID, str]) -> list[str]:
    facts, never = lead.facts, lead.suppressed
    return [
        lead.phone,
        facts.name,
        ", ".join(facts.niches),
        facts.status or "",
        ", ".join(facts.triggers),
        facts.note,
        facts.zone or "",
        facts.language or "",
        facts.consent.state,
        facts.consent.source or "",
        _instant(facts.consent.given_at),
        "" if lead.device_id is None else devices.get(lead.device_id, ""),
        "" if never is None else never.reason,
        _instant(None if never is None else never.at),
        _instant(lead.created_at),
    ]


def _instant(at: datetime | None) -> str:
    return "" if at is None else at.isoformat()


ROUTES = (export_csv, export_xlsx)
