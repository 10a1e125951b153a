"""Which companion program there is, and whether it speaks our version of the protocol."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

PROGRAM = "hebah-companion"
PROTOCOL_VERSION = 1

NOT_BUILT = "not_built"
VERSION_DIFFERS = "version_differs"


def find_program(named: Path | None) -> Path | None:
    """The program at the place that was named, else beside this Python, else on the path; None when there is none."""
    if named is not None:
        return named if is_program(named) else None
    beside = Path(sys.executable).parent / PROGRAM
    if is_program(beside):
        return beside
    found = shutil.which(PROGRAM)
    return Path(found) if found else None


def is_program(path: Path) -> bool:
    """Whether this account may run it."""
    return path.is_file() and os.access(path, os.X_OK)
