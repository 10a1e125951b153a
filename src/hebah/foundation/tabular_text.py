"""Reading delimited text whose encoding and delimiter nobody told us, one row in memory at a time."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from hebah.foundation.tabular_parts import (
    LineTooLong,
    NotASpreadsheet,
    QuoteNeverClosed,
    Row,
    TableLimits,
    TooManyColumns,
    TooManyRows,
    Undecodable,
)

_CHUNK = 1 << 20
_SAMPLE = 1 << 16
_SAMPLE_ROWS = 100
_DELIMITERS = (",", ";", "\t")
_DECLARED = re.compile(r"sep=([,;\t])\s*", re.IGNORECASE)

# Bytes that text in Windows-1252 does not have: unassigned ones and control characters.
_NOT_WINDOWS = re.compile(rb"[\x00-\x08\x0e-\x1f\x7f\x81\x8d\x8f\x90\x9d]")
_NOT_TEXT = re.compile(rb"[\x00-\x06\x0e-\x19\x1c-\x1f]")

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


@dataclass(frozen=True, slots=True)
class TextFile:
    """Where the bytes come from (a fresh handle at each call) and what people call the file."""

    open: Callable[[], BinaryIO]
    name: str
    limits: TableLimits


def find_encoding(file: TextFile) -> str:
    """One of utf-8, utf-8-sig, utf-16-le, utf-16-be, windows-1252; every byte of the file agrees with it."""
    with file.open() as stream:
        start = stream.read(_SAMPLE)
    marked = next((name for mark, name in _MARKS if start.startswith(mark)), None)
    if start.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        raise Undecodable(file.name, 1)
    candidate = marked or _wide_encoding(start) or "utf-8"
    failed = _first_bad_line(file, candidate)
    if failed is None:
        return candidate
    if candidate != "utf-8":
        raise Undecodable(file.name, failed)
    _require_windows(file)
    return "windows-1252"


def find_delimiter(file: TextFile, encoding: str) -> str:
    """The one that cuts most rows into as many cells as the header; quoted cells do not mislead it."""
    with _open_text(file, encoding) as stream:
        sample = stream.read(_SAMPLE)
    declared = _DECLARED.match(sample)
    if declared:
        return declared[1]
    if len(sample) == _SAMPLE:
        sample = sample[: sample.rfind("\n") + 1] or sample
    return max(_DELIMITERS, key=lambda delimiter: _agreement(sample, delimiter))


def read_rows(file: TextFile, encoding: str, delimiter: str) -> Iterator[Row]:
    """Every row that is not blank, from the first."""
    with _open_text(file, encoding) as stream:
        for number, cells in enumerate(_cut(_Lines(stream, file.limits), delimiter), start=1):
            if number > file.limits.rows:
                raise TooManyRows(file.limits.rows)
            if len(cells) > file.limits.columns:
                raise TooManyColumns(len(cells), file.limits.columns)
            if any(cells) and not (number == 1 and _declares(cells, delimiter)) and not "".join(cells).isspace():
                yield Row(number, tuple(cells))


def _cut(lines: _Lines, delimiter: str) -> Iterator[list[str]]:
    """Rows cut into cells; a quotation mark that is never closed would make one cell of all the rows behind it."""
    number = 0
    try:
        for number, cells in enumerate(csv.reader(lines, delimiter=delimiter), start=1):
            # Only while a quotation mark is open does the reader ask for a line that is not there.
            if lines.ended:
                raise QuoteNeverClosed(number)
            yield cells
    except csv.Error as refusal:
        raise QuoteNeverClosed(number + 1) from refusal


def _declares(cells: list[str], delimiter: str) -> bool:
    """Excel's own `sep=;` line is cut in two by the delimiter it names."""
    return delimiter.join(cells).strip().casefold() == f"sep={delimiter}".strip()


def _open_text(file: TextFile, encoding: str) -> io.TextIOWrapper:
    stream = file.open()
    if encoding.startswith("utf-16") and stream.read(2) not in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        stream.seek(0)
    # newline="" leaves line breaks inside quoted cells to the csv reader.
    return io.TextIOWrapper(stream, encoding=encoding, newline="")


class _Lines:
    """The lines of a file, and whether one was asked for after the last."""

    def __init__(self, stream: io.TextIOWrapper, limits: TableLimits) -> None:
        self.ended = False
        self._stream = stream
        self._longest = limits.line_length
        self._line = 0

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        text = self._stream.readline(self._longest + 1)
        if not text:
            self.ended = True
            raise StopIteration
        self._line += 1
        if len(text) > self._longest:
            raise LineTooLong(self._line, self._longest)
        return text


def _agreement(sample: str, delimiter: str) -> tuple[int, int]:
    rows: list[int] = []
    try:
        for cells in csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter):
            if any(cells):
                rows.append(len(cells))
            if len(rows) == _SAMPLE_ROWS:
                break
    except csv.Error:
        return (0, 0)
    if not rows or rows[0] == 1:
        return (0, 0)
    return (Counter(rows)[rows[0]], rows[0])


def _wide_encoding(start: bytes) -> str | None:
    """UTF-16 without a mark: in Latin text every other byte is NUL."""
    if b"\x00" not in start:
        return None
    half = len(start) // 2
    even, odd = start[0::2].count(0), start[1::2].count(0)
    if half and odd > half * 0.3 and even == 0:
        return "utf-16-le"
    if half and even > half * 0.3 and odd == 0:
        return "utf-16-be"
    return None


def _first_bad_line(file: TextFile, encoding: str) -> int | None:
    """The number of the line where decoding stops, None when all is well."""
    decoder = codecs.getincrementaldecoder(encoding)()
    line = 1
    narrow = not encoding.startswith("utf-16")
    with file.open() as stream:
        while True:
            chunk = stream.read(_CHUNK)
            if narrow and _NOT_TEXT.search(chunk):
                raise NotASpreadsheet(file.name, "binary")
            try:
                text = decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as refusal:
                return line + chunk[: refusal.start].count(b"\n")
            if "\x00" in text:
                raise NotASpreadsheet(file.name, "binary")
            line += text.count("\n")
            if not chunk:
                return None


def _require_windows(file: TextFile) -> None:
    line = 1
    with file.open() as stream:
        while chunk := stream.read(_CHUNK):
            unassigned = _NOT_WINDOWS.search(chunk)
            if unassigned:
                raise Undecodable(file.name, line + chunk.count(b"\n", 0, unassigned.start()))
            line += chunk.count(b"\n")
