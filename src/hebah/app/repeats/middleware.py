"""The one place that heeds Idempotency-Key: around every unsafe route, behind the same guard."""

import asyncio
import tempfile
from collections.abc import Callable
from typing import IO, Any, Final

import structlog
from litestar.connection import Request as HttpRequest
from litestar.enums import ScopeType
from litestar.exceptions import ClientException
from litestar.exceptions.http_exceptions import RequestEntityTooLarge
from litestar.handlers import HTTPRouteHandler
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from hebah.access.model import PUBLIC
from hebah.app.guard import SAFE, Gate, actor_of, is_automatic, permission_of
from hebah.app.repeats import store
from hebah.app.repeats.model import Answer, Request
from hebah.app.repeats.rules import Fingerprint, check_key, is_final
from hebah.foundation.errors import HebahError
from hebah.foundation.postgres import BESIDE

_HEADER: Final = "idempotency-key"
_IN_MEMORY: Final = 1_000_000
_CHUNK: Final = 65_536

log = structlog.get_logger(__name__)


class Repeats(ASGIMiddleware):
    """Does a request with the header once, and answers its repetitions with what the first one was answered."""

    scopes = (ScopeType.HTTP,)

    def __init__(self, gate_of: Callable[[Scope], Gate]) -> None:
        self._gate_of = gate_of

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        """Heed the header, where it is given and something could happen twice."""
        handler, request = scope["route_handler"], HttpRequest[Any, Any, Any](scope, receive, send)
        key = request.headers.get(_HEADER)
        if key is None or not isinstance(handler, HTTPRouteHandler) or not _could_do_twice(request, handler):
            await next_app(scope, receive, send)
            return
        gate = self._gate_of(scope)
        await gate(request, handler)
        actor = actor_of(scope)
        known = Request(actor.workspace_id, actor.key_id or actor.user_id, check_key(key))
        with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as body:
            fingerprint = await _take_body(request, body, handler.resolve_request_max_body_size())
            begun = await store.begin(gate.db, gate.clock, known, fingerprint)
            if isinstance(begun, Answer):
                await _tell_again(send, begun)
                return
            tells_secret = bool(handler.opt.get("tells_secret"))
            await _do_once(scope, _Replayed(body, receive), _Kept(send, begun, tells_secret=tells_secret), next_app)


async def _do_once(scope: Scope, receive: "_Replayed", kept: "_Kept", next_app: ASGIApp) -> None:
    token = BESIDE.set(kept.attempt)
    try:
        await next_app(scope, receive, kept)
    finally:
        BESIDE.reset(token)
        # Cancelled or failed on the way: nothing was answered.
        await asyncio.shield(kept.close())


def _could_do_twice(request: HttpRequest[Any, Any, Any], handler: HTTPRouteHandler) -> bool:
    # Somebody unknown has nothing by which their requests could be told apart from those of others.
    return request.method not in SAFE and not is_automatic(handler) and permission_of(handler) is not PUBLIC


async def _take_body(request: HttpRequest[Any, Any, Any], body: IO[bytes], limit: int | None) -> bytes:
    """Read the body into the file; gives the request's fingerprint. Nothing is done before all of it is here."""
    media_type = request.headers.get("content-type", "")
    address = (request.scope["path"].encode(), request.scope.get("query_string", b""))
    fingerprint, size, more = Fingerprint(request.method, address, media_type), 0, True
    while more:
        message = await request.receive()
        if message["type"] != "http.request":
            raise ClientException("The body did not arrive.")
        chunk = message.get("body", b"")
        size += len(chunk)
        if limit is not None and size > limit:
            raise RequestEntityTooLarge
        fingerprint.update(chunk)
        body.write(chunk)
        more = message.get("more_body", False)
    body.seek(0)
    return fingerprint.digest()


class _Replayed:
    """The body once more, from the file; afterwards whatever else comes of the connection."""

    def __init__(self, body: IO[bytes], receive: Receive) -> None:
        self._body = body
        self._receive = receive
        self._is_over = False

    async def __call__(self) -> Any:  # Any: one of ASGI's messages
        if self._is_over:
            return await self._receive()
        chunk = self._body.read(_CHUNK)
        self._is_over = len(chunk) < _CHUNK
        return {"type": "http.request", "body": chunk, "more_body": not self._is_over}


class _Kept:
    """Passes the answer on, and keeps it before its end is told: who was answered can ask again."""

    def __init__(self, send: Send, attempt: store.Attempt, *, tells_secret: bool) -> None:
        self.attempt = attempt
        self._send = send
        self._tells_secret = tells_secret
        self._status = 0
        self._media_type = ""
        self._body = bytearray()
        self._is_settled = False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._status = message["status"]
            headers = {name.lower(): value for name, value in message["headers"]}
            self._media_type = headers.get(b"content-type", b"").decode("latin-1")
        elif message["type"] == "http.response.body":
            self._body += message.get("body", b"")
            if not message.get("more_body", False):
                await self._settle()
        await self._send(message)

    async def close(self) -> None:
        """Let go of what was never answered."""
        if not self._is_settled:
            self._status = 500
            await self._settle()

    async def _settle(self) -> None:
        self._is_settled = True
        try:
            if is_final(self._status):
                answer = Answer(self._status, self._media_type, bytes(self._body))
                await self.attempt.keep(None if self._tells_secret else answer)
            else:
                await self.attempt.let_go(refused=self._status < 500)
        except (HebahError, OSError) as error:
            # It is done all the same; a repetition finds it noted in the transaction that did it.
            log.warning("answer_not_kept", error=type(error).__name__)


async def _tell_again(send: Send, answer: Answer) -> None:
    headers = [(b"content-length", str(len(answer.body)).encode()), (b"idempotency-replayed", b"true")]
    if answer.media_type:
        headers.append((b"content-type", answer.media_type.encode("latin-1")))
    if answer.status == 204:
        headers = headers[1:]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body, "more_body": False})
