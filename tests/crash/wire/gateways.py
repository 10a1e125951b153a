"""Gateways in processes of their own, and the companions that are their children: started, killed, started again."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import Process
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from pathlib import Path
from random import Random
from types import TracebackType
from typing import Self

from hebah.app.rehearsal.nursery import dying_with
from hebah.app.settings import Settings, environment_of

_COMMAND = (sys.executable, "-c", "from hebah.app.lone_gateway import main; main()")
_COMPANION = b"hebah-companion"
_STOP_WITHIN_S = 30.0
_SAID = 4000


Bury = Callable[[int], Awaitable[None]]


class Gateways:
    """Keeps `many` gateways running while the block runs, each started again as soon as it has died.

    `bury` is called with the process id of one that has died, before the next one starts.
    """

    def __init__(self, settings: Settings, testnet: Path, logs: Path, many: int = 1, bury: Bury | None = None) -> None:
        self._settings = settings
        self._bury = bury
        self._testnet = testnet
        self._logs = logs
        self._many = many
        self._running: dict[int, Process] = {}
        self._keepers = asyncio.TaskGroup()
        self._is_stopping = False
        self.starts = 0

    async def __aenter__(self) -> Self:
        await self._keepers.__aenter__()
        for place in range(self._many):
            self._running[place] = await self._start(place)
            self._keepers.create_task(self._keep(place))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._is_stopping = True
        for process in self._running.values():
            _signal(process.pid, signal.SIGKILL)
        await self._keepers.__aexit__(None, None, None)

    @property
    def pids(self) -> list[int]:
        """Of the gateways that run now."""
        return [process.pid for process in self._running.values() if process.returncode is None]

    @property
    def companions(self) -> list[int]:
        """Of the companions that run now."""
        return [child for pid in self.pids for child in children_of(pid, _COMPANION)]

    async def kill_gateway(self, random: Random) -> None:
        """SIGKILL one that runs, and see it dead."""
        process = random.choice([one for one in self._running.values() if one.returncode is None])
        _signal(process.pid, signal.SIGKILL)
        await process.wait()

    def kill_companion(self, random: Random) -> bool:
        """SIGKILL one that runs; False when none does just now."""
        running = self.companions
        if running:
            _signal(random.choice(running), signal.SIGKILL)
        return bool(running)

    def signal_all(self, number: signal.Signals) -> None:
        """Send a signal to every gateway, such as SIGSTOP."""
        for pid in self.pids:
            _signal(pid, number)

    async def stop(self) -> list[int]:
        """End all as a service manager does; their exit codes. They are not started again."""
        self._is_stopping = True
        self.signal_all(signal.SIGTERM)
        async with asyncio.timeout(_STOP_WITHIN_S):
            return [await process.wait() for process in self._running.values()]

    def last_words(self) -> str:
        """The ends of the logs, for the one who has to find out."""
        return "\n".join(
            f"{path.name}: {path.read_text(errors='replace')[-_SAID:].strip()}"
            for path in sorted(self._logs.glob("gateway-*.log"))
        )

    async def _keep(self, place: int) -> None:
        while True:
            await self._running[place].wait()
            if self._is_stopping:
                return
            if self._bury is not None:
                await self._bury(self._running[place].pid)
            self._running[place] = await self._start(place)

    async def _start(self, place: int) -> Process:
        self.starts += 1
        environment: Mapping[str, str] = {**environment_of(self._settings), "HEBAH_TESTNET": str(self._testnet)}
        with (self._logs / f"gateway-{place + 1}.log").open("ab") as log:
            return await asyncio.create_subprocess_exec(
                *_COMMAND,
                env=environment,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=dying_with(os.getpid()),
            )


def children_of(parent: int, named: bytes = b"") -> list[int]:
    """The processes that a process has started and that still run, by the beginning of their names."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            name, _, rest = (folder / "stat").read_bytes().partition(b"(")[2].rpartition(b")")
            state, its_parent = rest.split()[:2]
            if int(its_parent) == parent and state != b"Z" and name.startswith(named[:15]):
                found.append(int(folder.name))
    return sorted(found)


def _signal(pid: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, number)
