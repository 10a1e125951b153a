"""API keys: made, shown once, used, taken back."""

import secrets
import string
from uuid import UUID

from hebah.access import reads as access
from hebah.access.actions.trail import account_of, announce, record_audit
from hebah.access.model import Actor, Session
from hebah.foundation.clock import Clock
from hebah.foundation.errors import FieldsInvalid, NotFound
from hebah.foundation.ids import make_id
from hebah.foundation.postgres import Database, Transaction
from hebah.foundation.tokens import hash_token, make_token
from hebah.keys import rules, store
from hebah.keys.model import ApiKey, KeyUnknown, MadeKey, NewKey

_LETTERS = string.digits + string.ascii_lowercase


async def make_key(db: Database, clock: Clock, actor: Actor, new: NewKey) -> MadeKey:
    """A key that reaches no further than its maker; its text is told here and never again."""
    now, key_id = clock.now(), make_id()
    rules.check_new(new, actor, now)
    prefix = "".join(secrets.choice(_LETTERS) for _ in range(rules.PREFIX_LENGTH))
    text = rules.KeyText(prefix, make_token())
    async with db.transaction() as tx:
        if new.device_ids and not await access.are_devices(tx, actor.workspace_id, new.device_ids):
            raise FieldsInvalid({"deviceIds": "unknown_device"})
        await store.add(tx, account_of(actor), key_id, new, text, now)
        made = await _key(tx, actor, key_id)
        details = {"permissions": sorted(new.permissions)}
        await record_audit(tx, actor, "key_made", subject=key_id, details=details, at=now)
        await announce(tx, actor.workspace_id, "keys_changed", key_id)
    return MadeKey(made, str(text))


async def revoke_key(db: Database, clock: Clock, actor: Actor, key_id: UUID) -> ApiKey:
    """Take a key back for good; open sockets of it close within seconds."""
    now = clock.now()
    async with db.transaction() as tx:
        await _key(tx, actor, key_id)
        if await store.revoke(tx, actor.workspace_id, key_id, now):
            await record_audit(tx, actor, "key_revoked", subject=key_id, details={}, at=now)
            await announce(tx, actor.workspace_id, "keys_changed", key_id)
        return await _key(tx, actor, key_id)


async def find_key_session(db: Database, clock: Clock, text: str) -> Session:
    """Who bears this key, as of now; raises `KeyUnknown`, `KeyRevoked` or `KeyExpired`."""
    parts, now = rules.read_key(text), clock.now()
    if parts is None:
        raise KeyUnknown()
    secret_hash = hash_token(parts.secret)
    async with db.connection() as connection:
        found = (await store.find_by_secret(connection, [secret_hash])).get(secret_hash)
        if found is None or found.key.prefix != parts.prefix:
            raise KeyUnknown()
        rules.check_alive(found.key, now)
        if found.session is None:
            raise KeyUnknown()
        used = found.key.last_used_at
        if used is None or (now - used).total_seconds() > 60:
            await store.touch(connection, found.key, found.session.actor.workspace_id, now)
    return found.session


async def _key(tx: Transaction, actor: Actor, key_id: UUID) -> ApiKey:
    found = await store.find(tx, actor.workspace_id, key_id)
    if found is None:
        raise NotFound()
    return found
