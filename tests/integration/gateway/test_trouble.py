"""What goes wrong inside a gateway stays where it went wrong."""

import asyncio
from datetime import datetime
from uuid import uuid4

from structlog.testing import capture_logs

from hebah.devices.actions import held
from hebah.devices.model import Cause, DeviceState
from hebah.foundation.crashpoints import CrashPoints
from hebah.foundation.ids import make_id
from hebah.gateway.incoming import LinkEvent, MessageArrived
from hebah.gateway.leases import Lease, Tenure, WorkerFacts
from hebah.gateway.outgoing import NotWritten, Outgoing, SendOutcome
from hebah.gateway.receiver import Receiver
from hebah.inbox import reads as inbox
from hebah.messaging.said import MessageKind, Said
from tests.integration.gateway.fleet import Fleet
from tests.integration.gateway.links import IdleLink

PERSON = "+60123456789"


class RecordingLink(IdleLink):
    """A link that only remembers what was acknowledged."""

    def __init__(self) -> None:
        self.acknowledged: list[str] = []

    async def send(self, message: Outgoing) -> SendOutcome:
        return NotWritten("recording")

    async def acknowledge(self, event: LinkEvent) -> None:
        self.acknowledged.append(event.event_id)


async def a_lease(fleet: Fleet) -> Lease:
    """The right to act for the fleet's slot."""
    facts = WorkerFacts("host", 1, "test")
    tenure = Tenure(make_id(), facts.ttl)
    async with fleet.world.database.transaction() as tx:
        await tx.execute(
            "INSERT INTO worker VALUES ($1, '{gateway}', 'host', 1, 'test', now(), now() + interval '1 hour')",
            tenure.worker_id,
        )
        await tx.execute("UPDATE device SET wanted = 'on' WHERE id = $1", fleet.world.device_id)
        (device,) = await held.claim(tx, tenure.worker_id, ["simulated"], 1, fleet.world.clock.now())
    return Lease(device, tenure)


def arrived(number: int, at: datetime, *, wire_id: str | None = None, body: str = "hello") -> MessageArrived:
    return MessageArrived(
        event_id=f"event-{number}",
        chat=PERSON,
        sender=PERSON,
        wire_id=wire_id or f"WIRE{number}",
        at=at,
        from_me=False,
        said=Said(MessageKind.TEXT, body),
        sender_name="Siti\x00",
    )


async def bodies(fleet: Fleet) -> list[str]:
    async with fleet.world.database.connection() as connection:
        (chat,) = await inbox.chats(connection, fleet.world.workspace_id, fleet.world.device_id)
        found = await inbox.messages(connection, fleet.world.workspace_id, chat.id, limit=500)
        return [message.body for message in found]


async def test_an_event_that_cannot_be_stored_does_not_hold_up_the_others(fleet: Fleet) -> None:
    lease, link, now = await a_lease(fleet), RecordingLink(), fleet.world.clock.now()
    receiver = Receiver(fleet.world.database, fleet.world.clock, CrashPoints.none())
    with capture_logs() as logs:
        async with asyncio.TaskGroup() as group:
            group.create_task(receiver.run())
            for number in range(20):
                wire_id = "A\x00B" if number == 7 else None
                await receiver.put(lease, link, arrived(number, now, wire_id=wire_id))
            receiver.close()
    assert len(await bodies(fleet)) == 19
    assert sorted(link.acknowledged) == sorted(f"event-{number}" for number in range(20))
    assert receiver.quarantined == 2
    assert [entry["event_id"] for entry in logs if entry["event"] == "event_quarantined"] == ["event-7", "event-7"]


async def test_text_no_database_can_hold_is_stored_without_what_breaks_it(fleet: Fleet) -> None:
    lease, link, now = await a_lease(fleet), RecordingLink(), fleet.world.clock.now()
    receiver = Receiver(fleet.world.database, fleet.world.clock, CrashPoints.none())
    async with asyncio.TaskGroup() as group:
        group.create_task(receiver.run())
        await receiver.put(lease, link, arrived(1, now, body="a\x00b\ud800"))
        receiver.close()
    assert await bodies(fleet) == ["ab?"]
    assert receiver.quarantined == 0


async def test_what_a_lost_device_received_is_neither_stored_nor_acknowledged(fleet: Fleet) -> None:
    lease, link, now = await a_lease(fleet), RecordingLink(), fleet.world.clock.now()
    async with fleet.world.database.transaction() as tx:
        await tx.execute("UPDATE device SET owner = $1, epoch = epoch + 1", uuid4())
    receiver = Receiver(fleet.world.database, fleet.world.clock, CrashPoints.none())
    async with asyncio.TaskGroup() as group:
        group.create_task(receiver.run())
        await receiver.put(lease, link, arrived(1, now))
        receiver.close()
    async with fleet.world.database.connection() as connection:
        assert await inbox.chats(connection, fleet.world.workspace_id, fleet.world.device_id) == []
    assert link.acknowledged == []


async def test_a_fault_of_one_session_touches_no_other_and_heals(fleet: Fleet) -> None:
    ids = await fleet.add_devices(3)
    fleet.start()
    await fleet.link_all(ids)
    broken = ids[1]
    online = {device_id: (await fleet.device(device_id)).state_since for device_id in ids}

    with capture_logs() as logs:
        fleet.breaks_on_open.add(broken)
        fleet.network.cut(fleet.ref(broken))

        async def is_faulty() -> bool:
            return (await fleet.device(broken)).condition.cause == Cause.FAULT

        await fleet.until(is_faulty)
        fleet.breaks_on_open.clear()
        await fleet.until_state(DeviceState.ONLINE, broken)
    assert {entry["device_id"] for entry in logs if entry["event"] == "session_failed"} == {broken}
    for device_id in (ids[0], ids[2]):
        assert (await fleet.device(device_id)).state_since == online[device_id]
