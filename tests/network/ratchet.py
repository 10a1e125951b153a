"""The double ratchet between two Signal devices: one session's keys, and the wire format of its messages."""

import copy
import hmac
from collections import OrderedDict
from dataclasses import dataclass, field

from tests.network.blockcipher import BlockError, cbc_decrypt, cbc_encrypt
from tests.network.keys import DJB, KEY_SIZE, KeyPair, hkdf
from tests.network.protobuf import ProtobufError, Record, decode, varint

VERSION = b"\x33"
"""Signal's version 3, spoken by a sender that speaks 3 at most."""

_MAC_SIZE = 8
_MOST_SKIPPED = 2000
_MOST_CHAINS = 5


class SignalError(ValueError):
    """A Signal message cannot be read, or none can be written."""


class NoSession(SignalError):
    """There is no session with this address (or no sender key of this member)."""


class Duplicate(SignalError):
    """This message was read before."""


class Undecryptable(SignalError):
    """No session that we have opens this message: the sender uses other keys."""


class Malformed(SignalError):
    """The bytes are no Signal message."""


class Chain:
    """A chain key and the number of its next message."""

    __slots__ = ("key", "next")

    def __init__(self, key: bytes, following: int = 0) -> None:
        self.key = key
        self.next = following

    def step(self) -> bytes:
        """The seed of the next message's keys; the chain moves on."""
        seed = hmac.digest(self.key, b"\x01", "sha256")
        self.key = hmac.digest(self.key, b"\x02", "sha256")
        self.next += 1
        return seed


def skip_to(chain: Chain, count: int) -> dict[int, bytes]:
    """Move a copy-able chain to message `count`; the seeds it passed, by number, that one's included."""
    if count - chain.next > _MOST_SKIPPED:
        raise Malformed("the message is too far in the future")
    seeds = {}
    while chain.next <= count:
        number = chain.next
        seeds[number] = chain.step()
    return seeds


@dataclass(frozen=True, slots=True)
class Pending:
    """What goes with every message until the other side has answered."""

    prekey_id: int | None
    signed_id: int
    base: bytes


@dataclass(slots=True)
class SessionState:
    """One agreed session: `base` tells it from others with the same address. Keys are 32 raw bytes."""

    remote_identity: bytes
    base: bytes
    root: bytes
    own: KeyPair
    sending: Chain | None
    receiving: "OrderedDict[bytes, Chain]" = field(default_factory=OrderedDict)
    skipped: "OrderedDict[tuple[bytes, int], bytes]" = field(default_factory=OrderedDict)
    previous: int = 0
    pending: Pending | None = None
    remote_registration: int = 0

    def encrypt(self, identity: bytes, plaintext: bytes) -> bytes:
        """A SignalMessage for the other side."""
        if self.sending is None:
            raise NoSession("the session cannot send yet")
        count = self.sending.next
        keys = hkdf(self.sending.step(), 80, b"", b"WhisperMessageKeys")
        ciphertext = cbc_encrypt(keys[:32], keys[64:], plaintext)
        body = b"".join((
            VERSION, b"\x0a\x21\x05", self.own.public, b"\x10", varint(count), b"\x18", varint(self.previous),
            b"\x22", varint(len(ciphertext)), ciphertext,
        ))  # fmt: skip
        return body + _mac(keys[32:64], identity, self.remote_identity, body)

    def decrypt(self, identity: bytes, message: "SignalMessage") -> bytes:
        """The plaintext; nothing of the session changes unless the message is genuine."""
        seed = self.skipped.get((message.ratchet, message.counter))
        if seed is not None:
            plaintext = self._open(identity, message, seed)
            del self.skipped[message.ratchet, message.counter]
            return plaintext
        known = self.receiving.get(message.ratchet)
        if known is None:
            return self._decrypt_with_new_chain(identity, message)
        if message.counter < known.next:
            raise Duplicate("the message was read before")
        chain = Chain(known.key, known.next)
        seeds = skip_to(chain, message.counter)
        plaintext = self._open(identity, message, seeds.pop(message.counter))
        known.key, known.next = chain.key, chain.next
        self._keep(message.ratchet, seeds)
        return plaintext

    def _decrypt_with_new_chain(self, identity: bytes, message: "SignalMessage") -> bytes:
        root, chain_key = _turn(self.root, self.own, message.ratchet)
        chain = Chain(chain_key)
        seeds = skip_to(chain, message.counter)
        plaintext = self._open(identity, message, seeds.pop(message.counter))
        own = KeyPair()
        self.root, sending = _turn(root, own, message.ratchet)
        self.previous = max(self.sending.next - 1, 0) if self.sending else 0
        self.own, self.sending = own, Chain(sending)
        self.receiving[message.ratchet] = chain
        while len(self.receiving) > _MOST_CHAINS:
            self.receiving.popitem(last=False)
        self._keep(message.ratchet, seeds)
        return plaintext

    def _open(self, identity: bytes, message: "SignalMessage", seed: bytes) -> bytes:
        keys = hkdf(seed, 80, b"", b"WhisperMessageKeys")
        if not hmac.compare_digest(_mac(keys[32:64], self.remote_identity, identity, message.body), message.mac):
            raise Undecryptable("the message's seal is broken")
        try:
            plaintext = cbc_decrypt(keys[:32], keys[64:], message.ciphertext)
        except BlockError as error:
            raise Undecryptable("the message does not open") from error
        self.pending = None
        return plaintext

    def _keep(self, ratchet: bytes, seeds: dict[int, bytes]) -> None:
        for number, seed in seeds.items():
            self.skipped[ratchet, number] = seed
        while len(self.skipped) > _MOST_SKIPPED:
            self.skipped.popitem(last=False)

    def copy(self) -> "SessionState":
        """An independent copy; the key pairs are shared, for they never change."""
        twin = copy.copy(self)
        twin.sending = self.sending and Chain(self.sending.key, self.sending.next)
        twin.receiving = OrderedDict((key, Chain(chain.key, chain.next)) for key, chain in self.receiving.items())
        twin.skipped = self.skipped.copy()
        return twin


@dataclass(frozen=True, slots=True)
class SignalMessage:
    """A parsed SignalMessage; `body` is what `mac` covers."""

    ratchet: bytes
    counter: int
    ciphertext: bytes
    body: bytes
    mac: bytes

    @classmethod
    def parse(cls, data: bytes) -> "SignalMessage":
        """Raises Malformed."""
        body, mac = data[:-_MAC_SIZE], data[-_MAC_SIZE:]
        record = parse_version_3(body)
        try:
            return cls(public_key(record, 1), record.number(2), record.data(4), body, mac)
        except ProtobufError as error:
            raise Malformed("the message does not parse") from error


def parse_version_3(data: bytes) -> Record:
    """The protobuf after the version byte."""
    if not data or data[0] >> 4 != 3:
        raise Malformed("this is no message of version 3")
    try:
        return decode(data[1:])
    except ProtobufError as error:
        raise Malformed("the message does not parse") from error


def public_key(record: Record, number: int) -> bytes:
    """A serialised public key without its type byte."""
    key = record.data(number)
    if len(key) != KEY_SIZE + 1 or key[:1] != DJB:
        raise Malformed("a public key is missing or of an unknown type")
    return key[1:]


def start_state(
    root: bytes, chain: bytes, their_ratchet: bytes, *, remote_identity: bytes, base: bytes
) -> SessionState:
    """The initiator's state right after the key agreement."""
    own = KeyPair()
    new_root, sending = _turn(root, own, their_ratchet)
    state = SessionState(remote_identity, base, new_root, own, Chain(sending))
    state.receiving[their_ratchet] = Chain(chain)
    return state


def _turn(root: bytes, own: KeyPair, theirs: bytes) -> tuple[bytes, bytes]:
    keys = hkdf(own.agree(theirs), 64, root, b"WhisperRatchet")
    return keys[:32], keys[32:]


def _mac(key: bytes, sender: bytes, receiver: bytes, body: bytes) -> bytes:
    return hmac.digest(key, b"".join((DJB, sender, DJB, receiver, body)), "sha256")[:_MAC_SIZE]
