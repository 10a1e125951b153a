"""Two numbers of the shop write to each other: what is read on one shows in the ticks of the other."""

from datetime import timedelta
from uuid import UUID

from hebah.inbox import reads as inbox
from hebah.inbox.actions import chats
from hebah.inbox.model.messages import MessageStatus
from hebah.inbox.model.shown import Chat
from tests.integration.gateway.fleet import Fleet


async def until_unread(fleet: Fleet, count: int) -> Chat:
    async def look() -> Chat | None:
        async with fleet.world.database.connection() as connection:
            found = await inbox.chats(connection, fleet.world.workspace_id, fleet.world.device_id)
        return found[0] if found and found[0].unread == count else None

    return await fleet.until(look)


async def ticks(fleet: Fleet, device_id: UUID) -> list[MessageStatus | None]:
    async with fleet.world.database.connection() as connection:
        listed = await inbox.chats(connection, fleet.world.workspace_id, device_id)
        if not listed:  # the writer's own chat comes in a transaction of its own
            return []
        found = await inbox.messages(connection, fleet.world.workspace_id, listed[0].id)
    return [message.status for message in found][::-1]


async def until_ticks(fleet: Fleet, device_id: UUID, *wanted: MessageStatus) -> None:
    async def look() -> bool:
        return await ticks(fleet, device_id) == list(wanted)

    await fleet.until(look)


async def until_nothing_waits(fleet: Fleet) -> None:
    async def look() -> bool:
        async with fleet.world.database.connection() as connection:
            return bool(await connection.fetchval("SELECT count(*) = 0 FROM read_mark"))

    await fleet.until(look)


async def read(fleet: Fleet, chat: Chat) -> None:
    await chats.read(fleet.world.database, fleet.world.clock, fleet.world.owner, chat.id, None)


async def test_what_somebody_reads_here_the_other_side_sees(fleet: Fleet) -> None:
    (other_id,) = await fleet.add_devices(1)
    fleet.start()
    phone, other = await fleet.link(), await fleet.link(other_id)
    for number in range(2):
        fleet.network.type_message(other, phone, f"Soalan {number}")
    await read(fleet, await until_unread(fleet, 2))
    await until_ticks(fleet, other_id, MessageStatus.READ, MessageStatus.READ)
    await until_nothing_waits(fleet)

    await fleet.world.clock.advance(timedelta(seconds=30))
    fleet.network.type_message(other, phone, "Satu lagi")
    chat = await until_unread(fleet, 1)
    assert (await ticks(fleet, other_id))[-1] is MessageStatus.ACCEPTED
    await read(fleet, chat)
    await until_ticks(fleet, other_id, MessageStatus.READ, MessageStatus.READ, MessageStatus.READ)
    await until_nothing_waits(fleet)


async def test_what_is_read_while_the_number_is_offline_is_told_once_it_is_back(fleet: Fleet) -> None:
    (other_id,) = await fleet.add_devices(1)
    fleet.start()
    phone, other = await fleet.link(), await fleet.link(other_id)
    fleet.network.type_message(other, phone, "Soalan")
    chat = await until_unread(fleet, 1)
    await until_ticks(fleet, other_id, MessageStatus.ACCEPTED)
    fleet.network.cut(fleet.ref(), fleet.world.clock.now() + timedelta(minutes=2))
    await read(fleet, chat)
    await fleet.world.clock.advance(timedelta(seconds=90))
    assert await ticks(fleet, other_id) == [MessageStatus.ACCEPTED]
    await until_ticks(fleet, other_id, MessageStatus.READ)
