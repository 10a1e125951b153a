"""What a key looks like, and how far one may reach."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from hebah.access.model import Actor, Permission, Role
from hebah.foundation.errors import FieldsInvalid
from hebah.keys import rules
from hebah.keys.model import SCOPES, NewKey

NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)
TEXT = "hbh_0a1b2c3d_" + "s" * 20 + "-_" + "t" * 21
READS = frozenset({Permission.DEVICE_READ})


def faults(new: NewKey, actor: Actor) -> dict[str, str]:
    with pytest.raises(FieldsInvalid) as refused:
        rules.check_new(new, actor, NOW)
    return dict(refused.value.fields)


def person(role: Role = Role.OWNER) -> Actor:
    return Actor(uuid4(), uuid4(), "Aminah", role)


def test_a_key_is_read_whole_or_not_at_all() -> None:
    parts = rules.read_key(TEXT)
    assert parts is not None
    assert str(parts) == TEXT
    assert [rules.read_key(text) for text in ("", TEXT[:-1], TEXT + "x", TEXT.upper(), f" {TEXT}")] == [None] * 5


@pytest.mark.parametrize(
    ("header", "key"),
    [(f"Bearer {TEXT}", TEXT), (f"bearer  {TEXT} ", TEXT), ("Basic abc", None), (None, None), ("Bearer ", "")],
)
def test_only_the_bearer_scheme_is_about_keys(header: str | None, key: str | None) -> None:
    assert rules.bearer_of(header) == key


def test_no_key_reaches_further_than_its_maker() -> None:
    agent = Actor(uuid4(), uuid4(), "Chong", Role.AGENT, frozenset({uuid4()}))
    wide = NewKey("crm", READS, None, None)
    assert faults(wide, agent) == {"deviceIds": "not_yours"}
    sends = NewKey("crm", frozenset({Permission.CAMPAIGN_SEND}), agent.device_ids, None)
    assert faults(sends, agent) == {"permissions": "not_yours"}
    key = Actor(uuid4(), uuid4(), "crm", Role.OWNER, None, uuid4(), frozenset({Permission.KEY_EDIT}))
    assert faults(NewKey("more", READS, None, None), key) == {"permissions": "not_yours"}


def test_ownership_is_not_for_keys() -> None:
    given = {permission for group in SCOPES.values() for permission in group}
    assert set(Permission) - given == {Permission.OWNERSHIP_GIVE}
    wanted = NewKey("crm", frozenset({Permission.OWNERSHIP_GIVE}), None, None)
    assert faults(wanted, person()) == {"permissions": "not_yours"}


def test_a_key_for_some_devices_may_do_only_what_heeds_that_everywhere() -> None:
    some = frozenset({uuid4()})
    rules.check_new(NewKey("bot", frozenset({Permission.INBOX_REPLY}), some, None), person(), NOW)
    sends = NewKey("bot", frozenset({Permission.CAMPAIGN_SEND}), some, None)
    assert faults(sends, person()) == {"permissions": "not_with_devices"}


def test_what_is_missing_is_told_by_field() -> None:
    empty = NewKey(" ", frozenset(), frozenset(), NOW - timedelta(seconds=1))
    assert faults(empty, person()) == {
        "name": "empty",
        "permissions": "empty",
        "deviceIds": "empty",
        "expiresAt": "in_the_past",
    }
