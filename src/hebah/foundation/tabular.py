"""The door to tables in files: what a person uploads as CSV or XLSX comes out as rows of strings, or is refused.

The content decides what a file is, never its name. Nothing here knows what the columns mean.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

from hebah.foundation.tabular_parts import (
    EmptyFile,
    FileTooLarge,
    NoHeader,
    NotASpreadsheet,
    PasswordProtected,
    Row,
    Table,
    TableKind,
    TableLimits,
)
from hebah.foundation.tabular_text import TextFile, find_delimiter, find_encoding, read_rows
from hebah.foundation.tabular_workbook import open_sheet, sheet_rows

__all__ = ["Row", "Table", "TableKind", "TableLimits", "open_table"]

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_STRANGERS = (
    (b"%PDF", "pdf"),
    (b"\x89PNG", "picture"),
    (b"\xff\xd8\xff", "picture"),
    (b"GIF8", "picture"),
    (b"\x7fELF", "program"),
    (b"#!/", "program"),
    (b"PK\x05\x06", "archive"),
    (b"Rar!", "archive"),
    (b"7z\xbc\xaf", "archive"),
    (b"\x1f\x8b", "archive"),
    (b"{\\rtf", "document"),
)
# Two or four letters a column could begin with too: these need a NUL to prove that the file is no text.
_STRANGERS_WITH_NUL = ((b"MZ", "program"), (b"BM", "picture"), (b"RIFF", "picture"))
_WEB = (b"<!doctype", b"<html", b"<?xml", b"<table")
_SNIFFED = 1024
# A cell with this many digits and no letter is somebody's number, not the name of a column.
_VALUE_DIGITS = 7

_DEFAULT_LIMITS = TableLimits()


def open_table(source: Path | bytes, file_name: str, limits: TableLimits = _DEFAULT_LIMITS) -> Table:
    """Recognise the file and read its header; raises the refusals of `tabular_parts`, also while rows are read."""
    open_file = _opener(source)
    size = source.stat().st_size if isinstance(source, Path) else len(source)
    if size > limits.file_size:
        raise FileTooLarge(size, limits.file_size)
    with open_file() as stream:
        start = stream.read(_SNIFFED)
        if start.startswith(_OLE):
            _refuse_old_office(start + stream.read(), file_name)
    if start.startswith(_ZIP):
        return _workbook(open_file, file_name, limits)
    _refuse_strangers(start, file_name)
    if not start.strip():
        raise EmptyFile(file_name)
    return _text(TextFile(open_file, file_name, limits))


def _opener(source: Path | bytes) -> Callable[[], BinaryIO]:
    if isinstance(source, Path):
        path = source
        return lambda: path.open("rb")
    content = source
    return lambda: io.BytesIO(content)


def _workbook(open_file: Callable[[], BinaryIO], file_name: str, limits: TableLimits) -> Table:
    sheet = open_sheet(open_file, file_name, limits)

    def rows() -> Iterator[Row]:
        return sheet_rows(sheet)

    header = _header(rows(), file_name)
    return Table(TableKind.XLSX, None, None, header.cells, header.number, rows)


def _text(file: TextFile) -> Table:
    encoding = find_encoding(file)
    delimiter = find_delimiter(file, encoding)

    def rows() -> Iterator[Row]:
        return read_rows(file, encoding, delimiter)

    header = _header(rows(), file.name)
    return Table(TableKind.CSV, encoding, delimiter, header.cells, header.number, rows)


def _header(rows: Iterator[Row], file_name: str) -> Row:
    first = next(rows, None)
    if first is None:
        raise EmptyFile(file_name)
    names = tuple(" ".join(cell.split()) for cell in first.cells)
    while names and not names[-1]:
        names = names[:-1]
    if not any(_has_letter(name) for name in names) or any(_is_value(name) for name in names):
        raise NoHeader(file_name)
    return Row(first.number, names)


def _has_letter(text: str) -> bool:
    return any(letter.isalpha() for letter in text)


def _is_value(text: str) -> bool:
    return not _has_letter(text) and sum(letter.isdecimal() for letter in text) >= _VALUE_DIGITS


def _refuse_old_office(content: bytes, file_name: str) -> None:
    if _ENCRYPTED in content:
        raise PasswordProtected(file_name)
    raise NotASpreadsheet(file_name, "old_office")


def _refuse_strangers(start: bytes, file_name: str) -> None:
    signatures = _STRANGERS + _STRANGERS_WITH_NUL if b"\x00" in start else _STRANGERS
    for signature, found in signatures:
        if start.startswith(signature):
            raise NotASpreadsheet(file_name, found)
    if start.lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(_WEB):
        raise NotASpreadsheet(file_name, "web_page")
