"""One TCP connection to the network: HTTP about files, or the WebSocket of a device after an upgrade."""

import asyncio
from dataclasses import dataclass, field
from typing import Protocol, cast

import httptools

from tests.network.websocket import FrameReader, Opcode, WebSocketError, accept_key, frame

_REASONS = {200: b"OK", 400: b"Bad Request", 404: b"Not Found"}
_CLOSE_NORMALLY = (1000).to_bytes(2, "big")


@dataclass(slots=True)
class Request:
    """What an HTTP client asks for."""

    method: str = "GET"
    target: str = "/"
    headers: dict[bytes, bytes] = field(default_factory=dict)
    body: bytearray = field(default_factory=bytearray)


@dataclass(frozen=True, slots=True)
class Response:
    """What an HTTP client is told."""

    status: int
    body: bytes = b""
    kind: bytes = b"application/octet-stream"

    def serialized(self) -> bytes:
        """The bytes of the response."""
        reason = _REASONS.get(self.status, b"-")
        return b"HTTP/1.1 %d %s\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n%s" % (
            self.status, reason, self.kind, len(self.body), self.body,
        )  # fmt: skip


class Stream(Protocol):
    """Who reads what comes through a WebSocket."""

    def received(self, data: bytes) -> None:
        """Some bytes came."""

    def lost(self) -> None:
        """Nothing comes any more, and nothing can be sent."""


class Reception(Protocol):
    """Who answers at the door of the network."""

    def answer(self, request: Request) -> Response:
        """The response to an HTTP request."""

    def opened(self, socket: "Socket") -> Stream:
        """A WebSocket was opened; who reads it."""


class OpenSockets:
    """Every connection that is open."""

    def __init__(self) -> None:
        self._sockets: set[Socket] = set()
        self._empty = asyncio.Event()
        self._empty.set()

    def __len__(self) -> int:
        return len(self._sockets)

    def add(self, socket: "Socket") -> None:
        """One more."""
        self._sockets.add(socket)
        self._empty.clear()

    def discard(self, socket: "Socket") -> None:
        """One less."""
        self._sockets.discard(socket)
        if not self._sockets:
            self._empty.set()

    async def abort(self) -> None:
        """Break them all; returns when none is left."""
        for socket in list(self._sockets):
            socket.abort()
        await self._empty.wait()


class Socket(asyncio.Protocol):
    """The protocol of one TCP connection."""

    def __init__(self, reception: Reception, open_sockets: OpenSockets) -> None:
        self._reception = reception
        self._all = open_sockets
        self._transport: asyncio.Transport | None = None
        self._parser: httptools.HttpRequestParser | None = httptools.HttpRequestParser(self)
        self._request = Request()
        self._outgoing = bytearray()
        self._frames = FrameReader()
        self._stream: Stream | None = None

    # ---- towards the client

    def send(self, payload: bytes) -> None:
        """One binary message; nothing happens when the client is gone."""
        if self._transport is None:
            return
        if not self._outgoing:
            # What one stanza gives rise to leaves together: a write costs more than all else about a stanza.
            asyncio.get_running_loop().call_soon(self._flush)
        self._outgoing += frame(payload)

    def close(self) -> None:
        """Say goodbye and hang up."""
        if self._transport is not None:
            self._outgoing += frame(_CLOSE_NORMALLY, Opcode.CLOSE)
            self._flush()
            self._transport.close()

    def _flush(self) -> None:
        if self._transport is not None and self._outgoing:
            self._transport.write(bytes(self._outgoing))
        self._outgoing.clear()

    def abort(self) -> None:
        """Be gone at once, as when a cable is cut."""
        if self._transport is not None:
            self._transport.abort()

    # ---- from the event loop

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's TLS transport is one in all but its ancestry.
        self._transport = cast("asyncio.Transport", transport)
        self._all.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = self._parser = None
        self._all.discard(self)
        if self._stream is not None:
            stream, self._stream = self._stream, None
            stream.lost()

    def data_received(self, data: bytes) -> None:
        if self._stream is not None:
            self._read_frames(data)
        elif self._parser is not None:
            self._read_http(data)

    def _read_http(self, data: bytes) -> None:
        assert self._parser is not None
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade as upgrade:
            self._upgrade()
            self._read_frames(data[upgrade.args[0] :])
        except httptools.HttpParserError:
            self.abort()

    def _upgrade(self) -> None:
        assert self._transport is not None
        self._parser = None
        key = accept_key(self._request.headers.get(b"sec-websocket-key", b""))
        self._transport.write(
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: " + key + b"\r\n\r\n"
        )
        self._stream = self._reception.opened(self)

    def _read_frames(self, data: bytes) -> None:
        try:
            for opcode, payload in self._frames.feed(data):
                if self._stream is None or not self._take(opcode, payload):
                    return
        except WebSocketError:
            self.abort()

    def _take(self, opcode: Opcode, payload: bytes) -> bool:
        assert self._stream is not None
        match opcode:
            case Opcode.BINARY:
                self._stream.received(payload)
            case Opcode.PING:
                self._outgoing += frame(payload, Opcode.PONG)
                self._flush()
            case Opcode.CLOSE:
                self.close()
                return False
        return True

    # ---- from the HTTP parser

    def on_message_begin(self) -> None:
        self._request = Request()

    def on_url(self, url: bytes) -> None:
        self._request.target = url.decode("ascii", "replace")

    def on_header(self, name: bytes, value: bytes) -> None:
        self._request.headers[name.lower()] = value

    def on_body(self, body: bytes) -> None:
        self._request.body += body

    def on_message_complete(self) -> None:
        if self._parser is None or self._transport is None or self._parser.should_upgrade():
            return
        self._request.method = self._parser.get_method().decode("ascii")
        self._transport.write(self._reception.answer(self._request).serialized())
        if not self._parser.should_keep_alive():
            self._transport.close()
