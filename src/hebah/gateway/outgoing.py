"""What a gateway hands to a link: messages with their outcomes, and commands with theirs."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from hebah.messaging.chataddress import Alias
from hebah.messaging.groups import Member
from hebah.messaging.said import MessageKind, Quote, Target


class MediaSource(Protocol):
    """Bytes to be sent, read once for every send. Their length and SHA-256 are known before the first is read."""

    @property
    def size(self) -> int:
        """How many bytes."""

    @property
    def sha256(self) -> bytes:
        """Of all of them: what has been sent to the network once need not be sent again."""

    def read(self) -> AsyncIterator[bytes]:
        """The bytes in pieces; raises OSError when they cannot be had."""


@dataclass(frozen=True, slots=True)
class TextOut:
    """Words."""

    body: str


@dataclass(frozen=True, slots=True)
class MediaOut:
    """A file: `kind` is image, video, voice, audio or document; sizes in pixels, `seconds` of sound or film."""

    kind: MessageKind
    source: MediaSource
    mime: str
    caption: str = ""
    file_name: str = ""
    width: int = 0
    height: int = 0
    seconds: int = 0
    thumbnail: bytes = b""
    waveform: bytes = b""


@dataclass(frozen=True, slots=True)
class ReactionOut:
    """An emoji under a message; empty takes ours back."""

    target: Target
    emoji: str


@dataclass(frozen=True, slots=True)
class EditOut:
    """Other words for a message of ours."""

    target: Target
    body: str


@dataclass(frozen=True, slots=True)
class DeletionOut:
    """Take a message of ours back, for everybody."""

    target: Target


OutgoingContent = TextOut | MediaOut | ReactionOut | EditOut | DeletionOut


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message to one chat. `wire_id` was chosen by us and committed before the call.

    `to` is an address: E.164 of a person, `lid:…` or `group:…`. `quote` makes words or a file an answer.
    """

    wire_id: str
    to: str
    content: OutgoingContent
    quote: Quote | None = None


@dataclass(frozen=True, slots=True)
class Accepted:
    """The network took the message."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Refused:
    """The network said no: the message certainly did not go out. Codes: `not_on_whatsapp`, `blocked`,
    `restricted`, `banned`, `too_large`, `too_old` (to edit or delete), `not_possible` (this transport cannot send it),
    `rejected`."""

    code: str


@dataclass(frozen=True, slots=True)
class NotWritten:
    """No byte left this machine; the same row may be tried again."""

    cause: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """Bytes may have left, and no answer came: only later evidence (late acknowledgement, receipt, own echo) tells."""

    cause: str


SendOutcome = Accepted | Refused | NotWritten | Unknown


# --- commands --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class MarkRead:
    """Tell the other side that these messages were read, or a voice note played; `sender` is needed in groups."""

    chat: str
    wire_ids: tuple[str, ...]
    sender: str = ""
    played: bool = False


class TypingState(StrEnum):
    """What somebody is doing in a chat just now."""

    TYPING = "typing"
    RECORDING = "recording"
    PAUSED = "paused"


@dataclass(frozen=True, slots=True)
class Typing:
    """Show the other side what we are doing. Never makes the number `available`, which would silence the phone."""

    chat: str
    state: TypingState


@dataclass(frozen=True, slots=True)
class CheckNumbers:
    """Ask which numbers (E.164) are on WhatsApp; answers `NumbersChecked`."""

    phones: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RequestHistory:
    """Ask the phone for up to `count` messages of a chat before this one; they arrive as `HistoryOffered`."""

    chat: str
    before: Target
    at: datetime
    count: int


@dataclass(frozen=True, slots=True)
class LookUpGroup:
    """Ask what a group is called and who is in it; answers `GroupFound`, or `Failed("refused")` to who is no member."""

    chat: str


@dataclass(frozen=True, slots=True)
class FetchPicture:
    """Ask for the small picture of a person, a group, or our own number; answers `PictureFound`."""

    address: str


@dataclass(frozen=True, slots=True)
class ChatPinned:
    """Kept at the top of the list, or not any more."""

    pinned: bool


@dataclass(frozen=True, slots=True)
class ChatArchived:
    """Put away, or taken out again."""

    archived: bool


@dataclass(frozen=True, slots=True)
class ChatMuted:
    """Nothing is heard of it until then; None: not silent any more."""

    until: datetime | None


@dataclass(frozen=True, slots=True)
class ChatMarked:
    """Marked as unread by hand, or as read."""

    unread: bool


ChatKept = ChatPinned | ChatArchived | ChatMuted | ChatMarked


@dataclass(frozen=True, slots=True)
class KeepChat:
    """Have the phone, and the other devices of its account, keep a chat as we do; `newest` is its newest message."""

    chat: str
    kept: ChatKept
    newest: Target | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Probe:
    """Ask the link whether it is alive; answers `Done` or `Failed`."""


Command = MarkRead | Typing | CheckNumbers | RequestHistory | LookUpGroup | FetchPicture | KeepChat | Probe


@dataclass(frozen=True, slots=True)
class Done:
    """The command was carried out."""


@dataclass(frozen=True, slots=True)
class NumberFound:
    """What the network says of a number."""

    phone: str
    on_whatsapp: bool
    lid: str | None = None


@dataclass(frozen=True, slots=True)
class NumbersChecked:
    """The answer for every number that was asked for, in the same order."""

    numbers: tuple[NumberFound, ...]


@dataclass(frozen=True, slots=True)
class GroupFound:
    """What a group is called and who is in it. `admins_write`: nobody else may. `aliases` are who is who there."""

    subject: str
    members: tuple[Member, ...]
    admins_write: bool = False
    aliases: tuple[Alias, ...] = ()


@dataclass(frozen=True, slots=True)
class PictureFound:
    """A small JPEG; empty when there is none, or none for us."""

    jpeg: bytes


@dataclass(frozen=True, slots=True)
class Failed:
    """The command was not carried out. Codes: `not_possible` (this transport cannot), `not_connected`, `no_answer`,
    `refused`."""

    code: str


CommandOutcome = Done | NumbersChecked | GroupFound | PictureFound | Failed
