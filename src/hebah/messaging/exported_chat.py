"""Reads the text file that WhatsApp's "Export chat" makes, as every phone and language writes it.

A message begins with a time and goes on until the next one. The file is gone through line by line, twice: once to find
out how its dates are written and who speaks, once to read. Neither keeps more than one message.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from hebah.messaging.written_time import DATE_AND_TIME, DateOrder, DateOrderTally, WrittenTime

LONGEST_BODY = 65_536
MOST_AUTHORS = 2_000

_INVISIBLE = str.maketrans("", "", "\u200e\u200f\u202a\u202c\ufeff")
_SPACES = re.compile("[\u00a0\u202f]")
_HEAD = re.compile(rf"^\[?{DATE_AND_TIME}(?:\]\ |\ -\ |\ \u2013\ )(?P<rest>.*)$", re.VERBOSE)
_ATTACHED = re.compile(
    r"^(?:(?P<before>[^\n]*?)\s*<(?:attached|terlampir|dilampirkan|附件)\s*:\s*(?P<ios>[^<>\n]+)>|"
    r"(?P<android>\S[^/\\\n]*\.\w{2,5}) \((?:file attached|fail dilampirkan|文件附件)\))(?P<caption>.*)$",
    re.DOTALL | re.IGNORECASE,
)
# An iPhone repeats the name of a document before it says that it is attached.
_DOCUMENT_TITLE = re.compile(r"^.+ • .*\d+.*$")
_LEFT_OUT = re.compile(
    r"^<?(?:media omitted|media tidak disertakan|media diabaikan|"
    r"(?P<kind>image|video|audio|sticker|GIF|document|contact card|imej|dokumen|pelekat) (?:omitted|diabaikan)|"
    r"省略媒体文件)>?(?:\n(?P<caption>.*))?$",
    re.IGNORECASE | re.DOTALL,
)
_EDITED = re.compile(r"\s*<(?:this message was edited|mesej ini telah diedit|mesej ini disunting)>$", re.IGNORECASE)
_DELETED = re.compile(
    r"^(?:this message was deleted|you deleted this message|mesej ini telah dipadam(?:kan)?|"
    r"anda (?:telah )?memadam(?:kan)? mesej ini|null)\.?$",
    re.IGNORECASE,
)
# An iPhone puts somebody's name before what WhatsApp itself says.
_NOTICE = re.compile(
    r"^(?:messages and calls are end-to-end encrypted|mesej dan panggilan disulitkan hujung ke hujung|"
    r"missed (?:voice|video) call|panggilan (?:suara|video) tidak dijawab|"
    r"your security code with .+ changed|kod keselamatan anda dengan .+ (?:telah )?berubah)",
    re.IGNORECASE,
)
_LONGEST_NAME = 100
_LEFT_OUT_KINDS = {"imej": "image", "dokumen": "document", "pelekat": "sticker", "contact card": "document"}


@dataclass(frozen=True, slots=True)
class ExportedMessage:
    """One message of an exported chat.

    `author` is None for lines WhatsApp wrote itself. `at` is UTC, `span` how much the file leaves open after it. `file`
    is the name of the file beside the text; `left_out` says that there was one and the export is without it, `hint`
    what it was where the export says so: image, video, audio, sticker, gif, document.
    """

    line: int
    at: datetime
    span: timedelta
    author: str | None = field(repr=False)
    body: str = field(repr=False)
    file: str | None = field(default=None, repr=False)
    left_out: bool = False
    hint: str = ""
    edited: bool = False
    deleted: bool = False


@dataclass(frozen=True, slots=True)
class ExportFault:
    """A line that could not be understood. Codes: `no_such_date`, `before_first_message`, `message_too_long`."""

    line: int
    code: str
    shown: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class ChatSurvey:
    """What a whole file tells before it is read; `is_open` when day and month could be the other way round.

    `authors` are those who wrote, in the order they first did.
    """

    messages: int
    authors: tuple[str, ...] = field(repr=False)
    order: DateOrder
    is_open: bool


@dataclass(slots=True)
class _Block:
    line: int
    head: re.Match[str]
    more: list[str]
    length: int


def is_head(line: str) -> bool:
    """Whether a message could begin with this line."""
    return _HEAD.match(_plain(line)) is not None


def survey_chat(lines: Iterable[str]) -> ChatSurvey:
    """Go through the file once."""
    tally, messages = DateOrderTally(), 0
    authors: dict[str, None] = {}
    for raw in lines:
        head = _HEAD.match(_plain(raw))
        if head is None:
            continue
        messages += 1
        tally.add(WrittenTime.of(head))
        author, body = _author_and_body(head["rest"])
        if author is not None and not _NOTICE.match(body) and len(authors) < MOST_AUTHORS:
            authors[author] = None
    order, is_open = tally.order()
    return ChatSurvey(messages, tuple(authors), order, is_open)


def read_chat(lines: Iterable[str], zone: ZoneInfo, order: DateOrder) -> Iterator[ExportedMessage | ExportFault]:
    """Every message of the file, whose clock was that of `zone`, in the order of the file."""
    for block in _blocks(lines):
        if isinstance(block, ExportFault):
            yield block
            continue
        written = WrittenTime.of(block.head)
        at = written.instant(order, zone)
        if at is None:
            yield ExportFault(block.line, "no_such_date", block.head.group(0)[:80])
        elif block.length > LONGEST_BODY:
            yield ExportFault(block.line, "message_too_long", block.head.group(0)[:80])
        else:
            yield _message(block, at, written.span)


def _plain(raw: str) -> str:
    return _SPACES.sub(" ", raw.translate(_INVISIBLE)).rstrip("\r\n")


def _blocks(lines: Iterable[str]) -> Iterator[_Block | ExportFault]:
    block: _Block | None = None
    for number, raw in enumerate(lines, start=1):
        text = _plain(raw)
        head = _HEAD.match(text)
        if head is not None:
            if block is not None:
                yield block
            block = _Block(number, head, [], len(text))
        elif block is not None:
            block.length += len(text) + 1
            # What is too long to be a message is not kept either.
            if block.length <= LONGEST_BODY:
                block.more.append(text)
        elif text.strip():
            yield ExportFault(number, "before_first_message", text[:80])
    if block is not None:
        yield block


def _message(block: _Block, at: datetime, span: timedelta) -> ExportedMessage:
    author, body = _author_and_body(block.head["rest"])
    body = "\n".join([body, *block.more]).strip("\n")
    if author is None or _NOTICE.match(body):
        return ExportedMessage(block.line, at, span, None, body)
    if _DELETED.match(body.strip()):
        return ExportedMessage(block.line, at, span, author, "", deleted=True)
    words = _EDITED.sub("", body)
    edited = words != body
    left_out = _LEFT_OUT.match(words.strip())
    if left_out is not None:
        kind = (left_out["kind"] or "").lower()
        hint, caption = _LEFT_OUT_KINDS.get(kind, kind), (left_out["caption"] or "").strip()
        return ExportedMessage(block.line, at, span, author, caption, left_out=True, hint=hint, edited=edited)
    attached = _ATTACHED.match(words)
    if attached is None:
        return ExportedMessage(block.line, at, span, author, words, edited=edited)
    name = (attached["ios"] or attached["android"]).strip()
    return ExportedMessage(block.line, at, span, author, _caption(attached), file=name, edited=edited)


def _caption(attached: re.Match[str]) -> str:
    before = attached["before"] or ""
    parts = ["" if _DOCUMENT_TITLE.match(before) else before, attached["caption"]]
    return "\n".join(part.strip() for part in parts if part.strip())


def _author_and_body(rest: str) -> tuple[str | None, str]:
    author, colon, body = rest.partition(": ")
    if not colon and rest.endswith(":"):
        author, colon, body = rest[:-1], ":", ""
    if not colon or len(author) > _LONGEST_NAME:
        return None, rest
    return author.strip().removeprefix("~").strip(), body
