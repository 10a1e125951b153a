"""What the server keeps for one device until the device has acknowledged it: sent when online, again at each login."""

from collections import deque
from typing import Protocol, TypeAlias

from tests.network.nodes import SERVER, Jid, Node

Key: TypeAlias = tuple[str, str, str, str]
"""Tag, id, type (of what is no message) and sender of a stanza."""

_WINDOW = 1000
"""Stanzas on their way to a device at most: the library's own queue holds twice as many."""


class Wire(Protocol):
    """A live connection of a device."""

    def send(self, node: Node) -> None:
        """Write a stanza; nothing happens when the connection is gone."""

    def close(self) -> None:
        """Hang up."""

    def abort(self) -> None:
        """Be gone without a word."""


def key_of(node: Node) -> Key:
    """What tells a stanza from the others in a mailbox."""
    return node.tag, node.get("id"), "" if node.tag == "message" else node.get("type"), node.get("from")


def message_key(sender: Jid, wire_id: str) -> Key:
    """The key of a message."""
    return "message", wire_id, "", sender


class Mailbox:
    """The stanzas of one device, in order."""

    __slots__ = ("_announced", "_backlog", "_flying", "_waiting", "_wire", "redelivered")

    def __init__(self) -> None:
        self._waiting: deque[Node] = deque()
        self._flying: dict[Key, Node] = {}
        self._wire: Wire | None = None
        self._backlog = 0
        self._announced = True
        self.redelivered = 0

    def put(self, node: Node) -> None:
        """Deliver now, or as soon as the device is online."""
        self._waiting.append(node)
        self._flush()

    def acknowledge(self, key: Key) -> bool:
        """The device has it; false when nothing like that was on its way."""
        known = self._flying.pop(key, None) is not None
        if known and self._waiting:
            self._flush()
        return known

    def open(self, wire: Wire) -> None:
        """The device is online: everything that it has not acknowledged comes (again), then how much that was."""
        self._wire = wire
        self._again()
        self._backlog, self._announced = len(self._waiting), False
        self.redelivered += self._backlog
        if self._backlog:
            count = {"count": str(self._backlog), "message": str(self._messages()), "receipt": "0"}
            wire.send(Node("ib", {"from": SERVER}, [Node("offline_preview", count)]))
        self._flush()

    def shut(self) -> None:
        """The device is offline."""
        self._wire = None
        self._again()

    def unacknowledged(self) -> list[Node]:
        """What the device has not acknowledged, oldest first."""
        return [*self._flying.values(), *self._waiting]

    def _again(self) -> None:
        self._waiting.extendleft(reversed(self._flying.values()))
        self._flying.clear()

    def _messages(self) -> int:
        return sum(node.tag == "message" for node in self._waiting)

    def _flush(self) -> None:
        wire = self._wire
        while wire is not None and self._waiting and len(self._flying) < _WINDOW:
            node = self._waiting.popleft()
            if self._backlog:
                self._backlog -= 1
                node.attrs["offline"] = "1"
            self._flying[key_of(node)] = node
            wire.send(node)
        if wire is not None and not self._announced and not self._backlog:
            self._announced = True
            wire.send(Node("ib", {"from": SERVER}, [Node("offline", {"count": str(len(self._flying))})]))
