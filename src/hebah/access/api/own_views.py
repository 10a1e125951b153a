"""How one's own account, and where somebody is signed in, look on the wire."""

from datetime import datetime
from uuid import UUID

from hebah.access.model import OpenSession
from hebah.access.rules import browser_of
from hebah.foundation.wire import Input, View


class SessionView(View):
    """A browser somebody is signed in with; `browser` and `system` are empty where it does not say."""

    id: UUID
    browser: str
    system: str
    address: str
    created_at: datetime
    seen_at: datetime
    current: bool


class SessionList(View):
    """Where somebody is signed in, the latest first."""

    items: list[SessionView]


class SecondStepView(View):
    """Whether one's second step is on, whether the workspace asks for it, and how many recovery codes are left."""

    on: bool
    required: bool
    recovery_codes_left: int


class EnrolmentView(View):
    """What an authenticator is told: as text, as an address, and as a picture of that address (a data: URL)."""

    secret: str
    address: str
    qr: str


class CodeInput(Input):
    """A code of one's authenticator, or a recovery code."""

    code: str


class RecoveryCodes(View):
    """Codes for when the phone is gone; shown once, each opens once."""

    codes: list[str]


def session_view(session: OpenSession) -> SessionView:
    """The session as people recognise it."""
    browser = browser_of(session.user_agent)
    return SessionView(
        id=session.id,
        browser=browser.name,
        system=browser.system,
        address=session.address,
        created_at=session.created_at,
        seen_at=session.seen_at,
        current=session.is_current,
    )
