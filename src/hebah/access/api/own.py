"""One's own account: name, password, where one is signed in, and the second step."""

from uuid import UUID

import segno
from litestar import Response, delete, get, patch, post
from litestar.params import FromPath, JSONBody

from hebah.access import reads
from hebah.access.actions import own, second_step
from hebah.access.actions.trail import account_of
from hebah.access.api.entry import Door, me_view
from hebah.access.api.own_views import (
    CodeInput,
    EnrolmentView,
    RecoveryCodes,
    SecondStepView,
    SessionList,
    session_view,
)
from hebah.access.api.views import Me, MeEdit, PasswordInput
from hebah.access.model import PERSON, Role, Session
from hebah.access.rules import needs_second_step
from hebah.foundation.wire import Injected, given, snapshot


@get("/api/me", permission=PERSON)
async def me(session: Injected[Session], door: Injected[Door]) -> Response[Me]:
    """Who is signed in, what they may do, and the token that unsafe requests must carry."""
    async with door.db.connection() as connection:
        return snapshot(*await me_view(connection, session, door.installation))


@patch("/api/me", permission=PERSON)
async def edit_me(data: JSONBody[MeEdit], session: Injected[Session], door: Injected[Door]) -> Response[Me]:
    """Change one's own name, theme or language."""
    await own.edit_me(door.db, session.actor, given(data))
    async with door.db.connection() as connection:
        return snapshot(*await me_view(connection, session, door.installation))


@post("/api/me/password", permission=PERSON, status_code=204)
async def change_password(data: JSONBody[PasswordInput], session: Injected[Session], door: Injected[Door]) -> None:
    """Replace one's password; every other session of this person ends."""
    await own.change_password(door.db, door.clock, door.locks, session, data.current, data.replacement)


@get("/api/me/sessions", permission=PERSON)
async def list_sessions(session: Injected[Session], door: Injected[Door]) -> SessionList:
    """Where one is signed in."""
    async with door.db.connection() as connection:
        found = await reads.list_sessions(connection, door.clock, account_of(session.actor), session.token_hash)
    return SessionList(items=[session_view(one) for one in found])


@delete("/api/me/sessions/{session_id:uuid}", permission=PERSON)
async def end_session(session_id: FromPath[UUID], session: Injected[Session], door: Injected[Door]) -> None:
    """Sign out one of one's own browsers."""
    await own.end_session(door.db, door.clock, session.actor, session_id)


@delete("/api/me/sessions", permission=PERSON)
async def end_other_sessions(session: Injected[Session], door: Injected[Door]) -> None:
    """Sign out every own browser but this one."""
    await own.end_other_sessions(door.db, door.clock, session)


@get("/api/me/second-step", permission=PERSON)
async def show_second_step(session: Injected[Session], door: Injected[Door]) -> SecondStepView:
    """Whether one is asked for a code after the password."""
    account = account_of(session.actor)
    async with door.db.connection() as connection:
        user = await reads.find_user(connection, account)
        workspace = await reads.find_workspace(connection, account.workspace_id)
        left = await reads.count_recovery_codes(connection, account)
    required = needs_second_step(Role(user.role), required=workspace.settings.second_step_required)
    return SecondStepView(on=user.second_step_on, required=required, recovery_codes_left=left)


@post("/api/me/second-step", permission=PERSON, status_code=200, tells_secret=True)
async def begin_second_step(session: Injected[Session], door: Injected[Door]) -> EnrolmentView:
    """What to tell one's authenticator; the second step is off until a code of it confirms this."""
    told = await second_step.begin(door.proving, session.actor)
    qr = segno.make(told.address, error="m").svg_data_uri(scale=5, border=4, dark="#000", light="#fff")
    return EnrolmentView(secret=told.secret, address=told.address, qr=qr)


@post("/api/me/second-step/confirm", permission=PERSON, status_code=200, tells_secret=True)
async def confirm_second_step(
    data: JSONBody[CodeInput], session: Injected[Session], door: Injected[Door]
) -> RecoveryCodes:
    """Switch the second step on by a first code; tells the recovery codes, once."""
    codes = await second_step.confirm(door.proving, session, data.code)
    return RecoveryCodes(codes=list(codes))


@post("/api/me/second-step/recovery-codes", permission=PERSON, status_code=200, tells_secret=True)
async def renew_recovery_codes(
    data: JSONBody[CodeInput], session: Injected[Session], door: Injected[Door]
) -> RecoveryCodes:
    """Fresh recovery codes instead of the older ones, told once."""
    codes = await second_step.renew_codes(door.proving, session.actor, data.code)
    return RecoveryCodes(codes=list(codes))


@post("/api/me/second-step/off", permission=PERSON, status_code=204)
async def switch_second_step_off(data: JSONBody[CodeInput], session: Injected[Session], door: Injected[Door]) -> None:
    """Back to the password alone."""
    await second_step.switch_off(door.proving, session.actor, data.code)


ROUTES = (
    me,
    edit_me,
    change_password,
    list_sessions,
    end_session,
    end_other_sessions,
    show_second_step,
    begin_second_step,
    confirm_second_step,
    renew_recovery_codes,
    switch_second_step_off,
)
