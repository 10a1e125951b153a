"""What happens to messages out of archives: recognised, put into their chats, and taken back again.

Nobody is told that they are unread, nothing is sent, and no word in them stops anything: they are long past.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from hebah.contacts.actions import people as contacts
from hebah.foundation.eventlog import Event
from hebah.foundation.postgres import Transaction
from hebah.inbox.actions.messages import changes_as_events
from hebah.inbox.model.archived import OldMessage, Origin
from hebah.inbox.rules.importing import Recognised, likeness_of, recognise_in
from hebah.inbox.store import importing as store
from hebah.inbox.store import keeping
from hebah.inbox.store.messages import Changed, ChangedChat, refresh_chats
from hebah.media import keeping as media
from hebah.messaging.chataddress import is_phone

_BITE = 1_000


async def recognise_old(tx: Transaction, origin: Origin, messages: Sequence[OldMessage]) -> Sequence[bool]:
    """Which of these the chats of the device do not have yet, in the order given.

    What it says of a batch is exact unless the same words stand in a minute on both sides of its end, and were stored
    from a file that tells no seconds: then the batch after it may count one of them as known too often.
    """
    chats = await store.chats_at(tx, origin, {message.address for message in messages})
    return (await _recognise(tx, origin, messages, chats)).are_new


@dataclass(frozen=True, slots=True)
class BroughtIn:
    """Which messages were new, in the order given, and what screens must be told at the end of the transaction."""

    are_new: Sequence[bool] = ()
    events: Sequence[Event] = ()


async def bring_in(
    tx: Transaction, origin: Origin, messages: Sequence[OldMessage], names: Mapping[str, str], now: datetime
) -> BroughtIn:
    """Store what the chats do not have yet. `names` of people nobody knows here, by number."""
    if not messages:
        return BroughtIn()
    addresses = {message.address for message in messages}
    wanted = {address: names.get(address, "") for address in addresses if is_phone(address)}
    people = await contacts.contacts_for_phones(tx, origin.workspace_id, wanted, now) if wanted else {}
    chats = await store.begin_chats(tx, origin, {address: people.get(address) for address in addresses}, now)
    recognised = await _recognise(tx, origin, messages, chats)
    await store.keep_seconds(tx, origin.workspace_id, recognised.seconds)
    new = [message for message, is_new in zip(messages, recognised.are_new, strict=True) if is_new]
    added = await store.add(tx, origin, new, chats, now) if new else {}
    touched = set(added.values())
    if touched:
        await refresh_chats(tx, [(origin.workspace_id, chat_id) for chat_id in touched])
    events = changes_as_events(
        [Changed(origin.workspace_id, origin.device_id, message_id) for message_id in added],
        [ChangedChat(origin.workspace_id, origin.device_id, chat_id) for chat_id in touched],
    )
    return BroughtIn([message.id in added for message in messages], events)


async def take_back(tx: Transaction, workspace_id: UUID, archive_id: UUID, now: datetime) -> tuple[int, list[Event]]:
    """Delete some of the messages that the archive has brought: how many went (0: all) and what to tell."""
    chats = await store.lock_chats_of(tx, workspace_id, archive_id, _BITE)
    if not chats:
        return 0, []
    gone = await store.remove(tx, workspace_id, archive_id, chats, _BITE)
    touched = {row["chat_id"]: row["device_id"] for row in gone}
    empty = await store.empty_chats(tx, workspace_id, list(touched))
    await refresh_chats(tx, [(workspace_id, chat_id) for chat_id in touched if chat_id not in empty])
    files = {row["media_id"] for row in gone if row["media_id"] is not None}
    if files:
        unneeded = await keeping.unneeded_files(tx, workspace_id, None, list(files), len(files))
        await media.remove(tx, workspace_id, unneeded, now)
    return len(gone), changes_as_events(
        [Changed(workspace_id, row["device_id"], row["id"]) for row in gone],
        [ChangedChat(workspace_id, device_id, chat_id) for chat_id, device_id in touched.items()],
    )


async def _recognise(
    tx: Transaction, origin: Origin, messages: Sequence[OldMessage], chats: Mapping[str, UUID]
) -> Recognised:
    likenesses = [
        likeness_of(message, origin.workspace_id, chats[message.address]) if message.address in chats else None
        for message in messages
    ]
    stored = await store.lookalikes(tx, [likeness for likeness in likenesses if likeness is not None])
    return recognise_in(messages, likenesses, stored, origin.archive_id)
