"""One companion process and the socket to it, from its start to its end."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
from collections.abc import Callable, Mapping
from pathlib import Path

from google.protobuf.message import DecodeError

from hebah.adapters.transports.companion import protocol_pb2 as pb
from hebah.adapters.transports.companion.complaints import relay_log
from hebah.adapters.transports.companion.framing import FrameCutter, FrameRefused, framed

_REAP_WITHIN_S = 3.0
_LARGEST_LOG_LINE = 256 * 1024


class Child:
    """A running companion. Frames written in one turn of the loop leave together; `ended` tells why it is over."""

    def __init__(self, process: asyncio.subprocess.Process, receive: Callable[[pb.Envelope], None]) -> None:
        self.ended: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._process = process
        self._receive = receive
        self._transport: asyncio.Transport | None = None
        self._frames: list[bytes] = []
        self._seqs: list[int] = []
        self._is_flush_due = False

    @classmethod
    async def start(
        cls, program: Path, environment: Mapping[str, str], receive: Callable[[pb.Envelope], None]
    ) -> Child:
        """Start a companion and connect to it; raises OSError when the program cannot be run."""
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            with theirs:
                process = await asyncio.create_subprocess_exec(
                    program,
                    "--fd",
                    str(theirs.fileno()),
                    pass_fds=(theirs.fileno(),),
                    env=dict(environment),
                    stdin=asyncio.subprocess.DEVNULL,
                    stdout=asyncio.subprocess.DEVNULL,
                    stderr=asyncio.subprocess.PIPE,
                    limit=_LARGEST_LOG_LINE,
                    start_new_session=True,  # an interrupt at the terminal is for us, who then drain it
                )
        except BaseException:
            ours.close()
            raise
        child = cls(process, receive)
        ours.settimeout(0)
        loop = asyncio.get_running_loop()
        child._transport, _ = await loop.create_connection(lambda: _Socket(child), sock=ours)
        return child

    @property
    def pid(self) -> int:
        """Of the process."""
        return self._process.pid

    def send(self, envelope: pb.Envelope) -> None:
        """Put a frame on its way."""
        self._frames.append(framed(envelope.SerializeToString()))
        self._plan_flush()

    def acknowledge(self, seq: int) -> None:
        """An event is stored; all of one turn of the loop go in one frame."""
        self._seqs.append(seq)
        self._plan_flush()

    def _plan_flush(self) -> None:
        if not self._is_flush_due:
            self._is_flush_due = True
            asyncio.get_running_loop().call_soon(self._flush)

    def _flush(self) -> None:
        self._is_flush_due = False
        frames, self._frames = self._frames, []
        if self._seqs:
            seqs, self._seqs = self._seqs, []
            told = pb.Envelope(acknowledge=pb.Acknowledge(seqs=seqs))
            frames.append(framed(told.SerializeToString()))
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(b"".join(frames))

    def hear(self, messages: list[bytes]) -> None:
        """Messages have come."""
        for message in messages:
            self._receive(pb.Envelope.FromString(message))

    def end(self, why: str) -> None:
        """It is over, as far as anybody asks it."""
        if not self.ended.done():
            self.ended.set_result(why)
        if self._transport is not None:
            self._transport.close()

    async def read_log(self, shard: int) -> None:
        """Hand its log lines on until it ends."""
        if self._process.stderr is not None:
            await relay_log(self._process.stderr, shard)

    async def exited(self, within: float) -> bool:
        """Whether the process ends by itself in that many seconds."""
        try:
            async with asyncio.timeout(within):
                await self._process.wait()
        except TimeoutError:
            return False
        return True

    async def stop(self, within: float) -> None:
        """End the process: kindly, and when that takes too long, by force."""
        self.end("stopped")
        if self._process.returncode is None and within > 0:
            self._signal(signal.SIGTERM)
            if await self.exited(within):
                return
        self._signal(signal.SIGKILL)
        await self.exited(_REAP_WITHIN_S)

    def _signal(self, number: signal.Signals) -> None:
        if self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):  # it has just ended by itself
                self._process.send_signal(number)


class _Socket(asyncio.Protocol):
    """Our end of the pair."""

    def __init__(self, child: Child) -> None:
        self._child = child
        self._cutter = FrameCutter()

    def data_received(self, data: bytes) -> None:
        try:
            self._child.hear(self._cutter.feed(data))
        except (FrameRefused, DecodeError, UnicodeError):
            self._child.end("garbage")

    def connection_lost(self, error: Exception | None) -> None:  # noqa: ARG002 - asyncio's protocol
        self._child.end("ended")
