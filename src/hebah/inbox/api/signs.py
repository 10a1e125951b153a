"""Routes for what is asked of a device's link: typing in a chat, look-ups of numbers, older messages."""

from datetime import datetime
from uuid import UUID

from litestar import get, post
from litestar.params import FromPath, JSONBody

from hebah.access.model import Actor, Permission
from hebah.access.rules import require, sees
from hebah.devices import reads as devices
from hebah.devices.actions import asking
from hebah.devices.ports import Transports
from hebah.foundation.clock import Clock
from hebah.foundation.errors import NotFound
from hebah.foundation.postgres import Database
from hebah.foundation.wire import Injected, Input, View
from hebah.inbox.actions import history, numbers, signs
from hebah.inbox.model.fetched import SignState
from hebah.inbox.rules.history import OlderState
from hebah.inbox.store import listing


class TypingInput(Input):
    """What somebody does in a chat just now."""

    state: SignState


class NumberChecks(View):
    """How many numbers a device may look up in 24 hours, and how many it has; `possible` is False when it cannot."""

    possible: bool
    budget: int
    used: int
    renews_at: datetime | None


class OlderView(View):
    """How far older messages of a chat have come that somebody asked the phone for.

    `possible`: the device's phone can be asked at all; `online`: just now.
    """

    possible: bool
    online: bool
    state: OlderState
    code: str | None
    messages: int


@post("/api/chats/{chat_id:uuid}/typing", permission=Permission.INBOX_REPLY, status_code=204)
async def show_typing(
    chat_id: FromPath[UUID],
    data: JSONBody[TypingInput],
    actor: Injected[Actor],
    db: Injected[Database],
    clock: Injected[Clock],
    transports: Injected[Transports],
) -> None:
    """Show colleagues and the other side that somebody writes or records, or has stopped; more than once a second is
    heard once."""
    await signs.give(db, clock, actor, chat_id, data.state, transports)


@get("/api/devices/{device_id:uuid}/number-checks", permission=Permission.INBOX_REPLY)
async def get_number_checks(
    device_id: FromPath[UUID],
    actor: Injected[Actor],
    db: Injected[Database],
    clock: Injected[Clock],
    transports: Injected[Transports],
) -> NumberChecks:
    """How many numbers the device may still look up before chats with them begin."""
    require(actor, Permission.INBOX_REPLY, device_id)
    async with db.connection() as connection:
        device = await devices.find(connection, actor.workspace_id, device_id)
        budget = await numbers.budget(connection, actor, device_id, clock.now())
    return NumberChecks(
        possible=numbers.can_check(device, transports),
        budget=budget.most,
        used=budget.used,
        renews_at=budget.renews_at,
    )


@get("/api/chats/{chat_id:uuid}/history", permission=Permission.INBOX_READ)
async def get_older(
    chat_id: FromPath[UUID],
    actor: Injected[Actor],
    db: Injected[Database],
    clock: Injected[Clock],
    transports: Injected[Transports],
) -> OlderView:
    """How far the older messages of a chat have come."""
    return await _older(db, clock, actor, chat_id, transports)


@post("/api/chats/{chat_id:uuid}/history", permission=Permission.INBOX_REPLY, status_code=202)
async def ask_older(
    chat_id: FromPath[UUID],
    actor: Injected[Actor],
    db: Injected[Database],
    clock: Injected[Clock],
    transports: Injected[Transports],
) -> OlderView:
    """Ask the phone for messages from before those that are here; they come as if they had just been stored."""
    await history.ask_older(db, clock, actor, chat_id, transports)
    return await _older(db, clock, actor, chat_id, transports)


@post("/api/devices/{device_id:uuid}/history/retry", permission=Permission.DEVICE_LINK, status_code=202)
async def retry_history(
    device_id: FromPath[UUID], actor: Injected[Actor], db: Injected[Database], clock: Injected[Clock]
) -> None:
    """Fetch once more what could not be had of the phone's older chats."""
    require(actor, Permission.DEVICE_LINK, device_id)
    async with db.connection() as connection:
        device = await devices.find(connection, actor.workspace_id, device_id)
    await history.retry(db, clock, device.workspace_id, device.id)


async def _older(db: Database, clock: Clock, actor: Actor, chat_id: UUID, transports: Transports) -> OlderView:
    async with db.connection() as connection:
        chat = await listing.find_chat(connection, actor.workspace_id, chat_id)
        if chat is None or not sees(actor, chat.device_id):
            raise NotFound()
        device = await devices.find(connection, actor.workspace_id, chat.device_id)
        older = await history.older(connection, actor.workspace_id, chat, clock.now())
    return OlderView(
        possible=history.can_ask(device, transports),
        online=asking.is_within_reach(device),
        state=older.state,
        code=older.code,
        messages=older.messages,
    )


ROUTES = (show_typing, get_number_checks, get_older, ask_older, retry_history)
