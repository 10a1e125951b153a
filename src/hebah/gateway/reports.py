"""Writes what links say of themselves: states together a few milliseconds later, signs of life every few seconds."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog

from hebah.devices.actions import held
from hebah.devices.model import Condition, DeviceState, Pulse, Report
from hebah.foundation.clock import Clock
from hebah.foundation.postgres import Database
from hebah.gateway.batches import WINDOW_S, Batches
from hebah.gateway.leases import Lease
from hebah.outbox import turns

_log = structlog.get_logger(__name__)

_PULSE_EVERY_S = 2.0
_SHORTEST_PAUSE_S, _LONGEST_PAUSE_S = 0.05, 2.0


@dataclass(frozen=True, slots=True)
class _Told:
    lease: Lease
    report: Report
    written: asyncio.Future[bool]


class Reports:
    """The states of all links of a gateway, on their way into the database."""

    def __init__(self, db: Database, clock: Clock, window_s: float = WINDOW_S) -> None:
        self._db = db
        self._clock = clock
        self._batches: Batches[_Told] = Batches(clock, self._write, window_s=window_s)

    async def tell(self, lease: Lease, condition: Condition, *, gives_up: bool = False) -> bool:
        """Write a device's state; False when the device is not this gateway's, or not wanted, any more."""
        written: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        await self._batches.put(_Told(lease, Report(lease.holding, condition, gives_up), written))
        return await written

    async def run(self) -> None:
        """Write until closed and empty."""
        await self._batches.run()

    def close(self) -> None:
        """Make `run` return once everything is written."""
        self._batches.close()

    async def _write(self, batch: list[_Told]) -> None:
        pause_s = _SHORTEST_PAUSE_S
        while valid := [told for told in batch if told.lease.is_valid()]:
            try:
                results = await self._write_once(valid)
            except Exception as error:  # noqa: BLE001 - the boundary of an event consumer: what fails is told again
                is_first = pause_s == _SHORTEST_PAUSE_S
                _log.warning("reports_not_written", reports=len(valid), fault=type(error).__name__, exc_info=is_first)
                await asyncio.sleep(pause_s)
                pause_s = min(2 * pause_s, _LONGEST_PAUSE_S)
                continue
            for told, written in zip(valid, results, strict=True):
                _answer(told, written=written)
            break
        for told in batch:
            _answer(told, written=False)

    async def _write_once(self, valid: Sequence[_Told]) -> list[bool]:
        now = self._clock.now()
        reports = [told.report for told in valid]
        results = await held.report(self._db, reports[0].holding.owner, reports, now)
        # After the states, or the claim would hold the rows again. Should it be lost, the next connection makes up
        # for it, and at the latest the time that the restriction was to end.
        free = [
            (report.holding.workspace_id, report.holding.device_id)
            for report, is_written in zip(reports, results, strict=True)
            if is_written and report.condition.state is DeviceState.ONLINE
        ]
        await turns.lift_restriction(self._db, free, now)
        return results


class Pulses:
    """Signs of life of all links, written together; they may be lost."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._seen: dict[Lease, datetime] = {}
        self._inbound: dict[Lease, datetime] = {}

    def seen(self, lease: Lease, at: datetime) -> None:
        """The link is alive."""
        self._seen[lease] = at

    def inbound(self, lease: Lease, at: datetime) -> None:
        """Somebody wrote to the device, so the link is alive too."""
        self._seen[lease] = at
        self._inbound[lease] = at

    async def run(self) -> None:
        """Write every few seconds of real time until cancelled."""
        while True:
            await asyncio.sleep(_PULSE_EVERY_S)
            try:
                await self.write()
            except Exception:  # noqa: BLE001 - the boundary of an event consumer: the next sign of life says the same
                _log.warning("pulses_not_written", exc_info=True)

    async def write(self) -> None:
        """Write what has been collected."""
        seen, self._seen = self._seen, {}
        inbound, self._inbound = self._inbound, {}
        valid = [lease for lease in seen if lease.is_valid()]
        if valid:
            pulses = [Pulse(lease.holding, seen[lease], inbound.get(lease)) for lease in valid]
            await held.record_pulses(self._db, valid[0].holding.owner, pulses)


def _answer(told: _Told, *, written: bool) -> None:
    if not told.written.done():
        told.written.set_result(written)
