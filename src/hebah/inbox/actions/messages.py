"""What happens to chats: messages come in, messages of ours are recorded, receipts and changes move them on.

Locks are taken in one order everywhere: outbox rows (by the caller), aliases, `seen`, chats, messages, event topics.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from hebah.foundation import eventlog
from hebah.foundation.eventlog import Event
from hebah.foundation.ids import make_id
from hebah.foundation.postgres import Transaction
from hebah.inbox.actions.adopting import adopt
from hebah.inbox.model.fetched import ErrandKind
from hebah.inbox.model.messages import Arrived, KnownAs, ReceivedMessage, SentMessage, StoredAt, ToldChat
from hebah.inbox.rules import changes as change_rules
from hebah.inbox.rules import messages as rules
from hebah.inbox.rules import told as told_rules
from hebah.inbox.rules.changes import ChangeDraft
from hebah.inbox.rules.messages import ChatKey, Draft, MessageKey, WireKey
from hebah.inbox.store import aliases, changes, errands, files
from hebah.inbox.store import messages as store
from hebah.inbox.store.messages import Changed, ChangedChat, Move, StoredChats
from hebah.messaging.chataddress import by_lid, is_phone, lid_of
from hebah.messaging.said import MessageKind

MESSAGES_CHANGED = "messages_changed"
CHATS_CHANGED = "chats_changed"
_MOST_IDS = 500


async def recognise(
    tx: Transaction, messages: Sequence[ReceivedMessage], met: Collection[KnownAs], now: datetime
) -> list[ReceivedMessage]:
    """Learn who is who, then give each message the best address known of its chat and its sender."""
    if met:
        await _learn(tx, met, now)
    hidden = {
        (message.workspace_id, lid)
        for message in messages
        for address in (message.address, message.sender)
        if (lid := lid_of(address)) is not None
    }
    phones = await aliases.phones_of(tx, hidden) if hidden else {}
    # Only our own messages may have been stored under another address before: they are sent to what we knew then.
    ours = {(message.workspace_id, message.address) for message in messages if message.from_me and met}
    lids = await aliases.lids_of(tx, [person for person in ours if is_phone(person[1])]) if ours else {}
    return [_recognised(message, phones, lids) for message in messages] if phones or lids else list(messages)


async def sift(tx: Transaction, messages: Sequence[ReceivedMessage], now: datetime) -> list[ReceivedMessage]:
    """Which of the messages were never seen before, in the order given; they are seen from now on.

    A copy that can be read of one that could not is among them, and says what it replaces. The same transaction must
    hand them to `receive`.
    """
    if not messages:
        return []
    keyed = [(rules.key_of(message), message) for message in messages]
    fresh = await store.add_seen(tx, [key for key, _ in keyed], now)
    if any(message.is_old or message.former is not None for message in messages):
        fresh -= await _known_otherwise(tx, [message for key, message in keyed if key in fresh])
    unread = await _undecrypted(tx, keyed, fresh) if len(fresh) < len(keyed) else {}
    unseen = []
    for key, message in keyed:
        if key in fresh:
            fresh.discard(key)  # twice in one batch is still one message
            unseen.append(message)
        elif key in unread:
            unseen.append(replace(message, replaces=unread.pop(key)))
    return unseen


async def receive(tx: Transaction, arrived: Arrived, now: datetime) -> list[UUID]:
    """Store messages that passed `sift`, move ours on by receipts, note what was read; gives the new messages' ids."""
    about = [message for message in arrived.messages if change_rules.is_change(message)]
    told = [one for one in arrived.messages if not change_rules.is_change(one)] if about else arrived.messages
    lines = [rules.received_draft(message, make_id(), now) for message in told]
    drafts = [draft for message in about if (draft := change_rules.change_draft(message, make_id(), now)) is not None]
    read = {ChatKey(one.workspace_id, one.device_id, one.address) for one in arrived.reads}
    read |= {ChatKey(one.workspace_id, one.device_id, one.address) for one in arrived.told}
    locked: set[UUID] = set()
    if drafts or read:
        locked = await store.lock_chats(tx, read | {draft.chat for draft in drafts} | {line.chat for line in lines})
    added = await _add(tx, lines, drafts, now)
    changed = added.changed
    await _drop_placeholders(tx, [(message.workspace_id, message.replaces) for message in about])
    if arrived.receipts:
        moves = {key: Move(status) for key, status in rules.furthest(arrived.receipts).items()}
        changed += await store.move_messages(tx, moves)
    chats = await store.read_until(tx, arrived.reads, locked | added.chat_ids) if arrived.reads else []
    chats += await _keep_as_told(tx, arrived.told, now) if arrived.told else []
    await announce(tx, changed, chats)
    return added.ids


async def record_sent(tx: Transaction, sent: Sequence[SentMessage]) -> None:
    """Put messages of ours into their chats. Known ones (an echo was faster, or told again) are only moved on."""
    if not sent:
        return
    now = max(message.at for message in sent)
    latest = {rules.key_of(message): message for message in sent}
    fresh = await store.add_seen(tx, list(latest), now)
    unseen = [message for key, message in latest.items() if key in fresh]
    lines = [rules.sent_draft(message, make_id()) for message in unseen if not change_rules.is_change(message)]
    about = (message for message in unseen if change_rules.is_change(message))
    drafts = [draft for message in about if (draft := change_rules.change_draft(message, make_id(), now)) is not None]
    if drafts:
        await store.lock_chats(tx, {draft.chat for draft in drafts} | {line.chat for line in lines})
    changed = (await _add(tx, lines, drafts, now)).changed
    moves = {
        WireKey(key.workspace_id, key.device_id, key.wire_id): Move(
            message.status, message.outbox_id, message.media_id, message.at
        )
        for key, message in latest.items()
        if key not in fresh
    }
    changed += await store.move_messages(tx, moves) if moves else []
    await announce(tx, changed)


async def erase_device(tx: Transaction, workspace_id: UUID, device_id: UUID) -> None:
    """Forget the chats of a slot that is deleted without keeping its history."""
    await store.erase_device(tx, workspace_id, device_id)


async def announce(tx: Transaction, changed: Iterable[Changed], chats: Iterable[ChangedChat] = ()) -> None:
    """Tell screens what to look at again."""
    await eventlog.record(tx, changes_as_events(changed, chats))


def changes_as_events(changed: Iterable[Changed], chats: Iterable[ChangedChat] = ()) -> list[Event]:
    """The same for those who have more to tell in their transaction."""
    by_topic: dict[tuple[UUID, UUID, str], dict[UUID, None]] = {}
    for each in changed:
        by_topic.setdefault((each.workspace_id, each.device_id, MESSAGES_CHANGED), {})[each.message_id] = None
    for chat in chats:
        by_topic.setdefault((chat.workspace_id, chat.device_id, CHATS_CHANGED), {})[chat.chat_id] = None
    return [
        Event(workspace_id, device_id, kind, tuple(ids)[first : first + _MOST_IDS])
        for (workspace_id, device_id, kind), ids in by_topic.items()
        for first in range(0, len(ids), _MOST_IDS)
    ]


@dataclass(frozen=True, slots=True)
class _Added:
    """The ids under which messages stand in their chats now, in the order given; what screens look at again; and the
    chats that were told of messages."""

    ids: list[UUID]
    changed: list[Changed]
    chat_ids: set[UUID]


async def _add(tx: Transaction, lines: Sequence[Draft], drafts: Sequence[ChangeDraft], now: datetime) -> _Added:
    has_changes = bool(drafts)
    replacing = [line for line in lines if line.replaces is not None]
    added = [line for line in lines if line.replaces is None] if replacing else lines
    taken: dict[UUID, Draft] = {}
    chat_ids: set[UUID] = set()
    if added:
        chats = await store.tell_chats(tx, rules.news_of_chats(added))
        has_changes |= chats.has_changes
        chat_ids.update(chats.ids.values())
        taken = await _add_lines(tx, added, chats, now)
        await _want_groups(tx, added, chats, now)
    if replacing:
        taken |= await _replace(tx, replacing, now)
    ids = [taken[line.id].id if line.id in taken else line.id for line in lines]
    changed = [
        Changed(line.chat.workspace_id, line.chat.device_id, message_id)
        for line, message_id in zip(lines, ids, strict=True)
    ]
    if drafts:
        await changes.add(tx, drafts, now)
    if has_changes:
        changed += await _apply_changes(tx, lines, drafts)
    return _Added(ids, changed, chat_ids)


async def _add_lines(tx: Transaction, added: Sequence[Draft], chats: StoredChats, now: datetime) -> dict[UUID, Draft]:
    """Store what no file has brought before; gives the others by id, as they stand in their chats."""
    taken = await adopt(tx, added, chats) if chats.brought_until else {}
    new = [line for line in added if line.id not in taken] if taken else added
    await store.add_messages(tx, new, chats.ids, now)
    await files.want(tx, [taken.get(line.id, line) for line in added] if taken else added, chats.ids, now)
    if taken:
        await _refresh(tx, taken.values(), chats.ids)
    return taken


async def _want_groups(tx: Transaction, lines: Sequence[Draft], chats: StoredChats, now: datetime) -> None:
    """Look up groups that are new here, and those of which WhatsApp has told something."""
    keys = {line.chat for line in lines if not line.is_old and rules.is_about_group(line, chats.nameless)}
    if keys:
        groups = [ChangedChat(key.workspace_id, key.device_id, chats.ids[key]) for key in sorted(keys)]
        await errands.want(tx, groups, ErrandKind.GROUP, now)


async def _keep_as_told(tx: Transaction, told: Sequence[ToldChat], now: datetime) -> list[ChangedChat]:
    hidden = {(one.workspace_id, lid) for one in told if (lid := lid_of(one.address)) is not None}
    phones = await aliases.phones_of(tx, hidden) if hidden else {}
    known = [
        replace(one, address=phones.get((one.workspace_id, lid_of(one.address) or ""), one.address)) for one in told
    ]
    pictured = [one for one in known if one.pictured]
    if pictured:
        await errands.want_changed_pictures(tx, pictured, now)
    kept = told_rules.merged(one for one in known if not one.pictured)
    return await errands.keep_as_told(tx, kept, now) if kept else []


async def _replace(tx: Transaction, lines: Sequence[Draft], now: datetime) -> dict[UUID, Draft]:
    """Write what can be read now; what a file has told meanwhile stands there, and by id among what this gives."""
    chats = await store.lock_brought(tx, {line.chat for line in lines})
    taken = await adopt(tx, lines, chats)
    await store.replace_messages(tx, [line for line in lines if line.id not in taken])
    places = {line.chat: line.replaces.chat_id for line in lines if line.replaces is not None}
    await files.want(tx, [taken.get(line.id, line) for line in lines], places, now)
    await _drop_placeholders(tx, [(line.chat.workspace_id, line.replaces) for line in lines if line.id in taken])
    await _refresh(tx, lines, places)
    return taken


async def _refresh(tx: Transaction, lines: Iterable[Draft], chats: Mapping[ChatKey, UUID]) -> None:
    await store.refresh_chats(tx, {(line.chat.workspace_id, chats[line.chat]) for line in lines})


async def _apply_changes(tx: Transaction, lines: Sequence[Draft], drafts: Sequence[ChangeDraft]) -> list[Changed]:
    keys = {WireKey(line.chat.workspace_id, line.chat.device_id, line.wire_id) for line in lines}
    keys |= {WireKey(draft.chat.workspace_id, draft.chat.device_id, draft.target_wire_id) for draft in drafts}
    found = await changes.find(tx, keys, [draft.id for draft in drafts])
    outcomes = change_rules.outcomes(found)
    if found:
        await changes.apply(tx, outcomes, found)
    if outcomes:
        await store.refresh_chats(tx, [(outcome.workspace_id, outcome.message.chat_id) for outcome in outcomes])
    return [Changed(each.workspace_id, each.device_id, each.message.id) for each in found]


async def _drop_placeholders(tx: Transaction, replaced: Iterable[tuple[UUID, StoredAt | None]]) -> None:
    placed = [(workspace_id, place) for workspace_id, place in replaced if place is not None]
    if placed:
        workspace_ids = [workspace_id for workspace_id, _ in placed]
        await store.drop_undecrypted(tx, workspace_ids, [place for _, place in placed])
        await store.refresh_chats(tx, [(workspace_id, place.chat_id) for workspace_id, place in placed])


async def _learn(tx: Transaction, met: Collection[KnownAs], now: datetime) -> None:
    wanted = {(alias.workspace_id, alias.lid): alias for alias in met}
    known = await aliases.phones_of(tx, wanted)
    news = [alias for person, alias in wanted.items() if known.get(person) != alias.phone]
    if news:
        await aliases.add(tx, news, now)


async def _known_otherwise(tx: Transaction, messages: Sequence[ReceivedMessage]) -> set[MessageKey]:
    """Messages that `seen` has let through and that are stored all the same."""
    known: set[MessageKey] = set()
    former = {key: message for message in messages if (key := rules.former_key_of(message)) is not None}
    if former:
        known |= {rules.key_of(former[key]) for key in await store.find_seen(tx, list(former))}
    old = {rules.key_of(message): message for message in messages if message.is_old}
    if old:
        known |= await store.find_stored(tx, list(old))
    return known


async def _undecrypted(
    tx: Transaction, keyed: Sequence[tuple[MessageKey, ReceivedMessage]], fresh: Collection[MessageKey]
) -> dict[MessageKey, StoredAt]:
    """Messages that came before and could not be read, of which these are copies that can."""
    readable = [key for key, message in keyed if message.said.kind is not MessageKind.UNDECRYPTED]
    repeated = [key for key in readable if key not in fresh]
    return await store.find_undecrypted(tx, repeated) if repeated else {}


def _recognised(
    message: ReceivedMessage, phones: dict[tuple[UUID, str], str], lids: dict[tuple[UUID, str], str]
) -> ReceivedMessage:
    address = phones.get((message.workspace_id, lid_of(message.address) or ""), message.address)
    sender = phones.get((message.workspace_id, lid_of(message.sender) or ""), message.sender)
    former = message.address if address != message.address else None
    if former is None and message.from_me and (lid := lids.get((message.workspace_id, address))) is not None:
        former = by_lid(lid)
    if (address, sender, former) == (message.address, message.sender, None):
        return message
    return replace(message, address=address, sender=sender, former=former)
