"""Does on links what people ask for about others: shows typing, looks numbers up, asks phones for older messages.

One kind at a time on each device, in the order it was asked; what comes too late is not done at all.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Final
from uuid import UUID

import structlog

from hebah.devices import reads as devices
from hebah.devices.actions import asking, held
from hebah.devices.model import Command, CommandKind
from hebah.foundation.clock import Clock
from hebah.foundation.postgres import Database, Topic
from hebah.gateway.fetching import Reach, Reaches
from hebah.gateway.outgoing import (
    CheckNumbers,
    CommandOutcome,
    Done,
    Failed,
    NumbersChecked,
    RequestHistory,
    Typing,
    TypingState,
)
from hebah.gateway.timers import Timer, Timers
from hebah.inbox.actions import numbers
from hebah.messaging.said import Target

_log = structlog.get_logger(__name__)

_LOOK_EVERY_S = 1.0
_LOOKS_APART_S = 0.05
_ANSWER_WITHIN_S = 20.0
_A_SCREENFUL = 50
_DONE: Final = "done"

_Chat = tuple[UUID, str]


class Asks:
    """One per gateway; asks of other processes are found by looking every second."""

    def __init__(self, db: Database, clock: Clock, timers: Timers, reaches: Reaches, owner: Callable[[], UUID]) -> None:
        self._db = db
        self._clock = clock
        self._timers = timers
        self._reaches = reaches
        self._owner = owner
        self._under_way: dict[tuple[UUID, CommandKind], Command] = {}
        self._ends: dict[_Chat, Timer] = {}
        self._roused = asyncio.Event()

    def wake(self, topic: Topic) -> None:
        """Something has been asked, perhaps of a device of ours."""
        if topic.id == asking.topic_of(topic.workspace_id):
            self._roused.set()

    async def run(self) -> None:
        """Answer until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            while True:
                self._roused.clear()
                try:
                    with self._clock.busy():
                        await self._look(tasks)
                except Exception:  # noqa: BLE001 - the boundary of a loop: the next look sees what this one has missed
                    _log.warning("asks_look_failed", exc_info=True)
                await asyncio.sleep(_LOOKS_APART_S)
                with suppress(TimeoutError):
                    async with asyncio.timeout(_LOOK_EVERY_S - _LOOKS_APART_S):
                        await self._roused.wait()

    async def _look(self, tasks: asyncio.TaskGroup) -> None:
        async with self._db.connection() as connection:
            under_way = [command.id for command in self._under_way.values()]
            found = await devices.open_asks(connection, self._owner(), under_way, self._clock.now())
        for command in found:
            lane = (command.holding.device_id, command.kind)
            reach = self._reaches.reach(command.holding.device_id)
            if lane not in self._under_way and reach is not None and reach.lease.holding == command.holding:
                self._under_way[lane] = command
                tasks.create_task(self._carry_out(tasks, reach, command))

    async def _carry_out(self, tasks: asyncio.TaskGroup, reach: Reach, command: Command) -> None:
        try:
            with self._clock.busy():
                outcome = await self._do(reach, command)
                if reach.lease.is_valid():
                    await self._finish(command, outcome)
            if command.kind is CommandKind.TYPING:
                self._plan_end(tasks, reach, command)
        except Exception:  # noqa: BLE001 - the boundary of a device; an ask that is still wanted is found again
            _log.exception("ask_failed", device_id=command.holding.device_id, kind=command.kind)
            await asyncio.sleep(_LOOK_EVERY_S)
        finally:
            del self._under_way[(command.holding.device_id, command.kind)]
            self._roused.set()

    async def _do(self, reach: Reach, command: Command) -> CommandOutcome:
        try:
            async with asyncio.timeout(_ANSWER_WITHIN_S):
                return await reach.link.do(_for_link(command))
        except TimeoutError:
            return Failed("no_answer")

    async def _finish(self, command: Command, outcome: CommandOutcome) -> None:
        now = self._clock.now()
        async with self._db.transaction() as tx:
            said = outcome.code if isinstance(outcome, Failed) else _DONE
            if await held.finish_ask(tx, command, said, now) and isinstance(outcome, NumbersChecked):
                workspace_id = command.holding.workspace_id
                for number in outcome.numbers:
                    if number.on_whatsapp:
                        await numbers.learn(tx, workspace_id, number.phone, number.lid, now)
                    else:
                        await numbers.learn_absence(tx, workspace_id, number.phone, now)

    def _plan_end(self, tasks: asyncio.TaskGroup, reach: Reach, command: Command) -> None:
        """Nobody sees us typing for longer than was said, whatever becomes of whoever typed."""
        chat = (command.holding.device_id, command.details["address"])
        if (earlier := self._ends.pop(chat, None)) is not None:
            earlier.cancel()
        if command.details["state"] == TypingState.PAUSED:
            return

        def end() -> None:
            self._ends.pop(chat, None)
            tasks.create_task(self._pause(reach, chat[1]))

        self._ends[chat] = self._timers.call_at(datetime.fromisoformat(command.details["until"]), end)

    async def _pause(self, reach: Reach, address: str) -> None:
        if not reach.lease.is_valid():
            return
        try:
            async with asyncio.timeout(_ANSWER_WITHIN_S):
                outcome = await reach.link.do(Typing(address, TypingState.PAUSED))
        except Exception:  # noqa: BLE001 - the boundary of a device: a sign may be lost
            _log.warning("pause_not_shown", device_id=reach.lease.device_id, exc_info=True)
            return
        if not isinstance(outcome, Done):
            _log.info("pause_not_shown", device_id=reach.lease.device_id)


def _for_link(command: Command) -> Typing | CheckNumbers | RequestHistory:
    asked = command.details
    match command.kind:
        case CommandKind.TYPING:
            return Typing(asked["address"], TypingState(asked["state"]))
        case CommandKind.CHECK_NUMBER:
            return CheckNumbers((asked["phone"],))
        case CommandKind.HISTORY:
            first = Target(asked["wireId"], asked["fromMe"], asked["sender"])
            at = datetime.fromisoformat(asked["at"])
            return RequestHistory(asked["address"], first, at, _A_SCREENFUL)
        case _:
            raise ValueError(f"{command.kind} is not asked of a link")
