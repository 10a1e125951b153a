"""When a message out of an archive and a stored one are the same."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from hebah.inbox.model.archived import OldMessage
from hebah.messaging.said import MessageKind

FILE_KINDS: Final = (
    MessageKind.IMAGE,
    MessageKind.VIDEO,
    MessageKind.VOICE,
    MessageKind.AUDIO,
    MessageKind.DOCUMENT,
    MessageKind.STICKER,
    MessageKind.CONTACTS,
)

# What exports add, drop or write in another way than the network does.
UNSEEN: Final = "\u00a0\u202f\u200e\u200f\u202a\u202c\ufeff"
SEEN: Final = "  "
BLANKS: Final = " \n\r\t"
_SEEN_BY_UNSEEN = {ord(letter): " " if letter in UNSEEN[:2] else None for letter in UNSEEN}

# An export says in words what has a kind of its own on the network.
_SPOKEN = (
    (re.compile(r"(?:location|lokasi): https?://", re.IGNORECASE), MessageKind.LOCATION),
    (re.compile(r"(?:POLL|TINJAUAN|UNDIAN):\s"), MessageKind.POLL),
)


def compared_words(body: str) -> str:
    """The words as they are compared: what cannot be seen makes no difference."""
    return body.translate(_SEEN_BY_UNSEEN).strip(BLANKS)


def sort_of(kind: MessageKind) -> str:
    """`file`, `system` or `words`: an export does not tell more of a file that it left out."""
    if kind in FILE_KINDS:
        return "file"
    return "system" if kind is MessageKind.SYSTEM else "words"


def spoken_kind(body: str) -> str:
    """The kind of message that these words stand for, or an empty string."""
    return next((kind.value for pattern, kind in _SPOKEN if pattern.match(body)), "")


def which_are_new(messages: Sequence[OldMessage], equal: Mapping[int, int]) -> list[bool]:
    """Of several equal ones in a moment, those beyond what the chat has; `equal` counts by place in the batch."""
    return [message.nth >= equal.get(place, 0) for place, message in enumerate(messages)]
