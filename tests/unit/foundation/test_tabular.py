import csv
import io
import tracemalloc
import zipfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path

import pytest
import xlsxwriter  # type: ignore[import-untyped]  # publishes no types
from hypothesis import given
from hypothesis import strategies as st

from hebah.foundation.errors import HebahError
from hebah.foundation.tabular import Row, Table, TableKind, TableLimits, open_table
from hebah.foundation.tabular_parts import (
    DamagedSpreadsheet,
    EmptyFile,
    FileTooLarge,
    LineTooLong,
    NoHeader,
    NotASpreadsheet,
    PasswordProtected,
    QuoteNeverClosed,
    TooManyColumns,
    TooManyRows,
    Undecodable,
    UnpacksTooLarge,
)

PEOPLE = "Nama,Telefon\nJosé,0123456789\nSiti,0198765432\n"
PEOPLE_ROWS = [Row(2, ("José", "0123456789")), Row(3, ("Siti", "0198765432"))]


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


# --- text: encodings -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (PEOPLE.encode(), "utf-8"),
        (b"\xef\xbb\xbf" + PEOPLE.encode(), "utf-8-sig"),
        (b"\xff\xfe" + PEOPLE.encode("utf-16-le"), "utf-16-le"),
        (b"\xfe\xff" + PEOPLE.encode("utf-16-be"), "utf-16-be"),
        (PEOPLE.encode("utf-16-le"), "utf-16-le"),
        (PEOPLE.encode("utf-16-be"), "utf-16-be"),
        (PEOPLE.encode("windows-1252"), "windows-1252"),
        (b"Nama,Telefon\nAli,0123456789\n", "utf-8"),
    ],
)
def test_the_encoding_is_recognised_from_the_bytes(content: bytes, encoding: str) -> None:
    table = opened(content)

    assert (table.kind, table.encoding, table.header) == (TableKind.CSV, encoding, ("Nama", "Telefon"))
    assert next(iter(table.rows())).cells[1] == "0123456789"
    if encoding != "utf-8" or b"Jos" in content:
        assert list(table.rows()) == PEOPLE_ROWS


@pytest.mark.parametrize("letters", ["Siti Nurhaliza ✓", "陈大文", "முத்து", "Ñandú 😀"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_every_script_survives(letters: str, encoding: str) -> None:
    assert cells(f"Nama,Telefon\n{letters},1\n".encode(encoding)) == [(letters, "1")]


@pytest.mark.parametrize("stray", [b"\x81", b"\x8d", b"\x8f", b"\x90", b"\x9d"])
def test_bytes_no_encoding_knows_are_refused_with_their_line(stray: bytes) -> None:
    with pytest.raises(Undecodable) as refused:
        opened(b"Nama,Telefon\nJos\xe9,1\n" + stray + b"\xe9,2\n")

    assert refused.value.line == 3


def test_a_torn_utf16_file_is_refused() -> None:
    with pytest.raises(Undecodable):
        opened(b"\xff\xfe" + PEOPLE.encode("utf-16-le") + b"\x41")


def test_a_late_foreign_byte_decides_about_the_whole_file() -> None:
    content = b"Nama,Telefon\n" + b"Ali,0123456789\n" * 100_000 + b"Jos\xe9,1\n"

    assert opened(content).encoding == "windows-1252"


# --- text: delimiters and rows ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "delimiter"),
    [
        ("Nama,Telefon\nAli,1\n", ","),
        ("Nama;Telefon\nAli;1\n", ";"),
        ("Nama\tTelefon\nAli\t1\n", "\t"),
        ('Nama;Nota;Telefon\nAli;"a,b,c,d";1\nSiti;"e,f,g";2\n', ";"),
        ('Nama,Nota,Telefon\nAli,"a;b;c;d",1\nSiti,"e;f;g",2\n', ","),
        ('"Nama, penuh";"Telefon"\n"Ali, bin Abu";"1"\n', ";"),
        ("Nama;Niche (a, b);Telefon\nAli;x;1\nSiti;y;2\n", ";"),
        ('Nama,"Nota;\nlain",Telefon\nAli,"x;\ny",1\n', ","),
        ("sep=;\nNama;Telefon\nAli;1\n", ";"),
        ("Telefon\n0123456789\n", ","),
        ("Nama;Telefon", ";"),
    ],
)
def test_the_delimiter_is_found_and_quoted_cells_do_not_mislead(content: str, delimiter: str) -> None:
    assert opened(content).delimiter == delimiter


def test_a_declared_delimiter_is_no_row() -> None:
    table = opened("sep=;\r\nNama;Telefon\r\nAli;1\r\n")

    assert (table.header, table.header_number) == (("Nama", "Telefon"), 2)
    assert list(table.rows()) == [Row(3, ("Ali", "1"))]


def test_rows_are_numbered_as_a_spreadsheet_program_shows_them() -> None:
    table = opened('\n\nNama,Telefon\n\n"Ali\nbin Abu",1\n,\n  ,\nSiti,2\n')

    assert table.header_number == 3
    assert list(table.rows()) == [Row(5, ("Ali\nbin Abu", "1")), Row(8, ("Siti", "2"))]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_line_ending_is_read(end: str) -> None:
    assert cells(PEOPLE.replace("\n", end)) == [row.cells for row in PEOPLE_ROWS]


def test_short_rows_are_widened_and_long_rows_keep_their_surplus() -> None:
    assert cells("a,b,c\n1\n1,2,3,4\n") == [("1", "", ""), ("1", "2", "3", "4")]


def test_rows_can_be_read_again() -> None:
    table = opened(PEOPLE)

    assert list(table.rows()) == list(table.rows()) == PEOPLE_ROWS


def test_cells_are_left_as_they_are_and_names_of_columns_are_tidied() -> None:
    table = opened('" Nama\n penuh ",Telefon,,\n  Ali ,6.01E+10\n')

    assert table.header == ("Nama penuh", "Telefon")
    assert next(iter(table.rows())).cells[:2] == ("  Ali ", "6.01E+10")


def test_a_file_is_read_from_disk_in_constant_memory(tmp_path: Path) -> None:
    path = tmp_path / "leads.csv"
    with path.open("w") as file:
        file.write("Nama,Telefon,Nota\n")
        file.writelines(f"Nama {number},{60120000000 + number},{'lorem ' * 20}\n" for number in range(100_000))

    tracemalloc.start()
    rows = sum(1 for _ in open_table(path, path.name).rows())
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert rows == 100_000
    assert peak < 6 * 1024 * 1024 < path.stat().st_size


SHEET_TEXT = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]) | st.sampled_from('\n",;\t'), max_size=8
)


@given(
    st.lists(st.lists(SHEET_TEXT, min_size=3, max_size=3), max_size=8),
    st.sampled_from([",", ";", "\t"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_whatever_a_csv_writer_writes_is_read_back(rows: list[list[str]], delimiter: str, encoding: str) -> None:
    written = io.StringIO(newline="")
    writer = csv.writer(written, delimiter=delimiter, quoting=csv.QUOTE_ALL)
    writer.writerows([["Nama", "Telefon", "Nota"], *rows])

    table = opened(written.getvalue().encode(encoding))

    assert table.delimiter == delimiter
    assert [list(row.cells) for row in table.rows()] == [row for row in rows if "".join(row).strip()]


@given(st.binary(max_size=400))
def test_no_bytes_break_the_reader(content: bytes) -> None:
    with suppress(HebahError):
        assert all(row.cells for row in opened(content).rows())


# --- workbooks -------------------------------------------------------------------------------------------------------


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


# --- refusals --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "pdf"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "picture"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "picture"),
        (b"GIF89a\x01\x00", "picture"),
        (b"BM\x36\x00\x00\x00", "picture"),
        (b"MZ\x90\x00\x03\x00\x00\x00", "program"),
        (b"\x7fELF\x02\x01\x01\x00", "program"),
        (b"#!/bin/sh\nrm -rf x\n", "program"),
        (b"Rar!\x1a\x07\x00", "archive"),
        (b"\x1f\x8b\x08\x00", "archive"),
        (b"PK\x05\x06" + bytes(18), "archive"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "old_office"),
        (b"{\\rtf1 Ali}", "document"),
        (b"<html><table><tr><td>Ali", "web_page"),
        (b"\xef\xbb\xbf<!DOCTYPE html>", "web_page"),
        (b"Nama,Telefon\nAli\x00,1\x02\n", "binary"),
        (bytes(range(256)), "binary"),
    ],
)
def test_other_files_are_refused_by_what_they_are(content: bytes, found: str) -> None:
    with pytest.raises(NotASpreadsheet) as refused:
        opened(content)

    assert refused.value.data() == {"file_name": "leads.csv", "found": found}


def zipped(parts: dict[str, bytes]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return content.getvalue()


@pytest.mark.parametrize(
    ("parts", "found"),
    [
        ({"leads.csv": b"Nama"}, "archive"),
        ({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w/>"}, "document"),
    ],
)
def test_an_archive_that_is_no_workbook_is_refused(parts: dict[str, bytes], found: str) -> None:
    with pytest.raises(NotASpreadsheet) as refused:
        opened(zipped(parts))

    assert refused.value.found == found


@pytest.mark.parametrize("words", ["BMI,Telefon\n20,1\n", "MZ,Telefon\n20,1\n", "PK,Telefon\n2,1\n", "RIFF,b\n1,2\n"])
def test_a_column_may_begin_like_a_program(words: str) -> None:
    assert opened(words).kind is TableKind.CSV


@pytest.mark.parametrize("content", ["", "  \n\r\n\t", ",,\n,\n", "\ufeff"])
def test_a_file_without_a_row_is_empty(content: str) -> None:
    with pytest.raises(EmptyFile):
        opened(content)


def test_a_workbook_without_a_row_is_empty() -> None:
    with pytest.raises(EmptyFile):
        opened(one_sheet([]))


@pytest.mark.parametrize("content", ["Ali,0123456789\nSiti,0198765432\n", "1,2\n3,4\n", "+60 12-345 6789,Ali\n"])
def test_a_first_row_of_values_is_not_taken_for_names(content: str) -> None:
    with pytest.raises(NoHeader):
        opened(content)


def test_a_file_over_the_limit_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "leads.csv"
    path.write_text(PEOPLE)

    with pytest.raises(FileTooLarge) as refused:
        open_table(path, path.name, TableLimits(file_size=10))

    assert refused.value.data() == {"size": path.stat().st_size, "limit": 10}


def test_a_line_of_five_million_characters_is_refused() -> None:
    with pytest.raises(LineTooLong) as refused:
        list(opened("Nama,Telefon\n" + "a" * 5_000_000 + ",1\n").rows())

    assert refused.value.line == 2


def test_a_quote_never_closed_is_refused_where_it_opens() -> None:
    with pytest.raises(QuoteNeverClosed) as refused:
        list(opened('Nama,Telefon\nAli,1\n"Siti,2\n' + "Abu,3\n" * 50_000).rows())

    assert refused.value.row == 3


def test_too_many_columns_are_refused() -> None:
    with pytest.raises(TooManyColumns):
        opened(",".join(f"k{number}" for number in range(300)) + "\n")
    with pytest.raises(TooManyColumns):
        opened(one_sheet([[f"k{number}" for number in range(300)]]))


def test_too_many_rows_are_refused_while_reading() -> None:
    with pytest.raises(TooManyRows):
        list(opened("Telefon\n" + "1\n" * 20, TableLimits(rows=10)).rows())
    with pytest.raises(TooManyRows):
        opened(one_sheet([["Telefon"], *[["1"]] * 20]), TableLimits(rows=10))


def test_two_cells_in_opposite_corners_do_not_end_the_process() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        sheet.write(0, 0, "Telefon")
        sheet.write(1_048_575, 16_383, "x")

    with pytest.raises(TooManyColumns):
        opened(workbook(fill))
    with pytest.raises(UnpacksTooLarge):
        opened(workbook(fill), TableLimits(columns=20_000))


def test_corners_reached_without_addresses_are_measured_too() -> None:
    def crawl(sheet: bytes) -> bytes:
        start, end = sheet.index(b"<sheetData>"), sheet.index(b"</sheetData>")
        row = b"<x:row>" + b"<x:c><x:v>1</x:v></x:c>" * 300 + b"</x:row>"
        return sheet[:start].replace(b"<worksheet ", b'<worksheet xmlns:x="u" ') + b"<sheetData>" + row + sheet[end:]

    with pytest.raises(TooManyColumns):
        opened(with_part(one_sheet([["Telefon"]]), "xl/worksheets/sheet1.xml", crawl))


def test_a_bomb_is_refused_by_what_it_declares_to_unpack() -> None:
    bomb = with_part(one_sheet([["Telefon"]]), "xl/styles.xml", lambda part: part + b" " * 30_000_000)

    with pytest.raises(UnpacksTooLarge):
        opened(bomb)
    with pytest.raises(UnpacksTooLarge):
        opened(one_sheet([["Telefon"]]), TableLimits(unpacked_size=1000))


def test_a_bomb_that_lies_about_its_size_is_damaged() -> None:
    content = bytearray(with_part(one_sheet([["Telefon"]]), "xl/styles.xml", lambda part: part + b" " * 30_000_000))
    entry = content.rindex(b"xl/styles.xml") - 46
    content[entry + 24 : entry + 28] = (1000).to_bytes(4, "little")

    with pytest.raises(DamagedSpreadsheet):
        opened(bytes(content))


def test_one_long_text_shared_by_every_cell_is_refused() -> None:
    shared = one_sheet([["Telefon"], *[["x" * 30_000]] * 1000])

    with pytest.raises(UnpacksTooLarge):
        opened(shared, TableLimits(shared_text=20_000_000))


def test_a_sheet_with_its_own_entities_is_refused() -> None:
    laughs = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha">]>'

    with pytest.raises(DamagedSpreadsheet):
        opened(
            with_part(
                one_sheet([["Telefon"]]),
                "xl/worksheets/sheet1.xml",
                lambda part: laughs + part[part.index(b"?>") + 2 :],
            )
        )


def test_two_parts_of_one_name_are_refused() -> None:
    content = io.BytesIO(one_sheet([["Telefon"]]))
    with zipfile.ZipFile(content, "a") as archive:
        archive.writestr("XL/worksheets/SHEET1.xml", b"<worksheet/>")

    with pytest.raises(DamagedSpreadsheet):
        opened(content.getvalue())


@pytest.mark.parametrize("kept", [0.3, 0.7, 0.98])
def test_a_torn_workbook_is_damaged(kept: float) -> None:
    content = one_sheet([["Telefon"], ["0123456789"]])

    with pytest.raises(DamagedSpreadsheet):
        opened(content[: int(len(content) * kept)])


def test_a_workbook_behind_a_password_is_told_apart_from_an_old_one() -> None:
    with pytest.raises(PasswordProtected):
        opened(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(5000) + "EncryptedPackage".encode("utf-16-le") + bytes(100))


@given(st.lists(st.lists(SHEET_TEXT, min_size=2, max_size=2), max_size=5))
def test_texts_of_a_workbook_are_read_back(rows: list[list[str]]) -> None:
    kept = [[cell.replace("\ufffe", "").replace("\uffff", "") for cell in row] for row in rows]

    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        for number, row in enumerate([["Nama", "Nota"], *kept]):
            for column, value in enumerate(row):
                sheet.write_string(number, column, value)

    assert [list(row.cells) for row in opened(workbook(fill)).rows()] == [row for row in kept if "".join(row).strip()]
