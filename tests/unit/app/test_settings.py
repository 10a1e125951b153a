"""What the environment may say, and how a wrong word is named."""

import base64
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from hebah.app.settings import (
    DEFAULT_ZONE,
    SettingInvalid,
    Settings,
    environment_of,
    environment_of_companion,
    read_settings,
)


def test_nothing_needs_to_be_set() -> None:
    settings = read_settings({})
    assert (settings.host, settings.port, settings.database_url) == ("127.0.0.1", 3000, None)
    assert settings.home == Path(".hebah").absolute()
    assert settings.zone == DEFAULT_ZONE


def test_empty_means_unset() -> None:
    assert read_settings({"PORT": "", "DATABASE_URL": "  ", "HEBAH_LOG": ""}) == read_settings({})


@pytest.mark.parametrize("variable", ["DATABASE_URL", "DB_URI"])
@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+asyncpg"])
def test_the_database_is_known_by_either_name(variable: str, scheme: str) -> None:
    url = f"{scheme}://user:secret@db.example:5432/hebah"
    assert read_settings({variable: url}).database_url == url


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("PORT", "http"),
        ("PORT", "70000"),
        ("PORT", "-1"),
        ("DATABASE_URL", "mysql://db.example/hebah"),
        ("DB_URI", "db.example"),
        ("REDIS_URL", "http://cache.example"),
        ("HEBAH_METRICS_PORT", "many"),
        ("HEBAH_METRICS_TOKEN", "short"),
        ("HEBAH_PUBLIC_URL", "hebah.example"),
        ("HEBAH_PUBLIC_URL", "https://hebah.example/under/a/path"),
        ("HEBAH_LOG", "xml"),
        ("HEBAH_LOG_LEVEL", "LOUD"),
        ("HEBAH_SIMULATED", "maybe"),
        ("WHATSAPP_CHAT_STORAGE", "a little"),
        ("HEBAH_LEASE_TTL_S", "soon"),
        ("HEBAH_LEASE_TTL_S", "nan"),
        ("HEBAH_CONNECT_RATE", "0"),
        ("HEBAH_DATABASE_CONNECTIONS", "1"),
        ("HEBAH_CRASH_AT", "nowhere"),
        ("HEBAH_COMPANION_DEVICES", "0"),
        ("HEBAH_COMPANION_CONNECTIONS", "many"),
        ("HEBAH_SEALING_KEY", "c2hvcnQ="),
        ("HEBAH_SEALING_KEY", "not base64!"),
    ],
)
def test_what_cannot_be_used_is_named(variable: str, value: str) -> None:
    with pytest.raises(SettingInvalid) as refused:
        read_settings({variable: value})
    assert refused.value.variable == variable
    assert str(refused.value).startswith(variable)


def test_the_password_of_a_refused_address_is_not_repeated() -> None:
    with pytest.raises(SettingInvalid) as refused:
        read_settings({"DATABASE_URL": "mysql://user:secret@db.example/hebah"})
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(
    "zone", ["UTC0", ":/etc/localtime", "/usr/share/zoneinfo/Asia/Tokyo", "Mars/Olympus", "../x/y"]
)
def test_a_machines_odd_time_zone_is_no_reason_not_to_start(zone: str) -> None:
    assert read_settings({"TZ": zone}).zone == DEFAULT_ZONE


def test_a_zone_of_the_machine_is_the_first_workspaces() -> None:
    assert read_settings({"TZ": "Asia/Singapore"}).zone == "Asia/Singapore"


@pytest.mark.parametrize(
    "settings",
    [
        Settings(home=Path("/srv/hebah")),
        Settings(
            host="0.0.0.0",
            port=8080,
            database_url="postgresql://db.example/hebah",
            redis_url="redis://cache.example:6379/1",
            metrics_port=9100,
            metrics_token="a long enough token",
            home=Path("/srv/hebah"),
            zone="Asia/Singapore",
            public_url="https://hebah.example",
            log_json=True,
            log_level="WARNING",
            chat_storage=False,
            simulated=False,
            simulated_socket=Path("/tmp/network"),
            simulated_party="gateway-1",
            lease_ttl=timedelta(seconds=3),
            connect_rate=200.0,
            connections=6,
            crash_at="after_send:3",
            companion=Path("/opt/hebah-companion"),
            companion_devices=500,
            companion_connections=8,
            sealing_key=bytes(range(32)),
        ),
        Settings(home=Path("/srv/hebah"), companion_on=False),
    ],
)
def test_a_child_process_reads_the_settings_it_was_given(settings: Settings) -> None:
    assert read_settings(environment_of(settings)) == settings


def test_the_companion_can_be_switched_off_or_named() -> None:
    assert read_settings({"HEBAH_COMPANION": "off"}) == replace(read_settings({}), companion_on=False)
    assert read_settings({"HEBAH_COMPANION": "/opt/one"}).companion == Path("/opt/one")


def test_a_key_appears_nowhere_when_settings_are_shown() -> None:
    key = base64.b64encode(bytes(range(32))).decode()
    assert "sealing_key" not in repr(read_settings({"HEBAH_SEALING_KEY": key}))


def test_a_companion_inherits_nothing_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATABASE_URL", "DB_URI", "HEBAH_SEALING_KEY", "PGPASSWORD", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "secret")
    monkeypatch.setenv("GOMEMLIMIT", "1GiB")
    inherited = environment_of_companion()
    assert "secret" not in inherited.values()
    assert inherited["GOMEMLIMIT"] == "1GiB"


@pytest.mark.parametrize(
    ("text", "trusted"), [("10.0.0.0/8, 127.0.0.1", "10.0.0.0/8,127.0.0.1"), ("off", ""), ("", "127.0.0.1,::1")]
)
def test_proxies_are_believed_by_address_or_network_or_not_at_all(text: str, trusted: str) -> None:
    assert read_settings({"HEBAH_TRUSTED_PROXIES": text}).trusted_proxies == trusted


@pytest.mark.parametrize("text", ["proxy", "*", "10.0.0.0/8,"])
def test_a_proxy_that_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(SettingInvalid, match="HEBAH_TRUSTED_PROXIES"):
        read_settings({"HEBAH_TRUSTED_PROXIES": text})
