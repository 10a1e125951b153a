"""Instants as whole microseconds, which the simulated network compares and orders a million times."""

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def to_micros(instant: datetime) -> int:
    """Whole microseconds since 1970."""
    return (instant - _EPOCH) // _MICROSECOND


def from_micros(micros: int) -> datetime:
    """The aware UTC instant of a number of microseconds since 1970."""
    return _EPOCH + timedelta(microseconds=micros)


def span_micros(span: timedelta) -> int:
    """The length of a span in whole microseconds."""
    return span // _MICROSECOND
