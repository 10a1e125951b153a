"""Malformed stanzas: random ones made of the protocol's own words, and frames that are no stanzas at all."""

import asyncio
import random

from tests.network.accounts import Device
from tests.network.connection import Connection
from tests.network.nodes import Jid, Node

_TAGS = (
    "message", "receipt", "call", "chatstate", "presence", "notification", "iq", "ib", "status", "appdata", "ack",
    "stream", "success", "retry",
)  # fmt: skip
_INSIDE = (
    "enc", "plaintext", "list", "retry", "offer", "terminate", "relaylatency", "composing", "paused", "devices", "add",
    "remove", "update", "collection", "dirty", "offline", "offline_preview", "edge_routing", "picture", "privacy",
    "count", "item", "participants", "account_sync", "disappearing_mode", "identity", "encrypt", "set", "create",
    "unavailable", "meta", "registration", "keys", "users", "user", "tokens", "token", "delete", "promote", "subject",
    "group", "reason", "error", "device-identity", "rmr", "enc_p", "enc_iv", "bot", "multicast", "verified_name",
    "device", "description", "body", "link", "locked", "announcement", "ephemeral", "membership_approval_mode",
)  # fmt: skip
_TYPES = (
    "text", "media", "retry", "read", "played", "encrypt", "devices", "w:gp2", "picture", "mediaretry",
    "privacy_token", "newsletter", "mex", "account_sync", "server_sync", "status", "contacts", "business", "psa",
    "pkmsg", "msg", "skmsg", "msmsg", "set", "get", "result", "error", "crsc_continuation", "hosted", "sender",
)  # fmt: skip
_VALUES = {
    "type": _TYPES,
    "id": ("A1", "", "x" * 200),
    "t": ("1", "x", "99999999999999", "-1"),
    "v": ("2", "3", "x"),
    "value": ("", "-1", "7"),
    "name": ("regular", "critical_block", ""),
    "count": ("1", "-5", "99999999999999999999"),
    "call-id": ("c", ""),
    "xmlns": ("urn:xmpp:ping", "md", "w"),
    "op_name": ("x",),
    "mediatype": ("url",),
    "version": ("1",),
    "addressing_mode": ("lid", "pn", "x"),
    "code": ("", "1", "x"),
    "edit": ("1", "7", "x"),
    "media": ("audio", ""),
    "category": ("peer", ""),
}
_ADDRESSES = ("from", "participant", "to", "jid", "lid", "recipient", "sender_pn", "sender_lid", "author")
_USUAL = ("from", "id", "t", "type")
_TEXTS = ("", "x", "{}", "3\0\1abc", "a" * 40)
_BATCH = 50
_DEEPEST = 3
_RAW = 0.05


async def fuzz(device: Device, count: int, seed: int) -> int:
    """Send so many to a device, as long as it stays; the same seed sends the same."""
    dice = random.Random(seed)
    for sent in range(count):
        wire = device.wire
        if not isinstance(wire, Connection):
            return sent
        if dice.random() < _RAW:
            wire.send_frame(dice.randbytes(dice.randint(1, 60)))
        else:
            wire.send(_stanza(dice, device))
        if sent % _BATCH == 0:
            await asyncio.sleep(0.01)
    return count


def _stanza(dice: random.Random, device: Device, depth: int = 0) -> Node:
    node = Node(dice.choice(_INSIDE if depth else _TAGS), _attributes(dice, device))
    shape = dice.random()
    if shape < 0.5 and depth < _DEEPEST:
        node.content = [_stanza(dice, device, depth + 1) for _ in range(dice.randint(1, 3))]
    elif shape < 0.75:
        node.content = dice.choice(_TEXTS).encode()
    return node


def _attributes(dice: random.Random, device: Device) -> dict[str, str]:
    people = (
        "15550000300@s.whatsapp.net", "70015550000300@lid", "123-456@g.us", "@s.whatsapp.net", "status@broadcast",
        "1@newsletter", device.account.pn, device.address(by_lid=True), "1:99@s.whatsapp.net", "13135550002@bot",
    )  # fmt: skip
    attrs: dict[str, str] = {}
    for name in (*_ADDRESSES, *_VALUES):
        if dice.random() < (0.75 if name in _USUAL else 0.15):
            address = Jid(dice.choice(people))
            attrs[name] = address if name in _ADDRESSES else dice.choice(_VALUES[name])
    return attrs
