"""Keys, signatures and the Noise handshake, held against what the real library says."""

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.network.keys import BadKey, KeyPair, hkdf, verify
from tests.network.noise import PROLOGUE, NoiseError, NoiseRoot, NoiseServer, NoiseState
from tests.network.protobuf import decode, encode
from tests.unit.network.vectors import load

VECTORS = load("vectors")
NOISE = {name: bytes.fromhex(value) for name, value in VECTORS["noise"].items() if isinstance(value, str)}


class IkClient:
    """The initiator's half of Noise IK, which sends its key and its payload at once."""

    def __init__(self, server_static: bytes) -> None:
        self.static, self._ephemeral = KeyPair(), KeyPair()
        self._state = NoiseState(b"Noise_IK_25519_AESGCM_SHA256\0\0\0\0", PROLOGUE)
        self._server_static = server_static

    def hello(self, payload: bytes) -> bytes:
        state = self._state
        state.mix_hash(self._server_static)
        state.mix_hash(self._ephemeral.public)
        state.mix_key(self._ephemeral.agree(self._server_static))
        static = state.encrypt(self.static.public)
        state.mix_key(self.static.agree(self._server_static))
        return encode({2: {1: self._ephemeral.public, 2: static, 3: state.encrypt(payload)}})

    def finish(self, frame: bytes) -> bytes:
        answer = decode(frame).message(3)
        self._state.mix_hash(answer.data(1))
        self._state.mix_key(self._ephemeral.agree(answer.data(1)))
        self._state.mix_key(self.static.agree(answer.data(1)))
        chain = self._state.decrypt(answer.data(3))
        self.tx, self.rx = self._state.split()
        return chain


def a_server() -> NoiseServer:
    root = NoiseRoot(KeyPair(NOISE["root"]), KeyPair(NOISE["static"]))
    # Signatures are randomised, so the chain of that day is put in.
    root.chain = NOISE["chain"]
    return NoiseServer(root, ephemeral=KeyPair(NOISE["server_ephemeral"]))


def test_the_handshake_goes_byte_for_byte_as_with_the_library() -> None:
    server = a_server()
    assert server.hello(NOISE["client_hello"]) == NOISE["server_hello"]
    server.finish(NOISE["client_finish"])
    assert (server.mode, server.client_payload) == ("XX", NOISE["payload"])
    assert server.client_static == NOISE["client_static"]
    frames = [bytes.fromhex(frame) for frame in VECTORS["noise"]["from_client"]]
    assert [server.rx.decrypt(frame) for frame in frames] == [b"first", b"second"]
    assert server.tx.encrypt(b"answer") == NOISE["from_server"]


def test_frames_out_of_turn_do_not_open() -> None:
    server = a_server()
    server.hello(NOISE["client_hello"])
    server.finish(NOISE["client_finish"])
    with pytest.raises(NoiseError):
        server.rx.decrypt(bytes.fromhex(VECTORS["noise"]["from_client"][1]))


def test_a_client_that_knows_the_server_needs_one_round_trip() -> None:
    root = NoiseRoot()
    client, server = IkClient(root.static.public), NoiseServer(root)
    chain = client.finish(server.hello(client.hello(b"payload")))
    server.finish(None)
    assert (server.mode, server.client_static, server.client_payload) == ("IK", client.static.public, b"payload")
    assert chain == root.chain
    assert server.rx.decrypt(client.tx.encrypt(b"hello")) == b"hello"
    assert client.rx.decrypt(server.tx.encrypt(b"welcome")) == b"welcome"


def test_the_chain_is_signed_from_the_root_down() -> None:
    root = NoiseRoot()
    chain = decode(root.chain)
    leaf, intermediate = chain.message(1), chain.message(2)
    assert verify(root.public, intermediate.data(1), intermediate.data(2))
    assert verify(decode(intermediate.data(1)).data(3), leaf.data(1), leaf.data(2))
    assert decode(leaf.data(1)).data(3) == root.static.public
    assert decode(leaf.data(1)).number(2) == decode(intermediate.data(1)).number(1)
    assert decode(intermediate.data(1)).number(2) == 0


@given(st.binary(max_size=200))
def test_any_hello_is_answered_or_refused(frame: bytes) -> None:
    try:
        a_server().hello(frame)
    except NoiseError:
        return


@given(st.binary(max_size=200))
def test_any_finish_that_is_not_the_right_one_is_refused(frame: bytes) -> None:
    server = a_server()
    server.hello(NOISE["client_hello"])
    with pytest.raises(NoiseError):
        server.finish(frame)


@pytest.mark.parametrize("vector", VECTORS["signatures"], ids=lambda vector: vector["signature"][-2:])
def test_signatures_of_the_library_hold(vector: dict[str, str]) -> None:
    public, message, signature = (bytes.fromhex(vector[name]) for name in ("public", "message", "signature"))
    assert verify(public, message, signature)
    assert not verify(public, message + b".", signature)
    assert not verify(KeyPair().public, message, signature)


@given(st.binary(max_size=100))
def test_our_signatures_hold_and_have_no_sign_bit(message: bytes) -> None:
    pair = KeyPair()
    signature = pair.sign(message)
    assert verify(pair.public, message, signature)
    assert not signature[63] & 0x80


def test_signatures_of_a_wrong_length_do_not_hold() -> None:
    pair = KeyPair()
    assert not verify(pair.public, b"", pair.sign(b"")[:-1])
    assert not verify(pair.public[:-1], b"", pair.sign(b""))


def test_both_ends_agree_also_after_a_key_was_pickled() -> None:
    ours, theirs = KeyPair(), KeyPair()
    copied = pickle.loads(pickle.dumps(ours))
    assert copied.agree(theirs.public) == theirs.agree(ours.public)
    assert copied.public == ours.public


@pytest.mark.parametrize("public", [b"", b"short", bytes(32)])
def test_useless_public_keys_are_refused(public: bytes) -> None:
    with pytest.raises(BadKey):
        KeyPair().agree(public)


def test_key_derivation_follows_the_standard() -> None:
    # RFC 5869, test case 1.
    derived = hkdf(b"\x0b" * 22, 42, bytes(range(13)), bytes(range(0xF0, 0xFA)))
    assert derived.hex() == ("3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865")
