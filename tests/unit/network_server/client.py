"""A linked device in a few lines, so that the network can be tested without the real library."""

import asyncio
import base64
import hmac
import json
import ssl
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from tests.network.bundles import bundle_in
from tests.network.keys import DJB, KeyPair
from tests.network.nodes import SERVER, Codec, Jid, Node
from tests.network.noise import PROLOGUE, Cipher, NoiseState
from tests.network.protobuf import Fields, decode, encode
from tests.network.signal import SignalDevice

CODEC = Codec([""], [])
"""No dictionary at all: every word travels in full."""

_PATTERN = b"Noise_XX_25519_AESGCM_SHA256\0\0\0\0"
_PATIENCE_SECONDS = 5


class Client:
    """A companion device: keys, a connection when it is open, and the stanzas that came."""

    def __init__(self, settings_file: Path) -> None:
        self.told = json.loads(settings_file.read_text(encoding="utf-8"))
        self.noise, self.signal = KeyPair(), SignalDevice(5)
        self.secret = bytes(range(32))
        self.number, self.device = "", 0
        self._connection: ClientConnection | None = None
        self._rx: Cipher
        self._tx: Cipher
        self._kept: list[Node] = []

    @property
    def signal_name(self) -> str:
        """What other phones call this device."""
        return f"{self.number}.{self.device}"

    # ---- connecting

    async def connect(self, payload: Fields) -> None:
        """Shake hands and say who we are."""
        trusted = ssl.create_default_context(cafile=self.told["ca"])
        self._connection = await connect(f"wss://127.0.0.1:{self.told['port']}/ws/chat", ssl=trusted, compression=None)
        state, ephemeral = NoiseState(_PATTERN, PROLOGUE), KeyPair()
        state.mix_hash(ephemeral.public)
        await self._write(PROLOGUE, encode({2: {1: ephemeral.public}}))
        hello = decode(await self._read()).message(3)
        state.mix_hash(hello.data(1))
        state.mix_key(ephemeral.agree(hello.data(1)))
        static = state.decrypt(hello.data(2))
        state.mix_key(ephemeral.agree(static))
        state.decrypt(hello.data(3))
        sealed = state.encrypt(self.noise.public)
        state.mix_key(self.noise.agree(hello.data(1)))
        await self._write(b"", encode({4: {1: sealed, 2: state.encrypt(encode(payload))}}))
        self._tx, self._rx = state.split()

    async def log_in(self) -> Node:
        """Connect as the device that was linked; what the server says first."""
        self._kept.clear()
        await self.connect({1: int(self.number), 18: self.device or None})
        return await self.next(lambda node: node.tag in ("success", "failure"))

    async def show_qr(self) -> str:
        """Connect as a new device; the text of its first QR code."""
        signed = self.signal
        await self.connect({19: {
            1: signed.registration_id.to_bytes(4, "big"), 2: DJB, 3: signed.identity.public,
            4: signed.signed_id.to_bytes(3, "big"), 5: signed.signed_key.public, 6: signed.signature,
        }})  # fmt: skip
        offered = await self.next(lambda node: node.child("pair-device") is not None)
        ref = offered.child("pair-device", "ref")
        assert ref is not None
        await self.send(Node("iq", {"to": SERVER, "type": "result", "id": offered.get("id")}))
        texts = [base64.b64encode(key).decode() for key in (self.noise.public, signed.identity.public, self.secret)]
        return ",".join((ref.data.decode(), *texts))

    async def take_link(self) -> None:
        """Check and sign what the phone gave, and hang up."""
        given = await self.next(lambda node: node.child("pair-success") is not None)
        device, identity = given.child("pair-success", "device"), given.child("pair-success", "device-identity")
        assert device is not None
        assert identity is not None
        outer = decode(identity.data)
        assert outer.data(2) == hmac.digest(self.secret, outer.data(1), "sha256")
        signed = decode(outer.data(1))
        message = b"\x06\x01" + signed.data(1) + self.signal.identity.public + signed.data(2)
        back = encode({1: signed.data(1), 3: signed.data(3), 4: self.signal.identity.sign(message)})
        self.number, self.device = device.jid("jid").user, device.jid("jid").device
        content = [Node("pair-device-sign", {}, [Node("device-identity", {}, back)])]
        await self.send(Node("iq", {"to": SERVER, "type": "result", "id": given.get("id")}, content))
        await self.next(lambda node: node.get("code") == "515")
        await self.close()

    async def upload_prekeys(self) -> None:
        """Give the server one-time keys."""
        keys = [
            Node("key", {}, [Node("id", {}, number.to_bytes(3, "big")), Node("value", {}, key.public)])
            for number, key in self.signal.prekeys.items()
        ]
        await self.ask("encrypt", [Node("list", {}, keys)], kind="set")

    async def close(self) -> None:
        """Hang up."""
        if self._connection is not None:
            await self._connection.close()
            self._connection = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    # ---- talking

    async def send(self, node: Node) -> None:
        """Write a stanza."""
        await self._write(b"", self._tx.encrypt(CODEC.pack(node)))

    async def ask(self, xmlns: str, content: list[Node], kind: str = "get", to: Jid = SERVER) -> Node:
        """An iq and its answer."""
        number = f"q{len(self._kept)}{xmlns}"
        await self.send(Node("iq", {"to": to, "type": kind, "id": number, "xmlns": xmlns}, content))
        return await self.next(lambda node: node.tag == "iq" and node.get("id") == number)

    async def next(self, wanted: Callable[[Node], bool]) -> Node:
        """The next stanza of that sort; others are kept for later."""
        for node in self._kept:
            if wanted(node):
                self._kept.remove(node)
                return node
        async with asyncio.timeout(_PATIENCE_SECONDS):
            while not wanted(node := CODEC.unpack(await self.frame())):
                self._kept.append(node)
        return node

    async def frame(self) -> bytes:
        """The next frame, opened; it may be nonsense."""
        return self._rx.decrypt(await self._read())

    async def message(self) -> Node:
        """The next message stanza."""
        return await self.next(lambda node: node.tag == "message")

    async def ended(self) -> bool:
        """Whether the server hangs up, whatever it says before."""
        try:
            await self.next(lambda _: False)
        except ConnectionClosed:
            return True
        return False

    def nothing_more(self) -> list[Node]:
        """Stanzas that came and nobody asked for."""
        return self._kept

    def open(self, node: Node) -> bytes:
        """The plaintext of a message from a phone."""
        sealed = node.child("enc")
        assert sealed is not None
        return self.signal.decrypt(str(node.jid("from")), sealed.get("type"), sealed.data)

    async def confirm(self, node: Node) -> None:
        """Say that a message has been stored."""
        await self.send(Node("receipt", {"to": node.jid("from"), "id": node.get("id"), "type": "inactive"}))

    async def say(self, to: Jid, wire_id: str, message: bytes) -> None:
        """Write to somebody's phone, with a session that is begun if there is none."""
        if not self.signal.has_session(str(to)):
            answer = await self.ask("encrypt", [Node("key", {}, [Node("user", {"jid": to})])])
            user = answer.child("list", "user")
            assert user is not None
            bundle = bundle_in(Node("", {}, [*user.children, Node("keys", {}, user.children)]))
            assert bundle is not None
            self.signal.start(str(to), bundle)
        kind, data = self.signal.encrypt(str(to), message)
        sealed = Node("to", {"jid": to}, [Node("enc", {"v": "2", "type": kind}, data)])
        content = [Node("participants", {}, [sealed])]
        await self.send(Node("message", {"to": to, "id": wire_id, "type": "text"}, content))

    async def acked(self, wire_id: str) -> Node:
        """The server's answer to a message."""
        return await self.next(lambda node: node.tag == "ack" and node.get("id") == wire_id)

    # ---- frames

    async def _write(self, header: bytes, frame: bytes) -> None:
        assert self._connection is not None
        await self._connection.send(header + len(frame).to_bytes(3, "big") + frame)

    async def _read(self) -> bytes:
        assert self._connection is not None
        data = await self._connection.recv()
        assert isinstance(data, bytes)
        return data[3:]
