"""What access does: the first owner's set-up, signing in and out, inviting people, settings, the audit trail."""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from hebah.access import rules, store
from hebah.access.model import (
    INVITATION_FOR,
    LINK_FOR,
    OPEN_FOR,
    Account,
    Actor,
    EmailTaken,
    Invitation,
    LastOwner,
    LinkNotValid,
    LinkPurpose,
    NewSession,
    NewUser,
    PasswordWrong,
    Role,
    RoleChange,
    Session,
    Settings,
    Setup,
    SignedOut,
    SignInRefused,
    TooManyAttempts,
    User,
    Visitor,
    Workspace,
)
from hebah.access.store import AuditEntry
from hebah.foundation import eventlog
from hebah.foundation.clock import Clock
from hebah.foundation.errors import FieldsInvalid, NotFound
from hebah.foundation.eventlog import Event
from hebah.foundation.passwords import Passwords
from hebah.foundation.postgres import Database, Transaction
from hebah.foundation.tokens import hash_token, make_token

# --- the first start --------------------------------------------------------------------------------------------------


async def make_owner_link(db: Database, clock: Clock) -> str | None:
    """A fresh one-time token for the set-up page while nobody owns this installation; None once somebody does."""
    token, now = make_token(), clock.now()
    async with db.transaction() as tx:
        if await store.find_first_owner(tx) is not None:
            return None
        await store.replace_link(
            tx, store.LinkRow(hash_token(token), LinkPurpose.OWNER_SETUP, now + LINK_FOR, None), now
        )
    return token


async def make_sign_in_link(db: Database, clock: Clock) -> str:
    """A fresh one-time token that signs the first owner in; for whoever sits at the machine Hebah runs on."""
    token, now = make_token(), clock.now()
    async with db.transaction() as tx:
        owner = await store.find_first_owner(tx)
        if owner is None:
            raise NotFound()
        await store.replace_link(
            tx, store.LinkRow(hash_token(token), LinkPurpose.OWNER_SIGN_IN, now + LINK_FOR, owner), now
        )
        await record_for(tx, owner, AuditEntry("sign_in_link_made", owner.user_id, {}), now)
    return token


async def found_workspace(
    tx: Transaction, settings: Settings, owner: NewUser, password_hash: str, now: datetime
) -> Account:
    """A workspace with its first owner; without a password (an empty hash) only one-time links let them in."""
    workspace_id = await store.add_workspace(tx, settings, now)
    user_id = await store.add_user(tx, workspace_id, owner, password_hash, now)
    if user_id is None:
        raise EmailTaken()
    account = Account(workspace_id, user_id)
    await record_for(tx, account, AuditEntry("workspace_founded", workspace_id, {}), now)
    return account


async def set_up(db: Database, clock: Clock, passwords: Passwords, token: str, setup: Setup) -> Account:
    """Found the first workspace by the one-time link, which is used up; of several at once one succeeds."""
    rules.check_settings(setup.settings)
    rules.check_person(name=setup.owner.name, email=setup.owner.email, password=setup.password)
    link = hash_token(token)
    async with db.connection() as connection:
        # Hashing costs a tenth of a second: not for those who only guess.
        if not await store.link_waits(connection, link, LinkPurpose.OWNER_SETUP, clock.now()):
            raise LinkNotValid()
    password_hash, now = await passwords.hash(setup.password), clock.now()
    async with db.transaction() as tx:
        if await store.use_link(tx, link, LinkPurpose.OWNER_SETUP, now) is None:
            raise LinkNotValid()
        return await found_workspace(tx, setup.settings, setup.owner, password_hash, now)


# --- sessions ---------------------------------------------------------------------------------------------------------


async def open_session(db: Database, clock: Clock, account: Account, visitor: Visitor) -> NewSession:
    """A fresh session; nothing of an earlier one lives on in it."""
    async with db.transaction() as tx:
        return await _open_session(tx, account, visitor, clock.now())


async def enter(db: Database, clock: Clock, token: str, visitor: Visitor) -> NewSession:
    """Sign in by a one-time link, which is used up."""
    now = clock.now()
    async with db.transaction() as tx:
        used = await store.use_link(tx, hash_token(token), LinkPurpose.OWNER_SIGN_IN, now)
        if used is None or used.account is None:
            raise LinkNotValid()
        return await _open_session(tx, used.account, visitor, now)


async def sign_in(
    db: Database, clock: Clock, passwords: Passwords, email: str, password: str, visitor: Visitor
) -> NewSession:
    """Sign in by address and password; slow guessing is let through, fast guessing is made to wait."""
    keys = _attempt_keys(email, visitor)
    await _count_attempt(db, keys, clock.now())
    async with db.connection() as connection:
        login = await store.find_login(connection, email.strip())
    right = await passwords.matches(password[: rules.LONGEST_PASSWORD + 1], login.password_hash if login else None)
    if login is None or not right or login.disabled:
        raise SignInRefused()
    now = clock.now()
    async with db.transaction() as tx:
        await store.drop_attempts(tx, list(keys))
        return await _open_session(tx, login.account, visitor, now)


async def sign_out(db: Database, token_hash: bytes) -> None:
    """End this session."""
    async with db.transaction() as tx:
        await store.drop_session(tx, token_hash)


async def find_session(db: Database, clock: Clock, token: str) -> Session:
    """Who holds this cookie; raises `SignedOut`. Being asked keeps the session from falling idle."""
    token_hash, now = hash_token(token), clock.now()
    async with db.connection() as connection:
        session = (await store.find_sessions(connection, [token_hash], now)).get(token_hash)
        if session is None:
            raise SignedOut()
        if (now - session.seen_at).total_seconds() > 60:
            await store.touch_session(connection, token_hash, now)
    return session


async def change_password(
    db: Database, clock: Clock, passwords: Passwords, session: Session, current: str, replacement: str
) -> None:
    """Replace the password and end every other session of the user."""
    if fault := rules.password_fault(replacement):
        raise FieldsInvalid({"replacement": fault})
    account = _account(session.actor)
    keys = (_key("password", str(account.user_id)),)
    await _count_attempt(db, {keys[0]: rules.FROM_ONE_PLACE}, clock.now())
    async with db.connection() as connection:
        stored = await store.find_own_password(connection, account)
    # Somebody who came by a one-time link may have no password yet.
    if stored is not None and not await passwords.matches(current, stored):
        raise PasswordWrong()
    password_hash = await passwords.hash(replacement)
    async with db.transaction() as tx:
        await store.drop_attempts(tx, keys)
        await store.save_password(tx, account, password_hash)
        await store.drop_sessions(tx, account, but=session.token_hash)
        await record_for(tx, account, AuditEntry("password_changed", account.user_id, {}), clock.now())


async def edit_me(db: Database, actor: Actor, changes: Mapping[str, Any]) -> User:
    """Change one's own name, theme or language."""  # Any: values of User's own fields
    async with db.transaction() as tx:
        user = replace(await _user(tx, actor.workspace_id, actor.user_id), **changes)
        rules.check_person(name=user.name)
        await store.save_user(tx, actor.workspace_id, user)
    return user


# --- people -----------------------------------------------------------------------------------------------------------


async def invite(db: Database, clock: Clock, actor: Actor, user: NewUser, device_ids: frozenset[UUID]) -> Invitation:
    """Add a user who will choose a password by the link; inviting again replaces an invitation nobody used."""
    rules.check_person(name=user.name, email=user.email)
    token, now, workspace_id = make_token(), clock.now(), actor.workspace_id
    async with db.transaction() as tx:
        await store.lock_workspace(tx, workspace_id)
        user_id = await store.find_waiting_user(tx, workspace_id, user.email)
        user_id = user_id or await store.add_user(tx, workspace_id, user, "", now)
        if user_id is None:
            raise EmailTaken()
        account = Account(workspace_id, user_id)
        invited = replace(await _user(tx, workspace_id, user_id), name=user.name, role=user.role, device_ids=device_ids)
        await _save_role(tx, workspace_id, invited)
        link = store.LinkRow(hash_token(token), LinkPurpose.INVITATION, now + INVITATION_FOR, account)
        await store.replace_link(tx, link, now)
        await record_audit(tx, actor, "user_invited", subject=user_id, details={"role": user.role}, at=now)
        await _announce(tx, workspace_id, "users_changed", user_id)
    return Invitation(invited, token)


async def accept_invitation(
    db: Database, clock: Clock, passwords: Passwords, token: str, name: str, password: str
) -> Account:
    """Choose a name and a password by the invitation's link, which is used up."""
    rules.check_person(name=name, password=password)
    link = hash_token(token)
    async with db.connection() as connection:
        if not await store.link_waits(connection, link, LinkPurpose.INVITATION, clock.now()):
            raise LinkNotValid()
    password_hash, now = await passwords.hash(password), clock.now()
    async with db.transaction() as tx:
        used = await store.use_link(tx, link, LinkPurpose.INVITATION, now)
        if used is None or used.account is None:
            raise LinkNotValid()
        account = used.account
        user = replace(await _user(tx, *account), name=name.strip())
        if user.disabled_at is not None:
            raise LinkNotValid()
        await store.save_password(tx, account, password_hash)
        await store.save_user(tx, account.workspace_id, user)
        await record_for(tx, account, AuditEntry("invitation_accepted", account.user_id, {}), now)
        await _announce(tx, account.workspace_id, "users_changed", account.user_id)
    return account


async def edit_user(db: Database, clock: Clock, actor: Actor, user_id: UUID, change: RoleChange) -> User:
    """Change role, granted devices, or whether somebody may sign in; a workspace keeps an owner."""
    now, workspace_id = clock.now(), actor.workspace_id
    async with db.transaction() as tx:
        await store.lock_workspace(tx, workspace_id)
        before = await _user(tx, workspace_id, user_id)
        after = _changed(before, change, now)
        steps_down = before.role is Role.OWNER and before.disabled_at is None and not _rules_here(after)
        if steps_down and not await store.other_owners(tx, Account(workspace_id, user_id)):
            raise LastOwner()
        await _save_role(tx, workspace_id, after)
        if after.disabled_at is not None:
            await store.drop_sessions(tx, Account(workspace_id, user_id))
        details = {"role": after.role, "disabled": after.disabled_at is not None, "devices": len(after.device_ids)}
        await record_audit(tx, actor, "user_edited", subject=user_id, details=details, at=now)
        await _announce(tx, workspace_id, "users_changed", user_id)
    return after


# --- the workspace ----------------------------------------------------------------------------------------------------


async def edit_workspace(db: Database, clock: Clock, actor: Actor, changes: Mapping[str, Any]) -> Workspace:
    """Change settings; they are checked as a whole."""  # Any: values of Settings' own fields
    async with db.transaction() as tx:
        workspace = await store.lock_workspace(tx, actor.workspace_id)
        settings = replace(workspace.settings, **changes)
        rules.check_settings(settings)
        await store.save_settings(tx, workspace.id, settings)
        details = {"changed": sorted(changes)}
        await record_audit(tx, actor, "settings_changed", subject=workspace.id, details=details, at=clock.now())
        await _announce(tx, workspace.id, "settings_changed")
    return replace(workspace, settings=settings)


async def record_audit(
    tx: Transaction, actor: Actor, action: str, *, subject: UUID | None, details: Mapping[str, Any], at: datetime
) -> None:
    """Note what the actor did, in the transaction that does it; details hold ids, codes and counts only."""
    await record_for(tx, _account(actor), AuditEntry(action, subject, details), at)


async def record_for(tx: Transaction, account: Account, entry: AuditEntry, at: datetime) -> None:
    """Note what somebody did who is not signed in at this moment."""
    await store.add_audit(tx, account.workspace_id, account.user_id, entry, at)


async def record_by_itself(
    tx: Transaction, workspace_id: UUID, action: str, details: Mapping[str, Any], at: datetime
) -> None:
    """Note what happened to a workspace without anybody doing it at that moment, as its settings have it."""
    await store.add_audit(tx, workspace_id, None, AuditEntry(action, workspace_id, details), at)


# --- within -----------------------------------------------------------------------------------------------------------


async def _open_session(tx: Transaction, account: Account, visitor: Visitor, now: datetime) -> NewSession:
    token = make_token()
    row = store.SessionRow(hash_token(token), make_token(), now + OPEN_FOR)
    await store.add_session(tx, account, row, visitor, now)
    opened = (await store.find_sessions(tx, [row.token_hash], now)).get(row.token_hash)
    if opened is None:  # disabled in the meantime
        raise SignInRefused()
    return NewSession(token, opened, row.expires_at)


async def _count_attempt(db: Database, keys: Mapping[bytes, rules.Limit], now: datetime) -> None:
    since = now - max(limit.window for limit in keys.values())
    async with db.transaction() as tx:
        attempts = await store.attempts_under_lock(tx, list(keys), since)
        waits = [rules.wait_before_trying(attempts[key], limit, now) for key, limit in keys.items()]
        if longest := max((wait for wait in waits if wait is not None), default=None):
            raise TooManyAttempts(max(1, round(longest.total_seconds())))
        await store.add_attempts(tx, list(keys), now)


def _attempt_keys(email: str, visitor: Visitor) -> dict[bytes, rules.Limit]:
    address = email.strip().lower()[: rules.LONGEST_EMAIL]
    return {
        _key("one place", address, visitor.address): rules.FROM_ONE_PLACE,
        _key("everywhere", address): rules.FROM_EVERYWHERE,
    }


def _key(*parts: str) -> bytes:
    return hashlib.sha256("\0".join(parts).encode()).digest()


async def _save_role(tx: Transaction, workspace_id: UUID, user: User) -> None:
    if not await store.are_devices(tx, workspace_id, user.device_ids):
        raise FieldsInvalid({"deviceIds": "unknown_device"})
    await store.save_role(tx, workspace_id, user)


async def _user(tx: Transaction, workspace_id: UUID, user_id: UUID) -> User:
    user = await store.find_user(tx, Account(workspace_id, user_id))
    if user is None:
        raise NotFound()
    return user


def _changed(user: User, change: RoleChange, now: datetime) -> User:
    disabled_at = user.disabled_at
    if change.disabled is not None:
        disabled_at = (user.disabled_at or now) if change.disabled else None
    return replace(
        user,
        role=change.role or user.role,
        device_ids=user.device_ids if change.device_ids is None else change.device_ids,
        disabled_at=disabled_at,
    )


def _rules_here(user: User) -> bool:
    return user.role is Role.OWNER and user.disabled_at is None


def _account(actor: Actor) -> Account:
    return Account(actor.workspace_id, actor.user_id)


async def _announce(tx: Transaction, workspace_id: UUID, kind: str, *ids: UUID) -> None:
    await eventlog.record(tx, [Event(workspace_id, workspace_id, kind, ids)])
