"""HTTP of live updates: one WebSocket per browser tab, and the same events for those who poll."""

import asyncio
from typing import Any
from uuid import UUID

import msgspec
import structlog
from litestar import WebSocket, get, websocket
from litestar.exceptions import WebSocketDisconnect
from litestar.params import FromQuery

from hebah.access.model import SIGNED_IN, Actor, Session
from hebah.foundation.errors import HebahError
from hebah.foundation.pace import take
from hebah.foundation.postgres import Database
from hebah.foundation.wire import Injected, View
from hebah.live import reads
from hebah.live.actions.followers import Follower
from hebah.live.actions.hub import Hub
from hebah.live.model import MESSAGES

log = structlog.get_logger(__name__)

_SIGNED_OUT = 4401
_NOT_UNDERSTOOD = 1008
_GOING_AWAY = 1001
_TRY_AGAIN = 1013


class LiveEvent(View):
    """Something happened to these ids."""

    topic: UUID
    seq: int
    kind: str
    ids: list[UUID]


class LiveEvents(View):
    """What a topic holds after a number; with `resync`, too much was missed: take a new snapshot."""

    events: list[LiveEvent]
    head: int
    resync: bool


class Sub(msgspec.Struct, tag_field="op", tag="sub", frozen=True):
    """Follow a topic from a number on, or from now; `full` brings chats and messages along with their events."""

    topic: UUID
    since: int | None = None
    full: bool = False


class Unsub(msgspec.Struct, tag_field="op", tag="unsub", frozen=True):
    """Stop following."""

    topic: UUID


class Pong(msgspec.Struct, tag_field="op", tag="pong", frozen=True):
    """The answer to a ping."""


ClientMessage = Sub | Unsub | Pong


class _Over(Exception):
    """The conversation has ended; carries the close code."""

    def __init__(self, code: int) -> None:
        self.code = code


@get("/api/events", permission=SIGNED_IN)
async def list_events(
    actor: Injected[Actor], db: Injected[Database], topic: FromQuery[UUID], since: FromQuery[int] = 0
) -> LiveEvents:
    """What happened to a topic since a number."""
    async with db.connection() as connection:
        await reads.require_topic(connection, actor, topic)
        later = await reads.missed(connection, actor.workspace_id, topic, max(0, since))
    events = [LiveEvent(topic=topic, seq=event.seq, kind=event.kind, ids=list(event.ids)) for event in later.events]
    return LiveEvents(events=events, head=later.head, resync=later.gap)


@websocket("/ws", permission=SIGNED_IN)
async def follow_live(socket: WebSocket[Any, Any, Any], session: Injected[Session], hub: Injected[Hub]) -> None:
    """Tell a browser tab what to look at again, topic by topic."""
    await socket.accept()
    with hub.joined(session) as follower:
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(_read(socket, hub, follower))
                tasks.create_task(_write(socket, follower))
        except* _Over as over:
            await _hang_up(socket, over.exceptions[0])
        except* HebahError as error:
            log.warning("live_socket_ended", error=repr(error.exceptions[0]))
            await _hang_up(socket, _Over(_TRY_AGAIN))
        except* (WebSocketDisconnect, OSError):
            pass


ROUTES = (list_events, follow_live)


async def _read(socket: WebSocket[Any, Any, Any], hub: Hub, follower: Follower) -> None:
    decoder, level, now = msgspec.json.Decoder(ClientMessage), None, asyncio.get_running_loop().time
    while True:
        try:
            message = decoder.decode(await socket.receive_text())
            level, wait_s = take(level, MESSAGES, now())
            if wait_s:
                raise _Over(_NOT_UNDERSTOOD)
        except (msgspec.MsgspecError, UnicodeError) as error:
            raise _Over(_NOT_UNDERSTOOD) from error
        match message:
            case Sub():
                await hub.follow(follower, message.topic, message.since, in_full=message.full)
            case Unsub():
                hub.unfollow(follower, message.topic)
            case Pong():
                pass


async def _write(socket: WebSocket[Any, Any, Any], follower: Follower) -> None:
    while (message := await follower.next_message()) is not None:
        await socket.send_text(message)
    raise _Over(_SIGNED_OUT if follower.goodbye == "signed_out" else _GOING_AWAY)


async def _hang_up(socket: WebSocket[Any, Any, Any], over: Exception) -> None:
    try:
        await socket.close(code=over.code if isinstance(over, _Over) else _NOT_UNDERSTOOD)
    except (RuntimeError, OSError, WebSocketDisconnect):  # the browser was faster
        return
