"""What is a word, what a search asks for, and how it shows what it has found.

A word is letters, marks and digits between spaces and punctuation, in lower case. Where a script writes no spaces
between words, and for emoji, every sign is a word by itself, so that any part of a line can be found.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

BEGIN: Final = "\x02"
END: Final = "\x03"
MOST_WORDS: Final = 8
NOWHERE: Final = UUID(int=0)
_LONGEST_WORD: Final = 64
_BEFORE, _LONGEST = 40, 160

# Chinese and Japanese; Thai, Lao, Burmese and Khmer; arrows, dingbats and emoji.
_ALONE: Final = (
    "\u2e80-\u2fff\u3005-\u3007\u3021-\u3029\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
    "\u0e01-\u0eff\u1000-\u109f\u1780-\u17ff"
    "\u2190-\u2bff\U0001f000-\U0001faff"
)
# Control signs, ASCII and Latin-1 punctuation, general punctuation and joiners, CJK and full-width punctuation.
_BETWEEN: Final = (
    r"\x00-\x2f\x3a-\x40\x5b-\x60\x7b-\xa9\xab-\xb1\xb4\xb6-\xb8\xbb\xbf\xd7\xf7"
    "\u2000-\u206f\u20a0-\u20cf\u3000-\u3004\u3008-\u3020\u302a-\u303f\ufe00-\ufe0f\ufe30-\ufe6f\ufeff"
    "\uff00-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65"
)
_WORDS: Final = re.compile(f"[{_ALONE}]|[^{_ALONE}{_BETWEEN}]+")
_TERMS: Final = re.compile(r'"([^"]*)"?|([^\s"]+)')
_PART_OF_WORD: Final = re.compile(f"[^{_ALONE}{_BETWEEN}]")


@dataclass(frozen=True, slots=True)
class Term:
    """Something that a message must say: one word, or a phrase letter by letter. `is_whole`: not its beginning only."""

    text: str
    words: tuple[str, ...]
    is_whole: bool

    @property
    def is_phrase(self) -> bool:
        """Whether words alone do not decide it."""
        return self.words != (self.text,)


def words_in(text: str) -> list[str]:
    """The words of a message in their order, long ones cut."""
    return [word[:_LONGEST_WORD] for word in _WORDS.findall(text.lower())]


def terms_of(query: str) -> tuple[Term, ...]:
    """What is looked for: every word, and what stands in quotes as it stands there.

    The last word may be the beginning of a longer one, since somebody may still be typing it; a space ends it.
    """
    asked = query.lower()
    found = list(_TERMS.finditer(asked))
    terms = []
    for hit in found:
        text = (hit[1] if hit[1] is not None else hit[2]).strip()
        is_open = hit is found[-1] and hit[1] is None and hit.end() == len(asked)
        words = tuple(words_in(text))
        if words:
            terms.append(Term(text, words, is_whole=not is_open))
    return tuple(terms[:MOST_WORDS])


def place_word(place_id: UUID) -> str:
    """How a device or a chat stands among the words of its messages."""
    return f"@{place_id.hex[20:]}"


def index_query(terms: Iterable[Term], device_ids: Sequence[UUID] | None = None, chat_id: UUID | None = None) -> str:
    """The terms as PostgreSQL's tsquery: what it finds has all the words, a phrase not yet as a phrase."""
    asked = []
    for term in terms:
        *first, last = term.words
        asked += [f"'{word}'" for word in first]
        # The last word of a phrase may go on in the message, as the letters of the phrase do.
        asked.append(f"'{last}'" if term.is_whole and not term.is_phrase else f"'{last}':*")
    if chat_id is not None:
        asked.append(f"'{place_word(chat_id)}'")
    elif device_ids is not None:
        asked.append("(" + " | ".join(f"'{place_word(device_id)}'" for device_id in device_ids or (NOWHERE,)) + ")")
    return " & ".join(asked)


def matches(body: str, terms: Iterable[Term]) -> bool:
    """Whether a message says all of it; the index decides the same."""
    lower = body.lower()
    words = set(words_in(body))
    return all(_has(words, lower, term) for term in terms)


def marked(body: str, terms: Sequence[Term]) -> str:
    """The part of the text around the first word found, with marks before and after each."""
    line = " ".join(body.split())
    texts = sorted((term.text for term in terms), key=len, reverse=True)
    pattern = re.compile("|".join(map(_beginning, texts)), re.IGNORECASE)
    first = pattern.search(line)
    start = max(first.start() - _BEFORE, 0) if first else 0
    part = line[start : start + _LONGEST]
    shown = pattern.sub(lambda hit: f"{BEGIN}{hit[0]}{END}", part) if texts else part
    return ("…" if start else "") + shown + ("…" if start + _LONGEST < len(line) else "")


def _beginning(text: str) -> str:
    """A pattern for the text, not from the middle of a word on."""
    return (f"(?<!{_PART_OF_WORD.pattern})" if _PART_OF_WORD.match(text) else "") + re.escape(text)


def _has(words: set[str], lower: str, term: Term) -> bool:
    if term.is_phrase:
        return term.text in lower and set(term.words[:-1]) <= words
    return term.text in words or (not term.is_whole and any(word.startswith(term.text) for word in words))
