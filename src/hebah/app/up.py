"""`hebah up`: web, worker and gateway in one process, until it is told to stop."""

import asyncio
import contextlib
import socket
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass

import structlog
import uvicorn
from litestar import Litestar

from hebah.app import gateway, worker
from hebah.app.joints import ShowsInbox, TellsSigns
from hebah.app.routes import parts_of
from hebah.app.settings import Settings
from hebah.app.stopping import stop_signals
from hebah.app.web import create_app
from hebah.app.wiring import Hebah, gateway_parts, keep_time, open_hebah, own_storage
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


async def run(settings: Settings, started: Started) -> None:
    """Serve until SIGTERM or SIGINT, then finish what is on the wire; `started` runs beside, once `/ready` answers."""
    with _bound(settings.host, settings.port) as listener, stop_signals() as stop:
        async with own_storage(settings) as url, open_hebah(settings, url) as hebah:
            if not stop.is_set():
                await _serve(hebah, listener, stop, started)


async def _serve(hebah: Hebah, listener: socket.socket, stop: asyncio.Event, started: Started) -> None:
    hub = Hub(hebah.db, hebah.clock, hebah.bus, shows=ShowsInbox(), asides=TellsSigns())
    jobs = worker.jobs_of(hebah.db, hebah.clock, hebah.blobs, hebah.uploads, hebah.settings.crash_points())
    server = WebServer(configuration(create_app(parts_of(hebah, hub)), hebah.settings.trusted_proxies))
    running = Running(hebah, listener.getsockname()[1], _address(hebah.settings, listener))
    async with asyncio.TaskGroup() as tasks:
        serving = tasks.create_task(server.serve(sockets=[listener]), name="web")
        background = [
            tasks.create_task(keep_time(hebah), name="time"),
            tasks.create_task(hub.run(), name="live"),
            tasks.create_task(worker.run_jobs(jobs, hebah.clock), name="worker"),
            tasks.create_task(_begin(server, started, running), name="started"),
        ]
        gating = tasks.create_task(gateway.run(gateway_parts(hebah), stop), name="gateway")
        await stop.wait()
        hub.close()
        server.should_exit = True
        await serving
        await gating
        for task in background:
            task.cancel()


async def _begin(server: "WebServer", started: Started, running: Running) -> None:
    await server.answering.wait()
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
def _bound(host: str, port: int) -> Iterator[socket.socket]:
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
