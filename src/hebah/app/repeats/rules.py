"""Decisions about repeatable requests: what makes two the same, and what to do with a second one."""

import hashlib
import re
from collections.abc import Iterable
from datetime import datetime
from enum import Enum
from typing import Final

from hebah.app.repeats.model import (
    KEPT_FOR,
    LONGEST_KEY,
    AlreadyDone,
    Answer,
    InProgress,
    KeyReused,
    KeyUnusable,
    Stored,
)

_KEY = re.compile(rf"[!-~]{{1,{LONGEST_KEY}}}")
_BOUNDARY = re.compile(r"""(?i)boundary="?([^";,]+)"?""")
_ASK_AGAIN_S: Final = 1


class GoAhead(Enum):
    """The earlier attempt is no reason not to do it."""

    NOW = "now"


def check_key(key: str) -> str:
    """The key; raises `KeyUnusable`."""
    if not _KEY.fullmatch(key):
        raise KeyUnusable()
    return key


def decide(stored: Stored, fingerprint: bytes, now: datetime) -> Answer | GoAhead:
    """What a further request with the key gets: the first one's answer, or leave to be done; else raises why not."""
    if now - stored.created_at >= KEPT_FOR:
        return GoAhead.NOW
    if stored.fingerprint != fingerprint:
        raise KeyReused()
    if stored.answer is not None:
        return stored.answer
    if stored.is_held:
        raise InProgress(_ASK_AGAIN_S)
    if stored.is_done:
        raise AlreadyDone()
    return GoAhead.NOW


def is_final(status: int) -> bool:
    """Whether an answer is kept: a refusal did nothing, so the same request may be tried again."""
    return 200 <= status < 400


class Fingerprint:
    """What makes two requests the same: method, address and body.

    Programs draw a new boundary for every multipart body they write, so it is left out wherever it stands.
    """

    def __init__(self, method: str, address: Iterable[bytes], media_type: str) -> None:
        found = _BOUNDARY.search(media_type) if media_type.lower().startswith("multipart/") else None
        self._boundary = found[1].encode() if found else b""
        self._left = b""
        self._sum = hashlib.sha256()
        for part in (method.encode(), *address, media_type.replace(found[1], "").encode() if found else b""):
            self._sum.update(len(part).to_bytes(8, "big") + part)

    def update(self, chunk: bytes) -> None:
        """The next piece of the body."""
        if not self._boundary:
            self._sum.update(chunk)
            return
        text = (self._left + chunk).replace(self._boundary, b"")
        # The end may be the beginning of a boundary that goes on in the next piece.
        kept = min(len(text), len(self._boundary) - 1)
        self._sum.update(text[: len(text) - kept])
        self._left = text[len(text) - kept :]

    def digest(self) -> bytes:
        """The fingerprint, once the body has ended."""
        self._sum.update(self._left)
        self._left = b""
        return self._sum.digest()
