"""The network itself: a TLS server on 127.0.0.1 with accounts, phones and people, and everything that happens there."""

import asyncio
import json
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.network import fabrication
from tests.network.accounts import Behaviour
from tests.network.connection import Connection
from tests.network.controls import POLITE, DeviceState
from tests.network.door import FrontDoor
from tests.network.fabrication import Fabrication
from tests.network.hub import Delivered, Hub, Sent, Sign
from tests.network.linking import Linking
from tests.network.nodes import Codec, Node
from tests.network.noise import NoiseRoot
from tests.network.sockets import OpenSockets, Request, Response, Socket
from tests.network.talking import Talking
from tests.network.tokens import load_codec
from tests.network.trouble import Trouble
from tests.network.trust import make_trust

_BACKLOG = 4096
_PAGE = '<script>{"client_revision":%d,}</script>'
_FIRST_REVISION = 1


class Network(Talking, Trouble):
    """An async context manager: open while the block runs. `folder` gets the certificates and the settings file."""

    def __init__(self, folder: Path, port: int = 0, codec: Codec | None = None) -> None:
        self._folder = folder
        self._port = port
        self._hub = Hub(codec or load_codec(), NoiseRoot())
        self._linking = Linking(self._hub)
        self._door = FrontDoor(self._hub, self._linking)
        self._sockets = OpenSockets()
        self._server: asyncio.Server | None = None
        self._trusted, self._tls = make_trust(folder)

    @property
    def settings_file(self) -> Path:
        """What HEBAH_TESTNET must name in the environment of a companion built for tests."""
        return self._folder / "testnet.json"

    @property
    def port(self) -> int:
        """Where the network listens."""
        return self._port

    async def __aenter__(self) -> Self:
        await self._listen()
        told = {"port": self._port, "ca": str(self._trusted), "noise_public_key": self._hub.root.public.hex()}
        self.settings_file.write_text(json.dumps(told), encoding="utf-8")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._shut()

    # ---- who comes in

    def answer(self, request: Request) -> Response:
        """HTTP: the web page with the version of WhatsApp Web, and files."""
        if request.target == "/":
            return Response(200, (_PAGE % (self._hub.least_version or _FIRST_REVISION)).encode(), b"text/html")
        return self._hub.media.answer(request)

    def opened(self, socket: Socket) -> Connection:
        """A WebSocket: a device, or a client that wants to be one."""
        return Connection(self._hub, self._door, socket)

    async def _listen(self) -> None:
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(
            lambda: Socket(self, self._sockets), "127.0.0.1", self._port, ssl=self._tls, backlog=_BACKLOG
        )
        self._port = self._server.sockets[0].getsockname()[1]

    async def _shut(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None
        await self._sockets.abort()

    async def restart(self) -> None:
        await self._shut()
        await self._listen()

    async def stop_accepting(self, *, on: bool = True) -> None:
        if on and self._server is not None:
            self._server.close()
            self._server = None
        elif not on and self._server is None:
            await self._listen()

    # ---- the world

    async def account(self, number: str, name: str = "", *, lid: bool = True) -> str:
        return self._hub.directory.add(number, name, lid=lid).number

    async def person(self, number: str, name: str = "", behaviour: Behaviour = POLITE, *, lid: bool = True) -> str:
        somebody = self._hub.directory.add(number, name, lid=lid)
        somebody.behaviour = behaviour
        return somebody.number

    async def people(self, first: str, count: int, behaviour: Behaviour = POLITE) -> None:
        self._hub.directory.add_range(first, count, behaviour)

    async def reinstall(self, number: str) -> None:
        somebody = self._hub.directory.get(number)
        somebody.phone.change_identity()
        for account in self._hub.directory:
            if number in account.chats:
                for device in account.devices.values():
                    self._hub.notify(device, "encrypt", [Node("identity")], somebody.address(by_lid=True))

    async def fabricate(self, first: str, count: int, prekeys: int = 20) -> Fabrication:
        return fabrication.fabricate(self._hub, first, count, prekeys)

    # ---- linking

    async def scan(self, qr: str, phone: str) -> str:
        return (await self._linking.scan(qr, self._hub.directory.get(phone))).name

    async def type_code(self, code: str, phone: str) -> str:
        return (await self._linking.type_code(code, self._hub.directory.get(phone))).name

    async def passkey(self, phone: str, *, on: bool = True) -> None:
        self._hub.directory.get(phone).passkey = on

    async def rotate_codes(self, qr: str) -> None:
        self._linking.rotate(qr)

    # ---- seeing

    async def sent(self, after: int = 0) -> list[Sent]:
        return self._hub.sent[after:]

    async def delivered(self, after: int = 0) -> list[Delivered]:
        return self._hub.delivered[after:]

    async def signs(self, after: int = 0) -> list[Sign]:
        return self._hub.signs[after:]

    async def devices(self, number: str) -> list[DeviceState]:
        return [
            DeviceState(
                name=device.name,
                online=device.wire is not None,
                logins=device.logins,
                prekeys=len(device.prekeys),
                redelivered=device.mailbox.redelivered,
                waiting=tuple(node.get("id") for node in device.mailbox.unacknowledged() if node.tag == "message"),
            )
            for device in self._hub.directory.get(number).devices.values()
        ]

    async def stats(self) -> dict[str, int]:
        media = self._hub.media
        files = {"uploads": media.uploads, "downloads": media.downloads, "deletions": media.deletions}
        return {**self._hub.counts, **files, "connections": len(self._sockets), "sent": len(self._hub.sent)}

    async def complaints(self) -> list[str]:
        return list(self._hub.complaints)
