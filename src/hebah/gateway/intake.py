"""What arrivals mean: who they are from, what they say to campaigns, and what goes into chats.

One transaction takes its locks in the order of the sender's settling (outbox rows, what was seen of ours, chats,
messages, device topics), so that the two wait for each other instead of deadlocking.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import assert_never
from uuid import UUID

from hebah.contacts.actions import people as contacts
from hebah.contacts.model import NewSuppression, SuppressionReason
from hebah.foundation.postgres import Transaction
from hebah.gateway.incoming import (
    ChatNamed,
    ChatTold,
    DurableEvent,
    HistoryOffered,
    MessageArrived,
    PictureChanged,
    ReceiptArrived,
    ReceiptKind,
)
from hebah.gateway.leases import Lease
from hebah.gateway.outgoing import ChatArchived, ChatMarked, ChatMuted, ChatPinned
from hebah.inbox.actions import history, messages
from hebah.inbox.model.fetched import OfferedPacket
from hebah.inbox.model.messages import Arrived, KnownAs, MessageStatus, ReadByUs, ReceiptOf, ReceivedMessage, ToldChat
from hebah.messaging.chataddress import is_group, is_phone
from hebah.messaging.said import ABOUT_ANOTHER, MessageKind
from hebah.messaging.status import Delivery
from hebah.messaging.stopwords import is_opt_out
from hebah.outbox import actions as outbox
from hebah.outbox.actions import News
from hebah.outbox.model import Receipt, Reply

_LONGEST_WORD = 40
_MAY_OPT_OUT = frozenset(MessageKind) - {
    MessageKind.REACTION,
    MessageKind.DELETION,
    MessageKind.SYSTEM,
    MessageKind.UNDECRYPTED,
}


@dataclass(frozen=True, slots=True)
class Batch:
    """Arrivals by what is done with them; `names` are what people call themselves, by workspace and address."""

    incoming: list[ReceivedMessage] = field(default_factory=list)
    from_me: list[ReceivedMessage] = field(default_factory=list)
    names: dict[UUID, dict[str, str]] = field(default_factory=dict)
    met: set[KnownAs] = field(default_factory=set)
    receipts: list[Receipt] = field(default_factory=list)
    ticks: list[ReceiptOf] = field(default_factory=list)
    reads: list[ReadByUs] = field(default_factory=list)
    packets: list[OfferedPacket] = field(default_factory=list)
    told: list[ToldChat] = field(default_factory=list)

    def add(self, lease: Lease, event: DurableEvent) -> None:
        """Sort one arrival in."""
        match event:
            case MessageArrived():
                self._add_message(lease, event)
            case ReceiptArrived():
                self._add_receipt(lease, event)
            case ChatTold():
                self.told.append(told_chat(lease, event))
            case HistoryOffered():
                self.packets.append(
                    OfferedPacket(
                        lease.workspace_id, lease.device_id, event.ref, event.kind, event.chunk, event.progress
                    )
                )
            case _:
                assert_never(event)

    def _add_message(self, lease: Lease, event: MessageArrived) -> None:
        self.met.update(aliases_of(lease.workspace_id, event))
        (self.from_me if event.from_me else self.incoming).append(received(lease, event))
        if event.from_me:
            # The echo of a send is proof that the network has it; a message typed on the phone has no outbox row.
            self._move(lease, (event.wire_id,), ReceiptKind.ACCEPTED, event.at)

    def _add_receipt(self, lease: Lease, event: ReceiptArrived) -> None:
        if event.by_me:
            self.reads.append(ReadByUs(lease.workspace_id, lease.device_id, event.chat, event.wire_ids))
        else:
            self._move(lease, event.wire_ids, event.kind, event.at)

    def _move(self, lease: Lease, wire_ids: tuple[str, ...], kind: ReceiptKind, at: datetime) -> None:
        self.receipts.append(Receipt(lease.workspace_id, lease.device_id, wire_ids, Delivery(kind.value), at))
        self.ticks.append(ReceiptOf(lease.workspace_id, lease.device_id, wire_ids, MessageStatus(kind.value), at))


async def take_in(tx: Transaction, batch: Batch, now: datetime) -> set[UUID]:
    """From this commit on a person who asked to hear no more is reached by no campaign.

    Gives the workspaces in which somebody did.
    """
    await history.offer(tx, batch.packets, now)
    arrived = await messages.recognise(tx, [*batch.incoming, *batch.from_me], batch.met, now)
    incoming = await messages.sift(tx, [message for message in arrived if not message.from_me], now)
    from_me = [message for message in arrived if message.from_me]
    people = await _contacts_of(tx, incoming + from_me, now)
    incoming = [_with_contact(message, people) for message in incoming]
    spoken = [message for message in incoming if not is_group(message.address)]
    stops = [message for message in spoken if message.said.kind in _MAY_OPT_OUT and is_opt_out(message.said.body)]
    silenced = await contacts.suppress(tx, [_suppression(message, now) for message in stops])
    replies = [message for message in spoken if message.said.kind not in ABOUT_ANOTHER]
    news = News(receipts=batch.receipts, replies=_replies(replies, now), opt_outs=_replies(stops, now))
    await outbox.hear(tx, news, now)
    # Only now: the settling of a send knows its own echo after it has its outbox row, and both must agree on the order.
    own = [_with_contact(message, people) for message in await messages.sift(tx, from_me, now)]
    await messages.receive(
        tx, Arrived((*incoming, *own), tuple(batch.ticks), tuple(batch.reads), tuple(batch.told)), now
    )
    return {workspace_id for workspace_id, _ in silenced}


def received(lease: Lease, event: MessageArrived, *, is_old: bool = False) -> ReceivedMessage:
    """The message as the inbox takes it."""
    return ReceivedMessage(
        workspace_id=lease.workspace_id,
        device_id=lease.device_id,
        address=event.chat,
        sender=event.sender,
        wire_id=event.wire_id,
        at=event.at,
        from_me=event.from_me,
        said=event.said,
        sender_name=_printable(event.sender_name or ""),
        is_old=is_old,
    )


def told_chat(lease: Lease, event: ChatTold) -> ToldChat:
    """What the phone keeps of a chat as the inbox takes it."""
    bare = ToldChat(lease.workspace_id, lease.device_id, event.chat)
    match event.news:
        case ChatPinned(pinned):
            return replace(bare, pinned=pinned)
        case ChatArchived(archived):
            return replace(bare, archived=archived)
        case ChatMuted(until):
            return replace(bare, muted=True, muted_until=until)
        case ChatMarked(unread):
            return replace(bare, unread=unread)
        case ChatNamed(name):
            return replace(bare, name=_printable(name))
        case PictureChanged():
            return replace(bare, pictured=True)


def aliases_of(workspace_id: UUID, event: MessageArrived) -> Iterable[KnownAs]:
    """Who is who, as far as this message shows it."""
    return (KnownAs(workspace_id, alias.phone, alias.lid) for alias in event.aliases if alias.phone and alias.lid)


async def _contacts_of(
    tx: Transaction, unseen: Sequence[ReceivedMessage], now: datetime
) -> dict[tuple[UUID, str], UUID]:
    """The contact behind every chat with somebody's number, made where there was none."""
    people: dict[tuple[UUID, str], UUID] = {}
    for workspace_id in sorted({message.workspace_id for message in unseen}):
        wanted: dict[str, str] = {}
        for message in unseen:
            if message.workspace_id == workspace_id and is_phone(message.address):
                name = "" if message.from_me else message.sender_name
                wanted[message.address] = name or wanted.get(message.address, "")
        found = await contacts.contacts_for_phones(tx, workspace_id, wanted, now)
        people |= {(workspace_id, phone): contact_id for phone, contact_id in found.items()}
    return people


def _with_contact(message: ReceivedMessage, people: Mapping[tuple[UUID, str], UUID]) -> ReceivedMessage:
    contact_id = people.get((message.workspace_id, message.address))
    return message if contact_id is None else replace(message, contact_id=contact_id)


def _replies(incoming: Iterable[ReceivedMessage], now: datetime) -> list[Reply]:
    # As of when we learned it: the other side's clock may be anywhere.
    return [
        Reply(message.workspace_id, message.device_id, message.contact_id, now)
        for message in incoming
        if message.contact_id is not None
    ]


def _suppression(message: ReceivedMessage, now: datetime) -> NewSuppression:
    return NewSuppression(
        workspace_id=message.workspace_id,
        contact_id=message.contact_id,
        phone=message.address,
        reason=SuppressionReason.OPTED_OUT,
        at=now,
        word=message.said.body.strip()[:_LONGEST_WORD],
        device_id=message.device_id,
    )


def _printable(name: str) -> str:
    return name if name.isprintable() else "".join(letter for letter in name if letter.isprintable())
