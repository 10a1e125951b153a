"""HTTP of API keys."""

from datetime import datetime
from uuid import UUID

from litestar import Response, delete, get, post
from litestar.params import FromPath, JSONBody

from hebah.access import reads as access
from hebah.access.model import Actor, Permission
from hebah.foundation.clock import Clock
from hebah.foundation.postgres import Database
from hebah.foundation.wire import Injected, Input, Instant, View, snapshot
from hebah.keys import actions, reads
from hebah.keys.model import SCOPES, ApiKey, NewKey


class KeyView(View):
    """A key as lists show it: everything but its secret. `device_ids` null is every device its maker sees."""

    id: UUID
    name: str
    prefix: str
    permissions: list[Permission]
    device_ids: list[UUID] | None
    created_by: UUID
    created_by_name: str
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None
    revoked_at: datetime | None


class KeyList(View):
    """The workspace's keys, the newest first; `scopes` is what this person may give to a key, in groups."""

    items: list[KeyView]
    scopes: dict[str, list[Permission]]


class KeyInput(Input):
    """A key to be made."""

    name: str
    permissions: list[Permission]
    device_ids: list[UUID] | None = None
    expires_at: Instant | None = None


class MadeKeyView(View):
    """A key just made; `text` is shown once and stored nowhere."""

    key: KeyView
    text: str


@get("/api/keys", permission=Permission.KEY_EDIT)
async def list_keys(actor: Injected[Actor], db: Injected[Database]) -> Response[KeyList]:
    """The workspace's API keys, without their secrets."""
    async with db.connection() as connection:
        head = await access.workspace_head(connection, actor.workspace_id)
        found = await reads.list_keys(connection, actor.workspace_id)
    scopes = {group: [one for one in given if one in actor.permissions] for group, given in SCOPES.items()}
    return snapshot(KeyList(items=[_view(key) for key in found], scopes=scopes), head)


@post("/api/keys", permission=Permission.KEY_EDIT, tells_secret=True)
async def make_key(
    data: JSONBody[KeyInput], actor: Injected[Actor], db: Injected[Database], clock: Injected[Clock]
) -> MadeKeyView:
    """Make a key; its text is told once, here."""
    devices = None if data.device_ids is None else frozenset(data.device_ids)
    made = await actions.make_key(
        db, clock, actor, NewKey(data.name, frozenset(data.permissions), devices, data.expires_at)
    )
    return MadeKeyView(key=_view(made.key), text=made.text)


@delete("/api/keys/{key_id:uuid}", permission=Permission.KEY_EDIT, status_code=200)
async def revoke_key(
    key_id: FromPath[UUID], actor: Injected[Actor], db: Injected[Database], clock: Injected[Clock]
) -> KeyView:
    """Take a key back for good; it stays in the list."""
    return _view(await actions.revoke_key(db, clock, actor, key_id))


ROUTES = (list_keys, make_key, revoke_key)


def _view(key: ApiKey) -> KeyView:
    return KeyView(
        id=key.id,
        name=key.name,
        prefix=key.prefix,
        permissions=sorted(key.permissions),
        device_ids=None if key.device_ids is None else sorted(key.device_ids),
        created_by=key.created_by,
        created_by_name=key.created_by_name,
        created_at=key.created_at,
        expires_at=key.expires_at,
        last_used_at=key.last_used_at,
        revoked_at=key.revoked_at,
    )
