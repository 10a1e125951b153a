"""One process at a time on a folder: whoever comes second is told who has it. A process that dies lets go."""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

from hebah.foundation.errors import Conflict


class StorageInUse(Conflict):
    """Another process of ours runs on this folder."""

    code = "storage_in_use"
    sentence = "Hebah is already running on {home}{holder}. Stop it first, or choose another folder."
    home: str
    holder: str


@contextlib.contextmanager
def sole_use_of(home: Path) -> Iterator[None]:
    """Hold the folder for as long as the block lasts; raises `StorageInUse` when another process holds it."""
    with (home / "lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            lock.seek(0)
            holder = lock.read().strip()
            raise StorageInUse(str(home), f" (process {holder})" if holder else "") from error
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield
        lock.truncate(0)
