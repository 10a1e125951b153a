"""Decisions of the second step: codes that change every 30 seconds (RFC 6238), and codes for when the phone is gone."""

import base64
import hashlib
import hmac
import re
from collections.abc import Sequence
from datetime import datetime
from typing import Final
from urllib.parse import quote, urlencode
from uuid import UUID

from hebah.second_step.model import DIGITS, RECOVERY_CODES, STEP_S, Enrolment

# A phone's clock may be off by one step in either direction.
_LENIENCE: Final = (0, -1, 1)
_SECRET_BYTES: Final = 20
_RECOVERY_BYTES: Final = 10


def secret_of(host_key: bytes, user_id: UUID, salt: bytes) -> bytes:
    """What Hebah and somebody's authenticator share: derived, so that it is stored nowhere."""
    return hmac.digest(host_key, b"second step\0" + user_id.bytes + salt, hashlib.sha256)[:_SECRET_BYTES]


def code_at(secret: bytes, step: int) -> str:
    """The code of a time step."""
    digest = hmac.digest(secret, step.to_bytes(8, "big"), hashlib.sha1)
    offset = digest[-1] & 0x0F
    number = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFF_FFFF
    return f"{number % 10**DIGITS:0{DIGITS}}"


def step_of(code: str, secret: bytes, now: datetime, used: int) -> int | None:
    """The time step that the code belongs to; None for a wrong one, or one not later than the last that was used."""
    present, given = int(now.timestamp()) // STEP_S, _plain(code)
    for step in (present + offset for offset in _LENIENCE):
        if step > used and hmac.compare_digest(code_at(secret, step).encode(), given.encode()):
            return step
    return None


def enrolment(secret: bytes, email: str, workspace: str) -> Enrolment:
    """What an authenticator is told, as text and as the address that its QR code carries."""
    text = base64.b32encode(secret).decode()
    label = quote(f"Hebah ({workspace}):{email}", safe="")
    facts = urlencode({"secret": text, "issuer": f"Hebah ({workspace})", "digits": DIGITS, "period": STEP_S})
    return Enrolment(text, f"otpauth://totp/{label}?{facts}")


def recovery_code(noise: bytes) -> str:
    """A code to be kept on paper, from 10 random bytes."""
    text = base64.b32encode(noise).decode().lower()
    return "-".join(text[start : start + 4] for start in range(0, len(text), 4))


def recovery_codes(noise: bytes) -> Sequence[str]:
    """A fresh set, from as many random bytes as `recovery_noise()` says."""
    return [recovery_code(noise[start : start + _RECOVERY_BYTES]) for start in range(0, len(noise), _RECOVERY_BYTES)]


def recovery_noise() -> int:
    """How many random bytes a set of recovery codes takes."""
    return RECOVERY_CODES * _RECOVERY_BYTES


def recovery_hash(host_key: bytes, user_id: UUID, code: str) -> bytes:
    """What is stored of a recovery code: with the host's key, so that a stolen database cannot be searched for it."""
    return hmac.digest(host_key, b"recovery\0" + user_id.bytes + _plain(code).encode(), hashlib.sha256)


def _plain(code: str) -> str:
    return re.sub(r"[\s-]", "", code).lower()
