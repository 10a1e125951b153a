"""A restricted number writes to those who wrote to it and to nobody new, until its restriction ends."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest

from hebah.foundation.ids import make_id
from hebah.outbox import reads, store, turns
from hebah.outbox.model import AskedLane, LaneFacts, SendHistory
from hebah.outbox.store import Worded
from tests.integration.outbox.fleet import Fleet


async def restrict(fleet: Fleet, device: UUID, until: datetime | None) -> None:
    await set_state(fleet, device, "restricted", until)


async def set_state(fleet: Fleet, device: UUID, state: str, until: datetime | None = None) -> None:
    async with fleet.database.transaction() as tx:
        await tx.execute("UPDATE device SET state = $2, state_until = $3 WHERE id = $1", device, state, until)


async def let_write(fleet: Fleet, contact: UUID, device: UUID) -> None:
    """The person has written to the number before."""
    chat_id, message_id, now = make_id(), make_id(), fleet.clock.now()
    async with fleet.database.transaction() as tx:
        phone = await tx.fetchval("SELECT phone FROM contact WHERE id = $1", contact)
        await tx.execute(
            "INSERT INTO chat (workspace_id, id, device_id, address, last_at, last_message_id)"
            " VALUES ($1, $2, $3, $4, $5, $6)",
            fleet.workspace_id,
            chat_id,
            device,
            phone,
            now,
            message_id,
        )
        await tx.execute(
            "INSERT INTO message (workspace_id, id, device_id, chat_id, wire_id, sender, from_me, at, received_at,"
            " kind) VALUES ($1, $2, $3, $4, 'ONE', $5, false, $6, $6, 'text')",
            fleet.workspace_id,
            message_id,
            device,
            chat_id,
            phone,
            now,
        )


async def claim_all(fleet: Fleet, device: UUID) -> set[UUID]:
    """Everybody who is written to as long as something moves."""
    written: set[UUID] = set()
    while (claimed := await fleet.claim(device, depth=8)).dispatches or claimed.again:
        written |= {one.contact_id for one in claimed.dispatches if one.contact_id is not None}
        await fleet.settle(claimed.dispatches)
    return written


async def test_a_restriction_holds_new_chats_to_its_end_and_no_other_number_takes_them(fleet: Fleet) -> None:
    device, other = await fleet.add_device(), await fleet.add_device()
    known, stranger = await fleet.add_lead(device), await fleet.add_lead(device)
    await let_write(fleet, known, device)
    campaign = await fleet.launch()
    until = fleet.clock.now() + timedelta(days=2)
    await restrict(fleet, device, until)

    assert await claim_all(fleet, device) == {known}
    assert await claim_all(fleet, other) == set()

    held = await fleet.row(stranger)
    assert (held["state"], held["hold"], held["not_before"]) == ("queued", "restricted", until)
    assert held["device_id"] == device
    async with fleet.database.connection() as connection:
        (hold,) = await reads.holds(connection, fleet.workspace_id, campaign, fleet.clock.now())
    assert (hold.reason, hold.count, hold.until) == ("restricted", 1, until)

    await fleet.at(until)
    await set_state(fleet, device, "online")
    assert await claim_all(fleet, device) == {stranger}
    assert (await fleet.row(stranger))["device_id"] == device


async def test_a_restriction_that_is_longer_than_was_told_holds_on(fleet: Fleet) -> None:
    device = await fleet.add_device()
    stranger = await fleet.add_lead(device)
    await fleet.launch()
    await restrict(fleet, device, fleet.clock.now() + timedelta(hours=1))
    assert await claim_all(fleet, device) == set()
    later = fleet.clock.now() + timedelta(days=3)
    await restrict(fleet, device, later)
    await fleet.at(fleet.clock.now() + timedelta(hours=1))

    assert await claim_all(fleet, device) == set()

    assert (await fleet.row(stranger))["not_before"] == later


async def test_what_waited_goes_at_once_when_a_restriction_ends_early(fleet: Fleet) -> None:
    device = await fleet.add_device()
    strangers = {await fleet.add_lead(device) for _ in range(3)}
    await fleet.launch()
    await restrict(fleet, device, None)
    assert await claim_all(fleet, device) == set()
    await set_state(fleet, device, "online")

    assert await turns.lift_restriction(fleet.database, [(fleet.workspace_id, device)], fleet.clock.now()) == 3

    assert await claim_all(fleet, device) == strangers


@pytest.mark.parametrize("has_written", [True, False])
async def test_a_restriction_between_the_look_and_the_dispatch_is_respected(fleet: Fleet, *, has_written: bool) -> None:
    device = await fleet.add_device()
    contact = await fleet.add_lead(device)
    if has_written:
        await let_write(fleet, contact, device)
    await fleet.launch()
    lane = AskedLane(fleet.device(device), LaneFacts(None, 0.0, SendHistory()), 0.0)
    now = fleet.clock.now()
    async with fleet.database.transaction() as tx:
        (candidate,) = (await store.candidates(tx, fleet.owner, [lane], now))[device]
    await restrict(fleet, device, None)

    async with fleet.database.transaction() as tx:
        worded = Worded(candidate, None, "Hello", "3EB0000000000000000000")
        assert len(await store.dispatch(tx, fleet.owner, [worded], now)) == int(has_written)
