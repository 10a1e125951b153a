"""One person, one chat: chats under a hidden number join the chat of the phone once it is known whose it was."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from hebah.contacts.actions import people as contacts
from hebah.contacts.model import NewSuppression, SuppressionReason
from hebah.foundation.clock import Clock
from hebah.foundation.ids import make_id
from hebah.foundation.postgres import Database, Transaction, load_queries
from hebah.inbox.actions.messages import announce
from hebah.inbox.rules.importing import FILE_KINDS
from hebah.inbox.store import messages as store
from hebah.inbox.store.messages import ChangedChat
from hebah.messaging.stopwords import is_opt_out
from hebah.outbox import actions as outbox

QUERIES = load_queries("hebah.inbox", "merging.sql")

_A_ROUND = 50


@dataclass(frozen=True, slots=True)
class _Pair:
    """A chat under a hidden number, and the phone it belongs to."""

    workspace_id: UUID
    device_id: UUID
    chat_id: UUID
    address: str
    phone: str
    name: str


async def merge_known(db: Database, clock: Clock) -> int:
    """Join what can be joined, each pair in a transaction of its own; gives how many. Run it every few seconds."""
    async with db.connection() as connection:
        rows = await QUERIES.mergeable(connection, limit=_A_ROUND)
    pairs = [
        _Pair(row["workspace_id"], row["device_id"], row["id"], row["address"], row["phone"], row["name"])
        for row in rows
    ]
    for pair in pairs:
        async with db.transaction() as tx:
            await _merge(tx, pair, clock.now())
    return len(pairs)


async def _merge(tx: Transaction, pair: _Pair, now: datetime) -> None:
    both = {"workspace_id": pair.workspace_id, "device_id": pair.device_id}
    addresses = sorted([pair.address, pair.phone])
    people = await contacts.contacts_for_phones(tx, pair.workspace_id, {pair.phone: pair.name}, now)
    await QUERIES.lock_seen(tx, **both, addresses=addresses)
    held = await QUERIES.hold_place(tx, **both, id=make_id(), phone=pair.phone, now=now)
    chats = {row["address"]: row["id"] for row in await QUERIES.lock_both(tx, **both, addresses=addresses)}
    if held is not None:
        await QUERIES.drop_chat(tx, workspace_id=pair.workspace_id, source=chats.pop(pair.phone))
    source, target = chats.get(pair.address), chats.get(pair.phone)
    if source is None:  # another worker was faster
        return
    await _believe_stops(tx, pair, source, people.get(pair.phone), now)
    renamed = {"address": pair.address, "phone": pair.phone}
    await QUERIES.know_seen(tx, **both, **renamed)
    await QUERIES.forget_seen_of(tx, **both, address=pair.address)
    await QUERIES.move_changes(tx, **both, **renamed)
    contact_id = people.get(pair.phone)
    if target is None:
        # The messages stay where they are, and learn who wrote them.
        place = {"workspace_id": pair.workspace_id, "source": source}
        await QUERIES.rename_chat(tx, **place, phone=pair.phone, contact_id=contact_id)
        await QUERIES.move_messages_over(tx, **place, target=source, **renamed)
    else:
        await _join(tx, pair, source, target, contact_id)
    gone = [] if target is None else [ChangedChat(pair.workspace_id, pair.device_id, source)]
    await announce(tx, [], [*gone, ChangedChat(pair.workspace_id, pair.device_id, target or source)])


async def _believe_stops(tx: Transaction, pair: _Pair, chat_id: UUID, contact_id: UUID | None, now: datetime) -> None:
    """Who asked to hear no more while their number was hidden hears no more under their number either."""
    stop = await _stop(tx, pair, chat_id)
    if stop is None:
        return
    suppression = NewSuppression(
        workspace_id=pair.workspace_id,
        contact_id=contact_id,
        phone=pair.phone,
        reason=SuppressionReason.OPTED_OUT,
        at=now,
        word=stop.strip(),
        device_id=pair.device_id,
    )
    await contacts.suppress(tx, [suppression])
    if contact_id is not None:
        await outbox.suppress_contacts(tx, pair.workspace_id, [contact_id], SuppressionReason.OPTED_OUT, now)


async def _stop(tx: Transaction, pair: _Pair, chat_id: UUID) -> str | None:
    hidden = await QUERIES.stopped_hidden(tx, workspace_id=pair.workspace_id, address=pair.address)
    if hidden is not None:
        return hidden["word"] or ""
    words = await QUERIES.short_words(tx, workspace_id=pair.workspace_id, chat_id=chat_id)
    return next((row["body"] for row in words if is_opt_out(row["body"])), None)


async def _join(tx: Transaction, pair: _Pair, source: UUID, target: UUID, contact_id: UUID | None) -> None:
    place = {"workspace_id": pair.workspace_id, "source": source, "target": target}
    await QUERIES.drop_doubles(tx, **place)
    await QUERIES.drop_brought_doubles(tx, **place, file_kinds=list(FILE_KINDS))
    await QUERIES.move_messages_over(tx, **place, address=pair.address, phone=pair.phone)
    await QUERIES.move_fetches(tx, **place)
    await QUERIES.move_outbox(tx, **place)
    await QUERIES.move_labels(tx, **place)
    await QUERIES.move_notes(tx, **place)
    await QUERIES.join_chats(tx, **place, contact_id=contact_id)
    await QUERIES.drop_chat(tx, workspace_id=pair.workspace_id, source=source)
    await store.refresh_chats(tx, [(pair.workspace_id, target)])
