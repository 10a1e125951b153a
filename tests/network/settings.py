"""What the owner of a phone keeps of chats, and how its devices learn of that and change it: app state on the wire."""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from tests.network import messages, phones
from tests.network.accounts import Account, Device
from tests.network.appstate import PatchError
from tests.network.hub import Hub
from tests.network.nodes import SERVER, Jid, Node
from tests.network.protobuf import Fields

_CONFLICT = 409


class Setting(StrEnum):
    """What can be kept of a chat."""

    PINNED = "pin_v1"
    ARCHIVED = "archive"
    MUTED = "mute"
    READ = "markChatAsRead"
    NAMED = "contact"


@dataclass(frozen=True, slots=True)
class Kept:
    """A setting of a chat as it lies in the app state; `until` in milliseconds, 0 without an end."""

    setting: Setting
    on: bool = True
    until: int = 0
    name: str = ""


# Of each setting: its collection, the version of its form, the number of its field.
_FORMS = {
    Setting.PINNED: ("regular_low", 5, 5),
    Setting.ARCHIVED: ("regular_low", 3, 17),
    Setting.MUTED: ("regular_high", 2, 4),
    Setting.READ: ("regular_low", 3, 20),
    Setting.NAMED: ("critical_unblock_low", 2, 3),
}


def share_keys(hub: Hub, device: Device) -> None:
    """The phone gives a device the key of its app state; the device then asks for all of it."""
    state = device.account.app_state
    keys = messages.app_state_keys([(state.key_id, state.key)], int(time.time() * 1000))
    phones.write_peer(hub, device.account, device, keys)


def keep(hub: Hub, account: Account, chat: Jid, kept: Kept) -> None:
    """The owner does something to a chat on the phone."""
    collection, version, field = _FORMS[kept.setting]
    value: Fields = {1: int(time.time() * 1000), field: _value(kept)}
    account.app_state.write(collection, (kept.setting.value, str(chat)), version, value)
    _tell(hub, account.devices.values(), collection, account)


def read(account: Account, chat: Iterable[str]) -> list[Kept]:
    """What phone and devices have set of a chat, under any of its names."""
    found = []
    for mutation in account.app_state.read():
        if mutation.index[0] in _NAMES and mutation.index[1] in chat:
            setting = Setting(mutation.index[0])
            value = mutation.value.message(_FORMS[setting][2])
            name = value.text(1) if setting is Setting.NAMED else ""
            until = value.number(2) if setting is Setting.MUTED else 0
            found.append(Kept(setting, setting is Setting.NAMED or value.flag(1), until, name))
    return found


def answer(hub: Hub, device: Device, asked: Node) -> list[Node]:
    """A device asks for what is new in collections, or adds to one."""
    return [Node("sync", {}, [_collection(hub, device, part) for part in asked.children])]


def _collection(hub: Hub, device: Device, asked: Node) -> Node:
    name, base = asked.get("name"), int(asked.get("version", "0") or 0)
    state, patch = device.account.app_state, asked.child("patch")
    if patch is not None:
        try:
            if not state.accept(name, base, patch.data):
                return _behind(device, name, base)
        except PatchError as error:
            hub.complain(f"a patch of {name} is refused: {error}")
            return Node("collection", {"name": name, "type": "error"}, [Node("error", {"code": "400"})])
        hub.counts["patches_taken"] += 1
        others = [other for other in device.account.devices.values() if other is not device]
        _tell(hub, others, name, device.account)
        return Node("collection", {"name": name, "version": str(state.collections[name].version)})
    device.synced.add(name)
    return Node("collection", {"name": name, "version": str(base)}, [_patches(device, name, base)])


def _behind(device: Device, name: str, base: int) -> Node:
    error = Node("error", {"code": str(_CONFLICT), "text": "conflict"})
    return Node("collection", {"name": name, "type": "error"}, [error, _patches(device, name, base)])


def _patches(device: Device, name: str, base: int) -> Node:
    found = device.account.app_state.collections[name].patches[base:]
    return Node("patches", {}, [Node("patch", {}, patch) for patch in found])


def _tell(hub: Hub, devices: Iterable[Device], name: str, account: Account) -> None:
    told = Node("collection", {"name": name, "version": str(account.app_state.collections[name].version)})
    for device in devices:
        hub.notify(device, "server_sync", [told], SERVER)


def _value(kept: Kept) -> Fields:
    match kept.setting:
        case Setting.NAMED:
            return {1: kept.name, 2: kept.name.partition(" ")[0]}
        case Setting.MUTED:
            return {1: kept.on, 2: kept.until or None}
        case _:
            return {1: kept.on}


_NAMES = frozenset(setting.value for setting in Setting)
