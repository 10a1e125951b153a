"""What gateways do about chats besides messages: groups looked up, pictures fetched, phones told what is kept here."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from hebah.foundation.ids import make_id
from hebah.gateway.incoming import ChatNamed, ChatNews
from hebah.gateway.outgoing import ChatArchived, ChatMarked, ChatMuted, ChatPinned
from hebah.inbox import reads as inbox
from hebah.inbox.actions import chats, errands, saying
from hebah.inbox.actions.chats import Kept
from hebah.inbox.model.shown import Chat, Message
from hebah.inbox.rules.errands import ShownMember
from hebah.inbox.rules.saying import NotPossibleNow, Wanted
from hebah.messaging.groups import Role
from hebah.messaging.said import MessageKind, Notice, NoticeCode
from tests.integration.gateway.fleet import Fleet

OWNER, SITI = "+60123000001", "+60123000002"
JPEG = b"\xff\xd8\xff\xe0small\xff\xd9"


async def until_chat(fleet: Fleet, is_so: Callable[[Chat], bool] = lambda _: True) -> Chat:
    async def look() -> Chat | None:
        async with fleet.world.database.connection() as connection:
            found = await inbox.chats(connection, fleet.world.workspace_id, fleet.world.device_id)
        return next((chat for chat in found if is_so(chat)), None)

    return await fleet.until(look)


async def members(fleet: Fleet, chat: Chat) -> list[ShownMember]:
    async with fleet.world.database.connection() as connection:
        return await inbox.members(connection, fleet.world.workspace_id, chat.id)


async def lines(fleet: Fleet, chat: Chat) -> list[Message]:
    async with fleet.world.database.connection() as connection:
        return (await inbox.messages(connection, fleet.world.workspace_id, chat.id))[::-1]


async def until_nothing_waits(fleet: Fleet) -> None:
    async def look() -> bool:
        async with fleet.world.database.connection() as connection:
            return bool(await connection.fetchval("SELECT count(*) = 0 FROM errand"))

    await fleet.until(look)


async def say(fleet: Fleet, chat: Chat) -> None:
    wanted = Wanted(chat.id, make_id(), MessageKind.TEXT, "Salam semua")
    await saying.say(fleet.world.database, fleet.world.clock, fleet.world.owner, wanted)


async def test_a_new_group_has_its_name_its_members_and_a_line_that_is_no_unread_message(fleet: Fleet) -> None:
    fleet.start()
    phone = await fleet.link()
    fleet.network.groups.make("Kelas Selasa", OWNER, phone, SITI)
    chat = await until_chat(fleet, lambda chat: chat.name != "")
    assert (chat.name, chat.is_group, chat.unread, chat.closed) == ("Kelas Selasa", True, 0, None)
    found = await members(fleet, chat)
    assert [(one.address, one.role, one.is_us) for one in found] == [
        (phone, Role.MEMBER, True),
        (OWNER, Role.OWNER, False),
        (SITI, Role.MEMBER, False),
    ]
    [line] = await lines(fleet, chat)
    assert (line.kind, line.notice) == (MessageKind.SYSTEM, Notice(NoticeCode.CREATED, OWNER, words="Kelas Selasa"))


async def test_nobody_in_a_group_becomes_somebody_to_send_campaigns_to(fleet: Fleet) -> None:
    fleet.start()
    phone = await fleet.link()
    group = fleet.network.groups.make("Kelas Selasa", OWNER, phone, SITI)
    fleet.network.write(SITI, phone, "Saya datang", chat=group.address)
    chat = await until_chat(fleet, lambda chat: chat.unread == 1)
    assert chat.contact_id is None
    async with fleet.world.database.connection() as connection:
        assert await connection.fetchval("SELECT count(*) FROM contact") == 0


async def test_who_was_removed_from_a_group_reads_on_and_cannot_write(fleet: Fleet) -> None:
    fleet.start()
    phone = await fleet.link()
    group = fleet.network.groups.make("Kelas Selasa", OWNER, phone, SITI)
    chat = await until_chat(fleet, lambda chat: chat.name != "")
    fleet.network.groups.change(group.address, Notice(NoticeCode.REMOVED, OWNER, (phone,)))
    chat = await until_chat(fleet, lambda chat: chat.closed is not None)
    assert (chat.closed, chat.name) == ("left", "Kelas Selasa")
    assert (await lines(fleet, chat))[-1].notice == Notice(NoticeCode.REMOVED, OWNER, (phone,))
    with pytest.raises(NotPossibleNow) as refused:
        await say(fleet, chat)
    assert refused.value.reason == "left"


async def test_where_only_admins_write_we_do_once_we_are_one(fleet: Fleet) -> None:
    fleet.start()
    phone = await fleet.link()
    group = fleet.network.groups.make("Pengumuman", OWNER, phone)
    fleet.network.groups.change(group.address, Notice(NoticeCode.ADMINS_WRITE, OWNER))
    chat = await until_chat(fleet, lambda chat: chat.closed == "admins_write")
    fleet.network.groups.change(group.address, Notice(NoticeCode.PROMOTED, OWNER, (phone,)))
    chat = await until_chat(fleet, lambda chat: chat.closed is None and chat.name != "")
    await say(fleet, chat)


async def test_a_picture_is_fetched_when_somebody_looks_and_again_when_it_changes(fleet: Fleet) -> None:
    fleet.start()
    phone = await fleet.link()
    fleet.network.groups.show(SITI, JPEG)
    fleet.network.write(SITI, phone, "Salam")
    chat = await until_chat(fleet)
    assert chat.picture_until is None
    await errands.want_pictures(fleet.world.database, fleet.world.clock, fleet.world.workspace_id, [chat.id])
    chat = await until_chat(fleet, lambda chat: chat.picture_id is not None)
    fleet.network.groups.show(SITI, JPEG + b"other")
    changed = await until_chat(fleet, lambda one: one.picture_id != chat.picture_id)
    assert changed.picture_id is not None
    fleet.network.groups.show(SITI, b"")
    await until_chat(fleet, lambda one: one.picture_id is None)


async def test_that_there_is_no_picture_is_not_asked_again_for_a_week(fleet: Fleet) -> None:
    fleet.start()
    phone = await fleet.link()
    fleet.network.write(SITI, phone, "Salam")
    chat = await until_chat(fleet)
    await errands.want_pictures(fleet.world.database, fleet.world.clock, fleet.world.workspace_id, [chat.id])
    chat = await until_chat(fleet, lambda chat: chat.picture_until is not None)
    assert chat.picture_id is None
    assert chat.picture_until is not None
    assert chat.picture_until - fleet.world.clock.now() > timedelta(days=6)
    await errands.want_pictures(fleet.world.database, fleet.world.clock, fleet.world.workspace_id, [chat.id])
    await until_nothing_waits(fleet)


async def test_whoever_is_looked_at_now_is_seen_before_all_that_was_scrolled_past(fleet: Fleet) -> None:
    fleet.start()
    phone = await fleet.link()
    people = [f"+6013{number:07d}" for number in range(45)]
    for person in people:
        fleet.network.write(person, phone, "Salam")
    fleet.network.groups.show(SITI, JPEG)

    async def all_chats() -> list[Chat] | None:
        async with fleet.world.database.connection() as connection:
            found = await inbox.chats(connection, fleet.world.workspace_id, fleet.world.device_id)
        return found if len(found) == len(people) else None

    passed = await fleet.until(all_chats)
    world = fleet.world
    await errands.want_pictures(world.database, world.clock, world.workspace_id, [chat.id for chat in passed])
    fleet.network.write(SITI, phone, "Salam")
    chat = await until_chat(fleet, lambda chat: chat.address == SITI)
    began = world.clock.now()
    await errands.want_pictures(world.database, world.clock, world.workspace_id, [chat.id])
    await until_chat(fleet, lambda chat: chat.picture_id is not None)
    assert world.clock.now() - began < timedelta(seconds=10)


async def test_what_is_pinned_muted_put_away_or_marked_here_the_phone_keeps(fleet: Fleet) -> None:
    fleet.start()
    phone = await fleet.link()
    fleet.network.write(SITI, phone, "Salam")
    chat = await until_chat(fleet)
    world, until = fleet.world, fleet.world.clock.now() + timedelta(hours=8)
    await chats.keep(world.database, world.clock, world.owner, chat.id, Kept(pinned=True, archived=True))
    await chats.keep(world.database, world.clock, world.owner, chat.id, Kept(muted=True, muted_until=until))
    await chats.mark_unread(world.database, world.clock, world.owner, chat.id)
    await until_nothing_waits(fleet)
    kept = set(fleet.network.groups.kept(phone, SITI))
    assert kept == {ChatPinned(pinned=True), ChatArchived(archived=True), ChatMuted(until), ChatMarked(unread=True)}


@pytest.mark.parametrize(
    ("news", "is_so"),
    [
        (ChatPinned(pinned=True), lambda chat: chat.pinned_at is not None),
        (ChatArchived(archived=True), lambda chat: chat.archived_at is not None),
        (ChatMarked(unread=False), lambda chat: chat.unread == 0),
        (ChatNamed("Siti Kedai"), lambda chat: chat.name == "Siti Kedai"),
    ],
    ids=["pinned", "archived", "read", "named"],
)
async def test_what_the_phone_keeps_of_a_chat_is_seen_here(
    fleet: Fleet, news: ChatNews, is_so: Callable[[Chat], bool]
) -> None:
    fleet.start()
    phone = await fleet.link()
    fleet.network.write(SITI, phone, "Salam")
    chat = await until_chat(fleet)
    assert not is_so(chat)
    own = next(one for one in fleet.network.phones() if one.number == phone)
    fleet.network.groups.tell(own, SITI, news)
    await until_chat(fleet, is_so)


async def test_more_groups_than_whatsapp_likes_to_be_asked_for_are_looked_up_in_turn(fleet: Fleet) -> None:
    fleet.start()
    phone = await fleet.link()
    for number in range(14):
        fleet.network.groups.make(f"Kelas {number}", OWNER, phone)
    began = fleet.world.clock.now()
    await until_chat(fleet)
    await until_nothing_waits(fleet)
    assert timedelta(seconds=20) < fleet.world.clock.now() - began < timedelta(minutes=3)
