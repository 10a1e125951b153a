"""Rehearsals to be interrupted: files of leads, and a way to play them."""

from collections.abc import Callable
from pathlib import Path

import pytest

LeadsFile = Callable[[int], Path]


@pytest.fixture
def leads_file(tmp_path: Path) -> LeadsFile:
    """A file with so many people who agreed."""

    def write(people: int) -> Path:
        path = tmp_path / f"leads-{people}.csv"
        rows = (f"Siti {number},+6012{number:07d}" for number in range(1_000_000, 1_000_000 + people))
        path.write_text("\n".join(["Name,Phone", *rows]) + "\n")
        return path

    return write
