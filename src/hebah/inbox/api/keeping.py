"""The route that shows what is kept, and what other settings would remove."""

from typing import Annotated

from litestar import get
from litestar.params import QueryParameter

from hebah.access.model import Actor, Permission
from hebah.foundation.clock import Clock
from hebah.foundation.postgres import Database
from hebah.foundation.wire import Injected, View
from hebah.inbox import reads


class KeepingView(View):
    """What a workspace keeps: files, bytes in them and how many it may keep, and what would be removed at once.

    `expired_…` is of the days that were asked about; what is in use by a campaign is not among it.
    """

    files: int
    bytes: int
    quota: int | None
    expired_files: int
    expired_bytes: int
    expired_messages: int


@get("/api/keeping", permission=Permission.WORKSPACE_EDIT)
async def show_keeping(
    actor: Injected[Actor],
    db: Injected[Database],
    clock: Injected[Clock],
    files_days: Annotated[int | None, QueryParameter(name="keepFilesDays", ge=1, le=36_500)] = None,
    messages_days: Annotated[int | None, QueryParameter(name="keepMessagesDays", ge=1, le=36_500)] = None,
) -> KeepingView:
    """What is kept, and what would go if files and messages were kept for so many days; asking removes nothing."""
    async with db.connection() as connection:
        kept = await reads.kept(connection, actor.workspace_id, files_days, messages_days, clock.now())
    return KeepingView(
        files=kept.usage.files,
        bytes=kept.usage.bytes,
        quota=kept.usage.quota,
        expired_files=kept.expired.files,
        expired_bytes=kept.expired.bytes,
        expired_messages=kept.expired_messages,
    )


ROUTES = (show_keeping,)
