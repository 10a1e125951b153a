"""Curve25519 key pairs with XEdDSA signatures, and the key derivation that the whole protocol rests on."""

import hmac
import os

import xeddsa
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

KEY_SIZE = 32
SIGNATURE_SIZE = 64
DJB = b"\x05"
"""Goes before a public key wherever Signal serialises one."""

_NO_SALT = bytes(32)


class BadKey(ValueError):
    """A public key cannot be agreed with: wrong length or a point of low order."""


class KeyPair:
    """A Curve25519 key pair; `private` and `public` are 32 raw bytes. Immutable, so copies may share it."""

    __slots__ = ("_exchange", "_signing", "private", "public")

    def __init__(self, private: bytes | None = None) -> None:
        self.private = os.urandom(KEY_SIZE) if private is None else private
        self._exchange: X25519PrivateKey | None = X25519PrivateKey.from_private_bytes(self.private)
        self._signing: bytes | None = None
        self.public = self._exchange.public_key().public_bytes_raw()

    def __getstate__(self) -> tuple[bytes, bytes]:
        return self.private, self.public

    def __setstate__(self, state: tuple[bytes, bytes]) -> None:
        self.private, self.public = state
        self._exchange = self._signing = None

    def __repr__(self) -> str:
        return f"KeyPair({self.public.hex()})"

    def agree(self, public: bytes) -> bytes:
        """The shared secret with another's public key."""
        if self._exchange is None:
            self._exchange = X25519PrivateKey.from_private_bytes(self.private)
        try:
            return self._exchange.exchange(X25519PublicKey.from_public_bytes(public))
        except ValueError as error:
            raise BadKey("the public key cannot be agreed with") from error

    def sign(self, message: bytes) -> bytes:
        """XEdDSA with the sign bit forced to 0, the form that every Signal verifier accepts."""
        if self._signing is None:
            self._signing = xeddsa.priv_force_sign(self.private, False)
        return xeddsa.ed25519_priv_sign(self._signing, message, os.urandom(SIGNATURE_SIZE))

    @property
    def serialized(self) -> bytes:
        """The public key as Signal writes it: type byte and 32 bytes."""
        return DJB + self.public


def verify(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether the holder of this Curve25519 key signed; a sign bit in the signature is honoured."""
    if len(public) != KEY_SIZE or len(signature) != SIGNATURE_SIZE:
        return False
    negative = bool(signature[63] & 0x80)
    plain = signature[:63] + bytes((signature[63] & 0x7F,))
    return xeddsa.ed25519_verify(plain, xeddsa.curve25519_pub_to_ed25519_pub(public, negative), message)


def hkdf(secret: bytes, length: int, salt: bytes = b"", info: bytes = b"") -> bytes:
    """HKDF-SHA256: `length` bytes out of a secret."""
    extracted = hmac.digest(salt or _NO_SALT, secret, "sha256")
    block = out = hmac.digest(extracted, info + b"\x01", "sha256")
    count = 1
    while len(out) < length:
        count += 1
        block = hmac.digest(extracted, block + info + bytes((count,)), "sha256")
        out += block
    return out[:length]
