"""Who may come in: logins of linked devices, new clients that want to be linked, and where their stanzas go."""

from collections.abc import Callable

from tests.network import faults, iq, receipts, routing
from tests.network.accounts import Account, Device, DeviceKeys, Failure
from tests.network.connection import Connection, Registration
from tests.network.hub import Hub, Sign
from tests.network.linking import Linking
from tests.network.mailbox import answered_key
from tests.network.nodes import Node
from tests.network.protobuf import Record

_USERNAME, _AGENT, _DEVICE, _PAIRING = 1, 5, 18, 19
_UNKNOWN_DEVICE = Failure({"reason": "401", "location": "test"})
_OUTDATED = Failure({"reason": "405", "location": "test"})


class FrontDoor:
    """Lets clients in and hands their stanzas on."""

    def __init__(self, hub: Hub, linking: Linking) -> None:
        self._hub = hub
        self._linking = linking
        self._handlers: dict[str, Callable[[Hub, Device, Node], None]] = {
            "message": routing.message,
            "receipt": receipts.receipt,
            "ack": acknowledged,
            "presence": signed,
            "chatstate": signed,
            "ib": ignored,
            "xmlstreamend": ignored,
        }

    def enter(self, connection: Connection, payload: Record, static: bytes) -> None:
        """A linked device says its number; a new one brings keys."""
        outdated = self._hub.least_version > payload.message(_AGENT).message(2).number(3)
        if outdated:
            refuse(connection, _OUTDATED)
        elif _USERNAME in payload:
            self._log_in(connection, str(payload.number(_USERNAME)), payload.number(_DEVICE), static)
        else:
            connection.registration = registration_of(payload.message(_PAIRING), static)
            self._linking.show_codes(connection)

    def stanza(self, connection: Connection, node: Node) -> None:
        """Something a client says."""
        device = connection.device
        if node.tag == "iq":
            if device is None:
                self._linking.answer(connection, node)
            else:
                connection.send(iq.answer(self._hub, device, node))
        elif device is not None and node.tag in self._handlers:
            self._handlers[node.tag](self._hub, device, node)
        elif node.tag not in ("ib", "ack"):
            self._hub.complain(f"<{node.tag}> is not understood")

    def left(self, connection: Connection) -> None:
        """A client is gone."""
        self._linking.forget(connection)
        device = connection.device
        if device is not None and device.wire is connection:
            device.wire = None
            device.mailbox.shut()

    def _log_in(self, connection: Connection, number: str, device_number: int, static: bytes) -> None:
        account = self._hub.directory.find(number)
        failure = account and turned_away(account)
        device = account.devices.get(device_number) if account else None
        if failure:
            refuse(connection, failure)
        elif device is None or device.keys.noise != static:
            refuse(connection, _UNKNOWN_DEVICE)
        else:
            self._welcome(connection, device)

    def _welcome(self, connection: Connection, device: Device) -> None:
        if device.wire is not None:
            faults.replaced(device)
        connection.device, device.wire = device, connection
        device.logins += 1
        self._hub.counts["logins"] += 1
        now = self._hub.now()
        connection.send(
            Node("success", {
                "t": str(now), "creation": str(now - 10**6), "lid": device.address(by_lid=True), "props": "1",
                "abprops": "1", "location": "test", "companion_enc_static": "",
            })
        )  # fmt: skip
        device.mailbox.open(connection)


def registration_of(told: Record, static: bytes) -> Registration:
    """The keys of a client that wants to be linked."""
    signed = (told.data(4), told.data(5), told.data(6))
    return Registration(DeviceKeys(told.data(3), told.data(1), static, signed))


def turned_away(account: Account) -> Failure | None:
    """Why this account may not log in; counts down a failure that passes by itself."""
    failure = account.failure
    if failure is None or failure.times == 0:
        return failure
    account.failure = Failure(failure.attrs, failure.times - 1) if failure.times > 1 else None
    return failure


def refuse(connection: Connection, failure: Failure) -> None:
    """Say why a client may not stay, and see it off."""
    connection.send(Node("failure", dict(failure.attrs)))
    connection.close_later()


def acknowledged(hub: Hub, device: Device, node: Node) -> None:
    """The device has a stanza of ours."""
    hub.acknowledged(device, answered_key(node.get("class"), node))
    if node.get("error"):
        hub.counts[f"nack_{node.get('error')}"] += 1


def signed(hub: Hub, device: Device, node: Node) -> None:
    """Typing and presence, as it came; typing reaches the person's devices."""
    inside = node.children[0] if node.children else Node("")
    kind = inside.tag if node.tag == "chatstate" else f"{node.tag}_{node.get('type')}"
    if inside.get("media"):
        kind = f"{kind}_{inside.get('media')}"
    hub.signs.append(Sign(device.name, hub.number(node.jid("to")), kind, hub.stamp()))
    to = hub.person(node.jid("to"))
    for other in to.devices.values() if to else ():
        if other.wire is not None:
            sender = device.address(by_lid=node.jid("to").server == "lid").bare
            other.wire.send(Node("chatstate", {"from": sender}, node.content))


def ignored(_hub: Hub, _device: Device, _node: Node) -> None:
    """Telemetry."""
