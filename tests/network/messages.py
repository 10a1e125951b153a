"""What WhatsApp phones say to each other: serialised waE2E.Message of every kind the test network knows."""

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum

from tests.network.mediacrypto import Sealed
from tests.network.protobuf import Fields, encode

_CONTEXT = 17
_DEVICES = b"\0"  # the packed list of one device, the phone
_FUTURE_FIELD = 15_000
"""A field of waE2E.Message that no version of the library knows."""


class Protocol(IntEnum):
    """What a protocol message is about."""

    REVOKE = 0
    HISTORY = 5
    APP_STATE_KEYS = 6
    EDIT = 14


@dataclass(frozen=True, slots=True)
class Key:
    """Which message is meant: its chat, its id, who wrote it. `participant` is the writer in groups."""

    chat: str
    id: str
    from_me: bool = False
    participant: str = ""

    def fields(self) -> Fields:
        """A WACommon.MessageKey."""
        return {1: self.chat, 2: self.from_me, 3: self.id, 4: self.participant or None}


@dataclass(frozen=True, slots=True)
class Quoted:
    """The message that is answered: its id, its sender's address, and itself."""

    id: str
    sender: str
    message: bytes


@dataclass(frozen=True, slots=True)
class Context:
    """What may come with any content: a quote, mentioned addresses, the chat's disappearing time in seconds."""

    quote: Quoted | None = None
    mentions: tuple[str, ...] = ()
    expiration: int = 0
    forwarded: bool = False

    def fields(self) -> Fields:
        """A ContextInfo."""
        quote = self.quote
        return {
            1: quote.id if quote else None,
            2: quote.sender if quote else None,
            3: quote.message if quote else None,
            15: list(self.mentions),
            21: int(self.forwarded) or None,
            22: self.forwarded or None,
            25: self.expiration or None,
        }


@dataclass(frozen=True, slots=True)
class Place:
    """A spot on the earth, in degrees."""

    latitude: float
    longitude: float
    name: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """A contact card."""

    name: str
    vcard: str


@dataclass(frozen=True, slots=True)
class File:
    """A file on the media server and what its sender says about it; `at` is the media key's time in seconds."""

    sealed: Sealed
    direct_path: str
    mime: str
    url: str = ""
    width: int = 0
    height: int = 0
    seconds: int = 0
    name: str = ""
    thumbnail: bytes = b""
    waveform: bytes = b""
    at: int = 1_700_000_000


NO_CONTEXT = Context()


def text(body: str) -> bytes:
    """Plain words."""
    return encode({1: body})


def extended_text(body: str, context: Context = NO_CONTEXT) -> bytes:
    """Words with a quote, mentions or a disappearing time; also the form that many phones always use."""
    return encode({6: {1: body, _CONTEXT: _context(context)}})


def image(file: File, caption: str = "", *, context: Context = NO_CONTEXT, once: bool = False) -> bytes:
    """A picture."""
    sealed = file.sealed
    return encode({3: {
        1: file.url or None, 2: file.mime, 3: caption or None, 4: sealed.sha256, 5: sealed.length, 6: file.height,
        7: file.width, 8: sealed.key, 9: sealed.enc_sha256, 11: file.direct_path, 12: file.at,
        16: file.thumbnail or None, _CONTEXT: _context(context), 25: once or None,
    }})  # fmt: skip


def video(
    file: File,
    caption: str = "",
    *,
    context: Context = NO_CONTEXT,
    once: bool = False,
    gif: bool = False,
    note: bool = False,
) -> bytes:
    """A film; `gif` plays in a loop, `note` is a video note."""
    sealed = file.sealed
    return encode({66 if note else 9: {
        1: file.url or None, 2: file.mime, 3: sealed.sha256, 4: sealed.length, 5: file.seconds, 6: sealed.key,
        7: caption or None, 8: gif or None, 9: file.height, 10: file.width, 11: sealed.enc_sha256,
        13: file.direct_path, 14: file.at, 16: file.thumbnail or None, _CONTEXT: _context(context), 20: once or None,
    }})  # fmt: skip


def audio(file: File, *, context: Context = NO_CONTEXT, voice: bool = False, once: bool = False) -> bytes:
    """A sound file, or a voice note."""
    sealed = file.sealed
    return encode({8: {
        1: file.url or None, 2: file.mime, 3: sealed.sha256, 4: sealed.length, 5: file.seconds, 6: voice,
        7: sealed.key, 8: sealed.enc_sha256, 9: file.direct_path, 10: file.at, _CONTEXT: _context(context),
        19: file.waveform or None, 21: once or None,
    }})  # fmt: skip


def document(file: File, caption: str = "", *, context: Context = NO_CONTEXT) -> bytes:
    """A document; with a caption it travels in the wrapper that phones put around those."""
    sealed = file.sealed
    bare = encode({7: {
        1: file.url or None, 2: file.mime, 3: file.name or None, 4: sealed.sha256, 5: sealed.length, 7: sealed.key,
        8: file.name or None, 9: sealed.enc_sha256, 10: file.direct_path, 11: file.at, 16: file.thumbnail or None,
        _CONTEXT: _context(context), 20: caption or None,
    }})  # fmt: skip
    return encode({53: {1: bare}}) if caption else bare


def sticker(file: File, *, context: Context = NO_CONTEXT, animated: bool = False) -> bytes:
    """A sticker."""
    sealed = file.sealed
    return encode({26: {
        1: file.url or None, 2: sealed.sha256, 3: sealed.enc_sha256, 4: sealed.key, 5: file.mime, 6: file.height,
        7: file.width, 8: file.direct_path, 9: sealed.length, 10: file.at, 13: animated,
        16: file.thumbnail or None, _CONTEXT: _context(context),
    }})  # fmt: skip


def location(place: Place, *, context: Context = NO_CONTEXT) -> bytes:
    """A fixed spot."""
    named = {3: place.name or None, 4: place.address or None}
    return encode({5: {1: float(place.latitude), 2: float(place.longitude), **named, _CONTEXT: _context(context)}})


def live_location(place: Place, sequence: int = 1, *, context: Context = NO_CONTEXT) -> bytes:
    """A spot that moves with its sender; later positions have higher sequence numbers."""
    spot = {1: float(place.latitude), 2: float(place.longitude)}
    return encode({18: {**spot, 3: 10, 6: place.name or None, 7: sequence, _CONTEXT: _context(context)}})


def contact(card: Card, *, context: Context = NO_CONTEXT) -> bytes:
    """One contact card."""
    return encode({4: {1: card.name, 16: card.vcard, _CONTEXT: _context(context)}})


def contacts(cards: Sequence[Card], *, context: Context = NO_CONTEXT) -> bytes:
    """Several contact cards."""
    named = f"{len(cards)} contacts"
    return encode({13: {1: named, 2: [{1: c.name, 16: c.vcard} for c in cards], _CONTEXT: _context(context)}})


def poll(question: str, options: Iterable[str], selectable: int = 0, *, secret: bytes | None = None) -> bytes:
    """A poll; `selectable` 0 lets voters take any number, 1 makes it the newer single-choice form."""
    asked: Fields = {2: question, 3: [{1: option} for option in options], 4: selectable}
    return encode({35: {3: secret or os.urandom(32)}, 64 if selectable == 1 else 49: asked})


def reaction(key: Key, emoji: str, at_ms: int) -> bytes:
    """An emoji on a message; an empty one takes it back."""
    return encode({46: {1: key.fields(), 2: emoji, 4: at_ms}})


def edit(key: Key, message: bytes, at_ms: int) -> bytes:
    """New words for a message, wrapped as phones send it."""
    change: Fields = {1: key.fields(), 2: int(Protocol.EDIT), 14: message, 15: at_ms}
    return encode({58: {1: {12: change}}})


def revoke(key: Key) -> bytes:
    """Delete a message for everyone."""
    return encode({12: {1: key.fields(), 2: int(Protocol.REVOKE)}})


def ephemeral(message: bytes) -> bytes:
    """The wrapper of a chat with disappearing messages."""
    return encode({40: {1: message}})


class ViewOnce(IntEnum):
    """The three wrappers of what may be looked at once."""

    FIRST = 37
    SECOND = 55
    VOICE = 59


def view_once(message: bytes, wrapper: ViewOnce = ViewOnce.SECOND) -> bytes:
    """The wrapper of what may be looked at once."""
    return encode({int(wrapper): {1: message}})


def device_sent(destination: str, message: bytes, phash: str = "") -> bytes:
    """A copy for the sender's own other devices: what was said, and to whom."""
    return encode({31: {1: destination, 2: message, 3: phash or None}})


def with_distribution(message: bytes, group: str, distribution: bytes) -> bytes:
    """The message with a sender key for the group before it; an empty message brings the key alone."""
    return encode({2: {1: group, 2: distribution}}) + message


def with_secret(message: bytes, secret: bytes) -> bytes:
    """The message with a message secret, as newer phones add to each."""
    return message + encode({35: {3: secret}})


def app_state_keys(keys: Iterable[tuple[bytes, bytes]], at_ms: int) -> bytes:
    """The phone shares keys of the app state, each an id and 32 bytes."""
    shared: list[Fields] = [
        {1: {1: key_id}, 2: {1: data, 2: {1: 1, 2: 0, 3: _DEVICES}, 3: at_ms}} for key_id, data in keys
    ]
    return encode({12: {2: int(Protocol.APP_STATE_KEYS), 7: {1: shared}}})


def unknown(content: bytes = b"something of next year") -> bytes:
    """A kind of message that no version of the library knows."""
    return encode({_FUTURE_FIELD: {1: content}})


def _context(context: Context) -> Fields | None:
    return None if context == NO_CONTEXT else context.fields()
