"""The file of an archive: a chat's text or a table, alone or in a zip with the files that were sent in the chat."""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import BinaryIO, Final

from hebah.archives.model import ArchiveFacts, ArchiveKind, NoChatInside
from hebah.archives.rules.columns import guess_columns
from hebah.archives.rules.plans import partner_of
from hebah.foundation.tabular import TableLimits, open_table
from hebah.foundation.tabular_parts import LineTooLong, NotASpreadsheet, Row
from hebah.foundation.tabular_text import TextFile, find_encoding
from hebah.foundation.zip_members import ZipLimits, ZipMembers, open_zip
from hebah.messaging.exported_chat import LONGEST_BODY, is_head, survey_chat
from hebah.messaging.written_time import DateOrder, DateOrderTally, WrittenTime, parse_written

MOST_BYTES: Final = 200 * 1024 * 1024
_TABLE_LIMITS = TableLimits(file_size=MOST_BYTES)
_ZIP_LIMITS = ZipLimits()
_ZIP = b"PK\x03\x04"
_EMPTY_ZIP = b"PK\x05\x06"
_WORKBOOK = "[Content_Types].xml"
_SNIFFED_LINES = 200
_SAMPLE_ROWS = 20
# A message has a time and words at least: what is in one column is prose.
_FEWEST_COLUMNS = 2
_LONGEST_CELL = 200
# A line of an export is a message at most, and its head.
_LONGEST_LINE = 4 * LONGEST_BODY


@dataclass(frozen=True, slots=True)
class Container:
    """An open archive."""

    path: Path
    name: str
    facts: ArchiveFacts
    members: ZipMembers | None
    _by_name: dict[str, str]

    def lines(self) -> Iterator[str]:
        """The lines of an exported chat from the start; raises `LineTooLong`."""
        return _lines(self._opener(), self.facts.encoding)

    def rows(self) -> Iterator[Row]:
        """The rows of a table from the start; raises the refusals of `tabular_parts`."""
        return open_table(self.path, self.name, _TABLE_LIMITS).rows()

    def size_of(self, file_name: str) -> int | None:
        """How many bytes the file that was sent has; None when it is not here."""
        member = self._by_name.get(_plain_name(file_name))
        return None if self.members is None or member is None else self.members.sizes[member]

    def read(self, file_name: str) -> bytes | None:
        """The file that was sent; None when it is not here or damaged."""
        member = self._by_name.get(_plain_name(file_name))
        return None if self.members is None or member is None else self.members.read(member)

    def _opener(self) -> Callable[[], BinaryIO]:
        members, text = self.members, self.facts.text
        if members is None:
            return lambda: self.path.open("rb")
        return lambda: members.open(text)


@contextmanager
def open_container(path: Path, name: str, facts: ArchiveFacts) -> Iterator[Container]:
    """Open an archive that was looked over before."""
    if not facts.text:
        yield Container(path, name, facts, None, {})
        return
    with open_zip(path, name, _ZIP_LIMITS) as members:
        by_name = {_plain_name(member): member for member in members.sizes if member != facts.text}
        yield Container(path, name, facts, members, by_name)


def look_over(path: Path, name: str) -> ArchiveFacts:
    """What the file is, by its content; raises NoChatInside and the refusals of zips and tables."""
    with path.open("rb") as stream:
        start = stream.read(4)
    if start == _EMPTY_ZIP:
        raise NoChatInside(name)
    if start != _ZIP:
        return _look_over_text(path, name)
    with open_zip(path, name, _ZIP_LIMITS) as members:
        if _WORKBOOK in members.sizes:
            return _look_over_table(path, name)
        return _look_over_zip(members, name)


def _look_over_text(path: Path, name: str) -> ArchiveFacts:
    file = TextFile(lambda: path.open("rb"), name, _TABLE_LIMITS)
    encoding = _encoding(file, name)
    if any(is_head(line) for line in islice(_lines(file.open, encoding), _SNIFFED_LINES)):
        return _chat_facts(file, encoding, text="", files=0)
    return _look_over_table(path, name)


def _look_over_zip(members: ZipMembers, name: str) -> ArchiveFacts:
    texts = [member for member in members.sizes if member.lower().endswith(".txt")]
    for member in sorted(texts, key=_likely_chat):
        file = TextFile(_opener_of(members, member), name, _TABLE_LIMITS)
        encoding = _encoding(file, name)
        if any(is_head(line) for line in islice(_lines(file.open, encoding), _SNIFFED_LINES)):
            return _chat_facts(file, encoding, text=member, files=len(members.sizes) - 1)
    raise NoChatInside(name)


def _chat_facts(file: TextFile, encoding: str, *, text: str, files: int) -> ArchiveFacts:
    survey = survey_chat(_lines(file.open, encoding))
    return ArchiveFacts(
        kind=ArchiveKind.CHAT,
        text=text,
        encoding=encoding,
        messages=survey.messages,
        people=survey.authors,
        partner=partner_of(text, file.name),
        files=files,
        order=survey.order,
        is_order_open=survey.is_open,
    )


def _look_over_table(path: Path, name: str) -> ArchiveFacts:
    try:
        table = open_table(path, name, _TABLE_LIMITS)
    except NotASpreadsheet as refusal:
        raise NoChatInside(name) from refusal
    if len(table.header) < _FEWEST_COLUMNS:
        raise NoChatInside(name)
    tally, rows = DateOrderTally(), 0
    sample: list[tuple[str, ...]] = []
    guess = guess_columns(table.header)
    when = next((index for index, meaning in guess.items() if meaning == "time"), None)
    for row in table.rows():
        rows += 1
        if len(sample) < _SAMPLE_ROWS:
            sample.append(tuple(cell[:_LONGEST_CELL] for cell in row.cells[: len(table.header)]))
        written = None if when is None else parse_written(row.cells[when])
        if isinstance(written, WrittenTime):
            tally.add(written)
    order, is_open = tally.order()
    return ArchiveFacts(
        kind=ArchiveKind.TABLE,
        text="",
        encoding=table.encoding or "",
        messages=rows,
        people=(),
        partner="",
        files=0,
        order=order if when is not None else DateOrder.DAY_FIRST,
        is_order_open=is_open or when is None,
        columns=table.header,
        sample=tuple(sample),
        guess=guess,
    )


def _encoding(file: TextFile, name: str) -> str:
    try:
        return find_encoding(file)
    except NotASpreadsheet as refusal:
        raise NoChatInside(name) from refusal


def _lines(open_file: Callable[[], BinaryIO], encoding: str) -> Iterator[str]:
    known = "utf-8-sig" if encoding == "utf-8" else encoding
    with io.TextIOWrapper(open_file(), encoding=known) as stream:
        number = 0
        while line := stream.readline(_LONGEST_LINE + 1):
            number += 1
            if len(line) > _LONGEST_LINE:
                raise LineTooLong(number, _LONGEST_LINE)
            yield line


def _opener_of(members: ZipMembers, member: str) -> Callable[[], BinaryIO]:
    return lambda: members.open(member)


def _likely_chat(member: str) -> tuple[bool, bool, str]:
    name = member.rpartition("/")[2].lower()
    return (name != "_chat.txt", "whatsapp" not in name, member)


def _plain_name(name: str) -> str:
    return unicodedata.normalize("NFC", name.rpartition("/")[2]).casefold()
