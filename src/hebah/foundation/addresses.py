"""Which addresses somebody may have us fetch: http and https, and only what the public internet leads to."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Final
from urllib.parse import urljoin, urlsplit

from hebah.foundation.errors import Invalid

Ip = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

LONGEST: Final = 2_048
_PORTS: Final = {"http": 80, "https": 443}
# Browsers and libraries drop or mend these, each in its own way; in a name other letters than ASCII have one meaning.
_AMBIGUOUS = re.compile(r"[\x00-\x20\x7f\\]")
_UNSAFE = re.compile(r"[<>\"^`{|}]|[^\x00-\x7f]")
# IPv6 that carries an IPv4 address which a gateway on the way may lead to.
_CARRIERS: Final = (
    (IPv6Network("64:ff9b::/96"), 0),  # NAT64
    (IPv6Network("64:ff9b:1::/48"), 0),  # NAT64 of one's own network
    (IPv6Network("::/96"), 0),  # IPv4-compatible
    (IPv6Network("::ffff:0:0:0/96"), 0),  # translated
    (IPv6Network("2002::/16"), 80),  # 6to4
)


class AddressInvalid(Invalid):
    """What is no address that can be fetched, whatever it leads to."""

    code = "address_invalid"
    sentence = "This is not a web address that can be fetched: give one like https://shop.example/picture.jpg."


class AddressNotPublic(Invalid):
    """An address inside the house, or a name that leads nowhere: told alike, so that nobody learns which names are."""

    code = "address_not_public"
    sentence = "This address does not lead to a public place on the internet."


@dataclass(frozen=True, slots=True)
class WebAddress:
    """An address taken apart once, so that what was checked is what is asked. `host` is a name or an IP's text."""

    scheme: str
    host: str
    port: int
    target: str

    @property
    def origin(self) -> str:
        """The `Host` header."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"


def read_address(text: str, base: str | None = None) -> WebAddress:
    """Take an address apart, in a redirect relative to `base`; raises AddressInvalid."""
    try:
        parts = urlsplit(urljoin(base, text) if base else text)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise AddressInvalid() from error
    is_plain = len(text) <= LONGEST and not _AMBIGUOUS.search(text) and not _UNSAFE.search(parts.path + parts.query)
    if not is_plain or parts.scheme not in _PORTS or "@" in parts.netloc or port == 0:
        raise AddressInvalid()
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return WebAddress(parts.scheme, _ascii(host), port or _PORTS[parts.scheme], target)


def is_reachable(ip: Ip, allowed: Collection[Network] = ()) -> bool:
    """Whether we may connect: to the public internet, and to networks that whoever runs this has allowed."""
    if any(ip in network for network in allowed):
        return True
    if isinstance(ip, IPv6Address):
        if ip.scope_id is not None or ip.is_site_local:
            return False
        if (inner := _inner(ip)) is not None:
            return False if ip.teredo is not None else is_reachable(inner, allowed)
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


def _inner(ip: IPv6Address) -> IPv4Address | None:
    if ip.ipv4_mapped is not None:
        return ip.ipv4_mapped
    if ip.teredo is not None:
        return ip.teredo[1]
    for network, shift in _CARRIERS:
        if ip in network:
            return IPv4Address(int(ip) >> shift & 0xFFFF_FFFF)
    return None


def _ascii(host: str) -> str:
    if ":" in host:
        try:
            return str(ip_address(host))
        except ValueError as error:
            raise AddressInvalid() from error
    try:
        name = host.encode("idna").decode()
    except UnicodeError as error:
        raise AddressInvalid() from error
    if not re.fullmatch(r"[A-Za-z0-9._-]{1,253}", name) or name.startswith("."):
        raise AddressInvalid()
    return name
