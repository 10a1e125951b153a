"""How large a file may be, and where its next piece belongs."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from hebah.foundation.tabular_parts import EmptyFile, FileTooLarge
from hebah.uploads.model import OfferedFile, Upload, UploadElsewhere, UploadTooLong

MOST_BYTES: Final = 200 * 1024 * 1024
"""No import takes more; each has a smaller limit of its own or this one."""

MOST_AT_ONCE: Final = 4 * 1024 * 1024
"""The largest piece of a file that one request brings."""

MOST_WAITING: Final = 5
"""How many unfinished files of one person are kept; the oldest makes room."""

KEPT_FOR: Final = timedelta(days=2)
"""How long a file waits for its next piece."""


def check_offer(offered: OfferedFile) -> None:
    """Raise unless a file like this is taken."""
    if offered.size <= 0:
        raise EmptyFile(offered.name)
    if offered.size > MOST_BYTES:
        raise FileTooLarge(offered.size, MOST_BYTES)


def check_piece(upload: Upload, offset: int, length: int) -> None:
    """Raise unless these bytes continue the file."""
    if offset != upload.received:
        raise UploadElsewhere(upload.received)
    if offset + length > upload.file.size:
        raise UploadTooLong(upload.file.size)
