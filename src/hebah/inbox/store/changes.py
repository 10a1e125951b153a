"""Reactions, edits and deletions, and the messages they are about."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from uuid import UUID

from hebah.foundation.postgres import Record, Transaction
from hebah.inbox.model.messages import StoredAt
from hebah.inbox.rules.changes import ChangeDraft, Found, Outcome
from hebah.inbox.rules.messages import WireKey
from hebah.inbox.store.messages import QUERIES
from hebah.messaging.said import MessageKind


async def add(tx: Transaction, drafts: Sequence[ChangeDraft], now: datetime) -> None:
    """Store changes; edits and deletions wait for their message."""
    await QUERIES.add_changes(
        tx,
        now=now,
        workspace_ids=[draft.chat.workspace_id for draft in drafts],
        device_ids=[draft.chat.device_id for draft in drafts],
        target_wire_ids=[draft.target_wire_id for draft in drafts],
        ids=[draft.id for draft in drafts],
        chats=[draft.chat.address for draft in drafts],
        kinds=[draft.kind for draft in drafts],
        senders=[draft.sender for draft in drafts],
        sender_names=[draft.sender_name for draft in drafts],
        wire_ids=[draft.wire_id for draft in drafts],
        bodies=[draft.body for draft in drafts],
        ats=[draft.at for draft in drafts],
    )


async def find(tx: Transaction, keys: Iterable[WireKey], fresh: Collection[UUID]) -> list[Found]:
    """Changes of the messages with these wire ids that wait, or are `fresh`, with their messages."""
    given = list(keys)
    rows = await QUERIES.find_changes(
        tx,
        workspace_ids=[key.workspace_id for key in given],
        device_ids=[key.device_id for key in given],
        wire_ids=[key.wire_id for key in given],
        fresh=list(fresh),
    )
    return [_found(row) for row in rows]


async def apply(tx: Transaction, outcomes: Sequence[Outcome], found: Sequence[Found]) -> None:
    """Write what messages become; none of the changes waits any longer."""
    ordered = sorted(outcomes, key=lambda outcome: outcome.message.id)
    await QUERIES.change_messages(
        tx,
        workspace_ids=[outcome.workspace_id for outcome in ordered],
        chat_ids=[outcome.message.chat_id for outcome in ordered],
        ats=[outcome.message.at for outcome in ordered],
        ids=[outcome.message.id for outcome in ordered],
        bodies=[outcome.body for outcome in ordered],
        edited_ats=[outcome.edited_at for outcome in ordered],
        deleted_ats=[outcome.deleted_at for outcome in ordered],
    )
    await QUERIES.end_waiting(
        tx,
        workspace_ids=[change.workspace_id for change in found],
        device_ids=[change.device_id for change in found],
        target_wire_ids=[change.target_wire_id for change in found],
        ids=[change.change_id for change in found],
    )


def _found(row: Record) -> Found:
    return Found(
        change_id=row["change_id"],
        workspace_id=row["workspace_id"],
        device_id=row["device_id"],
        target_wire_id=row["target_wire_id"],
        chat=row["chat"],
        kind=MessageKind(row["kind"]),
        actor=row["actor"],
        body=row["body"],
        at=row["at"],
        message=StoredAt(row["chat_id"], row["message_at"], row["message_id"]),
        author=row["author"],
        edited_at=row["edited_at"],
        deleted_at=row["deleted_at"],
    )
