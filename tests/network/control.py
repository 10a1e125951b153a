"""A network's controls over a Unix socket, as lines of JSON, for processes beside the one that runs it."""

import asyncio
import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import get_type_hints

import msgspec

from tests.network.controls import Controls

LONGEST_LINE = 1 << 27


class Call(msgspec.Struct):
    """A line towards the network: the method and its arguments by name."""

    id: int
    method: str
    arguments: dict[str, msgspec.Raw] = {}


class Answer(msgspec.Struct):
    """A line back, in any order: the result, or the name of an exception and its words."""

    id: int
    result: msgspec.Raw = msgspec.Raw(b"null")
    error: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class Method:
    """How one control is called: its parameters by name and the type that it gives back."""

    signature: inspect.Signature
    types: Mapping[str, object]

    def arguments(self, *given: object, **named: object) -> dict[str, msgspec.Raw]:
        """What the caller gave, by name and as JSON."""
        bound = self.signature.bind(None, *given, **named).arguments
        return {name: msgspec.Raw(msgspec.json.encode(value)) for name, value in bound.items() if name != "self"}

    def decoded(self, arguments: Mapping[str, msgspec.Raw]) -> dict[str, object]:
        """What came as JSON, by name."""
        return {name: msgspec.json.decode(value, type=self.types[name]) for name, value in arguments.items()}

    def result(self, raw: msgspec.Raw) -> object:
        """What the control gives back."""
        return msgspec.json.decode(raw, type=self.types["return"])


def method_table() -> dict[str, Method]:
    """Every control by its name."""
    return {
        name: Method(inspect.signature(function), get_type_hints(function))
        for name, function in vars(Controls).items()
        if inspect.iscoroutinefunction(function)
    }


class ControlServer:
    """Serves a network's controls on a socket while the block runs."""

    def __init__(self, network: Controls, socket: Path) -> None:
        self._network = network
        self._socket = socket
        self._methods = method_table()
        self._tasks = asyncio.TaskGroup()
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()

    async def serve(self, over: asyncio.Event, ready: Callable[[], None]) -> None:
        """Until the event is set; says when it listens."""
        async with self._tasks:
            self._server = await asyncio.start_unix_server(self._listen, str(self._socket), limit=LONGEST_LINE)
            ready()
            await over.wait()
            self._server.close()
            for writer in self._writers:
                writer.close()

    async def _listen(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        decoder = msgspec.json.Decoder(Call)
        self._writers.add(writer)
        while line := await reader.readline():
            self._tasks.create_task(self._carry_out(decoder.decode(line), writer))
        self._writers.discard(writer)
        writer.close()

    async def _carry_out(self, call: Call, writer: asyncio.StreamWriter) -> None:
        try:
            arguments = self._methods[call.method].decoded(call.arguments)
            result = await getattr(self._network, call.method)(**arguments)
            answer = Answer(call.id, msgspec.Raw(msgspec.json.encode(result, enc_hook=str)))
        except Exception as error:  # noqa: BLE001 - whatever went wrong is for the caller to see
            answer = Answer(call.id, error=type(error).__name__, words=str(error))
        if not writer.is_closing():
            writer.write(msgspec.json.encode(answer) + b"\n")
