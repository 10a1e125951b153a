"""The life of one held device: linking, connecting, what its link reports, and when to try again."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from enum import Enum, auto

from hebah.devices import reads as devices
from hebah.devices import rules
from hebah.devices.actions import held
from hebah.devices.model import Cause, Condition, Device, DeviceState, Wanted
from hebah.devices.rules import End, Next, Reopen, Stay, Verdict
from hebah.gateway.fetching import Reach
from hebah.gateway.incoming import LinkEvent, MessageArrived, StateChanged, TypingSeen
from hebah.gateway.leases import Lease
from hebah.gateway.linking import link_slot, undo
from hebah.gateway.links import Surroundings, end
from hebah.gateway.outgoing import Done, Probe
from hebah.gateway.timers import Timer
from hebah.gateway.transport import DeviceRef, Link, Transport

_LOG_OUT_WITHIN_S = 20.0
_PROBE_WITHIN_S = 10.0
_WITH_LINK = frozenset({DeviceState.ONLINE, DeviceState.RESTRICTED})


class _Interruption(Enum):
    """Why a link is left although it reports nothing."""

    LOG_OUT = auto()
    NOT_ANSWERING = auto()
    LOOK_AGAIN = auto()


class Session:
    """One device under one lease; `run` is its only task, everything else is called from others."""

    __slots__ = (
        "_around", "_condition", "_has_lane", "_interruption", "_limit", "_link", "_look_again", "_scope",
        "_told_limit", "_transport", "_tries", "_waker", "heard_at", "lease",
    )  # fmt: skip

    def __init__(self, lease: Lease, transport: Transport, around: Surroundings) -> None:
        self.lease = lease
        self.heard_at: datetime | None = None
        self._transport = transport
        self._around = around
        self._condition = lease.device.condition
        # Limits that a link before this one was told of, and this one.
        self._limit = self._condition if self._condition.state is DeviceState.RESTRICTED else None
        self._told_limit: Condition | None = None
        self._tries = 0
        self._has_lane = False
        self._link: Link | None = None
        self._interruption: _Interruption | None = None
        self._scope: asyncio.Timeout | None = None
        self._waker: asyncio.Future[None] | None = None
        self._look_again: Timer | None = None

    async def run(self) -> None:
        """Keep the device as its people want it; returns when they want nothing more or somebody else has it."""
        await self._run(self.lease.device)

    async def run_again(self, faults: int) -> None:
        """As `run`, after a fault of ours: first wait, then look what the device has become."""
        at = self._now() + rules.back_off(faults, self._around.draw.random())
        await self._around.reports.tell(self.lease, Condition(DeviceState.WAITING, Cause.FAULT, at))
        self._condition = Condition(DeviceState.WAITING, Cause.FAULT, at)
        await self._pause(at)
        async with self._around.db.connection() as connection:
            device = await devices.find(connection, self.lease.workspace_id, self.lease.device_id)
        await self._run(device)

    def log_out(self) -> None:
        """Unlink the number at the network; the session ends with it."""
        self._interrupt(_Interruption.LOG_OUT)

    async def refresh(self) -> str:
        """Ask the link for a sign of life, or try again now; gives the word for what came of it."""
        if self._link is None or self._condition.state not in _WITH_LINK:
            self._wake()
            return "retried"
        return "done" if await self.probe() else "not_answering"

    async def answer_passkey(self, response: str) -> bool:
        """Hand a passkey's answer to the linking under way; False when it was not taken."""
        return await self._transport.answer_passkey(self._ref, response)

    async def probe(self) -> bool:
        """Whether the link answers; one that does not is opened anew."""
        link = self._link
        if link is None or self._condition.state not in _WITH_LINK:
            return False
        try:
            async with asyncio.timeout(_PROBE_WITHIN_S):
                outcome = await link.do(Probe())
        except TimeoutError:
            outcome = None
        if isinstance(outcome, Done):
            self._hear()
            return True
        if self._link is link:
            self._interrupt(_Interruption.NOT_ANSWERING)
        return False

    @property
    def has_link(self) -> bool:
        """Whether there is a link that should answer."""
        return self._link is not None and self._condition.state in _WITH_LINK

    @property
    def reach(self) -> Reach | None:
        """The link, while files and history can be fetched on it."""
        link = self._link
        return Reach(self.lease, link) if link is not None and self._condition.state in _WITH_LINK else None

    # --- the one task ------------------------------------------------------------------------------------------------

    async def _run(self, device: Device) -> None:
        if not self.lease.is_valid():
            return
        if device.wanted is Wanted.OFF:
            await self._log_out_without_link()  # nothing else makes a gateway take a device that is not wanted
            return
        if device.wanted is Wanted.LINK:
            if not await self._link_slot():
                return
            self._condition = Condition(DeviceState.CONNECTING, Cause.LINKED)
        step: Next = rules.first_step(device.condition, self._now())
        while not isinstance(step, End) and self.lease.is_valid():
            if isinstance(step, Reopen):
                await self._pause(step.at)
            if self._interruption is _Interruption.LOG_OUT:
                await self._log_out_without_link()
                return
            step = await self._connected()

    async def _link_slot(self) -> bool:
        if await link_slot(self.lease, self._transport, self._around):
            return True
        async with self._around.db.connection() as connection:
            linking = await devices.find_linking(connection, self.lease.workspace_id, self.lease.device_id)
        if linking.failure == held.ALREADY_LINKED:
            await undo(self.lease, self._transport)
        return False

    async def _connected(self) -> Next:
        await self._around.budget.turn()
        if not self.lease.is_valid():
            return End()
        if self._interruption is not _Interruption.LOG_OUT:
            self._interruption = None  # it was about the link before
        cause = Cause.RECONNECTING if self._tries else Cause.STARTING
        if self._condition.state is not DeviceState.CONNECTING and not await self._tell(
            Condition(DeviceState.CONNECTING, cause)
        ):
            return End()
        link = await self._transport.open(self._ref, self.lease.epoch)
        self._link = link
        try:
            return await self._follow(link)
        finally:
            self._link = None
            self._limit, self._told_limit = self._told_limit or self._limit, None
            self._has_lane = False
            self._forget_look_again()
            self._around.sends.remove_lane(self.lease.device_id)
            await link.close()

    async def _follow(self, link: Link) -> Next:
        if (earlier := self._why_interrupted()) is not None:
            return await self._leave(link, earlier)
        events = link.events()
        try:
            async with asyncio.timeout(None) as self._scope:
                async for event in events:
                    then = await self._take(link, event)
                    if not isinstance(then, Stay):
                        return then
        except TimeoutError:
            if (why := self._why_interrupted()) is None:
                raise
            return await self._leave(link, why)
        finally:
            self._scope = None
            await end(events)
        return await self._decide(Condition(DeviceState.WAITING, Cause.LINK_ENDED))

    async def _take(self, link: Link, event: LinkEvent) -> Next:
        if isinstance(event, StateChanged):
            with self._around.clock.busy():
                then = await self._decide(Condition(event.state, event.cause, event.until))
                if isinstance(then, Stay) and self._condition.state in _WITH_LINK:
                    self._open_lane(link)
                await link.acknowledge(event)
            return then
        at = self._hear()
        if isinstance(event, TypingSeen):
            self._around.notices.put(self.lease, event)
            return Stay()
        if isinstance(event, MessageArrived) and not event.from_me:
            self._around.pulses.inbound(self.lease, at)
        await self._around.receives.put(self.lease, link, event)
        return Stay()

    def _open_lane(self, link: Link) -> None:
        if self.lease.is_leaving:
            return
        if self._has_lane:
            self._around.sends.wake_device(self.lease.device_id)
        else:
            self._has_lane = True
            self._around.sends.add_lane(self.lease, link)

    async def _decide(self, told: Condition) -> Next:
        if told.state in _WITH_LINK:
            self._told_limit = told if told.state is DeviceState.RESTRICTED else None
        report = rules.as_known(told, self._limit, self._now())
        if not rules.may_move(self._condition.state, report.state):
            return Stay()
        self._tries = 0 if report.state is DeviceState.ONLINE else self._tries
        if report.state not in _WITH_LINK | {DeviceState.CONNECTING}:
            self._tries += 1
        verdict = rules.after_report(report, now=self._now(), tries=self._tries, draw=self._around.draw.random())
        if not await self._tell(verdict.condition, gives_up=isinstance(verdict.then, End)):
            return End()
        self._plan_look_again(verdict)
        if isinstance(verdict.then, End) and report.state is DeviceState.LOGGED_OUT:
            await self._transport.forget(self._ref)
        return verdict.then

    async def _leave(self, link: Link, interruption: _Interruption) -> Next:
        match interruption:
            case _Interruption.LOG_OUT:
                await self._log_out(link)
                return End()
            case _Interruption.NOT_ANSWERING:
                return await self._decide(Condition(DeviceState.WAITING, Cause.NOT_ANSWERING))
            case _Interruption.LOOK_AGAIN:
                return Reopen(self._now())

    async def _log_out_without_link(self) -> None:
        link = await self._transport.open(self._ref, self.lease.epoch)
        try:
            await self._log_out(link)
        finally:
            await link.close()

    async def _log_out(self, link: Link) -> None:
        try:
            async with asyncio.timeout(_LOG_OUT_WITHIN_S):
                await link.logout()
        except TimeoutError:
            pass  # the phone's owner can end the link there; our credentials go in any case
        await self._transport.forget(self._ref)
        with self._around.clock.busy():
            await held.finish_log_out(self._around.db, self.lease.holding, self._now())

    # --- small things ------------------------------------------------------------------------------------------------

    @property
    def _ref(self) -> DeviceRef:
        return DeviceRef(self.lease.workspace_id, self.lease.device_id)

    def _now(self) -> datetime:
        return self._around.clock.now()

    def _hear(self) -> datetime:
        self.heard_at = at = self._now()
        self._around.pulses.seen(self.lease, at)
        return at

    async def _tell(self, condition: Condition, *, gives_up: bool = False) -> bool:
        if condition == self._condition and not gives_up:
            return self.lease.is_valid()
        self._condition = condition
        return await self._around.reports.tell(self.lease, condition, gives_up=gives_up)

    async def _pause(self, until: datetime) -> None:
        self._waker = asyncio.get_running_loop().create_future()
        timer = self._around.timers.call_at(until, self._wake)
        try:
            await self._waker
        finally:
            self._waker = None
            timer.cancel()

    def _wake(self) -> None:
        if self._waker is not None and not self._waker.done():
            self._waker.set_result(None)

    def _why_interrupted(self) -> _Interruption | None:
        return self._interruption

    def _interrupt(self, why: _Interruption) -> None:
        self._interruption = why
        scope, self._scope = self._scope, None
        if scope is not None:
            scope.reschedule(asyncio.get_running_loop().time())
        self._wake()

    def _plan_look_again(self, verdict: Verdict) -> None:
        self._forget_look_again()
        if isinstance(verdict.then, Stay) and verdict.then.look_again is not None:
            look: Callable[[], None] = lambda: self._interrupt(_Interruption.LOOK_AGAIN)  # noqa: E731
            self._look_again = self._around.timers.call_at(verdict.then.look_again, look)

    def _forget_look_again(self) -> None:
        if self._look_again is not None:
            self._look_again.cancel()
            self._look_again = None
