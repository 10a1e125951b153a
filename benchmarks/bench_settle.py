"""How many messages a second one gateway claims, sends over the simulated network and settles, everything included.

Full policy (consent, suppression, caps, quiet hours), one wire id and one ledger line a message, chats and events
written, PostgreSQL fully durable, and the network on the same cores. 3,000 numbers send as fast as they get answers: a
gap between messages would only add waiting.
"""

import asyncio
import time
from contextlib import AsyncExitStack
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import uvloop
from runner import Metric, run, scratch

from hebah.adapters.blobs.filesystem import FilesystemBlobs
from hebah.adapters.transports.simulated.network import NetworkSettings, SimulatedNetwork
from hebah.adapters.transports.simulated.transport import SimulatedTransport
from hebah.app import gateway
from hebah.app.gateway import GatewayParts, GatewaySettings
from hebah.app.migrate import migrate
from hebah.app.partitions import ensure_partitions
from hebah.app.rehearsal import shop, store
from hebah.app.rehearsal.plan import Plan, Protection
from hebah.app.rehearsal.shop import Shop
from hebah.campaigns import actions as campaigns
from hebah.campaigns.model import AudienceRule, Campaign, CampaignDraft
from hebah.foundation import garbage
from hebah.foundation.bus import InProcessBus
from hebah.foundation.clock import SystemClock
from hebah.foundation.embedded_postgres import EmbeddedPostgres
from hebah.foundation.ids import make_id
from hebah.foundation.postgres import Database, Transaction
from hebah.outbox import reads as outbox

DEVICES = 3000
RECIPIENTS = 30_000
SEEDED_AT_ONCE = 50_000
CONNECT_RATE = 3000.0
ASKED_EVERY_S = 0.1
PLAN = Plan(leads=Path(), devices=DEVICES, protection=Protection.DEFAULT)


async def main(folder: Path) -> float:
    """One run on a fresh database."""
    clock, stop = SystemClock(), asyncio.Event()
    async with AsyncExitStack() as stack:
        server = stack.enter_context(EmbeddedPostgres(folder / "home"))
        await migrate(server.url)
        bus = InProcessBus()
        db = await stack.enter_async_context(
            await Database.connect(server.url, max_connections=12, on_commit=bus.publish)
        )
        network = SimulatedNetwork(clock, NetworkSettings(ledger=folder / "ledger.jsonl"))
        await stack.enter_async_context(network)
        transport = await stack.enter_async_context(SimulatedTransport(network, clock))
        await ensure_partitions(db, clock.now())
        founded = await shop.found(db, clock, network, PLAN)
        await add_leads(db, clock, founded)
        settings = GatewaySettings(version="benchmark", connect_rate=CONNECT_RATE)
        blobs = FilesystemBlobs(folder / "media")
        parts = GatewayParts(server.url, db, clock, bus, {transport.name: transport}, blobs, settings)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(gateway.run(parts, stop))
            await all_online(db, founded)
            began = time.perf_counter()
            campaign = await launch(db, clock, founded)
            await all_settled(db, network, campaign)
            took = time.perf_counter() - began
            stop.set()
        assert network.ledger.count == RECIPIENTS
        return RECIPIENTS / took


async def add_leads(db: Database, clock: SystemClock, founded: Shop, recipients: int = RECIPIENTS) -> None:
    """People who agreed, equally many to a number; quiet hours that are in force in six hours."""
    now = clock.now()
    evening = (now + timedelta(hours=6)).astimezone(ZoneInfo("Asia/Kuala_Lumpur"))
    async with db.transaction() as tx:
        await tx.execute(
            "UPDATE workspace SET hourly_cap = 60, daily_cap = 300, quiet_from = $1, quiet_until = $2",
            evening.time(),
            (evening + timedelta(hours=3)).time(),
        )
        for first in range(0, recipients, SEEDED_AT_ONCE):
            await _add_some(tx, founded, now, range(first, min(first + SEEDED_AT_ONCE, recipients)))
        await tx.execute("ANALYZE")


async def _add_some(tx: Transaction, founded: Shop, now: datetime, places: range) -> None:
    ids = [make_id() for _ in places]
    await tx.execute(
        "INSERT INTO contact (workspace_id, id, phone, name, consent, created_at, updated_at)"
        " SELECT $1, id, '+6012' || 1000000 + place, 'Siti ' || place, 'granted', $4, $4"
        " FROM unnest($2::uuid[], $3::int[]) AS given (id, place)",
        founded.owner.workspace_id,
        ids,
        list(places),
        now,
    )
    await tx.execute(
        "INSERT INTO lead (workspace_id, id, contact_id, device_id, created_at, updated_at)"
        " SELECT $1, id, id, device_id, $4, $4 FROM unnest($2::uuid[], $3::uuid[]) AS given (id, device_id)",
        founded.owner.workspace_id,
        ids,
        [founded.device_ids[place % DEVICES] for place in places],
        now,
    )


async def all_online(db: Database, founded: Shop) -> None:
    """Return once every number is connected."""
    while True:
        async with db.connection() as connection:
            online = await store.count_online(connection, founded.owner.workspace_id)
        if online.devices == DEVICES:
            return
        await asyncio.sleep(ASKED_EVERY_S)


async def launch(db: Database, clock: SystemClock, founded: Shop) -> Campaign:
    """The campaign to all leads, without a gap."""
    draft = CampaignDraft(
        name="Benchmark",
        body=shop.TEXT,
        media_id=None,
        audience=AudienceRule(),
        starts_at=None,
        gap_min_s=0.0,
        gap_max_s=0.0,
    )
    written = await campaigns.create(db, clock, founded.owner, draft)
    return await campaigns.launch(db, clock, founded.owner, written.id, written.version)


async def all_settled(db: Database, network: SimulatedNetwork, campaign: Campaign) -> None:
    """Return once every recipient has an outcome; asked only when all have reached the network."""
    while True:
        await asyncio.sleep(ASKED_EVERY_S)
        if network.ledger.count < RECIPIENTS:
            continue
        async with db.connection() as connection:
            if not await outbox.open_rows(connection, campaign.workspace_id, [campaign.id]):
                return


def once(_number: int) -> float:
    """A run, in a process that looks for garbage as a gateway's does."""
    garbage.settle()
    with scratch() as folder, asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(main(folder))


if __name__ == "__main__":
    run("settle", Metric("settle_per_s", "messages/s", ">= 3000"), once)
