"""The second step at sign-in: setting it up, passing it, and codes for when the phone is gone."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from hebah.access import store
from hebah.access.actions import attempts
from hebah.access.actions.trail import account_of, announce, record_audit, record_for
from hebah.access.model import Account, Actor, Session
from hebah.access.store import AuditEntry
from hebah.foundation.clock import Clock
from hebah.foundation.errors import NotFound
from hebah.foundation.postgres import Database, Transaction
from hebah.second_step import rules
from hebah.second_step.model import CodeWrong, Enrolment, SecondStep, SecondStepNeeded, SecondStepState
from hebah.second_step.store import SecondStepOf

_SALT_BYTES = 16


@dataclass(frozen=True, slots=True)
class Proving:
    """What judging codes takes; `host_key` is what every second step of this installation is derived from."""

    db: Database
    clock: Clock
    host_key: bytes


async def pass_step(proving: Proving, account: Account, code: str | None) -> None:
    """Return for the right code, or for somebody who has no second step; a code counts once.

    Raises `SecondStepNeeded` when none was given, `CodeWrong`, or `TooManyAttempts`.
    """
    if not await _is_on(proving.db, account):
        return
    if not code:
        raise SecondStepNeeded()
    keys = attempts.of_codes(account)
    await attempts.count_attempt(proving.db, keys, proving.clock.now())
    async with proving.db.transaction() as tx:
        await _use_code(tx, proving, account, code)
        await store.drop_attempts(tx, list(keys))


async def begin(proving: Proving, actor: Actor) -> Enrolment:
    """What to tell the authenticator; nothing is asked for until a first code has proved that it was told."""
    account, salt = account_of(actor), secrets.token_bytes(_SALT_BYTES)
    async with proving.db.transaction() as tx:
        user = await store.find_user(tx, account)
        if user is None:
            raise NotFound()
        workspace = await store.find_workspace(tx, actor.workspace_id)
        if not await SecondStepOf(*account).begin(tx, salt):
            raise SecondStepState()
    return rules.enrolment(rules.secret_of(proving.host_key, user.id, salt), user.email, workspace.settings.name)


async def confirm(proving: Proving, session: Session, code: str) -> Sequence[str]:
    """Switch it on by a first code; tells the recovery codes once. Other sessions, which passed no step, end."""
    account = account_of(session.actor)
    keys = attempts.of_codes(account)
    await attempts.count_attempt(proving.db, keys, proving.clock.now())
    async with proving.db.transaction() as tx:
        step = await SecondStepOf(*account).lock(tx)
        if step is None or step.is_on:
            raise SecondStepState()
        await _use_time_code(tx, proving, account, step, code)
        await SecondStepOf(*account).confirm(tx, proving.clock.now())
        codes = await _fresh_codes(tx, proving, account)
        await store.drop_attempts(tx, list(keys))
        await store.drop_sessions(tx, account, but=session.token_hash)
        await _record(tx, proving, session.actor, "second_step_on")
    return codes


async def renew_codes(proving: Proving, actor: Actor, code: str) -> Sequence[str]:
    """Fresh recovery codes instead of the older ones."""
    await _prove(proving, actor, code)
    async with proving.db.transaction() as tx:
        codes = await _fresh_codes(tx, proving, account_of(actor))
        await _record(tx, proving, actor, "recovery_codes_renewed")
    return codes


async def switch_off(proving: Proving, actor: Actor, code: str) -> None:
    """Back to the password alone, by whoever still has a code."""
    await _prove(proving, actor, code)
    async with proving.db.transaction() as tx:
        await SecondStepOf(*account_of(actor)).drop(tx)
        await _record(tx, proving, actor, "second_step_off")


async def _prove(proving: Proving, actor: Actor, code: str) -> None:
    account = account_of(actor)
    if not await _is_on(proving.db, account):
        raise SecondStepState()
    await pass_step(proving, account, code)


async def _record(tx: Transaction, proving: Proving, actor: Actor, action: str) -> None:
    await record_audit(tx, actor, action, subject=actor.user_id, details={}, at=proving.clock.now())
    await announce(tx, actor.workspace_id, "users_changed", actor.user_id)


async def _is_on(db: Database, account: Account) -> bool:
    async with db.connection() as connection:
        step = await SecondStepOf(*account).find(connection)
    return step is not None and step.is_on


async def _use_code(tx: Transaction, proving: Proving, account: Account, code: str) -> None:
    step = await SecondStepOf(*account).lock(tx)
    if step is None or not step.is_on:  # switched off in the meantime
        return
    code_hash = rules.recovery_hash(proving.host_key, account.user_id, code)
    if await SecondStepOf(*account).use_recovery_code(tx, code_hash):
        await record_for(tx, account, AuditEntry("recovery_code_used", account.user_id, {}), proving.clock.now())
        return
    await _use_time_code(tx, proving, account, step, code)


async def _use_time_code(tx: Transaction, proving: Proving, account: Account, step: SecondStep, code: str) -> None:
    secret = rules.secret_of(proving.host_key, account.user_id, step.salt)
    used = rules.step_of(code, secret, proving.clock.now(), step.used)
    if used is None:
        raise CodeWrong()
    await SecondStepOf(*account).use_code(tx, used)


async def _fresh_codes(tx: Transaction, proving: Proving, account: Account) -> Sequence[str]:
    codes = rules.recovery_codes(secrets.token_bytes(rules.recovery_noise()))
    hashes = [rules.recovery_hash(proving.host_key, account.user_id, code) for code in codes]
    await SecondStepOf(*account).replace_recovery_codes(tx, hashes)
    return codes
