"""`hebah rehearse`: the real engine sends a file of leads over a pretended network, and a ledger judges what it did.

This process owns PostgreSQL, the network, its ledger and business time, and runs the worker's jobs; the gateways are
children that may be killed at any moment. Nothing of it outlives the command.
"""

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random

from hebah.adapters.transports.simulated.network import NetworkSettings, SimulatedNetwork
from hebah.adapters.transports.simulated.server import SocketServer
from hebah.adapters.transports.simulated.time import SteppedClock
from hebah.app.migrate import migrate
from hebah.app.partitions import ensure_partitions
from hebah.app.rehearsal import figures, leads, shop, store
from hebah.app.rehearsal.gateways import Gateways, Surroundings
from hebah.app.rehearsal.plan import START, Figures, Plan, RehearsalStalled, Standing
from hebah.app.rehearsal.stage import Interference, Stage, kill_now_and_then
from hebah.app.settings import Settings
from hebah.app.worker import Job, run_jobs
from hebah.campaigns import jobs as campaign_jobs
from hebah.campaigns.model import Campaign, CampaignState
from hebah.foundation.embedded_postgres import ClusterOptions, EmbeddedPostgres
from hebah.foundation.errors import HebahError
from hebah.foundation.postgres import Database
from hebah.outbox import actions as outbox
from hebah.outbox import reads as outbox_reads

Watcher = Callable[[Standing], None]

_GRAIN = timedelta(milliseconds=100)
_LOOK_EVERY = timedelta(seconds=1)
_CONNECTIONS_OF_A_GATEWAY = 8
_OUR_CONNECTIONS = 12
_STALLED_AFTER_S = 120.0


async def run(plan: Plan, settings: Settings, watch: Watcher, interference: Interference = Interference()) -> Figures:
    """Rehearse; raises a HebahError when the file cannot be used."""
    began = time.monotonic()
    leads.check(plan.leads)
    with _folder() as folder, _cluster(folder, plan) as server:
        child = replace(
            settings,
            home=folder / "home",
            redis_url=plan.redis_url,
            metrics_port=None,
            log_json=True,
            simulated=True,
            simulated_socket=folder / "network.sock",
            connections=_CONNECTIONS_OF_A_GATEWAY,
        )
        async with _stage(plan, child, server, folder) as stage:
            await interference.prepare(stage)
            campaign = await _Performance(stage, watch, interference).play()
            await interference.inspect(stage, campaign)
            async with stage.db.connection() as connection:
                recipients = await store.recipients(connection, campaign.workspace_id, campaign.id)
            course = figures.Course(
                launched_at=campaign.launched_at or START,
                finish_estimate_s=campaign.finish_estimate_s or 0.0,
                seconds_real=time.monotonic() - began,
                kills=stage.gateways.kills,
                in_flight_at_kills=stage.gateways.in_flight_at_kills,
            )
            return figures.count(recipients, stage.network.ledger.lines(), stage.refused, course)


@asynccontextmanager
async def _stage(plan: Plan, child: Settings, server: EmbeddedPostgres, folder: Path) -> AsyncIterator[Stage]:
    clock = SteppedClock(START, speed=plan.speed, grain=_GRAIN, expected=plan.attendance or plan.gateways)
    network = SimulatedNetwork(
        clock, NetworkSettings(seed=plan.seed, behaviour=plan.behaviour, ledger=folder / "ledger.jsonl")
    )
    url = server.url
    await migrate(url)
    socket = child.simulated_socket
    assert socket is not None
    async with (
        await Database.connect(url, max_connections=_OUR_CONNECTIONS) as db,
        network,
        SocketServer(network, socket, clock),
    ):
        await ensure_partitions(db, START)
        founded = await shop.found(db, clock, network, plan)
        refused = await leads.bring_in(db, clock, founded, plan.leads, folder / "uploads")
        around = Surroundings(child, url, db, founded.owner.workspace_id, folder)
        gateways = Gateways(around, plan.gateways, plan.crash_orders)
        yield Stage(plan, server, db, clock, network, gateways, founded, refused)


class _Performance:
    """The rehearsal itself, from the first gateway's start to the last one's end."""

    def __init__(self, stage: Stage, watch: Watcher, interference: Interference) -> None:
        self._stage = stage
        self._interference = interference
        self._watch = watch

    async def play(self) -> Campaign:
        """Connect, launch, send until the campaign is finished, end the gateways."""
        stage = self._stage
        try:
            async with asyncio.TaskGroup() as tasks:
                gateways = tasks.create_task(stage.gateways.run())
                guard = tasks.create_task(self._guard())
                await self._until_online()
                with stage.clock.busy():
                    campaign = await shop.launch(stage.db, stage.clock, stage.shop)
                others = [guard, *self._begin(tasks, campaign)]
                if campaign.state is not CampaignState.FINISHED:  # it is when nobody can be sent to
                    await stage.is_over.wait()
                for task in others:
                    task.cancel()
                stage.clock.expect(0)
                await stage.gateways.stop()
                await gateways
        except* HebahError as failed:
            raise failed.exceptions[0] from None
        return campaign

    def _begin(self, tasks: asyncio.TaskGroup, campaign: Campaign) -> list["asyncio.Task[None]"]:
        stage = self._stage
        db, clock = stage.db, stage.clock
        jobs = [
            Job("launch_due", 60 * _LOOK_EVERY, lambda: campaign_jobs.launch_due(db, clock)),
            Job("finish_done", _LOOK_EVERY, self._finish),
            Job("expire_unknown", 10 * _LOOK_EVERY, lambda: outbox.expire_unknown(db, clock.now())),
            Job("look", 10 * _LOOK_EVERY, lambda: self._look(campaign)),
        ]
        begun = [
            tasks.create_task(run_jobs(jobs, clock, None, asyncio.Event())),
            tasks.create_task(self._interference.disturb(stage, campaign)),
        ]
        if (every := stage.plan.kill_every) is not None:
            random = Random(stage.plan.seed)  # noqa: S311 - repeatable on purpose
            begun.append(tasks.create_task(kill_now_and_then(stage, random, every.total_seconds())))
        return begun

    async def _until_online(self) -> None:
        """Wait until every number is connected and the gateways have shared them out."""
        stage = self._stage
        workspace_id, holders = stage.shop.owner.workspace_id, min(stage.plan.gateways, stage.plan.devices)
        while True:
            await stage.clock.sleep_until(stage.clock.now() + _LOOK_EVERY)
            with stage.clock.busy():
                async with stage.db.connection() as connection:
                    online = await store.count_online(connection, workspace_id)
            if online.devices == stage.plan.devices and online.holders >= holders:
                return

    async def _look(self, campaign: Campaign) -> None:
        stage = self._stage
        async with stage.db.connection() as connection:
            groups = await outbox_reads.groups_of(connection, campaign.workspace_id, [campaign.id])
        if campaign.id in groups:
            found = groups[campaign.id]
            settled = found.recipients - found.waiting - found.sending - found.unknown
            self._watch(Standing(found.recipients, settled, stage.clock.now() - START, stage.gateways.kills))

    async def _finish(self) -> None:
        if await campaign_jobs.finish_done(self._stage.db, self._stage.clock):
            self._stage.is_over.set()

    async def _guard(self) -> None:
        """Give up when business time does not move any more."""
        stage = self._stage
        while True:
            before = stage.clock.now()
            await asyncio.sleep(max(_STALLED_AFTER_S, 5 / (stage.plan.speed or 1.0)))
            if stage.clock.now() == before:
                raise RehearsalStalled(", ".join(stage.clock.holding()) or "nobody", stage.gateways.last_words())


@contextmanager
def _folder() -> Iterator[Path]:
    # Not TMPDIR: the path of a Unix socket must be short.
    with tempfile.TemporaryDirectory(prefix="hebah-rehearsal-", dir="/tmp") as name:
        folder = Path(name)
        folder.chmod(0o711)  # the database's account walks through it
        yield folder


@contextmanager
def _cluster(folder: Path, plan: Plan) -> Iterator[EmbeddedPostgres]:
    # Blocking on purpose: a signal in between is heard right afterwards, when there is something to clean up.
    room = 20 + _OUR_CONNECTIONS + plan.gateways * 2 * _CONNECTIONS_OF_A_GATEWAY
    options = ClusterOptions(binaries=plan.postgres_programs, durable=plan.is_durable, max_connections=room)
    with EmbeddedPostgres(folder / "postgres", options) as server:
        yield server
