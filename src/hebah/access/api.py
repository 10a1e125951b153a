"""HTTP of access: set-up, signing in and out, one's own account, the workspace's settings and its people."""

from dataclasses import asdict, dataclass
from datetime import datetime, time
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, Response, delete, get, patch, post
from litestar.datastructures import Cookie
from msgspec import UNSET, UnsetType

from hebah.access import actions, reads
from hebah.access.model import (
    OPEN_FOR,
    PUBLIC,
    ROLE_PERMISSIONS,
    SIGNED_IN,
    Account,
    Actor,
    Installation,
    Language,
    NewSession,
    NewUser,
    Permission,
    Role,
    RoleChange,
    Session,
    Settings,
    Setup,
    Theme,
    User,
    Visitor,
    Workspace,
)
from hebah.access.rules import cookie_name
from hebah.foundation import eventlog
from hebah.foundation.clock import Clock
from hebah.foundation.passwords import Passwords
from hebah.foundation.postgres import Connection, Database
from hebah.foundation.wire import Injected, Input, View, given, snapshot

Hour = Annotated[str, msgspec.Meta(pattern=r"^([01]\d|2[0-3]):[0-5]\d$", description="An hour of the day, as 21:00")]


class SetupState(View):
    """What the set-up page needs to know before it asks anything."""

    needed: bool
    token_valid: bool
    simulated_available: bool


class SetupInput(Input):
    """The first workspace and its owner."""

    token: str
    workspace_name: str
    zone: str
    language: Language
    owner_name: str
    email: str
    password: str
    try_simulated: bool


class EntryInput(Input):
    """A one-time sign-in link."""

    token: str


class SignIn(Input):
    """Address and password."""

    email: str
    password: str


class InvitationInput(Input):
    """Accepting an invitation."""

    token: str
    name: str
    password: str


class PasswordInput(Input):
    """Replacing one's own password."""

    current: str
    replacement: str


class UserView(View):
    """Somebody of the workspace."""

    id: UUID
    name: str
    email: str
    role: Role
    theme: Theme
    language: Language | None
    device_ids: list[UUID]
    created_at: datetime
    disabled_at: datetime | None


class WorkspaceSettings(View):
    """What the people of a workspace decide for it."""

    name: str
    zone: str
    language: Language
    region: str
    quiet_on: bool
    quiet_from: Hour
    quiet_until: Hour
    gap_min_s: float
    gap_max_s: float
    hourly_cap: int | None
    daily_cap: int | None
    simulated_on: bool


class WorkspaceView(WorkspaceSettings):
    """The workspace."""

    id: UUID
    created_at: datetime


class Me(View):
    """Who is signed in, and what this person may do."""

    user: UserView
    workspace: WorkspaceView
    permissions: list[Permission]
    csrf_token: str
    device_ids: list[UUID] | None
    simulated_on: bool
    version: str


class MeEdit(Input):
    """What people change of themselves; what is left out stays."""

    name: str | UnsetType = UNSET
    theme: Theme | UnsetType = UNSET
    language: Language | None | UnsetType = UNSET


class WorkspaceEdit(Input):
    """A part of the settings; what is left out stays."""

    name: str | UnsetType = UNSET
    zone: str | UnsetType = UNSET
    language: Language | UnsetType = UNSET
    region: str | UnsetType = UNSET
    quiet_on: bool | UnsetType = UNSET
    quiet_from: Hour | UnsetType = UNSET
    quiet_until: Hour | UnsetType = UNSET
    gap_min_s: float | UnsetType = UNSET
    gap_max_s: float | UnsetType = UNSET
    hourly_cap: int | None | UnsetType = UNSET
    daily_cap: int | None | UnsetType = UNSET
    simulated_on: bool | UnsetType = UNSET


class UserInput(Input):
    """Somebody to invite."""

    email: str
    name: str
    role: Role
    device_ids: list[UUID]


class UserEdit(Input):
    """What an owner changes about somebody; what is left out stays."""

    role: Role | UnsetType = UNSET
    device_ids: list[UUID] | UnsetType = UNSET
    disabled: bool | UnsetType = UNSET


class UserList(View):
    """Everybody of the workspace."""

    items: list[UserView]


class InvitedUser(View):
    """The invited user and where the invitation leads; the path is shown once."""

    user: UserView
    invitation_path: str


@dataclass(frozen=True, slots=True)
class Door:
    """What letting somebody in takes; made once by the application."""

    db: Database
    clock: Clock
    passwords: Passwords
    installation: Installation

    def secure(self, request: Request[Any, Any, Any]) -> bool:
        """Whether browsers reach us over TLS."""
        return (self.installation.public_url or str(request.url)).startswith("https://")

    async def let_in(self, opened: NewSession, request: Request[Any, Any, Any]) -> Response[Me]:
        """Answer with the account, and give the browser its cookie."""
        secure = self.secure(request)
        cookie = Cookie(
            key=cookie_name(secure=secure),
            value=opened.token,
            max_age=round(OPEN_FOR.total_seconds()),
            path="/",
            secure=secure,
            httponly=True,
            samesite="lax",
        )
        async with self.db.connection() as connection:
            view, _ = await _me(connection, opened.session, self.installation)
        return Response(view, cookies=[cookie])


def visitor_of(request: Request[Any, Any, Any]) -> Visitor:
    """Where the request comes from: the peer itself, or what a trusted proxy in front says."""
    return Visitor(request.client.host if request.client else "", request.headers.get("user-agent", ""))


@get("/api/setup", permission=PUBLIC)
async def setup_state(door: Injected[Door], token: str = "") -> SetupState:
    """Whether this installation still waits for its first owner, and whether the link is good."""
    async with door.db.connection() as connection:
        needed = await reads.find_first_owner(connection) is None
        valid = needed and await reads.setup_link_waits(connection, door.clock, token)
    return SetupState(needed=needed, token_valid=valid, simulated_available=door.installation.simulated_available)


@post("/api/setup", permission=PUBLIC)
async def set_up(data: SetupInput, request: Request[Any, Any, Any], door: Injected[Door]) -> Response[Me]:
    """Found the workspace, make its owner and sign them in; the link is used up."""
    settings = Settings(
        name=data.workspace_name.strip(),
        zone=data.zone,
        language=data.language,
        simulated_on=data.try_simulated and door.installation.simulated_available,
    )
    owner = NewUser(data.owner_name.strip(), data.email.strip(), Role.OWNER, data.language)
    setup = Setup(settings, owner, data.password)
    account = await actions.set_up(door.db, door.clock, door.passwords, data.token, setup)
    return await door.let_in(await actions.open_session(door.db, door.clock, account, visitor_of(request)), request)


@post("/api/entry", permission=PUBLIC, status_code=200)
async def enter(data: EntryInput, request: Request[Any, Any, Any], door: Injected[Door]) -> Response[Me]:
    """Sign in by a one-time link, which is used up."""
    return await door.let_in(await actions.enter(door.db, door.clock, data.token, visitor_of(request)), request)


@post("/api/invitation", permission=PUBLIC, status_code=200)
async def accept_invitation(
    data: InvitationInput, request: Request[Any, Any, Any], door: Injected[Door]
) -> Response[Me]:
    """Choose a name and a password by an invitation, and be signed in."""
    account = await actions.accept_invitation(door.db, door.clock, door.passwords, data.token, data.name, data.password)
    return await door.let_in(await actions.open_session(door.db, door.clock, account, visitor_of(request)), request)


@post("/api/session", permission=PUBLIC, status_code=200)
async def sign_in(data: SignIn, request: Request[Any, Any, Any], door: Injected[Door]) -> Response[Me]:
    """Sign in by address and password."""
    opened = await actions.sign_in(door.db, door.clock, door.passwords, data.email, data.password, visitor_of(request))
    return await door.let_in(opened, request)


@delete("/api/session", permission=SIGNED_IN)
async def sign_out(session: Injected[Session], request: Request[Any, Any, Any], door: Injected[Door]) -> Response[None]:
    """End this session and take the cookie back."""
    await actions.sign_out(door.db, session.token_hash)
    secure = door.secure(request)
    gone = Cookie(key=cookie_name(secure=secure), value="", max_age=0, path="/", secure=secure, httponly=True)
    return Response(None, cookies=[gone], status_code=204)


@get("/api/me", permission=SIGNED_IN)
async def me(session: Injected[Session], door: Injected[Door]) -> Response[Me]:
    """Who is signed in, what they may do, and the token that unsafe requests must carry."""
    async with door.db.connection() as connection:
        return snapshot(*await _me(connection, session, door.installation))


@patch("/api/me", permission=SIGNED_IN)
async def edit_me(data: MeEdit, session: Injected[Session], door: Injected[Door]) -> Response[Me]:
    """Change one's own name, theme or language."""
    await actions.edit_me(door.db, session.actor, given(data))
    async with door.db.connection() as connection:
        return snapshot(*await _me(connection, session, door.installation))


@post("/api/me/password", permission=SIGNED_IN, status_code=204)
async def change_password(data: PasswordInput, session: Injected[Session], door: Injected[Door]) -> None:
    """Replace one's password; every other session of this person ends."""
    await actions.change_password(door.db, door.clock, door.passwords, session, data.current, data.replacement)


@get("/api/workspace", permission=Permission.WORKSPACE_READ)
async def show_workspace(actor: Injected[Actor], db: Injected[Database]) -> Response[WorkspaceView]:
    """The workspace's settings."""
    async with db.connection() as connection:
        head = await _head(connection, actor)
        return snapshot(_workspace_view(await reads.find_workspace(connection, actor.workspace_id)), head)


@patch("/api/workspace", permission=Permission.WORKSPACE_EDIT)
async def edit_workspace(data: WorkspaceEdit, actor: Injected[Actor], door: Injected[Door]) -> WorkspaceView:
    """Change some of the settings."""
    changes = given(data)
    for hour in {"quiet_from", "quiet_until"} & changes.keys():
        changes[hour] = time.fromisoformat(changes[hour])
    return _workspace_view(await actions.edit_workspace(door.db, door.clock, actor, changes))


@get("/api/users", permission=Permission.USER_READ)
async def list_users(actor: Injected[Actor], db: Injected[Database]) -> Response[UserList]:
    """Everybody of the workspace."""
    async with db.connection() as connection:
        head = await _head(connection, actor)
        users = await reads.list_users(connection, actor.workspace_id)
    return snapshot(UserList(items=[_user_view(user) for user in users]), head)


@post("/api/users", permission=Permission.USER_EDIT)
async def invite(
    data: UserInput, actor: Injected[Actor], db: Injected[Database], clock: Injected[Clock]
) -> InvitedUser:
    """Invite somebody; the path of the invitation is told once, here."""
    new = NewUser(data.name.strip(), data.email.strip(), data.role)
    invitation = await actions.invite(db, clock, actor, new, frozenset(data.device_ids))
    return InvitedUser(user=_user_view(invitation.user), invitation_path=f"/join?token={invitation.token}")


@patch("/api/users/{user_id:uuid}", permission=Permission.USER_EDIT)
async def edit_user(
    user_id: UUID, data: UserEdit, actor: Injected[Actor], db: Injected[Database], clock: Injected[Clock]
) -> UserView:
    """Change somebody's role, granted devices, or whether they may sign in."""
    changes = given(data)
    if "device_ids" in changes:
        changes["device_ids"] = frozenset(changes["device_ids"])
    return _user_view(await actions.edit_user(db, clock, actor, user_id, RoleChange(**changes)))


ROUTES = (
    setup_state,
    set_up,
    enter,
    accept_invitation,
    sign_in,
    sign_out,
    me,
    edit_me,
    change_password,
    show_workspace,
    edit_workspace,
    list_users,
    invite,
    edit_user,
)


async def _me(connection: Connection, session: Session, installation: Installation) -> tuple[Me, int]:
    actor = session.actor
    head = await _head(connection, actor)
    workspace = await reads.find_workspace(connection, actor.workspace_id)
    user = await reads.find_user(connection, Account(actor.workspace_id, actor.user_id))
    view = Me(
        user=_user_view(user),
        workspace=_workspace_view(workspace),
        permissions=sorted(ROLE_PERMISSIONS[actor.role]),
        csrf_token=session.csrf_token,
        device_ids=None if actor.device_ids is None else sorted(actor.device_ids),
        simulated_on=workspace.settings.simulated_on,
        version=installation.version,
    )
    return view, head


async def _head(connection: Connection, actor: Actor) -> int:
    heads = await eventlog.heads(connection, actor.workspace_id, [actor.workspace_id])
    return heads[actor.workspace_id]


def _user_view(user: User) -> UserView:
    return UserView(
        id=user.id,
        name=user.name,
        email=user.email,
        role=user.role,
        theme=user.theme,
        language=user.language,
        device_ids=sorted(user.device_ids),
        created_at=user.created_at,
        disabled_at=user.disabled_at,
    )


def _workspace_view(workspace: Workspace) -> WorkspaceView:
    facts = asdict(workspace.settings)
    facts |= {name: f"{facts[name]:%H:%M}" for name in ("quiet_from", "quiet_until")}
    return WorkspaceView(id=workspace.id, created_at=workspace.created_at, **facts)
