"""Dates as people's phones and spreadsheets write them, which do not say what is the day and what the month.

That is worked out from all dates of a file: a number above 12 is a day, and time does not go backwards.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple
from zoneinfo import ZoneInfo

DATE_AND_TIME = r"""(?P<first>\d{1,4})[./-](?P<second>\d{1,2})[./-](?P<third>\d{1,4}),?(?:\ +|T)(?P<before>上午|下午)?
        (?P<hour>\d{1,2})[:.](?P<minute>\d{2})(?:[:.](?P<second_of_minute>\d{2}))?
        (?:\ *(?P<half>[apAP]\.?\ ?[mM]\.?|PTG|PG|TGH|pagi|petang))?"""
"""A pattern for `re.VERBOSE` that gives what `WrittenTime.of` reads."""

_CELL = re.compile(rf"^{DATE_AND_TIME}(?:[.,]\d+)?\ ?(?P<offset>Z|[+-]\d{{2}}:?\d{{2}})?$", re.VERBOSE | re.IGNORECASE)
_UNIX = re.compile(r"(\d{10})(?:\d{3})?")
_AFTERNOON = frozenset({"pm", "ptg", "petang", "tgh", "下午"})
_MORNING = frozenset({"am", "pg", "pagi", "上午"})


class DateOrder(StrEnum):
    """Which number of a date stands where."""

    DAY_FIRST = "day_first"
    MONTH_FIRST = "month_first"
    YEAR_FIRST = "year_first"


_PLACES = {DateOrder.DAY_FIRST: (2, 1, 0), DateOrder.MONTH_FIRST: (2, 0, 1), DateOrder.YEAR_FIRST: (0, 1, 2)}


class WrittenTime(NamedTuple):
    """A date and a time of day, before anybody has said which number is the month.

    `second` is None where only minutes are written; `offset` is from UTC where it is written.
    """

    date: tuple[int, int, int]
    is_year_first: bool
    hour: int
    minute: int
    second: int | None
    offset: timedelta | None = None

    @classmethod
    def of(cls, found: re.Match[str]) -> WrittenTime:
        """What a pattern with `DATE_AND_TIME` has found."""
        half = (found["before"] or found["half"] or "").lower().replace(".", "").replace(" ", "")
        second = found["second_of_minute"]
        return cls(
            date=(int(found["first"]), int(found["second"]), int(found["third"])),
            is_year_first=len(found["first"]) == 4,
            hour=_hour(int(found["hour"]), half),
            minute=int(found["minute"]),
            second=None if second is None else int(second),
        )

    @property
    def span(self) -> timedelta:
        """How much time the writing leaves open: a minute, or a second."""
        return timedelta(minutes=1) if self.second is None else timedelta(seconds=1)

    def instant(self, order: DateOrder, zone: ZoneInfo) -> datetime | None:
        """The instant in UTC on a clock of `zone`; None when there is no such day or time. A year of four digits that
        stands first needs no `order`."""
        places = _PLACES[DateOrder.YEAR_FIRST if self.is_year_first else order]
        year, month, day = (self.date[place] for place in places)
        full_year = year + 2000 if year < 100 else year
        try:
            local = datetime(full_year, month, day, self.hour, self.minute, self.second or 0, tzinfo=zone)
        except ValueError:
            return None
        return local.astimezone(UTC) if self.offset is None else local.replace(tzinfo=UTC) - self.offset


class DateOrderTally:
    """Looks at one date after the other, and knows at the end how they are written."""

    def __init__(self) -> None:
        self._dates = 0
        self._years_first = False
        self._day_first = False
        self._month_first = False
        self._before: WrittenTime | None = None
        self._steps_back = dict.fromkeys((DateOrder.DAY_FIRST, DateOrder.MONTH_FIRST), 0)

    def add(self, written: WrittenTime) -> None:
        """The next date of the file."""
        if written.is_year_first:
            self._years_first = True
            return
        self._dates += 1
        first, second, _ = written.date
        self._day_first |= first > 12
        self._month_first |= second > 12
        if self._before is not None:
            for order in self._steps_back:
                self._steps_back[order] += _sortable(written, order) < _sortable(self._before, order)
        self._before = written

    def order(self) -> tuple[DateOrder, bool]:
        """How the dates are written, and whether another way would do as well."""
        if self._years_first and not self._dates:
            return DateOrder.YEAR_FIRST, False
        if self._day_first or self._month_first:
            return (DateOrder.DAY_FIRST if self._day_first else DateOrder.MONTH_FIRST), False
        back = self._steps_back
        if back[DateOrder.MONTH_FIRST] < back[DateOrder.DAY_FIRST]:
            return DateOrder.MONTH_FIRST, False
        # Most of the world, Malaysia with it, writes the day first.
        is_open = back[DateOrder.DAY_FIRST] == back[DateOrder.MONTH_FIRST] and self._dates > 0
        return DateOrder.DAY_FIRST, is_open


def parse_written(text: str) -> WrittenTime | datetime | None:
    """The time in a cell of a table; an instant where the cell leaves nothing open (seconds since 1970)."""
    found = _CELL.match(text.strip())
    if found is not None:
        written = WrittenTime.of(found)
        return written._replace(offset=_offset(found["offset"])) if found["offset"] else written
    unix = _UNIX.fullmatch(text.strip())
    return None if unix is None else datetime.fromtimestamp(int(unix[1]), UTC)


def _sortable(written: WrittenTime, order: DateOrder) -> tuple[int, ...]:
    year, month, day = (written.date[place] for place in _PLACES[order])
    return (year, month, day, written.hour, written.minute, written.second or 0)


def _offset(text: str) -> timedelta:
    if text in {"Z", "z"}:
        return timedelta(0)
    ahead = timedelta(hours=int(text[1:3]), minutes=int(text[-2:]))
    return ahead if text[0] == "+" else -ahead


def _hour(hour: int, half: str) -> int:
    if half in _AFTERNOON and hour < 12:
        return hour + 12
    if half in _MORNING and hour == 12:
        return 0
    return hour
