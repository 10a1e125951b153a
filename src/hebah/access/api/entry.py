"""Getting in and out: set-up, one-time links, passwords and sessions."""

from dataclasses import dataclass
from typing import Any

from litestar import Request, Response, delete, get, post
from litestar.datastructures import Cookie
from litestar.params import FromQuery, JSONBody

from hebah.access import reads
from hebah.access.actions import entry, people
from hebah.access.actions.second_step import Proving
from hebah.access.api.views import (
    EntryInput,
    InvitationInput,
    Me,
    ResetInput,
    SetupInput,
    SetupState,
    SignIn,
    user_view,
    workspace_view,
)
from hebah.access.model import (
    OPEN_FOR,
    PERSON,
    PUBLIC,
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
from hebah.access.rules import cookie_name, is_secure
from hebah.foundation.clock import Clock
from hebah.foundation.postgres import Connection, Database
from hebah.foundation.wire import Injected


@dataclass(frozen=True, slots=True)
class Door:
    """What letting somebody in takes; made once by the application."""

    db: Database
    clock: Clock
    locks: entry.Locks
    installation: Installation

    @property
    def proving(self) -> Proving:
        """What judging codes takes."""
        return self.locks.proving(self.db, self.clock)

    def secure(self, request: Request[Any, Any, Any]) -> bool:
        """Whether browsers reach us over TLS."""
        return is_secure(self.installation.public_url, request.scope["scheme"])

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
            view, _ = await me_view(connection, opened.session, self.installation)
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
    account = await entry.set_up(door.db, door.clock, door.locks.passwords, data.token, setup)
    return await door.let_in(await entry.open_session(door.db, door.clock, account, visitor_of(request)), request)


@post("/api/entry", permission=PUBLIC, status_code=200)
async def enter(data: JSONBody[EntryInput], request: Request[Any, Any, Any], door: Injected[Door]) -> Response[Me]:
    """Sign in by a one-time link, which is used up."""
    return await door.let_in(await entry.enter(door.db, door.clock, data.token, visitor_of(request)), request)


@post("/api/invitation", permission=PUBLIC, status_code=200)
async def accept_invitation(
    data: JSONBody[InvitationInput], request: Request[Any, Any, Any], door: Injected[Door]
) -> Response[Me]:
    """Choose a name and a password by an invitation, and be signed in."""
    account = await people.accept_invitation(
        door.db, door.clock, door.locks.passwords, data.token, data.name, data.password
    )
    return await door.let_in(await entry.open_session(door.db, door.clock, account, visitor_of(request)), request)


@post("/api/session", permission=PUBLIC, status_code=200)
async def sign_in(data: JSONBody[SignIn], request: Request[Any, Any, Any], door: Injected[Door]) -> Response[Me]:
    """Sign in by address and password, and by a code where the second step is on."""
    proof = entry.Proof(data.password, data.code)
    opened = await entry.sign_in(door.db, door.clock, door.locks, data.email, proof, visitor_of(request))
    return await door.let_in(opened, request)


@post("/api/reset", permission=PUBLIC, status_code=200)
async def reset_password(
    data: JSONBody[ResetInput], request: Request[Any, Any, Any], door: Injected[Door]
) -> Response[Me]:
    """Choose a new password by a one-time link, and be signed in; every older session of this person ends."""
    proof = entry.Proof(data.password, data.code)
    opened = await entry.reset_password(door.db, door.clock, door.locks, data.token, proof, visitor_of(request))
    return await door.let_in(opened, request)


@delete("/api/session", permission=PERSON)
async def sign_out(session: Injected[Session], request: Request[Any, Any, Any], door: Injected[Door]) -> Response[None]:
    """End this session and take the cookie back."""
    await entry.sign_out(door.db, session.token_hash)
    secure = door.secure(request)
    gone = Cookie(key=cookie_name(secure=secure), value="", max_age=0, path="/", secure=secure, httponly=True)
    return Response(None, cookies=[gone], status_code=204)


async def me_view(connection: Connection, session: Session, installation: Installation) -> tuple[Me, int]:
    """Who is signed in, with the head of the workspace's topic."""
    actor = session.actor
    head = await reads.workspace_head(connection, actor.workspace_id)
    workspace = await reads.find_workspace(connection, actor.workspace_id)
    user = await reads.find_user(connection, Account(actor.workspace_id, actor.user_id))
    view = Me(
        user=user_view(user),
        workspace=workspace_view(workspace),
        permissions=sorted(actor.permissions),
        csrf_token=session.csrf_token,
        device_ids=None if actor.device_ids is None else sorted(actor.device_ids),
        simulated_on=workspace.settings.simulated_on,
        second_step_missing=session.second_step_missing,
        chat_storage=installation.chat_storage,
        version=installation.version,
    )
    return view, head


ROUTES = (
    setup_state,
    set_up,
    enter,
    accept_invitation,
    sign_in,
    reset_password,
    sign_out,
)
