"""The simulated network itself: one object that owns phones, people, faults, timers and the ledger."""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from random import Random
from types import TracebackType

from hebah.adapters.transports.simulated.delivery import Deliveries
from hebah.adapters.transports.simulated.ends import FileAnswer, LinkEnd, NetworkEnd, Wish
from hebah.adapters.transports.simulated.errands import Errands
from hebah.adapters.transports.simulated.faults import NO_FAULTS, Faults, SendFault
from hebah.adapters.transports.simulated.groups import Groups
from hebah.adapters.transports.simulated.instants import from_micros, to_micros
from hebah.adapters.transports.simulated.ledger import Ledger
from hebah.adapters.transports.simulated.letters import Letter, words
from hebah.adapters.transports.simulated.linking import Linkings
from hebah.adapters.transports.simulated.past import Past
from hebah.adapters.transports.simulated.people import QUIET, Behaviour, People
from hebah.adapters.transports.simulated.phones import Phones, ScanOutcome, SimulatedPhone, Standing
from hebah.adapters.transports.simulated.slots import Slot, Slots
from hebah.adapters.transports.simulated.statistics import Statistics
from hebah.adapters.transports.simulated.timers import Timers
from hebah.adapters.transports.simulated.traffic import Traffic
from hebah.devices.model import DeviceState
from hebah.foundation.clock import Clock
from hebah.gateway.incoming import MediaGone, MessageArrived, StateChanged
from hebah.gateway.outgoing import CommandOutcome, Done, Failed, NotWritten, TypingState
from hebah.gateway.transport import DeviceRef, LinkMethod, LinkStep
from hebah.messaging.chataddress import Alias
from hebah.messaging.said import Said

_STANDING_STATES = {
    Standing.GOOD: DeviceState.ONLINE,
    Standing.RESTRICTED: DeviceState.RESTRICTED,
    Standing.BANNED: DeviceState.BANNED,
    Standing.OUTDATED: DeviceState.OUTDATED,
}


@dataclass(frozen=True, slots=True)
class NetworkSettings:
    """How a simulated network is; `window` is how many durable events a link may hold unacknowledged."""

    seed: int = 1
    behaviour: Behaviour = QUIET
    faults: Faults = NO_FAULTS
    ledger: Path | None = None
    state: Path | None = None
    window: int = 256
    offline_limit: int = 10_000


class SimulatedNetwork:
    """Enter it (`async with`) to let its timers run; leaving writes ledger and state. For one event loop only."""

    def __init__(self, clock: Clock, settings: NetworkSettings | None = None) -> None:
        self.settings = settings or NetworkSettings()
        random = Random(self.settings.seed)  # noqa: S311 - repeatable on purpose
        self.ledger = Ledger(self.settings.ledger)
        self.outdated_sends = 0
        self._clock = clock
        self._timers = Timers(clock, self.ledger.flush)
        self._phones = Phones(self.settings.state)
        self._slots = Slots()
        self._people = People(self.settings.behaviour, self.settings.seed)
        self._linkings = Linkings(clock, self._timers, self._phones, self._slots, random)
        self._deliveries = Deliveries(
            clock, self._timers, random, window=self.settings.window, offline_limit=self.settings.offline_limit
        )
        self.groups = Groups(
            clock, people=self._people, phones=self._phones, slots=self._slots, deliveries=self._deliveries
        )
        self._traffic = Traffic(
            clock,
            self._timers,
            people=self._people,
            phones=self._phones,
            slots=self._slots,
            ledger=self.ledger,
            deliveries=self._deliveries,
            groups=self.groups,
            random=random,
        )
        self._errands = Errands(
            clock,
            people=self._people,
            phones=self._phones,
            slots=self._slots,
            deliveries=self._deliveries,
            files=self._traffic.files,
            past=Past(self.settings.seed),
            groups=self.groups,
        )
        self.faults = self.settings.faults
        self._phones.each_link(self._restore)

    async def __aenter__(self) -> "SimulatedNetwork":
        await self._timers.alarm.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.ledger.close()
        self._phones.save()
        await self._timers.alarm.__aexit__(kind, error, trace)

    # Phones and people

    def make_phone(self, name: str | None = None) -> SimulatedPhone:
        """A phone on the next free number of the simulation's own range."""
        return self._phones.make(name)

    def phones(self) -> tuple[SimulatedPhone, ...]:
        """Every phone, oldest first."""
        return self._phones.all()

    def scan(self, qr_text: str, phone: str) -> ScanOutcome:
        """The phone scans a link picture."""
        return self._linkings.scan(qr_text, phone)

    def type_code(self, code: str, phone: str) -> ScanOutcome:
        """The owner of the phone types a link code."""
        return self._linkings.type_code(code, phone)

    def type_message(self, phone: str, to: str, said: str | Said, file: bytes = b"") -> str:
        """The owner sends a message on the phone; returns its wire id."""
        return self._traffic.type_on(self._phones.get_or_make(phone), Letter("", to, words(said), file))

    def write(
        self,
        sender: str,
        to: str,
        said: str | Said,
        *,
        file: bytes = b"",
        chat: str | None = None,
        aliases: tuple[Alias, ...] = (),
    ) -> str:
        """A person writes to a phone, in a group when `chat` says so; returns the wire id."""
        letter = Letter("", chat or sender, words(said), file)
        return self._traffic.say(sender, self._phones.get_or_make(to), letter, aliases)

    def read_on_phone(self, phone: str, chat: str, *wire_ids: str) -> None:
        """The owner reads messages of a chat on the phone."""
        self._errands.read_on(self._phones.get_or_make(phone), chat, wire_ids)

    def type_to(self, sender: str, to: str, state: TypingState = TypingState.TYPING) -> None:
        """A person begins or ends writing to a phone."""
        self._errands.type_to(sender, to, state)

    def offer_history(self, phone: str, messages: Sequence[MessageArrived]) -> None:
        """The phone packs older messages of one chat for its devices, without being asked."""
        for slot in self._slots.of(self._phones.get_or_make(phone)):
            self._errands.offer(slot, "recent", messages[0].chat, messages)

    def drop_files(self) -> None:
        """Forget every file, as a network does with what nobody fetched for long."""
        self._traffic.files.clear()

    # Trouble on command

    @property
    def faults(self) -> Faults:
        """The rates of trouble in force."""
        return self._traffic.faults

    @faults.setter
    def faults(self, faults: Faults) -> None:
        self._traffic.faults = self._deliveries.faults = faults

    def fault_next(self, device: DeviceRef, fault: SendFault | str) -> None:
        """Let the next send of this device go wrong, by a word be refused with it; faults are used up in order."""
        slot = self._slots.get_or_make(device)
        if slot.faults is None:
            slot.faults = deque()
        slot.faults.append(SendFault.refuse(fault) if isinstance(fault, str) else fault)

    def duplicate_next(self, device: DeviceRef) -> None:
        """Deliver the next durable event of this device twice."""
        self._slots.get_or_make(device).duplicate_next = True

    def cut(self, device: DeviceRef, until: datetime | None = None) -> None:
        """Break the connection of a link; the gateway may open it again, at once or from the instant on."""
        if until is not None:
            self._slots.get_or_make(device).dark_until = until
        self._end_link(self._slots.get(device), DeviceState.WAITING, "connection_lost")

    def replace(self, device: DeviceRef) -> None:
        """Another connection of the same device takes over."""
        self._end_link(self._slots.get(device), DeviceState.REPLACED, "opened_elsewhere")

    def log_out(self, device: DeviceRef) -> None:
        """The owner of the phone ends this link for good."""
        slot = self._slots.get(device)
        if slot is not None and slot.phone is not None:
            self._phones.remove_link(slot.phone, device)
            slot.phone = None
            slot.was_logged_out = True
            self._deliveries.forget(slot)
            self._end_link(slot, DeviceState.LOGGED_OUT, "logged_out")

    def unlink(self, phone: str) -> int:
        """The owner of the phone ends all its links; returns how many."""
        found = self._phones.get(phone)
        links = found.links if found is not None else ()
        for device in links:
            self.log_out(device)
        return len(links)

    def restrict(self, phone: str, until: datetime) -> None:
        """Refuse what an account sends to people who never wrote to it, until then."""
        self._judge(phone, Standing.RESTRICTED, until)

    def ban(self, phone: str, until: datetime | None = None) -> None:
        """Shut an account out, for good or until then."""
        self._judge(phone, Standing.BANNED, until)

    def outdate(self, phone: str) -> None:
        """Tell the links of an account that their software is too old."""
        self._judge(phone, Standing.OUTDATED, None)

    def lift(self, phone: str) -> None:
        """Restore the good standing of an account."""
        self._judge(phone, Standing.GOOD, None)

    # What there is to see

    def slot(self, device: DeviceRef) -> Slot | None:
        """What the network knows of a device."""
        return self._slots.get(device)

    def statistics(self) -> Statistics:
        """A snapshot of the whole network; walks over all slots."""
        due = self._timers.next_due()
        return Statistics(
            phones=len(self._phones),
            linked_slots=self._slots.count(lambda slot: slot.phone is not None),
            open_links=self._slots.count(lambda slot: slot.is_open),
            accepted=self.ledger.count,
            in_flight=self._traffic.in_flight,
            delivered_events=self._deliveries.delivered,
            queued_events=self._slots.count(lambda slot: slot.queued),
            unacknowledged_events=self._deliveries.unacknowledged,
            dropped_events=self._deliveries.dropped,
            next_due=None if due is None else from_micros(due),
            outdated_sends=self.outdated_sends,
        )

    # The door for transports

    def attach(self, device: DeviceRef, epoch: int, end: LinkEnd) -> NetworkEnd:
        """Connect a linked slot; a higher or equal epoch replaces the link there is, a lower one is refused."""
        slot = self._slots.get_or_make(device)
        attachment = _Attachment(self, slot, self._traffic, self._deliveries, self._errands)
        if (refused := self._refuse_link(slot, epoch)) is not None:
            end.happened(refused)
            return attachment
        self._end_link(slot, DeviceState.REPLACED, "opened_elsewhere")
        attachment.hold(end, epoch)
        delay = self._people.connect_delay(slot.phone.number if slot.phone is not None else "")
        self._timers.at(to_micros(self._clock.now()) + delay, self._welcome, (slot, end))
        return attachment

    def start_linking(
        self, device: DeviceRef, method: LinkMethod, told: Callable[[LinkStep], None]
    ) -> Callable[[], None]:
        """Link a slot to a phone; returns how to cancel."""
        return self._linkings.start(device, method, told)

    def forget(self, device: DeviceRef, told: Callable[[CommandOutcome], None]) -> None:
        """Delete a slot: its link, its events and its place on the phone."""
        self.log_out(device)
        self._slots.remove(device)
        told(Done())

    def _restore(self, ref: DeviceRef, phone: SimulatedPhone) -> None:
        self._slots.get_or_make(ref).phone = phone

    def _refuse_link(self, slot: Slot, epoch: int) -> StateChanged | None:
        if slot.phone is None:
            if slot.was_logged_out:
                return self._state(DeviceState.LOGGED_OUT, "logged_out")
            return self._state(DeviceState.UNLINKED, "not_linked")
        if slot.dark_until is not None and slot.dark_until > self._clock.now():
            return self._state(DeviceState.WAITING, "connection_lost")
        if epoch < slot.epoch:
            return self._state(DeviceState.REPLACED, "epoch_passed")
        if slot.phone.standing in (Standing.BANNED, Standing.OUTDATED):
            return self._standing(slot.phone)
        return None

    def _welcome(self, opened: tuple[Slot, LinkEnd]) -> None:
        slot, end = opened
        if slot.end is end and slot.phone is not None:
            slot.is_online = True
            end.happened(self._standing(slot.phone))
            self._deliveries.pump(slot)

    def _end_link(self, slot: Slot | None, state: DeviceState, cause: str, until: datetime | None = None) -> None:
        if slot is not None and (end := slot.end) is not None:
            self._deliveries.detach(slot)
            end.happened(self._state(state, cause, until))

    def _judge(self, number: str, standing: Standing, until: datetime | None) -> None:
        phone = self._phones.get_or_make(number)
        phone.standing, phone.until = standing, until
        for slot in self._slots.of(phone):
            if standing in (Standing.BANNED, Standing.OUTDATED):
                self._end_link(slot, _STANDING_STATES[standing], standing.value, until)
            elif slot.end is not None and slot.is_online:
                slot.end.happened(self._standing(phone))
        if until is not None:
            self._timers.at(to_micros(until), self._lift_due, (phone, until))

    def _lift_due(self, sentence: tuple[SimulatedPhone, datetime]) -> None:
        phone, until = sentence
        if phone.until == until:
            self._judge(phone.number, Standing.GOOD, None)

    def _standing(self, phone: SimulatedPhone) -> StateChanged:
        cause = "connected" if phone.standing is Standing.GOOD else phone.standing.value
        return self._state(_STANDING_STATES[phone.standing], cause, phone.until)

    def _state(self, state: DeviceState, cause: str, until: datetime | None = None) -> StateChanged:
        return StateChanged(self._deliveries.next_event_id(), state, cause, until)


class _Attachment:
    """The network's end of one link in this process; a slot that moved on to another link does not hear this one."""

    __slots__ = ("_deliveries", "_end", "_epoch", "_errands", "_network", "_slot", "_traffic")

    def __init__(
        self, network: SimulatedNetwork, slot: Slot, traffic: Traffic, deliveries: Deliveries, errands: Errands
    ) -> None:
        self._network = network
        self._traffic = traffic
        self._deliveries = deliveries
        self._errands = errands
        self._slot = slot
        self._end: LinkEnd | None = None
        self._epoch = -1

    def hold(self, end: LinkEnd, epoch: int) -> None:
        """Become the one link of the slot."""
        self._slot.end = self._end = end
        self._slot.epoch = self._epoch = epoch

    def send(self, letter: Letter) -> NotWritten | None:
        end = self._end
        if end is None or self._slot.end is not end or not self._slot.is_online:
            self._network.outdated_sends += 0 <= self._epoch < self._slot.epoch
            return NotWritten("not_connected")
        refused, breaks = self._traffic.send(self._slot, end, letter)
        if breaks:
            self._network.cut(self._slot.ref)
        return refused

    def acknowledge(self, event_id: str) -> None:
        if self._holds():
            self._deliveries.acknowledge(self._slot, event_id)

    def do(self, wish: Wish, told: Callable[[CommandOutcome], None]) -> None:
        phone = self._slot.phone
        if phone is None or not self._holds() or not self._slot.is_online:
            told(Failed("not_connected"))
        else:
            told(self._errands.carry_out(self._slot, phone, wish))

    def fetch(self, ref: bytes, told: Callable[[FileAnswer], None]) -> None:
        told(self._traffic.files.find(ref) or MediaGone("expired"))

    def logout(self, told: Callable[[CommandOutcome], None]) -> None:
        # After a cut nobody holds the slot; whoever held it last may still end the link for good.
        if self._holds() or (self._slot.end is None and self._slot.epoch == self._epoch):
            self._network.log_out(self._slot.ref)
        told(Done())

    def detach(self) -> None:
        if self._holds():
            self._deliveries.detach(self._slot)

    def _holds(self) -> bool:
        return self._end is not None and self._slot.end is self._end
