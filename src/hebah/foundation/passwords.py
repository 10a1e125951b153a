"""Passwords are kept as argon2id hashes and checked in a thread, a few at a time, so that nothing else waits."""

import asyncio
from typing import Protocol

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_AT_ONCE = 2  # each takes 64 MB while it runs


class Passwords(Protocol):
    """Hashes passwords and tells whether one matches."""

    async def hash(self, password: str) -> str:
        """What to store."""
        ...

    async def matches(self, password: str, stored: str | None) -> bool:
        """Whether the password made that hash; takes as long when there is none."""
        ...


class Argon2Passwords:
    """Argon2id with 64 MB and three passes unless told otherwise."""

    def __init__(self, *, memory_kib: int = 65536, passes: int = 3) -> None:
        self._hasher = PasswordHasher(time_cost=passes, memory_cost=memory_kib, parallelism=1)
        self._room = asyncio.Semaphore(_AT_ONCE)

    async def hash(self, password: str) -> str:
        """What to store."""
        async with self._room:
            return await asyncio.to_thread(self._hasher.hash, password)

    async def matches(self, password: str, stored: str | None) -> bool:
        """Whether the password made that hash; takes as long when there is none."""
        async with self._room:
            return await asyncio.to_thread(self._verify, stored, password)

    def _verify(self, stored: str | None, password: str) -> bool:
        if not stored:
            # As much work as checking one, so that the time taken does not tell whom we know.
            self._hasher.hash(password)
            return False
        try:
            return self._hasher.verify(stored, password)
        except (VerificationError, InvalidHashError):
            return False
