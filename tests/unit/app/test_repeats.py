"""What makes two requests the same, and what a second one gets."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hebah.app.repeats.model import AlreadyDone, Answer, InProgress, KeyReused, KeyUnusable, Stored
from hebah.app.repeats.rules import Fingerprint, GoAhead, check_key, decide
from hebah.foundation.errors import HebahError

NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)
ANSWER = Answer(201, "application/json", b"{}")


def stored(*, held: bool = False, done: bool = False, answer: Answer | None = None) -> Stored:
    return Stored(b"same", NOW, held, done, answer)


def test_an_answer_is_told_again_for_a_day() -> None:
    assert decide(stored(done=True, answer=ANSWER), b"same", NOW + timedelta(hours=23, minutes=59)) == ANSWER
    assert decide(stored(done=True, answer=ANSWER), b"same", NOW + timedelta(hours=24)) is GoAhead.NOW


@pytest.mark.parametrize(
    ("before", "fingerprint", "refusal"),
    [
        (stored(held=True), b"same", InProgress),
        (stored(held=True, done=True), b"same", InProgress),
        (stored(done=True), b"same", AlreadyDone),
        (stored(done=True, answer=ANSWER), b"other", KeyReused),
        (stored(held=True), b"other", KeyReused),
    ],
)
def test_what_may_have_been_done_is_not_done_again(
    before: Stored, fingerprint: bytes, refusal: type[HebahError]
) -> None:
    with pytest.raises(refusal):
        decide(before, fingerprint, NOW)


def test_an_attempt_that_died_before_it_did_anything_is_no_reason_to_wait() -> None:
    assert decide(stored(), b"same", NOW) is GoAhead.NOW


@pytest.mark.parametrize("key", ["", " ", "a b", "x" * 201, "clé", "a\n"])
def test_a_key_that_cannot_be_kept_is_refused(key: str) -> None:
    with pytest.raises(KeyUnusable):
        check_key(key)


def fingerprint(body: bytes, pieces: list[int], boundary: str | None = None, address: bytes = b"/a") -> bytes:
    media_type = "application/json" if boundary is None else f"multipart/form-data; boundary={boundary}"
    found = Fingerprint("POST", (address, b""), media_type)
    for start, end in zip([0, *pieces], [*pieces, len(body)], strict=True):
        found.update(body[start:end])
    return found.digest()


def multipart(boundary: str, content: bytes) -> bytes:
    mark = boundary.encode()
    return (
        b"--" + mark + b'\r\nContent-Disposition: form-data; name="file"\r\n\r\n' + content + b"\r\n--" + mark + b"--"
    )


@given(st.binary(max_size=80), st.lists(st.integers(0, 200), max_size=4))
def test_a_file_is_the_same_whatever_boundary_and_pieces_it_comes_in(content: bytes, cuts: list[int]) -> None:
    one, other = multipart("bound-one-xyzzy", content), multipart("another-7431", content)
    pieces = sorted(min(cut, len(other)) for cut in cuts)
    assert fingerprint(one, [], "bound-one-xyzzy") == fingerprint(other, pieces, "another-7431")
    assert fingerprint(one, [], "bound-one-xyzzy") != fingerprint(one + b"!", [], "bound-one-xyzzy")


def test_another_address_or_body_is_another_request() -> None:
    one = fingerprint(b'{"a":1}', [])
    assert fingerprint(b'{"a":1}', [3]) == one
    assert fingerprint(b'{"a":2}', []) != one
    assert fingerprint(b'{"a":1}', [], address=b"/b") != one
