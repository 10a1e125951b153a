"""Hands durable events to links: in order, a window at a time, again until acknowledged, kept while nobody listens."""

from contextlib import ExitStack
from datetime import timedelta
from random import Random

from hebah.adapters.transports.simulated.faults import Faults
from hebah.adapters.transports.simulated.instants import span_micros, to_micros
from hebah.adapters.transports.simulated.slots import DurableEvent, Slot
from hebah.adapters.transports.simulated.timers import Timers
from hebah.foundation.clock import Clock

_PATIENCE = span_micros(timedelta(seconds=60))


class Deliveries:
    """The mailboxes of all slots. While an event is in a gateway's hands, stepped time stands still."""

    def __init__(self, clock: Clock, timers: Timers, random: Random, *, window: int, offline_limit: int) -> None:
        self.faults = Faults()
        self.dropped = 0
        self.delivered = 0
        self.unacknowledged = 0
        self._clock = clock
        self._timers = timers
        self._random = random
        self._window = window
        self._offline_limit = offline_limit
        self._waiting: dict[Slot, None] = {}
        self._is_sweeping = False
        self._hold = ExitStack()
        self._origin = to_micros(clock.now())
        self._count = 0

    def next_event_id(self) -> str:
        """An id that no other event of this network has, also after a restart."""
        self._count += 1
        return f"sim-{self._origin:x}-{self._count:x}"

    def deliver(self, slot: Slot, event: DurableEvent) -> None:
        """Queue an event for a slot and hand it over when its link is online and keeps up."""
        slot.put(event)
        if slot.is_online:
            self.pump(slot)
        if slot.queued > self._offline_limit:
            slot.drop_oldest()
            self.dropped += 1

    def pump(self, slot: Slot) -> None:
        """Hand over what the window allows."""
        end = slot.end
        if end is None or not slot.is_online:
            return
        now = to_micros(self._clock.now())
        while (event := slot.hand_over(now, self._window)) is not None:
            self._count_waiting(slot, 1)
            self.delivered += 1
            end.happened(event)
            if slot.duplicate_next or (self.faults.duplicate and self._random.random() < self.faults.duplicate):
                slot.duplicate_next = False
                end.happened(event)

    def acknowledge(self, slot: Slot, event_id: str) -> None:
        """An event is stored; the next ones may follow."""
        if slot.acknowledge(event_id):
            self._count_waiting(slot, -1)
            self.pump(slot)

    def detach(self, slot: Slot) -> None:
        """The slot's link is gone; unacknowledged events wait for the next one."""
        slot.end = None
        slot.is_online = False
        self._count_waiting(slot, -slot.unacknowledged)
        slot.take_back()

    def forget(self, slot: Slot) -> None:
        """Throw away the events of a slot that is no longer linked."""
        self._count_waiting(slot, -slot.unacknowledged)
        slot.empty()

    def _count_waiting(self, slot: Slot, change: int) -> None:
        if change == 0:
            return
        if self.unacknowledged == 0:
            self._hold.enter_context(self._clock.busy())
        self.unacknowledged += change
        if self.unacknowledged == 0:
            self._hold.close()
        if change > 0:
            self._waiting[slot] = None
            self._sweep_later()

    def _sweep_later(self) -> None:
        if not self._is_sweeping:
            self._is_sweeping = True
            self._timers.at(to_micros(self._clock.now()) + _PATIENCE, self._sweep, None)

    def _sweep(self, _: None) -> None:
        self._is_sweeping = False
        now = to_micros(self._clock.now())
        for slot in list(self._waiting):
            if slot.end is None or not slot.unacknowledged:
                del self._waiting[slot]
                continue
            for event in slot.overdue(now, _PATIENCE):
                slot.end.happened(event)
        if self._waiting:
            self._sweep_later()
