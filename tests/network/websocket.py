"""The server's side of WebSocket, as far as WhatsApp's clients use it: binary messages, pings and closing."""

import base64
import hashlib
from collections.abc import Iterator
from enum import IntEnum

_GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
_FINAL, _MASKED = 0x80, 0x80
_SHORT, _MEDIUM, _LONG = 125, 126, 127


class Opcode(IntEnum):
    """What a frame is."""

    MORE = 0
    TEXT = 1
    BINARY = 2
    CLOSE = 8
    PING = 9
    PONG = 10


class WebSocketError(ValueError):
    """What came is no frame of a client."""


def accept_key(key: bytes) -> bytes:
    """The answer to Sec-WebSocket-Key."""
    return base64.b64encode(hashlib.sha1(key + _GUID, usedforsecurity=False).digest())


def frame(payload: bytes, opcode: Opcode = Opcode.BINARY) -> bytes:
    """An unmasked frame, as servers send them."""
    size = len(payload)
    if size <= _SHORT:
        return bytes((_FINAL | opcode, size)) + payload
    if size < 1 << 16:
        return bytes((_FINAL | opcode, _MEDIUM)) + size.to_bytes(2, "big") + payload
    return bytes((_FINAL | opcode, _LONG)) + size.to_bytes(8, "big") + payload


class FrameReader:
    """Cuts the bytes of a connection into frames; continued messages come out piece by piece, as binary."""

    __slots__ = ("_buffer",)

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> Iterator[tuple[Opcode, bytes]]:
        """The frames that are complete now."""
        self._buffer += data
        while (cut := self._cut()) is not None:
            yield cut

    def _cut(self) -> tuple[Opcode, bytes] | None:
        buffer = self._buffer
        if len(buffer) < 2:
            return None
        start, size = self._header()
        end = start + 4 + size
        if size < 0 or len(buffer) < end:
            return None
        opcode = _opcode(buffer[0] & 15)
        payload = _unmask(bytes(buffer[start : start + 4]), bytes(buffer[start + 4 : end]))
        del buffer[:end]
        return Opcode.BINARY if opcode is Opcode.MORE else opcode, payload

    def _header(self) -> tuple[int, int]:
        """Where the mask begins and how long the payload is; -1 while that is not known."""
        buffer = self._buffer
        if not buffer[1] & _MASKED:
            raise WebSocketError("a client's frame is not masked")
        size = buffer[1] & 127
        if size <= _SHORT:
            return 2, size
        width = 2 if size == _MEDIUM else 8
        if len(buffer) < 2 + width:
            return 2 + width, -1
        return 2 + width, int.from_bytes(buffer[2 : 2 + width], "big")


def _opcode(number: int) -> Opcode:
    try:
        return Opcode(number)
    except ValueError as error:
        raise WebSocketError(f"opcode {number} is unknown") from error


def _unmask(mask: bytes, payload: bytes) -> bytes:
    size = len(payload)
    key = (mask * (size // 4 + 1))[:size]
    return (int.from_bytes(payload, "big") ^ int.from_bytes(key, "big")).to_bytes(size, "big")
