"""Hands typing that links have seen to browsers: the last word of each person, a few times a second, or never."""

import asyncio

import structlog

from hebah.devices.actions import held
from hebah.foundation.clock import Clock
from hebah.foundation.postgres import Database
from hebah.gateway.incoming import TypingSeen
from hebah.gateway.leases import Lease
from hebah.inbox.actions import signs
from hebah.inbox.model.fetched import SeenSign, SignState

_log = structlog.get_logger(__name__)

_GATHER_S = 0.2
_MOST = 2000


class Signs:
    """What is seen on all links of a gateway, on its way into the database."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock
        self._waiting: dict[tuple[Lease, str, str], TypingSeen] = {}
        self._roused = asyncio.Event()

    def put(self, lease: Lease, event: TypingSeen) -> None:
        """Tell it soon; in a storm of them, what does not fit is lost."""
        key = (lease, event.chat, event.sender)
        if key in self._waiting or len(self._waiting) < _MOST:
            self._waiting[key] = event
            self._roused.set()

    async def run(self) -> None:
        """Tell until cancelled."""
        while True:
            await self._roused.wait()
            self._roused.clear()
            try:
                with self._clock.busy():
                    await self._tell()
            except Exception:  # noqa: BLE001 - the boundary of a loop: signs may be lost
                _log.warning("signs_not_told", exc_info=True)
            await asyncio.sleep(_GATHER_S)

    async def _tell(self) -> None:
        waiting, self._waiting = self._waiting, {}
        seen = [(lease, event) for (lease, _, _), event in waiting.items() if lease.is_valid()]
        if not seen:
            return
        async with self._db.transaction() as tx:
            ours = await held.confirm(tx, {lease.holding for lease, _ in seen})
            told = [_seen(lease, event) for lease, event in seen if lease.holding in ours]
            await signs.see(tx, told, self._clock.now())


def _seen(lease: Lease, event: TypingSeen) -> SeenSign:
    return SeenSign(lease.workspace_id, lease.device_id, event.chat, event.sender, SignState(event.state.value))
