"""What media needs from outside: a place for bytes, named by their hash, and how large a file may be."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from typing import Protocol
from uuid import UUID


class NewBlob(Protocol):
    """Bytes on their way in; forgotten unless they are kept."""

    @property
    def size(self) -> int:
        """How many have been written."""

    async def write(self, piece: bytes) -> None:
        """Add some at the end."""

    @property
    def sha256(self) -> bytes:
        """Of what has been written."""

    async def keep(self) -> None:
        """Store the bytes durably. The same bytes are stored once."""


class StoredBlob(Protocol):
    """Bytes that are kept."""

    @property
    def size(self) -> int:
        """How many."""

    def pieces(self, part: range | None = None) -> AsyncIterator[bytes]:
        """All of them, or those at the places of `part`; raises OSError when they cannot be read."""


class Blobs(Protocol):
    """Content-addressed bytes, never all of them in memory."""

    def adding(self) -> AbstractAsyncContextManager[NewBlob]:
        """Take bytes in as they come."""

    async def find(self, sha256: bytes) -> StoredBlob | None:
        """The bytes, or None when the store does not have them."""

    async def remove(self, sha256: bytes) -> bool:
        """Remove the bytes; False when somebody has stored them a moment ago, whose row may still be on its way."""


class FileLimits(Protocol):
    """How large a file is taken by the ways to WhatsApp."""

    async def most_bytes(self, workspace_id: UUID, device_id: UUID | None) -> int:
        """Of a file that this device is to send; without one, the most that any can send. Raises NotFound."""
