"""Asks silent links for a sign of life, a slice of them at a time: one loop for all."""

import asyncio
from datetime import timedelta

import structlog

from hebah.foundation.clock import Clock
from hebah.gateway.session import Session
from hebah.gateway.sessions import Sessions

_log = structlog.get_logger(__name__)

_SLICES = 30


class Liveness:
    """A link that has been silent for `every` of business time is probed; one that does not answer is opened anew."""

    def __init__(self, clock: Clock, sessions: Sessions, every: timedelta) -> None:
        self._clock = clock
        self._sessions = sessions
        self._every = every

    async def run(self) -> None:
        """Probe until cancelled."""
        turn = 0
        while True:
            await self._clock.sleep_until(self._clock.now() + self._every / _SLICES)
            turn = (turn + 1) % _SLICES
            await self._probe(turn)

    async def _probe(self, turn: int) -> None:
        silent_since = self._clock.now() - self._every
        due = [
            session
            for session in self._sessions.with_links()
            if session.lease.device_id.int % _SLICES == turn
            and (session.heard_at is None or session.heard_at <= silent_since)
        ]
        async with asyncio.TaskGroup() as group:
            for session in due:
                group.create_task(_probe(session))


async def _probe(session: Session) -> None:
    try:
        await session.probe()
    except Exception:  # noqa: BLE001 - the boundary of a device: whatever happens to it stays with it
        _log.exception("probe_failed", device_id=session.lease.device_id)
