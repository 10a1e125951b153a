"""CSV that opens safely."""

from __future__ import annotations

import csv

import pytest

from hebah.foundation.csv_out import csv_line


@pytest.mark.parametrize("cell", ["=1+1", "+60123456789", "-2", "@SUM(A1)", "\t=1", "\r=1"])
def test_a_cell_that_could_run_is_kept_as_text(cell: str) -> None:
    assert next(csv.reader([csv_line([cell])]))[0].startswith("'")


def test_other_cells_stay_as_they_are() -> None:
    assert csv_line(['Siti, "Nur"', "a=b"]) == '"Siti, ""Nur""",a=b\r\n'
