"""The people of a workspace: inviting them, their roles and devices, and helping them back in."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from hebah.access import rules, store
from hebah.access.actions.trail import announce, record_audit, record_for
from hebah.access.model import (
    INVITATION_FOR,
    LINK_FOR,
    Account,
    Actor,
    EmailTaken,
    Invitation,
    LastOwner,
    LinkNotValid,
    LinkPurpose,
    NewUser,
    Role,
    RoleChange,
    User,
)
from hebah.access.rules import require_reach, rules_here
from hebah.access.store import AuditEntry
from hebah.foundation.clock import Clock
from hebah.foundation.errors import Conflict, FieldsInvalid, NotFound
from hebah.foundation.passwords import Passwords
from hebah.foundation.postgres import Database, Transaction
from hebah.foundation.tokens import hash_token, make_token
from hebah.second_step.store import SecondStepOf


class NotThemselves(Conflict):
    """One's own account is changed in one's own settings."""

    code = "not_themselves"
    sentence = "Change your own account in your own settings."


class HeirNotHere(Conflict):
    """Ownership goes to somebody who can sign in."""

    code = "heir_not_here"
    sentence = "Ownership can only be given to somebody who has joined and is not switched off."


async def invite(db: Database, clock: Clock, actor: Actor, user: NewUser, device_ids: frozenset[UUID]) -> Invitation:
    """Add a user who will choose a password by the link; inviting again replaces an invitation nobody used."""
    require_reach(actor, user.role)
    rules.check_person(name=user.name, email=user.email)
    token, now, workspace_id = make_token(), clock.now(), actor.workspace_id
    async with db.transaction() as tx:
        await store.lock_workspace(tx, workspace_id)
        user_id = await store.find_waiting_user(tx, workspace_id, user.email)
        user_id = user_id or await store.add_user(tx, workspace_id, user, "", now)
        if user_id is None:
            raise EmailTaken()
        account = Account(workspace_id, user_id)
        waiting = await _user(tx, workspace_id, user_id)
        require_reach(actor, waiting.role)
        invited = replace(waiting, name=user.name, role=user.role, device_ids=device_ids)
        await _save_role(tx, workspace_id, invited)
        link = store.LinkRow(hash_token(token), LinkPurpose.INVITATION, now + INVITATION_FOR, account)
        await store.replace_link(tx, link, now)
        await record_audit(tx, actor, "user_invited", subject=user_id, details={"role": user.role}, at=now)
        await announce(tx, workspace_id, "users_changed", user_id)
    return Invitation(invited, token, LinkPurpose.INVITATION)


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
        await announce(tx, account.workspace_id, "users_changed", account.user_id)
    return account


async def edit_user(db: Database, clock: Clock, actor: Actor, user_id: UUID, change: RoleChange) -> User:
    """Change role, granted devices, or whether somebody may sign in; a workspace keeps an owner."""
    now, workspace_id = clock.now(), actor.workspace_id
    async with db.transaction() as tx:
        await store.lock_workspace(tx, workspace_id)
        before = await _user(tx, workspace_id, user_id)
        after = _changed(before, change, now)
        require_reach(actor, before.role, after.role)
        steps_down = rules_here(before) and not rules_here(after)
        if steps_down and not await store.other_owners(tx, Account(workspace_id, user_id)):
            raise LastOwner()
        await _save_role(tx, workspace_id, after)
        if after.disabled_at is not None:
            await store.drop_sessions(tx, Account(workspace_id, user_id))
        details = {"role": after.role, "disabled": after.disabled_at is not None, "devices": len(after.device_ids)}
        await record_audit(tx, actor, "user_edited", subject=user_id, details=details, at=now)
        await announce(tx, workspace_id, "users_changed", user_id)
    return after


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


async def make_reset_link(db: Database, clock: Clock, actor: Actor, user_id: UUID) -> Invitation:
    """A one-time link by which somebody who lost the password chooses a new one; older ones are worth nothing.

    Somebody who was invited and never came gets a fresh invitation.
    """
    token, now, workspace_id = make_token(), clock.now(), actor.workspace_id
    account = Account(workspace_id, user_id)
    async with db.transaction() as tx:
        user = await _someone_else(tx, actor, user_id)
        came = await store.find_own_password(tx, account) is not None
        purpose = LinkPurpose.RESET if came else LinkPurpose.INVITATION
        lasts = LINK_FOR if came else INVITATION_FOR
        await store.replace_link(tx, store.LinkRow(hash_token(token), purpose, now + lasts, account), now)
        await record_audit(tx, actor, "reset_link_made", subject=user_id, details={}, at=now)
    return Invitation(user, token, purpose)


async def end_sessions_of(db: Database, clock: Clock, actor: Actor, user_id: UUID) -> None:
    """Sign somebody out everywhere."""
    async with db.transaction() as tx:
        await _someone_else(tx, actor, user_id)
        await store.drop_sessions(tx, Account(actor.workspace_id, user_id))
        await record_audit(tx, actor, "user_signed_out", subject=user_id, details={}, at=clock.now())


async def drop_second_step_of(db: Database, clock: Clock, actor: Actor, user_id: UUID) -> None:
    """Somebody lost their authenticator: their password alone opens again, and every session of theirs ends."""
    account = Account(actor.workspace_id, user_id)
    async with db.transaction() as tx:
        await _someone_else(tx, actor, user_id)
        await SecondStepOf(*account).drop(tx)
        await store.drop_sessions(tx, account)
        await record_audit(tx, actor, "second_step_dropped", subject=user_id, details={}, at=clock.now())
        await announce(tx, actor.workspace_id, "users_changed", user_id)


async def give_ownership(db: Database, clock: Clock, actor: Actor, user_id: UUID) -> User:
    """Make somebody the owner in one's own place; the giver stays as an admin."""
    now, workspace_id = clock.now(), actor.workspace_id
    async with db.transaction() as tx:
        await store.lock_workspace(tx, workspace_id)
        heir = await _someone_else(tx, actor, user_id)
        if heir.disabled_at is not None or await store.find_own_password(tx, Account(workspace_id, user_id)) is None:
            raise HeirNotHere()
        giver = await _user(tx, workspace_id, actor.user_id)
        after = replace(heir, role=Role.OWNER, device_ids=frozenset())
        await _save_roles(tx, workspace_id, [after, replace(giver, role=Role.ADMIN)])
        await record_audit(tx, actor, "ownership_given", subject=user_id, details={}, at=now)
        await announce(tx, workspace_id, "users_changed", user_id, actor.user_id)
    return after


async def _save_roles(tx: Transaction, workspace_id: UUID, users: Iterable[User]) -> None:
    for user in users:
        await _save_role(tx, workspace_id, user)


async def _someone_else(tx: Transaction, actor: Actor, user_id: UUID) -> User:
    """A person within the actor's reach who is not the actor."""
    user = await _user(tx, actor.workspace_id, user_id)
    if user.id == actor.user_id:
        raise NotThemselves()
    require_reach(actor, user.role)
    return user
