"""The identity of a message on the wire: chosen by us and committed before a byte leaves, so an echo can be matched."""

from __future__ import annotations

RANDOM_BYTES = 9
_PREFIX = "3EB0"


def make_wire_id(random_bytes: bytes) -> str:
    """`3EB0` and 18 upper-case hex digits, the shape linked devices use; ValueError unless given nine bytes."""
    if len(random_bytes) != RANDOM_BYTES:
        message = f"a wire id is made of {RANDOM_BYTES} random bytes, got {len(random_bytes)}"
        raise ValueError(message)
    return _PREFIX + random_bytes.hex().upper()
