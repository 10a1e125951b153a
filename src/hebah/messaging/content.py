"""What a message says, independent of who gets it and how it travels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import assert_never
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Text:
    """Words only."""

    body: str


@dataclass(frozen=True, slots=True)
class Image:
    """A stored picture, with words under it or none (empty caption)."""

    media_id: UUID
    caption: str = ""


Content = Text | Image


def words_of(content: Content) -> str:
    """The part a person wrote: the body, or the caption."""
    match content:
        case Text(body):
            return body
        case Image(_, caption):
            return caption
        case _:
            assert_never(content)


def with_words(content: Content, words: str) -> Content:
    """The same content saying `words`, such as a template after rendering."""
    match content:
        case Text():
            return Text(words)
        case Image(media_id, _):
            return Image(media_id, words)
        case _:
            assert_never(content)
