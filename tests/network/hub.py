"""What all parts of the network share: accounts, the codec, the media store, and the record of what happened."""

import asyncio
import itertools
import os
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.network.accounts import Account, Device, Directory
from tests.network.mailbox import Key
from tests.network.media import MediaStore
from tests.network.membership import Groups
from tests.network.nodes import Codec, Jid, Node
from tests.network.noise import NoiseRoot

_COMPLAINTS_KEPT = 100


@dataclass(frozen=True, slots=True)
class Sent:
    """A message stanza that a device put on the wire. `copies` are its ciphertexts, `refused` the server's code.

    `retry` is not 0 when the stanza answers somebody who could not read the first one.
    """

    device: str
    to: str
    wire_id: str
    at: float
    copies: int
    kind: str
    refused: int = 0
    retry: int = 0


@dataclass(frozen=True, slots=True)
class Delivered:
    """A message for a device: when it was written, and when the device acknowledged it."""

    device: str
    wire_id: str
    written: float
    acknowledged: float


@dataclass(frozen=True, slots=True)
class Sign:
    """A receipt, a typing or a presence stanza of a device, as it came."""

    device: str
    to: str
    kind: str
    at: float
    wire_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture of a person or a group, and whether strangers and friends alike may not see it."""

    picture_id: str
    jpeg: bytes
    hidden: bool


@dataclass(slots=True)
class Hub:
    """The state of the network; pictures by number, or by the id of a group."""

    codec: Codec
    root: NoiseRoot
    directory: Directory = field(default_factory=Directory)
    groups: Groups = field(default_factory=Groups)
    media: MediaStore = field(default_factory=MediaStore)
    pictures: dict[str, Shown] = field(default_factory=dict)
    sent: list[Sent] = field(default_factory=list)
    signs: list[Sign] = field(default_factory=list)
    delivered: list[Delivered] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    complaints: list[str] = field(default_factory=list)
    least_version: int = 0
    _ids: "itertools.count[int]" = field(default_factory=itertools.count)

    def now(self) -> int:
        """Seconds since 1970."""
        return int(time.time())

    def stamp(self) -> float:
        """The same with fractions."""
        return time.time()

    def next_id(self, prefix: str = "srv") -> str:
        """An id for a stanza of the server's own."""
        return f"{prefix}-{next(self._ids)}"

    def wire_id(self) -> str:
        """An id for a message, as phones make them."""
        return "3A" + os.urandom(9).hex().upper()

    def later(self, seconds: float, call: Callable[[], None]) -> None:
        """Do something after a while, or at once."""
        if seconds > 0:
            asyncio.get_running_loop().call_later(seconds, call)
        else:
            call()

    def complain(self, about: str) -> None:
        """Note what a client should not have done, or what the network could not do."""
        self.counts["complaints"] += 1
        if len(self.complaints) < _COMPLAINTS_KEPT:
            self.complaints.append(about)

    def acknowledged(self, device: Device, key: Key) -> None:
        """A device has what was sent to it under this key."""
        parcel = device.mailbox.acknowledge(key)
        if parcel is None:
            self.counts["acks_for_nothing"] += 1
        elif parcel.node.tag == "message":
            self.delivered.append(Delivered(device.name, parcel.node.get("id"), parcel.at, self.stamp()))

    def notify(self, device: Device, kind: str, content: list[Node], sender: Jid, **attrs: str) -> None:
        """A notification that is kept until the device acknowledges it."""
        named = {"from": sender, "type": kind, "id": self.next_id("n"), "t": str(self.now()), **attrs}
        device.mailbox.put(Node("notification", named, content))

    def number(self, jid: Jid) -> str:
        """The phone number behind an address, or the address as it is."""
        account = self.directory.by_jid(jid)
        return account.number if account else str(jid)

    def person(self, jid: Jid) -> Account | None:
        """The account behind an address."""
        return self.directory.by_jid(jid)
