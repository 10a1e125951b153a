"""What the server keeps for one device until the device has acknowledged it: sent when online, again at each login."""

import time
from collections import deque
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from tests.network.nodes import SERVER, Node

Key: TypeAlias = tuple[str, str, str, str, str]
"""Tag, id, type (of what is no message), sender and, in groups, member."""

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
    return (
        node.tag,
        node.get("id"),
        "" if node.tag == "message" else node.get("type"),
        node.get("from"),
        node.get("participant"),
    )


def answered_key(tag: str, answer: Node) -> Key:
    """The key of the stanza that a receipt or an ack is about."""
    kind = "" if tag == "message" else answer.get("type")
    return tag, answer.get("id"), kind, answer.get("to"), answer.get("participant")


@dataclass(frozen=True, slots=True)
class Parcel:
    """A stanza and when it was put into the mailbox."""

    node: Node
    at: float


class Mailbox:
    """The stanzas of one device, in order."""

    __slots__ = ("_announced", "_backlog", "_flying", "_waiting", "_wire", "redelivered")

    def __init__(self) -> None:
        self._waiting: deque[Parcel] = deque()
        self._flying: dict[Key, Parcel] = {}
        self._wire: Wire | None = None
        self._backlog = 0
        self._announced = True
        self.redelivered = 0

    def put(self, node: Node) -> None:
        """Deliver now, or as soon as the device is online."""
        self._waiting.append(Parcel(node, time.time()))
        self._flush()

    def acknowledge(self, key: Key) -> Parcel | None:
        """The device has it; None when nothing like that was on its way."""
        known = self._flying.pop(key, None)
        if known is not None and self._waiting:
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
        return [parcel.node for parcel in (*self._flying.values(), *self._waiting)]

    def _again(self) -> None:
        self._waiting.extendleft(reversed(self._flying.values()))
        self._flying.clear()

    def _messages(self) -> int:
        return sum(parcel.node.tag == "message" for parcel in self._waiting)

    def _flush(self) -> None:
        wire = self._wire
        while wire is not None and self._waiting and len(self._flying) < _WINDOW:
            parcel = self._waiting.popleft()
            if self._backlog:
                self._backlog -= 1
                parcel.node.attrs["offline"] = "1"
            self._flying[key_of(parcel.node)] = parcel
            wire.send(parcel.node)
        if wire is not None and not self._announced and not self._backlog:
            self._announced = True
            wire.send(Node("ib", {"from": SERVER}, [Node("offline", {"count": str(len(self._flying))})]))
