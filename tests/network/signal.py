"""A Signal device of the test network: it publishes prekeys, holds sessions, encrypts and decrypts."""

import copy
import os
from collections.abc import Iterable
from dataclasses import dataclass

from tests.network.keys import BadKey, KeyPair, hkdf, verify
from tests.network.protobuf import Fields, ProtobufError, encode
from tests.network.ratchet import (
    VERSION,
    Chain,
    Duplicate,
    Malformed,
    NoSession,
    Pending,
    SessionState,
    SignalError,
    SignalMessage,
    Undecryptable,
    parse_version_3,
    public_key,
    start_state,
)
from tests.network.senderkeys import MemberSenderKeys, OwnSenderKey

__all__ = ["Bundle", "Duplicate", "Malformed", "NoSession", "SignalDevice", "SignalError", "Undecryptable"]

PREKEY_MESSAGE, MESSAGE = "pkmsg", "msg"
"""WhatsApp's words for the two kinds of ciphertext."""

_MOST_STATES = 40
_DISCONTINUITY = b"\xff" * 32


@dataclass(frozen=True, slots=True)
class Bundle:
    """What one needs to write to a device for the first time: keys of 32 raw bytes; no `prekey` when all are used."""

    registration_id: int
    identity: bytes
    signed_id: int
    signed_key: bytes
    signature: bytes
    prekey_id: int | None = None
    prekey: bytes = b""


class SignalDevice:
    """Identity, a signed prekey, one-time prekeys, and sessions by the other device's address (any text)."""

    def __init__(self, prekeys: int = 20, identity: KeyPair | None = None) -> None:
        self.sessions: dict[str, list[SessionState]] = {}
        self._own_groups: dict[str, OwnSenderKey] = {}
        self._member_groups: dict[tuple[str, str], MemberSenderKeys] = {}
        self._become(identity or KeyPair(), prekeys)

    def _become(self, identity: KeyPair, prekeys: int) -> None:
        self.identity = identity
        self.registration_id = int.from_bytes(os.urandom(2), "big") & 0x3FFF or 1
        self.signed_id, self.signed_key = 1, KeyPair()
        self.signature = identity.sign(self.signed_key.serialized)
        self.prekeys = {number: KeyPair() for number in range(1, prekeys + 1)}
        self._taken = 0

    def change_identity(self) -> None:
        """What installing WhatsApp anew does: other keys, and no session is known any more."""
        prekeys = len(self.prekeys)
        self.sessions.clear()
        self._own_groups.clear()
        self._member_groups.clear()
        self._become(KeyPair(), prekeys)

    def take_prekey(self) -> tuple[int, bytes]:
        """A one-time prekey's id and key, round and round; they are kept, so that late first messages still open."""
        self._taken = self._taken % len(self.prekeys) + 1
        return self._taken, self.prekeys[self._taken].public

    def bundle(self, *, one_time: bool = True) -> Bundle:
        """What the server hands to whoever wants to write to this device."""
        number, key = self.take_prekey() if one_time and self.prekeys else (None, b"")
        signed = (self.signed_id, self.signed_key.public, self.signature)
        return Bundle(self.registration_id, self.identity.public, *signed, number, key)

    def copy(self) -> "SignalDevice":
        """An independent copy that shares the key pairs, cheap enough for thousands."""
        twin = copy.copy(self)
        twin.prekeys = dict(self.prekeys)
        twin.sessions = {address: [state.copy() for state in states] for address, states in self.sessions.items()}
        twin._own_groups = {group: key.copy() for group, key in self._own_groups.items()}
        twin._member_groups = {member: keys.copy() for member, keys in self._member_groups.items()}
        return twin

    # ---- sessions

    def has_session(self, address: str) -> bool:
        """Whether `encrypt` would work."""
        return address in self.sessions

    def forget(self, address: str) -> None:
        """Drop the sessions with this address."""
        self.sessions.pop(address, None)

    def start(self, address: str, bundle: Bundle) -> None:
        """Begin a session as the initiator; older ones are kept for what is still on the way."""
        if not verify(bundle.identity, b"\x05" + bundle.signed_key, bundle.signature):
            raise SignalError("the signed prekey is not signed by that identity")
        base = KeyPair()
        shared = [
            self.identity.agree(bundle.signed_key),
            base.agree(bundle.identity),
            base.agree(bundle.signed_key),
        ]
        if bundle.prekey:
            shared.append(base.agree(bundle.prekey))
        root, chain = _agreed(shared)
        state = start_state(root, chain, bundle.signed_key, remote_identity=bundle.identity, base=base.public)
        state.pending = Pending(bundle.prekey_id if bundle.prekey else None, bundle.signed_id, base.public)
        state.remote_registration = bundle.registration_id
        self._promote(address, state)

    def encrypt(self, address: str, plaintext: bytes) -> tuple[str, bytes]:
        """`pkmsg` or `msg`, and the ciphertext of the padded plaintext."""
        states = self.sessions.get(address)
        if not states:
            raise NoSession(f"no session with {address}")
        state = states[0]
        message = state.encrypt(self.identity.public, pad(plaintext))
        pending = state.pending
        if pending is None:
            return MESSAGE, message
        fields: Fields = {
            1: pending.prekey_id,
            2: b"\x05" + pending.base,
            3: self.identity.serialized,
            4: message,
            5: self.registration_id,
            6: pending.signed_id,
        }
        return PREKEY_MESSAGE, VERSION + encode(fields)

    def decrypt(self, address: str, kind: str, data: bytes) -> bytes:
        """The plaintext without its padding; `kind` is `pkmsg` or `msg`. Raises a SignalError and changes nothing."""
        try:
            if kind == PREKEY_MESSAGE:
                return unpad(self._decrypt_first(address, data))
            if kind == MESSAGE:
                return unpad(self._decrypt_known(address, SignalMessage.parse(data)))
        except BadKey as error:
            raise Malformed("a public key in the message is useless") from error
        raise Malformed(f"ciphertexts of kind {kind} are unknown")

    def _decrypt_first(self, address: str, data: bytes) -> bytes:
        record = parse_version_3(data)
        try:
            identity, base = public_key(record, 3), public_key(record, 2)
            message = SignalMessage.parse(record.data(4))
            prekey_id, signed_id = record.number(1) if 1 in record else None, record.number(6)
            registration_id = record.number(5)
        except ProtobufError as error:
            raise Malformed("the first message does not parse") from error
        if any(state.base == base for state in self.sessions.get(address, ())):
            return self._decrypt_known(address, message)
        state = self._answering(identity, base, prekey_id, signed_id)
        plaintext = state.decrypt(self.identity.public, message)
        state.remote_registration = registration_id
        self._promote(address, state)
        return plaintext

    def _answering(self, identity: bytes, base: bytes, prekey_id: int | None, signed_id: int) -> SessionState:
        if signed_id != self.signed_id:
            raise Undecryptable(f"signed prekey {signed_id} is not ours")
        shared = [self.signed_key.agree(identity), self.identity.agree(base), self.signed_key.agree(base)]
        if prekey_id is not None:
            one_time = self.prekeys.get(prekey_id)
            if one_time is None:
                raise Undecryptable(f"prekey {prekey_id} is not ours")
            shared.append(one_time.agree(base))
        root, chain = _agreed(shared)
        return SessionState(identity, base, root, self.signed_key, Chain(chain))

    def _decrypt_known(self, address: str, message: SignalMessage) -> bytes:
        states = self.sessions.get(address)
        if not states:
            raise NoSession(f"no session with {address}")
        for state in states:
            try:
                plaintext = state.decrypt(self.identity.public, message)
            except Duplicate:
                raise
            except (SignalError, BadKey):
                continue
            if state is not states[0]:
                states.remove(state)
                states.insert(0, state)
            return plaintext
        raise Undecryptable(f"no session with {address} opens the message")

    def _promote(self, address: str, state: SessionState) -> None:
        states = self.sessions.setdefault(address, [])
        states.insert(0, state)
        del states[_MOST_STATES:]

    # ---- groups

    def distribution(self, group: str) -> bytes:
        """Our SenderKeyDistributionMessage for this group, from its next message on."""
        return self._own_groups.setdefault(group, OwnSenderKey()).distribution()

    def renew_sender_key(self, group: str) -> None:
        """Send with another key from now on, as after a member left."""
        self._own_groups.pop(group, None)

    def encrypt_group(self, group: str, plaintext: bytes) -> bytes:
        """A `skmsg` ciphertext of the padded plaintext; members need `distribution` first."""
        key = self._own_groups.get(group)
        if key is None:
            raise NoSession(f"no sender key was handed out in {group}")
        return key.encrypt(pad(plaintext))

    def accept_distribution(self, group: str, sender: str, distribution: bytes) -> None:
        """Take a member's sender key."""
        self._member_groups.setdefault((group, sender), MemberSenderKeys()).accept(distribution)

    def decrypt_group(self, group: str, sender: str, data: bytes) -> bytes:
        """The plaintext of a member's `skmsg` without its padding."""
        keys = self._member_groups.get((group, sender))
        if keys is None:
            raise NoSession(f"{sender} handed out no sender key in {group}")
        return unpad(keys.decrypt(data))


def pad(plaintext: bytes) -> bytes:
    """WhatsApp's own padding, 1 to 15 bytes, that hides the exact length."""
    count = os.urandom(1)[0] & 15 or 15
    return plaintext + bytes((count,)) * count


def unpad(padded: bytes) -> bytes:
    """Take WhatsApp's padding off; raises Malformed."""
    if not padded:
        raise Malformed("the plaintext is empty")
    count = padded[-1]
    if count == 0 or not padded.endswith(bytes((count,)) * count):
        raise Malformed("the plaintext's padding is wrong")
    return padded[:-count]


def _agreed(shared: Iterable[bytes]) -> tuple[bytes, bytes]:
    keys = hkdf(_DISCONTINUITY + b"".join(shared), 64, b"", b"WhisperText")
    return keys[:32], keys[32:]
