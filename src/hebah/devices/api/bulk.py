"""One thing done with every slot that a list shows, a bite at a time: the browser asks again until nothing follows."""

from collections.abc import Awaitable, Callable, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final
from uuid import UUID

import msgspec
from litestar import post
from litestar.params import JSONBody

from hebah.access.model import Actor, Permission
from hebah.devices import reads
from hebah.devices.actions import slots
from hebah.devices.model import Device, DeviceState, IllegalMove
from hebah.devices.reads import DeviceFilter
from hebah.foundation.clock import Clock
from hebah.foundation.errors import NotFound
from hebah.foundation.pages import ByText, cut, read_by_text, write_cursor
from hebah.foundation.postgres import Database
from hebah.foundation.wire import Injected, Input, View

BITE: Final = 100


class Verb(StrEnum):
    """What is done with each slot."""

    START = "start"
    STOP = "stop"
    REFRESH = "refresh"
    LOG_OUT = "log_out"


class BulkInput(Input):
    """What to do with which slots; `state`, `cause` and `q` as in the list, `after` as the answer before said."""

    verb: Verb
    state: DeviceState | None = None
    cause: str | None = None
    q: str | None = msgspec.field(default=None)
    after: str | None = None


class BulkAnswer(View):
    """How many slots of this bite it was done with, how many were in no state for it, and where to go on."""

    done: int
    skipped: int
    next: str | None


_Do = Callable[[Database, Clock, Actor, UUID], Awaitable[Device]]
_DO: Final[Mapping[Verb, _Do]] = MappingProxyType(
    {
        Verb.START: slots.start,
        Verb.STOP: slots.stop,
        Verb.REFRESH: slots.refresh,
        Verb.LOG_OUT: slots.log_out,
    }
)


@post("/api/devices/bulk", permission=Permission.DEVICE_LINK, status_code=200)
async def act_on_matching(
    data: JSONBody[BulkInput], actor: Injected[Actor], db: Injected[Database], clock: Injected[Clock]
) -> BulkAnswer:
    """Start, stop, refresh or log out the next slots that match, in the order of their names."""
    wanted = DeviceFilter(actor.workspace_id, actor.device_ids, data.state, (data.q or "").strip() or None, data.cause)
    async with db.connection() as connection:
        page, last = cut(await reads.page(connection, wanted, read_by_text(data.after), BITE), BITE)
    done = 0
    for device in page:
        try:
            await _DO[data.verb](db, clock, actor, device.id)
            done += 1
        except (IllegalMove, NotFound):
            continue  # it changed since the page was read, or never was in a state for this
    following = write_cursor(ByText(last.name.lower(), last.id)) if last else None
    return BulkAnswer(done=done, skipped=len(page) - done, next=following)


ROUTES = (act_on_matching,)
