"""Starts the gateways of a rehearsal by forking a process that has loaded their code: a moment instead of seconds.

The nursery is a process of its own, told by lines of JSON on its standard input whom to start; on its standard output
it tells who was started and who has ended. It dies with us, and the gateways die with it.
"""

import asyncio
import ctypes
import json
import os
import selectors
import signal
import sys
import traceback
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

from hebah.app import lone_gateway

_COMMAND = (sys.executable, "-c", "from hebah.app.rehearsal.nursery import main; main()")
_PR_SET_PDEATHSIG = 1
_LONGEST_LINE = 1 << 20


class Child:
    """A gateway process."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._ended = asyncio.Event()

    async def wait(self) -> int:
        """Return once it has ended and is reaped; gives the exit code, negative for a signal."""
        await self._ended.wait()
        assert self.returncode is not None
        return self.returncode

    def signal(self, number: signal.Signals) -> None:
        """Send a signal, unless it has ended."""
        if self.returncode is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def ended(self, code: int) -> None:
        """The nursery has reaped it."""
        self.returncode = code
        self._ended.set()


class Nursery:
    """Our end of the process that gateways are forked from."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._expected: deque[asyncio.Future[Child]] = deque()
        self._living: dict[int, Child] = {}

    async def bear(self, environment: Mapping[str, str], log: Path) -> Child:
        """Start a gateway with these settings, which writes to the end of this file."""
        assert self._process.stdin is not None
        born = asyncio.get_running_loop().create_future()
        self._expected.append(born)
        order = json.dumps({"environment": dict(environment), "log": str(log)})
        self._process.stdin.write(order.encode() + b"\n")
        await self._process.stdin.drain()
        child: Child = await born
        return child

    async def listen(self) -> None:
        """Hear what becomes of them, for as long as the nursery lives."""
        assert self._process.stdout is not None
        async for line in self._process.stdout:
            self._hear(json.loads(line))
        for child in self._living.values():
            child.ended(-signal.SIGKILL)
        for born in self._expected:
            # Whoever was interrupted does not wait for a birth any more.
            if not born.done():
                born.set_exception(ChildProcessError("the process that starts gateways has ended"))

    async def end(self) -> None:
        """Let nobody outlive this."""
        if self._process.returncode is None:
            self._process.kill()
        await self._process.wait()

    def _hear(self, told: Mapping[str, Any]) -> None:
        if "code" in told:
            self._living.pop(told["pid"]).ended(told["code"])
            return
        child = self._living[told["pid"]] = Child(told["pid"])
        born = self._expected.popleft()
        if not born.done():
            born.set_result(child)


@asynccontextmanager
async def open_nursery(environment: Mapping[str, str]) -> AsyncIterator[Nursery]:
    """A nursery, for as long as the block lasts."""
    process = await asyncio.create_subprocess_exec(
        *_COMMAND,
        env=environment,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=_LONGEST_LINE,
        start_new_session=True,  # Ctrl-C is for us: we end them in order
        preexec_fn=dying_with(os.getpid()),
    )
    nursery = Nursery(process)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(nursery.listen())
        try:
            yield nursery
        finally:
            await nursery.end()


def main() -> None:
    """The nursery's own life: until its standard input ends."""
    heard, rung = os.pipe()
    os.set_blocking(heard, False)
    os.set_blocking(rung, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(rung)
    unread = b""
    with selectors.SelectSelector() as selector:
        selector.register(0, selectors.EVENT_READ)
        selector.register(heard, selectors.EVENT_READ)
        while True:
            ready = {key.fd for key, _ in selector.select()}
            if heard in ready:
                os.read(heard, _LONGEST_LINE)
                _tell_ends()
            if 0 in ready:
                read = os.read(0, _LONGEST_LINE)
                if not read:
                    return
                *orders, unread = (unread + read).split(b"\n")
                for order in orders:
                    _start(json.loads(order), (heard, rung))


def _start(order: Mapping[str, Any], ours: tuple[int, ...]) -> None:
    parent = os.getpid()
    pid = os.fork()
    if pid:
        _tell({"pid": pid})
        return
    code = 1
    try:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.setsid()
        if (before := dying_with(parent)) is not None:
            before()
        _settle_into(Path(order["log"]), ours)
        lone_gateway.main(order["environment"])
        code = 0
    finally:
        # Never back into the nursery's own loop.
        if code:
            traceback.print_exc()
            sys.stderr.flush()
        os._exit(code)


def _settle_into(log: Path, ours: tuple[int, ...]) -> None:
    """What a gateway reads and writes is its own."""
    for descriptor in ours:
        os.close(descriptor)
    nothing = os.open(os.devnull, os.O_RDONLY)
    written = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for descriptor, wanted in ((nothing, 0), (written, 1), (written, 2)):
        os.dup2(descriptor, wanted)


def _tell_ends() -> None:
    for pid, status in _ended():
        _tell({"pid": pid, "code": os.waitstatus_to_exitcode(status)})


def _ended() -> Iterator[tuple[int, int]]:
    with suppress(ChildProcessError):
        while True:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if not pid:
                return
            yield pid, status


def _tell(fact: Mapping[str, int]) -> None:
    os.write(1, json.dumps(fact).encode() + b"\n")


def dying_with(parent: int) -> Callable[[], None] | None:
    """What a child does first: ask to be killed when its parent is."""
    if sys.platform != "linux":
        return None
    ask = ctypes.CDLL(None).prctl

    def before() -> None:
        ask(_PR_SET_PDEATHSIG, int(signal.SIGKILL))
        if os.getppid() != parent:  # it died in between
            os._exit(1)

    return before
