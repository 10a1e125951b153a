"""CSV that opens safely: spreadsheets run a cell that begins like a formula, whoever wrote it."""

import csv
import io
from collections.abc import Sequence
from typing import Final

BYTE_ORDER_MARK: Final = "\ufeff"
"""Written first, so that spreadsheets read the file as UTF-8."""

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def csv_line(cells: Sequence[str]) -> str:
    """One line with its line break; cells that could run as formulas are kept as text by a leading apostrophe."""
    out = io.StringIO()
    csv.writer(out).writerow([_inert(cell) for cell in cells])
    return out.getvalue()


def _inert(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA_STARTS) else cell
