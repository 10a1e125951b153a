"""Getting in and out: the first owner's set-up, one-time links, passwords, sessions."""

from dataclasses import dataclass
from datetime import datetime

from hebah.access import rules, store
from hebah.access.actions import attempts, second_step
from hebah.access.actions.trail import announce, record_for
from hebah.access.model import (
    LINK_FOR,
    OPEN_FOR,
    Account,
    EmailTaken,
    LinkNotValid,
    LinkPurpose,
    NewSession,
    NewUser,
    Session,
    Settings,
    Setup,
    SignedOut,
    SignInRefused,
    Visitor,
)
from hebah.access.store import AuditEntry
from hebah.foundation.clock import Clock
from hebah.foundation.errors import FieldsInvalid, NotFound
from hebah.foundation.passwords import Passwords
from hebah.foundation.postgres import Database, Transaction
from hebah.foundation.tokens import hash_token, make_token
from hebah.second_step.store import SecondStepOf


@dataclass(frozen=True, slots=True)
class Locks:
    """What proving who somebody is takes: the way passwords are hashed, and the host's key behind second steps."""

    passwords: Passwords
    host_key: bytes

    def proving(self, db: Database, clock: Clock) -> second_step.Proving:
        """What judging codes takes."""
        return second_step.Proving(db, clock, self.host_key)


@dataclass(frozen=True, slots=True)
class Proof:
    """What somebody shows to be let in: a password (with a link, the new one), and a code if one is asked for."""

    password: str
    code: str | None = None


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


async def make_sign_in_link(db: Database, clock: Clock, *, drop_second_step: bool = False) -> str:
    """A fresh one-time token that signs the first owner in; for whoever sits at the machine Hebah runs on.

    Such a person can do anything, so the link asks for no second step; `drop_second_step` is for an owner whose phone
    and recovery codes are both gone.
    """
    token, now = make_token(), clock.now()
    async with db.transaction() as tx:
        owner = await store.find_first_owner(tx)
        if owner is None:
            raise NotFound()
        await store.replace_link(
            tx, store.LinkRow(hash_token(token), LinkPurpose.OWNER_SIGN_IN, now + LINK_FOR, owner), now
        )
        if drop_second_step:
            await SecondStepOf(*owner).drop(tx)
            await record_for(tx, owner, AuditEntry("second_step_dropped", owner.user_id, {}), now)
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


async def sign_in(db: Database, clock: Clock, locks: Locks, email: str, proof: Proof, visitor: Visitor) -> NewSession:
    """Sign in by address, password and, where it is on, the second step.

    Slow guessing is let through, fast guessing is made to wait. Raises `SecondStepNeeded` while the code is missing.
    """
    keys = attempts.of_account(email, visitor)
    await attempts.count_attempt(db, keys | attempts.of_address(visitor), clock.now())
    async with db.connection() as connection:
        login = await store.find_login(connection, email.strip())
    password = proof.password[: rules.LONGEST_PASSWORD + 1]
    right = await locks.passwords.matches(password, login.password_hash if login else None)
    if login is None or not right or login.disabled:
        raise SignInRefused()
    await second_step.pass_step(locks.proving(db, clock), login.account, proof.code)
    now = clock.now()
    async with db.transaction() as tx:
        await store.drop_attempts(tx, list(keys))
        return await _open_session(tx, login.account, visitor, now)


async def reset_password(
    db: Database, clock: Clock, locks: Locks, token: str, proof: Proof, visitor: Visitor
) -> NewSession:
    """Choose a new password by a one-time link, which is used up; every older session ends.

    The link stands for the password only: who has a second step is asked for it here too, before the link is used.
    """
    if fault := rules.password_fault(proof.password):
        raise FieldsInvalid({"password": fault})
    await attempts.count_attempt(db, attempts.of_address(visitor), clock.now())
    link = hash_token(token)
    async with db.connection() as connection:
        account = await store.find_link_account(connection, link, LinkPurpose.RESET, clock.now())
    if account is None:
        raise LinkNotValid()
    await second_step.pass_step(locks.proving(db, clock), account, proof.code)
    password_hash, now = await locks.passwords.hash(proof.password), clock.now()
    async with db.transaction() as tx:
        if await store.use_link(tx, link, LinkPurpose.RESET, now) is None:
            raise LinkNotValid()
        await store.save_password(tx, account, password_hash)
        await store.drop_sessions(tx, account)
        await record_for(tx, account, AuditEntry("password_reset", account.user_id, {}), now)
        await announce(tx, account.workspace_id, "users_changed", account.user_id)
        return await _open_session(tx, account, visitor, now)


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


async def _open_session(tx: Transaction, account: Account, visitor: Visitor, now: datetime) -> NewSession:
    token = make_token()
    row = store.SessionRow(hash_token(token), make_token(), now + OPEN_FOR)
    await store.add_session(tx, account, row, visitor, now)
    opened = (await store.find_sessions(tx, [row.token_hash], now)).get(row.token_hash)
    if opened is None:  # disabled in the meantime
        raise SignInRefused()
    return NewSession(token, opened, row.expires_at)
