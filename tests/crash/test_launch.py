"""A worker that dies while it starts a campaign leaves it not started or started, never half."""

import asyncio
import signal
import sys
from collections import Counter
from datetime import timedelta

import pytest

from hebah.campaigns import actions as campaigns
from hebah.campaigns import jobs, reads
from hebah.campaigns.model import AudienceRule, Campaign, CampaignDraft, CampaignState
from hebah.foundation.clock import ManualClock
from hebah.foundation.ids import make_id
from hebah.foundation.postgres import Database
from hebah.outbox import reads as outbox
from tests.integration.worlds import World, make_world

PEOPLE = 300


async def scheduled(world: World) -> Campaign:
    """A campaign for 300 leads of one linked device, due in an hour."""
    async with world.database.transaction() as tx:
        await tx.execute("UPDATE device SET state = 'online', linked_at = state_since")
        contacts = [make_id() for _ in range(PEOPLE)]
        await tx.execute(
            "INSERT INTO contact (workspace_id, id, phone, consent, created_at, updated_at)"
            " SELECT $1, id, '+6012' || 1000000 + place, 'granted', $3, $3"
            " FROM unnest($2::uuid[]) WITH ORDINALITY AS given (id, place)",
            world.workspace_id,
            contacts,
            world.clock.now(),
        )
        await tx.execute(
            "INSERT INTO lead (workspace_id, id, contact_id, device_id, created_at, updated_at)"
            " SELECT $1, id, id, $3, $4, $4 FROM unnest($2::uuid[]) AS id",
            world.workspace_id,
            contacts,
            world.device_id,
            world.clock.now(),
        )
    draft = CampaignDraft(
        name="Raya",
        body="Salam",
        media_id=None,
        audience=AudienceRule(),
        starts_at=world.clock.now() + timedelta(hours=1),
        gap_min_s=None,
        gap_max_s=None,
    )
    written = await campaigns.create(world.database, world.clock, world.owner, draft)
    return await campaigns.launch(world.database, world.clock, world.owner, written.id, written.version)


async def die_launching(url: str, order: str, clock: ManualClock) -> None:
    """Let a worker process start what is due, and see it killed."""
    arguments = (sys.executable, "-m", "tests.crash.launching_process", url, order, clock.now().isoformat())
    process = await asyncio.create_subprocess_exec(*arguments)
    async with asyncio.timeout(30):
        assert await process.wait() == -signal.SIGKILL


async def standing(world: World, campaign: Campaign) -> tuple[CampaignState, dict[str, int]]:
    """The campaign's state, and how many recipients are in which."""
    async with world.database.connection() as connection:
        found = await reads.find(connection, world.workspace_id, campaign.id)
        lines = await outbox.tally(connection, world.workspace_id, campaign.id)
    counts: Counter[str] = Counter()
    for line in lines:
        counts[line.state.value] += line.count
    return found.state, dict(counts)


@pytest.mark.parametrize("place", ["before_launch_commit", "after_launch_commit"])
async def test_a_launch_that_dies_is_whole_or_has_not_been_and_the_next_worker_completes_it(
    database: Database, database_url: str, clock: ManualClock, place: str
) -> None:
    world = await make_world(database, clock)
    campaign = await scheduled(world)
    await clock.advance(timedelta(hours=1))

    await die_launching(database_url, place, clock)

    whole = (CampaignState.RUNNING, {"queued": PEOPLE})
    not_begun: tuple[CampaignState, dict[str, int]] = (CampaignState.SCHEDULED, {})
    assert await standing(world, campaign) == (not_begun if place == "before_launch_commit" else whole)
    await jobs.launch_due(database, clock)
    assert await standing(world, campaign) == whole
