import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from datetime import timedelta
from random import Random
from uuid import UUID

from hebah.foundation.crashpoints import CrashPoints
from hebah.foundation.postgres import Topic
from hebah.gateway.fetching import Fetching, Reach
from hebah.gateway.history import History
from hebah.gateway.incoming import (
    HistoryChat,
    HistoryFetched,
    HistoryOffered,
    HistoryOutcome,
    HistoryPart,
    LinkEvent,
    MediaAsked,
    MediaGone,
    MediaLater,
    MediaOutcome,
    MessageArrived,
)
from hebah.gateway.leases import Lease
from hebah.gateway.outgoing import Command, CommandOutcome, Done, NotWritten, Outgoing, SendOutcome
from hebah.gateway.receiver import Receiver
from hebah.gateway.timers import Timers
from hebah.inbox import reads as inbox
from hebah.inbox.model.fetched import HistoryProgress
from hebah.inbox.model.shown import Chat, Message
from hebah.messaging.said import MessageKind, Said, Target
from tests.integration.gateway.fleet import Fleet
from tests.integration.gateway.test_trouble import a_lease

PERSON, OTHER = "+60123456789", "+60129999999"


class PackedLink:
    """A link whose packets the test packs; each is fetched once for every outcome it was given."""

    def __init__(self) -> None:
        self.acknowledged: list[str] = []
        self.fetched: list[bytes] = []
        self.packets: dict[bytes, list[Callable[[], HistoryOutcome]]] = {}

    async def send(self, message: Outgoing) -> SendOutcome:
        return NotWritten("packed")

    async def do(self, command: Command) -> CommandOutcome:
        return Done()

    async def fetch_media(self, wanted: MediaAsked) -> MediaOutcome:
        return MediaGone("expired")

    async def fetch_history(self, ref: bytes) -> HistoryOutcome:
        self.fetched.append(ref)
        outcomes = self.packets[ref]
        return outcomes.pop(0)() if len(outcomes) > 1 else outcomes[0]()

    async def events(self) -> AsyncIterator[LinkEvent]:
        return
        yield

    async def acknowledge(self, event: LinkEvent) -> None:
        self.acknowledged.append(event.event_id)

    async def logout(self) -> None: ...

    async def close(self) -> None: ...


class Near:
    """One device, and it is online."""

    def __init__(self, reach: Reach) -> None:
        self._reach = reach

    def within_reach(self) -> Iterable[Reach]:
        return [self._reach]

    def reach(self, device_id: UUID) -> Reach | None:
        return self._reach if device_id == self._reach.lease.device_id else None


def old(
    fleet: Fleet, number: int, *, chat: str = PERSON, from_me: bool = False, said: Said | None = None
) -> MessageArrived:
    return MessageArrived(
        event_id="",
        chat=chat,
        sender="+60111000000" if from_me else chat,
        wire_id=f"OLD{number}",
        at=fleet.world.clock.now() - timedelta(days=400) + timedelta(minutes=number),
        from_me=from_me,
        said=said or Said(MessageKind.TEXT, f"dulu {number}"),
    )


def packed(*parts: HistoryPart) -> Callable[[], HistoryOutcome]:
    async def read() -> AsyncIterator[HistoryPart]:
        for part in parts:
            yield part

    return lambda: HistoryFetched(read())


def torn(part: HistoryPart) -> Callable[[], HistoryOutcome]:
    async def read() -> AsyncIterator[HistoryPart]:
        yield part
        raise OSError("the connection broke")

    return lambda: HistoryFetched(read())


async def offer(fleet: Fleet, lease: Lease, link: PackedLink, *events: HistoryOffered) -> None:
    receiver = Receiver(fleet.world.database, fleet.world.clock, CrashPoints.none())
    async with asyncio.TaskGroup() as group:
        group.create_task(receiver.run())
        for event in events:
            await receiver.put(lease, link, event)
        receiver.close()


@asynccontextmanager
async def fetching(fleet: Fleet, lease: Lease, link: PackedLink) -> AsyncIterator[None]:
    world = fleet.world
    timers = Timers(world.clock)
    history = Fetching(
        world.database, world.clock, timers, Near(Reach(lease, link)), History(world.database, world.clock, Random(1))
    )
    tasks = [asyncio.ensure_future(timers.run()), asyncio.ensure_future(history.run())]
    history.wake(Topic(world.workspace_id, world.device_id))
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def progress(fleet: Fleet) -> HistoryProgress:
    async with fleet.world.database.connection() as connection:
        found = await inbox.history(connection, fleet.world.workspace_id, [fleet.world.device_id])
    return found[fleet.world.device_id]


async def until_ended(fleet: Fleet, packets: int) -> HistoryProgress:
    async def look() -> HistoryProgress | None:
        now = await progress(fleet)
        return now if now.done + now.failed == packets else None

    return await fleet.until(look, timedelta(seconds=5))


async def chats(fleet: Fleet) -> list[Chat]:
    async with fleet.world.database.connection() as connection:
        return await inbox.chats(connection, fleet.world.workspace_id, fleet.world.device_id)


async def lines(fleet: Fleet, address: str = PERSON) -> list[Message]:
    (chat,) = [chat for chat in await chats(fleet) if chat.address == address]
    async with fleet.world.database.connection() as connection:
        return (await inbox.messages(connection, fleet.world.workspace_id, chat.id, limit=5000))[::-1]


async def test_offered_history_is_kept_once_acknowledged_and_fetched_into_its_chats(fleet: Fleet) -> None:
    lease, link = await a_lease(fleet), PackedLink()
    first = HistoryOffered("h1", b"one", "initial", 1, 40)
    second = HistoryOffered("h2", b"two", "recent", 2, 100)
    await offer(fleet, lease, link, first, second)
    await offer(fleet, lease, link, first)
    assert link.acknowledged == ["h1", "h2", "h1"]
    assert await progress(fleet) == HistoryProgress(offered=2, done=0, failed=0, messages=0, percent=0)

    many = tuple(old(fleet, number, from_me=number % 3 == 0) for number in range(1200))
    link.packets[b"one"] = [packed(HistoryPart(many[:700], (HistoryChat(PERSON, "Kedai Ali", unread=9, pinned=True),)))]
    link.packets[b"two"] = [packed(HistoryPart(many[600:]), HistoryPart((old(fleet, 1, chat=OTHER),)))]
    async with fetching(fleet, lease, link):
        ended = await until_ended(fleet, 2)
    assert ended == HistoryProgress(offered=2, done=2, failed=0, messages=1201, percent=100)
    assert [line.body for line in await lines(fleet)] == [f"dulu {number}" for number in range(1200)]
    by_address = {chat.address: chat for chat in await chats(fleet)}
    assert (by_address[PERSON].unread, by_address[PERSON].name) == (0, "Kedai Ali")
    assert by_address[PERSON].pinned_at is not None
    assert by_address[OTHER].contact_id is None


async def test_a_packet_that_breaks_off_is_fetched_again_and_stores_nothing_twice(fleet: Fleet) -> None:
    lease, link = await a_lease(fleet), PackedLink()
    await offer(fleet, lease, link, HistoryOffered("h1", b"one", "full", 1, 100))
    part = HistoryPart(tuple(old(fleet, number) for number in range(10)))
    rest = HistoryPart(tuple(old(fleet, number) for number in range(5, 20)))
    link.packets[b"one"] = [torn(part), lambda: MediaLater("not_connected"), packed(part, rest)]
    async with fetching(fleet, lease, link):
        ended = await until_ended(fleet, 1)
    assert (ended.done, ended.messages, len(link.fetched)) == (1, 20, 3)
    assert len(await lines(fleet)) == 20


async def test_a_packet_that_is_gone_is_said_to_have_failed(fleet: Fleet) -> None:
    lease, link = await a_lease(fleet), PackedLink()
    await offer(fleet, lease, link, HistoryOffered("h1", b"one", "full", 1, 100))
    link.packets[b"one"] = [lambda: MediaGone("expired")]
    async with fetching(fleet, lease, link):
        ended = await until_ended(fleet, 1)
    assert (ended.done, ended.failed, ended.percent) == (0, 1, 100)


async def test_packets_of_one_device_come_one_after_the_other_in_their_order(fleet: Fleet) -> None:
    lease, link = await a_lease(fleet), PackedLink()
    offered = [HistoryOffered(f"h{number}", b"%d" % number, "full", number, 100) for number in (3, 1, 2)]
    await offer(fleet, lease, link, *offered)
    for number in (1, 2, 3):
        link.packets[b"%d" % number] = [packed(HistoryPart((old(fleet, number),)))]
    async with fetching(fleet, lease, link):
        await until_ended(fleet, 3)
    assert link.fetched == [b"1", b"2", b"3"]


async def test_old_messages_are_no_news_to_anybody(fleet: Fleet) -> None:
    lease, link = await a_lease(fleet), PackedLink()
    await offer(fleet, lease, link, HistoryOffered("h1", b"one", "full", 1, 100))
    stop = old(fleet, 2, said=Said(MessageKind.TEXT, "STOP"))
    thumb = old(fleet, 3, said=Said(MessageKind.REACTION, "👍", target=Target("OLD1", from_me=False)))
    link.packets[b"one"] = [packed(HistoryPart((old(fleet, 1), stop, thumb)))]
    async with fetching(fleet, lease, link):
        await until_ended(fleet, 1)
    (chat,) = await chats(fleet)
    assert chat.unread == 0
    first, second = await lines(fleet)
    assert [one.emoji for one in first.reactions] == ["👍"]
    assert second.body == "STOP"
    async with fleet.world.database.connection() as connection:
        assert await connection.fetchval("SELECT count(*) FROM suppression") == 0
        assert await connection.fetchval("SELECT count(*) FROM contact") == 0


async def test_what_was_stored_long_ago_is_not_stored_again_when_a_number_is_linked_anew(fleet: Fleet) -> None:
    lease, link = await a_lease(fleet), PackedLink()
    part = HistoryPart(tuple(old(fleet, number, from_me=number == 2) for number in range(5)))
    link.packets = {b"one": [packed(part)], b"two": [packed(part)]}
    await offer(fleet, lease, link, HistoryOffered("h1", b"one", "full", 1, 100))
    async with fetching(fleet, lease, link):
        await until_ended(fleet, 1)
    async with fleet.world.database.transaction() as tx:
        await tx.execute("DELETE FROM seen")
    await offer(fleet, lease, link, HistoryOffered("h2", b"two", "full", 1, 100))
    async with fetching(fleet, lease, link):
        ended = await until_ended(fleet, 2)
    assert ended.messages == 5
    assert len(await lines(fleet)) == 5


async def test_a_gateway_that_has_lost_the_device_stores_no_history(fleet: Fleet) -> None:
    lease, link = await a_lease(fleet), PackedLink()
    await offer(fleet, lease, link, HistoryOffered("h1", b"one", "full", 1, 100))
    link.packets[b"one"] = [packed(HistoryPart((old(fleet, 1),)))]
    async with fleet.world.database.transaction() as tx:
        await tx.execute("UPDATE device SET epoch = epoch + 1")

    async def is_tried() -> bool:
        return bool(link.fetched)

    async with fetching(fleet, lease, link):
        await fleet.until(is_tried)
    assert await chats(fleet) == []
    assert (await progress(fleet)).done == 0
