"""Messages that a file of older chats brings."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from hebah.inbox.model.shown import FileState
from hebah.messaging.said import MessageKind

Spot = tuple[float, float]
"""Latitude and longitude, in degrees."""


@dataclass(frozen=True, slots=True)
class Origin:
    """The archive that messages come out of, and the device whose chats they go into."""

    workspace_id: UUID
    device_id: UUID
    archive_id: UUID


@dataclass(frozen=True, slots=True)
class OldFile:
    """The file of a message out of an archive; `media_id` once its bytes are kept. Sizes in bytes and pixels."""

    name: str
    mime: str = ""
    size: int = 0
    width: int = 0
    height: int = 0
    media_id: UUID | None = None
    state: FileState = FileState.LEFT_OUT


@dataclass(frozen=True, slots=True)
class OldMessage:
    """A message out of an archive, which is a message of ours wherever else it came from already.

    `address` is its chat; `span` how much time its file leaves open after `at`. `nth` counts, from 0, the equal ones
    that stand before it in the file, in the same second or, where its file tells no more, in the same minute: as many
    as the chat has already are not new. `id` and `wire_id` follow from the file alone.
    """

    id: UUID
    wire_id: str
    address: str = field(repr=False)
    sender: str = field(repr=False)
    sender_name: str = field(repr=False)
    from_me: bool
    at: datetime
    span: timedelta
    nth: int
    kind: MessageKind
    body: str = field(repr=False)
    file: OldFile | None = field(default=None, repr=False)
    edited: bool = False
    deleted: bool = False

    @property
    def is_to_the_minute(self) -> bool:
        """Whether its file leaves the second open."""
        return self.span > timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Likeness:
    """What makes messages of a minute look alike, to a file that tells no more; see `rules.importing`.

    `kind` is the kind that the words stand for, where they do; `wording` a pattern of the words that a file would have
    for a message of a kind of its own, and `place` where on earth that is. Of a message that is `gone` only its place
    in the chat counts.
    """

    workspace_id: UUID
    chat_id: UUID
    from_me: bool
    minute: datetime
    sort: str
    body: str = field(repr=False)
    kind: str = ""
    gone: bool = False
    wording: str = field(default="", repr=False)
    place: Spot | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Lookalike:
    """A stored message, by its key. `second` is when it was said, in UTC; None while only the minute is known.

    `archive_id` is the file that it is out of; None: a phone has told it. `has_file`: the bytes of its file are here.
    `body` and `place` are what a kind of its own says, and what stands for it in a file.
    """

    chat_id: UUID
    at: datetime
    id: UUID
    second: datetime | None
    archive_id: UUID | None
    kind: str = MessageKind.TEXT
    file_name: str = field(default="", repr=False)
    has_file: bool = False
    body: str = field(default="", repr=False)
    place: Spot | None = field(default=None, repr=False)
