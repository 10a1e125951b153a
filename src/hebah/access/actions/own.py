"""One's own account: name, password, and the browsers one is signed in with."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from hebah.access import rules, store
from hebah.access.actions import attempts
from hebah.access.actions.entry import Locks
from hebah.access.actions.trail import account_of, record_audit, record_for
from hebah.access.model import Actor, PasswordWrong, Session, User
from hebah.access.store import AuditEntry
from hebah.foundation.clock import Clock
from hebah.foundation.errors import FieldsInvalid, NotFound
from hebah.foundation.postgres import Database


async def change_password(
    db: Database, clock: Clock, locks: Locks, session: Session, current: str, replacement: str
) -> None:
    """Replace the password and end every other session of the user."""
    if fault := rules.password_fault(replacement):
        raise FieldsInvalid({"replacement": fault})
    account = account_of(session.actor)
    keys = attempts.of_own_password(account)
    await attempts.count_attempt(db, keys, clock.now())
    async with db.connection() as connection:
        stored = await store.find_own_password(connection, account)
    # Somebody who came by a one-time link may have no password yet.
    if stored is not None and not await locks.passwords.matches(current, stored):
        raise PasswordWrong()
    password_hash = await locks.passwords.hash(replacement)
    async with db.transaction() as tx:
        await store.drop_attempts(tx, list(keys))
        await store.save_password(tx, account, password_hash)
        await store.drop_sessions(tx, account, but=session.token_hash)
        await record_for(tx, account, AuditEntry("password_changed", account.user_id, {}), clock.now())


async def edit_me(db: Database, actor: Actor, changes: Mapping[str, Any]) -> User:
    """Change one's own name, theme or language."""  # Any: values of User's own fields
    async with db.transaction() as tx:
        before = await store.find_user(tx, account_of(actor))
        if before is None:
            raise NotFound()
        user = replace(before, **changes)
        rules.check_person(name=user.name)
        await store.save_user(tx, actor.workspace_id, user)
    return user


async def end_session(db: Database, clock: Clock, actor: Actor, session_id: UUID) -> None:
    """End one of one's own sessions; open sockets of it close within seconds."""
    async with db.transaction() as tx:
        if not await store.drop_session_by_id(tx, account_of(actor), session_id):
            raise NotFound()
        await record_audit(tx, actor, "session_ended", subject=actor.user_id, details={}, at=clock.now())


async def end_other_sessions(db: Database, clock: Clock, session: Session) -> None:
    """End every own session but this one."""
    actor = session.actor
    async with db.transaction() as tx:
        await store.drop_sessions(tx, account_of(actor), but=session.token_hash)
        await record_audit(tx, actor, "sessions_ended", subject=actor.user_id, details={}, at=clock.now())
