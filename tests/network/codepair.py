"""The phone's half of linking by an eight-character code."""

import hashlib
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tests.network.keys import KEY_SIZE, KeyPair, hkdf

_ROUNDS = 2 << 16
_SALT, _IV, _NONCE = 32, 16, 12
_WRAPPED = _SALT + _IV + KEY_SIZE
_BUNDLE_INFO = b"link_code_pairing_key_bundle_encryption_key"


class CodeError(ValueError):
    """What the companion sent does not open: most often another code was typed."""


class Primary:
    """The phone after somebody typed the code; `wrapped` is its ephemeral key for the companion.

    `code` is the eight characters without the hyphen; `companion_wrapped` came with the companion's registration.
    Deriving keys from the code takes about a tenth of a second twice: call it in a thread.
    """

    def __init__(
        self, code: str, identity: KeyPair, companion_wrapped: bytes, *, ephemeral: KeyPair | None = None
    ) -> None:
        if len(companion_wrapped) != _WRAPPED:
            raise CodeError(f"a wrapped ephemeral key has {_WRAPPED} bytes")
        self.identity = identity
        self._ephemeral = ephemeral or KeyPair()
        salt, iv, sealed = _parts(companion_wrapped)
        self._companion_ephemeral = _cross(code, salt, iv, sealed)
        salt, iv = os.urandom(_SALT), os.urandom(_IV)
        self.wrapped = salt + iv + _cross(code, salt, iv, self._ephemeral.public)

    def adv_secret(self, bundle: bytes) -> bytes:
        """Open the companion's key bundle: the secret that the linking's last step is authenticated with."""
        try:
            shared = self._ephemeral.agree(self._companion_ephemeral)
            key = hkdf(shared, KEY_SIZE, bundle[:_SALT], _BUNDLE_INFO)
            plain = AESGCM(key).decrypt(bundle[_SALT : _SALT + _NONCE], bundle[_SALT + _NONCE :], None)
            identities = self.identity.agree(plain[:32])
        except (InvalidTag, ValueError) as error:
            raise CodeError("the key bundle does not open") from error
        if plain[32:64] != self.identity.public:
            raise CodeError("the bundle is for another phone")
        return hkdf(shared + identities + plain[64:96], KEY_SIZE, b"", b"adv_secret")


def _parts(wrapped: bytes) -> tuple[bytes, bytes, bytes]:
    return wrapped[:_SALT], wrapped[_SALT : _SALT + _IV], wrapped[_SALT + _IV : _WRAPPED]


def _cross(code: str, salt: bytes, iv: bytes, data: bytes) -> bytes:
    """Seal or open: counter mode is its own inverse."""
    key = hashlib.pbkdf2_hmac("sha256", code.encode(), salt, _ROUNDS, KEY_SIZE)
    return Cipher(algorithms.AES(key), modes.CTR(iv)).encryptor().update(data)
