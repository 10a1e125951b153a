"""What a file is, by its first bytes and not by what its sender says; what may be sent as what, and what be shown."""

from __future__ import annotations

import re
from email.message import EmailMessage
from urllib.parse import unquote

from hebah.foundation.errors import Invalid
from hebah.media.model import MOST_FILE_BYTES, MOST_IMAGE_BYTES, MOST_PICTURE_BYTES, Media
from hebah.messaging.said import MessageKind

LONGEST_MAGIC = 64
UNKNOWN = "application/octet-stream"

_MAGIC = (
    (re.compile(rb"\xff\xd8\xff"), "image/jpeg"),
    (re.compile(rb"\x89PNG\r\n\x1a\n"), "image/png"),
    (re.compile(rb"GIF8[79]a"), "image/gif"),
    (re.compile(rb"RIFF....WEBP", re.DOTALL), "image/webp"),
    (re.compile(rb"RIFF....WAVE", re.DOTALL), "audio/wav"),
    (re.compile(rb"....ftyp(?:M4A |M4B )", re.DOTALL), "audio/mp4"),
    (re.compile(rb"....ftypqt  ", re.DOTALL), "video/quicktime"),
    (re.compile(rb"....ftyp3g", re.DOTALL), "video/3gpp"),
    (re.compile(rb"....ftyp(?:heic|heix|mif1)", re.DOTALL), "image/heic"),
    (re.compile(rb"....ftypavif", re.DOTALL), "image/avif"),
    (re.compile(rb"....ftyp", re.DOTALL), "video/mp4"),
    (re.compile(rb"\x1a\x45\xdf\xa3"), "video/webm"),
    (re.compile(rb"OggS"), "audio/ogg"),
    (re.compile(rb"fLaC"), "audio/flac"),
    (re.compile(rb"#!AMR"), "audio/amr"),
    (re.compile(rb"ID3|\xff[\xfb\xf3\xf2]"), "audio/mpeg"),
    (re.compile(rb"\xff[\xf1\xf9]"), "audio/aac"),
    (re.compile(rb"%PDF-"), "application/pdf"),
)
_RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})")
_CONTAINERS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_SHOWN = frozenset(
    {
        "image/jpeg", "image/png", "image/gif", "image/webp", "audio/wav", "audio/mp4", "audio/ogg", "audio/flac",
        "audio/mpeg", "audio/aac", "audio/amr", "video/mp4", "video/webm", "video/3gpp", "video/quicktime",
    }
)  # fmt: skip
_DOCUMENT = re.compile(r"(?:application|text)/[a-z0-9][a-z0-9.+-]{0,99}")

OPUS = "audio/ogg; codecs=opus"
FILM = "video/mp4"
ANIMATION = "image/gif"
_RECORDED = frozenset({"audio/ogg", "video/webm", "audio/mp4", "video/mp4", "audio/wav"})
_PLAYED = frozenset({"audio/mpeg", "audio/mp4", "audio/aac", "audio/ogg", "audio/amr"})
_TAKEN = {
    MessageKind.VOICE: _RECORDED,
    MessageKind.VIDEO: frozenset({FILM, ANIMATION}),
    MessageKind.AUDIO: _PLAYED,
}
UPLOADED = frozenset({MessageKind.IMAGE, MessageKind.DOCUMENT, *_TAKEN})


def name_on_web(disposition: str, target: str) -> str:
    """What a file fetched from the web is called: as its server says, else as the last part of its address."""
    said = EmailMessage()
    try:
        said["Content-Disposition"] = disposition
        name = said.get_filename() or ""
    except ValueError:
        name = ""
    return name or unquote(target.partition("?")[0].rpartition("/")[2])


class WrongKind(Invalid):
    """The first bytes of a file say that it cannot be sent as what it was meant to be."""

    code = "file_is_another_kind"
    sentence = "This file cannot be sent as {wanted}: by its content it is {found}. Send it as a document."
    wanted: str
    found: str


def check_kind(kind: MessageKind, found: str) -> None:
    """Raise WrongKind when a file that is `found` cannot go as that; pictures are judged by decoding them."""
    taken = _TAKEN.get(kind)
    if taken is not None and found not in taken:
        raise WrongKind(kind, found)


def is_made_anew(kind: MessageKind, found: str) -> bool:
    """Whether what is sent is not the file itself but something made of it."""
    return kind in {MessageKind.IMAGE, MessageKind.VOICE} or (kind is MessageKind.VIDEO and found == ANIMATION)


def most_bytes(kind: MessageKind, found: str, carried: int) -> int:
    """How large an upload may be, where the way out carries so many bytes."""
    return MOST_PICTURE_BYTES if is_made_anew(kind, found) else min(MOST_FILE_BYTES, carried)


def may_go_as(kind: MessageKind, media: Media) -> bool:
    """Whether a stored file can be sent as that: not every file that arrived is fit to be sent on as it came."""
    match kind:
        case MessageKind.IMAGE:
            return media.mime == "image/jpeg" and media.size <= MOST_IMAGE_BYTES
        case MessageKind.VOICE:
            return media.mime == "audio/ogg" and bool(media.waveform)
        case MessageKind.VIDEO:
            return media.mime == FILM
        case MessageKind.AUDIO:
            return media.mime in _PLAYED
        case _:
            return True


def sent_type(kind: MessageKind, media: Media) -> str:
    """The MIME type that travels with it: phones know a voice note by its codec."""
    return OPUS if kind is MessageKind.VOICE else media.mime


def type_of(start: bytes, told: str) -> str:
    """The MIME type of a file that begins so.

    A picture, sound or film that does not begin as one is just bytes. A document is believed to be what it is said to
    be, for nothing here opens one.
    """
    for pattern, mime in _MAGIC:
        if pattern.match(start):
            return mime
    claimed = told.partition(";")[0].strip().lower()
    if _DOCUMENT.fullmatch(claimed) and (start.startswith(_CONTAINERS) or b"\x00" not in start or "/vnd." in claimed):
        return claimed
    return UNKNOWN


def may_be_shown(mime: str) -> bool:
    """Whether a browser may show it on our own pages; all else is for keeping, so that no file can act in our name."""
    return mime in _SHOWN


def part_of(asked: str, size: int) -> range | None:
    """The bytes that a Range header asks for, an empty range when there are none of those; None for the whole file:
    without a header, or with one we need not heed."""
    found = _RANGE.fullmatch(asked.strip())
    if found is None:
        return None
    first, last = found.groups()
    if not first:
        return range(max(0, size - int(last)), size) if last else None
    if last and int(last) < int(first):
        return None
    return range(int(first), min(int(last) + 1, size) if last else size)
