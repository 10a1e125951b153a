"""How periodic jobs last went, for the system page: kept in memory and written every few seconds, whoever ran them."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta

import structlog

from hebah.foundation import metrics
from hebah.foundation.errors import HebahError
from hebah.foundation.postgres import Database, load_queries

QUERIES = load_queries("hebah.app")

log = structlog.get_logger(__name__)

_WRITTEN_EVERY_S = 2.0


@dataclass(slots=True)
class _Entry:
    took_s: float
    fault: str | None


class Journal:
    """The last run of each job of this process."""

    def __init__(self) -> None:
        self._noted: dict[str, _Entry] = {}

    def note(self, job: str, took_s: float, fault: str | None) -> None:
        """A run has come to its end; `fault` names what went wrong, never in its own words."""
        metrics.JOB_RUNS.labels(job, "failed" if fault else "done").inc()
        metrics.JOB_SECONDS.labels(job).observe(took_s)
        earlier = self._noted.get(job)
        # What failed since it was last written must not be hidden by the run after it.
        self._noted[job] = _Entry(took_s, fault or (earlier.fault if earlier is not None else None))

    async def run(self, db: Database) -> None:
        """Write every few seconds until cancelled."""
        while True:
            await asyncio.sleep(_WRITTEN_EVERY_S)
            try:
                await self.write(db)
            except (HebahError, OSError) as error:
                log.warning("jobs_not_noted", error=type(error).__name__)

    async def write(self, db: Database) -> None:
        """Write what was noted since the last time."""
        noted, self._noted = self._noted, {}
        async with db.transaction() as tx:
            await QUERIES.note_jobs(
                tx,
                names=sorted(noted),
                took=[timedelta(seconds=noted[name].took_s) for name in sorted(noted)],
                faults=[noted[name].fault for name in sorted(noted)],
            )
