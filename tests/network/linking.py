"""Linking new devices: QR codes, eight-character codes, and the signed identity that the phone gives."""

import asyncio
import base64
import hmac
import os

from tests.network import passkeys
from tests.network.accounts import Account, Device
from tests.network.codepair import Primary
from tests.network.connection import Connection
from tests.network.hub import Hub
from tests.network.keys import verify
from tests.network.nodes import SERVER, Jid, Node
from tests.network.protobuf import decode, encode

_REFS = 6
_DEVICE_SIGNATURE = b"\x06\x01"
_CODE_FINISH = "companion_finish"


class LinkingError(RuntimeError):
    """The phone cannot link this: an unknown or old code, or the client says no."""


class Linking:
    """Every client that waits to be linked."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._refs: dict[str, Connection] = {}
        self._typed: dict[str, Connection] = {}

    # ---- what the client shows

    def show_codes(self, connection: Connection) -> None:
        """Give a client references to make QR codes of."""
        assert connection.registration is not None
        refs = tuple(_new_ref() for _ in range(_REFS))
        connection.registration.codes = refs
        self._refs.update(dict.fromkeys(refs, connection))
        attrs = {"from": SERVER, "type": "set", "id": self._hub.next_id(), "xmlns": "md"}
        codes = [Node("ref", {}, ref.encode()) for ref in refs]
        connection.send(Node("iq", attrs, [Node("pair-device", {}, codes)]))

    def forget(self, connection: Connection) -> None:
        """The client is gone."""
        registration = connection.registration
        for ref in registration.codes if registration else ():
            self._refs.pop(ref, None)
        for number in [number for number, waiting in self._typed.items() if waiting is connection]:
            del self._typed[number]

    def answer(self, connection: Connection, node: Node) -> None:
        """A question or an answer of a client that is not linked yet."""
        said = node.children[0] if node.children else Node("")
        match said.tag, said.get("stage"):
            case "link_code_companion_reg", "companion_hello":
                self._result(connection, node, [self._offer_code(connection, said)])
            case "link_code_companion_reg", "companion_finish":
                connection.settle(_CODE_FINISH, said)
                self._result(connection, node)
            case "ref", _:
                self._result(connection, node, [Node("ref", {}, _new_ref().encode())])
            case _ if node.get("type") in ("get", "set"):
                self._result(connection, node)
                connection.settle(said.tag, said)

    def _result(self, connection: Connection, node: Node, content: list[Node] | None = None) -> None:
        connection.send(Node("iq", {"from": SERVER, "type": "result", "id": node.get("id")}, content))

    def _offer_code(self, connection: Connection, said: Node) -> Node:
        registration, wrapped = connection.registration, said.child("link_code_pairing_wrapped_companion_ephemeral_pub")
        assert registration is not None
        registration.code_ref, registration.code_wrapped = os.urandom(16), wrapped.data if wrapped else b""
        self._typed[said.jid("jid").user] = connection
        ref = Node("link_code_pairing_ref", {}, registration.code_ref)
        return Node("link_code_companion_reg", {"stage": "companion_hello"}, [ref])

    # ---- what the phone does

    async def scan(self, qr: str, account: Account) -> Device:
        """The phone's camera sees this text."""
        ref, _noise, _identity, secret = qr.split("#", 1)[-1].split(",")[:4]
        connection = self._refs.get(ref)
        if connection is None:
            raise LinkingError("no client shows this code any more")
        shown = base64.b64decode(secret)
        if account.passkey:
            shown = await passkeys.exchange(connection, shown)
        return await self._complete(connection, account, shown)

    def rotate(self, qr: str) -> None:
        """Make the client that shows this code use another secret in it."""
        connection = self._refs.get(_ref_of(qr))
        if connection is None:
            raise LinkingError("no client shows this code any more")
        named = {"from": SERVER, "type": "companion_reg_refresh", "id": self._hub.next_id("n")}
        connection.send(Node("notification", named, [Node("pair-device-rotate-qr")]))

    async def type_code(self, code: str, account: Account) -> Device:
        """Somebody types the code that a client shows for this phone."""
        connection = self._typed.pop(account.number, None)
        if connection is None or connection.registration is None:
            raise LinkingError("no client asked to be linked to this phone by a code")
        wrapped = connection.registration.code_wrapped
        primary = await asyncio.to_thread(Primary, code.replace("-", ""), account.phone.identity, wrapped)
        finish = connection.expect(_CODE_FINISH)
        content = [
            Node("link_code_pairing_wrapped_primary_ephemeral_pub", {}, primary.wrapped),
            Node("primary_identity_pub", {}, account.phone.identity.public),
            Node("link_code_pairing_ref", {}, connection.registration.code_ref),
        ]
        notified = {"from": SERVER, "type": "link_code_companion_reg", "id": self._hub.next_id("n")}
        notified["t"] = str(self._hub.now())
        told = Node("link_code_companion_reg", {"stage": "primary_hello"}, content)
        connection.send(Node("notification", notified, [told]))
        bundle = (await asyncio.wait_for(finish, 20)).child("link_code_pairing_wrapped_key_bundle")
        return await self._complete(connection, account, primary.adv_secret(bundle.data if bundle else b""))

    async def _complete(self, connection: Connection, account: Account, secret: bytes) -> Device:
        registration = connection.registration
        assert registration is not None
        device = Device(account, account.next_device(), registration.keys)
        signed = account.sign_device(device.keys.identity, device.number, self._hub.now())
        sealed = encode({1: signed, 2: hmac.digest(secret, signed, "sha256")})
        named = {"jid": device.address(by_lid=False), "lid": device.address(by_lid=True)}
        content = [
            Node("device-identity", {}, sealed),
            Node("device", {name: jid for name, jid in named.items() if Jid(jid).user}),
            Node("platform", {"name": "android"}),
        ]
        # The server knows the device before the client knows it: a client that is quick may log in at once.
        account.devices[device.number] = device
        answer = await connection.ask_server(Node("pair-success", {}, content))
        if answer.get("type") != "result" or not _signed_back(account, device, answer):
            del account.devices[device.number]
            raise LinkingError(f"the client does not want to be linked: {answer}")
        connection.send(Node("stream:error", {"code": "515"}))
        connection.close_later()
        tell_others(self._hub, device)
        return device


def _new_ref() -> str:
    return f"2@{base64.b64encode(os.urandom(24)).decode()}"


def _ref_of(qr: str) -> str:
    return qr.split("#", 1)[-1].split(",")[0]


def tell_others(hub: Hub, device: Device) -> None:
    """Tell an account's other devices that its list of devices has changed."""
    account = device.account
    for other in account.devices.values():
        if other is not device:
            listed = [Node("device", {"jid": account.pn.with_device(number)}) for number in (0, *account.devices)]
            # They cannot verify this hash, so they ask for the list.
            hub.notify(other, "account_sync", [Node("devices", {"dhash": "2:changed0"}, listed)], account.pn)


def _signed_back(account: Account, device: Device, answer: Node) -> bool:
    """Whether the new device signed its identity in turn."""
    identity = answer.child("pair-device-sign", "device-identity")
    if identity is None:
        return False
    signed = decode(identity.data)
    message = _DEVICE_SIGNATURE + signed.data(1) + device.keys.identity + account.phone.identity.public
    return verify(device.keys.identity, message, signed.data(4))
