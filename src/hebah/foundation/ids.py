"""Identity: every row of the product is named by a uuid7, so that keys sort by creation and index pages stay warm.

Features wrap the result in their own `NewType` (`DeviceId = NewType("DeviceId", UUID)`).
"""

import os
import time
from datetime import datetime
from uuid import UUID

from asyncpg.pgproto import pgproto

_SUB_MILLISECOND = 4096
_VERSION, _VARIANT, _RANDOM = 0x7000, 0x8000_0000_0000_0000, 0x3FFF_FFFF_FFFF_FFFF


def make_id() -> UUID:
    """A fresh uuid7: 48 bits of Unix milliseconds, 12 bits of the millisecond's fraction, 62 random bits."""
    # An id needs order, not business time: a rehearsal's accelerated clock must not make ids collide or run ahead.
    milliseconds, rest = divmod(time.time_ns(), 1_000_000)
    fraction = rest * _SUB_MILLISECOND // 1_000_000
    random = int.from_bytes(os.urandom(8), "big") & _RANDOM | _VARIANT
    # The driver's UUID, as in all rows it reads: it is made, hashed, compared and written several times as fast.
    return pgproto.UUID((milliseconds << 16 | _VERSION | fraction).to_bytes(8, "big") + random.to_bytes(8, "big"))


def first_id_of(instant: datetime) -> UUID:
    """Smaller than every id made from this instant on, and greater than those made before its millisecond."""
    return UUID(int=int(instant.timestamp() * 1000) << 80)
