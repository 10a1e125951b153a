"""Rows of API keys."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from hebah.access.model import Account, Actor, Role, Session
from hebah.access.rules import needs_second_step
from hebah.foundation.postgres import Connection, Record, Transaction, load_queries
from hebah.foundation.tokens import hash_token
from hebah.keys.model import ApiKey, NewKey
from hebah.keys.rules import KeyText, effective_permissions

QUERIES = load_queries("hebah.keys")


class FoundKey(NamedTuple):
    """A key and what it opens: no session when its maker may not sign in."""

    key: ApiKey
    session: Session | None


async def add(tx: Transaction, maker: Account, key_id: UUID, key: NewKey, text: KeyText, now: datetime) -> None:
    """Store a key without its secret."""
    await QUERIES.add_key(
        tx,
        workspace_id=maker.workspace_id,
        key_id=key_id,
        name=key.name.strip(),
        prefix=text.prefix,
        secret_hash=hash_token(text.secret),
        permissions=sorted(key.permissions),
        device_ids=None if key.device_ids is None else sorted(key.device_ids),
        created_by=maker.user_id,
        now=now,
        expires_at=key.expires_at,
    )


async def list_all(connection: Connection, workspace_id: UUID) -> list[ApiKey]:
    """Every key of the workspace, the newest first."""
    return [_key(row) for row in await QUERIES.list_keys(connection, workspace_id=workspace_id, key_id=None)]


async def find(connection: Connection, workspace_id: UUID, key_id: UUID) -> ApiKey | None:
    """One key."""
    rows = await QUERIES.list_keys(connection, workspace_id=workspace_id, key_id=key_id)
    return _key(rows[0]) if rows else None


async def find_by_secret(connection: Connection, secret_hashes: Sequence[bytes]) -> dict[bytes, FoundKey]:
    """The keys among these, each with what it opens as of now."""
    rows = await QUERIES.find_keys_by_secret(connection, secret_hashes=list(secret_hashes))
    return {row["secret_hash"]: FoundKey(_key(row), _session(row)) for row in rows}


async def touch(connection: Connection, key: ApiKey, workspace_id: UUID, now: datetime) -> None:
    """Note that the key is in use."""
    await QUERIES.touch_key(connection, workspace_id=workspace_id, key_id=key.id, now=now)


async def revoke(tx: Transaction, workspace_id: UUID, key_id: UUID, now: datetime) -> bool:
    """Take a key back; whether it was still good."""
    return bool(await QUERIES.revoke_key(tx, workspace_id=workspace_id, key_id=key_id, now=now))


def _key(row: Record) -> ApiKey:
    return ApiKey(
        id=row["id"],
        name=row["name"],
        prefix=row["prefix"],
        permissions=effective_permissions(frozenset(row["permissions"])),
        device_ids=None if row["device_ids"] is None else frozenset(row["device_ids"]),
        created_by=row["created_by"],
        created_by_name=row["created_by_name"],
        created_at=row["created_at"],
        expires_at=row["expires_at"],
        last_used_at=row["last_used_at"],
        revoked_at=row["revoked_at"],
    )


def _session(row: Record) -> Session | None:
    role = Role(row["role"])
    if row["disabled_at"] is not None or needs_second_step(role, required=row["second_step_wanted"]):
        return None
    key = _key(row)
    granted = frozenset(row["maker_device_ids"]) if role is Role.AGENT else None
    limits = [limit for limit in (granted, key.device_ids) if limit is not None]
    devices = frozenset.intersection(*limits) if limits else None
    actor = Actor(row["workspace_id"], key.created_by, key.name, role, devices, key.id, key.permissions)
    # Nothing of a browser's session: a request with a key needs no token against other sites' pages.
    return Session(row["secret_hash"], "", actor, key.last_used_at or key.created_at)
