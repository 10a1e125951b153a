"""A campaign over the wire, and its recipients held against what the network and their phones have of it."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from hebah.app.rehearsal import store
from hebah.campaigns import actions as campaigns
from hebah.campaigns.model import AudienceRule, Campaign, CampaignDraft
from hebah.foundation.clock import SystemClock
from hebah.outbox.model import OutboxState
from tests.crash.wire.adoption import add_leads
from tests.crash.wire.world import World

_ON_THE_WIRE = frozenset({OutboxState.ACCEPTED, OutboxState.DELIVERED, OutboxState.READ})
_UNDER_WAY = frozenset({OutboxState.QUEUED, OutboxState.DISPATCHING})


@dataclass(frozen=True, slots=True)
class Sent:
    """How a campaign ended.

    `twice` are recipients with two wire ids on the network, `lost` are rows that say sent and of which the network has
    nothing, `denied` those that do not say it although the network has their message, `unreadable` messages that a
    phone could not open, and `open` rows that have not been tried.
    """

    recipients: int
    twice: int
    lost: int
    denied: int
    unreadable: int
    open: int


@dataclass(frozen=True, slots=True)
class Doubts:
    """Rows that were in doubt: resolved by a receipt, those whose message the network never got, and all others."""

    resolved: int
    never_left: int
    others: int


async def launch(world: World, recipients: int, first: str) -> Campaign:
    """A campaign without a gap to so many people, dealt out to the numbers."""
    clock = SystemClock()
    phones = [f"+{int(first) + place}" for place in range(recipients)]
    await add_leads(world.db, world.shop, phones, clock.now())
    draft = CampaignDraft(
        name="Raya",
        body="Salam {{name}}",
        media_id=None,
        audience=AudienceRule(),
        starts_at=None,
        gap_min_s=0.0,
        gap_max_s=0.0,
    )
    written = await campaigns.create(world.db, clock, world.shop.owner, draft)
    return await campaigns.launch(world.db, clock, world.shop.owner, written.id, written.version)


async def on_the_wire(world: World) -> int:
    """How many messages the network has got of the numbers."""
    return (await world.network.stats())["sent"]


async def is_through(world: World, campaign: Campaign) -> bool:
    """Whether nobody waits any more, and whoever the network has got a message for is known to have it."""
    rows = await _rows(world, campaign)
    ledger = {line.wire_id for line in await world.network.sent() if not line.refused}
    return all(row.state is (OutboxState.DELIVERED if row.wire_id in ledger else OutboxState.UNKNOWN) for row in rows)


async def outcome(world: World, campaign: Campaign) -> Sent:
    """Count."""
    rows, ledger = await _rows(world, campaign), await world.network.sent()
    ids: dict[str, set[str]] = defaultdict(set)
    for line in ledger:
        ids[line.to].add(line.wire_id)
    known = {line.wire_id for line in ledger}
    said = Counter(row.wire_id in known for row in rows if row.state in _ON_THE_WIRE)
    return Sent(
        recipients=len(rows),
        twice=sum(len(several) > 1 for several in ids.values()),
        lost=said[False],
        denied=len(known) - said[True],
        unreadable=await _unreadable(world, ids.keys()),
        open=sum(row.state in _UNDER_WAY for row in rows),
    )


async def doubts(world: World, campaign: Campaign) -> Doubts:
    """Count what was `unknown` at some time."""
    known = {line.wire_id for line in await world.network.sent()}
    in_doubt = [row for row in await _rows(world, campaign) if row.was_unknown]
    resolved = sum(row.state is OutboxState.DELIVERED and row.wire_id in known for row in in_doubt)
    never_left = sum(row.state is OutboxState.UNKNOWN and row.wire_id not in known for row in in_doubt)
    return Doubts(resolved, never_left, len(in_doubt) - resolved - never_left)


async def _rows(world: World, campaign: Campaign) -> list[store.Recipient]:
    async with world.db.connection() as connection:
        return await store.recipients(connection, campaign.workspace_id, campaign.id)


async def _unreadable(world: World, people: Iterable[str]) -> int:
    """How many people have got nothing that their phone could open."""
    unreadable = 0
    for person in people:
        unreadable += all(one.failed for one in await world.network.received(person))
    return unreadable
