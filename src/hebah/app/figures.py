"""What the database knows of the whole system: one reading, shown on the system page and to Prometheus alike."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from prometheus_client import CollectorRegistry, Gauge

from hebah.foundation.postgres import Connection, Record, load_queries

QUERIES = load_queries("hebah.app")


@dataclass(frozen=True, slots=True)
class Queue:
    """Messages that have no end yet. `oldest` is since when the longest waiting could have gone out."""

    waiting: int
    held: Mapping[str, int]
    in_flight: int
    unknown: int
    oldest: datetime | None

    def age(self, now: datetime) -> timedelta:
        """How long the oldest has been due; zero when nothing is."""
        return max(timedelta(), now - self.oldest) if self.oldest is not None else timedelta()


@dataclass(frozen=True, slots=True)
class Figures:
    """One reading; rows of processes and jobs as the database gives them."""

    workers: Sequence[Record]
    jobs: Sequence[Record]
    queue: Queue
    devices: Mapping[str, int]


async def read_figures(connection: Connection, workspace_id: UUID | None) -> Figures:
    """Of a workspace, or of all of them; processes and jobs serve everybody."""
    devices = await QUERIES.system_devices(connection, workspace_id=workspace_id)
    return Figures(
        workers=await QUERIES.system_workers(connection, workspace_id=workspace_id),
        jobs=await QUERIES.system_jobs(connection),
        queue=_queue(await QUERIES.system_queue(connection, workspace_id=workspace_id)),
        devices={row["state"]: row["devices"] for row in devices},
    )


async def count_broken(connection: Connection, workspace_id: UUID | None) -> Mapping[str, int]:
    """What must never be, and how often it is; reads everything, so only when asked for."""
    rows = await QUERIES.system_broken(connection, workspace_id=workspace_id)
    return {row["code"]: int(row["times"]) for row in rows}


def registry_of(figures: Figures, now: datetime) -> CollectorRegistry:
    """The reading as Prometheus takes it."""
    registry = CollectorRegistry()

    def gauge(name: str, words: str, *labels: str) -> Gauge:
        return Gauge(name, words, labels, registry=registry)

    queue = figures.queue
    depth = gauge("hebah_queue_messages", "Messages without an end, by state.", "state")
    for state, count in (("waiting", queue.waiting), ("in_flight", queue.in_flight), ("unknown", queue.unknown)):
        depth.labels(state).set(count)
    gauge("hebah_queue_oldest_seconds", "How long the oldest has been due.").set(queue.age(now).total_seconds())
    held = gauge("hebah_queue_held_messages", "Waiting messages by what holds them.", "reason")
    for reason, count in queue.held.items():
        held.labels(reason).set(count)
    devices = gauge("hebah_devices", "Devices by state.", "state")
    for state, count in figures.devices.items():
        devices.labels(state).set(count)
    workers = gauge("hebah_workers", "Living processes by role.", "role")
    for role in ("web", "worker", "gateway"):
        workers.labels(role).set(sum(row["lives"] and role in row["roles"] for row in figures.workers))
    return registry


def _queue(rows: Sequence[Record]) -> Queue:
    by_state: dict[str, list[Any]] = {"queued": [], "dispatching": [], "unknown": []}  # Any: a record's columns
    for row in rows:
        by_state[row["state"]].append(row)
    free = [row["oldest"] for row in by_state["queued"] if row["hold"] is None]
    return Queue(
        waiting=sum(row["messages"] for row in by_state["queued"]),
        held={row["hold"]: row["messages"] for row in by_state["queued"] if row["hold"] is not None},
        in_flight=sum(row["messages"] for row in by_state["dispatching"]),
        unknown=sum(row["messages"] for row in by_state["unknown"]),
        oldest=min(free, default=None),
    )
