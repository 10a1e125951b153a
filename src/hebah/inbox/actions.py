"""What happens to chats: messages come in, messages of ours are recorded, receipts move them on.

Locks are taken in one order everywhere: outbox rows (by the caller), `seen`, chats, messages, event topics.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from hebah.foundation import eventlog
from hebah.foundation.eventlog import Event
from hebah.foundation.ids import make_id
from hebah.foundation.postgres import Transaction
from hebah.inbox import rules, store
from hebah.inbox.model import ReceiptOf, ReceivedMessage, SentMessage
from hebah.inbox.store import Changed, Move

_MESSAGES_CHANGED = "messages_changed"
_MOST_IDS = 500


async def sift(tx: Transaction, messages: Sequence[ReceivedMessage], now: datetime) -> list[ReceivedMessage]:
    """Which of the messages were never seen before, in the order given; they are seen from now on.

    The same transaction must hand them to `receive`.
    """
    if not messages:
        return []
    fresh = await store.add_seen(tx, map(rules.key_of, messages), now)
    unseen = []
    for message in messages:
        key = rules.key_of(message)
        if key in fresh:
            fresh.discard(key)  # twice in one batch is still one message
            unseen.append(message)
    return unseen


async def receive(
    tx: Transaction, unseen: Sequence[ReceivedMessage], receipts: Sequence[ReceiptOf], now: datetime
) -> list[UUID]:
    """Store messages that passed `sift` in their chats, move ours on by receipts; gives the new messages' ids."""
    drafts = [rules.received_draft(message, make_id(), now) for message in unseen]
    if drafts:
        await store.add_messages(tx, drafts, rules.news_of_chats(drafts), now)
    changed = [_changed(draft) for draft in drafts]
    if receipts:
        moves = {key: Move(status) for key, status in rules.furthest(receipts).items()}
        changed += await store.move_messages(tx, moves)
    await _announce(tx, changed)
    return [draft.id for draft in drafts]


async def record_sent(tx: Transaction, sent: Sequence[SentMessage]) -> None:
    """Put messages of ours into their chats. Known ones (an echo was faster, or told again) are only moved on."""
    if not sent:
        return
    now = max(message.at for message in sent)
    latest = {rules.key_of(message): message for message in sent}
    fresh = await store.add_seen(tx, latest, now)
    drafts = [rules.sent_draft(message, make_id()) for key, message in latest.items() if key in fresh]
    if drafts:
        await store.add_messages(tx, drafts, rules.news_of_chats(drafts), now)
    moves = {
        rules.WireKey(key.workspace_id, key.device_id, key.wire_id): Move(
            message.status, message.outbox_id, message.media_id
        )
        for key, message in latest.items()
        if key not in fresh
    }
    moved = await store.move_messages(tx, moves) if moves else []
    await _announce(tx, [*map(_changed, drafts), *moved])


async def erase_device(tx: Transaction, workspace_id: UUID, device_id: UUID) -> None:
    """Forget the chats of a slot that is deleted without keeping its history."""
    await store.erase_device(tx, workspace_id, device_id)


def _changed(draft: rules.Draft) -> Changed:
    return Changed(draft.chat.workspace_id, draft.chat.device_id, draft.id)


async def _announce(tx: Transaction, changed: Iterable[Changed]) -> None:
    by_device: dict[tuple[UUID, UUID], list[UUID]] = {}
    for each in changed:
        by_device.setdefault((each.workspace_id, each.device_id), []).append(each.message_id)
    await eventlog.record(
        tx,
        [
            Event(workspace_id, device_id, _MESSAGES_CHANGED, tuple(ids[first : first + _MOST_IDS]))
            for (workspace_id, device_id), ids in by_device.items()
            for first in range(0, len(ids), _MOST_IDS)
        ],
    )
