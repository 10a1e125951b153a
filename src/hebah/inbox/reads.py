"""What screens ask of the inbox."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from msgspec import structs

from hebah.foundation.postgres import Connection, Record, Transaction
from hebah.inbox.model.fetched import GivenSign, HistoryProgress
from hebah.inbox.model.shown import Chat, ListedChat, Message
from hebah.inbox.rules.errands import ShownMember
from hebah.inbox.rules.keeping import cutoffs
from hebah.inbox.rules.signs import SIGN_LASTS
from hebah.inbox.store import errands, files, finding, keeping, listing, shown, signs
from hebah.inbox.store import history as packets
from hebah.inbox.store.finding import Search
from hebah.inbox.store.listing import ChatPlace
from hebah.media import keeping as media_keeping
from hebah.media import reads as media
from hebah.media.keeping import Removed, Usage
from hebah.media.model import Media


async def chats(
    connection: Connection,
    workspace_id: UUID,
    device_id: UUID,
    *,
    before: tuple[datetime, UUID] | None = None,
    limit: int = 50,
) -> list[Chat]:
    """Chats of a device, newest first, from a place in the list on."""
    return await shown.recent_chats(connection, workspace_id, device_id, before, limit)


async def listed_chats(connection: Connection, workspace_id: UUID, ids: Iterable[UUID]) -> list[ListedChat]:
    """These chats as the list shows them, in no order; those of other workspaces are left out."""
    return await shown.listed_chats(connection, workspace_id, ids)


async def find_chat(connection: Connection, workspace_id: UUID, chat_id: UUID) -> ChatPlace | None:
    """Which device a chat is on, and who is written to there."""
    return await listing.find_chat(connection, workspace_id, chat_id)


async def messages(
    connection: Connection,
    workspace_id: UUID,
    chat_id: UUID,
    *,
    before: tuple[datetime, UUID] | None = None,
    limit: int = 50,
) -> list[Message]:
    """Messages of a chat, newest first, from a place in it on, with reactions, quotes and what is known of files."""
    rows = await shown.chat_messages(connection, workspace_id, chat_id, before, limit)
    return await _shown(connection, workspace_id, rows)


async def shows_file(connection: Connection, workspace_id: UUID, device_ids: Collection[UUID], media_id: UUID) -> bool:
    """Whether a chat of these devices shows the file."""
    return await files.stands_on(connection, workspace_id, device_ids, media_id)


async def messages_by_id(connection: Connection, workspace_id: UUID, ids: Iterable[UUID]) -> list[Message]:
    """These messages, in no order; those of other workspaces are left out."""
    return await _shown(connection, workspace_id, await shown.messages_by_id(connection, workspace_id, ids))


async def messages_around(
    connection: Connection, workspace_id: UUID, chat_id: UUID, message_id: UUID, limit: int
) -> list[Message]:
    """A message of a chat with what stands on both sides of it, newest first; nothing when it is not there."""
    row = await listing.find_message(connection, workspace_id, message_id)
    if row is None or row["chat_id"] != chat_id:
        return []
    place = (row["at"], row["id"])
    rows = await listing.around(connection, workspace_id, chat_id, place, max(limit // 2, 1))
    return await _shown(connection, workspace_id, rows)


async def messages_after(
    connection: Connection, workspace_id: UUID, chat_id: UUID, place: tuple[datetime, UUID], limit: int
) -> list[Message]:
    """What follows a place in a chat, newest first."""
    return await _shown(connection, workspace_id, await listing.after(connection, workspace_id, chat_id, place, limit))


async def search(tx: Transaction, wanted: Search, before: tuple[datetime, UUID] | None, limit: int) -> list[Message]:
    """Messages with all of the terms, newest first."""
    return await _shown(tx, wanted.workspace_id, await finding.search(tx, wanted, before, limit))


async def gallery(
    connection: Connection,
    workspace_id: UUID,
    chat_id: UUID,
    kind: str,
    before: tuple[datetime, UUID] | None,
    limit: int,
) -> list[Message]:
    """Messages of a chat with a file of that kind, or with a link, newest first."""
    rows = await finding.gallery(connection, workspace_id, chat_id, kind, before, limit)
    return await _shown(connection, workspace_id, rows)


async def members(connection: Connection, workspace_id: UUID, chat_id: UUID) -> list[ShownMember]:
    """Who is in a group: our own number, then its admins, then the others by name."""
    return await errands.members(connection, workspace_id, chat_id)


async def history(
    connection: Connection, workspace_id: UUID, device_ids: Collection[UUID]
) -> dict[UUID, HistoryProgress]:
    """How much of each device's history is here; devices that were offered none are left out."""
    return await packets.progress(connection, workspace_id, device_ids)


@dataclass(frozen=True, slots=True)
class Kept:
    """What a workspace keeps, and what of it is past a time that was asked about."""

    usage: Usage
    expired: Removed
    expired_messages: int


async def kept(
    connection: Connection, workspace_id: UUID, files_days: int | None, messages_days: int | None, now: datetime
) -> Kept:
    """What is kept, and what would go if files and messages were kept for so many days."""
    limits = cutoffs(files_days, messages_days, now)
    expired, messages = Removed(), 0
    if limits.files is not None:
        expired = Removed(*await keeping.count_unneeded_files(connection, workspace_id, limits.files))
    if limits.messages is not None:
        messages = await keeping.count_expired_messages(connection, workspace_id, limits.messages)
    return Kept(await media_keeping.usage(connection, workspace_id), expired, messages)


async def typing(
    connection: Connection, workspace_id: UUID, device_ids: Sequence[UUID], now: datetime
) -> list[GivenSign]:
    """Who does what in chats of these devices, as far as it is still true."""
    return await signs.given(connection, workspace_id, device_ids, now - SIGN_LASTS)


async def _shown(connection: Connection, workspace_id: UUID, rows: Sequence[Record]) -> list[Message]:
    if not rows:
        return []
    return await _with_our_files(connection, workspace_id, await shown.shown(connection, workspace_id, rows))


async def _with_our_files(connection: Connection, workspace_id: UUID, found: list[Message]) -> list[Message]:
    """What we sent ourselves is described by the media store."""
    bare = {file.media_id for message in found if (file := message.file) is not None and not file.mime}
    if not bare:
        return found
    stored = {one.id: one for one in await media.find_many(connection, workspace_id, [one for one in bare if one])}
    return [_described(message, stored) for message in found]


def _described(message: Message, stored: Mapping[UUID, Media]) -> Message:
    file = message.file
    if file is None or file.mime or file.media_id is None or file.media_id not in stored:
        return message
    ours = stored[file.media_id]
    known = replace(
        file,
        mime=ours.mime,
        size=ours.size,
        width=ours.width or 0,
        height=ours.height or 0,
        name=ours.file_name,
        thumbnail=ours.thumbnail,
    )
    return structs.replace(message, file=known)
