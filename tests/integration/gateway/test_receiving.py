import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from hebah.adapters.transports.simulated.people import Behaviour
from hebah.foundation.clock import ManualClock
from hebah.foundation.crashpoints import CrashPoints
from hebah.foundation.postgres import Database, Record
from hebah.gateway.leases import expire_process
from hebah.inbox import reads as inbox
from hebah.inbox.model.messages import MessageStatus
from hebah.inbox.model.shown import Message
from hebah.messaging.chataddress import Alias
from hebah.messaging.said import MessageKind, Said, Target
from tests.integration.gateway.fleet import QUICK, Fleet, open_fleet
from tests.integration.gateway.outgoing import add_lead, enqueue, rows, until_states
from tests.integration.worlds import make_world

PERSON = "+60123456789"
OTHER = "+60129876543"
GROUP = "group:120363000000000001"


@pytest.fixture
async def reading_fleet(
    database: Database, database_url: str, clock: ManualClock, tmp_path: Path
) -> AsyncIterator[Fleet]:
    """As `fleet`, on a network where everybody reads what they get."""
    world = await make_world(database, clock)
    async with open_fleet(world, database_url, tmp_path, Behaviour(read=1)) as opened:
        yield opened


async def messages(fleet: Fleet) -> list[Message]:
    """All messages of the slot's chats, newest first within a chat."""
    async with fleet.world.database.connection() as connection:
        chats = await inbox.chats(connection, fleet.world.workspace_id, fleet.world.device_id)
        return [
            message
            for chat in chats
            for message in await inbox.messages(connection, fleet.world.workspace_id, chat.id, limit=5000)
        ]


async def until_stored(fleet: Fleet, count: int) -> list[Message]:
    """Until so many messages are stored and acknowledged."""

    async def look() -> list[Message] | None:
        slot = fleet.slot()
        stored = await messages(fleet)
        return stored if len(stored) >= count and not slot.queued and not slot.unacknowledged else None

    return await fleet.until(look)


async def contact(fleet: Fleet, phone: str) -> Record | None:
    async with fleet.world.database.connection() as connection:
        return await connection.fetchrow(
            "SELECT * FROM contact WHERE workspace_id = $1 AND phone = $2", fleet.world.workspace_id, phone
        )


async def test_what_a_person_writes_stands_in_a_chat_with_a_contact(fleet: Fleet) -> None:
    fleet.start()
    phone = await fleet.link()
    fleet.network.write(PERSON, phone, "Berapa harga?")
    (message,) = await until_stored(fleet, 1)
    assert (message.body, message.from_me, message.sender) == ("Berapa harga?", False, PERSON)
    async with fleet.world.database.connection() as connection:
        (chat,) = await inbox.chats(connection, fleet.world.workspace_id, fleet.world.device_id)
    person = await contact(fleet, PERSON)
    assert person is not None
    assert (chat.address, chat.unread, chat.contact_id) == (PERSON, 1, person["id"])

    async def is_noted() -> bool:
        return (await fleet.device()).last_inbound_at is not None

    await fleet.until(is_noted)


async def test_what_is_typed_on_the_phone_appears_as_ours(fleet: Fleet) -> None:
    fleet.start()
    phone = await fleet.link()
    fleet.network.type_message(phone, PERSON, "Saya balas dari telefon")
    (message,) = await until_stored(fleet, 1)
    assert message.from_me
    assert message.status is MessageStatus.ACCEPTED


async def test_what_came_while_nobody_held_the_device_is_fetched_in_order(fleet: Fleet) -> None:
    gateway = fleet.start()
    phone = await fleet.link()
    await gateway.end()
    for number in range(40):
        await fleet.world.clock.advance(timedelta(seconds=1))
        fleet.network.write(PERSON, phone, f"message {number}")
    fleet.start()
    stored = await until_stored(fleet, 40)
    assert [message.body for message in reversed(stored)] == [f"message {number}" for number in range(40)]


async def test_a_message_delivered_twice_is_stored_once(fleet: Fleet) -> None:
    fleet.start()
    phone = await fleet.link()
    fleet.network.duplicate_next(fleet.ref())
    fleet.network.write(PERSON, phone, "once")
    fleet.network.write(PERSON, phone, "and more")
    assert len(await until_stored(fleet, 2)) == 2


async def test_nothing_is_acknowledged_before_it_is_committed(fleet: Fleet) -> None:
    fleet.start()
    phone = await fleet.link()
    async with fleet.world.database.transaction() as tx:
        await tx.execute(
            "CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN RAISE EXCEPTION 'out of service' USING ERRCODE = '57P05'; END $$"
        )
        await tx.execute("CREATE TRIGGER fail BEFORE INSERT ON chat EXECUTE FUNCTION fail()")
    fleet.network.write(PERSON, phone, "patience")

    async def is_handed_over() -> bool:
        return bool(fleet.slot().unacknowledged)

    await fleet.until(is_handed_over)
    for _ in range(20):
        await fleet.world.clock.advance(timedelta(milliseconds=100))
        await asyncio.sleep(0.01)
    assert fleet.slot().unacknowledged
    async with fleet.world.database.transaction() as tx:
        await tx.execute("DROP TRIGGER fail ON chat")
    assert [message.body for message in await until_stored(fleet, 1)] == ["patience"]


@pytest.mark.parametrize("point", ["before_receive_commit", "after_receive_commit"])
async def test_a_crash_around_the_commit_neither_loses_nor_doubles_a_message(fleet: Fleet, point: str) -> None:
    class Died(BaseException):
        """Stands for SIGKILL: nothing of ours may catch it."""

    def die() -> None:
        raise Died

    doomed = fleet.start(replace(QUICK, crashpoint=CrashPoints.at(point, die)))
    phone = await fleet.link()
    fleet.network.write(PERSON, phone, "survives")

    async def is_dead() -> bool:
        return doomed.task.done()

    await fleet.until(is_dead)
    assert doomed.task.exception() is not None
    before = await fleet.device()
    async with fleet.world.database.transaction() as tx:
        host, pid = await tx.fetchrow("SELECT host, pid FROM worker WHERE id = $1", before.owner) or ("", 0)
    await expire_process(fleet.world.database, host, pid)
    fleet.start()
    assert [message.body for message in await until_stored(fleet, 1)] == ["survives"]


async def test_stop_ends_everything_that_waits_for_the_person(fleet: Fleet) -> None:
    fleet.start()
    phone = await fleet.link()
    contact_id = await add_lead(fleet, PERSON)
    await add_lead(fleet, OTHER)
    first = await enqueue(fleet)
    await until_states(fleet, first, "accepted", "accepted")
    later = await enqueue(fleet, after=timedelta(hours=1))
    fleet.network.write(PERSON, phone, " STOP! ")
    ended = await until_states(fleet, later, "queued", "suppressed")
    assert {row["contact_id"]: row["state"] for row in ended}[contact_id] == "suppressed"
    (answered,) = [row for row in await rows(fleet, first) if row["contact_id"] == contact_id]
    assert answered["opted_out_at"] is not None
    assert answered["replied_at"] is not None
    async with fleet.world.database.connection() as connection:
        suppression = await connection.fetchrow("SELECT * FROM suppression")
    assert suppression is not None
    assert (suppression["reason"], suppression["contact_id"]) == ("opted_out", contact_id)
    assert (suppression["word"], suppression["device_id"]) == ("STOP!", fleet.world.device_id)
    await fleet.world.clock.advance(timedelta(hours=2))
    await until_states(fleet, later, "accepted", "suppressed")
    assert [line.to for line in fleet.network.ledger.lines()].count(PERSON) == 1


async def test_a_sentence_with_stop_in_it_is_a_reply_and_no_opt_out(fleet: Fleet) -> None:
    fleet.start()
    phone = await fleet.link()
    await add_lead(fleet, PERSON)
    stream = await enqueue(fleet)
    await until_states(fleet, stream, "accepted")
    fleet.network.write(PERSON, phone, "don't stop, tell me more")

    async def is_marked() -> bool:
        (row,) = await rows(fleet, stream)
        return row["replied_at"] is not None and row["opted_out_at"] is None

    await fleet.until(is_marked)


async def test_receipts_move_the_recipient_and_the_message(reading_fleet: Fleet) -> None:
    fleet = reading_fleet
    fleet.start()
    await fleet.link()
    await add_lead(fleet, PERSON)
    stream = await enqueue(fleet)
    (row,) = await until_states(fleet, stream, "read")
    assert row["delivered_at"] is not None

    async def is_read() -> bool:
        return [message.status for message in await messages(fleet)] == [MessageStatus.READ]

    await fleet.until(is_read)
    (message,) = await messages(fleet)
    assert message.outbox_id == row["id"]


async def test_what_is_said_in_a_group_is_kept_and_stops_nothing(fleet: Fleet) -> None:
    fleet.start()
    phone = await fleet.link()
    await add_lead(fleet, PERSON)
    stream = await enqueue(fleet)
    await until_states(fleet, stream, "accepted")
    fleet.network.write(PERSON, phone, "STOP", chat=GROUP)

    async def is_stored() -> Message | None:
        return next((message for message in await messages(fleet) if message.body == "STOP"), None)

    message = await fleet.until(is_stored)
    assert (message.sender, message.from_me) == (PERSON, False)
    (row,) = await rows(fleet, stream)
    assert (row["replied_at"], row["opted_out_at"]) == (None, None)
    async with fleet.world.database.connection() as connection:
        assert await connection.fetchval("SELECT count(*) FROM suppression") == 0
        address, contact_id = await connection.fetchrow(
            "SELECT address, contact_id FROM chat WHERE id = $1", message.chat_id
        ) or ("", "")
    assert (address, contact_id) == (GROUP, None)


async def test_a_reaction_is_no_reply_and_an_edit_to_stop_is_an_opt_out(fleet: Fleet) -> None:
    fleet.start()
    phone = await fleet.link()
    await add_lead(fleet, PERSON)
    stream = await enqueue(fleet)
    (sent,) = await until_states(fleet, stream, "accepted")
    said = Said(MessageKind.REACTION, "👍", target=Target(sent["wire_id"], from_me=True))
    fleet.network.write(PERSON, phone, said)

    async def has_reaction() -> bool:
        return any(message.reactions for message in await messages(fleet))

    await fleet.until(has_reaction)
    (row,) = await rows(fleet, stream)
    assert row["replied_at"] is None
    wire_id = fleet.network.write(PERSON, phone, "Stpo")
    fleet.network.write(PERSON, phone, Said(MessageKind.EDIT, "STOP", target=Target(wire_id, from_me=False)))

    async def is_marked() -> bool:
        (row,) = await rows(fleet, stream)
        return row["opted_out_at"] is not None

    await fleet.until(is_marked)


async def test_who_is_known_by_both_addresses_has_one_chat_and_one_contact(fleet: Fleet) -> None:
    fleet.start()
    phone = await fleet.link()
    fleet.network.write(PERSON, phone, "dari telefon", aliases=(Alias(PERSON, "4242"),))
    fleet.network.write("lid:4242", phone, "dari nombor tersembunyi")
    stored = await until_stored(fleet, 2)
    assert len({message.chat_id for message in stored}) == 1
    async with fleet.world.database.connection() as connection:
        assert await connection.fetchval("SELECT count(*) FROM contact") == 1


async def test_what_the_owner_reads_on_the_phone_is_read_here(fleet: Fleet) -> None:
    fleet.start()
    phone = await fleet.link()
    wire_ids = []
    for number in range(3):
        wire_ids.append(fleet.network.write(PERSON, phone, f"message {number}"))
        await fleet.world.clock.advance(timedelta(seconds=1))
    await until_stored(fleet, 3)
    fleet.network.read_on_phone(phone, PERSON, *wire_ids[:2])

    async def unread() -> bool:
        async with fleet.world.database.connection() as connection:
            (chat,) = await inbox.chats(connection, fleet.world.workspace_id, fleet.world.device_id)
        return chat.unread == 1

    await fleet.until(unread)
