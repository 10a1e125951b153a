"""The audit trail: what somebody did, written down in the transaction that did it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from hebah.access import store
from hebah.access.model import Account, Actor
from hebah.access.store import AuditEntry
from hebah.foundation import eventlog
from hebah.foundation.eventlog import Event
from hebah.foundation.postgres import Transaction


async def record_audit(
    tx: Transaction, actor: Actor, action: str, *, subject: UUID | None, details: Mapping[str, Any], at: datetime
) -> None:
    """Note what the actor did, in the transaction that does it; details hold ids, codes and counts only."""
    entry = AuditEntry(action, subject, details)
    await store.add_audit(tx, actor.workspace_id, actor.user_id, entry, at, actor.key_id)


async def record_for(tx: Transaction, account: Account, entry: AuditEntry, at: datetime) -> None:
    """Note what somebody did who is not signed in at this moment."""
    await store.add_audit(tx, account.workspace_id, account.user_id, entry, at)


async def record_by_itself(
    tx: Transaction, workspace_id: UUID, action: str, details: Mapping[str, Any], at: datetime
) -> None:
    """Note what happened to a workspace without anybody doing it at that moment, as its settings have it."""
    await store.add_audit(tx, workspace_id, None, AuditEntry(action, workspace_id, details), at)


async def announce(tx: Transaction, workspace_id: UUID, kind: str, *ids: UUID) -> None:
    """Tell open browsers of the workspace to look again."""
    await eventlog.record(tx, [Event(workspace_id, workspace_id, kind, ids)])


def account_of(actor: Actor) -> Account:
    """Whose name the actor acts in."""
    return Account(actor.workspace_id, actor.user_id)
