"""The calendar of campaigns: which began, or are to begin, on which day."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from litestar import Response, get
from litestar.params import FromQuery

from hebah.access.model import Actor, Permission
from hebah.campaigns import store
from hebah.campaigns.model import CampaignState
from hebah.foundation import eventlog
from hebah.foundation.errors import FieldsInvalid
from hebah.foundation.postgres import Database
from hebah.foundation.wire import Injected, View, is_instant, snapshot

LONGEST: Final = timedelta(days=62)
"""A month with the days around it, in any zone, and some room."""
MOST: Final = 1000


class CalendarEntry(View):
    """A campaign in a calendar; `at` is when it began, or is to begin."""

    id: UUID
    name: str
    state: CampaignState
    at: datetime


class CalendarView(View):
    """Campaigns between two instants, the earliest first; not `complete` when there are more than are told."""

    items: list[CalendarEntry]
    complete: bool


@get("/api/campaigns/calendar", permission=Permission.CAMPAIGN_READ)
async def show_calendar(
    actor: Injected[Actor], db: Injected[Database], since: FromQuery[datetime], until: FromQuery[datetime]
) -> Response[CalendarView]:
    """Campaigns that began or are to begin from `since` until before `until`, at most 62 days later."""
    faults = {name: "format" for name, told in (("since", since), ("until", until)) if not is_instant(told)}
    if not faults and not since < until <= since + LONGEST:
        faults = {"until": "out_of_range"}
    if faults:
        raise FieldsInvalid(faults)
    async with db.connection() as connection:
        head = await eventlog.head(connection, actor.workspace_id, actor.workspace_id)
        found = await store.list_between(connection, actor.workspace_id, (since, until), MOST + 1)
    entries = [
        CalendarEntry(id=campaign.id, name=campaign.draft.name, state=campaign.state, at=at)
        for campaign in found[:MOST]
        if (at := campaign.launched_at or campaign.draft.starts_at) is not None
    ]
    return snapshot(CalendarView(items=entries, complete=len(found) <= MOST), head)


ROUTES = (show_calendar,)
