"""The network's side of the socket: each connected gateway process with its links, and its part in stepped time."""

import asyncio
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import TracebackType

import msgspec

from hebah.adapters.transports.simulated import frames, packing
from hebah.adapters.transports.simulated.ends import Answer, Door, FileAnswer, NetworkEnd
from hebah.adapters.transports.simulated.framing import FrameStream
from hebah.adapters.transports.simulated.instants import to_micros
from hebah.adapters.transports.simulated.time import Party, SteppedClock
from hebah.gateway.incoming import LinkEvent, MediaLater
from hebah.gateway.outgoing import CommandOutcome, Done, Failed
from hebah.gateway.transport import LinkStep


class SocketServer:
    """Lets gateways of other processes reach a network. With a clock, their time is the network's."""

    def __init__(self, network: Door, path: Path, clock: SteppedClock | None = None) -> None:
        self._network = network
        self._path = path
        self._clock = clock
        self._server: asyncio.AbstractServer | None = None
        self._peers: set[_Peer] = set()
        self._is_empty = asyncio.Event()
        self._is_empty.set()

    async def __aenter__(self) -> "SocketServer":
        self._path.unlink(missing_ok=True)
        self._server = await asyncio.get_running_loop().create_unix_server(self._welcome, str(self._path))
        self._path.chmod(0o600)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._server is not None:
            self._server.close()
        self.disconnect_all()
        await self._is_empty.wait()
        self._path.unlink(missing_ok=True)

    @property
    def peers(self) -> int:
        """How many gateway processes are connected."""
        return len(self._peers)

    def disconnect_all(self) -> None:
        """Break every connection at once; gateways come back by themselves."""
        for peer in list(self._peers):
            peer.hang_up()

    def _welcome(self) -> FrameStream:
        stream = FrameStream()
        peer = _Peer(self._network, stream, self._clock, self._forget)
        self._peers.add(peer)
        self._is_empty.clear()
        return stream

    def _forget(self, peer: "_Peer") -> None:
        self._peers.discard(peer)
        if not self._peers:
            self._is_empty.set()


class _Peer:
    """One connected gateway process."""

    def __init__(
        self, network: Door, stream: FrameStream, clock: SteppedClock | None, leave: Callable[["_Peer"], None]
    ) -> None:
        self._network = network
        self._stream = stream
        self._clock = clock
        self._leave = leave
        self._party: Party | None = None
        self._links: dict[int, NetworkEnd] = {}
        self._linkings: dict[int, Callable[[], None]] = {}
        self._encoder = msgspec.msgpack.Encoder()
        self._decoder = msgspec.msgpack.Decoder(frames.UpFrame)
        stream.on_frame = self._on_frame
        stream.on_lost = self._on_lost

    def hang_up(self) -> None:
        """End the connection."""
        self._stream.close()

    def write(self, frame: frames.DownFrame) -> None:
        """Send a frame; whoever has frames to come is not idle."""
        if self._party is not None:
            self._party.retract()
        self._stream.write(self._encoder.encode(frame))

    def _on_lost(self) -> None:
        for end in self._links.values():
            end.detach()
        for cancel in self._linkings.values():
            cancel()
        self._links, self._linkings = {}, {}
        if self._party is not None:
            self._party.leave()
        self._leave(self)

    def _on_frame(self, packed: bytes) -> None:
        frame = self._decoder.decode(packed)
        match frame:
            case frames.Send():
                self._on_send(frame)
            case frames.Acknowledge():
                if (end := self._links.get(frame.link)) is not None:
                    end.acknowledge(frame.event_id)
            case frames.Idle():
                self._on_idle(frame)
            case frames.Busy() if self._party is not None:
                self._party.retract()
            case frames.Hello():
                self._on_hello(frame)
            case frames.StartLinking() | frames.CancelLinking():
                self._on_linking(frame)
            case _:
                self._on_rare(frame)

    def _on_linking(self, frame: frames.StartLinking | frames.CancelLinking) -> None:
        if isinstance(frame, frames.StartLinking):
            told = partial(self._tell_step, frame.linking)
            cancel = self._network.start_linking(packing.device_of(frame), packing.method_of(frame), told)
            self._linkings[frame.linking] = cancel
        elif frame.linking in self._linkings:
            self._linkings.pop(frame.linking)()

    def _on_rare(self, frame: frames.UpFrame) -> None:
        if isinstance(frame, frames.WishFrame | frames.Logout):
            self._on_request(frame)
            return
        match frame:
            case frames.OpenLink():
                end = _NearEnd(self, frame.link)
                self._links[frame.link] = self._network.attach(packing.device_of(frame), frame.epoch, end)
            case frames.CloseLink():
                if (link := self._links.pop(frame.link, None)) is not None:
                    link.detach()
            case frames.Forget():
                self._network.forget(packing.device_of(frame), partial(self._tell_outcome, frame.request))
            case frames.Ping():
                self.write(packing.outcome_frame(frame.request, Done()))
            case frames.FetchFile():
                self._on_fetch(frame)

    def _on_request(self, frame: frames.WishFrame | frames.Logout) -> None:
        told = partial(self._tell_outcome, frame.request)
        end = self._links.get(frame.link)
        if end is None:
            told(Failed("not_connected"))
        elif isinstance(frame, frames.Logout):
            end.logout(told)
        else:
            end.do(packing.wish_of(frame), told)

    def _on_fetch(self, frame: frames.FetchFile) -> None:
        told = partial(self._tell_file, frame.request)
        end = self._links.get(frame.link)
        if end is None:
            told(MediaLater("not_connected"))
        else:
            end.fetch(frame.ref, told)

    def _on_hello(self, frame: frames.Hello) -> None:
        clock = self._clock
        if frame.party is not None and clock is not None and frame.version == frames.VERSION:
            self._party = clock.join(frame.party, self._tell_time)
        now = None if clock is None else to_micros(clock.now())
        self.write(frames.Welcome(frames.VERSION, 0 if clock is None else clock.step, now))
        if frame.version != frames.VERSION:
            self.hang_up()

    def _on_send(self, frame: frames.Send) -> None:
        end = self._links.get(frame.link)
        if end is None:
            return
        unwritten = end.send(packing.letter_of(frame))
        if unwritten is not None:
            self.write(packing.answer_frame(frame.link, frame.wire_id, unwritten))

    def _on_idle(self, frame: frames.Idle) -> None:
        # A report made before the newest frames arrived there says nothing about them.
        if self._party is not None and frame.received == self._stream.sent:
            self._party.report(frame.step, frame.next_due)

    def _tell_time(self, step: int, now: int) -> None:
        self.write(frames.Step(step, now))

    def _tell_step(self, linking: int, step: LinkStep) -> None:
        self.write(packing.step_frame(linking, step))

    def _tell_outcome(self, request: int, outcome: CommandOutcome) -> None:
        self.write(packing.outcome_frame(request, outcome))

    def _tell_file(self, request: int, answer: FileAnswer) -> None:
        self.write(packing.file_frame(request, answer))


class _NearEnd:
    """The transport's end of a link that lives in a gateway process."""

    __slots__ = ("_number", "_peer")

    def __init__(self, peer: _Peer, number: int) -> None:
        self._peer = peer
        self._number = number

    def happened(self, event: LinkEvent) -> None:
        self._peer.write(packing.event_frame(self._number, event))

    def answered(self, wire_id: str, answer: Answer) -> None:
        self._peer.write(packing.answer_frame(self._number, wire_id, answer))
