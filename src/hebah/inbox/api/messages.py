"""Routes for messages: a chat's pages, what people say in it, and what they do with what was said."""

from uuid import UUID

from litestar import Response, delete, get, patch, post
from litestar.params import FromPath, FromQuery, JSONBody

from hebah.access.model import Actor, Permission
from hebah.access.rules import sees
from hebah.devices import reads as devices
from hebah.devices.ports import Transports
from hebah.foundation.clock import Clock
from hebah.foundation.errors import NotFound
from hebah.foundation.ids import make_id
from hebah.foundation.pages import PAGE, Newest, clamp, read_newest, write_cursor
from hebah.foundation.postgres import Connection, Database
from hebah.foundation.wire import Injected, Input, View, snapshot
from hebah.inbox import reads
from hebah.inbox.actions import errands, saying
from hebah.inbox.api.views import MessageView, chat_views, message_views
from hebah.inbox.rules.saying import Wanted
from hebah.inbox.store import listing
from hebah.messaging.said import FileFacts, MessageKind


class MessagePage(View):
    """Messages of a chat, newest first; `next` leads to older ones, `newer` to those after them."""

    items: list[MessageView]
    next: str | None
    newer: str | None


class MessageInput(Input):
    """What somebody says; `client_id` is theirs, and asking again with it says it once."""

    client_id: UUID
    kind: MessageKind = MessageKind.TEXT
    body: str = ""
    media_id: UUID | None = None
    file_name: str = ""
    seconds: int = 0
    waveform: tuple[int, ...] = ()
    quote: UUID | None = None


class ReactionInput(Input):
    """An emoji under a message; empty takes ours back."""

    emoji: str
    client_id: UUID | None = None


class EditInput(Input):
    """Other words for a message of ours."""

    body: str
    client_id: UUID | None = None


@get("/api/chats/{chat_id:uuid}/messages", permission=Permission.INBOX_READ)
async def list_messages(
    chat_id: FromPath[UUID],
    actor: Injected[Actor],
    db: Injected[Database],
    clock: Injected[Clock],
    limit: FromQuery[int] = PAGE,
    after: FromQuery[str | None] = None,
    newer: FromQuery[str | None] = None,
    around: FromQuery[UUID | None] = None,
) -> Response[MessagePage]:
    """A page of a chat: the newest, older ones, newer ones, or those around a message."""
    size = clamp(limit)
    async with db.connection() as connection:
        device_id = await _device(connection, actor, chat_id)
        head = await devices.head(connection, actor.workspace_id, device_id)
        older, later = read_newest(after), read_newest(newer)
        if around is not None:
            found = await reads.messages_around(connection, actor.workspace_id, chat_id, around, size)
        elif later is not None:
            found = await reads.messages_after(connection, actor.workspace_id, chat_id, later, size)
        else:
            found = await reads.messages(connection, actor.workspace_id, chat_id, before=older, limit=size)
        items = await message_views(connection, actor.workspace_id, found)
        stale = await listing.without_picture(connection, actor.workspace_id, [chat_id], clock.now())
    if stale:
        await errands.want_pictures(db, clock, actor.workspace_id, stale)
    is_newest = around is None and later is None and older is None
    page = MessagePage(
        items=items,
        next=_cursor(items[-1]) if items and (len(items) >= size or not is_newest) else None,
        newer=None if is_newest or not items else _cursor(items[0]),
    )
    return snapshot(page, head)


@post("/api/chats/{chat_id:uuid}/messages", permission=Permission.INBOX_REPLY)
async def say(
    chat_id: FromPath[UUID],
    data: JSONBody[MessageInput],
    actor: Injected[Actor],
    db: Injected[Database],
    clock: Injected[Clock],
    transports: Injected[Transports],
) -> MessageView:
    """Say something in a chat: it is queued ahead of every campaign, and sent once however often it is asked for."""
    file = None
    if data.media_id is not None:
        waveform = bytes(min(max(step, 0), 100) for step in data.waveform[:64])
        file = FileFacts(name=data.file_name, seconds=max(data.seconds, 0), waveform=waveform)
    wanted = Wanted(chat_id, data.client_id, data.kind, data.body, data.media_id, data.quote, file)
    message_id = await saying.say(db, clock, actor, wanted, transports)
    return await _view(db, actor, message_id)


@post("/api/messages/{message_id:uuid}/reaction", permission=Permission.INBOX_REPLY, status_code=202)
async def react(
    message_id: FromPath[UUID],
    data: JSONBody[ReactionInput],
    actor: Injected[Actor],
    db: Injected[Database],
    clock: Injected[Clock],
) -> None:
    """Put an emoji under a message."""
    await saying.react(db, clock, actor, message_id, data.emoji, data.client_id or make_id())


@patch("/api/messages/{message_id:uuid}", permission=Permission.INBOX_REPLY, status_code=202)
async def edit_message(
    message_id: FromPath[UUID],
    data: JSONBody[EditInput],
    actor: Injected[Actor],
    db: Injected[Database],
    clock: Injected[Clock],
) -> None:
    """Other words for a message of ours."""
    await saying.edit(db, clock, actor, message_id, data.body, data.client_id or make_id())


@delete("/api/messages/{message_id:uuid}", permission=Permission.INBOX_REPLY, status_code=202)
async def delete_message(
    message_id: FromPath[UUID],
    actor: Injected[Actor],
    db: Injected[Database],
    clock: Injected[Clock],
) -> None:
    """Take a message of ours back for everybody."""
    await saying.delete(db, clock, actor, message_id)


@post("/api/messages/{message_id:uuid}/retry", permission=Permission.INBOX_REPLY, status_code=200)
async def retry_message(
    message_id: FromPath[UUID], actor: Injected[Actor], db: Injected[Database], clock: Injected[Clock]
) -> MessageView:
    """Send again what the network refused."""
    await saying.try_again(db, clock, actor, message_id)
    return await _view(db, actor, message_id)


@delete("/api/messages/{message_id:uuid}/send", permission=Permission.INBOX_REPLY, status_code=200)
async def cancel_message(
    message_id: FromPath[UUID], actor: Injected[Actor], db: Injected[Database], clock: Injected[Clock]
) -> MessageView:
    """Take back what still waits to be sent."""
    await saying.take_back(db, clock, actor, message_id)
    return await _view(db, actor, message_id)


async def _device(connection: Connection, actor: Actor, chat_id: UUID) -> UUID:
    chats = await chat_views(connection, actor.workspace_id, [chat_id])
    if not chats or not sees(actor, chats[0].device_id):
        raise NotFound()
    return chats[0].device_id


async def _view(db: Database, actor: Actor, message_id: UUID) -> MessageView:
    async with db.connection() as connection:
        found = await reads.messages_by_id(connection, actor.workspace_id, [message_id])
        views = await message_views(connection, actor.workspace_id, found)
    if not views:
        raise NotFound()
    return views[0]


def _cursor(message: MessageView) -> str:
    return write_cursor(Newest(message.at, message.id))


ROUTES = (
    list_messages,
    say,
    react,
    edit_message,
    delete_message,
    retry_message,
    cancel_message,
)
