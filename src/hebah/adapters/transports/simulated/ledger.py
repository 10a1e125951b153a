"""The network's own book of what reached it, outside our database, so that it can judge duplicates and losses."""

import os
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from uuid import UUID

import msgspec


class LedgerLine(msgspec.Struct, frozen=True, gc=False):
    """One message of a device that reached the network; `sha256` is that of the body, `epoch` that of the link."""

    at: datetime
    device: UUID
    sender: str = msgspec.field(name="from")
    to: str = msgspec.field()
    wire_id: str = msgspec.field(name="id")
    kind: str = msgspec.field()
    sha256: str = msgspec.field()
    epoch: int = 0


class Ledger:
    """Append only. `flush` hands the lines to the operating system: they survive the death of this process.

    Without a path the lines stay in memory. A file that exists is continued, and counted first.
    """

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self.count = 0
        self._per_device: Counter[UUID] = Counter()
        self._kept: list[LedgerLine] = []
        self._encoder = msgspec.json.Encoder()
        self._buffer = bytearray()
        self._file: int | None = None
        if path is not None:
            self._open(path)

    def append(self, line: LedgerLine) -> None:
        """Note a message; it counts at once and is on its way to the file at the next `flush`."""
        self.count += 1
        self._per_device[line.device] += 1
        if self._file is None:
            self._kept.append(line)
            return
        self._encoder.encode_into(line, self._buffer, -1)
        self._buffer += b"\n"

    def flush(self) -> None:
        """Write what is noted; called before any answer leaves the network."""
        while self._buffer and self._file is not None:
            written = os.write(self._file, self._buffer)
            del self._buffer[:written]

    def count_of(self, device_id: UUID) -> int:
        """How many messages of this device reached the network."""
        return self._per_device[device_id]

    def lines(self) -> list[LedgerLine]:
        """Every line, oldest first."""
        self.flush()
        return list(self._kept) if self.path is None else list(read_ledger(self.path))

    def close(self) -> None:
        """Flush and let go of the file. Safe to call twice."""
        self.flush()
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def _open(self, path: Path) -> None:
        if path.exists():
            _drop_torn_line(path)
            for line in read_ledger(path):
                self.count += 1
                self._per_device[line.device] += 1
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)


def read_ledger(path: Path) -> Iterator[LedgerLine]:
    """The lines of a ledger file, oldest first; a line that its writer did not finish is not one."""
    decoder = msgspec.json.Decoder(LedgerLine)
    with path.open("rb") as file:
        for line in file:
            if line.endswith(b"\n"):
                yield decoder.decode(line)


def _drop_torn_line(path: Path) -> None:
    # Appending behind half a line would spoil the next one too.
    with path.open("rb+") as file:
        size = file.seek(0, os.SEEK_END)
        start = max(0, size - 65536)
        file.seek(start)
        tail = file.read()
        file.truncate(start + tail.rfind(b"\n") + 1)
