"""Routes for leads, their history and their suppression."""

from uuid import UUID

from litestar import Response, delete, get, patch, post
from litestar.params import FromPath, FromQuery, JSONBody

from hebah.access.model import Actor, Permission
from hebah.contacts import reads
from hebah.contacts.actions import leads as actions
from hebah.contacts.actions.leads import LeadEdit
from hebah.contacts.api.filters import FILTERED
from hebah.contacts.api.views import (
    LeadFacets,
    LeadHistoryView,
    LeadInput,
    LeadPage,
    LeadPatch,
    LeadView,
    SuppressionForm,
    facets_view,
    history_view,
    lead_view,
    patched,
    written,
)
from hebah.contacts.ports import ContactStops
from hebah.contacts.store.leads import LeadFilter
from hebah.foundation import eventlog
from hebah.foundation.clock import Clock
from hebah.foundation.errors import FieldsInvalid
from hebah.foundation.pages import PAGE, Newest, clamp, cut, read_newest, write_cursor
from hebah.foundation.postgres import Database, Transaction
from hebah.foundation.wire import Injected, snapshot


@get("/api/leads", permission=Permission.LEAD_READ, dependencies=FILTERED)
async def list_leads(
    actor: Injected[Actor],
    db: Injected[Database],
    wanted: Injected[LeadFilter],
    limit: FromQuery[int] = PAGE,
    after: FromQuery[str | None] = None,
) -> Response[LeadPage]:
    """Leads, newest first; an agent's are those of the granted devices."""
    size, before = clamp(limit), read_newest(after)
    async with db.connection() as connection:
        head = await eventlog.head(connection, actor.workspace_id, actor.workspace_id)
        found = await reads.list_leads(connection, wanted, before, size)
        page, last = cut(found, size)
        alone = before is None and last is None
        total = len(page) if alone else await reads.count_leads(connection, wanted)
    following = write_cursor(Newest(last.created_at, last.id)) if last else None
    return snapshot(LeadPage(items=[lead_view(lead) for lead in page], next=following, total=total), head)


@get("/api/leads/facets", permission=Permission.LEAD_READ)
async def count_facets(actor: Injected[Actor], db: Injected[Database]) -> LeadFacets:
    """How many leads stand behind each filter."""
    async with db.connection() as connection:
        return facets_view(await reads.facets(connection, actor))


@post("/api/leads", permission=Permission.LEAD_EDIT)
async def create_lead(
    data: JSONBody[LeadInput], actor: Injected[Actor], db: Injected[Database], clock: Injected[Clock]
) -> LeadView:
    """Add one lead."""
    return lead_view(await actions.create_lead(db, clock, actor, written(data)))


@get("/api/leads/{lead_id:uuid}", permission=Permission.LEAD_READ)
async def get_lead(lead_id: FromPath[UUID], actor: Injected[Actor], db: Injected[Database]) -> Response[LeadView]:
    """One lead."""
    async with db.connection() as connection:
        head = await eventlog.head(connection, actor.workspace_id, actor.workspace_id)
        return snapshot(lead_view(await reads.find_lead(connection, actor, lead_id)), head)


@patch("/api/leads/{lead_id:uuid}", permission=Permission.LEAD_EDIT)
async def edit_lead(
    lead_id: FromPath[UUID],
    data: JSONBody[LeadPatch],
    actor: Injected[Actor],
    db: Injected[Database],
    clock: Injected[Clock],
    contact_stops: Injected[ContactStops[Transaction]],
) -> LeadView:
    """Change a lead, unless somebody else did since the version that was seen."""
    async with db.connection() as connection:
        lead = await reads.find_lead(connection, actor, lead_id)
    edit = LeadEdit(lead_id, data.version, patched(lead, data))
    return lead_view(await actions.edit_lead(db, clock, contact_stops, actor, edit))


@delete("/api/leads/{lead_id:uuid}", permission=Permission.LEAD_EDIT, status_code=204)
async def delete_lead(
    lead_id: FromPath[UUID],
    actor: Injected[Actor],
    db: Injected[Database],
    clock: Injected[Clock],
    contact_stops: Injected[ContactStops[Transaction]],
) -> None:
    """Delete a lead; what was sent stays on record, and so does a suppression."""
    await actions.delete_lead(db, clock, contact_stops, actor, lead_id)


@get("/api/leads/{lead_id:uuid}/history", permission=Permission.LEAD_READ)
async def get_history(lead_id: FromPath[UUID], actor: Injected[Actor], db: Injected[Database]) -> LeadHistoryView:
    """What the person agreed to over time, and which campaigns reached them."""
    async with db.connection() as connection:
        return history_view(await reads.history(connection, actor, lead_id))


@post("/api/suppressions", permission=Permission.LEAD_EDIT, status_code=204)
async def suppress_lead(
    data: JSONBody[SuppressionForm],
    actor: Injected[Actor],
    db: Injected[Database],
    clock: Injected[Clock],
    contact_stops: Injected[ContactStops[Transaction]],
) -> None:
    """Never write to this person again; what is queued for them is taken back."""
    if data.reason != "by_hand":
        raise FieldsInvalid({"reason": "unknown"})
    await actions.suppress_lead(db, clock, contact_stops, actor, data.lead_id)


@delete("/api/suppressions/{lead_id:uuid}", permission=Permission.LEAD_EDIT, status_code=204)
async def lift_suppression(
    lead_id: FromPath[UUID], actor: Injected[Actor], db: Injected[Database], clock: Injected[Clock]
) -> None:
    """Allow messages to this person again; only an owner may."""
    await actions.lift_suppression(db, clock, actor, lead_id)


ROUTES = (
    list_leads,
    count_facets,
    create_lead,
    get_lead,
    edit_lead,
    delete_lead,
    get_history,
    suppress_lead,
    lift_suppression,
)
