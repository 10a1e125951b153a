"""Groups: who is in them, and messages that are sealed once for all members with a sender's key."""

from tests.network import messages, phones
from tests.network.accounts import Account, Device, Letter, Written
from tests.network.hub import Hub
from tests.network.membership import Group, GroupChange
from tests.network.nodes import Node


def described(group: Group, now: int) -> Node:
    """The group as the server tells its members about it."""
    owner = group.members[0]
    named = {
        "id": group.jid.user, "subject": group.subject, "creation": str(now), "creator": owner.lid,
        "creator_pn": owner.pn, "size": str(len(group.members)), "addressing_mode": "lid", "s_t": str(now),
        "p_v_id": str(group.version), "a_v_id": "1",
    }  # fmt: skip
    content = [Node("participant", {**_named(member), "type": _rank(group, member)}) for member in group.members]
    if group.admins_write:
        content.append(Node("announcement"))
    return Node("group", named, content)


def _named(member: Account) -> dict[str, str]:
    return {"jid": member.lid, "phone_number": member.pn}


def _rank(group: Group, member: Account) -> str:
    if member is group.members[0]:
        return "superadmin"
    return "admin" if member.number in group.admins else ""


def found(hub: Hub, group: Group) -> None:
    """Tell everybody in a group that their owner has just made it."""
    for member in group.members:
        _let_in(hub, group, group.members[0], member, {"type": "new"})


def change(hub: Hub, group: Group, by: Account, what: GroupChange, people: list[Account], subject: str) -> None:
    """Somebody changes a group: everybody in it is told, those who go with it as well."""
    present = list(group.members)
    content = _apply(hub, group, what, people, subject)
    for member in present:
        for device in member.devices.values():
            hub.notify(device, "w:gp2", [content], group.jid, **_doer(by))
    for member in group.members:
        if member not in present:
            _let_in(hub, group, by, member, {})


def _let_in(hub: Hub, group: Group, by: Account, member: Account, attrs: dict[str, str]) -> None:
    for device in member.devices.values():
        told = Node("create", dict(attrs), [described(group, hub.now())])
        hub.notify(device, "w:gp2", [told], group.jid, **_doer(by))


def _doer(by: Account) -> dict[str, str]:
    return {"participant": by.lid, "participant_pn": by.pn, "addressing_mode": "lid", "notify": by.name}


def _apply(hub: Hub, group: Group, what: GroupChange, people: list[Account], subject: str) -> Node:
    numbers = {person.number for person in people}
    match what:
        case GroupChange.RENAME:
            group.subject = subject
            return Node("subject", {"subject": subject, "s_t": str(hub.now())})
        case GroupChange.ADMINS_WRITE | GroupChange.ALL_WRITE:
            group.admins_write = what is GroupChange.ADMINS_WRITE
            return Node("announcement" if group.admins_write else "not_announcement", {"v_id": "2"})
        case GroupChange.ADD:
            group.members += [person for person in people if person not in group.members]
        case GroupChange.REMOVE:
            group.members = [member for member in group.members if member.number not in numbers]
        case GroupChange.PROMOTE:
            group.admins |= numbers
        case GroupChange.DEMOTE:
            group.admins -= numbers
    before, group.version = group.version, group.version + 1
    parts = [Node("participant", dict(_named(person))) for person in people]
    return Node(what.value, {"prev_v_id": str(before), "v_id": str(group.version)}, parts)


def write(hub: Hub, group: Group, sender: Account, message: bytes, wire_id: str = "") -> str:
    """A member's phone writes in a group; the message's id."""
    wire_id = wire_id or hub.wire_id()
    attrs: dict[str, str] = {
        "from": group.jid, "participant": sender.lid, "participant_pn": sender.pn, "addressing_mode": "lid",
        "id": wire_id, "t": str(hub.now()), "notify": sender.name, **phones.stanza_facts(message),
    }  # fmt: skip
    introduction = messages.with_distribution(b"", group.jid, sender.phone.distribution(group.jid))
    both = messages.with_distribution(message, group.jid, sender.phone.distribution(group.jid))
    sender.remember(wire_id, Written(both, attrs))
    sealed = Node("enc", {"v": "2", "type": "skmsg"}, sender.phone.encrypt_group(group.jid, message))
    for member in group.members:
        if member is not sender:
            letter = Letter(sender.number, 0, wire_id, hub.stamp(), sender.lid, plain=message, group=group.jid)
            member.letters.append(letter)
        for device in member.devices.values():
            content = [*_introduced(group, sender, device, introduction), sealed]
            phones.deliver(hub, device, Node("message", dict(attrs), content))
    return wire_id


def _introduced(group: Group, sender: Account, device: Device, introduction: bytes) -> list[Node]:
    """The sender's key for a device that has not got it, sealed for it alone."""
    pair = (sender.number, device.signal_name)
    if pair in group.initiated:
        return []
    group.initiated.add(pair)
    kind, data = phones.seal(sender, device, introduction)
    return [Node("enc", {"v": "2", "type": kind}, data)]


def carry(hub: Hub, group: Group, device: Device, node: Node) -> None:
    """Bring a device's group message to the phones and devices of the other members, each with its own part."""
    sealed = node.child("enc")
    listed = node.child("participants")
    own = {part.jid("jid"): part.child("enc") for part in (listed.children if listed else ())}
    for member in group.members:
        for number in (0, *member.devices):
            jid = member.lid.with_device(number)
            parts = [part for part in (own.get(jid), sealed) if part is not None]
            if number == 0:
                _to_phone(hub, group, device, node, member, parts)
            elif member.devices[number] is not device:
                _to_device(hub, group, device, node, member.devices[number], parts)


def _to_phone(hub: Hub, group: Group, device: Device, node: Node, member: Account, parts: list[Node]) -> None:
    sender = device.address(by_lid=True)
    for part in parts:
        letter = Letter(
            device.account.number, device.number, node.get("id"), hub.stamp(), sender, part.get("type"), part.data,
            retry=int(part.get("count", "0")), group=group.jid,
        )  # fmt: skip
        phones.take(hub, member, letter)
    if member is not device.account and member.behaviour.delivers:
        for other in device.account.devices.values():
            named = {"from": group.jid, "participant": member.lid, "id": node.get("id"), "t": str(hub.now())}
            other.mailbox.put(Node("receipt", named))


def _to_device(hub: Hub, group: Group, device: Device, node: Node, to: Device, parts: list[Node]) -> None:
    attrs: dict[str, str] = {
        "from": group.jid, "participant": device.address(by_lid=True), "participant_pn": device.account.pn,
        "addressing_mode": "lid", "id": node.get("id"), "type": node.get("type", "text"), "t": str(hub.now()),
        "notify": device.account.name, "edit": node.get("edit"),
    }  # fmt: skip
    identity = node.child("device-identity")
    content = [*parts, identity] if identity is not None else parts
    phones.deliver(hub, to, Node("message", attrs, content))
