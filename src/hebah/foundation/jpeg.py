"""Whether a JPEG is nothing but a picture: no place, camera or comment in it, and nothing behind its end."""

import re

_BEGIN, _END = b"\xff\xd8", b"\xff\xd9"
_APP0, _SCAN = 0xE0, 0xDA
# Tables, frames and restart intervals; arithmetic coding and hierarchical pictures are nothing a phone shows.
_OF_A_PICTURE = frozenset({0xC0, 0xC1, 0xC2, 0xC4, 0xDB, 0xDD})
_PLAIN_JFIF_BYTES = 16
"""The length of the JFIF segment that holds no picture of its own."""

_NEXT_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]", re.DOTALL)


def is_bare_jpeg(data: bytes) -> bool:
    """Whether every byte belongs to the picture itself; what this says of a damaged picture does not matter."""
    if not data.startswith(_BEGIN):
        return False
    at = len(_BEGIN)
    while data[at : at + 2] != _END:
        if at + 4 > len(data) or data[at] != 0xFF:
            return False
        marker, length = data[at + 1], int.from_bytes(data[at + 2 : at + 4], "big")
        if not _may_stay(marker, data[at + 4 : at + 2 + length], length):
            return False
        at += 2 + length
        if marker == _SCAN:
            found = _NEXT_MARKER.search(data, at)
            if found is None:
                return False
            at = found.start()
    return at + len(_END) == len(data)


def _may_stay(marker: int, content: bytes, length: int) -> bool:
    if marker == _APP0:
        return content.startswith(b"JFIF\x00") and length == _PLAIN_JFIF_BYTES
    return marker in _OF_A_PICTURE or marker == _SCAN
