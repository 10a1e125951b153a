"""Routes of stops: what is stopped, stop, let go on; what a restored backup holds until somebody has looked."""

from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery, JSONBody

from hebah.access import reads as access_reads
from hebah.access.model import Actor, Permission
from hebah.access.rules import may, require
from hebah.foundation import eventlog
from hebah.foundation.clock import Clock
from hebah.foundation.errors import NotFound
from hebah.foundation.pages import PAGE, ById, clamp, cut, read_by_id, write_cursor
from hebah.foundation.postgres import Database
from hebah.foundation.wire import Injected, Input, View, snapshot
from hebah.outbox.model import OutboxState
from hebah.stops import actions, reads
from hebah.stops.model import HeldMessage, Scope, Stop, Target
from hebah.stops.reads import HeldKind


class StopInput(Input):
    """What is to send nothing more, and why; `subject` is the device or campaign."""

    scope: Scope
    subject: UUID | None = None
    reason: str = ""


class StopView(View):
    """A stop that is on; `waiting` messages go on when it alone is lifted."""

    id: UUID
    scope: Scope
    subject: UUID | None
    subject_name: str | None
    reason: str
    since: datetime
    by_name: str | None
    waiting: int
    may_resume: bool


class StopList(View):
    """Every stop that concerns a workspace, the widest first.

    `restored_at` is since when what a restored backup holds waits for whoever asks, None once it was looked at.
    """

    items: list[StopView]
    may_stop_everything: bool
    restored_at: datetime | None


class RestoreView(View):
    """The last restore, of a backup made at `made_at`, and how much of each kind it still holds."""

    restored_at: datetime
    made_at: datetime
    closed_at: datetime | None
    closed_by: str | None
    campaigns: int
    drafts: int
    not_sent: int
    unknown: int
    devices: int


class HeldMessageView(View):
    """A message that a restore holds; `at` is when it was written, or handed out when nobody knows how it ended."""

    id: UUID
    state: OutboxState
    at: datetime
    name: str
    address: str
    words: str
    device_id: UUID
    device_name: str
    chat_id: UUID | None
    message_id: UUID | None
    sent_by: str | None
    campaign_id: UUID | None
    campaign_name: str | None
    may_retry: bool


class HeldMessagePage(View):
    """A page of messages that a restore holds."""

    items: list[HeldMessageView]
    next: str | None


@get("/api/stops", permission=Permission.WORKSPACE_READ)
async def list_stops(actor: Injected[Actor], db: Injected[Database]) -> Response[StopList]:
    """What sends nothing now, since when, by whom and why."""
    async with db.connection() as connection:
        head = await eventlog.head(connection, actor.workspace_id, actor.workspace_id)
        may_stop = may(actor, Permission.SENDING_STOP)
        owns = may_stop and await access_reads.owns_installation(connection, actor)
        found = await reads.stops_for(connection, actor)
        restore = await reads.last_restore(connection, actor.workspace_id) if may_stop else None
    waits_since = restore.at if restore is not None and restore.closed_at is None else None
    items = [_view(stop, may_resume=owns if stop.target.scope is Scope.EVERYTHING else may_stop) for stop in found]
    return snapshot(StopList(items=items, may_stop_everything=owns, restored_at=waits_since), head)


@post("/api/stops", permission=Permission.SENDING_STOP, status_code=204)
async def stop_sending(
    data: JSONBody[StopInput], actor: Injected[Actor], db: Injected[Database], clock: Injected[Clock]
) -> None:
    """Send nothing more of this until somebody lets it go on."""
    await actions.stop(db, clock, actor, Target(data.scope, data.subject), data.reason)


@post("/api/stops/{stop_id:uuid}/resume", permission=Permission.SENDING_STOP, status_code=204)
async def resume_sending(
    stop_id: FromPath[UUID], actor: Injected[Actor], db: Injected[Database], clock: Injected[Clock]
) -> None:
    """Let it go on where it was stopped."""
    await actions.resume(db, clock, actor, stop_id)


@get("/api/restored", permission=Permission.SENDING_STOP)
async def show_restore(actor: Injected[Actor], db: Injected[Database]) -> Response[RestoreView]:
    """What waits for a person since a backup was restored, counted now; NotFound when none ever was."""
    async with db.connection() as connection:
        head = await eventlog.head(connection, actor.workspace_id, actor.workspace_id)
        restore = await reads.last_restore(connection, actor.workspace_id)
        if restore is None:
            raise NotFound
        held = await reads.held(connection, actor.workspace_id)
    view = RestoreView(
        restored_at=restore.at,
        made_at=restore.made_at,
        closed_at=restore.closed_at,
        closed_by=restore.closed_by,
        **asdict(held),
    )
    return snapshot(view, head)


@get("/api/restored/messages", permission=Permission.SENDING_STOP)
async def list_held_messages(
    actor: Injected[Actor],
    db: Injected[Database],
    kind: FromQuery[HeldKind],
    limit: FromQuery[int] = PAGE,
    after: FromQuery[str | None] = None,
) -> HeldMessagePage:
    """Messages that were not sent, or of which nobody knows, since a backup was restored."""
    require(actor, Permission.INBOX_READ)
    require(actor, Permission.CAMPAIGN_READ)
    size, place = clamp(limit), read_by_id(after)
    async with db.connection() as connection:
        found = await reads.held_messages(connection, actor.workspace_id, kind, place.id if place else None, size + 1)
    page, last = cut(found, size)
    following = write_cursor(ById(last.id)) if last else None
    return HeldMessagePage(items=[_held_view(message) for message in page], next=following)


@post("/api/restored/close", permission=Permission.SENDING_STOP, status_code=204)
async def close_restore(actor: Injected[Actor], db: Injected[Database], clock: Injected[Clock]) -> None:
    """Note that everything was looked at; what is still held stays as it is."""
    await actions.close_restore(db, clock, actor)


def _held_view(message: HeldMessage) -> HeldMessageView:
    return HeldMessageView(**asdict(message))


def _view(stop: Stop, *, may_resume: bool) -> StopView:
    return StopView(
        id=stop.id,
        scope=stop.target.scope,
        subject=stop.target.subject,
        subject_name=stop.subject_name,
        reason=stop.reason,
        since=stop.since,
        by_name=stop.by_name,
        waiting=stop.waiting,
        may_resume=may_resume,
    )


ROUTES = (list_stops, stop_sending, resume_sending, show_restore, list_held_messages, close_restore)
