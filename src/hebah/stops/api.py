"""Routes of stops: what is stopped, stop, let go on."""

from datetime import datetime
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath, JSONBody

from hebah.access import reads as access_reads
from hebah.access.model import Actor, Permission
from hebah.access.rules import may
from hebah.foundation import eventlog
from hebah.foundation.clock import Clock
from hebah.foundation.postgres import Database
from hebah.foundation.wire import Injected, Input, View, snapshot
from hebah.stops import actions, reads
from hebah.stops.model import Scope, Stop, Target


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
    """Every stop that concerns a workspace, the widest first."""

    items: list[StopView]
    may_stop_everything: bool


@get("/api/stops", permission=Permission.WORKSPACE_READ)
async def list_stops(actor: Injected[Actor], db: Injected[Database]) -> Response[StopList]:
    """What sends nothing now, since when, by whom and why."""
    async with db.connection() as connection:
        head = await eventlog.head(connection, actor.workspace_id, actor.workspace_id)
        may_stop = may(actor, Permission.SENDING_STOP)
        owns = may_stop and await access_reads.owns_installation(connection, actor)
        found = await reads.stops_for(connection, actor)
    items = [_view(stop, may_resume=owns if stop.target.scope is Scope.EVERYTHING else may_stop) for stop in found]
    return snapshot(StopList(items=items, may_stop_everything=owns), head)


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


ROUTES = (list_stops, stop_sending, resume_sending)
