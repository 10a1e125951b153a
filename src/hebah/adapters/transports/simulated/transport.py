"""The transport to the simulated network: links, their answers and their deadlines, over any door to the network."""

import asyncio
import hashlib
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from datetime import timedelta
from functools import partial
from types import TracebackType
from typing import TypeVar

from hebah.adapters.transports.simulated.ends import Answer, Door, FileAnswer, NetworkEnd
from hebah.adapters.transports.simulated.instants import span_micros, to_micros
from hebah.adapters.transports.simulated.letters import MAX_FILE_BYTES, MAX_IMAGE_BYTES, letter_of
from hebah.adapters.transports.simulated.packing import part_of
from hebah.adapters.transports.simulated.timers import Alarm
from hebah.devices.model import DeviceState
from hebah.foundation.clock import Clock
from hebah.gateway.incoming import (
    HistoryFetched,
    HistoryOutcome,
    HistoryPart,
    LinkEvent,
    MediaAsked,
    MediaFetched,
    MediaGone,
    MediaLater,
    MediaOutcome,
    StateChanged,
    TypingSeen,
)
from hebah.gateway.outgoing import (
    Command,
    CommandOutcome,
    Failed,
    MediaOut,
    NotWritten,
    Outgoing,
    SendOutcome,
    Unknown,
)
from hebah.gateway.transport import Capabilities, DeviceRef, Link, Linked, LinkFailed, LinkMethod, LinkStep
from hebah.messaging.said import MessageKind

ACK_TIMEOUT = timedelta(seconds=20)
_ABLE_TO_SEND = (DeviceState.ONLINE, DeviceState.RESTRICTED)
# More than any window of unacknowledged events: what does not fit comes again, because it is not acknowledged.
_MOST_WAITING = 1024
_PIECE = 256 * 1024

T = TypeVar("T")


_SENT = frozenset(
    {
        MessageKind.TEXT,
        MessageKind.IMAGE,
        MessageKind.VIDEO,
        MessageKind.VOICE,
        MessageKind.AUDIO,
        MessageKind.DOCUMENT,
        MessageKind.REACTION,
        MessageKind.EDIT,
        MessageKind.DELETION,
    }
)


class _Deadlines:
    """Sends that wait for their answer. All wait equally long, so the oldest is always the next to expire."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._waiting: deque[tuple[int, asyncio.Future[SendOutcome]]] = deque()
        self._patience = span_micros(ACK_TIMEOUT)
        self.alarm = Alarm(clock, self._expire)

    def watch(self, answer: asyncio.Future[SendOutcome]) -> None:
        """Answer `Unknown` in place of a network that does not."""
        waiting = self._waiting
        while waiting and waiting[0][1].done():
            waiting.popleft()
        due = to_micros(self._clock.now()) + self._patience
        waiting.append((due, answer))
        self.alarm.set(due)

    def _expire(self) -> None:
        now = to_micros(self._clock.now())
        waiting = self._waiting
        while waiting and (waiting[0][0] <= now or waiting[0][1].done()):
            _, answer = waiting.popleft()
            if not answer.done():
                answer.set_result(Unknown("no_answer"))
        if waiting:
            self.alarm.set(waiting[0][0])


class SimulatedLink:
    """One link; made by `SimulatedTransport.open` only."""

    __slots__ = ("_can_send", "_cause", "_deadlines", "_end", "_events", "_is_closed", "_leave", "_pending", "_reader")

    def __init__(self, deadlines: _Deadlines, leave: Callable[["SimulatedLink"], None]) -> None:
        self._deadlines = deadlines
        self._leave = leave
        self._end: NetworkEnd | None = None
        self._can_send = False
        self._cause = "connecting"
        self._is_closed = False
        # Both are made when first needed and dropped when empty: most links are silent most of the time.
        self._pending: dict[str, asyncio.Future[SendOutcome]] | None = None
        self._events: deque[LinkEvent] | None = None
        self._reader: asyncio.Future[None] | None = None

    def attach(self, door: Door, device: DeviceRef, epoch: int) -> None:
        """Start connecting."""
        self.happened(StateChanged(f"open-{epoch}", DeviceState.CONNECTING, "opening"))
        self._end = door.attach(device, epoch, self)

    async def send(self, message: Outgoing) -> SendOutcome:
        """Send and wait for the answer, at most `ACK_TIMEOUT` of business time."""
        try:
            letter = letter_of(message, await _file_of(message))
        except OSError:
            return NotWritten("file_unreadable")
        if self._end is None or not self._can_send:
            return NotWritten(self._cause)
        if self._pending is None:
            self._pending = {}
        elif message.wire_id in self._pending:
            return NotWritten("already_sending")
        answer: asyncio.Future[SendOutcome] = asyncio.get_running_loop().create_future()
        self._pending[message.wire_id] = answer
        try:
            if (unwritten := self._end.send(letter)) is not None:
                return unwritten
            self._deadlines.watch(answer)
            return await answer
        finally:
            self._stop_waiting(message.wire_id)

    async def do(self, command: Command) -> CommandOutcome:
        """Carry out a command at the network."""
        if self._end is None:
            return Failed("not_connected")
        outcome: asyncio.Future[CommandOutcome] = asyncio.get_running_loop().create_future()
        self._end.do(command, partial(_tell, outcome))
        return await outcome

    async def fetch_media(self, wanted: MediaAsked) -> MediaOutcome:
        """The file, as long as the network has it."""
        answer = await self._fetch(wanted.ref)
        if not isinstance(answer, bytes):
            return answer
        if hashlib.sha256(answer).digest() != wanted.ref:
            return MediaGone("damaged")
        return MediaFetched(len(answer), _pieces(answer))

    async def fetch_history(self, ref: bytes) -> HistoryOutcome:
        """The packet, as long as the network has it."""
        answer = await self._fetch(ref)
        return HistoryFetched(_parts(answer)) if isinstance(answer, bytes) else answer

    async def _fetch(self, ref: bytes) -> FileAnswer:
        if self._end is None:
            return MediaLater(self._cause)
        told: asyncio.Future[FileAnswer] = asyncio.get_running_loop().create_future()
        self._end.fetch(ref, partial(_tell, told))
        return await told

    async def events(self) -> AsyncIterator[LinkEvent]:
        """For one reader; ends when the link is closed."""
        while not self._is_closed:
            if self._events:
                event = self._events.popleft()
                if not self._events:
                    self._events = None
                yield event
                continue
            self._reader = asyncio.get_running_loop().create_future()
            await self._reader

    async def acknowledge(self, event: LinkEvent) -> None:
        """Tell the network that an event is stored; states and typing need none."""
        if self._end is not None and not isinstance(event, StateChanged | TypingSeen):
            self._end.acknowledge(event.event_id)

    async def logout(self) -> None:
        """End the link at the network for good."""
        if self._end is not None:
            ended: asyncio.Future[CommandOutcome] = asyncio.get_running_loop().create_future()
            self._end.logout(partial(_tell, ended))
            await ended

    async def close(self) -> None:
        """Let go; sends that wait become `Unknown`."""
        if self._is_closed:
            return
        self._is_closed = True
        self._stop("closed")
        if self._end is not None:
            self._end.detach()
        self._leave(self)
        self._wake()

    def happened(self, event: LinkEvent) -> None:
        """The network tells an event."""
        if self._is_closed:
            return
        if isinstance(event, StateChanged):
            self._note_state(event)
        if self._events is None:
            self._events = deque()
        if isinstance(event, StateChanged) or len(self._events) < _MOST_WAITING:
            self._events.append(event)
        self._wake()

    def answered(self, wire_id: str, answer: Answer) -> None:
        """The network answers a send."""
        waiting = self._pending.get(wire_id) if self._pending else None
        if waiting is not None and not waiting.done():
            waiting.set_result(answer)

    def _note_state(self, event: StateChanged) -> None:
        if event.state in _ABLE_TO_SEND:
            self._can_send = True
        else:
            self._stop(event.cause)

    def _stop(self, cause: str) -> None:
        self._can_send = False
        self._cause = cause
        for waiting in (self._pending or {}).values():
            if not waiting.done():
                waiting.set_result(Unknown(cause))

    def _stop_waiting(self, wire_id: str) -> None:
        if self._pending is not None:
            self._pending.pop(wire_id, None)
            if not self._pending:
                self._pending = None

    def _wake(self) -> None:
        reader, self._reader = self._reader, None
        if reader is not None and not reader.done():
            reader.set_result(None)


class SimulatedTransport:
    """Reaches a simulated network through a door: the network itself, or a connection to one elsewhere.

    Enter it (`async with`) to let its deadlines run; it does not own the door.
    """

    def __init__(self, door: Door, clock: Clock) -> None:
        self._door = door
        self._deadlines = _Deadlines(clock)
        self._links: set[SimulatedLink] = set()

    async def __aenter__(self) -> "SimulatedTransport":
        await self._deadlines.alarm.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()
        await self._deadlines.alarm.__aexit__(kind, error, trace)

    @property
    def name(self) -> str:
        """The word stored with the device."""
        return "simulated"

    @property
    def capabilities(self) -> Capabilities:
        """What it can do."""
        return Capabilities(
            link_by_code=True,
            sends=_SENT,
            receives=frozenset(MessageKind),
            quotes=True,
            receipts=True,
            own_echo=True,
            typing=True,
            number_check=True,
            history=True,
            media_download=True,
            lids=True,
            max_image_bytes=MAX_IMAGE_BYTES,
            max_file_bytes=MAX_FILE_BYTES,
        )

    @property
    def unusable(self) -> str | None:
        """Nothing stands in its way."""
        return None

    async def link(self, device: DeviceRef, method: LinkMethod) -> AsyncGenerator[LinkStep, None]:
        """Link the slot to a simulated phone."""
        steps: asyncio.Queue[LinkStep] = asyncio.Queue()
        cancel = self._door.start_linking(device, method, steps.put_nowait)
        try:
            while True:
                step = await steps.get()
                yield step
                if isinstance(step, Linked | LinkFailed):
                    return
        finally:
            cancel()

    async def answer_passkey(self, device: DeviceRef, response: str) -> bool:  # noqa: ARG002 - the contract's
        """Simulated phones have no passkey."""
        return False

    async def open(self, device: DeviceRef, epoch: int) -> Link:
        """Start connecting; the outcome arrives as an event."""
        if not self._deadlines.alarm.is_running:
            raise RuntimeError("enter the simulated transport before opening links: it owns their deadlines")
        link = SimulatedLink(self._deadlines, self._links.discard)
        self._links.add(link)
        link.attach(self._door, device, epoch)
        return link

    async def forget(self, device: DeviceRef) -> None:
        """Delete the slot at the network."""
        forgotten: asyncio.Future[CommandOutcome] = asyncio.get_running_loop().create_future()
        self._door.forget(device, partial(_tell, forgotten))
        await forgotten

    async def close(self) -> None:
        """Close every link. Safe to call twice."""
        for link in list(self._links):
            await link.close()


async def _file_of(message: Outgoing) -> bytes:
    if not isinstance(message.content, MediaOut) or message.content.source.size > MAX_FILE_BYTES:
        return b""
    return b"".join([piece async for piece in message.content.source.read()])


async def _pieces(file: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(file), _PIECE):
        yield file[start : start + _PIECE]


async def _parts(packed: bytes) -> AsyncIterator[HistoryPart]:
    yield part_of(packed)


def _tell(waiting: asyncio.Future[T], outcome: T) -> None:
    if not waiting.done():
        waiting.set_result(outcome)
