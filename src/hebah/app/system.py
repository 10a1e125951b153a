"""The system page: which processes run, what waits, how jobs went, how much is stored, and whether all of it is sound.

And `/metrics`, the same figures for Prometheus.
"""

from datetime import datetime
from typing import Any

from litestar import Request, Response, get, post

from hebah.access.model import PUBLIC, Actor, Installation, Permission
from hebah.app.figures import QUERIES, Figures, count_broken, read_figures, registry_of
from hebah.app.readers import may_read, note_process
from hebah.foundation import metrics
from hebah.foundation.clock import Clock
from hebah.foundation.errors import NotFound
from hebah.foundation.postgres import Connection, Database, Record
from hebah.foundation.wire import Injected, View
from hebah.media import keeping


class WorkerView(View):
    """A process; `silent_s` is since its last heartbeat."""

    id: str
    roles: list[str]
    host: str
    pid: int
    version: str
    started_at: datetime
    lives: bool
    silent_s: float
    devices: int


class QueueView(View):
    """Messages that have no end yet; `held` are those among the waiting that something holds back, by reason."""

    waiting: int
    held: dict[str, int]
    in_flight: int
    unknown: int
    oldest_s: float


class JobView(View):
    """How a periodic job last went. `fault` names its last failure, which may have been mended long ago."""

    name: str
    ran_at: datetime
    took_s: float
    failed_at: datetime | None
    fault: str | None


class StorageView(View):
    """How much is kept, in bytes; `tables` are the largest of the database."""

    database: int
    tables: dict[str, int]
    files: int


class SystemView(View):
    """The whole page but its checks. `event_lag_s` is how late browsers are told, on average, by this process."""

    version: str
    schema: str
    server: str
    workers: list[WorkerView]
    queue: QueueView
    devices: dict[str, int]
    event_lag_s: float | None
    jobs: list[JobView]
    storage: StorageView


class CheckView(View):
    """Something that must never be, and how often it is."""

    code: str
    times: int


class ChecksView(View):
    """All of them, as they were at a moment."""

    checked_at: datetime
    checks: list[CheckView]


@get("/api/system", permission=Permission.SYSTEM_READ)
async def show_system(
    actor: Injected[Actor], db: Injected[Database], clock: Injected[Clock], installation: Injected[Installation]
) -> SystemView:
    """Processes, queue, jobs and storage, as they are now."""
    async with db.connection() as connection:
        return await _system(connection, actor, clock.now(), installation.version)


@post("/api/system/checks", permission=Permission.SYSTEM_READ, status_code=200)
async def check_system(actor: Injected[Actor], db: Injected[Database], clock: Injected[Clock]) -> ChecksView:
    """Look through everything for what must never be; takes a while when there is much."""
    async with db.connection() as connection:
        broken = await count_broken(connection, actor.workspace_id)
    return ChecksView(
        checked_at=clock.now(), checks=[CheckView(code=code, times=times) for code, times in broken.items()]
    )


@get("/metrics", permission=PUBLIC, include_in_schema=False)
async def show_metrics(
    request: Request[Any, Any, Any],
    db: Injected[Database],
    clock: Injected[Clock],
    installation: Injected[Installation],
    metrics_token: Injected[str | None],
) -> Response[bytes]:
    """Figures for Prometheus; to everybody else there is nothing here."""
    peer = None if request.client is None else request.client.host
    if not may_read(peer, request.headers, metrics_token):
        raise NotFound()
    async with db.connection() as connection:
        figures = await read_figures(connection, None)
    note_process(db, installation.version)
    return Response(metrics.page(registry_of(figures, clock.now())), media_type=metrics.CONTENT_TYPE, status_code=200)


ROUTES = (show_system, check_system, show_metrics)


async def _system(connection: Connection, actor: Actor, now: datetime, version: str) -> SystemView:
    figures = await read_figures(connection, actor.workspace_id)
    stored = await QUERIES.system_storage(connection)
    kept = await keeping.usage(connection, actor.workspace_id)
    return SystemView(
        version=version,
        schema=stored["schema"],
        server=stored["server"],
        workers=[_worker(row) for row in figures.workers],
        queue=_queue(figures, now),
        devices=dict(figures.devices),
        event_lag_s=metrics.mean(metrics.EVENT_LAG_SECONDS),
        jobs=[_job(row) for row in figures.jobs],
        storage=StorageView(database=stored["database_bytes"], tables=stored["table_bytes"], files=kept.bytes),
    )


def _worker(row: Record) -> WorkerView:
    return WorkerView(
        id=str(row["id"]),
        roles=list(row["roles"]),
        host=row["host"],
        pid=row["pid"],
        version=row["version"],
        started_at=row["started_at"],
        lives=row["lives"],
        silent_s=row["silent_for"].total_seconds(),
        devices=row["devices"],
    )


def _queue(figures: Figures, now: datetime) -> QueueView:
    queue = figures.queue
    return QueueView(
        waiting=queue.waiting,
        held=dict(queue.held),
        in_flight=queue.in_flight,
        unknown=queue.unknown,
        oldest_s=queue.age(now).total_seconds(),
    )


def _job(row: Record) -> JobView:
    return JobView(
        name=row["name"],
        ran_at=row["ran_at"],
        took_s=row["took"].total_seconds(),
        failed_at=row["failed_at"],
        fault=row["fault"],
    )
