"""One companion process under supervision: started, asked, watched, and started again when it ends."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Mapping
from enum import Enum
from random import Random
from types import MappingProxyType
from typing import Any, Final, Protocol

import structlog

from hebah.adapters.transports.companion import protocol_pb2 as pb
from hebah.adapters.transports.companion.child import Child
from hebah.adapters.transports.companion.framing import FrameRefused
from hebah.adapters.transports.companion.program import NOT_BUILT, PROTOCOL_VERSION, VERSION_DIFFERS, is_program
from hebah.adapters.transports.companion.settings import CompanionSettings, Waits, configure
from hebah.adapters.transports.companion.spool import Spool

DOWN = "companion_down"
CLOSED = "closed"
_STEADY_S = 60.0
_WHY_NOT_READY: Final[Mapping[str, str]] = MappingProxyType(
    {
        "protocol_version": VERSION_DIFFERS,
        "database": "storage_unavailable",
        "schema": "schema_differs",
        "sealing_key": "sealing_key_wrong",
    }
)
_LASTING = frozenset({NOT_BUILT, VERSION_DIFFERS, "schema_differs", "sealing_key_wrong"})

log = structlog.get_logger(__name__)


class Silence(Enum):
    """Why a request has no answer."""

    NOT_ASKED = "not_asked"
    DOWN = "down"  # the companion ended after it was asked
    LATE = "late"
    CUT = "cut"  # whoever asked has let it go


Answer = asyncio.Future[pb.Response | Silence]


class Listener(Protocol):
    """Whoever began something that events come of: a link, or a linking."""

    def happened(self, event: pb.Event, boot: str) -> None:
        """An event of what was begun."""

    def answered(self, response: pb.Response) -> None:
        """The answer to the request that began it."""

    def lost(self, cause: str) -> None:
        """The companion is gone, and what was begun with it."""


class Shard:
    """Runs at most one companion at a time. Its `run` is the only task; everything else is called from others."""

    def __init__(self, number: int, settings: CompanionSettings, numbers: itertools.count[int]) -> None:
        self.number = number
        self.cause: str | None = "starting"  # why it is not up; None when it is
        self.counters = pb.CounterValues()
        self.starts = 0
        self._settings = settings
        self._numbers = numbers
        self._child: Child | None = None
        self._boot = ""
        self._spool: Spool | None = None
        self._ready: asyncio.Future[pb.Ready] | None = None
        self._asked: dict[int, Answer] = {}
        self._listeners: dict[int, Listener] = {}
        self._unsent: dict[int, pb.Request] = {}
        self._changed = asyncio.Condition()
        self._stopping: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._jitter = Random()  # noqa: S311 - spreads restarts

    @property
    def is_up(self) -> bool:
        """Whether it takes requests."""
        return self._child is not None

    @property
    def lasting_cause(self) -> str | None:
        """Why it will not come up before somebody mends something."""
        return self.cause if self.cause in _LASTING else None

    @property
    def spool(self) -> Spool:
        """Where its files are; there once it has been up."""
        if self._spool is None:
            raise RuntimeError("a shard has no spool before it has been started")
        return self._spool

    # --- asking --------------------------------------------------------------------------------------------------

    async def ready(self, within: float) -> bool:
        """Whether it takes requests, now or in that many seconds."""
        try:
            async with asyncio.timeout(within), self._changed:
                await self._changed.wait_for(lambda: self.is_up or self._stopping.done() or self.lasting_cause)
        except TimeoutError:
            return False
        return self.is_up

    async def ask(self, request: pb.Request, within: float, answer: Answer | None = None) -> pb.Response | Silence:
        """The answer to a request. A caller who wants to give up early brings the future that will hold it."""
        child = self._child
        if child is None:
            return Silence.NOT_ASKED
        loop = asyncio.get_running_loop()
        answer = loop.create_future() if answer is None else answer
        number = request.id = next(self._numbers)
        self._asked[number] = answer
        child.send(pb.Envelope(request=request))
        deadline = loop.call_later(within, _give_up, answer)
        try:
            return await answer
        finally:
            deadline.cancel()
            self._asked.pop(number, None)

    def begin(self, request: pb.Request, listener: Listener) -> int:
        """Ask for something whose events and answer go to the listener; gives its number for `leave`."""
        number = request.id = next(self._numbers)
        if self._child is not None:
            self._listeners[number] = listener
            self._child.send(pb.Envelope(request=request))
        elif self.cause == "starting":
            self._listeners[number] = listener
            self._unsent[number] = request
        else:
            asyncio.get_running_loop().call_soon(listener.lost, self.cause or DOWN)
        return number

    def leave(self, number: int) -> None:
        """Nobody listens to this any more."""
        self._listeners.pop(number, None)
        self._unsent.pop(number, None)

    def acknowledge(self, seq: int) -> None:
        """An event of this life of the companion is stored."""
        if self._child is not None:
            self._child.acknowledge(seq)

    @property
    def boot(self) -> str:
        """The name of the companion's present life."""
        return self._boot

    # --- supervising ---------------------------------------------------------------------------------------------

    async def run(self) -> None:
        """Keep a companion running until `stop`."""
        self._spool = Spool.make(self._settings.spool)
        failures = 0
        try:
            while not self._stopping.done():
                began = time.monotonic()
                why = await self._live_guarded()
                failures = 1 if time.monotonic() - began > _STEADY_S else failures + 1
                pause = self._settings.waits.last_pause
                if why not in _LASTING:
                    pause = back_off(failures, self._jitter.random(), self._settings.waits)
                if not self._stopping.done():
                    log.warning("companion_down", shard=self.number, cause=why, again_in_s=round(pause, 1))
                await self._go_down(why)
                await self._wait(pause)
        finally:
            self._spool.close()

    async def stop(self) -> None:
        """Drain the companion and end `run`; everything asked is answered, well or not, before it returns."""
        if not self._stopping.done():
            self._stopping.set_result(None)
        async with self._changed:
            self._changed.notify_all()

    async def _live_guarded(self) -> str:
        try:
            return await self._live()
        except* Exception:  # one shard's fault of ours must not take the others down
            log.exception("companion_fault", shard=self.number)
        return "fault"

    async def _live(self) -> str:
        """The life of one companion; gives the word for why it ended."""
        self.cause = "starting"
        self._ready = asyncio.get_running_loop().create_future()
        try:
            child = await Child.start(self._settings.program, self._settings.environment, self._hear)
        except OSError:
            return "not_started" if is_program(self._settings.program) else NOT_BUILT
        self.starts += 1
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(child.read_log(self.number))
            try:
                return await self._follow(child, self._ready)
            finally:
                self._child = None
                await child.stop(within=0)

    async def _follow(self, child: Child, ready: asyncio.Future[pb.Ready]) -> str:
        child.send(configure(self._settings, self.spool.folder))
        await _first(child.ended, ready, within=self._settings.waits.ready)
        if not ready.done():
            return child.ended.result() if child.ended.done() else "not_ready"
        said = ready.result()
        if said.version != PROTOCOL_VERSION:
            return VERSION_DIFFERS
        if said.code:
            return _WHY_NOT_READY.get(said.code, said.code)
        log.info("companion_up", shard=self.number, pid=child.pid, build=said.build)
        await self._come_up(child, said.boot_id)
        return await self._watch(child)

    async def _come_up(self, child: Child, boot: str) -> None:
        self._boot, self.cause, self._child = boot, None, child
        unsent, self._unsent = self._unsent, {}
        for request in unsent.values():
            child.send(pb.Envelope(request=request))
        async with self._changed:
            self._changed.notify_all()

    async def _watch(self, child: Child) -> str:
        waits = self._settings.waits
        while True:
            await _first(child.ended, self._stopping, within=waits.quiet)
            if child.ended.done():
                return child.ended.result()
            if self._stopping.done():
                return await self._drain(child)
            if not await self.count():
                return "not_answering"

    async def count(self) -> bool:
        """Ask for the counters, which is a sign of life too; False when none came."""
        answer = await self.ask(pb.Request(counters=pb.Counters()), self._settings.waits.command)
        if isinstance(answer, pb.Response):
            self.counters = answer.counters
        return answer is not Silence.LATE

    async def _drain(self, child: Child) -> str:
        waits = self._settings.waits
        await self.ask(pb.Request(drain=pb.Drain()), waits.drain)
        if not await child.exited(waits.close):
            await child.stop(waits.close)
        return CLOSED

    async def _go_down(self, why: str) -> None:
        self._child = None
        self.counters = pb.CounterValues()
        self.cause = why if why in _LASTING or why == "storage_unavailable" else DOWN
        if self._stopping.done():
            self.cause = CLOSED
        asked, self._asked = self._asked, {}
        listeners, self._listeners = self._listeners, {}
        self._unsent = {}
        for answer in asked.values():
            if not answer.done():
                answer.set_result(Silence.DOWN)
        for listener in listeners.values():
            listener.lost(self.cause)
        async with self._changed:
            self._changed.notify_all()

    async def _wait(self, seconds: float) -> None:
        await _first(self._stopping, within=seconds)

    def _hear(self, envelope: pb.Envelope) -> None:
        match envelope.WhichOneof("body"):
            case "response":
                self._take_response(envelope.response)
            case "event":
                listener = self._listeners.get(envelope.event.request_id)
                if listener is not None:  # else it is of an opening that nobody holds any more
                    listener.happened(envelope.event, self._boot)
            case "ready":
                if self._ready is not None and not self._ready.done():
                    self._ready.set_result(envelope.ready)
            case _:
                raise FrameRefused("an envelope that is ours to send")

    def _take_response(self, response: pb.Response) -> None:
        answer = self._asked.get(response.id)
        if answer is not None:
            if not answer.done():
                answer.set_result(response)
        elif (listener := self._listeners.get(response.id)) is not None:
            listener.answered(response)


def back_off(failures: int, draw: float, waits: Waits) -> float:
    """Seconds before the next start after so many failures in a row; `draw` from [0, 1) spreads several companions."""
    ceiling = min(waits.last_pause, waits.first_pause * 2.0 ** min(failures - 1, 16))
    return ceiling * (0.5 + draw / 2)


def _give_up(answer: Answer) -> None:
    if not answer.done():
        answer.set_result(Silence.LATE)


async def _first(*awaited: asyncio.Future[Any], within: float) -> None:  # Any: results are read by who made them
    """Return once one of them is done, or after that many seconds."""
    await asyncio.wait(awaited, timeout=within, return_when=asyncio.FIRST_COMPLETED)
