"""The gateway's side of the socket: one connection that carries all links of a process to a network elsewhere."""

import asyncio
import itertools
from collections.abc import Callable
from pathlib import Path
from random import Random
from types import TracebackType
from typing import Protocol

import msgspec

from hebah.adapters.transports.simulated import frames, packing
from hebah.adapters.transports.simulated.ends import FileAnswer, LinkEnd, NetworkEnd, Wish
from hebah.adapters.transports.simulated.framing import FrameStream
from hebah.adapters.transports.simulated.letters import Letter
from hebah.adapters.transports.simulated.timers import leave_group
from hebah.devices.model import DeviceState
from hebah.gateway.incoming import MediaLater, StateChanged
from hebah.gateway.outgoing import CommandOutcome, Failed, NotWritten
from hebah.gateway.transport import ByCode, DeviceRef, LinkFailed, LinkMethod, LinkStep

_SHORTEST_PAUSE_S = 0.05
_LONGEST_PAUSE_S = 2.0


class TimeKeeper(Protocol):
    """Follows the network's stepped time."""

    def follow(self, step: int, now: int) -> None:
        """Time has moved (microseconds), or the connection has just been made."""
        ...

    def touch(self) -> None:
        """Frames have arrived and are being worked on."""
        ...


class NetworkConnection:
    """A door to a network in another process. Enter it (`async with`): it connects, and again with back-off when cut.

    `party` names this process when it takes part in stepped time.
    """

    def __init__(self, path: Path, party: str | None = None) -> None:
        self.refused_version = False
        self._path = path
        self._party = party
        self._keeper: TimeKeeper | None = None
        self._stream = FrameStream()
        self._is_welcome = asyncio.Event()
        self._is_lost = asyncio.Event()
        self._numbers = itertools.count(1)
        self._ends: dict[int, LinkEnd] = {}
        self._linkings: dict[int, Callable[[LinkStep], None]] = {}
        self._requests: dict[int, Callable[[CommandOutcome], None]] = {}
        self._fetches: dict[int, Callable[[FileAnswer], None]] = {}
        self._encoder = msgspec.msgpack.Encoder()
        self._decoder = msgspec.msgpack.Decoder(frames.DownFrame)
        self._jitter = Random()  # noqa: S311 - spreads reconnections
        self._group: asyncio.TaskGroup | None = None
        self._connecting: asyncio.Task[None] | None = None

    async def __aenter__(self) -> "NetworkConnection":
        self._group = asyncio.TaskGroup()
        await self._group.__aenter__()
        self._connecting = self._group.create_task(self._stay_connected())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._connecting is not None:
            self._connecting.cancel()
        self._stream.close()
        group, self._group = self._group, None
        if group is not None:
            await leave_group(group, kind, error, trace)

    @property
    def is_up(self) -> bool:
        """Whether the network is there and speaks our version."""
        return self._is_welcome.is_set() and self._stream.is_up

    async def connected(self) -> None:
        """Return once the network has welcomed this connection; put a deadline around it."""
        await self._is_welcome.wait()

    async def settled(self) -> None:
        """Return once the network has done all that was asked before."""
        answer: asyncio.Future[CommandOutcome] = asyncio.get_running_loop().create_future()
        self.ask(lambda request: frames.Ping(request), answer.set_result)
        await answer

    def keep_time(self, keeper: TimeKeeper) -> None:
        """Tell this keeper of the network's time."""
        self._keeper = keeper

    def report_idle(self, step: int, next_due: int | None) -> None:
        """Nothing to do here before `next_due` (microseconds)."""
        self.write(frames.Idle(self._stream.received, step, next_due))

    def report_busy(self) -> None:
        """Something to do here after all."""
        self.write(frames.Busy())

    # The door

    def attach(self, device: DeviceRef, epoch: int, end: LinkEnd) -> NetworkEnd:
        """Open a link over this connection."""
        number = next(self._numbers)
        if self.is_up:
            self._ends[number] = end
            self.write(frames.OpenLink(number, device.workspace_id, device.device_id, epoch))
        else:
            state = DeviceState.OUTDATED if self.refused_version else DeviceState.WAITING
            end.happened(StateChanged(f"socket-{number}", state, "unreachable"))
        return _FarEnd(self, number)

    def start_linking(
        self, device: DeviceRef, method: LinkMethod, told: Callable[[LinkStep], None]
    ) -> Callable[[], None]:
        """Link a slot over this connection."""
        if not self.is_up:
            told(LinkFailed("outdated" if self.refused_version else "unreachable"))
            return lambda: None
        number = next(self._numbers)
        self._linkings[number] = told
        phone = method.phone if isinstance(method, ByCode) else None
        self.write(frames.StartLinking(number, device.workspace_id, device.device_id, phone))
        return lambda: self._cancel_linking(number)

    def forget(self, device: DeviceRef, told: Callable[[CommandOutcome], None]) -> None:
        """Delete a slot at the network."""
        self.ask(lambda request: frames.Forget(request, device.workspace_id, device.device_id), told)

    # For the far ends

    def write(self, frame: frames.UpFrame) -> None:
        """Send a frame."""
        self._stream.write(self._encoder.encode(frame))

    def ask(self, make: Callable[[int], frames.UpFrame], told: Callable[[CommandOutcome], None]) -> None:
        """Send a request and tell its outcome, `connection_lost` when it cannot be known."""
        if not self.is_up:
            told(Failed("not_connected"))
            return
        request = next(self._numbers)
        self._requests[request] = told
        self.write(make(request))

    def fetch(self, link: int, ref: bytes, told: Callable[[FileAnswer], None]) -> None:
        """Ask for a file and tell it."""
        if not self.is_up or not self.knows(link):
            told(MediaLater("not_connected"))
            return
        request = next(self._numbers)
        self._fetches[request] = told
        self.write(frames.FetchFile(request, link, ref))

    def knows(self, link: int) -> bool:
        """Whether a link was opened over the connection that is up now."""
        return link in self._ends

    def drop(self, link: int) -> None:
        """Let go of a link."""
        if self._ends.pop(link, None) is not None:
            self.write(frames.CloseLink(link))

    # The connection itself

    async def _stay_connected(self) -> None:
        pause = _SHORTEST_PAUSE_S
        while not self.refused_version:
            if await self._connect():
                await self._is_lost.wait()
                pause = _SHORTEST_PAUSE_S
            await asyncio.sleep(pause * self._jitter.uniform(0.5, 1))
            pause = min(pause * 2, _LONGEST_PAUSE_S)

    async def _connect(self) -> bool:
        self._is_lost.clear()
        stream = FrameStream()
        stream.on_frame = self._on_frame
        stream.on_turn = self._on_turn
        stream.on_lost = self._on_lost
        try:
            await asyncio.get_running_loop().create_unix_connection(lambda: stream, str(self._path))
        except OSError:
            return False
        self._stream = stream
        self.write(frames.Hello(frames.VERSION, self._party))
        return True

    def _on_lost(self) -> None:
        self._is_welcome.clear()
        self._is_lost.set()
        ends, self._ends = self._ends, {}
        linkings, self._linkings = self._linkings, {}
        requests, self._requests = self._requests, {}
        fetches, self._fetches = self._fetches, {}
        for number, end in ends.items():
            end.happened(StateChanged(f"socket-{number}", DeviceState.WAITING, "connection_lost"))
        for told in linkings.values():
            told(LinkFailed("unreachable"))
        for tell in requests.values():
            tell(Failed("connection_lost"))
        for tell_file in fetches.values():
            tell_file(MediaLater("connection_lost"))

    def _on_turn(self) -> None:
        if self._keeper is not None:
            self._keeper.touch()

    def _on_frame(self, packed: bytes) -> None:
        frame = self._decoder.decode(packed)
        match frame:
            case frames.Answered():
                if (end := self._ends.get(frame.link)) is not None:
                    end.answered(frame.wire_id, packing.answer_of(frame))
            case (
                frames.MessageFrame()
                | frames.ReceiptFrame()
                | frames.StateFrame()
                | frames.TypingFrame()
                | frames.ChatToldFrame()
            ):
                if (end := self._ends.get(frame.link)) is not None:
                    end.happened(packing.event_of(frame))
            case frames.Outcome() | frames.FileFrame():
                self._on_request(frame)
            case frames.Step() | frames.Welcome():
                self._on_time(frame)
            case _:
                self._on_linking(frame)

    def _on_request(self, frame: frames.Outcome | frames.FileFrame) -> None:
        if isinstance(frame, frames.FileFrame):
            if (tell_file := self._fetches.pop(frame.request, None)) is not None:
                tell_file(packing.file_of(frame))
        elif (told := self._requests.pop(frame.request, None)) is not None:
            told(packing.outcome_of(frame))

    def _on_linking(self, frame: frames.ShownFrame | frames.LinkedFrame | frames.LinkFailedFrame) -> None:
        told = self._linkings.get(frame.linking)
        if not isinstance(frame, frames.ShownFrame):
            self._linkings.pop(frame.linking, None)
        if told is not None:
            told(packing.step_of(frame))

    def _on_time(self, frame: frames.Step | frames.Welcome) -> None:
        if isinstance(frame, frames.Welcome):
            if frame.version != frames.VERSION:
                self.refused_version = True
                return
            self._is_welcome.set()
        if self._keeper is not None and frame.now is not None:
            self._keeper.follow(frame.step, frame.now)

    def _cancel_linking(self, number: int) -> None:
        # Also after the last step: the network's side still remembers how to cancel.
        self._linkings.pop(number, None)
        self.write(frames.CancelLinking(number))


class _FarEnd:
    """The network's end of a link, as seen from here."""

    __slots__ = ("_connection", "_number")

    def __init__(self, connection: NetworkConnection, number: int) -> None:
        self._connection = connection
        self._number = number

    def send(self, letter: Letter) -> NotWritten | None:
        if not self._connection.knows(self._number) or not self._connection.is_up:
            return NotWritten("not_connected")
        self._connection.write(packing.send_frame(self._number, letter))
        return None

    def acknowledge(self, event_id: str) -> None:
        if self._connection.knows(self._number):
            self._connection.write(frames.Acknowledge(self._number, event_id))

    def do(self, wish: Wish, told: Callable[[CommandOutcome], None]) -> None:
        if self._connection.knows(self._number):
            self._connection.ask(lambda request: packing.wish_frame(request, self._number, wish), told)
        else:
            told(Failed("not_connected"))

    def fetch(self, ref: bytes, told: Callable[[FileAnswer], None]) -> None:
        self._connection.fetch(self._number, ref, told)

    def logout(self, told: Callable[[CommandOutcome], None]) -> None:
        if self._connection.knows(self._number):
            self._connection.ask(lambda request: frames.Logout(request, self._number), told)
        else:
            told(Failed("not_connected"))

    def detach(self) -> None:
        self._connection.drop(self._number)
