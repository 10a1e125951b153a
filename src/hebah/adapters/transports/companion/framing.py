"""Frames between Hebah and a companion: a big-endian length of four bytes, then one protobuf message."""

from __future__ import annotations

import struct

HEADER = struct.Struct(">I")
# Files never travel in frames, so a longer one is not from a companion of ours.
LARGEST_FRAME = 16 * 1024 * 1024


class FrameRefused(ValueError):
    """What came is no frame of this protocol."""


def framed(payload: bytes) -> bytes:
    """One message, ready for the socket."""
    return HEADER.pack(len(payload)) + payload


class FrameCutter:
    """Cuts a stream of bytes into the messages inside; keeps the rest until more has come."""

    __slots__ = ("_rest",)

    def __init__(self) -> None:
        self._rest = bytearray()

    def feed(self, data: bytes) -> list[bytes]:
        """Every message that is complete now; raises FrameRefused."""
        rest = self._rest
        rest += data
        messages: list[bytes] = []
        start, end = 0, len(rest)
        while end - start >= HEADER.size:
            (length,) = HEADER.unpack_from(rest, start)
            if length > LARGEST_FRAME:
                raise FrameRefused(f"a frame of {length} bytes")
            following = start + HEADER.size + length
            if following > end:
                break
            messages.append(bytes(rest[start + HEADER.size : following]))
            start = following
        if start:
            del rest[:start]
        return messages

    @property
    def is_empty(self) -> bool:
        """Whether nothing is left over."""
        return not self._rest
