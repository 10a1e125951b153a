"""Routes for one change to many leads: begin it, follow it, cancel it, undo it."""

from datetime import datetime
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath, JSONBody
from msgspec import field

from hebah.access.model import Actor, Permission
from hebah.contacts import reads
from hebah.contacts.actions import bulk as actions
from hebah.contacts.actions.bulk import Selection
from hebah.contacts.api.filters import FILTERED
from hebah.contacts.model import BulkCounts, BulkState, BulkVerb, LeadStatus, SuppressionReason
from hebah.contacts.rules import bulk as rules
from hebah.contacts.rules.bulk import BulkEdit
from hebah.contacts.store.leads import LeadFilter
from hebah.foundation import eventlog
from hebah.foundation.clock import Clock
from hebah.foundation.errors import FieldsInvalid
from hebah.foundation.postgres import Database
from hebah.foundation.wire import Injected, Input, View, snapshot

_MOST_TICKED = 5_000


class BulkChange(Input):
    """What is done with each lead; the verb says which of the rest counts.

    `tags` of add_… and remove_…; `name` and `value` of set_value (an empty value takes the field away); `deviceId` of
    move (null: into the pool); `reason` of suppress: opted_out (they asked) or by_hand (we decided).
    """

    verb: BulkVerb
    tags: list[str] = field(default_factory=list)
    name: str = ""
    value: str = ""
    status: LeadStatus | None = None
    device_id: UUID | None = None
    reason: SuppressionReason | None = None


class BulkEditInput(Input):
    """A change to the leads of `leadIds` or, where that is null, to all that the filters of the address find.

    `count` is how many leads the person has seen that it is about; if it is not exactly so many now, nothing happens.
    """

    change: BulkChange
    lead_ids: list[UUID] | None
    count: int


class BulkCountsView(View):
    """What became of the leads so far. `full` have as many tags as may be; `kept` were changed by somebody since."""

    changed: int
    unchanged: int
    gone: int
    full: int
    undone: int
    kept: int


class BulkEditView(View):
    """A change to many leads, and how far it is; `leadsBack` of `leadsDone` were looked at again to undo it."""

    id: UUID
    change: BulkChange
    state: BulkState
    failure: str | None
    leads: int
    leads_done: int
    leads_back: int
    counts: BulkCountsView
    undo_until: datetime | None
    created_at: datetime
    updated_at: datetime


class BulkEditList(View):
    """Bulk edits, newest first."""

    items: list[BulkEditView]


@post("/api/leads/bulk", permission=Permission.LEAD_EDIT, dependencies=FILTERED)
async def begin_bulk_edit(
    data: JSONBody[BulkEditInput],
    wanted: Injected[LeadFilter],
    actor: Injected[Actor],
    db: Injected[Database],
    clock: Injected[Clock],
) -> BulkEditView:
    """Change many leads alike: tags, an own field, status or device; never write to them again; or delete them."""
    if data.lead_ids is not None and len(data.lead_ids) > _MOST_TICKED:
        raise FieldsInvalid({"leadIds": "too_long"})
    selection = Selection(data.lead_ids, wanted, data.count)
    return _view(await actions.begin(db, clock, actor, _change(data.change), selection))


@get("/api/leads/bulk", permission=Permission.LEAD_EDIT)
async def list_bulk_edits(actor: Injected[Actor], db: Injected[Database]) -> Response[BulkEditList]:
    """The last twenty, newest first."""
    async with db.connection() as connection:
        head = await eventlog.head(connection, actor.workspace_id, actor.workspace_id)
        found = await reads.latest_bulk_edits(connection, actor)
    return snapshot(BulkEditList(items=[_view(one) for one in found]), head)


@get("/api/leads/bulk/{edit_id:uuid}", permission=Permission.LEAD_EDIT)
async def get_bulk_edit(
    edit_id: FromPath[UUID], actor: Injected[Actor], db: Injected[Database]
) -> Response[BulkEditView]:
    """One of them with its progress."""
    async with db.connection() as connection:
        head = await eventlog.head(connection, actor.workspace_id, edit_id)
        return snapshot(_view(await reads.find_bulk_edit(connection, actor, edit_id)), head)


@post("/api/leads/bulk/{edit_id:uuid}/cancel", permission=Permission.LEAD_EDIT, status_code=200)
async def cancel_bulk_edit(
    edit_id: FromPath[UUID], actor: Injected[Actor], db: Injected[Database], clock: Injected[Clock]
) -> BulkEditView:
    """Go no further; leads that are changed already stay so, until it is undone."""
    return _view(await actions.cancel(db, clock, actor, edit_id))


@post("/api/leads/bulk/{edit_id:uuid}/undo", permission=Permission.LEAD_EDIT, status_code=200)
async def undo_bulk_edit(
    edit_id: FromPath[UUID], actor: Injected[Actor], db: Injected[Database], clock: Injected[Clock]
) -> BulkEditView:
    """Make the leads what they were, within 24 hours; what somebody has changed since stays as it is."""
    return _view(await actions.undo(db, clock, actor, edit_id))


def _change(given: BulkChange) -> rules.BulkChange:
    return rules.BulkChange(
        verb=given.verb,
        tags=tuple(given.tags),
        name=given.name,
        value=given.value,
        status=given.status,
        device_id=given.device_id,
        reason=given.reason,
    )


def _view(edit: BulkEdit) -> BulkEditView:
    change = edit.change
    return BulkEditView(
        id=edit.id,
        change=BulkChange(
            verb=change.verb,
            tags=list(change.tags),
            name=change.name,
            value=change.value,
            status=change.status,
            device_id=change.device_id,
            reason=change.reason,
        ),
        state=edit.state,
        failure=edit.failure,
        leads=edit.leads,
        leads_done=edit.leads_done,
        leads_back=edit.leads_back,
        counts=_counts(edit.counts),
        undo_until=rules.undo_until(edit),
        created_at=edit.created_at,
        updated_at=edit.updated_at,
    )


def _counts(counts: BulkCounts) -> BulkCountsView:
    return BulkCountsView(
        changed=counts.changed,
        unchanged=counts.unchanged,
        gone=counts.gone,
        full=counts.full,
        undone=counts.undone,
        kept=counts.kept,
    )


ROUTES = (begin_bulk_edit, list_bulk_edits, get_bulk_edit, cancel_bulk_edit, undo_bulk_edit)
