"""Where chat storage is off, words are sent, shown and obeyed, and a minute later the database has none of them."""

from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from uuid import UUID

import pytest

from hebah.adapters.blobs.filesystem import FilesystemBlobs
from hebah.adapters.transports.simulated.faults import SendFault
from hebah.app.settings import Settings
from hebah.app.wiring import session_of
from hebah.foundation.clock import ManualClock
from hebah.foundation.ids import make_id
from hebah.foundation.postgres import Database
from hebah.inbox import jobs, reads
from hebah.inbox.actions import merging, saying
from hebah.inbox.actions import messages as inbox
from hebah.inbox.model.messages import KnownAs, MessageStatus
from hebah.inbox.model.shown import FileState, Message
from hebah.inbox.rules.finding import terms_of
from hebah.inbox.rules.saying import NotPossibleNow, Wanted
from hebah.inbox.store.finding import Search
from hebah.media import actions as media
from hebah.media import keeping
from hebah.media.model import ReceivedFile
from hebah.messaging.said import Card, MediaFacts, MessageKind, Place, Quote, Said, Target
from tests.integration.gateway.fleet import Fleet, open_fleet
from tests.integration.gateway.outgoing import add_lead, enqueue, until_states
from tests.integration.worlds import make_world

PERSON, LID = "+60123456789", "lid:900123456789"
CANARY = "kenari"
JPEG = b"\xff\xd8\xff\xe0" + CANARY.encode() + bytes(range(256)) * 4
POSTER = JPEG * 2


@pytest.fixture
async def fleet(database: Database, database_url: str, clock: ManualClock, tmp_path: Path) -> AsyncIterator[Fleet]:
    """A workspace with one unlinked slot, in a process that is told to keep no words."""
    world = await make_world(database, clock)
    session = session_of(Settings(chat_storage=False))
    async with open_fleet(world, database_url, tmp_path, session=session) as opened:
        yield opened


async def tables_with(fleet: Fleet, word: str) -> set[str]:
    """Every table in which the word stands, as text, in JSON or as bytes."""
    async with fleet.world.database.connection() as connection:
        names = await connection.fetch(
            "SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables"
            " WHERE schemaname IN ('public', 'companion')"
        )
        found = set()
        for row in names:
            sql = f"SELECT EXISTS (SELECT FROM {row['name']} AS line WHERE strpos(lower(line::text), $1) > 0)"
            for form in (word, word.encode().hex()):
                if await connection.fetchval(sql, form):
                    found.add(row["name"].removeprefix("public."))
    return found


async def pass_on(fleet: Fleet) -> None:
    """A minute goes by and the worker looks."""
    await fleet.world.clock.advance(timedelta(seconds=61))
    await jobs.forget_passing(fleet.world.database, fleet.world.clock)


async def lines(fleet: Fleet) -> list[Message]:
    """Every message of the slot's chats, oldest first."""
    async with fleet.world.database.connection() as connection:
        chats = await reads.chats(connection, fleet.world.workspace_id, fleet.world.device_id)
        found = [one for chat in chats for one in await reads.messages(connection, fleet.world.workspace_id, chat.id)]
    return sorted(found, key=lambda one: (one.at, one.id))


async def until_lines(fleet: Fleet, are: Callable[[list[Message]], bool]) -> list[Message]:
    async def look() -> list[Message] | None:
        found = await lines(fleet)
        return found if are(found) else None

    return await fleet.until(look)


async def until_said(fleet: Fleet, message_id: UUID, status: MessageStatus = MessageStatus.ACCEPTED) -> None:
    await until_lines(fleet, lambda found: any(one.id == message_id and one.status is status for one in found))


async def until_none_waits(fleet: Fleet) -> None:
    async def look() -> bool:
        async with fleet.world.database.connection() as connection:
            return not await connection.fetchval("SELECT count(*) FROM outbox WHERE state IN ('queued', 'dispatching')")

    await fleet.until(look)


async def say(fleet: Fleet, wanted: Wanted) -> UUID:
    return await saying.say(fleet.world.database, fleet.world.clock, fleet.world.owner, wanted)


def they_write(fleet: Fleet, phone: str) -> None:
    """Somebody writes to us in every way there is: seven lines of a chat, and changes to them."""
    picture = MediaFacts(b"", "image/jpeg", len(JPEG), file_name=f"{CANARY}.jpg", thumbnail=JPEG)
    first = fleet.network.write(PERSON, phone, f"{CANARY} one")
    fleet.network.write(PERSON, phone, Said(MessageKind.TEXT, "two", quote=Quote(first, PERSON, f"{CANARY} one")))
    fleet.network.write(PERSON, phone, Said(MessageKind.IMAGE, CANARY, media=picture), file=JPEG)
    for said in (
        Said(MessageKind.LOCATION, place=Place(3.1, 101.6, CANARY)),
        Said(MessageKind.CONTACTS, cards=(Card(CANARY, f"FN:{CANARY}"),)),
        Said(MessageKind.POLL, CANARY, options=(CANARY, "no")),
        Said(MessageKind.UNKNOWN, raw=CANARY.encode()),
        Said(MessageKind.EDIT, f"{CANARY} 1", target=Target(first, from_me=False)),
        Said(MessageKind.REACTION, CANARY, target=Target(first, from_me=False)),
        Said(MessageKind.EDIT, CANARY, target=Target("NEVERCAME", from_me=False)),
    ):
        fleet.network.write(PERSON, phone, said)


async def we_answer(fleet: Fleet, asked: Message, media_id: UUID) -> None:
    """Words and a picture, which somebody then changes, reacts to and takes back."""
    world, chat_id = fleet.world, asked.chat_id
    answer = await say(fleet, Wanted(chat_id, make_id(), MessageKind.TEXT, f"{CANARY} yes", quote=asked.id))
    shown = await say(fleet, Wanted(chat_id, make_id(), MessageKind.IMAGE, CANARY, media_id=media_id))
    for message_id in (answer, shown):
        await until_said(fleet, message_id)
        await saying.react(world.database, world.clock, world.owner, message_id, CANARY, make_id())
    await saying.edit(world.database, world.clock, world.owner, answer, f"{CANARY} no", make_id())
    await until_none_waits(fleet)
    await saying.delete(world.database, world.clock, world.owner, answer)
    await until_none_waits(fleet)


async def test_a_day_of_talk_leaves_no_word_in_the_database(fleet: Fleet) -> None:
    world, blobs = fleet.world, FilesystemBlobs(fleet.folder, settled_s=0)
    fleet.start()
    phone = await fleet.link()
    they_write(fleet, phone)
    found = await until_lines(fleet, lambda all_: len(all_) == 7 and any(map(ready, all_)))
    asked = next(one for one in found if one.reactions)
    assert asked.body == f"{CANARY} 1"  # it can be read by whoever is there

    ours, poster = [
        (await media.add_file(world.database, blobs, world.clock, ReceivedFile(world.workspace_id, data, "", name))).id
        for data, name in ((JPEG + b"ours", CANARY), (POSTER, "poster"))
    ]
    await we_answer(fleet, asked, ours)
    await add_lead(fleet, "+60123000001")
    await until_states(fleet, await enqueue(fleet, body=f"{CANARY} {{{{name}}}}", media_id=poster), "accepted")
    fleet.network.type_message(phone, PERSON, f"{CANARY} typed")
    await until_lines(fleet, lambda all_: any(one.body.endswith("typed") for one in all_))

    await pass_on(fleet)
    assert await tables_with(fleet, CANARY) == {"content"}  # the text of a campaign is said to the next one too
    assert not any(one.kept for one in await lines(fleet))
    await world.clock.advance(keeping.LEAVES_AFTER + timedelta(minutes=1))
    await keeping.let_leave(world.database, blobs, world.clock)
    assert [path.read_bytes() for path in fleet.folder.rglob("*") if path.is_file()] == [POSTER]


def ready(message: Message) -> bool:
    return message.file is not None and message.file.state is FileState.READY


async def test_what_waits_to_be_sent_keeps_its_words_and_arrives_whole(fleet: Fleet) -> None:
    gateway = fleet.start()
    phone = await fleet.link()
    fleet.network.write(PERSON, phone, "hello")
    (hello,) = await until_lines(fleet, lambda found: len(found) == 1)
    await gateway.kill()
    waiting = await say(fleet, Wanted(hello.chat_id, make_id(), MessageKind.TEXT, CANARY))
    await pass_on(fleet)
    assert {one.id: one.body for one in await lines(fleet)} == {hello.id: "", waiting: CANARY}
    fleet.start()
    await until_said(fleet, waiting)
    assert fleet.network.ledger.lines()[-1].sha256 == sha256(CANARY.encode()).hexdigest()
    await pass_on(fleet)
    assert await tables_with(fleet, CANARY) == set()


async def test_the_words_leave_the_outbox_with_the_answer_of_the_network(fleet: Fleet) -> None:
    fleet.start()
    await fleet.link()
    await add_lead(fleet, "+60123000001")
    (row,) = await until_states(fleet, await enqueue(fleet, body=CANARY), "accepted")
    assert (row["body"], row["words"]) == (None, "gone")


async def test_what_was_refused_is_not_known_any_more_and_says_so_when_tried_again(fleet: Fleet) -> None:
    fleet.start()
    phone = await fleet.link()
    fleet.network.write(PERSON, phone, "hello")
    (hello,) = await until_lines(fleet, lambda found: len(found) == 1)
    fleet.network.fault_next(fleet.ref(), SendFault.refuse())
    refused = await say(fleet, Wanted(hello.chat_id, make_id(), MessageKind.TEXT, CANARY))
    await until_said(fleet, refused, MessageStatus.FAILED)
    await pass_on(fleet)
    with pytest.raises(NotPossibleNow, match="not_kept"):
        await saying.try_again(fleet.world.database, fleet.world.clock, fleet.world.owner, refused)


async def test_an_answer_by_quote_needs_no_words_of_what_it_answers(fleet: Fleet) -> None:
    fleet.start()
    phone = await fleet.link()
    wire_id = fleet.network.write(PERSON, phone, CANARY)
    (asked,) = await until_lines(fleet, lambda found: len(found) == 1)
    await pass_on(fleet)
    answer = await say(fleet, Wanted(asked.chat_id, make_id(), MessageKind.TEXT, "yes", quote=asked.id))
    await until_said(fleet, answer)
    (shown,) = [one for one in await lines(fleet) if one.id == answer]
    assert shown.quote is not None
    assert (shown.quote.wire_id, shown.quote.message_id, shown.quote.body) == (wire_id, asked.id, "")


async def test_a_repeated_message_is_known_and_its_edit_shows_for_a_moment(fleet: Fleet) -> None:
    fleet.start()
    phone = await fleet.link()
    fleet.network.duplicate_next(fleet.ref())
    wire_id = fleet.network.write(PERSON, phone, CANARY)
    await until_lines(fleet, lambda found: len(found) == 1)
    await pass_on(fleet)
    fleet.network.write(PERSON, phone, Said(MessageKind.EDIT, "better", target=Target(wire_id, from_me=False)))
    (edited,) = await until_lines(fleet, lambda found: found[0].edited_at is not None)
    assert (edited.body, edited.kept) == ("better", True)
    await pass_on(fleet)
    (gone,) = await lines(fleet)
    assert (gone.body, gone.kept, gone.edited_at) == ("", False, edited.edited_at)


async def test_nothing_that_is_gone_is_found_by_its_words(fleet: Fleet) -> None:
    fleet.start()
    phone = await fleet.link()
    fleet.network.write(PERSON, phone, CANARY)
    await until_lines(fleet, lambda found: len(found) == 1)
    wanted = Search(fleet.world.workspace_id, terms_of(CANARY))
    async with fleet.world.database.transaction() as tx:
        assert len(await reads.search(tx, wanted, None, 10)) == 1
    await pass_on(fleet)
    async with fleet.world.database.transaction() as tx:
        assert await reads.search(tx, wanted, None, 10) == []


async def test_who_said_stop_under_a_hidden_number_is_obeyed_once_it_is_known(fleet: Fleet) -> None:
    world = fleet.world
    fleet.start()
    phone = await fleet.link()
    fleet.network.write(LID, phone, "STOP")
    await until_lines(fleet, lambda found: len(found) == 1)
    await pass_on(fleet)
    async with world.database.transaction() as tx:
        met = {KnownAs(world.workspace_id, PERSON, LID.removeprefix("lid:"))}
        await inbox.recognise(tx, [], met, world.clock.now())
    await merging.merge_known(world.database, world.clock)
    async with world.database.connection() as connection:
        reasons = await connection.fetch("SELECT reason FROM suppression WHERE contact_id IS NOT NULL")
    assert [row["reason"] for row in reasons] == ["opted_out"]
