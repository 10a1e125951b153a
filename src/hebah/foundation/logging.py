"""How the product writes its log: one line per event, names and ids only, never bodies, phone numbers or secrets."""

import logging
import re
import sys
from collections.abc import Mapping, MutableMapping
from typing import Any, TextIO

import structlog

REDACTED = "[redacted]"

_PRIVATE_KEYS = frozenset(
    {
        "address", "api_key", "authorization", "body", "caption", "chat_address", "content", "cookie", "database_url",
        "email", "headers", "jid", "key", "lid", "msisdn", "name", "note", "password", "payload", "phone", "preview",
        "qr", "secret", "sender", "session", "text", "token", "url", "variables",
    }
)  # fmt: skip
# PostgreSQL repeats the offending row in the DETAIL of an error.
_ROW_IN_ERROR = re.compile(r"(DETAIL|HINT|CONTEXT):.*(?:\n(?!  File|[A-Za-z]+Error).*)?")
_URL_PASSWORD = re.compile(r"(\w+://[^:/@\s]*):[^@/\s]*@")


def redact(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Structlog processor: blank out values that must never reach a log, however deep they sit."""
    for key, value in event.items():
        if key != "event":
            event[key] = _without_secrets(key, value)
    return event


def configure(*, as_json: bool, level: str = "INFO", stream: TextIO | None = None) -> None:
    """Send our own and every library's log lines to one stream in one form; called once at start by the CLI."""
    shared: list[Any] = [  # Any: structlog's processors have no common precise type
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,
        redact,
    ]
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    target = stream or sys.stderr
    handler = logging.StreamHandler(target)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, _renderer(target, as_json=as_json)],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())


def _renderer(stream: TextIO, *, as_json: bool) -> Any:  # Any: either of two unrelated callables
    if as_json:
        return structlog.processors.JSONRenderer(default=str)
    return structlog.dev.ConsoleRenderer(colors=stream.isatty(), exception_formatter=structlog.dev.plain_traceback)


def _without_secrets(key: str, value: object) -> object:
    if key in _PRIVATE_KEYS:
        return REDACTED
    if isinstance(value, Mapping):
        return {inner: _without_secrets(str(inner), held) for inner, held in value.items()}
    if isinstance(value, list | tuple):
        return [_without_secrets("", held) for held in value]
    if isinstance(value, str):
        return _URL_PASSWORD.sub(r"\1:" + REDACTED + "@", _ROW_IN_ERROR.sub(r"\1: " + REDACTED, value))
    return value
