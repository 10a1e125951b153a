"""Tables in text files: their encoding, delimiter and rows are found out."""

import csv
import io
import tracemalloc
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hebah.foundation.errors import HebahError
from hebah.foundation.tabular import Row, TableKind, open_table
from hebah.foundation.tabular_parts import (
    Undecodable,
)
from tests.unit.foundation.tables import PEOPLE, PEOPLE_ROWS, SHEET_TEXT, cells, opened

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
