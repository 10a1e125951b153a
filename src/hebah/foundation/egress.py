"""The one client that fetches addresses given by people or programs.

A name is resolved once, every address it has is checked, and the connection goes to the checked one: a name that
changes its mind meanwhile changes nothing. Redirects are checked again. Proxies of the environment are not used.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from typing import Any, Final

import httpcore

from hebah.foundation.addresses import AddressNotPublic, Ip, Network, WebAddress, is_reachable, read_address
from hebah.foundation.errors import Invalid

AT_ONCE: Final = 8
MOST_REDIRECTS: Final = 3
WITHIN_S: Final = 60.0
_STEP_S: Final = {"connect": 5.0, "read": 15.0, "write": 5.0, "pool": 10.0}
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_ASKED: Final = ((b"Accept", b"*/*"), (b"Accept-Encoding", b"identity"), (b"User-Agent", b"Hebah"))

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
"""The IP addresses of a name; raises OSError when there are none."""


class AddressUnreachable(Invalid):
    """Nobody answered there, or not in time, or not as the web does."""

    code = "address_unreachable"
    sentence = "Nothing could be fetched from this address: nobody answers there, or not in time."


class AddressRefuses(Invalid):
    """The server there answered, but not with the file."""

    code = "address_refuses"
    sentence = "The server at this address answered {status} instead of a file."
    status: int


@dataclass(frozen=True, slots=True)
class Fetched:
    """An answer on its way: what the server says of it, and its bytes as they come."""

    mime: str
    disposition: str
    target: str
    size: int | None
    pieces: AsyncIterator[bytes]


async def look_up(host: str, port: int) -> Sequence[str]:
    """What the machine's resolver says."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(place[0]) for *_, place in found))


class Egress:
    """Fetches public addresses, and those in the `allowed` networks; a few at a time."""

    def __init__(self, allowed: Iterable[str] = (), resolve: Resolve = look_up) -> None:
        self._network = _CheckedNetwork([ip_network(each) for each in allowed], resolve)
        self._turns = asyncio.Semaphore(AT_ONCE)

    @asynccontextmanager
    async def fetch(self, url: str) -> AsyncIterator[Fetched]:
        """Ask for what is at the address, and give its bytes; all of it within a minute.

        Raises AddressInvalid, AddressNotPublic, AddressRefuses and AddressUnreachable, also while bytes are read.
        """
        try:
            async with (
                asyncio.timeout(WITHIN_S),
                self._turns,
                httpcore.AsyncConnectionPool(network_backend=self._network) as pool,
            ):
                with _telling():
                    answer, address = await _follow(pool, url)
                try:
                    yield _fetched(answer, address)
                finally:
                    await answer.aclose()
        except TimeoutError as error:
            raise AddressUnreachable() from error


async def _follow(pool: httpcore.AsyncConnectionPool, url: str) -> tuple[httpcore.Response, WebAddress]:
    base, status = None, 0
    for _ in range(MOST_REDIRECTS + 1):
        address = read_address(url, base)
        answer = await pool.handle_async_request(_request(address))
        status = answer.status
        # Packed bytes were not asked for, and a small packed file can be an endless one.
        if status == 200 and not _header(answer, b"content-encoding"):
            return answer, address
        await answer.aclose()
        url = _header(answer, b"location")
        if status not in _REDIRECTS or not url:
            break
        base = f"{address.scheme}://{address.origin}{address.target}"
    raise AddressRefuses(status)


@contextmanager
def _telling() -> Iterator[None]:
    try:
        yield
    except (OSError, httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError) as error:
        raise AddressUnreachable() from error


async def _told(pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    with _telling():
        async for piece in pieces:
            yield piece


class _CheckedNetwork(httpcore.AsyncNetworkBackend):
    def __init__(self, allowed: Collection[Network], resolve: Resolve) -> None:
        self._allowed = allowed
        self._resolve = resolve
        self._inner = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,  # as httpcore words it
    ) -> httpcore.AsyncNetworkStream:
        """Resolve once, check all, connect to the first that answers."""
        try:
            async with asyncio.timeout(timeout):
                found = [_ip(each) for each in await self._resolve(host, port)]
        except OSError as error:
            raise AddressNotPublic() from error
        if not found or not all(ip is not None and is_reachable(ip, self._allowed) for ip in found):
            raise AddressNotPublic()
        for ip in found[:-1]:
            try:
                return await self._inner.connect_tcp(str(ip), port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
        return await self._inner.connect_tcp(str(found[-1]), port, timeout, local_address, socket_options)


def _ip(text: str) -> Ip | None:
    try:
        return ip_address(text)
    except ValueError:
        return None


def _request(address: WebAddress) -> httpcore.Request:
    url = httpcore.URL(
        scheme=address.scheme.encode(),
        host=address.host.encode(),
        port=address.port,
        target=address.target.encode(),
    )
    headers = [(b"Host", address.origin.encode()), *_ASKED]
    return httpcore.Request("GET", url, headers=headers, extensions={"timeout": _STEP_S})


def _fetched(answer: httpcore.Response, address: WebAddress) -> Fetched:
    size = _header(answer, b"content-length")
    mime = _header(answer, b"content-type").partition(";")[0].strip().lower()
    return Fetched(
        mime=mime or "application/octet-stream",
        disposition=_header(answer, b"content-disposition"),
        target=address.target,
        size=int(size) if size.isdecimal() else None,
        pieces=_told(answer.aiter_stream()),
    )


def _header(answer: httpcore.Response, name: bytes) -> str:
    return next((value.decode("latin-1") for key, value in answer.headers if key.lower() == name), "")
