"""Secrets that stand for a permission: the browser or the link holds the token, the database only its hash."""

import hashlib
import secrets


def make_token() -> str:
    """A fresh secret of 256 bits, fit for a URL."""
    return secrets.token_urlsafe(32)


def hash_token(token: str) -> bytes:
    """What is stored of a token; a plain hash suffices, since nobody guesses 256 bits."""
    return hashlib.sha256(token.encode()).digest()


def same_token(given: str, expected: str) -> bool:
    """Compare without telling by the time taken how much was right."""
    return secrets.compare_digest(given.encode(), expected.encode())
