import re
from collections import Counter
from importlib import resources

import asyncpg
import pytest

from hebah.foundation.ids import make_id
from hebah.outbox import reads
from hebah.outbox.model import Audience, AudienceCount, NewStream, Pace
from hebah.outbox.rules import seed_of
from tests.integration.outbox.fleet import Fleet

SQL = "".join(resources.files("hebah.outbox").joinpath(name).read_text() for name in ("queries.sql", "reads.sql"))


async def a_mixed_audience(fleet: Fleet) -> None:
    device = await fleet.add_device()
    await fleet.add_lead(device, niches=["skincare"])
    await fleet.add_lead(device, niches=["baju", "skincare"], status="customer")
    await fleet.suppress(await fleet.add_lead(device))
    await fleet.add_lead(device, consent="refused")
    await fleet.add_lead(device, consent="unknown")
    await fleet.add_lead(device, phone=None)
    await fleet.add_lead(None)
    await fleet.add_lead(await fleet.add_device("unlinked", linked=False))


async def counts(fleet: Fleet, audience: Audience) -> list[AudienceCount]:
    async with fleet.database.connection() as connection:
        return await reads.count_audience(connection, audience)


async def test_every_lead_becomes_a_recipient_or_an_exclusion_with_its_reason(fleet: Fleet) -> None:
    await a_mixed_audience(fleet)

    campaign = await fleet.launch()

    assert await fleet.states(campaign) == Counter(
        {
            "queued": 2,
            "excluded:suppressed": 1,
            "excluded:consent_refused": 1,
            "excluded:no_consent": 1,
            "excluded:no_phone": 1,
            "excluded:no_device": 1,
            "excluded:device_unlinked": 1,
        }
    )


async def test_launching_twice_adds_nothing_and_answers_the_same(fleet: Fleet) -> None:
    await a_mixed_audience(fleet)
    campaign = make_id()
    await fleet.open(NewStream(fleet.workspace_id, campaign, Pace(0, 0)))

    first = await fleet.enqueue(campaign)
    second = await fleet.enqueue(campaign)

    assert second == first
    assert sum(line.count for line in second) == 8


async def test_nobody_becomes_a_recipient_of_what_was_never_opened(fleet: Fleet) -> None:
    await a_mixed_audience(fleet)
    never_opened = make_id()

    with pytest.raises(asyncpg.ForeignKeyViolationError):
        await fleet.enqueue(never_opened)

    assert await fleet.states(never_opened) == Counter()


@pytest.mark.parametrize("statement", ["DELETE FROM {}", "UPDATE {} SET id = gen_random_uuid()"])
@pytest.mark.parametrize("table", ["stream", "content"])
async def test_what_recipients_belong_to_stays(fleet: Fleet, table: str, statement: str) -> None:
    await a_mixed_audience(fleet)
    await fleet.launch()

    with pytest.raises(asyncpg.ForeignKeyViolationError):
        async with fleet.database.transaction() as tx:
            await tx.execute(statement.format(table))


async def test_a_review_counts_what_a_launch_stores(fleet: Fleet) -> None:
    await a_mixed_audience(fleet)
    for include_unknown_consent in (False, True):
        for niches in ((), ("skincare",), ("nothing",)):
            campaign = make_id()
            audience = Audience(
                fleet.workspace_id, campaign, niches=niches, include_unknown_consent=include_unknown_consent
            )
            reviewed = await counts(fleet, audience)
            await fleet.open(NewStream(fleet.workspace_id, campaign, Pace(0, 0)))
            stored = await fleet.enqueue(campaign, niches=niches, include_unknown_consent=include_unknown_consent)
            assert reviewed == stored


def test_review_preview_and_launch_select_by_the_same_words() -> None:
    audiences = re.findall(r"WITH audience AS \((.*?)\n\)\n", SQL, re.DOTALL)
    assert len(audiences) == 3
    assert len(set(audiences)) == 1


async def test_refused_consent_cannot_be_overridden(fleet: Fleet) -> None:
    device = await fleet.add_device()
    await fleet.add_lead(device, consent="refused")
    await fleet.add_lead(device, consent="unknown")

    campaign = await fleet.launch(include_unknown_consent=True)

    assert await fleet.states(campaign) == Counter({"queued": 1, "excluded:consent_refused": 1})


async def test_the_audience_can_be_narrowed_by_niche_status_and_device(fleet: Fleet) -> None:
    here, there = await fleet.add_device(), await fleet.add_device()
    await fleet.add_lead(here, niches=["skincare"], status="customer")
    await fleet.add_lead(here, niches=["skincare"])
    await fleet.add_lead(there, niches=["skincare"], status="customer")
    await fleet.add_lead(here, niches=["baju"], status="customer")

    campaign = await fleet.launch(niches=("skincare",), statuses=("customer",), device_ids=(here,))

    assert await fleet.states(campaign) == Counter({"queued": 1})


async def test_only_the_variables_the_text_uses_are_stored(fleet: Fleet) -> None:
    device = await fleet.add_device()
    contact = await fleet.add_lead(
        device, name="Mei", niches=["baju", "skincare"], variables={"city": "Ipoh", "secret": "7"}
    )

    await fleet.launch("{{name}} {{niche}} {{city}} {{status}}", niches=("skincare",))

    variables = (await fleet.row(contact))["variables"]
    assert variables == {"name": "Mei", "niche": "skincare", "city": "Ipoh", "status": "prospect"}


async def test_a_preview_shows_the_values_and_the_seed_of_the_launch(fleet: Fleet) -> None:
    device = await fleet.add_device()
    contact = await fleet.add_lead(device, name="Mei", variables={"city": "Ipoh"})
    await fleet.add_lead(device, consent="refused")
    campaign = make_id()

    async with fleet.database.connection() as connection:
        (sample,) = await reads.sample_audience(connection, Audience(fleet.workspace_id, campaign), 5)
    await fleet.open(NewStream(fleet.workspace_id, campaign, Pace(0, 0)))
    await fleet.enqueue(campaign, "{{name}} {{city}}")

    row = await fleet.row(contact)
    assert sample.contact_id == contact
    assert sample.seed == row["seed"] == seed_of(campaign, contact)
    assert row["variables"].items() <= dict(sample.variables).items()


async def test_recipients_sort_by_their_creation(fleet: Fleet) -> None:
    device = await fleet.add_device()
    contact = await fleet.add_lead(device)
    before = make_id()
    await fleet.launch()
    after = make_id()

    id_ = (await fleet.row(contact))["id"]
    assert id_.version == 7
    assert before.int >> 80 <= id_.int >> 80 <= after.int >> 80
