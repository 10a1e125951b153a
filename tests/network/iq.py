"""Answers to what linked devices ask the server: keys, people, devices, media hosts and small talk."""

import hashlib
from collections.abc import Callable, Iterable
from typing import TypeAlias

from tests.network import groups, pictures, settings
from tests.network.accounts import Account, Device
from tests.network.bundles import bundle_parts, part, registration
from tests.network.hub import Hub
from tests.network.media import HOST
from tests.network.nodes import SERVER, Jid, Node
from tests.network.signal import Bundle

Answer: TypeAlias = "list[Node]"
_FEW_PREKEYS = 5
_HIDDEN = 401


class Refused(Exception):
    """The server answers with an error."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(code, text)
        self.code = code
        self.text = text


def answer(hub: Hub, device: Device, node: Node) -> Node:
    """The answer to one iq of a device."""
    xmlns = node.get("xmlns")
    said = node.children[0].tag if node.children else ""
    hub.counts[f"iq_{xmlns}_{said}"] += 1
    named = {"from": SERVER, "id": node.get("id")}
    try:
        content = _answered(hub, device, node)
    except Refused as refused:
        error = Node("error", {"code": str(refused.code), "text": refused.text})
        return Node("iq", {**named, "type": "error"}, [error])
    return Node("iq", {**named, "type": "result"}, content or None)


def _answered(hub: Hub, device: Device, node: Node) -> Answer:
    refusals = device.knobs.queries.get(node.get("xmlns"))
    if refusals:
        raise Refused(refusals.popleft(), "refused")
    return _TABLE.get(node.get("xmlns"), _unknown)(hub, device, node)


def _unknown(hub: Hub, _device: Device, node: Node) -> Answer:
    hub.complain(f"iq {node.get('xmlns')} is not understood: {node.children[0].tag if node.children else ''}")
    return []


def _nothing(_hub: Hub, _device: Device, _node: Node) -> Answer:
    return []


# ---- keys


def _encrypt(hub: Hub, device: Device, node: Node) -> Answer:
    said = node.children[0] if node.children else Node("")
    if node.get("type") == "set":
        if node.child("list") is not None:
            _take_prekeys(device, node)
        return []
    match said.tag:
        case "count":
            return [Node("count", {"value": str(len(device.prekeys))})]
        case "key":
            return [Node("list", {}, [_user_keys(hub, user.jid("jid")) for user in said.all("user")])]
        case "digest":
            return [_digest(device)]
    return _unknown(hub, device, node)


def _take_prekeys(device: Device, node: Node) -> None:
    listed, signed = node.child("list"), node.child("skey")
    for key in listed.children if listed else ():
        device.prekeys.append((part(key, "id"), part(key, "value")))
    if signed is not None:
        device.signed = (part(signed, "id"), part(signed, "value"), part(signed, "signature"))


def _user_keys(hub: Hub, jid: Jid) -> Node:
    account = hub.person(jid)
    device = account.devices.get(jid.device) if account else None
    if account is None or (jid.device and device is None):
        return Node("user", {"jid": jid}, [Node("error", {"code": "404", "text": "item-not-found"})])
    if device is None:
        return Node("user", {"jid": jid}, _bundle_nodes(account.phone.bundle()))
    keys = Node("user", {"jid": jid}, _bundle_nodes(device.bundle()))
    if len(device.prekeys) == _FEW_PREKEYS - 1:
        hub.notify(device, "encrypt", [Node("count", {"value": str(len(device.prekeys))})], SERVER)
    return keys


def _bundle_nodes(bundle: Bundle) -> list[Node]:
    return [registration(bundle), *bundle_parts(bundle)]


def _digest(device: Device) -> Node:
    signed_id, signed_key, signature = device.signed
    everything = hashlib.sha1(device.keys.identity + signed_key + signature, usedforsecurity=False)
    for _, key in device.prekeys:
        everything.update(key)
    signed = [Node("id", {}, signed_id), Node("value", {}, signed_key), Node("signature", {}, signature)]
    return Node("digest", {}, [
        Node("registration", {}, device.keys.registration), Node("type", {}, b"\x05"),
        Node("identity", {}, device.keys.identity), Node("skey", {}, signed),
        Node("list", {}, [Node("id", {}, key_id) for key_id, _ in device.prekeys]),
        Node("hash", {}, everything.digest()),
    ])  # fmt: skip


# ---- people


def _usync(hub: Hub, _device: Device, node: Node) -> Answer:
    asked = node.child("usync")
    query, listed = (asked.child("query"), asked.child("list")) if asked else (None, None)
    if asked is None or query is None or listed is None:
        raise Refused(400, "bad-request")
    wanted = {part.tag: part for part in query.children}
    users = [_user(hub, user, wanted) for user in listed.all("user")]
    result = Node("result", {}, [Node(tag) for tag in wanted])
    return [Node("usync", dict(asked.attrs), [result, Node("list", {}, users)])]


def _user(hub: Hub, user: Node, wanted: dict[str, Node]) -> Node:
    contact = user.child("contact")
    if contact is not None:
        return _contact(hub, contact.data.decode(), wanted)
    jid = user.jid("jid")
    account = hub.person(jid)
    parts = [] if account is None else list(_about(hub, account, wanted))
    return Node("user", {"jid": jid}, parts)


def _contact(hub: Hub, asked: str, wanted: dict[str, Node]) -> Node:
    phone = asked.partition("@")[0]
    account = hub.directory.find(phone.lstrip("+"))
    pn = Jid(f"{phone.lstrip('+')}@s.whatsapp.net")
    if account is None:
        return Node("user", {"pn_jid": pn}, [Node("contact", {"type": "out"}, phone.encode())])
    by_lid = wanted["contact"].get("addressing_mode") == "lid" if "contact" in wanted else False
    named: dict[str, str] = {"jid": account.address(by_lid=by_lid), "pn_jid": account.pn}
    contact = Node("contact", {"type": "in"}, phone.encode())
    return Node("user", named, [contact, *_about(hub, account, wanted)])


def _about(hub: Hub, account: Account, wanted: dict[str, Node]) -> Iterable[Node]:
    if "devices" in wanted:
        yield _devices(hub, account)
    if "lid" in wanted and account.lid.user:
        yield Node("lid", {"val": account.lid})
    if "status" in wanted:
        yield Node("status", {}, b"")


def _devices(hub: Hub, account: Account) -> Node:
    listed = [Node("device", {"id": "0"})]
    listed += [Node("device", {"id": str(number), "key-index": str(number)}) for number in account.devices]
    now = hub.now()
    index = Node("key-index-list", {"ts": str(now)}, account.key_index_list(now) if account.devices else None)
    return Node("devices", {}, [Node("device-list", {}, listed), index])


# ---- the rest


def _media_conn(_hub: Hub, _device: Device, _node: Node) -> Answer:
    host = Node("host", {"hostname": HOST, "type": "primary"}, [Node("upload"), Node("download")])
    named = {"auth": "test", "ttl": "3600", "auth_ttl": "3600", "max_buckets": "12", "id": "1", "is_new": "1"}
    return [Node("media_conn", {**named, "max_manual_retry": "3"}, [host])]


def _app_state(hub: Hub, device: Device, node: Node) -> Answer:
    asked = node.child("sync")
    if asked is None:
        raise Refused(400, "bad-request")
    return settings.answer(hub, device, asked)


def _linked(hub: Hub, device: Device, node: Node) -> Answer:
    if node.child("remove-companion-device") is not None:
        hub.counts["logouts"] += 1
        device.account.devices.pop(device.number, None)
    return []


def _group(hub: Hub, device: Device, node: Node) -> Answer:
    group = hub.groups.find(node.jid("to"))
    if group is None:
        raise Refused(404, "item-not-found")
    if device.account not in group.members:
        raise Refused(403, "forbidden")
    return [groups.described(group, hub.now())]


def _picture(hub: Hub, _device: Device, node: Node) -> Answer:
    code, content = pictures.answer(hub, node.jid("target"))
    if not content:
        raise Refused(code, "not-authorized" if code == _HIDDEN else "item-not-found")
    return content


def _privacy(_hub: Hub, _device: Device, node: Node) -> Answer:
    if node.get("type") != "get":
        return []
    names = {"last": "all", "profile": "all", "status": "all", "readreceipts": "all", "online": "all"}
    return [Node("privacy", {}, [Node("category", {"name": name, "value": value}) for name, value in names.items()])]


def _properties(_hub: Hub, _device: Device, _node: Node) -> Answer:
    return [Node("props", {"protocol": "1", "hash": "x", "refresh": "86400", "ab_key": "x"}, [])]


def _passive(_hub: Hub, _device: Device, node: Node) -> Answer:
    return [Node(child.tag) for child in node.children]


_TABLE: dict[str, Callable[[Hub, Device, Node], Answer]] = {
    "encrypt": _encrypt,
    "usync": _usync,
    "w:m": _media_conn,
    "w:sync:app:state": _app_state,
    "md": _linked,
    "privacy": _privacy,
    "w:g2": _group,
    "w:profile:picture": _picture,
    "abt": _properties,
    "passive": _passive,
    **dict.fromkeys(
        ("w:p", "urn:xmpp:ping", "blocklist", "status", "tos", "w:stats", "urn:xmpp:whatsapp:dirty"), _nothing
    ),
}
