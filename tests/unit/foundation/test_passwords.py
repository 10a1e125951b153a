"""Passwords are kept as hashes that say nothing, and nobody learns from the time taken whom we know."""

import time

from hebah.foundation.passwords import Argon2Passwords
from hebah.foundation.tokens import hash_token, make_token, same_token


async def test_only_the_right_password_matches() -> None:
    passwords = Argon2Passwords(memory_kib=64, passes=1)
    stored = await passwords.hash("nasi lemak panas")

    assert stored.startswith("$argon2id$")
    assert stored != await passwords.hash("nasi lemak panas")
    assert await passwords.matches("nasi lemak panas", stored)
    assert not await passwords.matches("nasi lemak sejuk", stored)


async def test_nothing_matches_where_there_is_no_password() -> None:
    passwords = Argon2Passwords(memory_kib=64, passes=1)
    for stored in (None, "", "not a hash"):
        assert not await passwords.matches("", stored)
        assert not await passwords.matches("nasi lemak panas", stored)


async def test_an_unknown_person_costs_as_much_work_as_a_known_one() -> None:
    passwords = Argon2Passwords(memory_kib=16384, passes=2)
    stored = await passwords.hash("nasi lemak panas")

    async def work(known: str | None) -> float:
        begun = time.process_time()
        await passwords.matches("nasi lemak sejuk", known)
        return time.process_time() - begun

    known = sorted([await work(stored) for _ in range(15)])[7]
    unknown = sorted([await work(None) for _ in range(15)])[7]
    assert 0.5 < unknown / known < 2


def test_tokens_are_long_fresh_and_stored_as_hashes() -> None:
    token = make_token()
    assert len(token) >= 43
    assert token != make_token()
    assert token not in hash_token(token).hex()
    assert same_token(token, token)
    assert not same_token(token, token[:-1])
