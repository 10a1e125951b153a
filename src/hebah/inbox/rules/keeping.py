"""How long messages and files are kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

SHOWN_FOR = timedelta(minutes=1)
"""How long words that are not kept can be read by whoever is there: open pages have them by then."""


@dataclass(frozen=True, slots=True)
class Cutoffs:
    """What is from before these instants goes; None: nothing does."""

    files: datetime | None
    messages: datetime | None


def cutoffs(files_days: int | None, messages_days: int | None, now: datetime) -> Cutoffs:
    """What the two settings mean now: a file never outlives the last message that shows it."""
    files = None if files_days is None else now - timedelta(days=files_days)
    messages = None if messages_days is None else now - timedelta(days=messages_days)
    return Cutoffs(max((at for at in (files, messages) if at is not None), default=None), messages)
