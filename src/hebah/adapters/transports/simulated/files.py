"""The files on the simulated network: those used last, by what is in them."""

import hashlib
from collections import OrderedDict
from dataclasses import replace

from hebah.adapters.transports.simulated.letters import Letter
from hebah.messaging.said import Said

_MOST_BYTES = 64 * 1024 * 1024


class Files:
    """Keeps at most 64 MB, as a network drops what nobody fetched for long."""

    def __init__(self) -> None:
        self._kept: OrderedDict[bytes, bytes] = OrderedDict()
        self._bytes = 0

    def store(self, letter: Letter) -> Said:
        """Keep the file of a message, if it has one; gives the message with how to fetch it."""
        media = letter.said.media
        if media is None:
            return letter.said
        ref = self.put(letter.file)
        return replace(letter.said, media=replace(media, ref=ref, size=len(letter.file), sha256=ref))

    def put(self, file: bytes) -> bytes:
        """Keep a file; gives how to fetch it."""
        ref = hashlib.sha256(file).digest()
        self._keep(ref, file)
        return ref

    def find(self, ref: bytes) -> bytes | None:
        """The file, or None when the network has dropped it."""
        if ref in self._kept:
            self._kept.move_to_end(ref)
        return self._kept.get(ref)

    def clear(self) -> None:
        """Drop every file."""
        self._kept.clear()
        self._bytes = 0

    def _keep(self, ref: bytes, file: bytes) -> None:
        if ref not in self._kept:
            self._kept[ref] = file
            self._bytes += len(file)
        self._kept.move_to_end(ref)
        while self._bytes > _MOST_BYTES:
            self._bytes -= len(self._kept.popitem(last=False)[1])
