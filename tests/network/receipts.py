"""Receipts of linked devices: what they have, what was read on them, and what they could not read or download."""

from tests.network import mediaretry, phones
from tests.network.accounts import Device
from tests.network.hub import Hub, Sign
from tests.network.mailbox import answered_key
from tests.network.nodes import Node

_HAS_IT = frozenset({"", "inactive", "sender", "peer_msg", "hist_sync", "retry"})
"""Receipts by which the server may forget a message."""


def receipt(hub: Hub, device: Device, node: Node) -> None:
    """A receipt stanza: always acknowledged, then acted upon."""
    to, kind, wire_id = node.jid("to"), node.get("type"), node.get("id")
    acknowledge(device, node)
    if kind in _HAS_IT:
        hub.acknowledged(device, answered_key("message", node))
    hub.signs.append(Sign(device.name, hub.number(to), kind or "delivered", hub.stamp(), (wire_id, *_listed(node))))
    person = hub.person(to)
    if person is None:
        return
    if kind == "retry":
        hub.counts["retry_receipts"] += 1
        phones.say_again(hub, person, device, node)
    elif kind == "server-error":
        mediaretry.asked(hub, device, node)
    elif person is not device.account:
        _forward(hub, device, node)


def acknowledge(device: Device, node: Node) -> None:
    """Tell the device that its receipt has arrived."""
    if device.wire is None:
        return
    named = {
        "class": "receipt", "id": node.get("id"), "from": node.jid("to"), "type": node.get("type"),
        "participant": node.get("participant"),
    }  # fmt: skip
    device.wire.send(Node("ack", named))


def _listed(node: Node) -> tuple[str, ...]:
    listed = node.child("list")
    return tuple(item.get("id") for item in listed.children) if listed else ()


def _forward(hub: Hub, device: Device, node: Node) -> None:
    to = hub.person(node.jid("to"))
    for other in to.devices.values() if to else ():
        named = {**node.attrs, "from": device.address(by_lid=node.jid("to").server == "lid"), "t": str(hub.now())}
        named.pop("to", None)
        other.mailbox.put(Node("receipt", named, node.content))
