"""What is no table of people is refused by what it is, before it can do harm."""

import io
import zipfile
from pathlib import Path

import pytest
import xlsxwriter  # type: ignore[import-untyped]  # publishes no types

from hebah.foundation.tabular import TableKind, TableLimits, open_table
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
    UnpacksTooLarge,
)
from tests.unit.foundation.tables import PEOPLE, one_sheet, opened, with_part, workbook


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
