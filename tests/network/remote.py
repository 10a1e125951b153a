"""A network that runs in another process: the same controls, over a socket."""

import asyncio
import itertools
import sys
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import msgspec

from tests.network.control import LONGEST_LINE, Answer, Call, Method, method_table
from tests.network.controls import Controls

SETTINGS = "testnet.json"
_ROOT = Path(__file__).parents[2]
_START_SECONDS = 30


class RemoteError(RuntimeError):
    """The network could not do what it was asked; `kind` is the name of the exception there."""

    def __init__(self, kind: str, words: str) -> None:
        super().__init__(f"{kind}: {words}")
        self.kind = kind


class RemoteNetwork(Controls):
    """Speaks to a network's control socket while the block runs; calls may overlap."""

    def __init__(self, folder: Path, socket: Path) -> None:
        self.settings_file = folder / SETTINGS
        self._socket = socket
        self._ids = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[Answer]] = {}
        self._tasks = asyncio.TaskGroup()

    async def __aenter__(self) -> Self:
        self._reader, self._writer = await asyncio.open_unix_connection(str(self._socket), limit=LONGEST_LINE)
        await self._tasks.__aenter__()
        self._listening = self._tasks.create_task(self._listen())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._listening.cancel()
        await self._tasks.__aexit__(None, None, None)
        self._writer.close()

    async def call(self, name: str, method: Method, *given: object, **named: object) -> object:
        """One control; raises RemoteError."""
        number = next(self._ids)
        answer = self._waiting[number] = asyncio.get_running_loop().create_future()
        said = Call(number, name, method.arguments(*given, **named))
        self._writer.write(msgspec.json.encode(said) + b"\n")
        told = await answer
        if told.error:
            raise RemoteError(told.error, told.words)
        return method.result(told.result)

    async def _listen(self) -> None:
        decoder = msgspec.json.Decoder(Answer)
        while line := await self._reader.readline():
            told = decoder.decode(line)
            answer = self._waiting.pop(told.id, None)
            if answer is not None and not answer.done():
                answer.set_result(told)
        for answer in self._waiting.values():
            if not answer.done():
                answer.set_exception(ConnectionResetError("the network has ended"))


def _forwarding(name: str, method: Method) -> Callable[..., Coroutine[Any, Any, object]]:
    async def forward(self: RemoteNetwork, *given: object, **named: object) -> object:
        return await self.call(name, method, *given, **named)

    forward.__name__, forward.__doc__ = name, f"{name} of the network in the other process."
    return forward


for _name, _method in method_table().items():
    setattr(RemoteNetwork, _name, _forwarding(_name, _method))


@asynccontextmanager
async def network_process(folder: Path, port: int = 0) -> AsyncIterator[RemoteNetwork]:
    """Run a network in a process of its own, which ends with this block or with this process."""
    socket = folder / "control"
    command = [sys.executable, "-m", "tests.network", "--folder", str(folder), "--socket", str(socket)]
    process = await asyncio.create_subprocess_exec(
        *command, "--port", str(port), cwd=_ROOT, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    try:
        assert process.stdout is not None
        said = await asyncio.wait_for(process.stdout.readline(), _START_SECONDS)
        if not said:
            raise RuntimeError("the network did not start")
        async with RemoteNetwork(folder, socket) as network:
            yield network
    finally:
        assert process.stdin is not None
        process.stdin.close()
        await process.wait()
