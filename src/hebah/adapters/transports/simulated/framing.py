"""Frames on a Unix socket: four bytes of length, then MessagePack; many frames of one loop turn share one write."""

import asyncio
from collections.abc import Callable
from typing import cast

_HEADER = 4
_LONGEST = 32 * 1024 * 1024


class FrameStream(asyncio.Protocol):
    """One end of a connection. Counts frames both ways, which lets stepped time see what is still on its way."""

    def __init__(self) -> None:
        self.sent = 0
        self.received = 0
        self.on_frame: Callable[[bytes], None] = _ignore
        self.on_turn: Callable[[], None] = _nothing
        self.on_lost: Callable[[], None] = _nothing
        self._transport: asyncio.Transport | None = None
        self._out = bytearray()
        self._in = bytearray()

    @property
    def is_up(self) -> bool:
        """Whether a frame written now may arrive."""
        return self._transport is not None and not self._transport.is_closing()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The socket is open."""
        self._transport = cast("asyncio.Transport", transport)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - the reason changes nothing
        """The other side is gone."""
        self._transport = None
        self._out.clear()
        self.on_lost()

    def data_received(self, data: bytes) -> None:
        """Cut frames out of the stream."""
        self._in += data
        start, end = 0, len(self._in)
        while end - start >= _HEADER:
            length = int.from_bytes(self._in[start : start + _HEADER], "big")
            if length > _LONGEST:
                self.close()
                return
            if end - start < _HEADER + length:
                break
            frame = bytes(self._in[start + _HEADER : start + _HEADER + length])
            start += _HEADER + length
            self.received += 1
            self.on_frame(frame)
        del self._in[:start]
        self.on_turn()

    def write(self, frame: bytes) -> None:
        """Send a frame at the end of this turn of the loop; a connection that is gone swallows it."""
        if self._transport is None:
            return
        if not self._out:
            asyncio.get_running_loop().call_soon(self._flush)
        self.sent += 1
        self._out += len(frame).to_bytes(_HEADER, "big")
        self._out += frame

    def close(self) -> None:
        """Write what is left and hang up. Safe to call twice."""
        self._flush()
        if self._transport is not None:
            self._transport.close()

    def _flush(self) -> None:
        if self._transport is not None and self._out:
            self._transport.write(bytes(self._out))
            self._out.clear()


def _ignore(_: bytes) -> None:
    """No reader yet."""


def _nothing() -> None:
    """No listener yet."""
