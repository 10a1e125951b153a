"""Messages of linked devices: refused or acknowledged, written down, and brought to phones and other devices."""

from dataclasses import dataclass

from tests.network import groups, peer, phones
from tests.network.accounts import Account, Device, Letter
from tests.network.hub import Hub, Sent
from tests.network.nodes import Jid, Node

_TIME_LOCK = 463
_NOBODY = 404


@dataclass(frozen=True, slots=True)
class Copy:
    """One ciphertext of a message and whom it is for."""

    jid: Jid
    sealed: Node


def message(hub: Hub, device: Device, node: Node) -> None:
    """A message stanza, unless the device's line is out of order."""
    knobs = device.knobs
    if knobs.held is not None:
        knobs.held.append(node)
        return
    if knobs.lose:
        knobs.lose -= 1
        hub.counts["lost"] += 1
    else:
        carry(hub, device, node)
    if knobs.cut:
        knobs.cut = False
        if device.wire is not None:
            device.wire.abort()


def carry(hub: Hub, device: Device, node: Node) -> None:
    """Write a message down, answer its sender, bring it where it belongs."""
    group = hub.groups.find(node.jid("to"))
    copies, code = _copies(node), refusal(hub, device, node)
    retry = max((int(copy.sealed.get("count", "0")) for copy in copies), default=0)
    to, kind = hub.number(node.jid("to")), node.get("category") or node.get("type")
    hub.sent.append(Sent(device.name, to, node.get("id"), hub.stamp(), len(copies), kind, code, retry))
    _acknowledge(hub, device, node, code)
    if code:
        return
    if group is not None and not retry:
        groups.carry(hub, group, device, node)
        return
    device.account.chats.add(to)
    for copy in copies:
        _bring(hub, device, node, copy)


def _copies(node: Node) -> list[Copy]:
    listed = node.child("participants")
    copies = []
    for part in listed.children if listed else ():
        sealed = part.child("enc")
        if sealed is not None:
            copies.append(Copy(part.jid("jid"), sealed))
    sealed = node.child("enc")
    if sealed is not None:
        # A message again, for the one device that asked; in a group it says which member's.
        copies.append(Copy(node.jid("participant") if "participant" in node.attrs else node.jid("to"), sealed))
    return copies


def refusal(hub: Hub, device: Device, node: Node) -> int:
    """The code that the server refuses a message with; 0 when it takes it."""
    if node.get("category") == "peer":
        return 0
    if device.knobs.refuse:
        return device.knobs.refuse.popleft()
    account, to = device.account, hub.person(node.jid("to"))
    if hub.groups.find(node.jid("to")) is not None:
        return 0
    if to is None:
        return _NOBODY
    restricted = account.restricted_until is not None and account.restricted_until > hub.now()
    return _TIME_LOCK if restricted and to.number not in account.chats else 0


def _acknowledge(hub: Hub, device: Device, node: Node, code: int) -> None:
    knobs = device.knobs
    if knobs.swallow:
        knobs.swallow -= 1
        hub.counts["acks_swallowed"] += 1
        return
    named = {"class": "message", "id": node.get("id"), "from": node.jid("to"), "t": str(hub.now())}
    if code:
        named["error"] = str(code)
    elif stale(hub, device, node):
        # Another list than the client's own makes it ask for the devices again.
        named["phash"] = "2:changed0"
    answer = Node("ack", named)
    hub.later(knobs.ack_delay, lambda: device.wire.send(answer) if device.wire else None)


def stale(hub: Hub, device: Device, node: Node) -> bool:
    """Whether the sender did not know of a device that should have got a copy."""
    listed, to = node.child("participants"), hub.person(node.jid("to"))
    if listed is None or to is None:
        return False
    copied = {(hub.number(part.jid("jid")), part.jid("jid").device) for part in listed.children}
    wanted = {(to.number, number) for number in to.devices}
    wanted |= {(device.account.number, number) for number in device.account.devices}
    return bool(wanted - copied - {(device.account.number, device.number)})


def _bring(hub: Hub, device: Device, node: Node, copy: Copy) -> None:
    account = hub.person(copy.jid)
    if account is None:
        hub.complain("a message has a copy for nobody")
    elif copy.jid.device == 0:
        _to_phone(hub, device, node, copy, account)
    elif copy.jid.device in account.devices:
        _to_device(hub, device, node, copy, account.devices[copy.jid.device])


def _to_phone(hub: Hub, device: Device, node: Node, copy: Copy, account: Account) -> None:
    letter = Letter(
        account=device.account.number,
        device=device.number,
        wire_id=node.get("id"),
        at=hub.stamp(),
        sender=device.address(by_lid=copy.jid.server == "lid"),
        kind=copy.sealed.get("type"),
        data=copy.sealed.data,
        retry=int(copy.sealed.get("count", "0")),
        group=node.jid("to") if node.jid("to").server == "g.us" else "",
    )
    if node.get("category") == "peer":
        peer.take(hub, device, letter)
        return
    account.chats.add(device.account.number)
    phones.take(hub, account, letter)
    if account is not device.account:
        phones.react(hub, account, device, letter, copy.jid)


def _to_device(hub: Hub, device: Device, node: Node, copy: Copy, to: Device) -> None:
    by_lid = copy.jid.server == "lid"
    attrs = {
        "from": device.address(by_lid=by_lid), "id": node.get("id"), "type": node.get("type", "text"),
        "t": str(hub.now()), "notify": device.account.name, "edit": node.get("edit"),
    }  # fmt: skip
    if to.account is device.account:
        attrs["recipient"] = node.jid("to").bare
        attrs["peer_recipient_pn"] = node.get("peer_recipient_pn")
    elif by_lid:
        attrs["sender_pn"] = device.account.pn
    else:
        attrs["sender_lid"] = device.account.lid if device.account.lid.user else ""
    content = [copy.sealed]
    identity = node.child("device-identity")
    if identity is not None:
        content.append(identity)
    phones.deliver(hub, to, Node("message", attrs, content))
