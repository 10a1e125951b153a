"""What a message on the network says, whichever way it travels: its kind, its words and what goes with them."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class MessageKind(StrEnum):
    """What sort of message it is. `SYSTEM` is a line of WhatsApp itself, such as somebody joining a group;
    `UNDECRYPTED` waits for its sender's phone; `UNKNOWN` is kept as it came."""

    TEXT = "text"
    IMAGE = "image"
    VIDEO = "video"
    VOICE = "voice"
    AUDIO = "audio"
    DOCUMENT = "document"
    STICKER = "sticker"
    LOCATION = "location"
    CONTACTS = "contacts"
    POLL = "poll"
    REACTION = "reaction"
    EDIT = "edit"
    DELETION = "deletion"
    SYSTEM = "system"
    UNDECRYPTED = "undecrypted"
    UNKNOWN = "unknown"


ABOUT_ANOTHER = frozenset({MessageKind.REACTION, MessageKind.EDIT, MessageKind.DELETION})
"""Kinds that change a message already there and are no line of a chat by themselves."""


@dataclass(frozen=True, slots=True)
class MediaFacts:
    """A file that came with a message. `ref` is the transport's own: how to fetch it, opaque to everybody else.

    `size` in bytes, `seconds` of sound or film, `thumbnail` a small JPEG, `waveform` 64 loudness steps of a voice note.
    """

    ref: bytes
    mime: str
    size: int
    width: int = 0
    height: int = 0
    seconds: int = 0
    file_name: str = ""
    thumbnail: bytes = b""
    sha256: bytes = b""
    waveform: bytes = b""


@dataclass(frozen=True, slots=True)
class Quote:
    """The message that this one answers: its wire id, who wrote it, and the beginning of what it said."""

    wire_id: str
    sender: str
    body: str = ""


@dataclass(frozen=True, slots=True)
class Target:
    """The message of the same chat that a reaction, an edit or a deletion is about; `sender` is needed in groups."""

    wire_id: str
    from_me: bool
    sender: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """A spot on the earth in degrees; `live` while its sender moves."""

    latitude: float
    longitude: float
    name: str = ""
    live: bool = False


@dataclass(frozen=True, slots=True)
class Card:
    """Somebody's contact card."""

    name: str
    vcard: str


class NoticeCode(StrEnum):
    """What happened in a group. `JOINED` by an invitation, `ADDED` by somebody; `LEFT` by oneself, `REMOVED` by
    somebody; `ADMINS_WRITE` and nobody else; `ENDED` for everybody."""

    CREATED = "created"
    RENAMED = "renamed"
    DESCRIBED = "described"
    ADDED = "added"
    JOINED = "joined"
    LEFT = "left"
    REMOVED = "removed"
    PROMOTED = "promoted"
    DEMOTED = "demoted"
    ADMINS_WRITE = "admins_write"
    ALL_WRITE = "all_write"
    PICTURE_CHANGED = "picture_changed"
    PICTURE_REMOVED = "picture_removed"
    DISAPPEARING_ON = "disappearing_on"
    DISAPPEARING_OFF = "disappearing_off"
    LINK_RESET = "link_reset"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Notice:
    """A line of WhatsApp itself: `by` is who did it, where that is known, `people` to whom, `words` a new subject."""

    code: NoticeCode
    by: str = ""
    people: tuple[str, ...] = ()
    words: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """One message's content.

    `body` is the words or the caption, the emoji of a reaction (empty takes it back), the new words of an edit, or the
    question of a poll whose answers are `options`. `raw` keeps what we do not understand yet. `once`: the sender asked
    that it be looked at once only.
    """

    kind: MessageKind
    body: str = ""
    media: MediaFacts | None = None
    quote: Quote | None = None
    target: Target | None = None
    place: Place | None = None
    cards: tuple[Card, ...] = ()
    options: tuple[str, ...] = ()
    raw: bytes = b""
    once: bool = False
    notice: Notice | None = None


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What is known of a file to be sent beside its bytes; `seconds` of sound or film, `waveform` of a voice note."""

    mime: str = ""
    name: str = ""
    width: int = 0
    height: int = 0
    seconds: int = 0
    waveform: bytes = b""


@dataclass(frozen=True, slots=True)
class ByHand:
    """What a person says in a chat, word for word: nothing in it is a template.

    `body` is the words, the caption, the emoji of a reaction or the new words of an edit; `target` the message that a
    reaction, an edit or a deletion is about.
    """

    kind: MessageKind
    body: str = field(default="", repr=False)
    quote: Quote | None = None
    target: Target | None = None
    file: FileFacts | None = None
