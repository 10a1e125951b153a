from collections.abc import Awaitable, Callable
from datetime import timedelta
from hashlib import sha256
from uuid import UUID

import pytest

from hebah.adapters.blobs.filesystem import FilesystemBlobs, UnfinishedFile
from hebah.inbox import reads as inbox
from hebah.inbox.actions import files, messages
from hebah.inbox.model.messages import Arrived, ReceivedMessage
from hebah.inbox.model.shown import FileState, Message
from hebah.media import reads as media
from hebah.messaging.said import MediaFacts, MessageKind, Said
from tests.integration.gateway.fleet import Fleet

PERSON = "+60123456789"
JPEG = b"\xff\xd8\xff\xe0" + bytes(range(256)) * 40
FILM = b"\x00\x00\x00\x18ftypmp42" + bytes(3_000_000)


def sent(kind: MessageKind, data: bytes, mime: str, name: str = "") -> Said:
    return Said(kind, media=MediaFacts(b"", mime, len(data), file_name=name))


async def only_message(fleet: Fleet) -> Message | None:
    async with fleet.world.database.connection() as connection:
        chats = await inbox.chats(connection, fleet.world.workspace_id, fleet.world.device_id)
        if not chats:
            return None
        (message,) = await inbox.messages(connection, fleet.world.workspace_id, chats[0].id)
        return message


async def until_file(fleet: Fleet, state: FileState, step: timedelta = timedelta(milliseconds=250)) -> Message:
    async def look() -> Message | None:
        message = await only_message(fleet)
        return message if message is not None and message.file is not None and message.file.state is state else None

    return await fleet.until(look, step)


async def stored(fleet: Fleet, message: Message) -> tuple[str, bytes]:
    assert message.file is not None
    assert message.file.media_id is not None
    blobs = FilesystemBlobs(fleet.folder)
    row, blob = await media.open_file(fleet.world.database, blobs, fleet.world.workspace_id, message.file.media_id)
    return row.mime, b"".join([piece async for piece in blob.pieces()])


async def until_held_back(fleet: Fleet, tries: int) -> None:
    async def look() -> bool:
        async with fleet.world.database.connection() as connection:
            return bool(await connection.fetchval("SELECT max(tries) >= $1 FROM media_fetch", tries))

    await fleet.until(look, timedelta(seconds=5))


async def test_a_picture_that_arrives_is_fetched_and_kept_by_its_content(fleet: Fleet) -> None:
    fleet.start()
    phone = await fleet.link()
    fleet.network.write(PERSON, phone, sent(MessageKind.IMAGE, JPEG, "image/jpeg"), file=JPEG)
    message = await until_file(fleet, FileState.READY)
    assert await stored(fleet, message) == ("image/jpeg", JPEG)


async def test_a_file_is_what_its_first_bytes_say_and_not_what_its_sender_says(fleet: Fleet) -> None:
    page = b"<html><script>alert(1)</script></html>"
    fleet.start()
    phone = await fleet.link()
    fleet.network.write(PERSON, phone, sent(MessageKind.IMAGE, page, "image/png"), file=page)
    message = await until_file(fleet, FileState.READY)
    assert await stored(fleet, message) == ("application/octet-stream", page)


async def test_a_film_is_fetched_in_the_background_too(fleet: Fleet) -> None:
    fleet.start()
    phone = await fleet.link()
    fleet.network.write(PERSON, phone, sent(MessageKind.VIDEO, FILM, "video/mp4"), file=FILM)
    message = await until_file(fleet, FileState.READY)
    assert await stored(fleet, message) == ("video/mp4", FILM)


async def test_a_file_the_network_has_dropped_is_said_to_be_gone(fleet: Fleet) -> None:
    fleet.start()
    phone = await fleet.link()
    fleet.network.cut(fleet.ref(), fleet.world.clock.now() + timedelta(seconds=30))
    fleet.network.write(PERSON, phone, sent(MessageKind.IMAGE, JPEG, "image/jpeg"), file=JPEG)
    fleet.network.drop_files()
    message = await until_file(fleet, FileState.EXPIRED)
    assert message.file is not None
    assert message.file.media_id is None


async def a_waiting_file(fleet: Fleet, phone: str, size: int = len(JPEG)) -> UUID:
    """A message stored by a gateway that died before it could fetch the file."""
    facts = MediaFacts(sha256(JPEG).digest(), "image/jpeg", size)
    arrived = ReceivedMessage(
        workspace_id=fleet.world.workspace_id,
        device_id=fleet.world.device_id,
        address=PERSON,
        sender=PERSON,
        wire_id="A",
        at=fleet.world.clock.now(),
        from_me=False,
        said=Said(MessageKind.IMAGE, media=facts),
    )
    fleet.network.write(PERSON, "+60111999999", sent(MessageKind.IMAGE, JPEG, "image/jpeg"), file=JPEG)
    async with fleet.world.database.transaction() as tx:
        unseen = await messages.sift(tx, [arrived], fleet.world.clock.now())
        (message_id,) = await messages.receive(tx, Arrived(tuple(unseen)), fleet.world.clock.now())
    return message_id


async def test_what_one_gateway_left_waiting_the_next_one_fetches(fleet: Fleet) -> None:
    gateway = fleet.start()
    phone = await fleet.link()
    await gateway.kill()
    await a_waiting_file(fleet, phone)
    fleet.start()
    message = await until_file(fleet, FileState.READY, timedelta(seconds=1))
    assert (await stored(fleet, message))[1] == JPEG


async def test_a_file_that_nobody_fetches_by_itself_is_fetched_when_somebody_asks(fleet: Fleet) -> None:
    fleet.start()
    phone = await fleet.link()
    message_id = await a_waiting_file(fleet, phone, size=60_000_000)
    message = await until_file(fleet, FileState.LATER)
    async with fleet.world.database.transaction() as tx:
        assert await files.ask(tx, fleet.world.workspace_id, message_id, fleet.world.clock.now())
    message = await until_file(fleet, FileState.READY)
    assert (await stored(fleet, message))[1] == JPEG
    async with fleet.world.database.transaction() as tx:
        assert not await files.ask(tx, fleet.world.workspace_id, message.id, fleet.world.clock.now())


@pytest.mark.parametrize("tries", [3])
async def test_a_store_that_does_not_answer_puts_the_file_off_and_loses_nothing(
    fleet: Fleet, tries: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep: Callable[[UnfinishedFile], Awaitable[None]] = UnfinishedFile.keep

    async def full(self: UnfinishedFile) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(UnfinishedFile, "keep", full)
    fleet.start()
    phone = await fleet.link()
    fleet.network.write(PERSON, phone, sent(MessageKind.IMAGE, JPEG, "image/jpeg"), file=JPEG)
    await until_held_back(fleet, tries)
    monkeypatch.setattr(UnfinishedFile, "keep", keep)
    message = await until_file(fleet, FileState.READY, timedelta(seconds=30))
    assert (await stored(fleet, message))[1] == JPEG


async def set_quota(fleet: Fleet, quota: int | None) -> None:
    async with fleet.world.database.transaction() as tx:
        await tx.execute("UPDATE workspace SET media_quota = $1", quota)


async def test_a_file_without_room_is_not_fetched_and_comes_when_there_is_room_and_somebody_asks(fleet: Fleet) -> None:
    await set_quota(fleet, len(JPEG) - 1)
    fleet.start()
    phone = await fleet.link()
    fleet.network.write(PERSON, phone, sent(MessageKind.IMAGE, JPEG, "image/jpeg"), file=JPEG)
    message = await until_file(fleet, FileState.NO_ROOM)
    assert message.file is not None
    assert message.file.can_fetch
    assert not [path for path in fleet.folder.rglob("*") if path.is_file()]
    await set_quota(fleet, len(JPEG))
    async with fleet.world.database.transaction() as tx:
        assert await files.ask(tx, fleet.world.workspace_id, message.id, fleet.world.clock.now())
    assert (await stored(fleet, await until_file(fleet, FileState.READY)))[1] == JPEG


async def test_a_file_that_is_larger_than_it_was_said_to_be_does_not_pass_the_quota(fleet: Fleet) -> None:
    await set_quota(fleet, len(JPEG) - 1)
    fleet.start()
    phone = await fleet.link()
    fleet.network.write(PERSON, phone, sent(MessageKind.IMAGE, JPEG[:100], "image/jpeg"), file=JPEG)
    await until_file(fleet, FileState.NO_ROOM)
