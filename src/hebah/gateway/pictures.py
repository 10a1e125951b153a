"""The pictures a gateway is sending: loaded once, not once per recipient."""

import hashlib
from collections import OrderedDict
from collections.abc import AsyncIterator
from typing import Protocol
from uuid import UUID

from hebah.gateway.outgoing import MediaOut

_MOST_KEPT = 64


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
    """Where pictures come from."""

    async def picture(self, workspace_id: UUID, media_id: UUID) -> MediaOut | None:
        """The picture, ready for the wire; None when it is gone for good. May raise when the store does not answer."""
        ...


class Pictures:
    """The pictures used last, at most 64 of them (22 MB)."""

    def __init__(self, media: MediaBytes) -> None:
        self._media = media
        self._kept: OrderedDict[UUID, MediaOut] = OrderedDict()

    async def get(self, workspace_id: UUID, media_id: UUID) -> MediaOut | None:
        """The picture, or None when there is none; raises what the store raises."""
        kept = self._kept.get(media_id)
        if kept is not None:
            self._kept.move_to_end(media_id)
            return kept
        picture = await self._media.picture(workspace_id, media_id)
        if picture is not None:
            self._kept[media_id] = picture
            while len(self._kept) > _MOST_KEPT:
                self._kept.popitem(last=False)
        return picture
