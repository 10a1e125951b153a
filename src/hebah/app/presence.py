"""Tells other processes that this one lives: a `worker` row with its roles, kept by a heartbeat.

A gateway's row is its lease, and kept by `gateway.leases`; this is for processes that hold no devices.
"""

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from uuid import UUID

import structlog

from hebah.app.wiring import Hebah
from hebah.foundation.errors import HebahError
from hebah.foundation.postgres import Database
from hebah.gateway.leases import WorkerFacts, add_worker, expire_worker, renew_worker

log = structlog.get_logger(__name__)

_GOODBYE_WITHIN_S = 2.0


@asynccontextmanager
async def present(hebah: Hebah, roles: Sequence[str]) -> AsyncIterator[None]:
    """Be seen for as long as the block lasts."""
    facts = WorkerFacts(
        socket.gethostname(), os.getpid(), hebah.installation.version, hebah.settings.lease_ttl, tuple(roles)
    )
    worker_id = await add_worker(hebah.db, facts)
    async with asyncio.TaskGroup() as tasks:
        beating = tasks.create_task(_beat(hebah.db, facts, worker_id), name="presence")
        try:
            yield
        finally:
            beating.cancel()


async def _beat(db: Database, facts: WorkerFacts, worker_id: UUID) -> None:
    try:
        while True:
            await asyncio.sleep(facts.beat_every_s)
            try:
                if not await renew_worker(db, worker_id, facts):
                    worker_id = await add_worker(db, facts)
            except (HebahError, OSError) as error:
                log.warning("beat_failed", worker_id=worker_id, fault=type(error).__name__)
    finally:
        with suppress(HebahError, OSError, TimeoutError):
            async with asyncio.timeout(_GOODBYE_WITHIN_S):
                await expire_worker(db, worker_id)
