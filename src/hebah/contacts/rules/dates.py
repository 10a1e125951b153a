"""The day on which somebody agreed, as people and spreadsheets write days."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

_TIME = r"(?:[T ,]+(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d+)?)?)?"
_OFFSET = r"\s*(?P<offset>Z|[+-]\d{2}:?\d{2})?"
_YEAR_FIRST = re.compile(r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})" + _TIME + _OFFSET)
_DAY_FIRST = re.compile(r"(?P<day>\d{1,2})[-/.](?P<month>\d{1,2})[-/.](?P<year>\d{4})" + _TIME + _OFFSET)
_SERIAL = re.compile(r"\d{5}(?:[.,]\d+)?")

# Spreadsheets count days from here; the result is right for every day after February 1900.
_SERIAL_EPOCH_DAY = (1899, 12, 30)
_EARLIEST_YEAR = 1990


def parse_instant(written: str, zone: ZoneInfo) -> datetime | None:
    """The instant in UTC; a bare day is its first moment in `zone`; day before month; None when it is no date."""
    text = unicodedata.normalize("NFKC", written).strip().lstrip("'")
    if _SERIAL.fullmatch(text):
        return _from_serial(float(text.replace(",", ".")), zone)
    found = _YEAR_FIRST.fullmatch(text) or _DAY_FIRST.fullmatch(text)
    if found is None or int(found["year"]) < _EARLIEST_YEAR:
        return None
    try:
        local = datetime(
            int(found["year"]),
            int(found["month"]),
            int(found["day"]),
            int(found["hour"] or 0),
            int(found["minute"] or 0),
            int(found["second"] or 0),
            tzinfo=zone,
        )
    except ValueError:
        return None
    offset = found["offset"]
    return (local if offset is None else _at_offset(local, offset)).astimezone(UTC)


def _at_offset(local: datetime, offset: str) -> datetime:
    instant = local.replace(tzinfo=UTC)
    if offset == "Z":
        return instant
    ahead = timedelta(hours=int(offset[1:3]), minutes=int(offset[-2:]))
    return instant - ahead if offset[0] == "+" else instant + ahead


def _from_serial(days: float, zone: ZoneInfo) -> datetime | None:
    local = datetime(*_SERIAL_EPOCH_DAY, tzinfo=zone) + timedelta(seconds=round(days * 86400))
    return local.astimezone(UTC) if local.year >= _EARLIEST_YEAR else None
