"""The workspace's settings and its people."""

from datetime import time
from uuid import UUID

from litestar import Response, get, patch, post
from litestar.params import FromPath, JSONBody

from hebah.access import actions, reads
from hebah.access.api.views import (
    InvitedUser,
    UserEdit,
    UserInput,
    UserList,
    UserView,
    WorkspaceEdit,
    WorkspaceView,
    user_view,
    workspace_view,
)
from hebah.access.model import Actor, NewUser, Permission, RoleChange
from hebah.foundation.clock import Clock
from hebah.foundation.postgres import Database
from hebah.foundation.wire import Injected, given, snapshot


@get("/api/workspace", permission=Permission.WORKSPACE_READ)
async def show_workspace(actor: Injected[Actor], db: Injected[Database]) -> Response[WorkspaceView]:
    """The workspace's settings."""
    async with db.connection() as connection:
        head = await reads.workspace_head(connection, actor.workspace_id)
        return snapshot(workspace_view(await reads.find_workspace(connection, actor.workspace_id)), head)


@patch("/api/workspace", permission=Permission.WORKSPACE_EDIT)
async def edit_workspace(
    data: JSONBody[WorkspaceEdit], actor: Injected[Actor], db: Injected[Database], clock: Injected[Clock]
) -> WorkspaceView:
    """Change some of the settings."""
    changes = given(data)
    for hour in {"quiet_from", "quiet_until"} & changes.keys():
        changes[hour] = time.fromisoformat(changes[hour])
    return workspace_view(await actions.edit_workspace(db, clock, actor, changes))


@get("/api/users", permission=Permission.USER_READ)
async def list_users(actor: Injected[Actor], db: Injected[Database]) -> Response[UserList]:
    """Everybody of the workspace."""
    async with db.connection() as connection:
        head = await reads.workspace_head(connection, actor.workspace_id)
        users = await reads.list_users(connection, actor.workspace_id)
    return snapshot(UserList(items=[user_view(user) for user in users]), head)


@post("/api/users", permission=Permission.USER_EDIT)
async def invite(
    data: JSONBody[UserInput], actor: Injected[Actor], db: Injected[Database], clock: Injected[Clock]
) -> InvitedUser:
    """Invite somebody; the path of the invitation is told once, here."""
    new = NewUser(data.name.strip(), data.email.strip(), data.role)
    invitation = await actions.invite(db, clock, actor, new, frozenset(data.device_ids))
    return InvitedUser(user=user_view(invitation.user), invitation_path=f"/join?token={invitation.token}")


@patch("/api/users/{user_id:uuid}", permission=Permission.USER_EDIT)
async def edit_user(
    user_id: FromPath[UUID],
    data: JSONBody[UserEdit],
    actor: Injected[Actor],
    db: Injected[Database],
    clock: Injected[Clock],
) -> UserView:
    """Change somebody's role, granted devices, or whether they may sign in."""
    changes = given(data)
    if "device_ids" in changes:
        changes["device_ids"] = frozenset(changes["device_ids"])
    return user_view(await actions.edit_user(db, clock, actor, user_id, RoleChange(**changes)))


ROUTES = (show_workspace, edit_workspace, list_users, invite, edit_user)
