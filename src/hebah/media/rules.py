"""What a file is, by its first bytes and not by what its sender says, and which files a browser may show by itself."""

from __future__ import annotations

import re

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
    """The bytes that a Range header asks for; None for the whole file: without one, or with one we need not heed."""
    found = _RANGE.fullmatch(asked.strip())
    if found is None or size == 0:
        return None
    first, last = found.groups()
    if not first:
        return range(max(0, size - int(last)), size) if last and int(last) > 0 else None
    start, stop = int(first), min(int(last) + 1, size) if last else size
    return range(start, stop) if start < stop else None
