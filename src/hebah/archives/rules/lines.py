"""What one line of an export, or one row of a table, says: a message, or why it is left out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from types import MappingProxyType
from typing import Final
from zoneinfo import ZoneInfo

from hebah.archives.model import ArchivePlan, Fault, Meaning
from hebah.archives.rules.columns import is_from_me
from hebah.foundation.tabular_parts import Row
from hebah.inbox.model.messages import EARLIEST
from hebah.messaging.address import PhoneRefused, parse_phone
from hebah.messaging.exported_chat import LONGEST_BODY, ExportedMessage, ExportFault, read_chat
from hebah.messaging.said import MessageKind
from hebah.messaging.written_time import WrittenTime, parse_written

LONGEST_SHOWN: Final = 200

_KINDS = MappingProxyType(
    {
        "image": ("jpg", "jpeg", "png", "gif", "heic", "avif"),
        "sticker": ("webp",),
        "video": ("mp4", "mov", "3gp", "webm", "mkv"),
        "voice": ("opus", "oga", "ogg"),
        "audio": ("mp3", "m4a", "aac", "wav", "amr", "flac"),
    }
)
_KIND_BY_ENDING = MappingProxyType({end: MessageKind(kind) for kind, ends in _KINDS.items() for end in ends})
_HINTS = MappingProxyType(
    {
        "image": MessageKind.IMAGE,
        "gif": MessageKind.VIDEO,
        "video": MessageKind.VIDEO,
        "audio": MessageKind.VOICE,
        "sticker": MessageKind.STICKER,
    }
)
_NOT_A_STICKER = re.compile(r"^(?:IMG|PHOTO|WhatsApp Image)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Told:
    """A message as a line tells it; `at` in UTC, `span` what the line leaves open after it."""

    line: int
    address: str = field(repr=False)
    at: datetime
    span: timedelta
    from_me: bool
    author: str = field(repr=False)
    kind: MessageKind
    body: str = field(repr=False)
    file_name: str = field(default="", repr=False)
    edited: bool = False
    deleted: bool = False

    @property
    def has_file(self) -> bool:
        """Whether there is, or was, a file to it."""
        return self.kind not in {MessageKind.TEXT, MessageKind.SYSTEM}


def read_export(lines: Iterable[str], plan: ArchivePlan, now: datetime) -> Iterator[Told | Fault]:
    """The messages of WhatsApp's own export."""
    for each in read_chat(lines, ZoneInfo(plan.zone), plan.order):
        if isinstance(each, ExportFault):
            yield Fault(each.line, each.code, each.shown)
        else:
            yield _dated(_told(each, plan), now)


def read_table(rows: Iterable[Row], plan: ArchivePlan, now: datetime) -> Iterator[Told | Fault]:
    """The messages of a table."""
    places = {meaning: index for index, meaning in plan.mapping.items() if meaning is not Meaning.IGNORE}
    for row in rows:
        cells: dict[Meaning, str] = {
            meaning: row.cells[index].strip() for meaning, index in places.items() if index < len(row.cells)
        }
        each = _told_by_row(row.number, cells, plan)
        if isinstance(each, str):
            yield Fault(row.number, each, shown_line(" | ".join(row.cells)))
        else:
            yield _dated(each, now)


def shown_line(text: str) -> str:
    """How a line begins, for a list of faults."""
    return " ".join(text[: LONGEST_SHOWN * 2].split())[:LONGEST_SHOWN]


def kind_of_file(name: str) -> MessageKind:
    """What a file is, by its name."""
    kind = _KIND_BY_ENDING.get(name.rpartition(".")[2].lower(), MessageKind.DOCUMENT)
    return MessageKind.IMAGE if kind is MessageKind.STICKER and _NOT_A_STICKER.match(name) else kind


def _told(message: ExportedMessage, plan: ArchivePlan) -> Told:
    kind = MessageKind.TEXT
    if message.author is None:
        kind = MessageKind.SYSTEM
    elif message.file is not None:
        kind = kind_of_file(message.file)
    elif message.left_out:
        kind = _HINTS.get(message.hint, MessageKind.DOCUMENT)
    return Told(
        line=message.line,
        address=plan.address,
        at=message.at,
        span=message.span,
        from_me=message.author is not None and message.author == plan.me,
        author=message.author or "",
        kind=kind,
        body=message.body,
        file_name=message.file or "",
        edited=message.edited,
        deleted=message.deleted,
    )


def _told_by_row(number: int, cells: dict[Meaning, str], plan: ArchivePlan) -> Told | str:
    address = _address(cells, plan)
    from_me = _from_me(cells, plan)
    when = _when(cells.get(Meaning.TIME, ""), plan)
    body, file_name = cells.get(Meaning.TEXT, ""), cells.get(Meaning.FILE, "")
    faults = (
        (not address.startswith(("+", "group:", "lid:")) and address) or None,
        "direction_unreadable" if from_me is None else None,
        "time_unreadable" if when is None else None,
        None if body or file_name else "nothing_said",
        "message_too_long" if len(body) > LONGEST_BODY else None,
    )
    fault = next((fault for fault in faults if fault is not None), None)
    if fault is not None or when is None or from_me is None:
        return fault or "nothing_said"
    at, span = when
    return Told(
        line=number,
        address=address,
        at=at,
        span=span,
        from_me=from_me,
        author=cells.get(Meaning.SENDER, ""),
        kind=kind_of_file(file_name) if file_name else MessageKind.TEXT,
        body=body,
        file_name=re.split(r"[/\\]", file_name)[-1],
    )


def _address(cells: dict[Meaning, str], plan: ArchivePlan) -> str:
    """The chat's address, or the code of why there is none."""
    return plan.address or address_of(cells.get(Meaning.CHAT, ""), plan.region)


@lru_cache(maxsize=4096)
def address_of(written: str, region: str) -> str:
    """The number in E.164, or the code of why it is none; a number's own address on WhatsApp will do."""
    number = written.removesuffix("@s.whatsapp.net").removesuffix("@c.us")
    parsed = parse_phone(f"+{number}" if number != written and number.isdecimal() else number, region)
    return parsed.code.value if isinstance(parsed, PhoneRefused) else parsed.e164


def _from_me(cells: dict[Meaning, str], plan: ArchivePlan) -> bool | None:
    if Meaning.DIRECTION in cells:
        return is_from_me(cells[Meaning.DIRECTION])
    return cells.get(Meaning.SENDER, "") == plan.me


def _when(written: str, plan: ArchivePlan) -> tuple[datetime, timedelta] | None:
    parsed = parse_written(written)
    if isinstance(parsed, WrittenTime):
        at = parsed.instant(plan.order, ZoneInfo(plan.zone))
        return None if at is None else (at, parsed.span)
    return None if parsed is None else (parsed, timedelta(seconds=1))


def _dated(told: Told, now: datetime) -> Told | Fault:
    if told.at < EARLIEST:
        return Fault(told.line, "before_whatsapp", shown_line(told.body))
    if told.at > now:
        return Fault(told.line, "in_the_future", shown_line(told.body))
    return told
