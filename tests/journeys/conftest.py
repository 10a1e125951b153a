"""Hebah as people start it: a process, its folder, and what it prints."""

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Protocol

import httpx
import pytest

from tests.rooms import room

READY_WITHIN_S = 60.0
STOPS_WITHIN_S = 20.0
SETTLED = 10_000
"""Of more objects than this a process that has started looks for garbage no more."""


class Process:
    """A started command, its printed lines, and a browser's way to it."""

    def __init__(self, command: str, home: Path, port: int, **given: str) -> None:
        self.port = port = int(given.get("PORT", port))
        self.metrics_port = int(given.get("HEBAH_METRICS_PORT", port))
        self.home = home
        self.url = f"http://127.0.0.1:{port}"
        self.lines: list[str] = []
        self._printed = threading.Condition()
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("HEBAH", "D"))}
        self.process = subprocess.Popen(
            [sys.executable, "-c", "from hebah.app.cli import main; main()", command],
            env={**environment, "HEBAH_HOME": str(home), "PORT": str(port), **given},
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def printed(self, pattern: str) -> str:
        """The first group of the first line that matches, once it was printed."""
        deadline = time.monotonic() + READY_WITHIN_S
        with self._printed:
            while (left := deadline - time.monotonic()) > 0:
                for line in self.lines:
                    if found := re.search(pattern, line):
                        return found[1]
                self._printed.wait(left)
        raise AssertionError(f"nothing like {pattern} in {self.lines}")

    def browser(self) -> httpx.Client:
        """Nobody is signed in with it yet."""
        return httpx.Client(base_url=self.url, headers={"Origin": self.url}, timeout=30)

    def figure(self, name: str) -> float:
        """What the process says of itself at `/metrics`, on the port of its own if it has one, once that is not 0."""
        port, deadline = self.metrics_port, time.monotonic() + READY_WITHIN_S
        while time.monotonic() < deadline:
            with suppress(httpx.TransportError):
                page = httpx.get(f"http://127.0.0.1:{port}/metrics", timeout=READY_WITHIN_S).text
                found = re.search(rf"^{name} (\S+)$", page, re.MULTILINE)
                if found and float(found[1]):
                    return float(found[1])
        raise AssertionError(f"{name} stayed 0")

    def stop(self) -> int:
        """End it as a service manager does; gives the exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(STOPS_WITHIN_S)

    def kill(self) -> None:
        """End it the hard way, if it still runs."""
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait(STOPS_WITHIN_S)
        self._reader.join(STOPS_WITHIN_S)

    def _read(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as printed:
            for line in printed:
                with self._printed:
                    self.lines.append(line.rstrip())
                    self._printed.notify_all()


class Start(Protocol):
    """Starts a command, in an environment with these variables on top."""

    def __call__(self, command: str, **given: str) -> Process: ...


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts commands on one folder and one port."""
    with ExitStack() as started, room("journey") as folder:
        home, port = folder / "home", free_port()

        def begin(command: str, **given: str) -> Process:
            process = Process(command, home, port, **given)
            started.callback(process.kill)
            return process

        yield begin
        started.close()


def free_port() -> int:
    """A port nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port
