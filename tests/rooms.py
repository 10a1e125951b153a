"""Folders for servers and whole Hebahs of tests: in memory where the machine has some to spare."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

IN_MEMORY, ON_DISK = Path("/dev/shm"), Path("/tmp")
SPARE_BYTES = 4_000_000_000


def room_for_rooms() -> Path:
    """Where rooms go. A new database is a thousand small files: a disk takes twenty times as long over them."""
    # Containers give a little memory there, or forbid to start programs from it.
    if not os.access(IN_MEMORY, os.W_OK) or shutil.disk_usage(IN_MEMORY).free < SPARE_BYTES:
        return ON_DISK
    return ON_DISK if os.statvfs(IN_MEMORY).f_flag & os.ST_NOEXEC else IN_MEMORY


@contextmanager
def room(what_for: str) -> Iterator[Path]:
    """A folder that the database's account can enter and whose socket path is short; pytest's own are neither."""
    with tempfile.TemporaryDirectory(
        prefix=f"hebah-{what_for}-", dir=room_for_rooms(), ignore_cleanup_errors=True
    ) as name:
        folder = Path(name)
        folder.chmod(0o711)
        yield folder
