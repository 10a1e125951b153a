"""What media needs from outside: a place for bytes, named by their hash, and who may see which."""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol, TypeVar
from uuid import UUID

C = TypeVar("C", contravariant=True)
"""A connection; which kind is for those to say who may touch a database."""


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


class SeenFiles(Protocol[C]):
    """Which files stand where somebody may look who sees some devices only."""

    async def on_devices(self, connection: C, workspace_id: UUID, device_ids: Collection[UUID], media_id: UUID) -> bool:
        """Whether a chat of these devices shows the file."""
        ...
