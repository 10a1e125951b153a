"""One live link of one device, over the companion of its shard."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from typing import Final

from hebah.adapters.transports.companion import inward, outward
from hebah.adapters.transports.companion import protocol_pb2 as pb
from hebah.adapters.transports.companion.fetching import fetched_history, fetched_media
from hebah.adapters.transports.companion.settings import CompanionSettings
from hebah.adapters.transports.companion.shard import CLOSED, DOWN, Answer, Shard, Silence
from hebah.adapters.transports.companion.spool import SourceUnreadable
from hebah.devices.model import DeviceState
from hebah.gateway.incoming import (
    HistoryOutcome,
    LinkEvent,
    MediaAsked,
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
    Refused,
    SendOutcome,
    Unknown,
)
from hebah.gateway.transport import Capabilities, DeviceRef
from hebah.messaging.said import MessageKind

_ABLE_TO_SEND = frozenset({DeviceState.ONLINE, DeviceState.RESTRICTED})
_GONE: Final = frozenset({DeviceState.LOGGED_OUT, DeviceState.UNLINKED})
# The companion waits with most events of a device until the one before is acknowledged; beyond this it does not.
_MOST_WAITING = 1024


class CompanionLink:
    """One link; made by `CompanionTransport.open` only."""

    def __init__(
        self,
        device: DeviceRef,
        epoch: int,
        able: Capabilities,
        settings: CompanionSettings,
        leave: Callable[[CompanionLink], None],
    ) -> None:
        self.device = device
        self.epoch = epoch
        self._key = outward.device_of(device)
        self._able = able
        self._settings = settings
        self._leave = leave
        self._shard: Shard | None = None
        self._number = 0
        self._state = DeviceState.CONNECTING
        self._cause = "connecting"
        self._is_closed = False
        self._is_held = True  # by this process: nobody has opened the device anew
        self._pending: dict[str, Answer] = {}
        self._events: deque[LinkEvent] = deque()
        self._reader: asyncio.Future[None] | None = None
        self._left_connecting = asyncio.Event()

    def start(self, shard: Shard) -> None:
        """Start connecting over this shard."""
        self._shard = shard
        self._events.append(StateChanged(f"open-{self.epoch}", DeviceState.CONNECTING, "opening"))
        self._number = shard.begin(pb.Request(device=self._key, open=pb.Open(epoch=self.epoch)), self)

    # --- sending -------------------------------------------------------------------------------------------------

    async def send(self, message: Outgoing) -> SendOutcome:
        """Send and wait for the answer; without one the outcome is Unknown."""
        if (refusal := self._refusal(message)) is not None:
            return refusal
        if self._shard is None or self._state not in _ABLE_TO_SEND or not self._is_held:
            return NotWritten(self._cause)
        if message.wire_id in self._pending:
            return NotWritten("already_sending")
        answer = self._pending[message.wire_id] = asyncio.get_running_loop().create_future()
        try:
            if isinstance(message.content, MediaOut):
                return await self._send_file(self._shard, message, message.content, answer)
            request = outward.send_request(self._key, message)
            return await self._ask_to_send(self._shard, request, self._settings.waits.send, answer)
        finally:
            self._pending.pop(message.wire_id, None)

    def _refusal(self, message: Outgoing) -> Refused | None:
        content = message.content
        if outward.kind_of(content) not in self._able.sends:
            return Refused("not_possible")
        if isinstance(content, MediaOut):
            is_image = content.kind is MessageKind.IMAGE
            if content.source.size > (self._able.max_image_bytes if is_image else self._able.max_file_bytes):
                return Refused("too_large")
        return None

    async def _send_file(self, shard: Shard, message: Outgoing, content: MediaOut, answer: Answer) -> SendOutcome:
        with shard.spool.using(content.source) as kept:
            try:
                path = await shard.spool.write(kept, content.source)
            except SourceUnreadable as error:
                return NotWritten(error.cause)
            if answer.done():
                return NotWritten(self._cause)  # the link has been let go meanwhile
            request = outward.send_request(self._key, message, path)
            waits = self._settings.waits
            return await self._ask_to_send(shard, request, waits.send + waits.upload, answer)

    async def _ask_to_send(self, shard: Shard, request: pb.Request, within: float, answer: Answer) -> SendOutcome:
        answered = await shard.ask(request, within + self._settings.waits.margin, answer)
        match answered:
            case Silence.NOT_ASKED:
                return NotWritten(DOWN)
            case Silence.DOWN:
                return Unknown(DOWN)
            case Silence.LATE:
                return Unknown("no_answer")
            case Silence.CUT:
                return Unknown(self._cause)
            case _:
                return inward.send_outcome(answered)

    # --- commands and files --------------------------------------------------------------------------------------

    async def do(self, command: Command) -> CommandOutcome:
        """Carry out a command at the network."""
        if self._shard is None or self._state not in _ABLE_TO_SEND or not self._is_held:
            return Failed("not_connected")
        answer = await self._shard.ask(outward.command_request(self._key, command), self._settings.waits.command)
        return inward.command_outcome(command, answer) if isinstance(answer, pb.Response) else _failed(answer)

    async def fetch_media(self, wanted: MediaAsked) -> MediaOutcome:
        """Have the companion fetch a file into the spool, and read it from there."""
        answer = await self._fetch(outward.media_request(self._key, wanted))
        if isinstance(answer, MediaLater):
            return answer
        shard, response = answer
        return fetched_media(response, shard.spool, self._settings.max_file_bytes)

    async def fetch_history(self, ref: bytes) -> HistoryOutcome:
        """Have the companion fetch and unpack older messages into the spool, and read them from there."""
        answer = await self._fetch(pb.Request(device=self._key, fetch_history=pb.FetchHistory(ref=ref)))
        if isinstance(answer, MediaLater):
            return answer
        shard, response = answer
        return fetched_history(response, shard.spool)

    async def _fetch(self, request: pb.Request) -> tuple[Shard, pb.Response] | MediaLater:
        shard = self._shard
        if shard is None or self._state not in _ABLE_TO_SEND or not self._is_held:
            return MediaLater("not_connected")
        answer = await shard.ask(request, self._settings.waits.download)
        if isinstance(answer, pb.Response):
            return shard, answer
        return MediaLater("no_answer" if answer is Silence.LATE else DOWN)

    # --- events --------------------------------------------------------------------------------------------------

    async def events(self) -> AsyncIterator[LinkEvent]:
        """For one reader; ends when the link is closed."""
        while not self._is_closed:
            if self._events:
                yield self._events.popleft()
                continue
            self._reader = asyncio.get_running_loop().create_future()
            await self._reader

    async def acknowledge(self, event: LinkEvent) -> None:
        """Let the companion tell the network that an event is stored."""
        if isinstance(event, StateChanged | TypingSeen) or self._shard is None or not self._is_held:
            return
        seq = inward.seq_of(event, self._shard.boot)
        if seq is not None:
            self._shard.acknowledge(seq)

    def happened(self, event: pb.Event, boot: str) -> None:
        """The companion tells an event of this opening."""
        told = inward.event_of(event, boot)
        if told is not None:
            self._take(told)
        elif event.seq and self._shard is not None:
            self._shard.acknowledge(event.seq)  # nothing in it is for us

    def answered(self, response: pb.Response) -> None:
        """The companion has taken the opening on, or says why it cannot."""
        if response.code:
            self._take(StateChanged(f"open-{self._number}", DeviceState.WAITING, response.code))

    def lost(self, cause: str) -> None:
        """The companion is gone."""
        self._take(StateChanged(f"open-{self._number}", DeviceState.WAITING, cause))

    def replaced(self, cause: str) -> None:
        """Another link of this process has the device now, or had it already."""
        self._is_held = False
        if self._shard is not None:
            self._shard.leave(self._number)
        self._take(StateChanged(f"open-{self._number}", DeviceState.REPLACED, cause))
        self._cut_sends()

    def _take(self, event: LinkEvent) -> None:
        if self._is_closed:
            return
        if isinstance(event, StateChanged):
            if event.state is DeviceState.CONNECTING:
                return  # said when it was opened
            self._state, self._cause = event.state, event.cause
            self._left_connecting.set()
        elif len(self._events) >= _MOST_WAITING:
            return  # it comes again: it is not acknowledged
        self._events.append(event)
        self._wake()

    def _cut_sends(self) -> None:
        for answer in self._pending.values():
            if not answer.done():
                answer.set_result(Silence.CUT)

    def _wake(self) -> None:
        reader, self._reader = self._reader, None
        if reader is not None and not reader.done():
            reader.set_result(None)

    # --- leaving -------------------------------------------------------------------------------------------------

    async def logout(self) -> None:
        """End the link at the network for good; where that cannot be had, the credentials go all the same."""
        if self._shard is None or not self._is_held or self._state in _GONE:
            return
        waits = self._settings.waits
        try:
            async with asyncio.timeout(waits.close):
                await self._left_connecting.wait()
        except TimeoutError:
            pass  # the companion forgets the credentials without the network's word
        if self._state in _GONE:
            return
        answer = await self._shard.ask(pb.Request(device=self._key, log_out=pb.LogOut()), waits.command)
        if isinstance(answer, pb.Response) and not answer.code and self._state not in _GONE:
            self._take(StateChanged(f"open-{self._number}", DeviceState.LOGGED_OUT, "logged_out_here"))

    async def close(self) -> None:
        """Let go; sends that wait become Unknown."""
        if self._is_closed:
            return
        self._is_closed = True
        self._cause = CLOSED
        self._state = DeviceState.STOPPED
        self._left_connecting.set()
        self._cut_sends()
        self._wake()
        shard = self._shard
        if shard is None:
            return
        shard.leave(self._number)
        try:
            if self._is_held and shard.is_up:
                await shard.ask(pb.Request(device=self._key, close=pb.Close()), self._settings.waits.close)
        finally:
            self._leave(self)


def _failed(silence: Silence) -> Failed:
    return Failed("no_answer" if silence is Silence.LATE else "not_connected")
