"""Who may read the figures of a process, and what is noted for them when they look."""

from collections.abc import Mapping
from ipaddress import ip_address
from typing import Final

from hebah.foundation import metrics
from hebah.foundation.postgres import Database
from hebah.foundation.tokens import same_token

_FORWARDED: Final = ("forwarded", "x-forwarded-for", "x-real-ip")


def may_read(peer: str | None, headers: Mapping[str, str], token: str | None) -> bool:
    """Whether figures are for this reader: who has the token, or without one, who is on this machine itself.

    Behind a proxy everybody seems to be on this machine, so what was forwarded is not.
    """
    if token is not None:
        return same_token(headers.get("authorization", ""), f"Bearer {token}")
    if peer is None or any(name in headers for name in _FORWARDED):
        return False
    try:
        return ip_address(peer).is_loopback
    except ValueError:
        return False


def note_process(db: Database, version: str) -> None:
    """What is only known when somebody looks."""
    size, idle = db.connections()
    metrics.POOL.labels("busy").set(size - idle)
    metrics.POOL.labels("idle").set(idle)
    metrics.BUILD.labels(version).set(1)
