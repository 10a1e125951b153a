"""The facts of archives: files of older chats on their way into a device, and what became of their lines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

from hebah.foundation.errors import Conflict, Invalid
from hebah.messaging.written_time import DateOrder


class ArchiveKind(StrEnum):
    """WhatsApp's own export of one chat, or a table with a message in each row."""

    CHAT = "chat"
    TABLE = "table"


class ArchiveState(StrEnum):
    """Where a file on its way in is; `checking`, `running` and `removing` are a worker's turn."""

    PLANNING = "planning"
    CHECKING = "checking"
    CHECKED = "checked"
    RUNNING = "running"
    FINISHED = "finished"
    CANCELLED = "cancelled"
    FAILED = "failed"
    REMOVING = "removing"
    REMOVED = "removed"


_S = ArchiveState
ARCHIVE_MOVES: Mapping[ArchiveState, frozenset[ArchiveState]] = MappingProxyType(
    {
        _S.PLANNING: frozenset({_S.CHECKING, _S.CANCELLED}),
        _S.CHECKING: frozenset({_S.CHECKED, _S.FAILED, _S.CANCELLED}),
        _S.CHECKED: frozenset({_S.CHECKING, _S.RUNNING, _S.CANCELLED}),
        _S.RUNNING: frozenset({_S.FINISHED, _S.FAILED, _S.CANCELLED}),
        _S.FINISHED: frozenset({_S.REMOVING}),
        _S.CANCELLED: frozenset({_S.REMOVING}),
        _S.FAILED: frozenset({_S.REMOVING}),
        _S.REMOVING: frozenset({_S.REMOVED}),
        _S.REMOVED: frozenset(),
    }
)


class Meaning(StrEnum):
    """What a column of a table can mean. `CHAT` is the number of the person the chat is with."""

    CHAT = "chat"
    DIRECTION = "direction"
    TIME = "time"
    TEXT = "text"
    FILE = "file"
    SENDER = "sender"
    IGNORE = "ignore"


@dataclass(frozen=True, slots=True)
class ArchiveFacts:
    """What was found in the file when it arrived.

    `text` is the member of a zip that holds the chat, empty for a file that is no zip. `people` are those who wrote, of
    an export; `columns`, `sample` and `guess` are of a table. `is_order_open`: day and month could be the other way
    round. `partner` is whom the file's name says the chat is with.
    """

    kind: ArchiveKind
    text: str
    encoding: str
    messages: int
    people: tuple[str, ...] = field(repr=False)
    partner: str = field(repr=False)
    files: int
    order: DateOrder
    is_order_open: bool
    columns: tuple[str, ...] = ()
    sample: tuple[tuple[str, ...], ...] = field(default=(), repr=False)
    guess: Mapping[int, Meaning] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class ArchivePlan:
    """What is to be done with the file. `address` is the chat all of it goes into, empty when a column says so.

    `me` is what the file calls our own side; empty when it says nothing of ours.
    """

    device_id: UUID
    address: str = field(repr=False)
    me: str = field(repr=False)
    zone: str
    order: DateOrder
    region: str
    mapping: Mapping[int, Meaning] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class ArchiveCounts:
    """What became, or would become, of the messages so far; `years` counts the new ones by year of the zone."""

    added: int = 0
    known: int = 0
    refused: Mapping[str, int] = field(default_factory=dict, hash=False)
    files: int = 0
    files_missing: int = 0
    first_at: datetime | None = None
    last_at: datetime | None = None
    years: Mapping[str, int] = field(default_factory=dict, hash=False)

    @property
    def refused_lines(self) -> int:
        """How many lines were left out."""
        return sum(self.refused.values())


@dataclass(frozen=True, slots=True)
class SampleMessage:
    """One of the first messages, as it will look."""

    at: datetime
    from_me: bool
    author: str = field(repr=False)
    kind: str
    body: str = field(repr=False)
    file_name: str = field(repr=False)
    has_file: bool
    is_new: bool


@dataclass(frozen=True, slots=True)
class Fault:
    """A line that is left out: why, and how it begins."""

    line: int
    code: str
    shown: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Archive:
    """A file, how far it is, and what became of its lines. `rows_*` count messages and faults of the file together."""

    workspace_id: UUID
    id: UUID
    file_name: str
    file_size: int
    facts: ArchiveFacts
    plan: ArchivePlan | None
    state: ArchiveState
    failure: str | None
    rows_total: int | None
    rows_done: int
    counts: ArchiveCounts
    sample: tuple[SampleMessage, ...] = field(repr=False)
    removed: int
    created_by: UUID
    created_at: datetime
    updated_at: datetime


class ArchiveBusy(Conflict):
    """The import is in a state that does not allow this."""

    code = "archive_not_possible"
    sentence = "This import is {state}; that cannot be done with it now."
    state: str


class NoChatInside(Invalid):
    """Neither an exported chat nor a table; `file_name` may be a zip with many things in it."""

    code = "no_chat_inside"
    sentence = "{file_name} holds no exported chat: no line in it begins as WhatsApp's lines do."
    file_name: str


class ChatsNotKept(Conflict):
    """This Hebah keeps no words of chats, so it takes no old ones in."""

    code = "chats_not_kept"
    sentence = "This Hebah keeps no words of chats (WHATSAPP_CHAT_STORAGE=false), so none can be imported."
