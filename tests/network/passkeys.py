"""The phone's half of linking an account that has a passkey."""

import asyncio
import hashlib
import hmac
import json
import os

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tests.network.bundles import part
from tests.network.connection import Connection
from tests.network.keys import KeyPair, hkdf
from tests.network.nodes import SERVER, Node
from tests.network.protobuf import Record, decode, encode

PROLOGUE, NONCE, REQUEST = "passkey_prologue", "companion_nonce", "encrypted_pairing_request"

_HANDOFF = b"shortcake-passkey-handoff-v1"
_KEY = b"Pairing Information Encryption Key"
_PATIENCE_SECONDS = 300
_EXPECTED = ("id", "rawId", "type", "response")


class PasskeyError(ValueError):
    """The client's answer is not well formed."""


def options() -> bytes:
    """What the authenticator is asked: WebAuthn's request options as JSON."""
    asked = {
        "challenge": "bm9uY2Utb2YtdGhlLXRlc3QtbmV0d29yaw",
        "timeout": 60000,
        "rpId": "whatsapp.com",
        "allowCredentials": [{"id": "dGVzdC1jcmVkZW50aWFs", "type": "public-key", "transports": ["internal"]}],
        "userVerification": "required",
    }
    return json.dumps(asked).encode()


async def exchange(connection: Connection, shown_secret: bytes) -> bytes:
    """Ask for the passkey, check the answer, and agree; the secret that the linking's last step is sealed with."""
    prologue, nonce, request = (connection.expect(step) for step in (PROLOGUE, NONCE, REQUEST))
    _notify(connection, "passkey_prologue_request", Node("passkey_request_options", {}, options()))
    async with asyncio.timeout(_PATIENCE_SECONDS):
        answered = await prologue
        companion, commitment = _checked(answered, shown_secret)
        ours = KeyPair()
        identity = encode({1: ours.public, 2: os.urandom(32)})
        _notify(connection, "crsc_continuation", Node("primary_ephemeral_identity", {}, identity))
        revealed = (await nonce).data
        if hashlib.sha256(companion + revealed).digest() != commitment:
            raise PasskeyError("the nonce is not the one that was promised")
        return _secret(decode(companion), ours, decode((await request).data))


def _notify(connection: Connection, kind: str, content: Node) -> None:
    hub = connection.hub
    named = {"from": SERVER, "type": kind, "id": hub.next_id("n"), "t": str(hub.now())}
    connection.send(Node("notification", named, [content]))


def _checked(answered: Node, shown_secret: bytes) -> tuple[bytes, bytes]:
    """The client's ephemeral identity, and the hash that commits it to a nonce."""
    assertion = json.loads(part(answered, "webauthn_assertion"))
    missing = [name for name in _EXPECTED if name not in assertion]
    if missing or not part(answered, "credential_id"):
        raise PasskeyError(f"the assertion lacks {missing}")
    payload = part(answered, "prologue_payload")
    key = hkdf(shown_secret, 32, b"", _HANDOFF)
    proof = part(answered, "pairing_handoff_proof")
    if proof and not hmac.compare_digest(proof, hmac.digest(key, payload, "sha256")):
        raise PasskeyError("the client is not the one whose code was scanned")
    said = decode(payload)
    return said.data(1), said.message(2).data(1)


def _secret(companion: Record, ours: KeyPair, request: Record) -> bytes:
    salt = f"Companion Pairing {companion.number(2)} with ref {companion.text(3)}".encode()
    key = hkdf(ours.agree(companion.data(1)), 32, salt, _KEY)
    return decode(AESGCM(key).decrypt(request.data(2), request.data(1), None)).data(3)
