"""Workbooks of spreadsheet programs, read as a person sees them."""

from datetime import date, datetime
from pathlib import Path

import xlsxwriter  # type: ignore[import-untyped]  # publishes no types
from hypothesis import given
from hypothesis import strategies as st

from hebah.foundation.tabular import Row, TableKind, open_table
from tests.unit.foundation.tables import SHEET_TEXT, cells, one_sheet, opened, workbook


def test_numbers_dates_and_truths_of_a_workbook_become_the_text_a_person_sees() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        moment = book.add_format({"num_format": "dd/mm/yyyy hh:mm"})
        sheet.write_row(0, 0, ["Telefon", "Teks", "Tarikh", "Masa", "Harga", "Ya"])
        sheet.write_number(1, 0, 60123456789)
        sheet.write_string(1, 1, "6.01E+10")
        sheet.write_datetime(1, 2, date(2025, 1, 2), day)
        sheet.write_datetime(1, 3, datetime(2025, 1, 2, 15, 4), moment)  # noqa: DTZ001  # a sheet has no zones
        sheet.write_number(1, 4, 12.5)
        sheet.write_boolean(1, 5, True)
        sheet.write_string(2, 0, "0123456789")
        sheet.write_number(3, 0, 2.0**60)

    table = opened(workbook(fill))

    assert (table.kind, table.encoding, table.delimiter) == (TableKind.XLSX, None, None)
    assert [row.cells for row in table.rows()] == [
        ("60123456789", "6.01E+10", "2025-01-02", "2025-01-02T15:04:00", "12.5", "TRUE"),
        ("0123456789", "", "", "", "", ""),
        ("1.152921504606847e+18", "", "", "", "", ""),
    ]


def test_rows_of_a_workbook_carry_the_number_shown_beside_them() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        sheet.write_row(3, 2, ["Telefon", "Nama"])
        sheet.write_row(5, 2, ["0123456789", "Ali"])
        sheet.write_row(8, 2, ["0198765432", "Siti"])

    table = opened(workbook(fill))

    assert (table.header, table.header_number) == (("", "", "Telefon", "Nama"), 4)
    assert list(table.rows()) == [
        Row(6, ("", "", "0123456789", "Ali")),
        Row(9, ("", "", "0198765432", "Siti")),
    ]
    assert list(table.rows()) == list(table.rows())


def test_the_first_visible_sheet_is_read() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        hidden = book.add_worksheet("Rahsia")
        hidden.write(0, 0, "Rahsia")
        hidden.hide()
        shown = book.add_worksheet("Leads")
        shown.write_column(0, 0, ["Telefon", "0123456789"])
        shown.activate()
        shown.set_first_sheet()
        book.add_worksheet("Lain").write(0, 0, "Lain")

    assert cells(workbook(fill)) == [("0123456789",)]


def test_formatted_but_empty_cells_at_the_end_of_the_sheet_do_no_harm() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        sheet.write_column(0, 0, ["Telefon", "0123456789"])
        sheet.write_blank(1_048_575, 16_383, None, book.add_format({"bold": True}))

    assert cells(workbook(fill)) == [("0123456789",)]


def test_a_workbook_on_disk_is_recognised_whatever_its_name(tmp_path: Path) -> None:
    path = tmp_path / "leads.csv"
    path.write_bytes(one_sheet([["Telefon"], ["0123456789"]]))

    assert open_table(path, path.name).kind is TableKind.XLSX


@given(st.lists(st.lists(SHEET_TEXT, min_size=2, max_size=2), max_size=5))
def test_texts_of_a_workbook_are_read_back(rows: list[list[str]]) -> None:
    kept = [[cell.replace("\ufffe", "").replace("\uffff", "") for cell in row] for row in rows]

    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        for number, row in enumerate([["Nama", "Nota"], *kept]):
            for column, value in enumerate(row):
                sheet.write_string(number, column, value)

    assert [list(row.cells) for row in opened(workbook(fill)).rows()] == [row for row in kept if "".join(row).strip()]
