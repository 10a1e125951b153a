"""All sessions of a gateway: one supervised task a held device, so that one failing touches no other."""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import TracebackType
from uuid import UUID

import structlog

from hebah.devices.actions import held
from hebah.devices.model import Command, CommandKind
from hebah.gateway.fetching import Reach
from hebah.gateway.leases import Lease
from hebah.gateway.links import Surroundings
from hebah.gateway.session import Session
from hebah.gateway.transport import Transport

_log = structlog.get_logger(__name__)


class Sessions:
    """Starts, ends and addresses sessions. Enter it: it owns their tasks."""

    def __init__(self, transports: Mapping[str, Transport], around: Surroundings, ended: Callable[[], None]) -> None:
        self._transports = transports
        self._around = around
        self._tell_ended = ended
        self._group = asyncio.TaskGroup()
        self._running: dict[UUID, tuple[Session, asyncio.Task[None]]] = {}
        self._commands: set[UUID] = set()
        self._ended: list[Lease] = []

    async def __aenter__(self) -> "Sessions":
        await self._group.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for _, task in self._running.values():
            task.cancel()
        await self._group.__aexit__(kind, error, trace)

    def hold(self, leases: Iterable[Lease]) -> None:
        """Begin a session for each lease."""
        for lease in leases:
            session = Session(lease, self._transports[lease.device.transport], self._around)
            self._running[lease.device_id] = (session, self._group.create_task(self._supervise(session)))

    async def drop(self, leases: Sequence[Lease]) -> None:
        """End the sessions of these leases; returns when their links are closed."""
        tasks = [
            running[1]
            for lease in leases
            if (running := self._running.get(lease.device_id)) is not None and running[0].lease is lease
        ]
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    async def drop_all(self) -> None:
        """End every session; returns when all links are closed."""
        await self.drop([session.lease for session, _ in self._running.values()])

    def take_ended(self) -> list[Lease]:
        """Leases whose sessions have ended by themselves since the last call."""
        ended, self._ended = self._ended, []
        return ended

    def with_links(self) -> list[Session]:
        """Sessions whose link should answer."""
        return [session for session, _ in self._running.values() if session.has_link]

    def count(self) -> tuple[int, int]:
        """How many devices have a session, and how many of those a link."""
        return len(self._running), sum(session.has_link for session, _ in self._running.values())

    def within_reach(self) -> list[Reach]:
        """Devices on whose links something can be fetched."""
        return [reach for session, _ in self._running.values() if (reach := session.reach) is not None]

    def reach(self, device_id: UUID) -> Reach | None:
        """This device, if something can be fetched on its link."""
        running = self._running.get(device_id)
        return None if running is None else running[0].reach

    def carry_out(self, commands: Iterable[Command]) -> None:
        """Begin what people ask for; a command that is under way is not begun again."""
        for command in commands:
            running = self._running.get(command.holding.device_id)
            if running is None or command.id in self._commands or running[0].lease.holding != command.holding:
                continue
            if command.kind is CommandKind.LOG_OUT:
                running[0].log_out()  # the end of the log-out finishes the command
            else:
                self._commands.add(command.id)
                self._group.create_task(self._carry_out(running[0], command))

    async def _supervise(self, session: Session) -> None:
        lease, faults = session.lease, 0
        try:
            while lease.is_valid():
                try:
                    await (session.run_again(faults) if faults else session.run())
                except Exception:  # noqa: BLE001 - the boundary of a device: whatever happens to it stays with it
                    faults += 1
                    _log.exception("session_failed", device_id=lease.device_id, faults=faults)
                    continue
                break
            self._ended.append(lease)
            self._tell_ended()
        finally:
            if self._running.get(lease.device_id, (None, None))[0] is session:
                del self._running[lease.device_id]

    async def _carry_out(self, session: Session, command: Command) -> None:
        try:
            if command.kind is CommandKind.ANSWER_PASSKEY:
                taken = await session.answer_passkey(command.payload or "")
                await held.finish_answer(self._around.db, command, taken=taken, now=self._around.clock.now())
            else:
                outcome = await session.refresh()
                await held.finish_command(self._around.db, command, outcome, self._around.clock.now())
        except Exception:  # noqa: BLE001 - the boundary of a device; the command is found again
            _log.exception("command_failed", device_id=command.holding.device_id)
        finally:
            self._commands.discard(command.id)
