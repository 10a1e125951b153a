"""The server's half of the Noise handshakes XX and IK, with a certificate chain under a root of our own."""

import hashlib

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tests.network.keys import KEY_SIZE, BadKey, KeyPair, hkdf
from tests.network.protobuf import ProtobufError, Record, decode, encode

PROLOGUE = b"WA\x06\x03"
"""What a client sends before its first frame, and both sides mix into the handshake."""

_XX = b"Noise_XX_25519_AESGCM_SHA256\0\0\0\0"
_IK = b"Noise_IK_25519_AESGCM_SHA256\0\0\0\0"
# The chain is made anew at each start and trusted only by processes told to; it need not expire.
_NOT_BEFORE, _NOT_AFTER = 1577836800, 4102444800


class NoiseError(ValueError):
    """A frame of the handshake or of the transport does not fit."""


class NoiseRoot:
    """Root, intermediate and server key of one network; `public` is what clients must be told to trust."""

    def __init__(self, root: KeyPair | None = None, static: KeyPair | None = None) -> None:
        self.root = root or KeyPair()
        self.static = static or KeyPair()
        intermediate = KeyPair()
        above = encode({1: 1, 2: 0, 3: intermediate.public, 4: _NOT_BEFORE, 5: _NOT_AFTER})
        leaf = encode({1: 2, 2: 1, 3: self.static.public, 4: _NOT_BEFORE, 5: _NOT_AFTER})
        self.chain = encode(
            {1: {1: leaf, 2: intermediate.sign(leaf)}, 2: {1: above, 2: self.root.sign(above)}},
        )

    @property
    def public(self) -> bytes:
        """The root's public key, 32 bytes."""
        return self.root.public


class Cipher:
    """AES-GCM with a counter for a nonce; one for each direction."""

    __slots__ = ("_aead", "_count")

    def __init__(self, key: bytes) -> None:
        self._aead = AESGCM(key)
        self._count = 0

    def _nonce(self) -> bytes:
        nonce = self._count.to_bytes(12, "big")
        self._count += 1
        return nonce

    def encrypt(self, plaintext: bytes, associated: bytes = b"") -> bytes:
        """Seal the next frame."""
        return self._aead.encrypt(self._nonce(), plaintext, associated)

    def decrypt(self, ciphertext: bytes, associated: bytes = b"") -> bytes:
        """Open the next frame; raises NoiseError when it is forged or out of turn."""
        try:
            return self._aead.decrypt(self._nonce(), ciphertext, associated)
        except (InvalidTag, ValueError) as error:
            raise NoiseError("the frame does not open") from error


class NoiseState:
    """The running hash and key of a handshake; the same for both ends."""

    def __init__(self, pattern: bytes, prologue: bytes) -> None:
        self._hash = self._chaining = pattern
        self._cipher = Cipher(pattern)
        self.mix_hash(prologue)

    def mix_hash(self, data: bytes) -> None:
        """Bind data to the handshake."""
        self._hash = hashlib.sha256(self._hash + data).digest()

    def mix_key(self, secret: bytes) -> None:
        """Take a shared secret into the key."""
        keys = hkdf(secret, 2 * KEY_SIZE, self._chaining)
        self._chaining, self._cipher = keys[:KEY_SIZE], Cipher(keys[KEY_SIZE:])

    def encrypt(self, plaintext: bytes) -> bytes:
        """Seal a part of a handshake frame."""
        ciphertext = self._cipher.encrypt(plaintext, self._hash)
        self.mix_hash(ciphertext)
        return ciphertext

    def decrypt(self, ciphertext: bytes) -> bytes:
        """Open a part of a handshake frame."""
        plaintext = self._cipher.decrypt(ciphertext, self._hash)
        self.mix_hash(ciphertext)
        return plaintext

    def split(self) -> tuple[Cipher, Cipher]:
        """The transport ciphers: what the client writes with, what the server writes with."""
        keys = hkdf(b"", 2 * KEY_SIZE, self._chaining)
        return Cipher(keys[:KEY_SIZE]), Cipher(keys[KEY_SIZE:])


class NoiseServer:
    """One connection's handshake: `hello`, `finish`, then `rx` opens and `tx` seals the transport's frames.

    `client_static` and `client_payload` (a ClientPayload) are known after `finish`; with IK after `hello` already.
    """

    rx: Cipher
    tx: Cipher

    def __init__(self, root: NoiseRoot, prologue: bytes = PROLOGUE, ephemeral: KeyPair | None = None) -> None:
        self._root = root
        self._prologue = prologue
        self._ephemeral = ephemeral or KeyPair()
        self._state = NoiseState(_XX, prologue)
        self.mode = "XX"
        self.client_static = b""
        self.client_payload = b""

    def hello(self, frame: bytes) -> bytes:
        """ClientHello in, ServerHello out; IK when the client sends its static key at once, else XX."""
        try:
            message = decode(frame).message(2)
            return self._hello_ik(message) if 2 in message else self._hello_xx(message)
        except (ProtobufError, BadKey) as error:
            raise NoiseError("the ClientHello does not fit") from error

    def _hello_xx(self, message: Record) -> bytes:
        theirs, state = message.data(1), self._state
        state.mix_hash(theirs)
        state.mix_hash(self._ephemeral.public)
        state.mix_key(self._ephemeral.agree(theirs))
        static = state.encrypt(self._root.static.public)
        state.mix_key(self._root.static.agree(theirs))
        return encode({3: {1: self._ephemeral.public, 2: static, 3: state.encrypt(self._root.chain)}})

    def _hello_ik(self, message: Record) -> bytes:
        theirs, static = message.data(1), self._root.static
        self.mode = "IK"
        self._state = state = NoiseState(_IK, self._prologue)
        state.mix_hash(static.public)
        state.mix_hash(theirs)
        state.mix_key(static.agree(theirs))
        self.client_static = state.decrypt(message.data(2))
        state.mix_key(static.agree(self.client_static))
        self.client_payload = state.decrypt(message.data(3))
        state.mix_hash(self._ephemeral.public)
        state.mix_key(self._ephemeral.agree(theirs))
        state.mix_key(self._ephemeral.agree(self.client_static))
        return encode({3: {1: self._ephemeral.public, 3: state.encrypt(self._root.chain)}})

    def finish(self, frame: bytes | None) -> None:
        """ClientFinish in (None with IK, which has none); afterwards `rx` and `tx` are there."""
        if frame is not None:
            try:
                message = decode(frame).message(4)
                self.client_static = self._state.decrypt(message.data(1))
                self._state.mix_key(self._ephemeral.agree(self.client_static))
                self.client_payload = self._state.decrypt(message.data(2))
            except (ProtobufError, BadKey) as error:
                raise NoiseError("the ClientFinish does not fit") from error
        self.rx, self.tx = self._state.split()
