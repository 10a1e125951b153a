"""How much memory processes have for themselves at the most; what they share, as a server its buffers, is left out."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_LOOKS_APART_S = 0.1


@dataclass(slots=True)
class Peak:
    """The most that was seen, in MB."""

    mb: float = 0.0


@contextmanager
def peak_of(*groups: Callable[[], Sequence[int]]) -> Iterator[list[Peak]]:
    """Looks ten times a second, until the block ends, at what the processes of each group have together."""
    peaks, ended = [Peak() for _ in groups], threading.Event()

    def look() -> None:
        while not ended.wait(_LOOKS_APART_S):
            for peak, pids in zip(peaks, groups, strict=True):
                peak.mb = max(peak.mb, sum(map(private_mb, pids())))

    looking = threading.Thread(target=look, daemon=True)
    looking.start()
    try:
        yield peaks
    finally:
        ended.set()
        looking.join()


def children_of(pid: int) -> list[int]:
    """The processes a process has started."""
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def private_mb(pid: int) -> float:
    """What a process has for itself; nothing once it is gone."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Private_")) / 1024
