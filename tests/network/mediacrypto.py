"""How media files are sealed, and how a phone answers when a companion asks for a lost file again."""

import hashlib
import hmac
import os
from dataclasses import dataclass
from enum import IntEnum, StrEnum

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tests.network.blockcipher import BlockError, cbc_decrypt, cbc_encrypt
from tests.network.keys import KEY_SIZE, hkdf
from tests.network.protobuf import decode, encode

_MAC_SIZE = 10
_RETRY_INFO = b"WhatsApp Media Retry Notification"


class MediaError(ValueError):
    """A sealed file or notification does not open: wrong key, or damaged on the way."""


class MediaKind(StrEnum):
    """What a file is sealed as; the value is WhatsApp's word for it in the key derivation."""

    IMAGE = "Image"
    VIDEO = "Video"
    AUDIO = "Audio"
    DOCUMENT = "Document"
    HISTORY = "History"
    APP_STATE = "App State"
    STICKER_PACK = "Sticker Pack"
    LINK_THUMBNAIL = "Link Thumbnail"


@dataclass(frozen=True, slots=True)
class Sealed:
    """A sealed file: `blob` goes to the media server, the rest into the message about it."""

    key: bytes
    blob: bytes
    sha256: bytes
    enc_sha256: bytes
    length: int


def seal(data: bytes, kind: MediaKind, key: bytes | None = None) -> Sealed:
    """Seal a file as a sender does (stickers count as images, voice notes as audio)."""
    key = os.urandom(KEY_SIZE) if key is None else key
    iv, cipher_key, mac_key = _expand(key, kind)
    ciphertext = cbc_encrypt(cipher_key, iv, data)
    blob = ciphertext + hmac.digest(mac_key, iv + ciphertext, "sha256")[:_MAC_SIZE]
    return Sealed(key, blob, hashlib.sha256(data).digest(), hashlib.sha256(blob).digest(), len(data))


def unseal(blob: bytes, key: bytes, kind: MediaKind) -> bytes:
    """Open what a sender sealed; raises MediaError."""
    iv, cipher_key, mac_key = _expand(key, kind)
    ciphertext, mac = blob[:-_MAC_SIZE], blob[-_MAC_SIZE:]
    if not hmac.compare_digest(mac, hmac.digest(mac_key, iv + ciphertext, "sha256")[:_MAC_SIZE]):
        raise MediaError("the file's seal is broken")
    try:
        return cbc_decrypt(cipher_key, iv, ciphertext)
    except BlockError as error:
        raise MediaError("the file does not open") from error


def _expand(key: bytes, kind: MediaKind) -> tuple[bytes, bytes, bytes]:
    keys = hkdf(key, 112, b"", f"WhatsApp {kind} Keys".encode())
    return keys[:16], keys[16:48], keys[48:80]


class RetryResult(IntEnum):
    """What the phone found when it was asked for a file again."""

    GENERAL_ERROR = 0
    SUCCESS = 1
    NOT_FOUND = 2
    DECRYPTION_ERROR = 3


@dataclass(frozen=True, slots=True)
class SealedRetry:
    """The two children of <encrypt> in a media retry: <enc_p> and <enc_iv>."""

    payload: bytes
    iv: bytes


def open_retry_request(message_id: str, media_key: bytes, request: SealedRetry) -> str:
    """The message id inside a companion's request; raises MediaError when it was not made with this media key."""
    try:
        plain = AESGCM(_retry_key(media_key)).decrypt(request.iv, request.payload, message_id.encode())
        return decode(plain).text(1)
    except (InvalidTag, ValueError) as error:
        raise MediaError("the retry request does not open") from error


def seal_retry_answer(message_id: str, media_key: bytes, result: RetryResult, direct_path: str = "") -> SealedRetry:
    """The phone's answer: where the file lies now, or why there is none."""
    plain = encode({1: message_id, 2: direct_path or None, 3: int(result)})
    iv = os.urandom(12)
    return SealedRetry(AESGCM(_retry_key(media_key)).encrypt(iv, plain, message_id.encode()), iv)


def _retry_key(media_key: bytes) -> bytes:
    return hkdf(media_key, KEY_SIZE, b"", _RETRY_INFO)
