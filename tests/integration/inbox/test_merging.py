"""Somebody whose number was hidden when they wrote is one person with one chat once it is known."""

from datetime import timedelta
from uuid import UUID

from hebah.inbox import reads
from hebah.inbox.actions import merging
from hebah.inbox.actions import messages as inbox
from hebah.inbox.model.messages import Arrived, KnownAs, ReceivedMessage
from hebah.messaging.said import MessageKind, Said
from tests.integration.worlds import World

PHONE, LID = "+60123456789", "lid:900123456789"


async def write(world: World, body: str, *, address: str, wire_id: str | None = None) -> None:
    """Time goes by, then somebody writes."""
    await world.clock.advance(timedelta(minutes=1))
    now = world.clock.now()
    message = ReceivedMessage(
        world.workspace_id,
        world.device_id,
        address,
        address,
        wire_id or f"IN-{body}",
        now,
        from_me=False,
        said=Said(MessageKind.TEXT, body),
    )
    async with world.database.transaction() as tx:
        await inbox.receive(tx, Arrived(tuple(await inbox.sift(tx, [message], now))), now)


async def learn(world: World) -> None:
    """A message shows who it is."""
    async with world.database.transaction() as tx:
        met = {KnownAs(world.workspace_id, PHONE, LID.removeprefix("lid:"))}
        await inbox.recognise(tx, [], met, world.clock.now())


async def chats(world: World) -> list[tuple[str, int, list[str]]]:
    """Every chat with how much of it is unread and its words, oldest first."""
    async with world.database.connection() as connection:
        found = []
        for chat in await reads.chats(connection, world.workspace_id, world.device_id):
            lines = await reads.messages(connection, world.workspace_id, chat.id)
            assert {line.sender for line in lines} <= {chat.address}
            found.append((chat.address, chat.unread, [line.body for line in reversed(lines)]))
        return found


async def merge(world: World) -> int:
    return await merging.merge_known(world.database, world.clock)


async def test_a_chat_without_a_number_gets_the_number(world: World) -> None:
    await write(world, "one", address=LID)
    assert await merge(world) == 0

    await learn(world)
    assert await merge(world) == 1

    assert await chats(world) == [(PHONE, 1, ["one"])]
    assert await merge(world) == 0


async def test_two_chats_become_one_in_the_order_things_were_written(world: World) -> None:
    await write(world, "one", address=LID)
    await write(world, "two", address=PHONE)
    await write(world, "three", address=LID)
    await learn(world)

    await merge(world)

    assert await chats(world) == [(PHONE, 3, ["one", "two", "three"])]


async def test_a_message_that_came_under_both_addresses_is_one_message(world: World) -> None:
    await write(world, "hello", address=LID, wire_id="SAME")
    await write(world, "hello", address=PHONE, wire_id="SAME")
    await learn(world)

    await merge(world)
    await write(world, "hello", address=PHONE, wire_id="SAME")

    ((_, _, words),) = await chats(world)
    assert words == ["hello"]


async def test_a_stop_under_the_hidden_number_counts_for_the_number(world: World) -> None:
    await write(world, "STOP", address=LID)
    await learn(world)

    await merge(world)

    async with world.database.connection() as connection:
        reason = await connection.fetchval("SELECT reason FROM suppression WHERE workspace_id = $1", world.workspace_id)
    assert reason == "opted_out"


async def test_labels_and_notes_of_both_are_kept(world: World) -> None:
    await write(world, "one", address=LID)
    await write(world, "two", address=PHONE)
    async with world.database.transaction() as tx:
        label = UUID(int=7)
        await tx.execute(
            "INSERT INTO label (workspace_id, id, name, colour, created_at) VALUES ($1, $2, 'Order', 'red', now())",
            world.workspace_id,
            label,
        )
        await tx.execute(
            "INSERT INTO chat_label SELECT workspace_id, id, $2 FROM chat WHERE workspace_id = $1",
            world.workspace_id,
            label,
        )
    await learn(world)

    await merge(world)

    async with world.database.connection() as connection:
        assert await connection.fetchval("SELECT count(*) FROM chat_label") == 1
