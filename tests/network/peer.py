"""What a linked device asks of its own phone: older messages of a chat."""

from tests.network import phones
from tests.network.accounts import Account, Device, Letter
from tests.network.historysync import Chunk, Conversation, HistoryKind, inline_notification
from tests.network.hub import Hub
from tests.network.nodes import Jid
from tests.network.protobuf import ProtobufError, Record, decode

_PROTOCOL, _REQUEST = 12, 16
_ON_DEMAND = 3


def take(hub: Hub, device: Device, letter: Letter) -> None:
    """A peer message arrives at the phone, which reads it at once."""
    account = device.account
    phones.unseal(account, letter)
    account.letters.append(letter)
    if letter.plain is None:
        phones.ask_again(hub, account, letter)
        return
    try:
        asked = decode(letter.plain).message(_PROTOCOL).message(_REQUEST)
    except ProtobufError:
        return
    hub.counts[f"peer_request_{asked.number(1)}"] += 1
    if asked.number(1) == _ON_DEMAND:
        phones.write_peer(hub, account, device, inline_notification(_older(hub, account, asked.message(4))))


def _older(hub: Hub, account: Account, asked: Record) -> Chunk:
    """The messages of one chat that come before the one that the device names."""
    wanted = hub.number(Jid(asked.text(1)))
    for conversation in account.history:
        if hub.number(Jid(conversation.chat)) == wanted:
            return Chunk(HistoryKind.ON_DEMAND, [_before(conversation, asked.text(2), asked.number(4))])
    return Chunk(HistoryKind.ON_DEMAND)


def _before(conversation: Conversation, wire_id: str, count: int) -> Conversation:
    messages = list(conversation.messages)
    ids = [stored.key.id for stored in messages]
    start = ids.index(wire_id) + 1 if wire_id in ids else 0
    some = messages[start : start + count]
    return Conversation(
        conversation.chat, some, conversation.name, conversation.unread, conversation.last_at,
        complete=start + count >= len(messages), phone_jid=conversation.phone_jid, lid_jid=conversation.lid_jid,
    )  # fmt: skip
