"""Sealed files, media retries and linking by code, held against the real library."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.network.blockcipher import BlockError, cbc_decrypt, cbc_encrypt
from tests.network.codepair import CodeError, Primary
from tests.network.keys import KeyPair
from tests.network.mediacrypto import (
    MediaError,
    MediaKind,
    RetryResult,
    SealedRetry,
    open_retry_request,
    seal,
    seal_retry_answer,
    unseal,
)
from tests.unit.network.vectors import load

VECTORS = load("vectors")
CODE = VECTORS["code"]


@pytest.mark.parametrize("vector", VECTORS["media"], ids=lambda vector: vector["kind"])
def test_files_are_sealed_as_the_library_does(vector: dict[str, str]) -> None:
    kind, key = MediaKind(vector["kind"]), bytes.fromhex(vector["key"])
    sealed = seal(bytes.fromhex(vector["plain"]), kind, key)
    assert sealed.blob.hex() == vector["blob"]
    assert unseal(sealed.blob, key, kind).hex() == vector["plain"]


@given(st.binary(max_size=300), st.sampled_from(MediaKind))
def test_any_file_comes_back(data: bytes, kind: MediaKind) -> None:
    sealed = seal(data, kind)
    assert unseal(sealed.blob, sealed.key, kind) == data
    assert sealed.length == len(data)


@given(st.data())
def test_a_damaged_file_does_not_open(data: st.DataObject) -> None:
    sealed = seal(b"picture", MediaKind.IMAGE)
    damaged = bytearray(sealed.blob)
    damaged[data.draw(st.integers(0, len(damaged) - 1))] ^= 1
    with pytest.raises(MediaError):
        unseal(bytes(damaged), sealed.key, MediaKind.IMAGE)
    with pytest.raises(MediaError):
        unseal(sealed.blob, sealed.key, MediaKind.VIDEO)
    with pytest.raises(MediaError):
        unseal(b"", sealed.key, MediaKind.IMAGE)


@pytest.mark.parametrize("ciphertext", [b"", b"x" * 15, b"x" * 17])
def test_ciphertexts_of_an_impossible_length_are_refused(ciphertext: bytes) -> None:
    with pytest.raises(BlockError):
        cbc_decrypt(b"k" * 32, b"i" * 16, ciphertext)


def test_wrong_padding_is_refused() -> None:
    sealed = cbc_encrypt(b"k" * 32, b"i" * 16, b"x" * 16)
    with pytest.raises(BlockError):
        cbc_decrypt(b"k" * 32, b"i" * 16, sealed[:16])


def test_a_retry_request_of_the_library_opens() -> None:
    facts = VECTORS["retry_request"]
    request = SealedRetry(bytes.fromhex(facts["payload"]), bytes.fromhex(facts["iv"]))
    key = bytes.fromhex(facts["key"])
    assert open_retry_request(facts["id"], key, request) == facts["id"]
    for wrong in ((facts["id"], b"k" * 32, request), ("3EB0", key, request), (facts["id"], key, SealedRetry(b"", b""))):
        with pytest.raises(MediaError):
            open_retry_request(*wrong)


def test_a_retry_answer_opens_with_the_media_key_and_the_id() -> None:
    answer = seal_retry_answer("3EB0", b"k" * 32, RetryResult.SUCCESS, "/v/again")
    # An answer and a request begin with the same field, so the same door opens it.
    assert open_retry_request("3EB0", b"k" * 32, answer) == "3EB0"


def a_phone(code: str = CODE["code"]) -> Primary:
    identity, ephemeral = (
        KeyPair(bytes.fromhex(CODE["phone_identity"])),
        KeyPair(bytes.fromhex(CODE["phone_ephemeral"])),
    )
    return Primary(code, identity, bytes.fromhex(CODE["companion_wrapped"]), ephemeral=ephemeral)


def test_the_phone_and_the_library_share_a_secret_after_the_right_code() -> None:
    assert a_phone().adv_secret(bytes.fromhex(CODE["bundle"])).hex() == CODE["adv_secret"]


def test_with_a_wrong_code_the_bundle_does_not_open() -> None:
    with pytest.raises(CodeError):
        a_phone("ZZZZZZZZ").adv_secret(bytes.fromhex(CODE["bundle"]))


@pytest.mark.parametrize("bundle", [b"", b"x" * 43, b"x" * 200])
def test_broken_bundles_are_refused(bundle: bytes) -> None:
    with pytest.raises(CodeError):
        a_phone().adv_secret(bundle)


def test_a_bundle_for_another_phone_is_refused() -> None:
    ephemeral = KeyPair(bytes.fromhex(CODE["phone_ephemeral"]))
    other = Primary(CODE["code"], KeyPair(), bytes.fromhex(CODE["companion_wrapped"]), ephemeral=ephemeral)
    with pytest.raises(CodeError, match="another phone"):
        other.adv_secret(bytes.fromhex(CODE["bundle"]))


def test_a_wrapped_key_of_a_wrong_length_is_refused() -> None:
    with pytest.raises(CodeError):
        Primary(CODE["code"], KeyPair(), b"short")
