"""Who may call a route: every route names a permission, and nothing runs before it was asked for."""

from dataclasses import dataclass
from typing import Any

from litestar.connection import ASGIConnection
from litestar.enums import ScopeType
from litestar.handlers import BaseRouteHandler, HTTPRouteHandler
from litestar.types import Scope

from hebah.access import actions
from hebah.access.model import (
    PUBLIC,
    Actor,
    CsrfRefused,
    Entry,
    Installation,
    OriginRefused,
    Permission,
    Session,
    SignedOut,
)
from hebah.access.rules import cookie_name, require, same_origin
from hebah.foundation.clock import Clock
from hebah.foundation.postgres import Database
from hebah.foundation.tokens import same_token

CSRF_HEADER = "x-csrf-token"

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_KEY = "hebah_session"

Connection = ASGIConnection[Any, Any, Any, Any]


class RouteWithoutPermission(Exception):
    """A programming error: the application does not start with a route that asks for nothing."""


@dataclass(frozen=True, slots=True)
class Gate:
    """The guard of every route."""

    db: Database
    clock: Clock
    installation: Installation

    async def __call__(self, connection: Connection, handler: BaseRouteHandler) -> None:
        """Raise unless the request comes from our own pages, from somebody signed in, whose role allows it."""
        if is_automatic(handler):
            return
        need = permission_of(handler)
        unsafe = connection.scope["type"] == ScopeType.WEBSOCKET or connection.scope["method"] not in _SAFE
        if unsafe:
            self._check_origin(connection)
        if need is PUBLIC:
            return
        session = await self._session(connection)
        if unsafe and connection.scope["type"] == ScopeType.HTTP:
            _check_csrf(connection, session)
        if isinstance(need, Permission):
            require(session.actor, need)
        connection.scope["state"][_KEY] = session

    def _check_origin(self, connection: Connection) -> None:
        headers = connection.headers
        # Browsers that say more than Origin are believed: another site cannot set this header.
        if headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
            raise OriginRefused()
        if not same_origin(headers.get("origin"), headers.get("host", ""), self.installation.public_url):
            raise OriginRefused()

    async def _session(self, connection: Connection) -> Session:
        cookies = connection.cookies
        token = cookies.get(cookie_name(secure=True)) or cookies.get(cookie_name(secure=False))
        if not token:
            raise SignedOut()
        return await actions.find_session(self.db, self.clock, token)


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
