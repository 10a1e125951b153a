"""What a table read from a file is, how large it may be, and the reasons for which a file is refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from hebah.foundation.errors import Invalid, TooLarge


class TableKind(StrEnum):
    """The file formats that are read."""

    CSV = "csv"
    XLSX = "xlsx"


@dataclass(frozen=True, slots=True)
class TableLimits:
    """How much of a stranger's file is read; sizes in bytes, lengths in characters."""

    file_size: int = 50 * 1024 * 1024
    line_length: int = 1_000_000
    columns: int = 256
    rows: int = 1_048_576
    unpacked_size: int = 600 * 1024 * 1024
    unpacked_ratio: int = 200
    cells: int = 8_000_000
    shared_text: int = 512 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Row:
    """One row that is not blank. `number` is what a spreadsheet program shows beside it; the first row is 1."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """An opened file: its header is read, its rows are read as they are asked for."""

    kind: TableKind
    encoding: str | None
    delimiter: str | None
    header: tuple[str, ...]
    header_number: int
    _read: Callable[[], Iterator[Row]] = field(repr=False, compare=False)

    def rows(self) -> Iterator[Row]:
        """The rows below the header from the start, at least as wide as the header; may be asked for again."""
        width = len(self.header)
        for row in self._read():
            if row.number > self.header_number:
                yield row if len(row.cells) >= width else _widened(row, width)


def _widened(row: Row, width: int) -> Row:
    return Row(row.number, row.cells + ("",) * (width - len(row.cells)))


class NotASpreadsheet(Invalid):
    """The bytes are something else, whatever the file is called. `found`: pdf, picture, program, archive, old_office,
    document, web_page, binary."""

    code = "not_a_spreadsheet"
    sentence = "{file_name} is not a CSV or XLSX file."
    file_name: str
    found: str


class Undecodable(Invalid):
    """The bytes are text in no encoding we know; a guess would damage names."""

    code = "undecodable"
    sentence = "The letters of {file_name} cannot be read (line {line}). Save it again as CSV UTF-8."
    file_name: str
    line: int


class PasswordProtected(Invalid):
    """The workbook is encrypted."""

    code = "password_protected"
    sentence = "{file_name} is protected by a password. Save a copy without one."
    file_name: str


class DamagedSpreadsheet(Invalid):
    """It begins like a workbook and does not hold together."""

    code = "damaged_spreadsheet"
    sentence = "{file_name} is damaged. Open it in a spreadsheet program and save it again."
    file_name: str


class EmptyFile(Invalid):
    """There is no row at all."""

    code = "empty_file"
    sentence = "{file_name} is empty."
    file_name: str


class NoHeader(Invalid):
    """The first row holds values, so taking it for names would lose a row."""

    code = "no_header"
    sentence = "The first row of {file_name} must name the columns."
    file_name: str


class QuoteNeverClosed(Invalid):
    """A quotation mark swallows the rest of the file."""

    code = "quote_never_closed"
    sentence = 'A quotation mark (") opened in row {row} is never closed.'
    row: int


class FileTooLarge(TooLarge):
    """More bytes than are read."""

    code = "file_too_large"
    sentence = "The file has {size} bytes; at most {limit} are read. Split it into several files."
    size: int
    limit: int


class UnpacksTooLarge(TooLarge):
    """A small file that would fill the memory."""

    code = "unpacks_too_large"
    sentence = "{file_name} holds far more data than its size lets expect. Save the sheet as CSV."
    file_name: str


class LineTooLong(TooLarge):
    """No sheet has such a line; it is something else in disguise."""

    code = "line_too_long"
    sentence = "Line {line} is longer than {limit} characters."
    line: int
    limit: int


class TooManyColumns(TooLarge):
    """Wider than any list of people."""

    code = "too_many_columns"
    sentence = "The sheet has {columns} columns; at most {limit} are read."
    columns: int
    limit: int


class TooManyRows(TooLarge):
    """Longer than a spreadsheet program can show."""

    code = "too_many_rows"
    sentence = "The sheet has more than {limit} rows. Split it into several files."
    limit: int
