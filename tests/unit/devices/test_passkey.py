"""What somebody pastes as the answer of a passkey, before it is handed to WhatsApp."""

import base64
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hebah.devices import rules
from hebah.foundation.errors import FieldsInvalid

CHALLENGE = b"only this once"


def url64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


REQUEST = json.dumps({"challenge": url64(CHALLENGE), "rpId": "whatsapp.com", "allowCredentials": []})


def client_data(**changes: Any) -> str:
    told = {"type": "webauthn.get", "challenge": url64(CHALLENGE), "origin": "https://web.whatsapp.com"} | changes
    return url64(json.dumps(told).encode())


def answer(changes: dict[str, Any] | None = None, response: dict[str, Any] | None = None) -> str:
    signed = {
        "clientDataJSON": client_data(),
        "authenticatorData": url64(b"data"),
        "signature": url64(b"signed"),
        "userHandle": None,
    } | (response or {})
    whole = {"id": url64(b"key"), "rawId": url64(b"key"), "type": "public-key", "response": signed}
    return json.dumps(whole | (changes or {}), indent=2)


def code_of(text: str, request: str | None = REQUEST) -> str:
    with pytest.raises(FieldsInvalid) as refused:
        rules.check_passkey_answer(text, request)
    return refused.value.fields["answer"]


def test_a_whole_answer_is_handed_on_as_it_was_signed() -> None:
    assert json.loads(rules.check_passkey_answer(answer(), REQUEST)) == json.loads(answer())


def test_the_request_may_be_wrapped_as_browsers_want_it() -> None:
    assert rules.check_passkey_answer(answer(), json.dumps({"publicKey": json.loads(REQUEST)}))


@pytest.mark.parametrize("text", ["", "no", "[]", "12", "{", "[" * 5000])
def test_what_is_no_answer_at_all_is_told_apart(text: str) -> None:
    assert code_of(text) == "passkey_not_json"


@pytest.mark.parametrize(
    "text",
    [
        "{}",
        answer({"type": "password"}),
        answer({"rawId": ""}),
        answer({"id": 7}),
        answer({"response": "signed"}),
        answer(response={"signature": "not base64!"}),
        answer(response={"authenticatorData": None}),
        answer(response={"clientDataJSON": url64(b"no JSON")}),
    ],
)
def test_an_answer_with_something_missing_is_refused(text: str) -> None:
    assert code_of(text) == "passkey_incomplete"


def test_an_answer_to_another_request_is_refused() -> None:
    old = client_data(challenge=url64(b"the one before"))
    assert code_of(answer(response={"clientDataJSON": old})) == "passkey_other_request"
    assert code_of(answer(response={"clientDataJSON": client_data(type="webauthn.create")})) == "passkey_other_request"


def test_an_answer_longer_than_any_passkeys_is_refused() -> None:
    assert code_of(answer({"padding": "x" * rules.LONGEST_ANSWER})) == "too_long"


@given(st.text() | st.dictionaries(st.text(), st.text() | st.none() | st.integers()).map(json.dumps))
def test_nothing_that_is_pasted_breaks_the_check(text: str) -> None:
    assert code_of(text, text)
