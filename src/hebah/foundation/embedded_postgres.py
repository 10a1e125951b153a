"""A real PostgreSQL that lives and dies with us, so that the product starts with nothing else installed.

It listens on a Unix socket only that its own account and root may enter, so no password is needed and no port can
collide. It survives kill -9 of either side: a killed launcher takes the server down cleanly, a killed server recovers
at the next start.
"""

import contextlib
import ctypes
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import IO, Self
from urllib.parse import quote

from hebah.foundation.errors import Conflict, Unavailable
from hebah.foundation.postgres_binaries import Binaries, find_binaries, reachable_binaries, server_account
from hebah.foundation.postgres_places import PORT, give_to, place_for, private_folder, recorded_place, socket_folder
from hebah.foundation.sole_use import sole_use_of

_USER = "hebah"
_LARGEST_LOG = 10_000_000
_NAP_S = 0.02
_SHUTDOWN_WITHIN_S = 60.0
_PR_SET_PDEATHSIG = 1

_CONFIGURATION = """\
# Written by Hebah at every start; put your own settings into postgresql.conf above the include.
listen_addresses = ''
unix_socket_permissions = 0700
max_connections = {max_connections}
shared_buffers = '{shared_buffers}'
# After a checkpoint, each page that a message touches goes to the log once as a whole, two or three a message in a
# large inbox. To compress them took longer than everything else about a message; fewer checkpoints write fewer of them.
wal_compression = off
max_wal_size = 4GB
checkpoint_timeout = 15min
random_page_cost = 1.1
jit = off
# Statements and errors quote people's messages: neither belongs in a log. Whoever ran the statement gets the error.
log_min_messages = log
log_min_error_statement = panic
log_error_verbosity = terse
log_line_prefix = '%m [%p] '
log_timezone = UTC
timezone = UTC
"""
_WITHOUT_DURABILITY = """\
fsync = off
synchronous_commit = off
full_page_writes = off
"""


class StorageNotStarted(Unavailable):
    """The embedded server did not come up; `reason` holds the end of what it said."""

    code = "storage_not_started"
    sentence = "The embedded database in {home} did not start: {reason}"
    home: str
    reason: str


class StorageOfOtherVersion(Conflict):
    """The data were written by another major version of PostgreSQL."""

    code = "storage_of_other_version"
    sentence = (
        "The database in {home} was written by PostgreSQL {found}, but the installed programs are version {installed}. "
        "Install version {found} again, or start on an empty folder and restore a backup."
    )
    home: str
    found: int
    installed: int


@dataclass(frozen=True, slots=True)
class ClusterOptions:
    """How the server is run; `durable=False` trades every guarantee for speed, for throw-away test clusters."""

    binaries: Path | None = None
    shared_buffers: str = "128MB"
    max_connections: int = 100
    durable: bool = True
    start_within: timedelta = timedelta(minutes=5)  # recovery after a crash may take its time
    elsewhere: Path = Path("/var/lib/hebah")  # for data of root's whose home the server's account cannot enter

    def configuration(self) -> str:
        """The text of the included configuration file."""
        text = _CONFIGURATION.format(max_connections=self.max_connections, shared_buffers=self.shared_buffers)
        return text if self.durable else text + _WITHOUT_DURABILITY


class EmbeddedPostgres:
    """One cluster in one home folder. Every call blocks: from asyncio, use `asyncio.to_thread`."""

    def __init__(self, home: Path, options: ClusterOptions | None = None) -> None:
        self._home = home.absolute()
        self._options = options or ClusterOptions()
        self._held = contextlib.ExitStack()
        self._server: subprocess.Popen[bytes] | None = None
        self._sockets: Path | None = None

    @property
    def url(self) -> str:
        """Where to connect, for asyncpg and libpq alike."""
        return self.url_of("postgres")

    def url_of(self, database: str) -> str:
        """Where to connect to another database of this cluster."""
        if self._sockets is None:
            raise RuntimeError("the embedded database is not started")
        return _url(self._sockets, database)

    @property
    def pid(self) -> int | None:
        """The server's process id while it runs."""
        return self._server.pid if self._server is not None and self._server.poll() is None else None

    def start(self) -> Self:
        """Bring the server up and return when it answers; refuses when another process holds the folder."""
        with contextlib.ExitStack() as undo:
            undo.callback(self._release)
            self._home.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._held.enter_context(sole_use_of(self._home))
            account = server_account()
            place = place_for(self._home, account, self._options.elsewhere)
            binaries = reachable_binaries(find_binaries(self._options.binaries), account, place / "binaries")
            data = self._initialised(place, binaries)
            _end_orphan(data)
            self._sockets = self._held.enter_context(socket_folder(place, account))
            self._launch(binaries, data)
            undo.pop_all()
        return self

    def stop(self) -> None:
        """Take the server down cleanly and give the folder free; safe to call twice."""
        self._release()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _initialised(self, place: Path, binaries: Binaries) -> Path:
        data = place / "data"
        if not data.exists():
            # A killed initdb leaves a folder that looks complete, so it works under another name.
            unfinished = place / "data.unfinished"
            shutil.rmtree(unfinished, ignore_errors=True)
            private_folder(unfinished, binaries.account)
            exit_code, said = binaries.run(
                "initdb", "-D", str(unfinished), "-U", _USER, "-E", "UTF8", "--locale=C.UTF-8", "-A", "trust",
                "--data-checksums", "--no-instructions", *(() if self._options.durable else ("--no-sync",)),
            )  # fmt: skip
            if exit_code != 0:
                raise StorageNotStarted(str(self._home), said[-800:])
            with (unfinished / "postgresql.conf").open("a") as main:
                main.write("\ninclude 'hebah.conf'\n")
            unfinished.rename(data)
        found, installed = int((data / "PG_VERSION").read_text()), binaries.major_version()
        if found != installed:
            raise StorageOfOtherVersion(str(self._home), found, installed)
        configuration = data / "hebah.conf"
        configuration.write_text(self._options.configuration())
        give_to(configuration, binaries.account)
        return data

    def _launch(self, binaries: Binaries, data: Path) -> None:
        log_file = self._home / "postgres.log"
        log = self._held.enter_context(_open_log(log_file))
        arguments = ("-D", str(data), "-k", str(self._sockets), "-p", str(PORT))
        deadline = time.monotonic() + self._options.start_within.total_seconds()
        while True:
            said_before = log_file.stat().st_size
            self._server = _kept(lambda: binaries.start("postgres", *arguments, output=log, before=_dying_with_us()))
            if _ready(self._server, data, deadline):
                return
            said = log_file.read_bytes()[said_before:].decode(errors="replace").strip()
            if self._server.poll() is None:
                said = f"it was not ready after {self._options.start_within}"
            # Connections of a killed server take a moment to notice.
            elif "shared memory block" in said and time.monotonic() < deadline:
                continue
            raise StorageNotStarted(str(self._home), said[-800:])

    def _release(self) -> None:
        if self._server is not None:
            _end(self._server)
            self._server = None
        self._sockets = None
        self._held.close()


def running_url(home: Path) -> str | None:
    """The address of the cluster another process of ours runs on this folder, for tools beside it."""
    lines = _pid_file(recorded_place(home.absolute()) / "data")
    if len(lines) < 5 or not Path(lines[4]).is_dir():
        return None
    return _url(Path(lines[4]), "postgres")


def _url(sockets: Path, database: str) -> str:
    return f"postgresql://{_USER}@/{database}?host={quote(str(sockets))}&port={PORT}"


@contextlib.contextmanager
def _open_log(path: Path) -> Iterator[IO[bytes]]:
    with contextlib.suppress(FileNotFoundError):
        if path.stat().st_size > _LARGEST_LOG:
            path.replace(path.with_suffix(".log.1"))
    with path.open("ab") as log:
        yield log


def _kept(start: Callable[[], subprocess.Popen[bytes]]) -> subprocess.Popen[bytes]:
    """Start the server from a thread that stays until it ends.

    Linux sends the parent-death signal when the *thread* that forked ends, and our caller may be a pool's thread.
    """
    started: Future[subprocess.Popen[bytes]] = Future()

    def keep() -> None:
        try:
            server = start()
        except OSError as error:
            started.set_exception(error)
            return
        started.set_result(server)
        server.wait()

    threading.Thread(target=keep, name="embedded-postgres", daemon=True).start()
    return started.result()


def _ready(server: subprocess.Popen[bytes], data: Path, deadline: float) -> bool:
    """Wait until this server answers; False when it ended or the deadline passed."""
    while time.monotonic() < deadline:
        with contextlib.suppress(subprocess.TimeoutExpired):
            server.wait(_NAP_S)
            return False
        lines = _pid_file(data)
        # A stale file of a killed server says "ready" too: it must be our server's.
        if lines and lines[0] == str(server.pid) and lines[-1] == "ready":
            return True
    return False


def _dying_with_us() -> Callable[[], None] | None:
    """What the forked server does before it becomes PostgreSQL: ask for a clean shutdown when we die."""
    if sys.platform != "linux":
        return None
    ask = ctypes.CDLL(None).prctl
    parent = os.getpid()

    def before() -> None:
        ask(_PR_SET_PDEATHSIG, int(signal.SIGINT))
        if os.getppid() != parent:  # we died in between
            os._exit(1)

    return before


def _pid_file(data: Path) -> list[str]:
    """Lines of postmaster.pid: process, folder, start, port, socket folder, address, memory, status."""
    try:
        return [line.strip() for line in (data / "postmaster.pid").read_text().splitlines()]
    except OSError:
        return []


def _end_orphan(data: Path) -> None:
    """End a server whose launcher was killed, and forget the file of one that was killed with it."""
    lines = _pid_file(data)
    if not lines or not lines[0].isdigit():
        return
    pid = int(lines[0])
    for number in (signal.SIGINT, signal.SIGQUIT):
        if not _serves(pid, data):
            break
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)
        _until_gone(pid, data)
    # We hold the folder's lock and nobody serves it: if the number now belongs to an unrelated process (or a dead one
    # nobody reaped), PostgreSQL would refuse to start for its sake.
    if not _serves(pid, data):
        (data / "postmaster.pid").unlink(missing_ok=True)


def _serves(pid: int, data: Path) -> bool:
    """Whether the process is a server on this folder: told by its command line, since numbers are used again."""
    try:
        return os.fsencode(data) in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return False


def _until_gone(pid: int, data: Path) -> None:
    naps = threading.Event()
    for _ in range(int(_SHUTDOWN_WITHIN_S / _NAP_S)):
        if not _serves(pid, data):
            return
        naps.wait(_NAP_S)


def _end(server: subprocess.Popen[bytes]) -> None:
    for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
        if server.poll() is None:
            server.send_signal(number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            server.wait(_SHUTDOWN_WITHIN_S)
            return
