"""The gateways of a rehearsal: child processes that are killed on purpose, reaped and started again at once."""

import asyncio
import signal
import socket
from collections import deque
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from uuid import UUID

import structlog

from hebah.app.rehearsal import store
from hebah.app.rehearsal.nursery import Child, Nursery, open_nursery
from hebah.app.settings import Settings, environment_of
from hebah.foundation.postgres import Connection, Database
from hebah.gateway.leases import expire_process

_log = structlog.get_logger(__name__)

_STOP_WITHIN_S = 20.0
_BACKENDS_GONE_WITHIN_S = 10.0
_BACKENDS_ASKED_EVERY_S = 0.005
_FEWEST_LIVES_S = 0.2
_SAID = 1500


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the supervisor needs: settings of its children without names, the database, and where logs go."""

    settings: Settings
    database_url: str
    db: Database
    workspace_id: UUID
    logs: Path


class Gateways:
    """Keeps `number` gateways running, one task each, until stopped.

    Each start uses up one of the `crash_orders`; the starts after them have none.
    """

    def __init__(self, around: Surroundings, number: int, crash_orders: tuple[str, ...] = ()) -> None:
        self._around = around
        self._number = number
        self._crash_orders = deque(crash_orders)
        self._running: dict[str, Child] = {}
        self._stopping = asyncio.Event()
        self._host = socket.gethostname()
        self.kills = 0
        self.in_flight_at_kills = 0

    async def run(self) -> None:
        """Start them and start again whoever dies; returns when stopped and all have ended; leaves none behind."""
        async with open_nursery(environment_of(self._around.settings)) as nursery:
            try:
                async with asyncio.TaskGroup() as tasks:
                    for place in range(1, self._number + 1):
                        tasks.create_task(self._keep(nursery, f"gateway-{place}"))
            finally:
                for process in self._running.values():
                    process.signal(signal.SIGKILL)
                    await process.wait()

    async def stop(self) -> None:
        """Ask all to end, and make sure of it."""
        self._stopping.set()
        processes = list(self._running.values())
        for process in processes:
            process.signal(signal.SIGTERM)
        try:
            async with asyncio.timeout(_STOP_WITHIN_S):
                for process in processes:
                    await process.wait()
        except TimeoutError:
            _log.warning("gateway_killed_at_the_end")
        finally:
            for process in processes:
                process.signal(signal.SIGKILL)

    @property
    def running(self) -> Mapping[str, Child]:
        """Those that run just now, by the name each gives itself at the network."""
        return {name: process for name, process in sorted(self._running.items()) if process.returncode is None}

    async def kill_one(self, random: Random, among: Collection[str]) -> bool:
        """SIGKILL one of these and see it dead; False when none of them runs just now."""
        alive = [process for name, process in self.running.items() if name in among]
        if not alive:
            return False
        process = random.choice(alive)
        process.signal(signal.SIGKILL)
        await process.wait()
        return True

    def last_words(self) -> str:
        """The ends of the logs, for the one who has to find out."""
        return "\n".join(
            f"{path.name}: {path.read_text(errors='replace')[-_SAID:].strip()}"
            for path in sorted(self._around.logs.glob("gateway-*.log"))
        )

    async def _keep(self, nursery: Nursery, name: str) -> None:
        life = 0
        while not self._stopping.is_set():
            life += 1
            application = f"hebah-{name}-{life}"
            began = asyncio.get_running_loop().time()
            process = self._running[name] = await self._start(nursery, name, application)
            await process.wait()
            if self._stopping.is_set():
                return
            await self._bury(process.pid, application)
            lived = asyncio.get_running_loop().time() - began
            # One that cannot start at all must not keep a core busy.
            await asyncio.sleep(max(0.0, _FEWEST_LIVES_S - lived))

    async def _start(self, nursery: Nursery, name: str, application: str) -> Child:
        settings = replace(
            self._around.settings,
            database_url=f"{self._around.database_url}&application_name={application}",
            simulated_party=name,
            crash_at=self._crash_orders.popleft() if self._crash_orders else None,
        )
        return await nursery.bear(environment_of(settings), self._around.logs / f"{name}.log")

    async def _bury(self, pid: int, application: str) -> None:
        """Count what it left on the wire, then free its devices."""
        self.kills += 1
        async with self._around.db.connection() as connection:
            await _until_gone(connection, application)
            in_flight = await store.count_in_flight(connection, self._around.workspace_id, self._host, pid)
        self.in_flight_at_kills += in_flight
        await expire_process(self._around.db, self._host, pid)


async def _until_gone(connection: Connection, application: str) -> None:
    """Wait until the database has done all that a dead process had asked for: a commit may still be on its way."""
    async with asyncio.timeout(_BACKENDS_GONE_WITHIN_S):
        while await store.count_backends(connection, application):  # noqa: ASYNC110 - no event tells
            await asyncio.sleep(_BACKENDS_ASKED_EVERY_S)
