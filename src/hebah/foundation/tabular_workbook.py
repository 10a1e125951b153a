"""Reading the first visible sheet of an XLSX workbook, after proving that unpacking it cannot fill the memory.

The parser we use allocates the whole rectangle between the first and the last cell: two cells in opposite corners
would end the process. So the sheet is measured first, element by element, and only then given to the parser.
"""

from __future__ import annotations

import datetime
import posixpath
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import IO, BinaryIO
from xml.parsers import expat

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from hebah.foundation.tabular_parts import (
    DamagedSpreadsheet,
    NotASpreadsheet,
    PasswordProtected,
    Row,
    TableLimits,
    TooManyColumns,
    TooManyRows,
    UnpacksTooLarge,
)

_WORKBOOK = "xl/workbook.xml"
_RELATIONS = "xl/_rels/workbook.xml.rels"
_STRINGS = "xl/sharedstrings.xml"
_MEMBERS = 2000
_SMALL = 1 << 20
_CHUNK = 1 << 18
_EXACT = 2**53
_FINAL = True
_A = ord("A") - 1
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    expat.ExpatError,
    OSError,
    EOFError,
    LookupError,
    ValueError,
    NotImplementedError,
    StopIteration,
)

_Cell = int | float | str | bool | datetime.time | datetime.date | datetime.datetime | datetime.timedelta
_OnStart = Callable[[str, dict[str, str]], object]
_OnText = Callable[[str], object]


@dataclass(frozen=True, slots=True)
class _Sheet:
    name: str
    member: str


def open_sheet(open_file: Callable[[], BinaryIO], file_name: str, limits: TableLimits) -> CalamineSheet:
    """The measured and parsed sheet, held in memory by whoever holds the result."""
    with open_file() as stream:
        sheet = _checked(stream, file_name, limits)
        stream.seek(0)
        try:
            return CalamineWorkbook.from_filelike(stream).get_sheet_by_name(sheet.name)
        except (CalamineError, OSError, ValueError) as refusal:
            raise DamagedSpreadsheet(file_name) from refusal


def sheet_rows(sheet: CalamineSheet) -> Iterator[Row]:
    """Every row that is not blank, from the first."""
    if sheet.start is None:
        return
    # The parser yields the blank rows above the data, and drops the blank columns beside it.
    beside = ("",) * sheet.start[1]
    for number, cells in enumerate(sheet.iter_rows(), start=1):
        texts = tuple([cell if isinstance(cell, str) else _text(cell) for cell in cells])
        if not "".join(texts).isspace() and any(texts):
            yield Row(number, beside + texts)


def _text(cell: _Cell) -> str:
    match cell:
        case bool():
            return "TRUE" if cell else "FALSE"
        case float() if cell.is_integer() and abs(cell) < _EXACT:
            # A telephone number kept as a number must not turn into 6.01E+10 or gain ".0".
            return str(int(cell))
        case datetime.datetime() | datetime.date() | datetime.time():
            return cell.isoformat()
        case _:
            return str(cell)


def _checked(stream: BinaryIO, file_name: str, limits: TableLimits) -> _Sheet:
    try:
        with zipfile.ZipFile(stream) as archive:
            members = _members(archive, file_name, limits)
            if archive.testzip() is not None:
                raise DamagedSpreadsheet(file_name)
            sheet = _first_visible(archive, members, file_name)
            _measure(archive, members, sheet, limits, file_name)
            return sheet
    except _BROKEN as refusal:
        raise DamagedSpreadsheet(file_name) from refusal


def _members(archive: zipfile.ZipFile, file_name: str, limits: TableLimits) -> dict[str, zipfile.ZipInfo]:
    found = archive.infolist()
    if any(member.flag_bits & 1 for member in found):
        raise PasswordProtected(file_name)
    unpacked = sum(member.file_size for member in found)
    packed = sum(member.compress_size for member in found)
    swollen = unpacked > _SMALL * 10 and unpacked > packed * limits.unpacked_ratio
    if len(found) > _MEMBERS or unpacked > limits.unpacked_size or swollen:
        raise UnpacksTooLarge(file_name)
    members = {member.filename.casefold(): member for member in found}
    if len(members) < len(found):
        # With two members of one name, the one measured may not be the one parsed.
        raise DamagedSpreadsheet(file_name)
    if _WORKBOOK not in members:
        raise NotASpreadsheet(file_name, "document" if "[content_types].xml" in members else "archive")
    return members


def _first_visible(archive: zipfile.ZipFile, members: dict[str, zipfile.ZipInfo], file_name: str) -> _Sheet:
    if max(members[_RELATIONS].file_size, members[_WORKBOOK].file_size) > _SMALL:
        raise UnpacksTooLarge(file_name)
    with archive.open(members[_RELATIONS]) as part:
        targets = _worksheet_targets(part)
    with archive.open(members[_WORKBOOK]) as part:
        names = [(name, targets[relation]) for name, relation in _visible_sheets(part) if relation in targets]
    name, target = names[0]
    path = target.lstrip("/") if target.startswith(("/", "xl/")) else posixpath.join("xl", target)
    return _Sheet(name, posixpath.normpath(path).casefold())


def _worksheet_targets(part: IO[bytes]) -> dict[str, str]:
    targets: dict[str, str] = {}

    def on_start(tag: str, attributes: dict[str, str]) -> None:
        if _local(tag) == "Relationship" and attributes.get("Type", "").endswith("/worksheet"):
            _add_once(targets, attributes["Id"], attributes["Target"])

    _parse(part, on_start)
    return targets


def _visible_sheets(part: IO[bytes]) -> list[tuple[str, str]]:
    """Names and relations in the order of the tabs."""
    every: dict[str, str] = {}
    hidden: set[str] = set()

    def on_start(tag: str, attributes: dict[str, str]) -> None:
        if _local(tag) == "sheet":
            relation = next(value for name, value in attributes.items() if _local(name) == "id")
            _add_once(every, attributes["name"], relation)
            if attributes.get("state", "visible") != "visible":
                hidden.add(attributes["name"])

    _parse(part, on_start)
    return [(name, relation) for name, relation in every.items() if name not in hidden]


def _add_once(known: dict[str, str], name: str, value: str) -> None:
    # Two entries of one name: the sheet measured might not be the sheet parsed.
    if name in known:
        raise ValueError(name)
    known[name] = value


class _Extent:
    """The rectangle of the cells that hold something, and the text they share, followed as the parser will follow."""

    __slots__ = (
        "bottom",
        "column",
        "columns",
        "held",
        "index",
        "lengths",
        "right",
        "row",
        "row_text",
        "shared",
        "text",
    )

    def __init__(self, lengths: list[int]) -> None:
        self.lengths = lengths
        self.row = self.column = self.right = self.bottom = self.held = self.text = 0
        self.row_text = ""
        self.shared = False
        self.index = ""
        self.columns: dict[str, int] = {}

    def on_start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "c":
            if self.shared:
                self.settle()
            self._enter(attributes.get("r"))
            self.shared = attributes.get("t") == "s"
        elif tag in ("v", "is", "f"):
            self.held += 1
            self.right = self.right if self.column < self.right else self.column
            self.bottom = self.bottom if self.row < self.bottom else self.row
        elif tag == "row":
            self.row = int(attributes.get("r", self.row + 1))
            self.row_text = str(self.row)
            self.column = 0
        elif ":" in tag:
            self.on_start(_local(tag), attributes)

    def on_text(self, text: str) -> None:
        if self.shared:
            self.index += text

    def settle(self) -> None:
        """Count the shared text of the cell just left."""
        if self.index.strip():
            self.text += self.lengths[int(self.index)]
        self.shared = False
        self.index = ""

    def _enter(self, place: str | None) -> None:
        if place is None:
            self.column += 1
            return
        # Nearly every cell says the column of an earlier one and the row it stands in.
        column = self.columns.get(place.removesuffix(self.row_text))
        if column is None:
            letters, self.column, self.row = _column_and_row(place)
            self.row_text = str(self.row)
            self.columns[letters] = self.column
        else:
            self.column = column


def _column_and_row(place: str) -> tuple[str, int, int]:
    letters = place.rstrip("0123456789")
    column = 0
    for letter in letters.upper():
        column = column * 26 + ord(letter) - _A
    return letters, column, int(place[len(letters) :])


def _measure(
    archive: zipfile.ZipFile,
    members: dict[str, zipfile.ZipInfo],
    sheet: _Sheet,
    limits: TableLimits,
    file_name: str,
) -> None:
    lengths: list[int] = []
    if _STRINGS in members:
        with archive.open(members[_STRINGS]) as part:
            lengths = _string_lengths(part)
    extent = _Extent(lengths)
    with archive.open(members[sheet.member]) as part:
        _parse(part, extent.on_start, extent.on_text)
    extent.settle()
    if extent.right > limits.columns:
        raise TooManyColumns(extent.right, limits.columns)
    if extent.bottom > limits.rows:
        raise TooManyRows(limits.rows)
    if max(extent.bottom * extent.right, extent.held) > limits.cells or extent.text > limits.shared_text:
        raise UnpacksTooLarge(file_name)


def _string_lengths(part: IO[bytes]) -> list[int]:
    lengths: list[int] = []

    def on_start(tag: str, _: dict[str, str]) -> None:
        if _local(tag) == "si":
            lengths.append(0)

    def on_text(text: str) -> None:
        if lengths:
            lengths[-1] += len(text)

    _parse(part, on_start, on_text)
    return lengths


def _local(tag: str) -> str:
    return tag.rpartition(":")[2]


def _parse(part: IO[bytes], on_start: _OnStart, on_text: _OnText | None = None) -> None:
    """Walk a document; one that brings its own entities or encoding is no work of a spreadsheet program."""
    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True

    def refuse(*_: object) -> None:
        raise expat.ExpatError("document type declared")

    parser.StartElementHandler = on_start
    parser.StartDoctypeDeclHandler = refuse
    if on_text is not None:
        parser.CharacterDataHandler = on_text
    while chunk := part.read(_CHUNK):
        parser.Parse(chunk)
    parser.Parse(b"", _FINAL)
