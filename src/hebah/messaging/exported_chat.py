"""Reads the text file that WhatsApp's "Export chat" makes, as every phone and language writes it.

A message begins with a time and goes on until the next one. Nothing in the file says how its dates are written, so that
is worked out from all of them: a number above 12 is a day, and time does not go backwards.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import pairwise
from zoneinfo import ZoneInfo

_INVISIBLE = str.maketrans("", "", "\u200e\u200f\u202a\u202c\ufeff")
_SPACES = re.compile("[\u00a0\u202f]")
_HEAD = re.compile(
    r"""^\[?(?P<first>\d{1,4})[./-](?P<second>\d{1,2})[./-](?P<third>\d{2,4}),?\ +(?P<before>上午|下午)?
        (?P<hour>\d{1,2})[:.](?P<minute>\d{2})(?:[:.](?P<second_of_minute>\d{2}))?
        (?:\ *(?P<half>[apAP]\.?\ ?[mM]\.?|PTG|PG|TGH|pagi|petang))?
        (?:\]\ |\ -\ |\ \u2013\ )(?P<rest>.*)$""",
    re.VERBOSE,
)
_ATTACHED = re.compile(
    r"^(?:<(?:attached|terlampir|dilampirkan|附件)\s*:\s*(?P<ios>[^<>]+)>|"
    r"(?P<android>\S[^/\\]*\.\w{2,5}) \((?:file attached|fail dilampirkan|文件附件)\))(?P<caption>.*)$",
    re.DOTALL | re.IGNORECASE,
)
_LEFT_OUT = re.compile(
    r"^<?(?:media omitted|media tidak disertakan|(?:image|video|audio|sticker|GIF|document|contact card) omitted|"
    r"imej diabaikan|video diabaikan|audio diabaikan|省略媒体文件)>?$",
    re.IGNORECASE,
)
_AFTERNOON = frozenset({"pm", "ptg", "petang", "tgh", "下午"})
_MORNING = frozenset({"am", "pg", "pagi", "上午"})
_LONGEST_NAME = 100


class DateOrder(StrEnum):
    """Which number of a date stands where."""

    DAY_FIRST = "day_first"
    MONTH_FIRST = "month_first"
    YEAR_FIRST = "year_first"


_PLACES = {
    DateOrder.DAY_FIRST: ("third", "second", "first"),
    DateOrder.MONTH_FIRST: ("third", "first", "second"),
    DateOrder.YEAR_FIRST: ("first", "second", "third"),
}


@dataclass(frozen=True, slots=True)
class ExportedMessage:
    """One message of an exported chat.

    `author` is None for lines WhatsApp wrote itself. `file` is the name of the file beside the text; `left_out` says
    that there was one and the export is without it.
    """

    line: int
    at: datetime
    author: str | None
    body: str
    file: str | None = None
    left_out: bool = False


@dataclass(frozen=True, slots=True)
class ExportFault:
    """A line that could not be understood. Codes: `no_such_date`, `before_first_message`."""

    line: int
    code: str
    shown: str


@dataclass(frozen=True, slots=True)
class ExportedChat:
    """A whole file, in the order of the file; `ambiguous` when day and month could be the other way round."""

    messages: tuple[ExportedMessage, ...]
    faults: tuple[ExportFault, ...]
    order: DateOrder
    ambiguous: bool

    @property
    def authors(self) -> tuple[str, ...]:
        """Everybody who wrote, in the order they first did."""
        return tuple(dict.fromkeys(message.author for message in self.messages if message.author is not None))


@dataclass(slots=True)
class _Block:
    line: int
    head: re.Match[str]
    more: list[str]


def read_exported_chat(lines: Iterable[str], zone: ZoneInfo, order: DateOrder | None = None) -> ExportedChat:
    """Every message of the file, whose clock was that of `zone`; `order` overrules what its dates suggest."""
    faults: list[ExportFault] = []
    blocks = list(_blocks(lines, faults))
    ambiguous = False
    if order is None:
        order, ambiguous = _order_of([block.head for block in blocks], zone)
    messages = []
    for block in blocks:
        at = _instant(block.head, order, zone)
        if at is None:
            faults.append(ExportFault(block.line, "no_such_date", block.head.group(0)[:80]))
        else:
            messages.append(_message(block, at))
    return ExportedChat(tuple(messages), tuple(faults), order, ambiguous)


def _blocks(lines: Iterable[str], faults: list[ExportFault]) -> Iterator[_Block]:
    block: _Block | None = None
    for number, raw in enumerate(lines, start=1):
        text = _SPACES.sub(" ", raw.translate(_INVISIBLE)).rstrip("\r\n")
        head = _HEAD.match(text)
        if head is not None:
            if block is not None:
                yield block
            block = _Block(number, head, [])
        elif block is not None:
            block.more.append(text)
        elif text.strip():
            faults.append(ExportFault(number, "before_first_message", text[:80]))
    if block is not None:
        yield block


def _message(block: _Block, at: datetime) -> ExportedMessage:
    author, body = _author_and_body(block.head["rest"])
    body = "\n".join([body, *block.more]).strip("\n")
    if author is None:
        return ExportedMessage(block.line, at, None, body)
    if _LEFT_OUT.match(body.strip()):
        return ExportedMessage(block.line, at, author, "", left_out=True)
    attached = _ATTACHED.match(body)
    if attached is None:
        return ExportedMessage(block.line, at, author, body)
    name = (attached["ios"] or attached["android"]).strip()
    return ExportedMessage(block.line, at, author, attached["caption"].strip(), file=name)


def _author_and_body(rest: str) -> tuple[str | None, str]:
    author, colon, body = rest.partition(": ")
    if not colon and rest.endswith(":"):
        author, colon, body = rest[:-1], ":", ""
    if not colon or len(author) > _LONGEST_NAME:
        return None, rest
    return author.strip().removeprefix("~").strip(), body


def _order_of(heads: list[re.Match[str]], zone: ZoneInfo) -> tuple[DateOrder, bool]:
    """How dates are written, and whether another way would do as well."""
    dates = list(dict.fromkeys((head["first"], head["second"], head["third"]) for head in heads))
    if any(len(first) == 4 for first, _, _ in dates):
        return DateOrder.YEAR_FIRST, False
    is_day_first = any(int(first) > 12 for first, _, _ in dates)
    is_month_first = any(int(second) > 12 for _, second, _ in dates)
    if is_day_first or is_month_first:
        return DateOrder.MONTH_FIRST if is_month_first and not is_day_first else DateOrder.DAY_FIRST, False
    back = {order: _steps_back(heads, order, zone) for order in (DateOrder.DAY_FIRST, DateOrder.MONTH_FIRST)}
    if back[DateOrder.MONTH_FIRST] < back[DateOrder.DAY_FIRST]:
        return DateOrder.MONTH_FIRST, False
    # Most of the world, Malaysia with it, writes the day first.
    return DateOrder.DAY_FIRST, back[DateOrder.DAY_FIRST] == back[DateOrder.MONTH_FIRST] and bool(dates)


def _steps_back(heads: list[re.Match[str]], order: DateOrder, zone: ZoneInfo) -> int:
    instants = [at for head in heads if (at := _instant(head, order, zone)) is not None]
    return sum(later < earlier for earlier, later in pairwise(instants))


def _instant(head: re.Match[str], order: DateOrder, zone: ZoneInfo) -> datetime | None:
    year, month, day = (int(head[name]) for name in _PLACES[order])
    hour = _hour(int(head["hour"]), (head["before"] or head["half"] or "").lower().replace(".", "").replace(" ", ""))
    minute, second = int(head["minute"]), int(head["second_of_minute"] or 0)
    try:
        return datetime(year + 2000 if year < 100 else year, month, day, hour, minute, second, tzinfo=zone)
    except ValueError:
        return None


def _hour(hour: int, half: str) -> int:
    if half in _AFTERNOON and hour < 12:
        return hour + 12
    if half in _MORNING and hour == 12:
        return 0
    return hour
