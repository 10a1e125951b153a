"""AES-256-CBC with PKCS#7 padding, in as few calls as the library allows: every message passes here."""

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

_BLOCK = 16
_PADDINGS = tuple(bytes((count,)) * count for count in range(_BLOCK + 1))


class BlockError(ValueError):
    """The ciphertext has an impossible length or padding."""


def cbc_encrypt(key: bytes, iv: bytes, plaintext: bytes) -> bytes:
    """Pad and encrypt."""
    encryptor = Cipher(algorithms.AES(key), modes.CBC(iv)).encryptor()
    return encryptor.update(plaintext + _PADDINGS[_BLOCK - len(plaintext) % _BLOCK]) + encryptor.finalize()


def cbc_decrypt(key: bytes, iv: bytes, ciphertext: bytes) -> bytes:
    """Decrypt and take the padding off; raises BlockError."""
    if not ciphertext or len(ciphertext) % _BLOCK:
        raise BlockError("the ciphertext is not made of whole blocks")
    decryptor = Cipher(algorithms.AES(key), modes.CBC(iv)).decryptor()
    plain = decryptor.update(ciphertext) + decryptor.finalize()
    count = plain[-1]
    if not 1 <= count <= _BLOCK or not plain.endswith(_PADDINGS[count]):
        raise BlockError("the padding is wrong")
    return plain[:-count]
