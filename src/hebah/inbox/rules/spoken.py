"""What an export says in words and the network by a kind of its own: places and polls; and what files may be."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from hebah.inbox.model.archived import Likeness, Lookalike, Spot
from hebah.messaging.said import MessageKind

# What exports add, drop or write in another way than the network does.
UNSEEN: Final = "\u00a0\u202f\u200e\u200f\u202a\u202c\ufeff"
SEEN: Final = "  "
BLANKS: Final = " \n\r\t"
_SEEN_BY_UNSEEN = {ord(letter): " " if letter in UNSEEN[:2] else None for letter in UNSEEN}

WORDINGS: Mapping[str, str] = MappingProxyType(
    {
        MessageKind.LOCATION: r"(?i)^(?:location|lokasi): https?://",
        MessageKind.POLL: r"^(?:POLL|TINJAUAN|UNDIAN):\s",
    }
)
"""How such words begin, in a pattern that Python and PostgreSQL read alike."""

_PATTERNS = {kind: re.compile(wording) for kind, wording in WORDINGS.items()}
_SPOT = re.compile(r"(-?\d{1,2}(?:\.\d+)?),\s*(-?\d{1,3}(?:\.\d+)?)")
# An export may write fewer decimals than the network; this is some ten metres.
_NEAR = 0.000_1
_ALIKE = (
    frozenset({MessageKind.IMAGE, MessageKind.STICKER}),
    frozenset({MessageKind.VOICE, MessageKind.AUDIO}),
)


def compared_words(body: str) -> str:
    """The words as they are compared: what cannot be seen makes no difference."""
    return body.translate(_SEEN_BY_UNSEEN).strip(BLANKS)


def spoken_kind(body: str) -> str:
    """The kind of message that these words stand for, or an empty string."""
    return next((kind for kind, pattern in _PATTERNS.items() if pattern.match(body)), "")


def says_the_same(likeness: Likeness, stored: Lookalike) -> bool:
    """Whether a place or poll and the words for one speak of the same; anything else has been compared already."""
    if likeness.kind not in WORDINGS:
        return True
    if stored.kind == likeness.kind:
        return _speaks_of(likeness.kind, likeness.body, stored.body, stored.place)
    if likeness.wording:
        return _speaks_of(likeness.kind, compared_words(stored.body), likeness.body, likeness.place)
    return True


def may_be(told: str, stored: Lookalike) -> bool:
    """Whether what a phone tells of a file can be the file of an export, which often does not say what it was."""
    is_card = stored.file_name.lower().endswith(".vcf")
    kind = MessageKind.CONTACTS if is_card else stored.kind
    if told in (kind, MessageKind.DOCUMENT) or (kind == MessageKind.DOCUMENT and not stored.file_name):
        return True
    return any(told in alike and kind in alike for alike in _ALIKE)


def _speaks_of(kind: str, words: str, said: str, place: Spot | None) -> bool:
    if kind == MessageKind.POLL:
        return _question(words) == compared_words(said).partition("\n")[0].strip(BLANKS)
    spot = _SPOT.search(words)
    if spot is None or place is None:
        return True
    return all(abs(float(spot[axis + 1]) - place[axis]) <= _NEAR for axis in (0, 1))


def _question(words: str) -> str:
    return words.partition(":")[2].strip(BLANKS).partition("\n")[0].strip(BLANKS)
