"""The files a gateway is sending: small ones loaded once, not once per recipient; large ones read in pieces."""

import hashlib
from collections import OrderedDict
from collections.abc import AsyncIterator
from typing import Protocol
from uuid import UUID

from hebah.gateway.outgoing import MediaOut

_MOST_BYTES = 32 * 1024 * 1024
_MOST_FILES = 1024


class InMemory:
    """A file small enough to keep: a `MediaSource` that may be read any number of times."""

    __slots__ = ("_data", "sha256")

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.sha256 = hashlib.sha256(data).digest()

    @property
    def size(self) -> int:
        """How many bytes."""
        return len(self._data)

    async def read(self) -> AsyncIterator[bytes]:
        """All of it at once."""
        yield self._data


class MediaBytes(Protocol):
    """Where files come from."""

    async def file(self, workspace_id: UUID, media_id: UUID) -> MediaOut | None:
        """The file, ready for the wire; None when it is gone for good. May raise when the store does not answer."""
        ...


class Files:
    """The files used last: 32 MB of those held in memory, and few of the others."""

    def __init__(self, media: MediaBytes) -> None:
        self._media = media
        self._kept: OrderedDict[UUID, MediaOut] = OrderedDict()
        self._bytes = 0

    async def get(self, workspace_id: UUID, media_id: UUID) -> MediaOut | None:
        """The file, or None when there is none; raises what the store raises."""
        kept = self._kept.get(media_id)
        if kept is not None:
            self._kept.move_to_end(media_id)
            return kept
        file = await self._media.file(workspace_id, media_id)
        if file is not None and media_id not in self._kept:
            self._kept[media_id] = file
            self._bytes += _held(file)
            while (self._bytes > _MOST_BYTES or len(self._kept) > _MOST_FILES) and len(self._kept) > 1:
                self._bytes -= _held(self._kept.popitem(last=False)[1])
        return file


def _held(file: MediaOut) -> int:
    return file.source.size if isinstance(file.source, InMemory) else 0
