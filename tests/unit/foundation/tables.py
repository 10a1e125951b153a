"""Tables as somebody would upload them, and what is read of them."""

import io
import zipfile
from collections.abc import Callable, Sequence

import xlsxwriter  # type: ignore[import-untyped]  # publishes no types
from hypothesis import strategies as st

from hebah.foundation.tabular import Row, Table, TableLimits, open_table

PEOPLE = "Nama,Telefon\nJosé,0123456789\nSiti,0198765432\n"
PEOPLE_ROWS = [Row(2, ("José", "0123456789")), Row(3, ("Siti", "0198765432"))]
SHEET_TEXT = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]) | st.sampled_from('\n",;\t'), max_size=8
)


def opened(content: str | bytes, limits: TableLimits | None = None) -> Table:
    source = content.encode() if isinstance(content, str) else content
    return open_table(source, "leads.csv", limits or TableLimits())


def cells(content: str | bytes) -> list[tuple[str, ...]]:
    return [row.cells for row in opened(content).rows()]


def workbook(fill: Callable[[xlsxwriter.Workbook], None]) -> bytes:
    content = io.BytesIO()
    with xlsxwriter.Workbook(content) as book:
        fill(book)
    return content.getvalue()


def one_sheet(rows: Sequence[Sequence[object]]) -> bytes:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            for column, value in enumerate(row):
                sheet.write(number, column, value)

    return workbook(fill)


def with_part(content: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    changed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            new.writestr(part, change(old.read(part)) if part == name else old.read(part))
    return changed.getvalue()
