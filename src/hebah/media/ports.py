"""What media needs from outside: a place for bytes, named by their hash, how large a file may be, who may see which."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection
from contextlib import AbstractAsyncContextManager
from typing import Protocol, TypeVar
from uuid import UUID

C = TypeVar("C", contravariant=True)
"""A connection; which kind is for those to say who may touch a database."""


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


class SeenFiles(Protocol[C]):
    """Which files stand where somebody may look who sees some devices only."""

    async def on_devices(self, connection: C, workspace_id: UUID, device_ids: Collection[UUID], media_id: UUID) -> bool:
        """Whether a chat of these devices shows the file."""
        ...
