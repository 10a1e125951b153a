"""What the network does to devices on demand: bans, restrictions, removals, broken streams."""

import json

from tests.network.accounts import Account, Device, Failure
from tests.network.connection import Connection
from tests.network.hub import Hub
from tests.network.mailbox import Wire
from tests.network.nodes import SERVER, Node

_LOCKED = "xwa2_notify_account_reachout_timelock"


def fail(account: Account, failure: Failure) -> None:
    """Turn an account away from now on, and see off those of its devices that are online."""
    account.failure = failure
    for device in account.devices.values():
        if device.wire is not None:
            goodbye(device.wire, Node("failure", dict(failure.attrs)))


def goodbye(wire: Wire, node: Node) -> None:
    """Say a last word and hang up."""
    wire.send(node)
    if isinstance(wire, Connection):
        wire.close_later()
    else:
        wire.close()


def replaced(device: Device) -> None:
    """Tell a device that another place has opened its session."""
    wire, device.wire = device.wire, None
    device.mailbox.shut()
    if wire is not None:
        goodbye(wire, Node("stream:error", {}, [Node("conflict", {"type": "replaced"})]))


def unlink(device: Device) -> None:
    """The phone's owner removes a device."""
    device.account.devices.pop(device.number, None)
    wire, device.wire = device.wire, None
    if wire is not None:
        conflict = Node("conflict", {"type": "device_removed"})
        goodbye(wire, Node("stream:error", {"code": "401"}, [conflict]))


def stream_error(device: Device, code: str, tag: str) -> None:
    """End the stream of a device."""
    if device.wire is not None:
        inside = [Node(tag)] if tag else None
        goodbye(device.wire, Node("stream:error", {"code": code}, inside))


def tell_restriction(hub: Hub, account: Account) -> None:
    """Tell devices whether the account may write to strangers."""
    until = account.restricted_until
    locked: dict[str, object] = {"is_active": until is not None}
    if until is not None:
        locked |= {"enforcement_type": "WEB_COMPANION_ONLY", "time_enforcement_ends": str(until)}
    said = json.dumps({"data": {_LOCKED: locked}}).encode()
    for device in account.devices.values():
        update = Node("update", {"op_name": "NotificationUserReachoutTimelockUpdate"}, said)
        hub.notify(device, "mex", [update], SERVER)
