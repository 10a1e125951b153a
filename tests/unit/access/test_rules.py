"""Who may do what, and what is fit to be stored: decisions without a database."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hebah.access import rules
from hebah.access.model import Actor, NotAllowed, Permission, Role, Settings
from hebah.foundation.errors import FieldsInvalid, NotFound

NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)
AGENT_MAY = {"workspace:read", "device:read", "lead:read", "inbox:read", "inbox:reply", "media:read", "media:edit"}
OWNER_ONLY = {"ownership:give"}
RUNNING = {"workspace:edit", "user:edit", "key:edit", "audit:read", "consent:override", "system:read"}


def actor(role: Role, *devices: UUID) -> Actor:
    return Actor(uuid4(), uuid4(), "Aminah", role, frozenset(devices) if role is Role.AGENT else None)


@pytest.mark.parametrize("permission", list(Permission))
def test_each_role_may_less_than_the_one_above_it_and_agents_only_read_and_reply(
    permission: Permission,
) -> None:
    assert rules.may(actor(Role.OWNER), permission)
    assert rules.may(actor(Role.ADMIN), permission) == (permission not in OWNER_ONLY)
    assert rules.may(actor(Role.OPERATOR), permission) == (permission not in OWNER_ONLY | RUNNING)
    assert rules.may(actor(Role.AGENT), permission) == (permission in AGENT_MAY)


def test_an_agent_sees_granted_devices_only_and_others_do_not_exist() -> None:
    granted, other = uuid4(), uuid4()
    agent = actor(Role.AGENT, granted)

    assert rules.may(agent, Permission.DEVICE_READ, granted)
    assert not rules.may(agent, Permission.DEVICE_READ, other)
    rules.require(agent, Permission.DEVICE_READ, granted)
    with pytest.raises(NotFound):
        rules.require(agent, Permission.DEVICE_READ, other)
    with pytest.raises(NotAllowed):
        rules.require(agent, Permission.DEVICE_EDIT, granted)


@pytest.mark.parametrize(
    ("origin", "host", "public", "same"),
    [
        ("http://127.0.0.1:3000", "127.0.0.1:3000", None, True),
        ("https://hebah.example", "hebah.example", None, True),
        ("https://HEBAH.example", "hebah.example", None, True),
        ("https://hebah.example", "10.0.0.4:3000", "https://hebah.example", True),
        ("http://127.0.0.1:3001", "127.0.0.1:3000", None, False),
        ("http://evil.example", "127.0.0.1:3000", None, False),
        ("http://127.0.0.1:3000.evil.example", "127.0.0.1:3000", None, False),
        ("null", "127.0.0.1:3000", None, False),
        ("", "", None, False),
        (None, "127.0.0.1:3000", None, False),
        ("http://evil.example", "127.0.0.1:3000", "https://hebah.example", False),
    ],
)
def test_only_pages_of_our_own_address_are_ours(origin: str | None, host: str, public: str | None, same: bool) -> None:
    assert rules.same_origin(origin, host, public) is same


@given(st.lists(st.integers(0, 3600), max_size=60))
def test_no_window_ever_holds_more_attempts_than_the_limit(seconds: list[int]) -> None:
    limit = rules.Limit(5, timedelta(minutes=10))
    made: list[datetime] = []
    for second in sorted(seconds):
        now = NOW + timedelta(seconds=second)
        if rules.wait_before_trying(made, limit, now) is None:
            made.append(now)
    for first in made:
        assert sum(first <= at < first + limit.window for at in made) <= limit.attempts


@given(st.lists(st.integers(0, 900), min_size=1, max_size=40))
def test_waiting_as_long_as_told_is_always_enough(seconds: list[int]) -> None:
    attempts = [NOW + timedelta(seconds=second) for second in seconds]
    now = max(attempts)
    wait = rules.wait_before_trying(attempts, rules.FROM_ONE_PLACE, now)
    if wait is not None:
        assert timedelta(0) < wait <= rules.FROM_ONE_PLACE.window
        assert rules.wait_before_trying(attempts, rules.FROM_ONE_PLACE, now + wait) is None


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"zone": "Nowhere/Else"}, {"zone": "unknown_zone"}),
        ({"zone": "../etc/passwd"}, {"zone": "unknown_zone"}),
        ({"region": "XX"}, {"region": "unknown_region"}),
        ({"gap_min_s": 9.0, "gap_max_s": 8.0}, {"gapMaxS": "below_minimum"}),
        ({"gap_min_s": -1.0}, {"gapMinS": "out_of_range"}),
        ({"gap_max_s": 1e9}, {"gapMaxS": "out_of_range"}),
        ({"gap_min_s": float("nan")}, {"gapMinS": "out_of_range"}),
        ({"hourly_cap": 0}, {"hourlyCap": "out_of_range"}),
        ({"daily_cap": -4}, {"dailyCap": "out_of_range"}),
        ({"quiet_from": time(9), "quiet_until": time(9)}, {"quietUntil": "same_as_from"}),
        ({"name": ""}, {"name": "empty"}),
    ],
)
def test_settings_nobody_could_live_with_are_refused_by_field(
    changes: dict[str, object], fault: dict[str, str]
) -> None:
    settings = replace(Settings("Kedai"), **changes)  # type: ignore[arg-type]  # one field per case
    with pytest.raises(FieldsInvalid) as refused:
        rules.check_settings(settings)
    assert refused.value.fields == fault


def test_settings_without_caps_and_quiet_hours_are_fine() -> None:
    rules.check_settings(
        Settings("Kedai", quiet_on=False, quiet_from=time(0), quiet_until=time(0), hourly_cap=None, daily_cap=None)
    )


@pytest.mark.parametrize(
    ("password", "fault"),
    [("", "too_short"), ("elevenchars", "too_short"), ("a" * 12, "too_simple"), ("x" * 201, "too_long")],
)
def test_weak_passwords_are_refused(password: str, fault: str) -> None:
    assert rules.password_fault(password) == fault


def test_a_long_sentence_is_a_password() -> None:
    assert rules.password_fault("nasi lemak panas") is None


@pytest.mark.parametrize(
    ("host", "public", "ours"),
    [
        ("127.0.0.1:3000", None, True),
        ("[::1]:3000", None, True),
        ("192.168.1.20:3000", None, True),
        ("localhost:3000", None, True),
        ("hebah", None, True),
        ("office.local", None, True),
        ("hebah.example", "https://hebah.example", True),
        ("HEBAH.example:443", "https://hebah.example", True),
        ("127.0.0.1:3000", "https://hebah.example", True),
        ("hebah.example", None, False),
        ("evil.example", "https://hebah.example", False),
        ("hebah.example.evil.example", "https://hebah.example", False),
        ("localhost.evil.example", None, False),
        ("a/?x=", None, False),
        ("evil.example@127.0.0.1", None, False),
        ("", None, False),
        ("[::1", None, False),
    ],
)
def test_we_answer_to_names_that_no_other_site_can_have(host: str, public: str | None, ours: bool) -> None:
    assert rules.is_our_host(host, public) is ours


def test_an_admin_reaches_everybody_but_owners_and_a_key_nobody_who_makes_keys() -> None:
    key = replace(actor(Role.OWNER), key_id=uuid4(), scopes=frozenset(Permission))
    assert rules.roles_in_reach(actor(Role.OWNER)) == set(Role)
    assert rules.roles_in_reach(actor(Role.ADMIN)) == set(Role) - {Role.OWNER}
    assert rules.roles_in_reach(key) == {Role.OPERATOR, Role.AGENT}


def test_a_key_may_do_what_both_its_scopes_and_its_makers_role_allow() -> None:
    key = replace(actor(Role.OPERATOR), key_id=uuid4(), scopes=frozenset({Permission.LEAD_READ, Permission.USER_EDIT}))
    assert key.permissions == {Permission.LEAD_READ}


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/149.0 Safari/537.36", "Chrome Windows"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/149.0 Safari/537.36 Edg/149.0", "Edge Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Mobile Safari/604.1", "Safari iPhone"),
        ("Mozilla/5.0 (Linux; Android 16; K) Chrome/149.0 Mobile Safari/537.36", "Chrome Android"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox Linux"),
        ("something else", " "),
    ],
)
def test_a_browser_is_told_in_words(agent: str, words: str) -> None:
    assert " ".join(rules.browser_of(agent)) == words
