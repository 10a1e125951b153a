"""The web application: every feature's routes behind one guard, errors as problems, safe headers, health and UI."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from litestar import Litestar, Request, Response, Router, get
from litestar.config.response_cache import ResponseCacheConfig
from litestar.datastructures import MutableScopeHeaders
from litestar.di import Provide
from litestar.handlers import BaseRouteHandler
from litestar.openapi import OpenAPIConfig
from litestar.openapi.spec import Components, SecurityScheme
from litestar.types import ControllerRouterHandler, Message, Scope

from hebah.access.actions.entry import Locks
from hebah.access.api import entry, own, people, trail
from hebah.access.api.entry import Door
from hebah.access.model import PUBLIC, Installation
from hebah.app import problems
from hebah.app.guard import Connection, Gate, Limits, actor_of, is_automatic, permission_of, session_of
from hebah.app.repeats.middleware import Repeats
from hebah.app.ui import STATIC, ui_routes
from hebah.foundation.clock import Clock
from hebah.foundation.passwords import Passwords
from hebah.foundation.postgres import Database
from hebah.foundation.wire import Injected, View

LARGEST_BODY: Final = 10_000_000
CHECK_WITHIN_S: Final = 3.0

# Radix and React style elements through attributes and small style elements; scripts come from our own files only.
_CONTENT_POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "media-src 'self' blob:; connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
_HEADERS: Final = (
    ("Content-Security-Policy", _CONTENT_POLICY),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    # One-time links carry their token in the address.
    ("Referrer-Policy", "no-referrer"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    # Voice notes are recorded in the inbox.
    ("Permissions-Policy", "camera=(), microphone=(self), geolocation=()"),
    ("Cache-Control", "no-store"),
)

_BEHIND: Final = "behind"
_BUILT_IN: Final = ("db", "clock", "door", "installation", "checks")

Check = Callable[[], Awaitable[bool]]


@dataclass(frozen=True, slots=True)
class Parts:
    """What the application is made of; `provided` are further things that handlers ask for by name.

    `host_key` is what second steps rest on; without one, those set up are good until this process ends.
    `requests_per_s` is what one session or key may ask for lastingly; 0 is no limit.
    """

    db: Database
    clock: Clock
    passwords: Passwords
    installation: Installation
    routes: Sequence[ControllerRouterHandler] = ()
    provided: Mapping[str, object] = field(default_factory=dict)
    checks: Mapping[str, Check] = field(default_factory=dict)
    static: Path = STATIC
    host_key: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)
    requests_per_s: float = 0.0


class Health(View):
    """The process answers."""

    status: str
    version: str


class Readiness(View):
    """Whether everything this process needs answers as well."""

    status: str
    checks: dict[str, str]


def create_app(parts: Parts) -> Litestar:
    """Put the application together; raises `RouteWithoutPermission` when a route asks for nothing."""
    app = Litestar(
        route_handlers=[
            health,
            ready,
            openapi_document,
            *entry.ROUTES,
            *own.ROUTES,
            *people.ROUTES,
            *trail.ROUTES,
            *parts.routes,
            *ui_routes(parts.static),
        ],
        guards=[_check_at_gate],
        middleware=[Repeats(lambda scope: _behind(scope).gate)],
        dependencies=_dependencies((*_BUILT_IN, *parts.provided)),
        exception_handlers=problems.handlers(),
        before_send=[_add_headers],
        request_max_body_size=LARGEST_BODY,
        openapi_config=_openapi(parts.installation),
        response_cache_config=ResponseCacheConfig(default_expiration=None),
        logging_config=None,
        debug=False,
    )
    for handler in handlers_of(app):
        permission_of(handler)
    put_before(app, parts)
    return app


def put_before(app: Litestar, parts: Parts) -> None:
    """Let an application answer from these parts from now on; its routes, pages and description stay."""
    app.state[_BEHIND] = _Behind(
        gate=Gate(parts.db, parts.clock, parts.installation, Limits(parts.requests_per_s)),
        given=_given_by(parts),
        headers=_headers(parts.installation),
    )


def handlers_of(app: Litestar) -> list[BaseRouteHandler]:
    """Every handler that we wrote."""
    found: list[BaseRouteHandler] = []
    for route in app.routes:
        handlers = getattr(route, "route_handlers", None) or [getattr(route, "route_handler", None)]
        found += [handler for handler in handlers if handler is not None and not is_automatic(handler)]
    return found


@get("/health", permission=PUBLIC)
async def health(installation: Injected[Installation]) -> Health:
    """Whether the process answers."""
    return Health(status="ok", version=installation.version)


@get("/ready", permission=PUBLIC)
async def ready(checks: Injected[Mapping[str, Check]]) -> Response[Readiness]:
    """Whether the process and what it depends on can take work; 503 when not."""
    answers = await asyncio.gather(*(_passes(check) for check in checks.values()))
    results = {name: "ok" if good else "failed" for name, good in zip(checks, answers, strict=True)}
    status = "ready" if all(answers) else "not_ready"
    return Response(Readiness(status=status, checks=results), status_code=200 if all(answers) else 503)


@get("/api/openapi.json", permission=PUBLIC, include_in_schema=False, sync_to_thread=False)
def openapi_document(request: Request[Any, Any, Any]) -> dict[str, Any]:
    """This API, described for programs."""
    return request.app.openapi_schema.to_schema()


class _NoPages(Router):
    """Litestar would add pages that load scripts from elsewhere; the document alone has its own route."""

    def register(self, value: ControllerRouterHandler) -> list[Any]:  # noqa: ARG002 - Litestar's signature
        """Take nothing."""
        return []


def _openapi(installation: Installation) -> OpenAPIConfig:
    return OpenAPIConfig(
        title="Hebah",
        version=installation.version,
        description="Campaigns and conversations over many linked WhatsApp numbers. Errors are "
        "application/problem+json with a stable `code`. Programs send `Authorization: Bearer hbh_…`; browsers' unsafe "
        "methods need the header X-CSRF-Token and a same-origin Origin. An unsafe request with an Idempotency-Key is "
        "done once; repeated within 24 hours, it gets the first answer with Idempotency-Replayed: true.",
        use_handler_docstrings=True,
        components=Components(
            security_schemes={
                "key": SecurityScheme(type="http", scheme="bearer"),
                "session": SecurityScheme(type="apiKey", name="hebah", security_scheme_in="cookie"),
            }
        ),
        security=[{"key": []}, {"session": []}],
        openapi_router=_NoPages(path="/api", route_handlers=[]),
    )


@dataclass(frozen=True, slots=True)
class _Behind:
    """What stands behind the routes: found at each request, since putting an application together takes long."""

    gate: Gate
    given: Mapping[str, object]
    headers: tuple[tuple[str, str], ...]


def _behind(scope: Scope) -> _Behind:
    found: _Behind = scope["litestar_app"].state[_BEHIND]
    return found


async def _check_at_gate(connection: Connection, handler: BaseRouteHandler) -> None:
    await _behind(connection.scope).gate(connection, handler)


def _given_by(parts: Parts) -> Mapping[str, object]:
    return {
        "db": parts.db,
        "clock": parts.clock,
        "door": Door(parts.db, parts.clock, Locks(parts.passwords, parts.host_key), parts.installation),
        "installation": parts.installation,
        "checks": {"database": lambda: _database_answers(parts.db), **parts.checks},
        **parts.provided,
    }


def _dependencies(names: Iterable[str]) -> dict[str, Provide]:
    found = {name: Provide(_giving(name), sync_to_thread=False) for name in names}
    return found | {
        "actor": Provide(_actor, sync_to_thread=False),
        "session": Provide(_session, sync_to_thread=False),
    }


def _giving(name: str) -> Callable[[Scope], object]:
    def give(scope: Scope) -> object:
        return _behind(scope).given[name]

    return give


def _actor(scope: Scope) -> object:
    return actor_of(scope)


def _session(scope: Scope) -> object:
    return session_of(scope)


def _headers(installation: Installation) -> tuple[tuple[str, str], ...]:
    secure = (installation.public_url or "").startswith("https://")
    return (*_HEADERS, ("Strict-Transport-Security", "max-age=31536000")) if secure else _HEADERS


async def _add_headers(message: Message, scope: Scope) -> None:
    if message["type"] == "http.response.start":
        answered = MutableScopeHeaders.from_message(message)
        for name, value in _behind(scope).headers:
            answered.setdefault(name, value)


async def _passes(check: Check) -> bool:
    try:
        return await asyncio.wait_for(check(), CHECK_WITHIN_S)
    except Exception:  # noqa: BLE001 - whatever is wrong, the answer is "not ready"
        return False


async def _database_answers(db: Database) -> bool:
    async with db.connection() as connection:
        return bool(await connection.fetchval("SELECT true"))
