"""Errors on the wire: the one table from kinds of refusal to HTTP statuses, always as application/problem+json."""

import errno
import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

import asyncpg
import structlog
from litestar import Request, Response
from litestar.exceptions import HTTPException, ValidationException
from litestar.types import ExceptionHandlersMap

from hebah.foundation.errors import HebahError, Kind, Problem

STATUS: Final[Mapping[Kind, int]] = MappingProxyType(
    {
        Kind.INVALID: 422,
        Kind.UNAUTHENTICATED: 401,
        Kind.FORBIDDEN: 403,
        Kind.NOT_FOUND: 404,
        Kind.CONFLICT: 409,
        Kind.TOO_LARGE: 413,
        Kind.TOO_MANY: 429,
        Kind.UNAVAILABLE: 503,
        Kind.INTERNAL: 500,
    }
)
TITLES: Final[Mapping[int, str]] = MappingProxyType(
    {
        400: "The request cannot be read",
        401: "Signed out",
        403: "Not allowed",
        404: "Not found",
        405: "Method not allowed",
        409: "Conflict",
        413: "Too large",
        415: "Media type not supported",
        422: "Not valid",
        429: "Too many requests",
        500: "Internal error",
        503: "Not available now",
        507: "No room",
    }
)
MEDIA_TYPE: Final = "application/problem+json"

# What Litestar itself raises, in our words.
_FRAMEWORK: Final[Mapping[int, tuple[str, str]]] = MappingProxyType(
    {
        400: ("malformed", "The request cannot be read."),
        401: ("signed_out", "Sign in to continue."),
        403: ("not_allowed", "You are not allowed to do this."),
        404: ("not_found", "There is no such thing here."),
        405: ("method_not_allowed", "This address does not take that method."),
        413: ("too_large", "This is larger than allowed."),
        415: ("media_type", "This address does not take that media type."),
        429: ("too_many", "Too many requests. Try again later."),
    }
)
# The disk is full, or a file, or the quota of the account we run as.
_NO_ROOM: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_INTERNAL = ("internal", "Something went wrong.")

_UNKNOWN_FIELD = re.compile(r"Object contains unknown field `([^`]+)`")
_MISSING_FIELD = re.compile(r"Object missing required field `([^`]+)`")
_FIELD_CODES = (
    ("Missing required", "missing"),
    ("Expected `str` of length >=", "too_short"),
    ("Expected `str` of length <=", "too_long"),
    ("Expected `str` matching regex", "format"),
    ("Invalid enum value", "unknown_value"),
    ("Invalid UUID", "format"),
    ("Invalid RFC3339", "format"),
    ("Expected `datetime` with a timezone", "format"),
    ("Expected `int` >=", "out_of_range"),
    ("Expected `int` <=", "out_of_range"),
)

log = structlog.get_logger(__name__)


def handlers() -> ExceptionHandlersMap:
    """What the application does with whatever a handler raises."""
    return {
        HebahError: _refused,
        HTTPException: _refused_by_framework,
        asyncpg.DataError: _not_kept,
        OverflowError: _not_kept,
        OSError: _not_stored,
        Exception: _failed,
    }


def _refused(_request: Request[Any, Any, Any], error: HebahError) -> Response[dict[str, object]]:
    problem, status = error.to_problem(), STATUS[error.kind]
    if status >= 500:
        log.error("request_failed", code=problem.code, exc_info=error)
    headers = {}
    if "retry_after_s" in problem.data:
        headers["Retry-After"] = str(problem.data["retry_after_s"])
    return problem_response(problem, status, headers)


def _refused_by_framework(request: Request[Any, Any, Any], error: HTTPException) -> Response[dict[str, object]]:
    if isinstance(error, ValidationException):
        problem = Problem("invalid", Kind.INVALID, "The request is not valid.", {"fields": _fields(error.extra)})
        return problem_response(problem, 422)
    if error.status_code >= 500:
        return _failed(request, error)
    code, detail = _FRAMEWORK.get(error.status_code, ("refused", "The request was refused."))
    headers = {name: value for name, value in (error.headers or {}).items() if name.lower() in {"allow", "retry-after"}}
    return problem_response(Problem(code, Kind.INVALID, detail, {}), error.status_code, headers)


def _not_stored(request: Request[Any, Any, Any], error: OSError) -> Response[dict[str, object]]:
    """A full disk takes no files; whoever runs Hebah has to make room, and everything else goes on meanwhile."""
    if error.errno not in _NO_ROOM:
        return _failed(request, error)
    log.error("no_room_for_files", path=request.scope.get("path_template", ""), errno=error.errno)
    problem = Problem("no_room", Kind.UNAVAILABLE, "The server has no room for this file.", {})
    return problem_response(problem, 507)


def _not_kept(request: Request[Any, Any, Any], error: Exception) -> Response[dict[str, object]]:
    """PostgreSQL keeps no NUL in a text, no number wider than its column and no instant beyond the calendar.

    Such values fit the types of our fields and are nobody's honest input, so they are refused here and not field by
    field. What the error says quotes the value, so it is not logged.
    """
    path = request.scope.get("path_template", "")
    log.warning("value_not_kept", method=request.method, path=path, error=type(error).__name__)
    problem = Problem("invalid", Kind.INVALID, "A value is outside of what can be kept.", {})
    return problem_response(problem, STATUS[problem.kind])


def _failed(request: Request[Any, Any, Any], error: Exception) -> Response[dict[str, object]]:
    log.error("request_failed", method=request.method, path=request.scope.get("path_template", ""), exc_info=error)
    code, detail = _INTERNAL
    return problem_response(Problem(code, Kind.INTERNAL, detail, {}), 500)


def problem_response(
    problem: Problem, status: int, headers: Mapping[str, str] | None = None
) -> Response[dict[str, object]]:
    """The problem as RFC 9457 writes it, with our `code` and `data` for programs."""
    content: dict[str, object] = {
        "type": "about:blank",
        "title": TITLES.get(status, "Refused"),
        "status": status,
        "detail": problem.detail,
        "code": problem.code,
        "data": dict(problem.data),
    }
    return Response(content, status_code=status, media_type=MEDIA_TYPE, headers=dict(headers or {}))


def _fields(extra: Any) -> dict[str, str]:  # Any: Litestar's list of messages
    fields: dict[str, str] = {}
    for entry in extra if isinstance(extra, list) else []:
        key, message = str(entry.get("key", "")), str(entry.get("message", ""))
        inside = "" if key == "data" else f"{key}."
        if found := _UNKNOWN_FIELD.search(message):
            fields[inside + found[1]] = "unknown_field"
        elif found := _MISSING_FIELD.search(message):
            fields[inside + found[1]] = "missing"
        else:
            fields[key] = next((code for start, code in _FIELD_CODES if message.startswith(start)), "wrong_type")
    return fields
