"""The only caller of `Link.send`: claims what is due, hands each row to its link once, settles what came of it."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

import structlog

from hebah.foundation import metrics
from hebah.foundation.clock import Clock
from hebah.foundation.crashpoints import CrashPoints
from hebah.foundation.postgres import Database, Topic
from hebah.gateway.batches import WINDOW_S, is_about_content
from hebah.gateway.files import Files, MediaBytes
from hebah.gateway.lanes import Lane, Lanes, Lease, by_owner
from hebah.gateway.outgoing import Accepted, NotWritten, Outgoing, Refused, SendOutcome, Unknown
from hebah.gateway.saying import outgoing_of
from hebah.gateway.settling import Settling, settlement_of
from hebah.gateway.transport import Link
from hebah.outbox import actions as outbox
from hebah.outbox import conversation
from hebah.outbox import reads as outbox_reads
from hebah.outbox.actions import Claim, Claimed
from hebah.outbox.model import AskedLane, Code, Dispatch, LaneFacts, SendHistory

_log = structlog.get_logger(__name__)

_WORDS = {Accepted: "accepted", Refused: "refused", NotWritten: "not_written", Unknown: "unknown"}
_RETRY = timedelta(seconds=1)
_BROKEN = timedelta(minutes=1)
_CONTENDED = timedelta(milliseconds=250)
_GIVEN_BACK_EVERY = timedelta(minutes=1)
_WAKES_APART = timedelta(milliseconds=200)


@dataclass(frozen=True, slots=True)
class SenderFacts:
    """How a sender works; the defaults suit production.

    Lanes without known work are looked at every `poll_every`; `tick` gathers lanes that are due together, `gather_s`
    (real seconds) what is to be settled.
    """

    poll_every: timedelta = timedelta(seconds=1)
    tick: timedelta = timedelta(milliseconds=10)
    batch: int = 200
    most_on_wire: int = 4000
    close_within_s: float = 30.0
    gather_s: float = WINDOW_S


class Sender:
    """One per gateway. Give it lanes, run it, close it."""

    def __init__(
        self,
        db: Database,
        clock: Clock,
        media: MediaBytes,
        crashpoint: CrashPoints,
        random: Random,
        facts: SenderFacts = SenderFacts(),
    ) -> None:
        self._db = db
        self._clock = clock
        self._crashpoint = crashpoint
        self._random = random
        self._facts = facts
        self._files = Files(media)
        self._settling = Settling(db, clock, crashpoint, facts.gather_s)
        self._lanes = Lanes()
        self._on_wire: set[asyncio.Task[None]] = set()
        self._in_the_air: dict[UUID, UUID] = {}
        self._turn = asyncio.Lock()
        self._doubtful: list[Lane] = []
        self._roused = asyncio.Event()
        self._is_closing = False
        self._ended = asyncio.Event()
        self._ended.set()
        self._polled_at = self._poll_at = self._given_back_at = clock.now()
        self._rests_until = self._resume_at = clock.now()

    def add_lane(self, lease: Lease, link: Link) -> None:
        """Send on this link whatever is due for its device, while the lease is valid and the device online."""
        lane = Lane(lease, link, self._random.random())
        self._lanes.add(lane)
        self._lanes.schedule(lane, self._clock.now())
        self._roused.set()

    def remove_lane(self, device_id: UUID) -> None:
        """Claim nothing more for the device; what is on the wire settles."""
        self._lanes.remove(device_id)

    async def settled(self, device_id: UUID) -> None:
        """Return once what a device without lane still has on the wire is settled, or takes too long."""
        async with self._turn:  # a claim that was under way may have brought one more
            if self._doubtful:
                with suppress(Exception):  # what cannot be given back now is unknown to the next owner
                    await self._give_back()
            outbox_id = self._in_the_air.get(device_id)
        if outbox_id is not None:
            with suppress(TimeoutError):
                async with asyncio.timeout(self._facts.close_within_s):
                    await self._settling.written(outbox_id)

    def wake(self, topic: Topic) -> None:
        """Something changed: a workspace may have new work, a device's own topic means something said by hand."""
        if topic.id == topic.workspace_id:
            self._poll_at = min(self._poll_at, self._polled_at + _WAKES_APART)
            self._roused.set()
        elif (lane := self._lanes.listening(topic.id)) is not None:
            self._hurry(lane)

    def wake_device(self, device_id: UUID) -> None:
        """The device has come online, and the database says so."""
        lane = self._lanes.get(device_id)
        if lane is not None and not lane.on_wire:
            lane.unwritten = 0
            self._lanes.schedule(lane, self._clock.now())
            self._roused.set()

    def _hurry(self, lane: Lane) -> None:
        """Look at the lane now, or as soon as what it has on the wire has landed."""
        lane.is_urgent = True
        if not lane.on_wire:
            self._lanes.schedule(lane, self._clock.now())
            self._roused.set()

    async def run(self) -> None:
        """Work until closed; then let what is on the wire settle."""
        self._ended.clear()
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._settling.run())
                await self._take_turns(tasks)
                await self._let_land()
                self._settling.close()
        finally:
            self._ended.set()

    async def close(self) -> None:
        """Claim nothing more; returns when everything on the wire has settled, or was given up as unknown."""
        self._is_closing = True
        self._roused.set()
        await self._ended.wait()

    async def _take_turns(self, tasks: asyncio.TaskGroup) -> None:
        while not self._is_closing:
            self._roused.clear()
            began = self._clock.now()
            with self._clock.busy():
                async with self._turn:
                    await self._take_turn(tasks)
            await self._clock.sleep_until(began + self._facts.tick)
            if not self._roused.is_set():
                await self._rest(tasks)

    async def _rest(self, tasks: asyncio.TaskGroup) -> None:
        due = self._lanes.next_due()
        self._rests_until = max(self._poll_at if due is None else min(due, self._poll_at), self._resume_at)
        alarm = tasks.create_task(self._ring(self._rests_until))
        await self._roused.wait()
        alarm.cancel()

    async def _ring(self, due: datetime) -> None:
        # Nothing is awaited between the sleep and the ringing: stepped time stands until the turn is taken.
        await self._clock.sleep_until(due)
        self._roused.set()

    async def _take_turn(self, tasks: asyncio.TaskGroup) -> None:
        if self._clock.now() < self._resume_at:
            return
        try:
            await self._give_back()
            await self._poll()
            while await self._claim_batch(tasks):
                pass
        except Exception as error:  # noqa: BLE001 - the database may come back; every lane is still planned
            self._pause(error)

    async def _claim_batch(self, tasks: asyncio.TaskGroup) -> bool:
        """One round for the lanes that are due; True when so many were that the next round should follow at once."""
        room = min(self._facts.batch, self._facts.most_on_wire - len(self._on_wire))
        lanes = []
        for lane in self._lanes.take_due(now := self._clock.now(), room):
            if lane.lease.is_valid():
                lanes.append(lane)
            else:
                self._lanes.schedule(lane, now + _RETRY)
        for owner, held in by_owner(lanes).items():
            await self._claim(tasks, owner, held)
        return 2 * len(lanes) > self._facts.batch and not self._is_closing and not self._doubtful

    async def _claim(self, tasks: asyncio.TaskGroup, owner: UUID, lanes: Sequence[Lane]) -> None:
        now = self._clock.now()
        try:
            await self._recall([lane for lane in lanes if lane.sent is None], now)
            with metrics.CLAIM_SECONDS.time():
                claimed = await outbox.claim(
                    self._db, Claim(owner, tuple(self._asked(lane) for lane in lanes), now), self._crashpoint
                )
        except Exception as error:  # noqa: BLE001 - the boundary of all lanes: none is forgotten, none stops the others
            if is_about_content(error):
                await self._claim_apart(tasks, owner, lanes, error)
            else:
                # The commit may have succeeded: see _give_back.
                self._doubtful.extend(lanes)
                self._pause(error)
            return
        self._settling.unsettled.update(dispatch.outbox_id for dispatch in claimed.dispatches)
        sent = {dispatch.device.device_id for dispatch in claimed.dispatches}
        for lane in lanes:
            self._note(lane, claimed, now, is_sent=lane.device.device_id in sent)
        await self._hand_over(tasks, lanes, claimed.dispatches)
        # A row that is due and was not claimed is in somebody's hands.
        await self._expect([lane for lane in lanes if not lane.has_known_work], self._clock.now() + _CONTENDED)

    async def _claim_apart(
        self, tasks: asyncio.TaskGroup, owner: UUID, lanes: Sequence[Lane], error: Exception
    ) -> None:
        """Find the lane whose row cannot be handled, and let the others go on."""
        if len(lanes) == 1:
            device_id = str(lanes[0].device.device_id)
            _log.error("claim_failed", device_id=device_id, fault=type(error).__name__, exc_info=error)
            self._lanes.schedule(lanes[0], self._clock.now() + _BROKEN)
            return
        middle = len(lanes) // 2
        await self._claim(tasks, owner, lanes[:middle])
        await self._claim(tasks, owner, lanes[middle:])

    def _asked(self, lane: Lane) -> AskedLane:
        lane.next_draw, lane.is_urgent = self._random.random(), False
        facts = LaneFacts(lane.last_sent_at, lane.draw, lane.sent or SendHistory())
        return AskedLane(lane.device, facts, lane.next_draw, lane.depth)

    def _note(self, lane: Lane, claimed: Claimed, now: datetime, *, is_sent: bool) -> None:
        device_id = lane.device.device_id
        waits_until = claimed.waits.get(device_id)
        lane.has_known_work = True
        if is_sent:
            lane.sends(now, waits_until or now)
        elif waits_until is not None:
            self._lanes.schedule(lane, waits_until)
        elif device_id in claimed.again:
            lane.look_deeper()
            self._lanes.schedule(lane, now)
        elif device_id in claimed.contended:
            self._lanes.schedule(lane, now + _CONTENDED)
        elif device_id in claimed.forgetful:
            lane.sent = None
            self._lanes.schedule(lane, now)
        else:
            lane.has_known_work = False

    async def _recall(self, lanes: Sequence[Lane], now: datetime) -> None:
        """Learn what devices have sent of late, before the first claim for them."""
        if not lanes:
            return
        async with self._db.connection() as connection:
            found = await outbox_reads.recent_dispatches(connection, [lane.device for lane in lanes], now)
        recent = {one.device_id: one for one in found}
        for lane in lanes:
            known = recent.get(lane.device.device_id)
            lane.sent = SendHistory() if known is None else known.sent
            if known is not None and known.last_sent_at is not None:
                lane.last_sent_at = max(known.last_sent_at, lane.last_sent_at or known.last_sent_at)

    async def _give_back(self) -> None:
        """Queue again what was committed for us and never reached us, so was never handed to a link.

        Done after a claim that failed, and now and then for all lanes: a commit may succeed after its connection died.
        """
        now = self._clock.now()
        is_time = now >= self._given_back_at + _GIVEN_BACK_EVERY
        for owner, lanes in by_owner([*self._doubtful, *(self._lanes if is_time else ())]).items():
            devices = [lane.device for lane in lanes]
            await outbox.give_back(self._db, owner, devices, list(self._settling.unsettled))
        if is_time:
            self._given_back_at = now
        for lane in self._doubtful:
            self._lanes.schedule(lane, now)
        self._doubtful.clear()

    async def _poll(self) -> None:
        """Look for work of lanes that had none: wake-ups may be lost."""
        now = self._clock.now()
        if now < self._poll_at:
            return
        self._polled_at, self._poll_at = now, now + self._facts.poll_every
        await self._expect([lane for lane in self._lanes.without_known_work() if lane not in self._doubtful], now)
        for owner in by_owner(self._lanes):
            async with self._db.connection() as connection:
                waiting = await conversation.urgent(connection, owner, now)
            for lane in filter(None, map(self._lanes.get, waiting)):
                self._hurry(lane)

    async def _expect(self, lanes: Sequence[Lane], soonest: datetime) -> None:
        """Plan lanes by when their next row may go; those without any row are left to the next poll."""
        for owner, held in by_owner(lanes).items():
            async with self._db.connection() as connection:
                upcoming = await outbox_reads.upcoming(connection, owner, [lane.device for lane in held])
            for lane in held:
                due = upcoming.get(lane.device.device_id)
                if due is not None and not lane.on_wire:
                    self._lanes.schedule(lane, max(due, soonest))

    async def _hand_over(self, tasks: asyncio.TaskGroup, lanes: Sequence[Lane], dispatches: Sequence[Dispatch]) -> None:
        by_device = {lane.device.device_id: lane for lane in lanes}
        for workspace_id, media_id in {(one.device.workspace_id, one.media_id) for one in dispatches}:
            if media_id is not None:
                with suppress(Exception):  # each send asks again and says what is wrong
                    await self._files.get(workspace_id, media_id)
        for dispatch in dispatches:
            self._in_the_air[dispatch.device.device_id] = dispatch.outbox_id
            task = tasks.create_task(self._send(by_device[dispatch.device.device_id], dispatch))
            self._on_wire.add(task)
            task.add_done_callback(self._on_wire.discard)

    async def _send(self, lane: Lane, dispatch: Dispatch) -> None:
        outcome = await self._outcome(lane, dispatch)
        metrics.SENDS.labels(_WORDS[type(outcome)]).inc()
        now = self._clock.now()
        due = lane.lands(now, dispatch if isinstance(outcome, NotWritten) else None)
        self._lanes.schedule(lane, due)
        if due < self._rests_until:
            self._roused.set()
        await self._settling.put(settlement_of(dispatch, outcome))

    async def _outcome(self, lane: Lane, dispatch: Dispatch) -> SendOutcome:
        message = await self._message(dispatch)
        if isinstance(message, Refused | NotWritten):
            return message
        # The last look before the wire: a process that was frozen may have lost the device without knowing.
        if not lane.lease.is_valid():
            return NotWritten("lease_lost")
        self._crashpoint("before_send")
        try:
            outcome = await lane.link.send(message)
        except asyncio.CancelledError:
            outcome = Unknown("closing")
        except Exception:  # noqa: BLE001 - a transport must not raise; when it does, bytes may have left
            _log.exception("send_raised", outbox_id=str(dispatch.outbox_id))
            outcome = Unknown("transport_fault")
        self._crashpoint("after_send")
        return outcome

    async def _message(self, dispatch: Dispatch) -> Outgoing | Refused | NotWritten:
        if dispatch.media_id is None:
            return outgoing_of(dispatch, None)
        try:
            file = await self._files.get(dispatch.device.workspace_id, dispatch.media_id)
        except Exception as error:  # noqa: BLE001 - whatever the store's trouble is, nothing was written
            _log.warning("file_unreadable", media_id=str(dispatch.media_id), cause=type(error).__name__)
            return NotWritten("file_unreadable")
        return Refused(Code.MEDIA_MISSING) if file is None else outgoing_of(dispatch, file)

    async def _let_land(self) -> None:
        """Wait for answers; what has none in time is unknown."""
        if not self._on_wire:
            return
        _, late = await asyncio.wait(self._on_wire, timeout=self._facts.close_within_s)
        for task in late:
            task.cancel()
        if late:
            await asyncio.wait(late)

    def _pause(self, error: Exception) -> None:
        _log.warning("sender_waits", cause=type(error).__name__)
        self._resume_at = self._clock.now() + _RETRY
