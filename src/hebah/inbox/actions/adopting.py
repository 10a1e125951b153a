"""What becomes of messages out of files that a phone then tells too: they are the phone's."""

from collections.abc import Sequence

from hebah.foundation.postgres import Transaction
from hebah.inbox.model.messages import ReceivedMessage
from hebah.inbox.rules.importing import adopted, likeness_of_told
from hebah.inbox.store import importing as store


async def adopt(tx: Transaction, messages: Sequence[ReceivedMessage]) -> set[int]:
    """Which of these a file has brought before, by place; they are the phone's from now on."""
    if not messages:
        return set()
    chats = await store.chats_of_told(tx, messages)
    likenesses = [
        None if chat_id is None else likeness_of_told(message, chat_id)
        for message, chat_id in zip(messages, chats, strict=True)
    ]
    wanted = [likeness for likeness in likenesses if likeness is not None]
    found = adopted(messages, likenesses, await store.lookalikes(tx, wanted, of_files=True))
    if found:
        await store.adopt(tx, [(messages[place], stored) for place, stored in found.items()])
    return set(found)
