import random

import pytest

from hebah.foundation import eventlog
from hebah.inbox.model.messages import KnownAs, ReceivedMessage
from hebah.messaging.said import MessageKind
from tests.integration.inbox.arrivals import (
    GROUP,
    PERSON,
    arrival,
    deletion,
    edit,
    lines,
    only_chat,
    reaction,
    take_in,
    text,
)
from tests.integration.worlds import World

AMIR, SITI = "+60120000001", "+60120000002"


async def test_a_reaction_stands_under_its_message_and_is_no_line(world: World) -> None:
    await take_in(world, arrival(world, "A", text("Ada stok?")))
    await take_in(world, arrival(world, "R1", reaction("A", "👍"), after=1, name="Siti"))
    (line,) = await lines(world)
    assert [(one.emoji, one.sender, one.sender_name, one.from_me) for one in line.reactions] == [
        ("👍", PERSON, "Siti", False)
    ]
    assert (await only_chat(world)).preview == "Ada stok?"
    assert (await only_chat(world)).unread == 1


@pytest.mark.parametrize("order", ["A123", "321A", "2A13", "13A2"])
async def test_the_latest_reaction_of_each_person_stands_whatever_order_they_come_in(world: World, order: str) -> None:
    sent = {
        "A": arrival(world, "A", text("Jom")),
        "1": arrival(world, "R1", reaction("A", "👍"), after=1),
        "2": arrival(world, "R2", reaction("A", "😂"), after=2),
        "3": arrival(world, "R3", reaction("A", "❤️"), after=3, from_me=True),
    }
    for name in order:
        await take_in(world, sent[name])
    (line,) = await lines(world)
    assert [(one.emoji, one.from_me) for one in line.reactions] == [("😂", False), ("❤️", True)]


async def test_a_reaction_taken_back_is_gone(world: World) -> None:
    await take_in(world, arrival(world, "A", text("Ada stok?")))
    await take_in(world, arrival(world, "R2", reaction("A", ""), after=2))
    await take_in(world, arrival(world, "R1", reaction("A", "👍"), after=1))
    (line,) = await lines(world)
    assert line.reactions == ()


async def test_the_latest_edit_stands_in_the_chat_and_in_the_list(world: World) -> None:
    await take_in(world, arrival(world, "A", text("Hrga?")))
    await take_in(world, arrival(world, "E2", edit("A", "Harga berapa?"), after=2))
    await take_in(world, arrival(world, "E1", edit("A", "Harga?"), after=1))
    (line,) = await lines(world)
    assert (line.body, line.kind, line.edited_at is not None) == ("Harga berapa?", MessageKind.TEXT, True)
    assert (await only_chat(world)).preview == "Harga berapa?"


@pytest.mark.parametrize("seed", range(6))
async def test_changes_and_their_message_in_any_order_and_repeatedly_end_the_same(world: World, seed: int) -> None:
    sent: list[ReceivedMessage] = [
        arrival(world, "A", text("satu")),
        arrival(world, "B", text("dua"), after=1),
        arrival(world, "E1", edit("A", "satu, betul"), after=2),
        arrival(world, "E2", edit("A", "satu lagi"), after=3),
        arrival(world, "R1", reaction("A", "👍"), after=4),
        arrival(world, "D1", deletion("B"), after=5),
    ]
    deliveries = sent + sent[::2]
    draw = random.Random(seed)
    draw.shuffle(deliveries)
    while deliveries:
        many = draw.randint(1, 3)
        await take_in(world, *deliveries[:many])
        del deliveries[:many]
    first, second = await lines(world)
    assert (first.body, [one.emoji for one in first.reactions], first.deleted_at) == ("satu lagi", ["👍"], None)
    assert second.deleted_at is not None
    chat = await only_chat(world)
    assert (chat.last_message_id, chat.last_deleted, chat.unread) == (second.id, True, 2)


async def test_only_the_author_of_a_message_changes_it(world: World) -> None:
    await take_in(world, arrival(world, "MINE", text("Tawaran kami"), from_me=True))
    await take_in(world, arrival(world, "A", text("Baik"), after=1))
    await take_in(world, arrival(world, "E1", edit("MINE", "Percuma!", from_me=True), after=2))
    await take_in(world, arrival(world, "D1", deletion("MINE", from_me=True), after=3))
    await take_in(world, arrival(world, "D2", deletion("A"), after=4, from_me=True))
    await take_in(world, arrival(world, "E3", edit("MINE", "Tawaran baharu"), after=5, from_me=True))
    mine, theirs = await lines(world)
    assert (mine.body, mine.deleted_at) == ("Tawaran baharu", None)
    assert (theirs.body, theirs.deleted_at) == ("Baik", None)


async def test_in_a_group_nobody_changes_what_somebody_else_wrote(world: World) -> None:
    await take_in(world, arrival(world, "A", text("Jumpa esok"), chat=GROUP, sender=AMIR))
    await take_in(world, arrival(world, "D1", deletion("A"), after=1, chat=GROUP, sender=SITI))
    await take_in(world, arrival(world, "E1", edit("A", "Jumpa lusa"), after=2, chat=GROUP, sender=AMIR))
    (line,) = await lines(world, GROUP)
    assert (line.body, line.deleted_at) == ("Jumpa lusa", None)


async def test_in_a_group_the_author_is_known_by_phone_and_by_lid(world: World) -> None:
    await take_in(world, arrival(world, "A", text("Jumpa esok"), chat=GROUP, sender="lid:77"))
    await take_in(world, arrival(world, "R1", reaction("A", "👍"), after=1, chat=GROUP, sender="lid:77"))
    met = KnownAs(world.workspace_id, AMIR, "77")
    await take_in(world, arrival(world, "D1", deletion("A"), after=2, chat=GROUP, sender=AMIR), met=(met,))
    await take_in(world, arrival(world, "R2", reaction("A", "😂"), after=3, chat=GROUP, sender=AMIR))
    (line,) = await lines(world, GROUP)
    assert line.deleted_at is not None
    assert [(one.emoji, one.sender) for one in line.reactions] == [("😂", AMIR)]


async def test_a_change_in_another_chat_changes_nothing(world: World) -> None:
    await take_in(world, arrival(world, "A", text("Harga?")))
    await take_in(world, arrival(world, "X", text("Hai"), chat=AMIR))
    await take_in(world, arrival(world, "E1", edit("A", "Ditipu"), after=1, chat=AMIR))
    await take_in(world, arrival(world, "R1", reaction("A", "😡"), after=2, chat=AMIR))
    (line,) = await lines(world)
    assert (line.body, line.edited_at, line.reactions) == ("Harga?", None, ())


async def test_a_change_announces_the_message_it_changes(world: World) -> None:
    (message_id,) = await take_in(world, arrival(world, "A", text("Ada stok?")))
    assert await take_in(world, arrival(world, "R1", reaction("A", "👍"), after=1)) == []
    async with world.database.connection() as connection:
        later = await eventlog.read_since(connection, world.workspace_id, world.device_id, since=1)
    assert [(event.kind, event.ids) for event in later.events] == [("messages_changed", (message_id,))]


async def test_ticks_and_order_stay_when_a_message_of_ours_is_edited(world: World) -> None:
    await take_in(
        world, arrival(world, "MINE", text("Tawaran"), from_me=True), arrival(world, "A", text("Ok"), after=1)
    )
    before = await lines(world)
    await take_in(world, arrival(world, "E1", edit("MINE", "Tawaran akhir", from_me=True), after=2, from_me=True))
    after = await lines(world)
    assert [line.id for line in after] == [line.id for line in before]
    assert after[0].status is before[0].status
    chat = await only_chat(world)
    assert (chat.last_message_id, chat.preview) == (before[1].id, "Ok")
