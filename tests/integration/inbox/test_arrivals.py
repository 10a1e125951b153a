from datetime import timedelta

from hebah.foundation.ids import make_id
from hebah.inbox.actions import messages
from hebah.inbox.model.messages import KnownAs, MessageStatus, ReadByUs, SentMessage
from hebah.inbox.model.shown import FileState
from hebah.messaging.said import Card, MediaFacts, MessageKind, Place, Quote, Said
from tests.integration.inbox.arrivals import (
    GROUP,
    PERSON,
    arrival,
    chats,
    edit,
    lines,
    only_chat,
    picture,
    reaction,
    take_in,
    text,
)
from tests.integration.worlds import World

UNREADABLE = Said(MessageKind.UNDECRYPTED)


async def test_a_picture_keeps_its_facts_and_waits_for_its_file(world: World) -> None:
    await take_in(world, arrival(world, "A", picture(body="Ini dia")))
    (line,) = await lines(world)
    assert line.file is not None
    assert (line.kind, line.body) == (MessageKind.IMAGE, "Ini dia")
    assert (line.file.state, line.file.mime, line.file.size, line.file.width) == (
        FileState.WAITING,
        "image/jpeg",
        50_000,
        800,
    )
    assert line.file.thumbnail == b"\xff\xd8small"
    chat = await only_chat(world)
    assert (chat.last_kind, chat.preview) == (MessageKind.IMAGE, "Ini dia")


async def test_every_kind_keeps_what_only_it_has(world: World) -> None:
    voice = MediaFacts(b"v", "audio/ogg", 9000, seconds=7, waveform=bytes(range(64)))
    document = MediaFacts(b"d", "application/pdf", 9000, file_name="Sebut\x00 harga.pdf")
    place = Place(3.1, 101.7, "Kedai kami", live=True)
    await take_in(
        world,
        arrival(world, "V", Said(MessageKind.VOICE, media=voice)),
        arrival(world, "D", Said(MessageKind.DOCUMENT, media=document), after=1),
        arrival(world, "P", Said(MessageKind.LOCATION, place=place), after=2),
        arrival(world, "C", Said(MessageKind.CONTACTS, cards=(Card("Amir", "BEGIN:VCARD\x00"),)), after=3),
        arrival(world, "O", Said(MessageKind.POLL, "Bila?", options=("Isnin", "Selasa")), after=4),
        arrival(world, "U", Said(MessageKind.UNKNOWN, raw=b"\x0a\x00"), after=5),
        arrival(world, "1", Said(MessageKind.IMAGE, media=voice, once=True), after=6),
    )
    stored = {line.wire_id: line for line in await lines(world)}
    v, d = stored["V"].file, stored["D"].file
    assert v is not None
    assert d is not None
    assert (v.seconds, len(v.waveform)) == (7, 64)
    assert d.name == "Sebut harga.pdf"
    assert stored["P"].place == place
    assert stored["C"].cards == (Card("Amir", "BEGIN:VCARD"),)
    assert stored["O"].options == ("Isnin", "Selasa")
    assert stored["U"].kind is MessageKind.UNKNOWN
    assert stored["1"].once


async def test_a_file_too_large_or_old_is_not_fetched_by_itself(world: World) -> None:
    film = MediaFacts(b"f", "video/mp4", 50_000_000)
    await take_in(
        world,
        arrival(world, "A", Said(MessageKind.VIDEO, media=film)),
        arrival(world, "B", picture(size=200_000_000), after=1),
        arrival(world, "C", picture(), after=2, is_old=True),
    )
    states = {line.wire_id: line.file.state for line in await lines(world) if line.file is not None}
    assert states == {"A": FileState.LATER, "B": FileState.TOO_LARGE, "C": FileState.LATER}


async def test_an_answer_shows_what_it_answers(world: World) -> None:
    await take_in(world, arrival(world, "A", text("Bila buka?")))
    answer = Said(MessageKind.TEXT, "Isnin", quote=Quote("A", PERSON, "Bila buka?"))
    elsewhere = Said(MessageKind.TEXT, "Ya", quote=Quote("GONE", PERSON, "Dulu"))
    await take_in(world, arrival(world, "B", answer, after=1, from_me=True), arrival(world, "C", elsewhere, after=2))
    first, second, third = await lines(world)
    assert second.quote is not None
    assert third.quote is not None
    assert (second.quote.message_id, second.quote.kind, second.quote.from_me) == (first.id, MessageKind.TEXT, False)
    assert (third.quote.message_id, third.quote.body) == (None, "Dulu")


async def test_what_could_not_be_read_is_replaced_in_its_place_once_it_can(world: World) -> None:
    (first,) = await take_in(world, arrival(world, "A", UNREADABLE))
    await take_in(world, arrival(world, "B", text("Selepas itu"), after=1))
    assert await take_in(world, arrival(world, "A", UNREADABLE)) == []
    assert await take_in(world, arrival(world, "A", text("Boleh dibaca"), after=60)) == [first]
    assert await take_in(world, arrival(world, "A", text("Boleh dibaca"), after=60)) == []
    assert [line.body for line in await lines(world)] == ["Boleh dibaca", "Selepas itu"]
    chat = await only_chat(world)
    assert (chat.unread, chat.preview) == (2, "Selepas itu")


async def test_the_readable_copy_changes_the_list_when_it_is_the_last_and_waits_for_its_file(world: World) -> None:
    await take_in(world, arrival(world, "A", UNREADABLE))
    await take_in(world, arrival(world, "A", picture(body="Resit")))
    (line,) = await lines(world)
    chat = await only_chat(world)
    assert (chat.last_kind, chat.preview, chat.last_message_id) == (MessageKind.IMAGE, "Resit", line.id)
    assert line.file is not None
    assert line.file.state is FileState.WAITING


async def test_what_could_not_be_read_and_was_about_another_message_is_no_line(world: World) -> None:
    await take_in(world, arrival(world, "A", text("Hrga?")))
    await take_in(world, arrival(world, "X", UNREADABLE, after=1), arrival(world, "Y", UNREADABLE, after=2))
    await take_in(world, arrival(world, "X", reaction("A", "👍"), after=1))
    await take_in(world, arrival(world, "Y", edit("A", "Harga?"), after=2))
    (line,) = await lines(world)
    assert (line.body, [one.emoji for one in line.reactions]) == ("Harga?", ["👍"])
    assert (await only_chat(world)).last_message_id == line.id


async def test_a_hidden_number_that_is_known_writes_in_the_chat_of_its_phone(world: World) -> None:
    met = KnownAs(world.workspace_id, PERSON, "4242")
    await take_in(world, arrival(world, "A", text("Satu")), met=(met,))
    await take_in(world, arrival(world, "B", text("Dua"), after=1, chat="lid:4242"))
    assert [(line.body, line.sender) for line in await lines(world)] == [("Satu", PERSON), ("Dua", PERSON)]


async def test_a_hidden_number_nobody_knows_has_a_chat_with_the_name_it_gives_itself(world: World) -> None:
    await take_in(world, arrival(world, "A", text("Hai"), chat="lid:99", name="Kak Ros"))
    chat = await only_chat(world)
    assert (chat.address, chat.name, chat.contact_id) == ("lid:99", "Kak Ros", None)


async def test_a_message_that_comes_again_under_a_better_address_is_the_same(world: World) -> None:
    met = KnownAs(world.workspace_id, PERSON, "4242")
    await take_in(world, arrival(world, "A", text("Satu"), chat="lid:4242"))
    assert await take_in(world, arrival(world, "A", text("Satu"), chat="lid:4242"), met=(met,)) == []
    assert len(await chats(world)) == 1


async def test_our_own_message_to_a_hidden_number_is_known_when_it_comes_back_under_the_phone(world: World) -> None:
    sent = SentMessage(
        workspace_id=world.workspace_id,
        device_id=world.device_id,
        address="lid:4242",
        wire_id="OUT",
        said=text("Balasan"),
        at=world.clock.now(),
        status=MessageStatus.ACCEPTED,
        outbox_id=make_id(),
    )
    async with world.database.transaction() as tx:
        await messages.record_sent(tx, [sent])
    met = KnownAs(world.workspace_id, PERSON, "4242")
    assert await take_in(world, arrival(world, "OUT", text("Balasan"), from_me=True), met=(met,)) == []
    assert [chat.address for chat in await chats(world)] == ["lid:4242"]


async def test_a_person_who_changes_the_number_keeps_the_lid(world: World) -> None:
    await take_in(world, arrival(world, "A", text("Satu")), met=(KnownAs(world.workspace_id, PERSON, "4242"),))
    new = KnownAs(world.workspace_id, "+60199999999", "4242")
    await take_in(world, arrival(world, "B", text("Dua"), after=1, chat="lid:4242"), met=(new,))
    assert [line.body for line in await lines(world, "+60199999999")] == ["Dua"]


async def test_a_group_keeps_who_wrote_what(world: World) -> None:
    await take_in(world, arrival(world, "A", text("Hai semua"), chat=GROUP, sender=PERSON, name="Siti"))
    chat = await only_chat(world)
    assert (chat.is_group, chat.contact_id, chat.last_sender_name, chat.name) == (True, None, "Siti", "")
    (line,) = await lines(world, GROUP)
    assert (line.sender, line.sender_name) == (PERSON, "Siti")


async def test_reading_on_the_phone_leaves_unread_only_what_came_after(world: World) -> None:
    await take_in(world, *(arrival(world, f"M{number}", text("hai"), after=number) for number in range(5)))
    read = ReadByUs(world.workspace_id, world.device_id, PERSON, ("M2",))
    await take_in(world, read=(read,))
    assert (await only_chat(world)).unread == 2
    await take_in(world, read=(ReadByUs(world.workspace_id, world.device_id, PERSON, ("M0",)),))
    assert (await only_chat(world)).unread == 2
    await take_in(world, read=(ReadByUs(world.workspace_id, world.device_id, PERSON, ("M4", "NEVER")),))
    chat = await only_chat(world)
    assert (chat.unread, chat.read_until) == (0, world.clock.now() + timedelta(seconds=4))


async def test_reading_a_chat_nobody_knows_does_nothing(world: World) -> None:
    await take_in(world, read=(ReadByUs(world.workspace_id, world.device_id, "+60155555555", ("X",)),))
    assert await chats(world) == []


async def test_what_we_say_by_hand_about_a_message_changes_it_once(world: World) -> None:
    await take_in(world, arrival(world, "A", text("Ada stok?")))
    react = SentMessage(
        workspace_id=world.workspace_id,
        device_id=world.device_id,
        address=PERSON,
        wire_id="R",
        said=reaction("A", "👍"),
        at=world.clock.now(),
        status=MessageStatus.ACCEPTED,
        outbox_id=make_id(),
    )
    async with world.database.transaction() as tx:
        await messages.record_sent(tx, [react])
    await take_in(world, arrival(world, "R", reaction("A", "👍"), from_me=True))
    (line,) = await lines(world)
    assert [(one.emoji, one.from_me) for one in line.reactions] == [("👍", True)]
