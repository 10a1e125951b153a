"""Reads waE2E.Message bytes back into facts, so that the network can check what a companion sent."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from tests.network.messages import (
    Card,
    Key,
    Place,
    Protocol,
    Quoted,
)
from tests.network.protobuf import Record, decode


class Kind(StrEnum):
    """What a message is."""

    TEXT = "text"
    IMAGE = "image"
    VIDEO = "video"
    VOICE = "voice"
    AUDIO = "audio"
    DOCUMENT = "document"
    STICKER = "sticker"
    LOCATION = "location"
    LIVE_LOCATION = "live_location"
    CONTACTS = "contacts"
    POLL = "poll"
    REACTION = "reaction"
    EDIT = "edit"
    DELETION = "deletion"
    HISTORY = "history"
    APP_STATE_KEYS = "app_state_keys"
    PROTOCOL = "protocol"
    SENDER_KEY = "sender_key"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class FilePart:
    """What a message says about its file: where it lies, how to open it, and how to show it."""

    key: bytes
    direct_path: str
    url: str
    mime: str
    sha256: bytes
    enc_sha256: bytes
    length: int
    width: int = 0
    height: int = 0
    seconds: int = 0
    name: str = ""
    thumbnail: bytes = b""
    waveform: bytes = b""


@dataclass(frozen=True, slots=True)
class Read:
    """One message's content after its wrappers were taken off; `raw` is the innermost waE2E.Message.

    `edited` is the new message of an edit, `sent_to` the chat of a copy for the sender's own devices, `distribution`
    a group's sender key (group, bytes).
    """

    kind: Kind
    raw: bytes
    body: str = ""
    file: FilePart | None = None
    quote: Quoted | None = None
    mentions: tuple[str, ...] = ()
    target: Key | None = None
    edited: bytes = b""
    place: Place | None = None
    cards: tuple[Card, ...] = ()
    options: tuple[str, ...] = ()
    selectable: int = 0
    expiration: int = 0
    once: bool = False
    ephemeral: bool = False
    sent_to: str = ""
    distribution: tuple[str, bytes] | None = None
    secret: bytes = b""


_DEVICE_SENT, _EPHEMERAL, _ONCE = 31, 40, (37, 55, 59)
_WRAPPERS = (_EPHEMERAL, *_ONCE, 53, 58, 74)
_DEEPEST_WRAPPING = 8
_TEXT, _SENDER_KEY, _PROTOCOL, _CONTEXT_INFO = 1, 2, 12, 35
_POLLS = (49, 60, 64)


def read(message: bytes) -> Read:
    """The facts of a serialised waE2E.Message; raises ProtobufError when it is none."""
    outer = Read(Kind.UNKNOWN, message)
    for _ in range(_DEEPEST_WRAPPING):
        record = decode(outer.raw)
        outer = _with_side_facts(outer, record)
        inner = _unwrapped(outer, record)
        if inner is None:
            return _content(outer, record)
        outer = inner
    return outer


def _with_side_facts(facts: Read, record: Record) -> Read:
    if _SENDER_KEY in record:
        key = record.message(_SENDER_KEY)
        facts = replace(facts, distribution=(key.text(1), key.data(2)))
    if _CONTEXT_INFO in record:
        facts = replace(facts, secret=record.message(_CONTEXT_INFO).data(3))
    return facts


def _unwrapped(facts: Read, record: Record) -> Read | None:
    if _DEVICE_SENT in record:
        copy = record.message(_DEVICE_SENT)
        return replace(facts, raw=copy.data(2), sent_to=copy.text(1))
    for wrapper in _WRAPPERS:
        if wrapper in record:
            return replace(
                facts,
                raw=record.message(wrapper).data(1),
                ephemeral=facts.ephemeral or wrapper == _EPHEMERAL,
                once=facts.once or wrapper in _ONCE,
            )
    return None


def _content(facts: Read, record: Record) -> Read:
    for number, reader in _READERS.items():
        if number in record:
            # The words of a plain text lie in the message itself, everything else in a message of its own.
            return reader(facts, record if number == _TEXT else record.message(number))
    if facts.distribution is not None:
        return replace(facts, kind=Kind.SENDER_KEY)
    return facts


def _with_context(facts: Read, content: Record, number: int = 17) -> Read:
    context = content.message(number)
    quote = Quoted(context.text(1), context.text(2), context.data(3)) if 1 in context else None
    mentions = tuple(context.all_text(15))
    return replace(facts, quote=quote, mentions=mentions, expiration=context.number(25))


def _text(facts: Read, record: Record) -> Read:
    return replace(facts, kind=Kind.TEXT, body=record.text(1))


def _extended_text(facts: Read, content: Record) -> Read:
    return _with_context(replace(facts, kind=Kind.TEXT, body=content.text(1)), content)


def _image(facts: Read, content: Record) -> Read:
    file = FilePart(
        key=content.data(8), direct_path=content.text(11), url=content.text(1), mime=content.text(2),
        sha256=content.data(4), enc_sha256=content.data(9), length=content.number(5), width=content.number(7),
        height=content.number(6), thumbnail=content.data(16),
    )  # fmt: skip
    once = facts.once or content.flag(25)
    return _with_context(replace(facts, kind=Kind.IMAGE, body=content.text(3), file=file, once=once), content)


def _video(facts: Read, content: Record) -> Read:
    file = FilePart(
        key=content.data(6), direct_path=content.text(13), url=content.text(1), mime=content.text(2),
        sha256=content.data(3), enc_sha256=content.data(11), length=content.number(4), width=content.number(10),
        height=content.number(9), seconds=content.number(5), thumbnail=content.data(16),
    )  # fmt: skip
    once = facts.once or content.flag(20)
    return _with_context(replace(facts, kind=Kind.VIDEO, body=content.text(7), file=file, once=once), content)


def _audio(facts: Read, content: Record) -> Read:
    file = FilePart(
        key=content.data(7), direct_path=content.text(9), url=content.text(1), mime=content.text(2),
        sha256=content.data(3), enc_sha256=content.data(8), length=content.number(4), seconds=content.number(5),
        waveform=content.data(19),
    )  # fmt: skip
    kind = Kind.VOICE if content.flag(6) else Kind.AUDIO
    return _with_context(replace(facts, kind=kind, file=file, once=facts.once or content.flag(21)), content)


def _document(facts: Read, content: Record) -> Read:
    file = FilePart(
        key=content.data(7), direct_path=content.text(10), url=content.text(1), mime=content.text(2),
        sha256=content.data(4), enc_sha256=content.data(9), length=content.number(5),
        name=content.text(8) or content.text(3), thumbnail=content.data(16),
    )  # fmt: skip
    return _with_context(replace(facts, kind=Kind.DOCUMENT, body=content.text(20), file=file), content)


def _sticker(facts: Read, content: Record) -> Read:
    file = FilePart(
        key=content.data(4), direct_path=content.text(8), url=content.text(1), mime=content.text(5),
        sha256=content.data(2), enc_sha256=content.data(3), length=content.number(9), width=content.number(7),
        height=content.number(6), thumbnail=content.data(16),
    )  # fmt: skip
    return _with_context(replace(facts, kind=Kind.STICKER, file=file), content)


def _location(facts: Read, content: Record) -> Read:
    place = Place(content.double(1), content.double(2), content.text(3), content.text(4))
    kind = Kind.LIVE_LOCATION if content.flag(6) else Kind.LOCATION
    return _with_context(replace(facts, kind=kind, place=place), content)


def _live_location(facts: Read, content: Record) -> Read:
    place = Place(content.double(1), content.double(2), content.text(6))
    return _with_context(replace(facts, kind=Kind.LIVE_LOCATION, place=place), content)


def _contact(facts: Read, content: Record) -> Read:
    cards = (Card(content.text(1), content.text(16)),)
    return _with_context(replace(facts, kind=Kind.CONTACTS, cards=cards), content)


def _contacts(facts: Read, content: Record) -> Read:
    cards = tuple(Card(card.text(1), card.text(16)) for card in content.all_messages(2))
    return _with_context(replace(facts, kind=Kind.CONTACTS, cards=cards), content)


def _poll(facts: Read, content: Record) -> Read:
    options = tuple(option.text(1) for option in content.all_messages(3))
    asked = replace(facts, kind=Kind.POLL, body=content.text(2), options=options, selectable=content.number(4))
    return _with_context(asked, content, 5)


def _reaction(facts: Read, content: Record) -> Read:
    return replace(facts, kind=Kind.REACTION, body=content.text(2), target=_key(content.message(1)))


def _protocol(facts: Read, content: Record) -> Read:
    # A revocation is type 0, which some writers leave out.
    match content.number(2):
        case Protocol.REVOKE:
            return replace(facts, kind=Kind.DELETION, target=_key(content.message(1)))
        case Protocol.EDIT:
            edited = content.data(14)
            target = _key(content.message(1))
            return replace(facts, kind=Kind.EDIT, target=target, edited=edited, body=_words(edited))
        case other:
            return replace(facts, kind=_PROTOCOL_KINDS.get(other, Kind.PROTOCOL))


def _words(message: bytes) -> str:
    """The new words or caption of an edit; an edit of an edit has none."""
    record = decode(message)
    for number, reader in _READERS.items():
        if number in record and number != _PROTOCOL:
            return reader(Read(Kind.UNKNOWN, message), record if number == _TEXT else record.message(number)).body
    return ""


def _key(key: Record) -> Key:
    return Key(key.text(1), key.text(3), key.flag(2), key.text(4))


_PROTOCOL_KINDS: Mapping[int, Kind] = {Protocol.HISTORY: Kind.HISTORY, Protocol.APP_STATE_KEYS: Kind.APP_STATE_KEYS}
_READERS: Mapping[int, Callable[[Read, Record], Read]] = {
    _TEXT: _text,
    3: _image,
    4: _contact,
    5: _location,
    6: _extended_text,
    7: _document,
    8: _audio,
    9: _video,
    _PROTOCOL: _protocol,
    13: _contacts,
    18: _live_location,
    26: _sticker,
    46: _reaction,
    **dict.fromkeys(_POLLS, _poll),
    66: _video,
}
