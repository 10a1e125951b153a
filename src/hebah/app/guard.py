"""Who may call a route: every route names a permission, and nothing runs before it was asked for."""

import math
from dataclasses import dataclass, field
from typing import Any, Final

from litestar.connection import ASGIConnection
from litestar.enums import ScopeType
from litestar.handlers import BaseRouteHandler, HTTPRouteHandler
from litestar.types import Scope

from hebah.access.actions.entry import find_session
from hebah.access.model import (
    PERSON,
    PUBLIC,
    Actor,
    CsrfRefused,
    Entry,
    HostRefused,
    Installation,
    OriginRefused,
    PeopleOnly,
    Permission,
    Session,
    SignedOut,
)
from hebah.access.rules import cookie_name, is_our_host, is_secure, require, same_origin
from hebah.foundation.clock import Clock
from hebah.foundation.errors import TooMany
from hebah.foundation.pace import Buckets, Rate
from hebah.foundation.postgres import Database
from hebah.foundation.tokens import same_token
from hebah.keys.actions import find_key_session
from hebah.keys.model import KeyInAddress
from hebah.keys.rules import bearer_of, bears_key
from hebah.second_step.model import SecondStepMissing

CSRF_HEADER = "x-csrf-token"

SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_KEY = "hebah_session"

# An office behind one address: several people with several windows each.
_OF_ADDRESS: Final = 4

Connection = ASGIConnection[Any, Any, Any, Any]


class RouteWithoutPermission(Exception):
    """A programming error: the application does not start with a route that asks for nothing."""


class TooManyRequests(TooMany):
    """More requests in a short time than one session, key or address may make; it passes by itself."""

    code = TooMany.code
    sentence = "Too many requests. Try again in {retry_after_s} seconds."
    retry_after_s: int


class Limits:
    """How often one may ask: each session and key, and each address, whoever comes from it."""

    def __init__(self, per_s: float) -> None:
        self._asked = Buckets(Rate(per_s, per_s * 10)) if per_s else None
        self._addresses = Buckets(Rate(per_s * _OF_ADDRESS, per_s * _OF_ADDRESS * 10)) if per_s else None

    def check_address(self, address: str, now: float) -> None:
        """One more request from there; raises `TooManyRequests`."""
        _check(self._addresses, address, now)

    def check_asker(self, token_hash: bytes, now: float) -> None:
        """One more request by this session or key; raises `TooManyRequests`."""
        _check(self._asked, token_hash, now)


def _check(buckets: Buckets | None, who: str | bytes, now: float) -> None:
    if buckets is not None and (wait_s := buckets.wait_s(who, now)):
        raise TooManyRequests(max(1, math.ceil(wait_s)))


@dataclass(frozen=True, slots=True)
class Gate:
    """The guard of every route."""

    db: Database
    clock: Clock
    installation: Installation
    limits: Limits = field(default_factory=lambda: Limits(0))

    async def __call__(self, connection: Connection, handler: BaseRouteHandler) -> None:
        """Raise unless the request reaches us under our name, and from somebody whose role or key allows it.

        A browser's request must come from our own pages; one that bears a key cannot be made by another site's page.
        """
        if is_automatic(handler) or _KEY in connection.scope["state"]:
            return
        self._check_place(connection)
        need, key = permission_of(handler), bearer_of(connection.headers.get("authorization"))
        unsafe = connection.scope["type"] == ScopeType.WEBSOCKET or connection.scope["method"] not in SAFE
        if unsafe and (key is None or need is PUBLIC):
            self._check_origin(connection)
        if need is PUBLIC:
            return
        session = await self._session(connection) if key is None else await find_key_session(self.db, self.clock, key)
        self.limits.check_asker(session.token_hash, self.clock.now().timestamp())
        if unsafe and key is None and connection.scope["type"] == ScopeType.HTTP:
            _check_csrf(connection, session)
        _check_need(session, need)
        connection.scope["state"][_KEY] = session

    def _check_place(self, connection: Connection) -> None:
        if not is_our_host(connection.headers.get("host", ""), self.installation.public_url):
            raise HostRefused()
        address = connection.client.host if connection.client else ""
        self.limits.check_address(address, self.clock.now().timestamp())
        if bears_key(connection.scope.get("query_string", b"").decode("latin-1")):
            raise KeyInAddress()

    def _check_origin(self, connection: Connection) -> None:
        headers = connection.headers
        # Browsers that say more than Origin are believed: another site cannot set this header.
        if headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
            raise OriginRefused()
        if not same_origin(headers.get("origin"), headers.get("host", ""), self.installation.public_url):
            raise OriginRefused()

    async def _session(self, connection: Connection) -> Session:
        # Over TLS only the name that a neighbouring host cannot set counts.
        secure = is_secure(self.installation.public_url, connection.scope["scheme"].replace("ws", "http"))
        token = connection.cookies.get(cookie_name(secure=secure))
        if not token:
            raise SignedOut()
        return await find_session(self.db, self.clock, token)


def _check_need(session: Session, need: Permission | Entry) -> None:
    if need is PERSON:
        if session.actor.key_id is not None:
            raise PeopleOnly()
        return
    if session.second_step_missing:
        raise SecondStepMissing()
    if isinstance(need, Permission):
        require(session.actor, need)


def _check_csrf(connection: Connection, session: Session) -> None:
    if not same_token(connection.headers.get(CSRF_HEADER, ""), session.csrf_token):
        raise CsrfRefused()


def is_automatic(handler: BaseRouteHandler) -> bool:
    """Whether Litestar added the handler by itself: it only tells which methods a path takes."""
    return isinstance(handler, HTTPRouteHandler) and handler.http_methods == {"OPTIONS"}


def permission_of(handler: BaseRouteHandler) -> Permission | Entry:
    """What the route asks for; raises `RouteWithoutPermission`."""
    need = handler.opt.get("permission")
    if not isinstance(need, Permission | Entry):
        raise RouteWithoutPermission(f"{handler} declares no permission")
    return need


def session_of(scope: Scope) -> Session:
    """The session the guard found; for routes that are not public."""
    session: Session = scope["state"][_KEY]
    return session


def actor_of(scope: Scope) -> Actor:
    """Who is asking; for routes that are not public."""
    return session_of(scope).actor
