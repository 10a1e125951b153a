"""Routes for chats: the list over all numbers, one chat, and what people do with it."""

from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Response, get, patch, post
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from hebah.access.model import Actor, Permission
from hebah.access.rules import require, sees
from hebah.devices import reads as devices
from hebah.devices.ports import Transports
from hebah.foundation.clock import Clock
from hebah.foundation.errors import NotFound
from hebah.foundation.pages import PAGE, Newest, clamp, read_newest, write_cursor
from hebah.foundation.postgres import Connection, Database
from hebah.foundation.wire import Injected, Input, Instant, View, snapshot
from hebah.inbox import reads
from hebah.inbox.actions import chats, errands, numbers, team
from hebah.inbox.api.views import ChatView, chat_views
from hebah.inbox.store import listing
from hebah.inbox.store.listing import ChatFilter


class ChatTally(View):
    """How many chats each filter shows, counted up to a thousand."""

    unread: int
    mine: int
    unassigned: int
    archived: int


class ChatPage(View):
    """Chats, newest first; the pinned ones before them on the first page."""

    items: list[ChatView]
    next: str | None
    counts: ChatTally


class ChatInput(Input):
    """Whom to write to, and from which number; `unchecked`: also when nobody can say whether they are on WhatsApp."""

    device_id: UUID
    phone: str
    unchecked: bool = False


class ChatPatch(Input):
    """What somebody changes about a chat."""

    pinned: bool | msgspec.UnsetType = msgspec.UNSET
    archived: bool | msgspec.UnsetType = msgspec.UNSET
    muted_until: Instant | msgspec.UnsetType | None = msgspec.UNSET
    assigned_to: UUID | msgspec.UnsetType | None = msgspec.UNSET
    labels: list[UUID] | msgspec.UnsetType = msgspec.UNSET


class ReadInput(Input):
    """Up to which message; without one, everything."""

    up_to: UUID | None = None


class MemberView(View):
    """Somebody in a group. `role` is member, admin or owner; `is_us` our own number."""

    address: str
    name: str
    role: str
    contact_id: UUID | None
    is_us: bool


class MembersView(View):
    """Who is in a group."""

    items: list[MemberView]


Wanted = Annotated[str, QueryParameter(name="filter", pattern="^(all|unread|mine|unassigned|archived)$")]


@get("/api/chats", permission=Permission.INBOX_READ)
async def list_chats(
    actor: Injected[Actor],
    db: Injected[Database],
    clock: Injected[Clock],
    wanted: Wanted = "all",
    device_id: Annotated[UUID | None, QueryParameter(name="deviceId")] = None,
    label_id: Annotated[UUID | None, QueryParameter(name="labelId")] = None,
    q: FromQuery[str | None] = None,
    limit: FromQuery[int] = PAGE,
    after: FromQuery[str | None] = None,
) -> Response[ChatPage]:
    """Chats of every number the user sees, or of one."""
    size = clamp(limit)
    chosen = _filter(actor, wanted, device_id, label_id, q)
    place = read_newest(after)
    async with db.connection() as connection:
        head = await devices.head(connection, actor.workspace_id, device_id or actor.workspace_id)
        top = [] if place or chosen.is_flat or chosen.archived else await listing.pinned(connection, chosen)
        ids = await listing.newest(connection, chosen, place, size)
        ids_shown = [*top, *ids]
        items = await chat_views(connection, actor.workspace_id, ids_shown)
        stale = await listing.without_picture(connection, actor.workspace_id, ids_shown, clock.now())
        counts = await listing.counts(connection, actor.workspace_id, chosen.device_ids, actor.user_id)
    if stale:
        await errands.want_pictures(db, clock, actor.workspace_id, stale)
    last = items[-1] if len(ids) == size and items else None
    page = ChatPage(
        items=items,
        next=write_cursor(Newest(last.last_at, last.id)) if last else None,
        counts=ChatTally(
            unread=counts.unread, mine=counts.mine, unassigned=counts.unassigned, archived=counts.archived
        ),
    )
    return snapshot(page, head)


@post("/api/chats", permission=Permission.INBOX_REPLY)
async def begin_chat(
    data: JSONBody[ChatInput],
    actor: Injected[Actor],
    db: Injected[Database],
    clock: Injected[Clock],
    transports: Injected[Transports],
) -> ChatView:
    """The chat with a number, to write the first message in; a number nobody knows yet is looked up first."""
    wanted = numbers.NewChat(data.device_id, data.phone, data.unchecked)
    chat_id = await numbers.begin(db, clock, actor, wanted, transports)
    async with db.connection() as connection:
        return await _view(connection, actor, chat_id)


@get("/api/chats/{chat_id:uuid}", permission=Permission.INBOX_READ)
async def get_chat(chat_id: FromPath[UUID], actor: Injected[Actor], db: Injected[Database]) -> ChatView:
    """One chat."""
    async with db.connection() as connection:
        return await _view(connection, actor, chat_id)


@get("/api/chats/{chat_id:uuid}/members", permission=Permission.INBOX_READ)
async def list_members(
    chat_id: FromPath[UUID], actor: Injected[Actor], db: Injected[Database], clock: Injected[Clock]
) -> MembersView:
    """Who is in a group, as far as it is known; what is not is looked up, and the chat changes when it is."""
    async with db.connection() as connection:
        chat = await _view(connection, actor, chat_id)
        found = await reads.members(connection, actor.workspace_id, chat_id)
    if chat.kind == "group":
        await errands.want_members(db, clock, actor.workspace_id, chat_id)
    return MembersView(
        items=[
            MemberView(
                address=member.address,
                name=member.name,
                role=member.role,
                contact_id=member.contact_id,
                is_us=member.is_us,
            )
            for member in found
        ]
    )


@patch("/api/chats/{chat_id:uuid}", permission=Permission.INBOX_REPLY)
async def edit_chat(
    chat_id: FromPath[UUID],
    data: JSONBody[ChatPatch],
    actor: Injected[Actor],
    db: Injected[Database],
    clock: Injected[Clock],
) -> ChatView:
    """Pin, put away, mute, give to somebody, label."""
    await chats.keep(db, clock, actor, chat_id, _kept(data))
    if not isinstance(data.assigned_to, msgspec.UnsetType):
        await team.assign(db, clock, actor, chat_id, data.assigned_to)
    if not isinstance(data.labels, msgspec.UnsetType):
        await team.label(db, clock, actor, chat_id, data.labels)
    async with db.connection() as connection:
        return await _view(connection, actor, chat_id)


@post("/api/chats/{chat_id:uuid}/read", permission=Permission.INBOX_REPLY, status_code=204)
async def read_chat(
    chat_id: FromPath[UUID],
    data: JSONBody[ReadInput],
    actor: Injected[Actor],
    db: Injected[Database],
    clock: Injected[Clock],
) -> None:
    """Everything up to a message is read, for colleagues and on WhatsApp."""
    await chats.read(db, clock, actor, chat_id, data.up_to)


@post("/api/chats/{chat_id:uuid}/unread", permission=Permission.INBOX_REPLY, status_code=204)
async def unread_chat(
    chat_id: FromPath[UUID], actor: Injected[Actor], db: Injected[Database], clock: Injected[Clock]
) -> None:
    """Come back to it later."""
    await chats.mark_unread(db, clock, actor, chat_id)


async def _view(connection: Connection, actor: Actor, chat_id: UUID) -> ChatView:
    views = await chat_views(connection, actor.workspace_id, [chat_id])
    if not views or not sees(actor, views[0].device_id):
        raise NotFound()
    return views[0]


def _filter(actor: Actor, wanted: str, device_id: UUID | None, label_id: UUID | None, q: str | None) -> ChatFilter:
    if device_id is not None:
        require(actor, Permission.INBOX_READ, device_id)
        seen: tuple[UUID, ...] | None = (device_id,)
    else:
        seen = None if actor.device_ids is None else tuple(sorted(actor.device_ids))
    asked = (q or "").strip().lower()
    digits = "".join(letter for letter in asked if letter.isdigit())
    is_number = len(digits) >= 3 and not any(letter.isalpha() for letter in asked)
    return ChatFilter(
        workspace_id=actor.workspace_id,
        device_ids=seen,
        unread=wanted in {"unread", "unassigned"},
        archived=wanted == "archived",
        unassigned=wanted == "unassigned",
        assigned_to=actor.user_id if wanted == "mine" else None,
        label_id=label_id,
        q=asked or None,
        digits=digits.removeprefix("0") if is_number else "",
    )


def _kept(data: ChatPatch) -> chats.Kept:
    is_muted_told = not isinstance(data.muted_until, msgspec.UnsetType)
    return chats.Kept(
        pinned=None if isinstance(data.pinned, msgspec.UnsetType) else data.pinned,
        archived=None if isinstance(data.archived, msgspec.UnsetType) else data.archived,
        muted=(data.muted_until is not None) if is_muted_told else None,
        muted_until=None if isinstance(data.muted_until, msgspec.UnsetType) else data.muted_until,
    )


ROUTES = (list_chats, begin_chat, get_chat, list_members, edit_chat, read_chat, unread_chat)
