"""The web role: the API, the UI and the live events on one port, until it is told to stop."""

import asyncio
import contextlib
import socket
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass

import structlog
import uvicorn
from litestar import Litestar

from hebah.app.joints import ShowsInbox, TellsSigns
from hebah.app.routes import parts_of
from hebah.app.settings import Settings
from hebah.app.web import create_app
from hebah.app.wiring import Hebah
from hebah.foundation import garbage
from hebah.foundation.errors import Conflict, Invalid
from hebah.live.actions.hub import Hub

DRAIN_WITHIN_S = 5
KEEP_ALIVE_S = 15
LARGEST_SOCKET_MESSAGE = 16_384

log = structlog.get_logger(__name__)


class PortTaken(Conflict):
    """Another program listens where we should."""

    code = "port_taken"
    sentence = "Port {port} on {host} is in use. Stop the other program, or choose another port: PORT={other} hebah …"
    host: str
    port: int
    other: int


class HostUnusable(Invalid):
    """The machine has no such address."""

    code = "host_unusable"
    sentence = "HOST={host} is not an address of this machine ({reason})."
    host: str
    reason: str


@dataclass(frozen=True, slots=True)
class Running:
    """A Hebah that answers; `url` is where a browser on this machine finds it."""

    hebah: Hebah
    port: int
    url: str


Started = Callable[[Running], Awaitable[None]]


async def serve(hebah: Hebah, listener: socket.socket, stop: asyncio.Event, started: Started) -> None:
    """Answer until told to stop; then sockets are told to come back elsewhere, and requests are finished.

    `started` runs beside, once `/ready` answers.
    """
    hub = Hub(hebah.db, hebah.clock, hebah.bus, shows=ShowsInbox(), asides=TellsSigns())
    server = WebServer(configuration(create_app(parts_of(hebah, hub)), hebah.settings.trusted_proxies))
    running = Running(hebah, listener.getsockname()[1], _address(hebah.settings, listener))
    async with asyncio.TaskGroup() as tasks:
        serving = tasks.create_task(server.serve(sockets=[listener]), name="web")
        background = [
            tasks.create_task(hub.run(), name="live"),
            tasks.create_task(_begin(server, started, running), name="started"),
        ]
        await stop.wait()
        await hub.close()
        server.should_exit = True
        await serving
        for task in background:
            task.cancel()


async def _begin(server: "WebServer", started: Started, running: Running) -> None:
    await server.answering.wait()
    garbage.settle()
    log.info("ready", port=running.port)
    await started(running)


class WebServer(uvicorn.Server):
    """uvicorn, with the signals left to us and a word once it answers."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.answering = asyncio.Event()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals alone: one place decides in which order roles stop."""
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, then tell."""
        await super().startup(sockets)
        self.answering.set()


def configuration(app: Litestar, trusted_proxies: str = "") -> uvicorn.Config:
    """How the web server is run; only these addresses are believed about whom they speak for (X-Forwarded-For)."""
    return uvicorn.Config(
        app,
        http="httptools",
        ws="websockets-sansio",
        lifespan="off",
        # Compression costs hundreds of KB per socket, and our messages are short.
        ws_per_message_deflate=False,
        ws_max_size=LARGEST_SOCKET_MESSAGE,
        timeout_keep_alive=KEEP_ALIVE_S,
        timeout_graceful_shutdown=DRAIN_WITHIN_S,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=bool(trusted_proxies),
        forwarded_allow_ips=trusted_proxies,
    )


@contextlib.contextmanager
def bound(host: str, port: int) -> Iterator[socket.socket]:
    """Take the port before anything else starts; nobody is let in until the server listens on it."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except OSError as error:
        raise HostUnusable(host, str(error)) from error
    with socket.socket(family, kind, protocol) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(address)
            # Two servers can be bound to one port until one of them listens, so find out now.
            listener.listen(socket.SOMAXCONN)
        except PermissionError as error:
            raise HostUnusable(f"{host}:{port}", "only root may use this port") from error
        except OSError as error:
            raise PortTaken(host, port, port + 1) from error
        yield listener


def _address(settings: Settings, listener: socket.socket) -> str:
    if settings.public_url is not None:
        return settings.public_url
    host = settings.host if settings.host not in {"0.0.0.0", "::"} else "127.0.0.1"  # noqa: S104 - compared only
    return f"http://{f'[{host}]' if ':' in host else host}:{listener.getsockname()[1]}"
