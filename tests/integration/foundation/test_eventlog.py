import asyncio
from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

import asyncpg
import pytest

from hebah.foundation import eventlog
from hebah.foundation.eventlog import Event
from hebah.foundation.ids import make_id
from hebah.foundation.postgres import Database, Topic

SHOP = make_id()


async def record(database: Database, *events: Event) -> None:
    async with database.transaction() as tx:
        await eventlog.record(tx, events)


async def record_and_fail(database: Database, event: Event) -> None:
    async with database.transaction() as tx:
        await eventlog.record(tx, [event])
        await tx.fetchval("SELECT 1 / 0")


async def test_events_are_numbered_per_topic_in_the_order_they_were_given(database: Database) -> None:
    device, other = make_id(), make_id()
    chats = [make_id() for _ in range(3)]

    await record(
        database,
        Event(SHOP, device, "chat", (chats[0], chats[1])),
        Event(SHOP, other, "device", (other,)),
        Event(SHOP, device, "chat", ()),
    )
    await record(database, Event(SHOP, device, "chat", (chats[2],)))

    async with database.connection() as connection:
        seen = await eventlog.read_since(connection, SHOP, device, since=0)
        heads = await eventlog.heads(connection, SHOP, [device, other, SHOP])
    assert [(event.seq, event.kind, event.ids) for event in seen.events] == [
        (1, "chat", (chats[0], chats[1])),
        (2, "chat", ()),
        (3, "chat", (chats[2],)),
    ]
    assert (seen.head, seen.gap) == (3, False)
    assert heads == {device: 3, other: 1, SHOP: 0}


async def test_transactions_that_record_the_same_topics_in_opposite_orders_do_not_wait_for_each_other(
    database: Database,
) -> None:
    topics = make_id(), make_id()
    both = asyncio.Barrier(2)

    async def record_one_by_one(order: Iterable[UUID]) -> None:
        async with database.transaction() as tx:
            for topic in order:
                await eventlog.record(tx, [Event(SHOP, topic, "chat", ())])
                await both.wait()

    async with asyncio.timeout(30), asyncio.TaskGroup() as tasks:
        tasks.create_task(record_one_by_one(topics))
        tasks.create_task(record_one_by_one(reversed(topics)))

    async with database.connection() as connection:
        assert await eventlog.heads(connection, SHOP, topics) == dict.fromkeys(topics, 2)


async def test_a_reader_resumes_after_its_cursor_in_pages(database: Database) -> None:
    device = make_id()
    await record(database, *(Event(SHOP, device, "chat", ()) for _ in range(10)))

    async with database.connection() as connection:
        page = await eventlog.read_since(connection, SHOP, device, since=4, limit=3)
        rest = await eventlog.read_since(connection, SHOP, device, since=7)
        nothing = await eventlog.read_since(connection, SHOP, device, since=10)
    assert [event.seq for event in page.events] == [5, 6, 7]
    assert page.head == 10
    assert [event.seq for event in rest.events] == [8, 9, 10]
    assert (nothing.events, nothing.head, nothing.gap) == ((), 10, False)


async def test_another_workspace_sees_nothing_of_a_topic(database: Database) -> None:
    device = make_id()
    await record(database, Event(SHOP, device, "chat", ()))
    async with database.connection() as connection:
        seen = await eventlog.read_since(connection, make_id(), device, since=0)
    assert (seen.events, seen.head, seen.gap) == ((), 0, False)


async def test_concurrent_transactions_never_leave_a_hole_that_a_reader_could_skip(database: Database) -> None:
    topics = [make_id() for _ in range(3)]
    seen: list[int] = []

    async def write(order: Iterable[int]) -> None:
        for _ in range(20):
            await record(database, *(Event(SHOP, topics[place], "chat", ()) for place in order))

    async def follow() -> None:
        cursor = 0
        while cursor < 80:
            async with database.connection() as connection:
                later = await eventlog.read_since(connection, SHOP, topics[0], since=cursor)
            assert not later.gap
            seen.extend(event.seq for event in later.events)
            cursor = seen[-1] if seen else 0

    async with asyncio.timeout(30), asyncio.TaskGroup() as group:
        group.create_task(follow())
        for order in ((0, 1, 2), (2, 1, 0), (1, 0, 2), (2, 0, 1)):
            group.create_task(write(order))
    assert seen == list(range(1, 81))


async def test_a_rolled_back_transaction_leaves_no_event_and_announces_nothing(database_url: str) -> None:
    announced: list[frozenset[Topic]] = []
    device = make_id()
    async with await Database.connect(database_url, on_commit=announced.append) as database:
        with pytest.raises(asyncpg.DivisionByZeroError):
            await record_and_fail(database, Event(SHOP, device, "chat", ()))
        await record(database, Event(SHOP, device, "chat", ()))
        async with database.connection() as connection:
            seen = await eventlog.read_since(connection, SHOP, device, since=0)
    assert [event.seq for event in seen.events] == [1]
    assert announced == [frozenset({Topic(SHOP, device)})]


async def test_a_reader_behind_what_was_pruned_is_told_to_start_over(database: Database) -> None:
    device = make_id()
    await record(database, *(Event(SHOP, device, "chat", ()) for _ in range(3)))
    async with database.connection() as connection:
        assert await eventlog.prune(connection, keep=timedelta(hours=1)) == 0
        assert await eventlog.prune(connection, keep=timedelta(0), limit=2) == 2
        behind = await eventlog.read_since(connection, SHOP, device, since=0)
        current = await eventlog.read_since(connection, SHOP, device, since=3)
        beyond = await eventlog.read_since(connection, SHOP, device, since=4)
    assert [behind.gap, current.gap, beyond.gap] == [True, False, True]
