"""Sender keys of groups: each member hands out a chain once and then encrypts every message for all with it."""

import os
from collections import OrderedDict
from dataclasses import dataclass, field

from tests.network.blockcipher import BlockError, cbc_decrypt, cbc_encrypt
from tests.network.keys import SIGNATURE_SIZE, KeyPair, hkdf, verify
from tests.network.protobuf import Fields, ProtobufError, encode
from tests.network.ratchet import (
    VERSION,
    Chain,
    Duplicate,
    Malformed,
    NoSession,
    Undecryptable,
    parse_version_3,
    public_key,
    skip_to,
)

_MOST_STATES = 5
_MOST_SKIPPED = 2000


class OwnSenderKey:
    """The chain that a device sends to one group with."""

    __slots__ = ("_chain", "_signing", "key_id")

    def __init__(self) -> None:
        self.key_id = int.from_bytes(os.urandom(4), "big") >> 1
        self._chain = Chain(os.urandom(32))
        self._signing = KeyPair()

    def distribution(self) -> bytes:
        """The SenderKeyDistributionMessage that lets its holder read from here on."""
        fields: Fields = {1: self.key_id, 2: self._chain.next, 3: self._chain.key, 4: self._signing.serialized}
        return VERSION + encode(fields)

    def encrypt(self, plaintext: bytes) -> bytes:
        """A signed SenderKeyMessage."""
        count = self._chain.next
        iv, key = _keys(self._chain.step())
        body = VERSION + encode({1: self.key_id, 2: count, 3: cbc_encrypt(key, iv, plaintext)})
        return body + self._signing.sign(body)

    def copy(self) -> "OwnSenderKey":
        """An independent copy."""
        twin = OwnSenderKey.__new__(OwnSenderKey)
        twin.key_id, twin._signing = self.key_id, self._signing
        twin._chain = Chain(self._chain.key, self._chain.next)
        return twin


@dataclass(slots=True)
class _State:
    chain: Chain
    signing: bytes
    skipped: "OrderedDict[int, bytes]" = field(default_factory=OrderedDict)


class MemberSenderKeys:
    """The chains that one device of one member has handed to us for one group, newest last."""

    __slots__ = ("_states",)

    def __init__(self) -> None:
        self._states: OrderedDict[int, _State] = OrderedDict()

    def accept(self, distribution: bytes) -> None:
        """Take a SenderKeyDistributionMessage; a chain that we have already stays where it is."""
        try:
            record = parse_version_3(distribution)
            key_id, state = record.number(1), _State(Chain(record.data(3), record.number(2)), public_key(record, 4))
        except ProtobufError as error:
            raise Malformed("the distribution message does not parse") from error
        if len(state.chain.key) != 32:
            raise Malformed("a chain key has 32 bytes")
        if key_id in self._states and self._states[key_id].signing == state.signing:
            return
        self._states[key_id] = state
        while len(self._states) > _MOST_STATES:
            self._states.popitem(last=False)

    def decrypt(self, data: bytes) -> bytes:
        """The plaintext of a SenderKeyMessage; raises a SignalError."""
        body, signature = data[:-SIGNATURE_SIZE], data[-SIGNATURE_SIZE:]
        record = parse_version_3(body)
        try:
            key_id, count, ciphertext = record.number(1), record.number(2), record.data(3)
        except ProtobufError as error:
            raise Malformed("the message does not parse") from error
        state = self._states.get(key_id)
        if state is None:
            raise NoSession("the member's sender key is not here")
        if not verify(state.signing, body, signature):
            raise Undecryptable("the signature is wrong")
        iv, key = _keys(_seed(state, count))
        try:
            return cbc_decrypt(key, iv, ciphertext)
        except BlockError as error:
            raise Undecryptable("the message does not open") from error

    def copy(self) -> "MemberSenderKeys":
        """An independent copy."""
        twin = MemberSenderKeys()
        for key_id, state in self._states.items():
            chain = Chain(state.chain.key, state.chain.next)
            twin._states[key_id] = _State(chain, state.signing, state.skipped.copy())
        return twin


def _seed(state: _State, count: int) -> bytes:
    """The message's seed; the signature was checked, so the chain may move."""
    if count < state.chain.next:
        if count not in state.skipped:
            raise Duplicate("the message was read before")
        return state.skipped.pop(count)
    seeds = skip_to(state.chain, count)
    seed = seeds.pop(count)
    state.skipped.update(seeds)
    while len(state.skipped) > _MOST_SKIPPED:
        state.skipped.popitem(last=False)
    return seed


def _keys(seed: bytes) -> tuple[bytes, bytes]:
    keys = hkdf(seed, 48, b"", b"WhisperGroup")
    return keys[:16], keys[16:]
