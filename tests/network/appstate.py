"""App state: what a phone keeps of its chats, shared with its devices in sealed patches that prove what came before."""

import hmac
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.network.blockcipher import cbc_decrypt, cbc_encrypt
from tests.network.keys import KEY_SIZE, hkdf
from tests.network.protobuf import Fields, Record, decode, encode

COLLECTIONS = ("critical_block", "critical_unblock_low", "regular_high", "regular", "regular_low")
_MAC_SIZE, _IV_SIZE, _SUM_SIZE = 32, 16, 128
_SUM_INFO = b"WhatsApp Patch Integrity"
_SET = 0


class PatchError(ValueError):
    """A patch of a device is not what the server may pass on."""


@dataclass(frozen=True, slots=True)
class Mutation:
    """One change: its index, such as `["pin_v1", chat]`, and the fields of its SyncActionValue."""

    index: tuple[str, ...]
    value: Record


@dataclass(slots=True)
class Collection:
    """One collection of an account: its patches, and the sum over what they have set."""

    total: bytes = bytes(_SUM_SIZE)
    patches: list[bytes] = field(default_factory=list)
    values: dict[bytes, bytes] = field(default_factory=dict)

    @property
    def version(self) -> int:
        """Of the newest patch."""
        return len(self.patches)


class AppState:
    """An account's app state. The phone makes the key; the real server could not open any of this."""

    def __init__(self) -> None:
        self.key_id, self.key = os.urandom(6), os.urandom(KEY_SIZE)
        keys = hkdf(self.key, 5 * KEY_SIZE, b"", b"WhatsApp Mutation Keys")
        parts = [keys[start : start + KEY_SIZE] for start in range(0, len(keys), KEY_SIZE)]
        self._index, self._cipher, self._value_mac, self._snapshot_mac, self._patch_mac = parts
        self.collections = {name: Collection() for name in COLLECTIONS}
        for name in COLLECTIONS:
            # A phone has set something everywhere long before a device is linked.
            self.write(name, ("sentinel",), 1, {1: 1})

    def write(self, name: str, index: tuple[str, ...], version: int, value: Fields) -> None:
        """The phone changes something."""
        plain_index = json.dumps(index, separators=(",", ":")).encode()
        iv, plain = os.urandom(_IV_SIZE), encode({1: plain_index, 2: value, 3: b"", 4: version})
        sealed = iv + cbc_encrypt(self._cipher, iv, plain)
        record = {
            1: {1: hmac.digest(self._index, plain_index, "sha256")},
            2: {1: sealed + self._mac_of(sealed)},
            3: {1: self.key_id},
        }
        mutations: list[Fields] = [{1: _SET, 2: record}]
        macs = self._added(name, decode(encode({2: mutations})))
        self._append(name, mutations, macs)

    def accept(self, name: str, base: int, patch: bytes) -> bool:
        """A device's patch on top of that version; False when it does not know the newest. Raises PatchError."""
        collection = self.collections[name]
        if base != collection.version:
            return False
        record = decode(patch)
        for sealed in _sealed(record):
            if self._mac_of(sealed[:-_MAC_SIZE]) != sealed[-_MAC_SIZE:]:
                raise PatchError("the seal of a value is broken")
        macs = self._added(name, record)
        version = collection.version + 1
        if record.data(4) != self._snapshot(name, collection.total, version):
            raise PatchError("the sum of all values is wrong")
        if record.data(5) != self._patch(name, record.data(4), macs, version):
            raise PatchError("the seal of the patch is broken")
        collection.patches.append(encode({1: {1: version}}) + patch)
        return True

    def read(self) -> Iterator[Mutation]:
        """Everything that phone and devices have set, oldest first, collection by collection."""
        for collection in self.collections.values():
            for patch in collection.patches:
                for sealed in _sealed(decode(patch)):
                    data = decode(cbc_decrypt(self._cipher, sealed[:_IV_SIZE], sealed[_IV_SIZE:-_MAC_SIZE]))
                    yield Mutation(tuple(json.loads(data.text(1))), data.message(2))

    def _append(self, name: str, mutations: list[Fields], macs: list[bytes]) -> None:
        collection = self.collections[name]
        version = collection.version + 1
        snapshot = self._snapshot(name, collection.total, version)
        seal = self._patch(name, snapshot, macs, version)
        collection.patches.append(encode({1: {1: version}, 2: mutations, 4: snapshot, 5: seal, 6: {1: self.key_id}}))

    def _added(self, name: str, patch: Record) -> list[bytes]:
        """Put the values of a patch into the sum; their seals."""
        collection, macs = self.collections[name], []
        for mutation in patch.all_messages(2):
            record = mutation.message(2)
            index, mac = record.message(1).data(1), record.message(2).data(1)[-_MAC_SIZE:]
            former = collection.values.get(index)
            if former is not None:
                collection.total = _added(collection.total, former, -1)
            collection.total = _added(collection.total, mac, 1)
            collection.values[index] = mac
            macs.append(mac)
        return macs

    def _mac_of(self, sealed: bytes) -> bytes:
        size = (len(self.key_id) + 1).to_bytes(8, "big")
        return hmac.digest(self._value_mac, bytes([_SET + 1]) + self.key_id + sealed + size, "sha512")[:_MAC_SIZE]

    def _snapshot(self, name: str, total: bytes, version: int) -> bytes:
        return hmac.digest(self._snapshot_mac, total + version.to_bytes(8, "big") + name.encode(), "sha256")

    def _patch(self, name: str, snapshot: bytes, macs: list[bytes], version: int) -> bytes:
        said = snapshot + b"".join(macs) + version.to_bytes(8, "big") + name.encode()
        return hmac.digest(self._patch_mac, said, "sha256")


def _sealed(patch: Record) -> list[bytes]:
    return [mutation.message(2).message(2).data(1) for mutation in patch.all_messages(2)]


def _added(total: bytes, value: bytes, sign: int) -> bytes:
    """The sum with a value more or less: 64 numbers of 16 bits, each by itself."""
    spread = hkdf(value, _SUM_SIZE, b"", _SUM_INFO)
    numbers = (
        (int.from_bytes(total[at : at + 2], "little") + sign * int.from_bytes(spread[at : at + 2], "little")) & 0xFFFF
        for at in range(0, _SUM_SIZE, 2)
    )
    return b"".join(number.to_bytes(2, "little") for number in numbers)
