"""What the environment says about this process: the only place that reads it."""

import base64
import binascii
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import Final, TypeVar
from urllib.parse import urlsplit

from hebah.access.rules import is_zone
from hebah.foundation.crashpoints import CrashPoints, CrashPointUnknown
from hebah.foundation.errors import Invalid

DEFAULT_ZONE: Final = "Asia/Kuala_Lumpur"

SEALING_KEY_BYTES: Final = 32
SHORTEST_TOKEN: Final = 16
# HEBAH_TESTNET means something to the companion of the tests only.
_FOR_COMPANIONS = frozenset(
    {
        "GODEBUG", "GOGC", "GOMAXPROCS", "GOMEMLIMIT", "HEBAH_TESTNET", "HOME", "LANG", "PATH", "SSL_CERT_DIR",
        "SSL_CERT_FILE", "TMPDIR",
    }
)  # fmt: skip

T = TypeVar("T")


class SettingInvalid(Invalid):
    """An environment variable holds what cannot be used."""

    code = "setting_invalid"
    sentence = "{variable} {reason}."
    variable: str
    reason: str


@dataclass(frozen=True, slots=True)
class Settings:
    """One process's settings; `database_url` None means the embedded database under `home`."""

    host: str = "127.0.0.1"
    port: int = 3000
    database_url: str | None = None
    redis_url: str | None = None  # None: other processes are heard of by looking
    home: Path = field(default_factory=lambda: Path(".hebah"))
    zone: str = DEFAULT_ZONE
    public_url: str | None = None
    trusted_proxies: str = "127.0.0.1,::1"
    requests_per_s: float = 100.0
    egress_networks: tuple[str, ...] = ()  # inside the house, and still to be fetched from
    log_json: bool = False
    log_level: str = "INFO"
    chat_storage: bool = True
    simulated: bool = True
    simulated_socket: Path | None = None
    simulated_party: str | None = None
    lease_ttl: timedelta = timedelta(seconds=15)
    connect_rate: float = 50.0
    connections: int = 20
    crash_at: str | None = None
    companion: Path | None = None  # None: wherever it has been built
    companion_on: bool = True
    companion_devices: int = 750
    companion_connections: int = 16
    sealing_key: bytes | None = field(default=None, repr=False)  # None: the one kept in `home`
    metrics_port: int | None = None  # None: only the web role shows figures, on its own port
    metrics_token: str | None = field(default=None, repr=False)  # None: only this machine may read them

    def crash_points(self) -> CrashPoints:
        """Where this process dies on purpose; nowhere but in tests."""
        return CrashPoints.none() if self.crash_at is None else CrashPoints.at(self.crash_at)


def read_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """Read and check every variable; raises `SettingInvalid` that names the one to change."""
    given = _Given(os.environ if environment is None else environment)
    return Settings(
        host=given.read("HOST", str, "127.0.0.1"),
        port=given.read("PORT", _port, 3000),
        database_url=given.read("DATABASE_URL", _database_url, None) or given.read("DB_URI", _database_url, None),
        redis_url=given.read("REDIS_URL", _redis_url, None),
        home=given.read("HEBAH_HOME", _path, Path(".hebah")).absolute(),
        zone=_zone(given.read("TZ", str, DEFAULT_ZONE)),
        public_url=given.read("HEBAH_PUBLIC_URL", _web_address, None),
        trusted_proxies=given.read("HEBAH_TRUSTED_PROXIES", _networks, "127.0.0.1,::1"),
        requests_per_s=given.read("HEBAH_REQUESTS_PER_S", _at_least(0.0), 100.0),
        egress_networks=tuple(filter(None, given.read("HEBAH_EGRESS_NETWORKS", _networks, "").split(","))),
        log_json=given.read("HEBAH_LOG", _log_form, default=False),
        log_level=given.read("HEBAH_LOG_LEVEL", _log_level, "INFO"),
        chat_storage=given.read("WHATSAPP_CHAT_STORAGE", _switch, default=True),
        simulated=given.read("HEBAH_SIMULATED", _switch, default=True),
        simulated_socket=given.read("HEBAH_SIMULATED_SOCKET", _path, None),
        simulated_party=given.read("HEBAH_SIMULATED_PARTY", str, None),
        lease_ttl=timedelta(seconds=given.read("HEBAH_LEASE_TTL_S", _at_least(1.0), 15.0)),
        connect_rate=given.read("HEBAH_CONNECT_RATE", _at_least(0.1), 50.0),
        connections=round(given.read("HEBAH_DATABASE_CONNECTIONS", _at_least(4.0), 20.0)),
        crash_at=given.read("HEBAH_CRASH_AT", _crash_order, None),
        companion=given.read("HEBAH_COMPANION", _companion_place, None),
        companion_on=given.read("HEBAH_COMPANION", _is_companion_on, default=True),
        companion_devices=round(given.read("HEBAH_COMPANION_DEVICES", _at_least(1.0), 750.0)),
        companion_connections=round(given.read("HEBAH_COMPANION_CONNECTIONS", _at_least(2.0), 16.0)),
        sealing_key=given.read("HEBAH_SEALING_KEY", parse_sealing_key, None),
        metrics_port=given.read("HEBAH_METRICS_PORT", _port, None),
        metrics_token=given.read("HEBAH_METRICS_TOKEN", _token, None),
    )


def environment_of(settings: Settings) -> dict[str, str]:
    """The environment of a child process that shall have these settings; everything else is inherited."""
    said = {
        "HOST": settings.host,
        "PORT": str(settings.port),
        "DATABASE_URL": settings.database_url or "",
        "DB_URI": "",
        "REDIS_URL": settings.redis_url or "",
        "HEBAH_HOME": str(settings.home),
        "TZ": settings.zone,
        "HEBAH_PUBLIC_URL": settings.public_url or "",
        "HEBAH_TRUSTED_PROXIES": settings.trusted_proxies or "off",
        "HEBAH_REQUESTS_PER_S": str(settings.requests_per_s),
        "HEBAH_EGRESS_NETWORKS": ",".join(settings.egress_networks),
        "HEBAH_LOG": "json" if settings.log_json else "console",
        "HEBAH_LOG_LEVEL": settings.log_level,
        "WHATSAPP_CHAT_STORAGE": "on" if settings.chat_storage else "off",
        "HEBAH_SIMULATED": "on" if settings.simulated else "off",
        "HEBAH_SIMULATED_SOCKET": str(settings.simulated_socket or ""),
        "HEBAH_SIMULATED_PARTY": settings.simulated_party or "",
        "HEBAH_LEASE_TTL_S": str(settings.lease_ttl.total_seconds()),
        "HEBAH_CONNECT_RATE": str(settings.connect_rate),
        "HEBAH_DATABASE_CONNECTIONS": str(settings.connections),
        "HEBAH_CRASH_AT": settings.crash_at or "",
        "HEBAH_COMPANION": str(settings.companion or "") if settings.companion_on else "off",
        "HEBAH_COMPANION_DEVICES": str(settings.companion_devices),
        "HEBAH_COMPANION_CONNECTIONS": str(settings.companion_connections),
        "HEBAH_METRICS_PORT": "" if settings.metrics_port is None else str(settings.metrics_port),
        "HEBAH_METRICS_TOKEN": settings.metrics_token or "",
        "HEBAH_SEALING_KEY": base64.b64encode(settings.sealing_key or b"").decode(),
    }
    return {**os.environ, **said}


def environment_of_companion() -> dict[str, str]:
    """What a companion finds in its environment. It gets addresses and keys over its socket, so nothing secret."""
    return {name: value for name, value in os.environ.items() if name in _FOR_COMPANIONS}


def parse_sealing_key(text: str) -> bytes:
    """The key that credentials are sealed with; raises ValueError."""
    try:
        key = base64.b64decode(text, validate=True)
    except binascii.Error:
        key = b""
    if len(key) != SEALING_KEY_BYTES:
        raise ValueError("is not 32 bytes in base64: make one with `openssl rand -base64 32`")
    return key


class _Given:
    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment

    def read(self, variable: str, parse: Callable[[str], T], default: T) -> T:
        """The variable's value; unset and empty mean the default."""
        text = self._environment.get(variable, "").strip()
        if not text:
            return default
        try:
            return parse(text)
        except (ValueError, CrashPointUnknown) as error:
            raise SettingInvalid(variable, str(error)) from error


def _port(text: str) -> int:
    if not text.isdecimal() or not 0 <= int(text) <= 65535:
        raise ValueError("is not a port: set a number between 1 and 65535")
    return int(text)


def _database_url(text: str) -> str | None:
    if urlsplit(text).scheme.partition("+")[0] not in {"postgres", "postgresql"} or not _has_usable_port(text):
        raise ValueError("is not a PostgreSQL address: set one like postgresql://user:password@host:5432/hebah")
    return text


def _redis_url(text: str) -> str | None:
    if urlsplit(text).scheme not in {"redis", "rediss", "unix"} or not _has_usable_port(text):
        raise ValueError("is not the address of a Redis or Valkey: set one like redis://host:6379/0")
    return text


def _token(text: str) -> str | None:
    if len(text) < SHORTEST_TOKEN:
        raise ValueError("is shorter than 16 letters: make one with `openssl rand -hex 24`")
    return text


def _has_usable_port(address: str) -> bool:
    try:
        return urlsplit(address).port != 0
    except ValueError:
        return False


def _path(text: str) -> Path:
    return Path(text).expanduser()


def _companion_place(text: str) -> Path | None:
    return Path(text).expanduser().absolute() if _is_companion_on(text) else None


def _is_companion_on(text: str) -> bool:
    return text.lower() != "off"


def _zone(name: str) -> str:
    # TZ is the whole machine's variable and may be anything; an unusable one is no reason not to start.
    return name if "/" in name and not name.startswith((":", "/")) and is_zone(name) else DEFAULT_ZONE


def _web_address(text: str) -> str | None:
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.netloc or parts.path not in {"", "/"}:
        raise ValueError("is not a web address: set one like https://hebah.example.com")
    return f"{parts.scheme}://{parts.netloc}"


def _networks(text: str) -> str:
    if text.lower() == "off":
        return ""
    parts = [part.strip() for part in text.split(",")]
    try:
        for part in parts:
            ip_network(part)
    except ValueError as error:
        raise ValueError("is not a list of addresses or networks: set one like 127.0.0.1,10.0.0.0/8") from error
    return ",".join(parts)


def _log_form(text: str) -> bool:
    if text not in {"json", "console"}:
        raise ValueError("is neither json nor console")
    return text == "json"


def _log_level(text: str) -> str:
    if text.upper() not in {"DEBUG", "INFO", "WARNING", "ERROR"}:
        raise ValueError("is none of DEBUG, INFO, WARNING, ERROR")
    return text.upper()


def _switch(text: str) -> bool:
    if text.lower() not in {"1", "0", "true", "false", "yes", "no", "on", "off"}:
        raise ValueError("is neither on nor off")
    return text.lower() in {"1", "true", "yes", "on"}


def _at_least(lowest: float) -> Callable[[str], float]:
    def parse(text: str) -> float:
        try:
            number = float(text)
        except ValueError:
            number = -1.0
        if not number >= lowest:
            raise ValueError(f"is not a number of at least {lowest:g}")
        return number

    return parse


def _crash_order(text: str) -> str | None:
    CrashPoints.at(text)
    return text
