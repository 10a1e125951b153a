"""Which message of a file is which: ids that follow from the file alone, so that reading it again changes nothing."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from hebah.archives.rules.lines import Told
from hebah.inbox.model.archived import OldFile, OldMessage
from hebah.inbox.model.messages import FROM_ARCHIVE, ME
from hebah.inbox.model.shown import FileState
from hebah.messaging.chataddress import is_group
from hebah.messaging.said import MessageKind

# Equal lines of one minute stand near each other; this many different ones may lie between them.
_REMEMBERED: Final = 50_000
_A_SECOND: Final = timedelta(seconds=1)
_MOST_IN_A_MOMENT: Final = 0xFFF


class Identities:
    """Goes through a file from its beginning and tells equal lines apart by counting them."""

    def __init__(self, device_id: UUID) -> None:
        self._device = device_id.bytes
        self._seen: OrderedDict[int, int] = OrderedDict()
        self._moment: tuple[str, datetime] | None = None
        self._in_moment = 0

    def message(self, told: Told) -> OldMessage:
        """The next message of the file."""
        digest = self._digest(told, str(told.span))
        # Every equal line counts among those of its minute; one that tells its second, among those of the second too.
        nth = self._count(self._digest(replace(told, at=told.at.replace(second=0, microsecond=0)), ""))
        if told.span <= _A_SECOND:
            nth = self._count(digest)
        name = hashlib.sha256(digest + nth.to_bytes(4, "big")).digest()
        return OldMessage(
            id=_message_id(told.at, self._place(told), name),
            wire_id=FROM_ARCHIVE + name[:12].hex().upper(),
            address=told.address,
            sender=_sender(told),
            sender_name=told.author if is_group(told.address) and not told.from_me else "",
            from_me=told.from_me,
            at=told.at,
            span=told.span,
            nth=nth,
            kind=told.kind,
            body=told.body,
            file=OldFile(told.file_name, state=FileState.LEFT_OUT) if told.has_file else None,
            edited=told.edited,
            deleted=told.deleted,
        )

    def _digest(self, told: Told, span: str) -> bytes:
        return hashlib.sha256(self._device + _identity(told, span)).digest()

    def _count(self, digest: bytes) -> int:
        key = int.from_bytes(digest[:8], "big")
        nth = self._seen.pop(key, 0)
        self._seen[key] = nth + 1
        if len(self._seen) > _REMEMBERED:
            self._seen.popitem(last=False)
        return nth

    def _place(self, told: Told) -> int:
        """Keeps the order of the file among messages of one minute."""
        moment = (told.address, told.at)
        self._in_moment = self._in_moment + 1 if moment == self._moment else 0
        self._moment = moment
        return min(self._in_moment, _MOST_IN_A_MOMENT)


def _identity(told: Told, span: str) -> bytes:
    """What makes two lines equal. Not who of a group wrote: that is no part of how stored messages are compared."""
    sort = "file" if told.has_file else told.kind.value
    gone = "gone" if told.deleted else ""
    parts = (told.address, told.at.isoformat(), span, str(told.from_me), sort, gone, told.body)
    return "\x1f".join(parts).encode("utf-8", "replace")


def _sender(told: Told) -> str:
    if told.from_me:
        return ME
    if told.kind is MessageKind.SYSTEM or not is_group(told.address):
        return told.address
    return told.author


def _message_id(at: datetime, place: int, name: bytes) -> UUID:
    """A uuid7 of the message's own time: sorted as the file is."""
    milliseconds = int(at.timestamp() * 1000)
    rest = int.from_bytes(name[:8], "big") & 0x3FFF_FFFF_FFFF_FFFF
    return UUID(int=milliseconds << 80 | 0x7 << 76 | place << 64 | 0x2 << 62 | rest)
