"""XLSX as it leaves: read again by the reader of our own imports."""

from __future__ import annotations

import io

import pytest
from python_calamine import CalamineWorkbook

from hebah.foundation.workbook_out import WorkbookOut


def written(header: list[str], *pages: list[list[str]], most_rows: int = 1000) -> CalamineWorkbook:
    workbook = WorkbookOut(header, most_rows)
    content = b"".join([*(workbook.write(page) for page in pages), workbook.finish()])
    return CalamineWorkbook.from_filelike(io.BytesIO(content))


@pytest.mark.parametrize("cell", ["=1+1", "+60123456789", "-2", "@SUM(A1)", "007", " <b>&amp; ", "两行\nand 🙂"])
def test_a_cell_is_text_as_it_was_written(cell: str) -> None:
    rows = written(["Cell"], [[cell]]).get_sheet_by_index(0).to_python()
    assert rows == [["Cell"], [cell]]


def test_letters_that_a_workbook_cannot_hold_are_left_out() -> None:
    rows = written(["Cell"], [["a\x00b\x1fc\ud800d"]]).get_sheet_by_index(0).to_python()
    assert rows[1] == ["abcd"]


def test_rows_beyond_one_sheet_go_on_the_next_below_the_same_header() -> None:
    book = written(["Number"], [["1"], ["2"]], [["3"]], most_rows=3)
    assert [book.get_sheet_by_name(name).to_python() for name in book.sheet_names] == [
        [["Number"], ["1"], ["2"]],
        [["Number"], ["3"]],
    ]


def test_a_page_leaves_when_it_is_written_and_not_at_the_end() -> None:
    workbook = WorkbookOut(["Cell"])
    sizes = [len(workbook.write([[f"{page} {row}"] for row in range(1000)])) for page in range(50)]
    sizes.append(len(workbook.finish()))
    assert max(sizes) < sum(sizes) / 4
