"""The workspace's settings and its people."""

from datetime import time
from uuid import UUID

from litestar import Response, delete, get, patch, post
from litestar.params import FromPath, JSONBody

from hebah.access import reads
from hebah.access.actions import people, workspace
from hebah.access.api.own_views import SessionList, session_view
from hebah.access.api.views import (
    HelpedUser,
    InvitedUser,
    OwnershipInput,
    UserEdit,
    UserInput,
    UserList,
    UserView,
    WorkspaceEdit,
    WorkspaceView,
    user_view,
    workspace_view,
)
from hebah.access.model import Account, Actor, LinkPurpose, NewUser, Permission, RoleChange
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
    return workspace_view(await workspace.edit_workspace(db, clock, actor, changes))


@get("/api/users", permission=Permission.USER_READ)
async def list_users(actor: Injected[Actor], db: Injected[Database]) -> Response[UserList]:
    """Everybody of the workspace."""
    async with db.connection() as connection:
        head = await reads.workspace_head(connection, actor.workspace_id)
        users = await reads.list_users(connection, actor.workspace_id)
    return snapshot(UserList(items=[user_view(user) for user in users]), head)


@post("/api/users", permission=Permission.USER_EDIT, tells_secret=True)
async def invite(
    data: JSONBody[UserInput], actor: Injected[Actor], db: Injected[Database], clock: Injected[Clock]
) -> InvitedUser:
    """Invite somebody; the path of the invitation is told once, here."""
    new = NewUser(data.name.strip(), data.email.strip(), data.role)
    invitation = await people.invite(db, clock, actor, new, frozenset(data.device_ids))
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
    return user_view(await people.edit_user(db, clock, actor, user_id, RoleChange(**changes)))


@post("/api/users/{user_id:uuid}/sign-in-link", permission=Permission.USER_EDIT, status_code=200, tells_secret=True)
async def make_reset_link(
    user_id: FromPath[UUID], actor: Injected[Actor], db: Injected[Database], clock: Injected[Clock]
) -> HelpedUser:
    """A one-time link by which somebody chooses a new password; told once, here."""
    made = await people.make_reset_link(db, clock, actor, user_id)
    page = "join" if made.purpose is LinkPurpose.INVITATION else "reset"
    return HelpedUser(path=f"/{page}?token={made.token}")


@get("/api/users/{user_id:uuid}/sessions", permission=Permission.USER_EDIT)
async def list_sessions_of(
    user_id: FromPath[UUID], actor: Injected[Actor], db: Injected[Database], clock: Injected[Clock]
) -> SessionList:
    """Where somebody is signed in."""
    account = Account(actor.workspace_id, user_id)
    async with db.connection() as connection:
        await reads.find_user(connection, account)
        found = await reads.list_sessions(connection, clock, account)
    return SessionList(items=[session_view(one) for one in found])


@delete("/api/users/{user_id:uuid}/sessions", permission=Permission.USER_EDIT)
async def end_sessions_of(
    user_id: FromPath[UUID], actor: Injected[Actor], db: Injected[Database], clock: Injected[Clock]
) -> None:
    """Sign somebody out everywhere; open windows notice within seconds."""
    await people.end_sessions_of(db, clock, actor, user_id)


@delete("/api/users/{user_id:uuid}/second-step", permission=Permission.USER_EDIT)
async def drop_second_step_of(
    user_id: FromPath[UUID], actor: Injected[Actor], db: Injected[Database], clock: Injected[Clock]
) -> None:
    """Somebody lost their authenticator: their password alone opens again."""
    await people.drop_second_step_of(db, clock, actor, user_id)


@post("/api/ownership", permission=Permission.OWNERSHIP_GIVE, status_code=200)
async def give_ownership(
    data: JSONBody[OwnershipInput], actor: Injected[Actor], db: Injected[Database], clock: Injected[Clock]
) -> UserView:
    """Make somebody the owner in one's own place."""
    return user_view(await people.give_ownership(db, clock, actor, data.user_id))


ROUTES = (
    show_workspace,
    edit_workspace,
    list_users,
    invite,
    edit_user,
    make_reset_link,
    list_sessions_of,
    end_sessions_of,
    drop_second_step_of,
    give_ownership,
)
