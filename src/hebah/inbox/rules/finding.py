"""How a search shows what it has found: the part around the first hit, every hit marked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

BEGIN: Final = "\x02"
END: Final = "\x03"
MOST_WORDS: Final = 8
_BEFORE, _LONGEST = 40, 160


def words_of(query: str) -> tuple[str, ...]:
    """What is looked for, in lower case; quotes and further words than eight are left out."""
    return tuple(query.lower().replace('"', " ").split()[:MOST_WORDS])


def marked(body: str, words: Sequence[str]) -> str:
    """The part of the text around the first word found, with marks before and after each."""
    line = " ".join(body.split())
    pattern = re.compile("|".join(re.escape(word) for word in sorted(words, key=len, reverse=True)), re.IGNORECASE)
    first = pattern.search(line)
    start = max(first.start() - _BEFORE, 0) if first else 0
    part = line[start : start + _LONGEST]
    shown = pattern.sub(lambda hit: f"{BEGIN}{hit[0]}{END}", part) if words else part
    return ("…" if start else "") + shown + ("…" if start + _LONGEST < len(line) else "")
