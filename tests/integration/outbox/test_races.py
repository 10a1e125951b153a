"""Everything that touches outbox rows, at the same time, on several connections."""

import asyncio
from collections import Counter
from random import Random
from uuid import UUID

import pytest

from hebah.messaging.status import Delivery
from hebah.outbox import actions, reads
from hebah.outbox.actions import News
from hebah.outbox.model import Dispatch, OutboxState, Receipt
from tests.integration.outbox.fleet import Fleet, answer_to

DEVICES, PEOPLE = 6, 8
OUTCOMES = (OutboxState.ACCEPTED, OutboxState.ACCEPTED, OutboxState.UNKNOWN, OutboxState.FAILED)


class Traffic:
    """A campaign under way: who was handed out, and every way in which that may end."""

    def __init__(self, fleet: Fleet, seed: int) -> None:
        self.fleet = fleet
        self.random = Random(seed)
        self.handed_out: list[Dispatch] = []
        self.is_half_way = asyncio.Event()

    async def send(self, device: UUID) -> None:
        """A gateway: claim, send, settle; now and then the receipts and the answer come first."""
        while dispatches := (await self.fleet.claim(device)).dispatches:
            self.handed_out += dispatches
            if len(self.handed_out) > DEVICES * PEOPLE // 2:
                self.is_half_way.set()
            to = self.random.choice(OUTCOMES)
            code = None if to is OutboxState.ACCEPTED else "because"
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self.fleet.settle(dispatches, to, code))
                for dispatch in self.random.sample(self.handed_out, min(3, len(self.handed_out))):
                    tasks.create_task(self.hear(dispatch))

    async def hear(self, dispatch: Dispatch) -> None:
        workspace_id, now = self.fleet.workspace_id, self.fleet.clock.now()
        device_id = dispatch.device.device_id
        receipt = Receipt(workspace_id, device_id, (dispatch.wire_id,), self.random.choice(list(Delivery)), now)
        reply = answer_to(dispatch, now)
        news = News([receipt], [reply], [reply] if self.random.random() < 0.3 else [])
        async with self.fleet.database.transaction() as tx:
            await actions.hear(tx, news, now)


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_whatever_happens_together_every_person_gets_at_most_one_message_and_all_add_up(
    fleet: Fleet, seed: int
) -> None:
    devices = [await fleet.add_device() for _ in range(DEVICES)]
    people = [await fleet.add_lead(device) for device in devices for _ in range(PEOPLE)]
    campaigns = [await fleet.launch("One"), await fleet.launch("Two")]
    traffic = Traffic(fleet, seed)

    async def cancel() -> None:
        await traffic.is_half_way.wait()
        async with fleet.database.transaction() as tx:
            await actions.close_stream(tx, fleet.workspace_id, campaigns[1], "campaign_cancelled", fleet.clock.now())

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(cancel())
        for device in devices:
            tasks.create_task(traffic.send(device))

    sent = Counter((dispatch.campaign_id, dispatch.contact_id) for dispatch in traffic.handed_out)
    assert set(sent.values()) == {1}
    async with fleet.database.connection() as connection:
        groups = await reads.groups_of(connection, fleet.workspace_id, campaigns)
        broken = await reads.broken_conservation(connection, fleet.workspace_id)
    assert [group.recipients for group in groups.values()] == [len(people)] * 2
    assert sum(group.sending for group in groups.values()) == 0
    assert broken == []
