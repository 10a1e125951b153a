"""Keyset pages: the cursor a client hands back to continue a list where its last page ended."""

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from datetime import datetime
from typing import Final, NamedTuple, TypeVar
from uuid import UUID

import msgspec

from hebah.foundation.errors import Invalid

PAGE: Final = 50
LONGEST_PAGE: Final = 200

Row = TypeVar("Row")
Place = TypeVar("Place")


class CursorUnknown(Invalid):
    """The `after` of a request was not given out by this list."""

    code = "cursor_unknown"
    sentence = "The place to continue from is not one this list gave."


class Newest(NamedTuple):
    """The last row of a page of a list sorted by (created_at desc, id desc)."""

    at: datetime
    id: UUID


class ByText(NamedTuple):
    """The last row of a page of a list sorted by (some text, id)."""

    text: str
    id: UUID


class ById(NamedTuple):
    """The last row of a page of a list sorted by id."""

    id: UUID


class ByNumber(NamedTuple):
    """The last row of a page of a list sorted by a number that is unique in it."""

    number: int


def write_cursor(last: Newest | ByText | ById | ByNumber) -> str:
    """The opaque text that stands for a place in a list."""
    return urlsafe_b64encode(msgspec.json.encode(last)).decode().rstrip("=")


def read_newest(after: str | None) -> Newest | None:
    """The place in a newest-first list; raises `CursorUnknown`."""
    return None if after is None else _read(after, Newest)


def read_by_text(after: str | None) -> ByText | None:
    """The place in a list sorted by text; raises `CursorUnknown`."""
    return None if after is None else _read(after, ByText)


def read_by_id(after: str | None) -> ById | None:
    """The place in a list sorted by id; raises `CursorUnknown`."""
    return None if after is None else _read(after, ById)


def read_by_number(after: str | None) -> ByNumber | None:
    """The place in a list sorted by a number; raises `CursorUnknown`."""
    return None if after is None else _read(after, ByNumber)


def clamp(limit: int) -> int:
    """A page size within bounds."""
    return max(1, min(limit, LONGEST_PAGE))


def cut(rows: Sequence[Row], limit: int) -> tuple[Sequence[Row], Row | None]:
    """Split what a query with `LIMIT limit + 1` found into the page and, when more follows, the page's last row."""
    page = rows[:limit]
    return page, page[-1] if len(rows) > limit else None


def _read(after: str, shape: type[Place]) -> Place:
    try:
        raw = urlsafe_b64decode(after + "=" * (-len(after) % 4))
        return msgspec.json.decode(raw, type=shape)
    except (msgspec.MsgspecError, binascii.Error, UnicodeError, ValueError) as error:
        raise CursorUnknown() from error
