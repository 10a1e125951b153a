"""The contract of groups, of pictures, and of what a phone keeps of its chats."""

from datetime import UTC, datetime

import pytest

from hebah.gateway.incoming import (
    ChatNamed,
    ChatNews,
    ChatTold,
    MessageArrived,
    PictureChanged,
)
from hebah.gateway.outgoing import (
    Accepted,
    ChatArchived,
    ChatKept,
    ChatMarked,
    ChatMuted,
    ChatPinned,
    Done,
    Failed,
    FetchPicture,
    GroupFound,
    KeepChat,
    LookUpGroup,
    Outgoing,
    PictureFound,
    TextOut,
)
from hebah.gateway.transport import DeviceRef, Link
from hebah.messaging.groups import Role
from hebah.messaging.said import MessageKind, Notice, NoticeCode, Target
from tests.contracts.harness import (
    Harness,
    linked_phone,
    new_device,
    next_event,
    next_message,
    online,
    until,
    words,
)

# One network and one companion serve all tests of a module, so they share its loop.
pytestmark = pytest.mark.asyncio(loop_scope="module")

JPEG = b"\xff\xd8\xff\xe0 a small picture \xff\xd9"


async def next_notice(harness: Harness, link: Link) -> tuple[MessageArrived, Notice]:
    arrived = await next_message(harness, link, MessageKind.SYSTEM)
    assert arrived.said.notice is not None
    return arrived, arrived.said.notice


async def test_a_new_group_is_told_with_its_subject_and_who_made_it(harness: Harness, device: DeviceRef) -> None:
    phone = await linked_phone(harness, device)
    owner = await harness.new_person()
    link = await online(harness, device)
    group = await harness.make_group("Kelas Selasa", owner, phone)
    arrived, notice = await next_notice(harness, link)
    assert (arrived.chat, arrived.sender, arrived.from_me) == (group, owner, False)
    assert notice == Notice(NoticeCode.CREATED, by=owner, words="Kelas Selasa")


@pytest.mark.parametrize("code", [NoticeCode.RENAMED, NoticeCode.ADMINS_WRITE, NoticeCode.ALL_WRITE])
async def test_a_change_of_a_group_is_told_with_who_made_it(
    harness: Harness, device: DeviceRef, code: NoticeCode
) -> None:
    phone = await linked_phone(harness, device)
    owner = await harness.new_person()
    link = await online(harness, device)
    group = await harness.make_group("Kelas Selasa", owner, phone)
    await next_notice(harness, link)
    change = Notice(code, by=owner, words="Kelas Rabu" if code is NoticeCode.RENAMED else "")
    await harness.change_group(group, change)
    arrived, told = await next_notice(harness, link)
    assert (arrived.chat, told) == (group, change)


async def test_who_comes_goes_and_rises_in_a_group_is_told(harness: Harness, device: DeviceRef) -> None:
    phone = await linked_phone(harness, device)
    owner, other, third = [await harness.new_person() for _ in range(3)]
    link = await online(harness, device)
    group = await harness.make_group("Kelas Selasa", owner, phone, other)
    await next_notice(harness, link)
    changes = [
        Notice(NoticeCode.ADDED, by=owner, people=(third,)),
        Notice(NoticeCode.PROMOTED, by=owner, people=(third,)),
        Notice(NoticeCode.DEMOTED, by=owner, people=(third,)),
        Notice(NoticeCode.REMOVED, by=owner, people=(third,)),
        Notice(NoticeCode.LEFT, by=other, people=(other,)),
    ]
    told = []
    for change in changes:
        await harness.change_group(group, change)
        told.append((await next_notice(harness, link))[1])
    assert told == changes


async def test_being_added_to_and_removed_from_a_group_names_our_own_number(
    harness: Harness, device: DeviceRef
) -> None:
    phone = await linked_phone(harness, device)
    owner, other = await harness.new_person(), await harness.new_person()
    link = await online(harness, device)
    group = await harness.make_group("Kelas Selasa", owner, other)
    await harness.change_group(group, Notice(NoticeCode.ADDED, by=owner, people=(phone,)))
    assert (await next_notice(harness, link))[1] == Notice(NoticeCode.ADDED, by=owner, people=(phone,))
    await harness.change_group(group, Notice(NoticeCode.REMOVED, by=owner, people=(phone,)))
    assert (await next_notice(harness, link))[1] == Notice(NoticeCode.REMOVED, by=owner, people=(phone,))
    assert await until(harness, link.do(LookUpGroup(group))) == Failed("refused")


async def test_a_group_is_looked_up_with_its_members_and_what_they_may_do(harness: Harness, device: DeviceRef) -> None:
    phone = await linked_phone(harness, device)
    owner, other = await harness.new_person(), await harness.new_person()
    link = await online(harness, device)
    group = await harness.make_group("Kelas Selasa", owner, phone, other)
    await harness.change_group(group, Notice(NoticeCode.PROMOTED, by=owner, people=(other,)))
    await harness.change_group(group, Notice(NoticeCode.ADMINS_WRITE, by=owner))
    found = await until(harness, link.do(LookUpGroup(group)))
    assert isinstance(found, GroupFound)
    roles = {member.address: member.role for member in found.members}
    assert roles == {owner: Role.OWNER, phone: Role.MEMBER, other: Role.ADMIN}
    assert (found.subject, found.admins_write) == ("Kelas Selasa", True)


async def test_a_notice_comes_again_until_it_is_acknowledged(harness: Harness, device: DeviceRef) -> None:
    phone = await linked_phone(harness, device)
    link = await online(harness, device)
    await harness.make_group("Kelas Selasa", await harness.new_person(), phone)

    def is_notice(event: MessageArrived) -> bool:
        return event.said.kind is MessageKind.SYSTEM

    first = await next_event(harness, link, MessageArrived, matches=is_notice, stores=False)
    await link.close()
    link = await harness.transport.open(device, 1)
    again = await next_event(harness, link, MessageArrived, matches=is_notice)
    assert (again.wire_id, again.said) == (first.wire_id, first.said)


async def test_a_message_to_a_group_reaches_its_members(harness: Harness, device: DeviceRef) -> None:
    other_device = new_device()
    phone, other_phone = await linked_phone(harness, device), await linked_phone(harness, other_device)
    link, other = await online(harness, device), await online(harness, other_device)
    group = await harness.make_group("Kelas Selasa", phone, other_phone)
    sent = await until(harness, link.send(Outgoing("3EB0000001", group, TextOut("Jumpa jam 8"))))
    assert isinstance(sent, Accepted)
    arrived = await next_message(harness, other, MessageKind.TEXT)
    assert (arrived.chat, arrived.sender, arrived.said.body) == (group, phone, "Jumpa jam 8")


async def test_pictures_of_people_and_groups_are_fetched(harness: Harness, device: DeviceRef) -> None:
    phone = await linked_phone(harness, device)
    person, bare = await harness.new_person(), await harness.new_person()
    link = await online(harness, device)
    group = await harness.make_group("Kelas Selasa", person, phone)
    for whose in (person, group, phone):
        await harness.show_picture(whose, JPEG)
    for whose in (person, group, phone):
        assert await until(harness, link.do(FetchPicture(whose))) == PictureFound(JPEG)
    assert await until(harness, link.do(FetchPicture(bare))) == PictureFound(b"")


async def test_another_picture_is_told(harness: Harness, device: DeviceRef) -> None:
    phone = await linked_phone(harness, device)
    person = await harness.new_person()
    link = await online(harness, device)
    await harness.write(person, phone, words("Salam"))
    await next_message(harness, link, MessageKind.TEXT)
    await harness.show_picture(person, JPEG)
    told = await next_event(harness, link, ChatTold)
    assert (told.chat, told.news) == (person, PictureChanged())


@pytest.mark.parametrize(
    "news",
    [
        ChatPinned(pinned=True),
        ChatPinned(pinned=False),
        ChatArchived(archived=True),
        ChatMuted(datetime(2030, 1, 1, tzinfo=UTC)),
        ChatMuted(None),
        ChatMarked(unread=True),
        ChatMarked(unread=False),
        ChatNamed("Aminah Kedai"),
    ],
    ids=str,
)
async def test_what_the_phone_keeps_of_a_chat_is_told(harness: Harness, device: DeviceRef, news: ChatNews) -> None:
    phone = await linked_phone(harness, device)
    person = await harness.new_person()
    link = await online(harness, device)
    await harness.write(person, phone, words("Salam"))
    await next_message(harness, link, MessageKind.TEXT)
    await harness.keep_on_phone(phone, person, news)
    told = await next_event(harness, link, ChatTold)
    assert (told.chat, told.news) == (person, news)


@pytest.mark.parametrize(
    "kept",
    [
        ChatPinned(pinned=True),
        ChatArchived(archived=True),
        ChatMuted(datetime(2030, 1, 1, tzinfo=UTC)),
        ChatMarked(unread=True),
    ],
    ids=str,
)
async def test_the_phone_keeps_a_chat_as_we_do(harness: Harness, device: DeviceRef, kept: ChatKept) -> None:
    phone = await linked_phone(harness, device)
    person = await harness.new_person()
    link = await online(harness, device)
    wire_id = await harness.write(person, phone, words("Salam"))
    newest = await next_message(harness, link, MessageKind.TEXT)
    await harness.keep_on_phone(phone, person, ChatNamed("Aminah"))
    await next_event(harness, link, ChatTold)
    command = KeepChat(person, kept, Target(wire_id, from_me=False), newest.at)
    assert await until(harness, link.do(command)) == Done()
    assert kept in await harness.kept_on_phone(phone, person)
