"""A device's connection: the Noise handshake, frames with stanzas, and questions that the server asks."""

import asyncio
from dataclasses import dataclass
from typing import Protocol

from tests.network.accounts import Device, DeviceKeys
from tests.network.hub import Hub
from tests.network.nodes import SERVER, Jid, Node, NodeError
from tests.network.noise import PROLOGUE, NoiseError, NoiseServer
from tests.network.protobuf import ProtobufError, Record, decode
from tests.network.sockets import Socket

_PATIENCE_SECONDS = 20
_GOODBYE_SECONDS = 2.0
_ROUTING = b"ED"
_LENGTH = 3


@dataclass(slots=True)
class Registration:
    """A client that wants to be linked: its keys, and what linking by a code needs in between."""

    keys: DeviceKeys
    code_ref: bytes = b""
    code_wrapped: bytes = b""
    codes: tuple[str, ...] = ()


class Door(Protocol):
    """Who decides what becomes of a client."""

    def enter(self, connection: "Connection", payload: Record, static: bytes) -> None:
        """The handshake is done: the ClientPayload, and the client's own key."""

    def stanza(self, connection: "Connection", node: Node) -> None:
        """The client says something."""

    def left(self, connection: "Connection") -> None:
        """The client is gone."""


class Connection:
    """The stream of one WebSocket; it is a device's wire once the device has logged in."""

    def __init__(self, hub: Hub, door: Door, socket: Socket) -> None:
        self.hub = hub
        self.device: Device | None = None
        self.registration: Registration | None = None
        self._door = door
        self._socket = socket
        self._buffer = bytearray()
        self._noise: NoiseServer | None = None
        self._greeted = self._shaken = False
        self._open = True
        self._questions: dict[str, asyncio.Future[Node]] = {}

    # ---- towards the client

    def send(self, node: Node) -> None:
        """Write a stanza; nothing happens when the connection is gone or the device was told nothing more."""
        if self._open and self._noise is not None and not (self.device and self.device.knobs.silent):
            self.send_frame(self.hub.codec.pack(node))

    def send_frame(self, plain: bytes) -> None:
        """Seal and write any bytes as a frame."""
        if self._open and self._noise is not None:
            sealed = self._noise.tx.encrypt(plain)
            self._socket.send(len(sealed).to_bytes(_LENGTH, "big") + sealed)

    def close(self) -> None:
        """Hang up."""
        self._socket.close()

    def close_later(self, seconds: float = _GOODBYE_SECONDS) -> None:
        """Hang up unless the client does: a server that is quicker takes the reason out of the client's hands."""
        self.hub.later(seconds, self.close)

    def abort(self) -> None:
        """Be gone without a word."""
        self._socket.abort()

    async def ask(self, node: Node) -> Node:
        """Send an iq and wait for its answer."""
        answer: asyncio.Future[Node] = asyncio.get_running_loop().create_future()
        self._questions[node.get("id")] = answer
        self.send(node)
        return await asyncio.wait_for(answer, _PATIENCE_SECONDS)

    async def ask_server(self, content: Node, xmlns: str = "md") -> Node:
        """An iq of the server with this content, and its answer."""
        attrs = {"from": SERVER, "type": "set", "id": self.hub.next_id(), "xmlns": xmlns, "t": str(self.hub.now())}
        return await self.ask(Node("iq", attrs, [content]))

    def expect(self, question: str) -> "asyncio.Future[Node]":
        """Something the client will say later, to be settled by `settle`."""
        answer: asyncio.Future[Node] = asyncio.get_running_loop().create_future()
        self._questions[question] = answer
        return answer

    def settle(self, question: str, node: Node) -> bool:
        """Hand what the client said to whoever waits for it."""
        answer = self._questions.pop(question, None)
        if answer is None or answer.done():
            return False
        answer.set_result(node)
        return True

    # ---- from the socket

    def received(self, data: bytes) -> None:
        """Bytes of the stream: a header once, then frames with their length before them."""
        self._buffer += data
        try:
            if self._noise is None and not self._begin():
                return
            while self._open and (cut := self._cut()) is not None:
                self._frame(cut)
        except (NoiseError, NodeError, ProtobufError) as error:
            self.hub.complain(f"a client spoke nonsense: {error}")
            self.abort()
        except Exception as error:
            self.hub.complain(f"the network failed: {error!r}")
            raise

    def lost(self) -> None:
        """The connection is gone."""
        self._open = False
        for question in self._questions.values():
            if not question.done():
                question.set_exception(ConnectionResetError("the client hung up"))
        self._questions.clear()
        self._door.left(self)

    def _begin(self) -> bool:
        buffer = self._buffer
        if buffer[:2] == _ROUTING:
            if len(buffer) < 7:
                return False
            del buffer[: 7 + int.from_bytes(buffer[4:7], "big")]
        if len(buffer) < len(PROLOGUE):
            return False
        prologue = bytes(buffer[: len(PROLOGUE)])
        if prologue[:2] != PROLOGUE[:2]:
            raise NoiseError("the stream begins with no header")
        del buffer[: len(PROLOGUE)]
        self._noise = NoiseServer(self.hub.root, prologue)
        return True

    def _cut(self) -> bytes | None:
        buffer = self._buffer
        end = _LENGTH + int.from_bytes(buffer[:_LENGTH], "big")
        if len(buffer) < _LENGTH or len(buffer) < end:
            return None
        frame = bytes(buffer[_LENGTH:end])
        del buffer[:end]
        return frame

    def _frame(self, frame: bytes) -> None:
        noise = self._noise
        assert noise is not None
        if self._shaken:
            self._stanza(self.hub.codec.unpack(noise.rx.decrypt(frame)))
        elif self._greeted:
            self._finish(frame)
        else:
            self._greeted = True
            hello = noise.hello(frame)
            self._socket.send(len(hello).to_bytes(_LENGTH, "big") + hello)
            if noise.mode == "IK":
                self._finish(None)

    def _finish(self, frame: bytes | None) -> None:
        assert self._noise is not None
        self._noise.finish(frame)
        self._shaken = True
        self.hub.counts[f"handshakes_{self._noise.mode}"] += 1
        self._door.enter(self, decode(self._noise.client_payload), self._noise.client_static)

    def _stanza(self, node: Node) -> None:
        self.hub.counts[f"in_{node.tag}"] += 1
        if self.device is not None and self.device.knobs.silent:
            return
        if node.tag == "iq" and self.settle(node.get("id"), node):
            return
        if not isinstance(node.attrs.get("to", SERVER), Jid):
            self.hub.complain(f"<{node.tag}> has an address that is only text")
            node.attrs["to"] = Jid(node.attrs["to"])
        self._door.stanza(self, node)
