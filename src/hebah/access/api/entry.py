"""Getting in and out: set-up, one-time links, passwords, sessions and one's own account."""

from dataclasses import dataclass
from typing import Any

from litestar import Request, Response, delete, get, patch, post
from litestar.datastructures import Cookie
from litestar.params import FromQuery, JSONBody

from hebah.access import actions, reads
from hebah.access.api.views import (
    EntryInput,
    InvitationInput,
    Me,
    MeEdit,
    PasswordInput,
    SetupInput,
    SetupState,
    SignIn,
    user_view,
    workspace_view,
)
from hebah.access.model import (
    OPEN_FOR,
    PUBLIC,
    ROLE_PERMISSIONS,
    SIGNED_IN,
    Account,
    Installation,
    NewSession,
    NewUser,
    Role,
    Session,
    Settings,
    Setup,
    Visitor,
)
from hebah.access.rules import cookie_name
from hebah.foundation.clock import Clock
from hebah.foundation.passwords import Passwords
from hebah.foundation.postgres import Connection, Database
from hebah.foundation.wire import Injected, given, snapshot


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
async def setup_state(door: Injected[Door], token: FromQuery[str] = "") -> SetupState:
    """Whether this installation still waits for its first owner, and whether the link is good."""
    async with door.db.connection() as connection:
        needed = await reads.find_first_owner(connection) is None
        valid = needed and await reads.setup_link_waits(connection, door.clock, token)
    return SetupState(needed=needed, token_valid=valid, simulated_available=door.installation.simulated_available)


@post("/api/setup", permission=PUBLIC)
async def set_up(data: JSONBody[SetupInput], request: Request[Any, Any, Any], door: Injected[Door]) -> Response[Me]:
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
async def enter(data: JSONBody[EntryInput], request: Request[Any, Any, Any], door: Injected[Door]) -> Response[Me]:
    """Sign in by a one-time link, which is used up."""
    return await door.let_in(await actions.enter(door.db, door.clock, data.token, visitor_of(request)), request)


@post("/api/invitation", permission=PUBLIC, status_code=200)
async def accept_invitation(
    data: JSONBody[InvitationInput], request: Request[Any, Any, Any], door: Injected[Door]
) -> Response[Me]:
    """Choose a name and a password by an invitation, and be signed in."""
    account = await actions.accept_invitation(door.db, door.clock, door.passwords, data.token, data.name, data.password)
    return await door.let_in(await actions.open_session(door.db, door.clock, account, visitor_of(request)), request)


@post("/api/session", permission=PUBLIC, status_code=200)
async def sign_in(data: JSONBody[SignIn], request: Request[Any, Any, Any], door: Injected[Door]) -> Response[Me]:
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
async def edit_me(data: JSONBody[MeEdit], session: Injected[Session], door: Injected[Door]) -> Response[Me]:
    """Change one's own name, theme or language."""
    await actions.edit_me(door.db, session.actor, given(data))
    async with door.db.connection() as connection:
        return snapshot(*await _me(connection, session, door.installation))


@post("/api/me/password", permission=SIGNED_IN, status_code=204)
async def change_password(data: JSONBody[PasswordInput], session: Injected[Session], door: Injected[Door]) -> None:
    """Replace one's password; every other session of this person ends."""
    await actions.change_password(door.db, door.clock, door.passwords, session, data.current, data.replacement)


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
)


async def _me(connection: Connection, session: Session, installation: Installation) -> tuple[Me, int]:
    actor = session.actor
    head = await reads.workspace_head(connection, actor.workspace_id)
    workspace = await reads.find_workspace(connection, actor.workspace_id)
    user = await reads.find_user(connection, Account(actor.workspace_id, actor.user_id))
    view = Me(
        user=user_view(user),
        workspace=workspace_view(workspace),
        permissions=sorted(ROLE_PERMISSIONS[actor.role]),
        csrf_token=session.csrf_token,
        device_ids=None if actor.device_ids is None else sorted(actor.device_ids),
        simulated_on=workspace.settings.simulated_on,
        chat_storage=installation.chat_storage,
        version=installation.version,
    )
    return view, head
