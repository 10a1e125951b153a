"""What a team keeps about its chats, and which of it can be kept."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from hebah.foundation.errors import Conflict, FieldsInvalid

LONGEST_LABEL: Final = 40
LONGEST_SHORTCUT: Final = 30
LONGEST_BODY: Final = 4096
MOST_LABELS: Final = 100
MOST_REPLIES: Final = 500

_SHORTCUT = re.compile(r"[\w-]+")
_COLOUR = re.compile(r"#[0-9a-f]{6}")


class LabelTaken(Conflict):
    """Two labels of one name could not be told apart."""

    code = "label_taken"
    sentence = "There is a label called {name} already."
    name: str


class ShortcutTaken(Conflict):
    """A shortcut stands for one reply."""

    code = "shortcut_taken"
    sentence = "/{shortcut} stands for another reply already."
    shortcut: str


@dataclass(frozen=True, slots=True)
class Label:
    """A word with a colour (`#rrggbb`) to sort chats by."""

    id: UUID
    name: str
    colour: str


@dataclass(frozen=True, slots=True)
class CannedReply:
    """Words that are needed again and again, found by `/shortcut`."""

    id: UUID
    shortcut: str
    body: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Note:
    """What colleagues tell each other about a chat; never sent."""

    id: UUID
    chat_id: UUID
    user_id: UUID
    by_name: str
    body: str = field(repr=False)
    at: datetime


@dataclass(frozen=True, slots=True)
class Agent:
    """Somebody who may answer a chat."""

    user_id: UUID
    name: str
    role: str


def check_label(name: str, colour: str) -> tuple[str, str]:
    """The label as it is kept; raises FieldsInvalid."""
    trimmed = " ".join(name.split())
    faults = _length_fault("name", trimmed, LONGEST_LABEL)
    if not _COLOUR.fullmatch(colour.lower()):
        faults["colour"] = "unknown"
    if faults:
        raise FieldsInvalid(faults)
    return trimmed, colour.lower()


def check_canned_reply(shortcut: str, body: str) -> tuple[str, str]:
    """The reply as it is kept; raises FieldsInvalid."""
    trimmed = shortcut.strip().removeprefix("/").lower()
    faults = _length_fault("shortcut", trimmed, LONGEST_SHORTCUT) | _length_fault("body", body.strip(), LONGEST_BODY)
    if "shortcut" not in faults and not _SHORTCUT.fullmatch(trimmed):
        faults["shortcut"] = "letters_only"
    if faults:
        raise FieldsInvalid(faults)
    return trimmed, body.strip()


def check_note(body: str) -> str:
    """The note as it is kept; raises FieldsInvalid."""
    if faults := _length_fault("body", body.strip(), LONGEST_BODY):
        raise FieldsInvalid(faults)
    return body.strip()


def _length_fault(name: str, text: str, longest: int) -> dict[str, str]:
    if not text:
        return {name: "empty"}
    return {name: "too_long"} if len(text) > longest else {}
