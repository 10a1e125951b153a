import random
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from hebah.foundation import eventlog
from hebah.foundation.clock import SystemClock
from hebah.foundation.ids import make_id
from hebah.inbox import jobs, reads
from hebah.inbox.actions import messages as actions
from hebah.inbox.model.messages import Arrived, MessageStatus, ReceiptOf, ReceivedMessage, SentMessage
from hebah.inbox.model.shown import Message
from hebah.messaging.said import MessageKind, Said
from tests.integration.worlds import World

PERSON = "+60123456789"


def incoming(world: World, number: int, *, after: float = 0.0, address: str = PERSON) -> ReceivedMessage:
    return ReceivedMessage(
        workspace_id=world.workspace_id,
        device_id=world.device_id,
        address=address,
        sender=address,
        wire_id=f"IN{number}",
        at=world.clock.now() + timedelta(seconds=after),
        from_me=False,
        said=Said(MessageKind.TEXT, f"message {number}"),
    )


def outgoing(world: World, wire_id: str, status: MessageStatus = MessageStatus.ACCEPTED) -> SentMessage:
    return SentMessage(
        workspace_id=world.workspace_id,
        device_id=world.device_id,
        address=PERSON,
        wire_id=wire_id,
        said=Said(MessageKind.TEXT, "our offer"),
        at=world.clock.now(),
        status=status,
        outbox_id=make_id(),
    )


async def take_in(world: World, *messages: ReceivedMessage, receipts: tuple[ReceiptOf, ...] = ()) -> list[UUID]:
    async with world.database.transaction() as tx:
        unseen = await actions.sift(tx, messages, world.clock.now())
        return await actions.receive(tx, Arrived(tuple(unseen), receipts), world.clock.now())


async def record(world: World, *messages: SentMessage) -> None:
    async with world.database.transaction() as tx:
        await actions.record_sent(tx, messages)


async def only_chat(world: World) -> list[Message]:
    async with world.database.connection() as connection:
        (chat,) = await reads.chats(connection, world.workspace_id, world.device_id)
        return await reads.messages(connection, world.workspace_id, chat.id, limit=5000)


def receipt(world: World, kind: MessageStatus, *wire_ids: str) -> ReceiptOf:
    return ReceiptOf(world.workspace_id, world.device_id, wire_ids, kind, world.clock.now())


async def test_a_thousand_messages_with_repetitions_in_any_order_are_stored_once_in_order(world: World) -> None:
    messages = [incoming(world, number, after=number / 1000) for number in range(1000)]
    deliveries = messages + messages[::3] + messages[:50]
    random.Random(4).shuffle(deliveries)
    for first in range(0, len(deliveries), 97):
        await take_in(world, *deliveries[first : first + 97])
    stored = await only_chat(world)
    assert [message.body for message in reversed(stored)] == [f"message {number}" for number in range(1000)]
    async with world.database.connection() as connection:
        (chat,) = await reads.chats(connection, world.workspace_id, world.device_id)
    assert chat.unread == 1000
    assert chat.preview == "message 999"
    assert chat.last_message_id == stored[0].id


async def test_new_messages_are_announced_on_the_topic_of_their_device(world: World) -> None:
    ids = await take_in(world, incoming(world, 1), incoming(world, 2, address="+60199999999"))
    async with world.database.connection() as connection:
        later = await eventlog.read_since(connection, world.workspace_id, world.device_id, since=0)
    (event,) = [event for event in later.events if event.kind == "messages_changed"]
    assert set(event.ids) == set(ids)


async def test_a_repeated_message_announces_nothing(world: World) -> None:
    await take_in(world, incoming(world, 1))
    assert await take_in(world, incoming(world, 1)) == []
    async with world.database.connection() as connection:
        later = await eventlog.read_since(connection, world.workspace_id, world.device_id, since=0)
    assert len([event for event in later.events if event.kind == "messages_changed"]) == 1


async def test_a_message_of_ours_stands_in_its_chat_unread_by_nobody(world: World) -> None:
    await record(world, outgoing(world, "OUT1"))
    (message,) = await only_chat(world)
    assert message.from_me
    assert message.status is MessageStatus.ACCEPTED
    async with world.database.connection() as connection:
        (chat,) = await reads.chats(connection, world.workspace_id, world.device_id)
    assert (chat.unread, chat.last_from_me, chat.preview) == (0, True, "our offer")


async def test_receipts_in_any_order_only_add_ticks(world: World) -> None:
    await record(world, outgoing(world, "OUT1"), outgoing(world, "OUT2"))
    await take_in(world, receipts=(receipt(world, MessageStatus.READ, "OUT1"),))
    await take_in(world, receipts=(receipt(world, MessageStatus.DELIVERED, "OUT1", "OUT2"),))
    statuses = {message.wire_id: message.status for message in await only_chat(world)}
    assert statuses == {"OUT1": MessageStatus.READ, "OUT2": MessageStatus.DELIVERED}


async def test_an_echo_before_the_settling_becomes_the_same_message(world: World) -> None:
    echo = ReceivedMessage(
        workspace_id=world.workspace_id,
        device_id=world.device_id,
        address=PERSON,
        sender="+60111000000",
        wire_id="OUT1",
        at=world.clock.now(),
        from_me=True,
        said=Said(MessageKind.TEXT, "our offer"),
    )
    await take_in(world, echo)
    sent = outgoing(world, "OUT1", MessageStatus.DELIVERED)
    await record(world, sent)
    (message,) = await only_chat(world)
    assert message.outbox_id == sent.outbox_id
    assert message.status is MessageStatus.DELIVERED


async def test_a_message_told_twice_is_only_moved_forward(world: World) -> None:
    unknown = outgoing(world, "OUT1", MessageStatus.UNKNOWN)
    await record(world, unknown)
    await record(world, outgoing(world, "OUT1", MessageStatus.ACCEPTED))
    await record(world, unknown)
    (message,) = await only_chat(world)
    assert message.status is MessageStatus.ACCEPTED
    assert message.outbox_id == unknown.outbox_id


async def test_a_time_from_a_broken_clock_is_stored_as_ours_and_flagged(world: World) -> None:
    await take_in(world, incoming(world, 1, after=3 * 86_400))
    (message,) = await only_chat(world)
    assert message.time_doubtful
    assert message.at == world.clock.now()


async def test_messages_are_found_by_id_whenever_they_were_written(world: World) -> None:
    now = SystemClock().now()
    written = [
        replace(incoming(world, number), at=now - timedelta(days=days)) for number, days in enumerate((0, 1, 40, 400))
    ]
    async with world.database.transaction() as tx:
        ids = await actions.receive(tx, Arrived(tuple(await actions.sift(tx, written, now))), now)
    elsewhere = UUID(int=2**128 - 1)
    async with world.database.connection() as connection:
        found = await reads.messages_by_id(connection, world.workspace_id, [*ids, elsewhere, make_id()])
        assert await reads.messages_by_id(connection, make_id(), ids) == []
    assert {message.id for message in found} == set(ids)
    assert len(found) == len(written)


async def test_an_erased_device_keeps_no_message(world: World) -> None:
    await take_in(world, incoming(world, 1))
    async with world.database.transaction() as tx:
        await actions.erase_device(tx, world.workspace_id, world.device_id)
    async with world.database.connection() as connection:
        assert await reads.chats(connection, world.workspace_id, world.device_id) == []
    assert len(await take_in(world, incoming(world, 1))) == 1


async def test_what_was_seen_a_month_ago_is_forgotten(world: World) -> None:
    await take_in(world, incoming(world, 1))
    assert await jobs.forget_seen(world.database, world.clock) == 0
    await world.clock.advance(timedelta(days=31))
    assert await jobs.forget_seen(world.database, world.clock) == 1
