"""Codes that change every 30 seconds, held against the vectors of the standard."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest

from hebah.second_step import rules

SECRET = b"12345678901234567890"  # of RFC 6238, appendix B
NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("second", "code"),
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
        (20000000000, "353130"),
    ],
)
def test_codes_are_those_of_the_standard(second: int, code: str) -> None:
    assert rules.code_at(SECRET, second // 30) == code


def test_a_clock_may_be_off_by_one_step_and_not_by_two() -> None:
    step = int(NOW.timestamp()) // 30
    found = {away: rules.step_of(rules.code_at(SECRET, step + away), SECRET, NOW, 0) for away in range(-3, 4)}
    assert found == {-3: None, -2: None, -1: step - 1, 0: step, 1: step + 1, 2: None, 3: None}


def test_a_code_counts_once_and_so_do_those_before_it() -> None:
    step = int(NOW.timestamp()) // 30
    assert rules.step_of(rules.code_at(SECRET, step), SECRET, NOW, step) is None
    assert rules.step_of(rules.code_at(SECRET, step - 1), SECRET, NOW, step) is None
    later = NOW + timedelta(seconds=30)
    assert rules.step_of(rules.code_at(SECRET, step + 1), SECRET, later, step) == step + 1


def test_codes_may_be_written_as_people_write_them() -> None:
    step = int(NOW.timestamp()) // 30
    code = rules.code_at(SECRET, step)
    assert rules.step_of(f" {code[:3]} {code[3:]} ", SECRET, NOW, 0) == step
    assert rules.step_of("", SECRET, NOW, 0) is None
    assert rules.step_of("١٢٣٤٥٦", SECRET, NOW, 0) is None


def test_each_person_and_each_enrolment_has_a_secret_of_its_own() -> None:
    key, one, other = bytes(32), uuid4(), uuid4()
    secrets = {rules.secret_of(key, person, salt) for person in (one, other) for salt in (b"a", b"b")}
    assert len(secrets | {rules.secret_of(b"\1" * 32, one, b"a")}) == 5
    assert {len(secret) for secret in secrets} == {20}


def test_an_authenticator_is_told_whose_code_it_is() -> None:
    told = rules.enrolment(SECRET, "aminah@example.com", "Kedai & Anak")
    address = urlsplit(told.address)
    facts = {name: values[0] for name, values in parse_qs(address.query).items()}
    assert (address.scheme, address.netloc) == ("otpauth", "totp")
    assert facts == {
        "secret": "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ",
        "issuer": "Hebah (Kedai & Anak)",
        "digits": "6",
        "period": "30",
    }


def test_recovery_codes_are_long_and_stored_by_a_hash_that_needs_the_hosts_key() -> None:
    codes = rules.recovery_codes(bytes(range(rules.recovery_noise())))
    person = uuid4()
    assert len(set(codes)) == 10
    assert {len(code.replace("-", "")) for code in codes} == {16}
    shouted = codes[0].upper().replace("-", " ")
    assert rules.recovery_hash(bytes(32), person, shouted) == rules.recovery_hash(bytes(32), person, codes[0])
    assert rules.recovery_hash(b"\1" * 32, person, codes[0]) != rules.recovery_hash(bytes(32), person, codes[0])
