"""The words by which a person asks to hear no more from us."""

from __future__ import annotations

import unicodedata

_OPT_OUT = frozenset({"stop", "berhenti"})
# Around the word we forgive punctuation, symbols (WhatsApp's *bold*, an emoji), space and invisible marks.
_AROUND = ("P", "S", "Z", "C", "M")


def is_opt_out(text: str) -> bool:
    """True when the whole message is one opt-out word: "please don't stop" asks for nothing."""
    return _bare(text) in _OPT_OUT


def _bare(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).casefold()
    start, end = 0, len(folded)
    while start < end and unicodedata.category(folded[start])[0] in _AROUND:
        start += 1
    while end > start and unicodedata.category(folded[end - 1])[0] in _AROUND:
        end -= 1
    return folded[start:end]
