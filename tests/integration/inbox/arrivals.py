"""Messages as links bring them, stated in a line, and what the inbox shows of them."""

from datetime import timedelta
from uuid import UUID

from hebah.inbox import reads
from hebah.inbox.actions import messages
from hebah.inbox.model.messages import Arrived, KnownAs, ReadByUs, ReceiptOf, ReceivedMessage
from hebah.inbox.model.shown import Chat, Message
from hebah.messaging.said import MediaFacts, MessageKind, Said, Target
from tests.integration.worlds import World

PERSON = "+60123456789"
GROUP = "group:120363000000000001"


def text(body: str) -> Said:
    return Said(MessageKind.TEXT, body)


def reaction(wire_id: str, emoji: str, *, from_me: bool = False) -> Said:
    return Said(MessageKind.REACTION, emoji, target=Target(wire_id, from_me))


def edit(wire_id: str, body: str, *, from_me: bool = False) -> Said:
    return Said(MessageKind.EDIT, body, target=Target(wire_id, from_me))


def deletion(wire_id: str, *, from_me: bool = False) -> Said:
    return Said(MessageKind.DELETION, target=Target(wire_id, from_me))


def picture(size: int = 50_000, body: str = "", mime: str = "image/jpeg") -> Said:
    return Said(MessageKind.IMAGE, body, media=MediaFacts(b"ref", mime, size, 800, 600, thumbnail=b"\xff\xd8small"))


def arrival(
    world: World,
    wire_id: str,
    said: Said,
    *,
    after: float = 0.0,
    chat: str = PERSON,
    sender: str | None = None,
    from_me: bool = False,
    name: str = "",
    is_old: bool = False,
) -> ReceivedMessage:
    return ReceivedMessage(
        workspace_id=world.workspace_id,
        device_id=world.device_id,
        address=chat,
        sender=sender or ("+60111000000" if from_me else chat),
        wire_id=wire_id,
        at=world.clock.now() + timedelta(seconds=after),
        from_me=from_me,
        said=said,
        sender_name=name,
        is_old=is_old,
    )


async def take_in(
    world: World,
    *arrived: ReceivedMessage,
    met: tuple[KnownAs, ...] = (),
    receipts: tuple[ReceiptOf, ...] = (),
    read: tuple[ReadByUs, ...] = (),
) -> list[UUID]:
    """As one receiving transaction does; gives the lines it added."""
    now = world.clock.now()
    async with world.database.transaction() as tx:
        known = await messages.recognise(tx, arrived, met, now)
        unseen = await messages.sift(tx, known, now)
        return await messages.receive(tx, Arrived(tuple(unseen), receipts, read), now)


async def chats(world: World) -> list[Chat]:
    async with world.database.connection() as connection:
        return await reads.chats(connection, world.workspace_id, world.device_id)


async def lines(world: World, address: str = PERSON) -> list[Message]:
    """The chat, oldest first."""
    (chat,) = [chat for chat in await chats(world) if chat.address == address]
    async with world.database.connection() as connection:
        return (await reads.messages(connection, world.workspace_id, chat.id, limit=500))[::-1]


async def only_chat(world: World) -> Chat:
    (chat,) = await chats(world)
    return chat
