"""What is asked of API keys: the list, and which open sockets may stay."""

from uuid import UUID

from hebah.access.model import Session
from hebah.foundation.clock import Clock
from hebah.foundation.postgres import Connection
from hebah.keys import store
from hebah.keys.model import ApiKey
from hebah.keys.rules import is_alive


async def list_keys(connection: Connection, workspace_id: UUID) -> list[ApiKey]:
    """Every API key of a workspace, the newest first, without its secret."""
    return await store.list_all(connection, workspace_id)


async def live_sessions(connection: Connection, clock: Clock, secret_hashes: list[bytes]) -> dict[bytes, Session]:
    """Which of these keys are still good, each with what it opens as of now."""
    found, now = await store.find_by_secret(connection, secret_hashes), clock.now()
    return {
        secret_hash: one.session
        for secret_hash, one in found.items()
        if one.session is not None and is_alive(one.key, now)
    }
