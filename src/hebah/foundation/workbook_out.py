"""XLSX written while it is read: any number of rows in the memory of one page, each cell text, never a formula."""

import re
import zipfile
from collections.abc import Iterable, Sequence
from typing import IO, Final, cast
from xml.sax.saxutils import escape

MOST_ROWS: Final = 1_048_576
"""How many rows spreadsheets show on one sheet; those beyond go on the next."""

_LONGEST_CELL = 32_767
# What XML 1.0 cannot hold, even escaped.
_UNWRITABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_CONTENT = "application/vnd.openxmlformats-officedocument.spreadsheetml"


class WorkbookOut:
    """One table, over as many sheets as its rows need. What `write` and `finish` return are the file's next bytes."""

    def __init__(self, header: Sequence[str], most_rows: int = MOST_ROWS) -> None:
        self._header = header
        self._most_rows = most_rows
        self._outlet = _Outlet()
        # The outlet cannot be searched back, so sizes stand behind each member, as in any streamed zip.
        self._zip = zipfile.ZipFile(cast("IO[bytes]", self._outlet), "w", zipfile.ZIP_DEFLATED)
        self._sheets = 0
        self._sheet = self._open_sheet()

    def write(self, rows: Iterable[Sequence[str]]) -> bytes:
        """Add rows below those before."""
        for row in rows:
            if self._rows == self._most_rows:
                self._close_sheet()
                self._sheet = self._open_sheet()
            self._add(row)
        return self._outlet.take()

    def finish(self) -> bytes:
        """Close the file; nothing can be written after it."""
        self._close_sheet()
        numbers = range(1, self._sheets + 1)
        for name, text in (
            ("xl/workbook.xml", _workbook(numbers)),
            ("xl/_rels/workbook.xml.rels", _relations("worksheet", {n: f"worksheets/sheet{n}.xml" for n in numbers})),
            ("_rels/.rels", _relations("officeDocument", {1: "xl/workbook.xml"})),
            ("[Content_Types].xml", _content_types(numbers)),
        ):
            self._zip.writestr(name, _HEAD + text)
        self._zip.close()
        return self._outlet.take()

    def _open_sheet(self) -> IO[bytes]:
        self._sheets += 1
        self._rows = 0
        sheet = self._zip.open(f"xl/worksheets/sheet{self._sheets}.xml", "w", force_zip64=True)
        sheet.write(f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetData>'.encode())
        self._sheet = sheet
        self._add(self._header)
        return sheet

    def _add(self, row: Sequence[str]) -> None:
        self._rows += 1
        self._sheet.write(f"<row>{''.join(map(_cell, row))}</row>".encode())

    def _close_sheet(self) -> None:
        self._sheet.write(b"</sheetData></worksheet>")
        self._sheet.close()


class _Outlet:
    """Where the zip writes to, until somebody takes it."""

    def __init__(self) -> None:
        self._bytes = bytearray()

    def write(self, more: bytes) -> int:
        self._bytes += more
        return len(more)

    def flush(self) -> None:
        """Everything is passed on at once."""

    def take(self) -> bytes:
        taken = bytes(self._bytes)
        self._bytes.clear()
        return taken


def _cell(text: str) -> str:
    written = escape(_UNWRITABLE.sub("", text)[:_LONGEST_CELL])
    return f'<c t="inlineStr"><is><t xml:space="preserve">{written}</t></is></c>'


def _workbook(numbers: Iterable[int]) -> str:
    sheets = "".join(f'<sheet name="{n}" sheetId="{n}" r:id="rId{n}"/>' for n in numbers)
    return f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{sheets}</sheets></workbook>'


def _relations(kind: str, targets: dict[int, str]) -> str:
    each = (f'<Relationship Id="rId{n}" Type="{_OFFICE}/{kind}" Target="{path}"/>' for n, path in targets.items())
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{"".join(each)}</Relationships>'


def _content_types(numbers: Iterable[int]) -> str:
    paths = [("xl/workbook.xml", "sheet.main"), *((f"xl/worksheets/sheet{n}.xml", "worksheet") for n in numbers)]
    parts = "".join(f'<Override PartName="/{path}" ContentType="{_CONTENT}.{kind}+xml"/>' for path, kind in paths)
    relations = '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    return f'<Types xmlns="{_PACKAGE}/content-types">{relations}{parts}</Types>'
