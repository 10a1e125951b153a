"""What media needs from outside: a place for bytes, named by their hash."""

from __future__ import annotations

from typing import Protocol


class Blobs(Protocol):
    """Content-addressed bytes. Storing the same bytes twice is one blob."""

    async def put(self, sha256: bytes, data: bytes) -> None:
        """Keep the bytes durably before returning."""

    async def read(self, sha256: bytes) -> bytes | None:
        """The bytes, or None when the store does not have them."""

    async def has(self, sha256: bytes) -> bool:
        """Whether the store has them."""

    async def remove(self, sha256: bytes) -> bool:
        """Remove the bytes; False when somebody has stored them a moment ago, whose row may still be on its way."""
