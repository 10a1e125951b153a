import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import asyncpg
import pytest

from hebah.app.settings import Settings
from hebah.app.wiring import session_of
from hebah.devices.actions import held, slots
from hebah.devices.model import Cause, Condition, DeviceState, Report
from hebah.foundation.crashpoints import CrashPoints
from hebah.foundation.postgres import Connection, Database, StorageUnreachable
from hebah.gateway.leases import Lease, Leases, WorkerFacts, expire_process, expire_worker
from tests.integration.gateway.fleet import QUICK, Fleet

TTL = timedelta(seconds=3)


@asynccontextmanager
async def worker(
    fleet: Fleet, *, ttl: timedelta = TTL, pid: int = 1, transports: Sequence[str] = ("simulated",)
) -> AsyncIterator[Leases]:
    """A gateway's leases without the rest of it."""
    async with await Database.connect(fleet.url, max_connections=2) as beats:
        leases = Leases(
            beats,
            fleet.world.database,
            fleet.world.clock,
            WorkerFacts(f"host-{pid}", pid, "test", ttl),
            transports=transports,
            crashpoint=CrashPoints.none(),
        )
        await leases.register()
        yield leases


async def linked(fleet: Fleet, count: int, transport: str = "simulated") -> list[UUID]:
    """Slots that were linked some time ago and are wanted online."""
    ids = await fleet.add_devices(count)
    async with fleet.world.database.transaction() as tx:
        await tx.execute(
            "UPDATE device SET state = 'connecting', transport = $2, wanted = 'on', linked_at = state_since,"
            " phone = '+6011' || right(id::text, 6) WHERE id = ANY($1::uuid[])",
            ids,
            transport,
        )
    return ids


def online(lease: Lease) -> Report:
    return Report(lease.holding, Condition(DeviceState.ONLINE, "opened"))


async def report(fleet: Fleet, leases: list[Lease]) -> list[bool]:
    owner = leases[0].holding.owner
    return await held.report(fleet.world.database, owner, [online(lease) for lease in leases], fleet.world.clock.now())


async def test_two_gateways_share_devices_fairly(fleet: Fleet) -> None:
    await linked(fleet, 9)
    async with worker(fleet) as first, worker(fleet, pid=2) as second:
        mine, theirs = (await first.look()).gained, (await second.look()).gained
    assert sorted([len(mine), len(theirs)]) == [4, 5]
    assert not {lease.device_id for lease in mine} & {lease.device_id for lease in theirs}


async def test_a_gateway_that_joins_gets_its_share_little_by_little(fleet: Fleet) -> None:
    await linked(fleet, 30)
    async with worker(fleet) as first:
        assert len((await first.look()).gained) == 30
        async with worker(fleet, pid=2) as second:
            surplus = (await first.look()).surplus
            assert len(surplus) == 10
            await first.release(surplus)
            assert len((await second.look()).gained) == 10
            await first.release((await first.look()).surplus)
            await second.look()
            assert (await first.look()).surplus == []


async def test_a_gateway_that_reaches_one_transport_only_neither_starves_nor_takes_too_much(fleet: Fleet) -> None:
    await linked(fleet, 8, "simulated")
    await linked(fleet, 6, "companion")
    async with (
        worker(fleet, transports=("simulated", "companion")) as both,
        worker(fleet, pid=2) as simulated_only,
    ):
        gained = Counter(lease.device.transport for lease in (await both.look()).gained)
        assert gained == {"simulated": 4, "companion": 6}  # nobody else can hold linked devices
        assert len((await simulated_only.look()).gained) == 4
        assert [(await one.look()).surplus for one in (both, simulated_only)] == [[], []]


async def test_only_the_transport_that_is_held_too_much_is_handed_over_and_few_at_a_time(fleet: Fleet) -> None:
    await linked(fleet, 30, "simulated")
    await linked(fleet, 3, "companion")
    async with worker(fleet, transports=("simulated", "companion")) as both:
        assert len((await both.look()).gained) == 33
        async with worker(fleet, pid=2) as simulated_only:
            handed_over = []
            for _ in range(3):
                changes = await both.look()
                assert len(changes.surplus) <= 10
                handed_over += changes.surplus
                await both.release(changes.surplus)
                await simulated_only.look()
    assert Counter(lease.device.transport for lease in handed_over) == {"simulated": 15}


async def test_a_dead_gateways_devices_are_taken_over_and_what_it_still_writes_is_refused(fleet: Fleet) -> None:
    ids = await linked(fleet, 4)
    async with worker(fleet) as first, worker(fleet, pid=2) as second:
        old = (await first.look()).gained + (await second.look()).gained
        await expire_worker(fleet.world.database, first.worker_id)
        new = (await second.look()).gained
        assert {lease.device_id for lease in new} == {
            lease.device_id for lease in old if lease.holding.owner == first.worker_id
        }
        epochs = {lease.device_id: lease.epoch for lease in old}
        assert all(lease.epoch == epochs[lease.device_id] + 1 for lease in new)
        stale = [lease for lease in old if lease.holding.owner == first.worker_id]
        assert await report(fleet, stale) == [False, False]
        assert await report(fleet, new) == [True, True]
        assert (await first.look()).gained == []
    assert len(ids) == 4


async def test_a_reaped_process_is_free_at_once_whatever_it_was_called(fleet: Fleet) -> None:
    await linked(fleet, 2)
    async with worker(fleet, pid=7) as first, worker(fleet, pid=8) as second:
        await first.look()
        await expire_process(fleet.world.database, "host-7", 7)
        assert len((await second.look()).gained) == 2


async def test_a_gateway_that_cannot_renew_stops_by_itself_and_begins_anew_under_another_name(fleet: Fleet) -> None:
    await linked(fleet, 2)
    async with worker(fleet) as leases:
        (lease, _) = (await leases.look()).gained
        assert lease.is_valid()
        former = leases.worker_id
        await expire_worker(fleet.world.database, former)
        await leases.beat()
        assert not lease.is_valid()
        assert (await leases.look()).gained == []
        assert len(leases.end_tenure()) == 2
        await leases.register()
        assert leases.worker_id != former
        again = (await leases.look()).gained
        assert {each.epoch for each in again} == {lease.epoch + 1}


async def test_a_device_taken_away_by_its_people_is_noticed(fleet: Fleet) -> None:
    (device_id, other) = await linked(fleet, 2)
    async with worker(fleet) as leases:
        await leases.look()
        world = fleet.world
        await slots.stop(world.database, world.clock, world.owner, device_id)
        changes = await leases.look()
        assert [lease.device_id for lease in changes.lost] == [device_id]
        assert changes.gained == []
        await slots.start(world.database, world.clock, world.owner, device_id)
        assert [lease.device_id for lease in (await leases.look()).gained] == [device_id]
        await slots.stop(world.database, world.clock, world.owner, other)
        await slots.start(world.database, world.clock, world.owner, other)
        again = await leases.look()
        assert [lease.device_id for lease in again.gained] == [other]
        assert [lease.device_id for lease in again.lost] == [other]


async def test_a_stopping_gateway_hands_over_without_any_wait(fleet: Fleet) -> None:
    (device_id,) = await linked(fleet, 1)
    async with worker(fleet) as first, worker(fleet, pid=2) as second:
        gained = (await first.look()).gained or (await second.look()).gained
        holder, other = (first, second) if gained[0].holding.owner == first.worker_id else (second, first)
        await report(fleet, gained)
        await holder.retire()
        device = await fleet.device(device_id)
        assert (device.condition.state, device.condition.cause) == (DeviceState.CONNECTING, Cause.HANDED_OVER)
        assert [lease.device_id for lease in (await other.look()).gained] == [device_id]


async def test_only_devices_of_known_transports_are_taken(fleet: Fleet) -> None:
    (device_id,) = await linked(fleet, 1)
    async with fleet.world.database.transaction() as tx:
        await tx.execute("UPDATE device SET transport = 'other' WHERE id = $1", device_id)
    async with worker(fleet) as leases:
        assert (await leases.look()).gained == []


async def test_an_unregistered_owner_can_claim_nothing(fleet: Fleet) -> None:
    await linked(fleet, 1)
    async with fleet.world.database.transaction() as tx:
        assert await held.claim(tx, uuid4(), ["simulated"], 10, fleet.world.clock.now()) == []


async def test_running_gateways_share_and_the_survivor_takes_all(fleet: Fleet) -> None:
    ids = await fleet.add_devices(6)
    first = fleet.start()
    await fleet.link_all(ids)
    fleet.start()

    async def owners() -> Counter[UUID | None]:
        return Counter([(await fleet.device(device_id)).owner for device_id in ids])

    async def are_shared() -> bool:
        return sorted((await owners()).values()) == [3, 3] and None not in await owners()

    await fleet.until(are_shared)
    for device_id in ids:
        await fleet.until_state(DeviceState.ONLINE, device_id)
    before = {device_id: await fleet.device(device_id) for device_id in ids}
    owner_of_first = before[ids[0]].owner
    assert owner_of_first is not None
    await first.kill()
    for owner in {device.owner for device in before.values() if device.owner is not None}:
        # Only the killed one's is without a heartbeat; its supervisor would know its name.
        if await _is_without_links(fleet, [device_id for device_id in ids if before[device_id].owner == owner]):
            await expire_worker(fleet.world.database, owner)

    async def has_one_owner() -> bool:
        return len(await owners()) == 1 and None not in await owners()

    await fleet.until(has_one_owner)
    for device_id in ids:
        device = await fleet.until_state(DeviceState.ONLINE, device_id)
        moved = device.owner != before[device_id].owner
        assert device.epoch == before[device_id].epoch + moved


async def test_a_gateway_whose_lease_lapsed_closes_its_links_and_takes_them_up_again(fleet: Fleet) -> None:
    fleet.start(replace(QUICK, lease_ttl=timedelta(seconds=4)))
    await fleet.link()
    before = await fleet.device()
    assert before.owner is not None
    await expire_worker(fleet.world.database, before.owner)

    async def is_held_anew() -> bool:
        device = await fleet.device()
        return device.owner not in {None, before.owner} and device.condition.state is DeviceState.ONLINE

    await fleet.until(is_held_anew)
    assert (await fleet.device()).epoch == before.epoch + 1


async def test_a_gateway_whose_heartbeat_gets_no_answer_closes_its_links_in_time(fleet: Fleet) -> None:
    fleet.start(replace(QUICK, lease_ttl=timedelta(seconds=4)))
    await fleet.link()
    before = await fleet.device()

    async def is_closed() -> bool:
        return not fleet.slot().is_open

    async with fleet.world.database.transaction() as tx:
        await tx.execute("SELECT FROM worker WHERE id = $1 FOR UPDATE", before.owner)
        await fleet.until(is_closed)
        assert await tx.fetchval("SELECT expires_at > clock_timestamp() FROM worker WHERE id = $1", before.owner)

    async def is_held_anew() -> bool:
        device = await fleet.device()
        return device.epoch > before.epoch and device.condition.state is DeviceState.ONLINE

    await fleet.until(is_held_anew)


async def _is_without_links(fleet: Fleet, device_ids: list[UUID]) -> bool:
    await asyncio.sleep(0)
    return not any(fleet.slot(device_id).is_open for device_id in device_ids)


async def test_a_gateway_that_is_slow_to_hand_back_does_not_begin_anew(fleet: Fleet) -> None:
    [device_id] = ids = await fleet.add_devices(1)
    gateway = fleet.start(replace(QUICK, lease_ttl=timedelta(seconds=1)))
    await fleet.link_all(ids)
    async with await Database.connect(fleet.url, max_connections=1) as other, other.transaction() as tx:
        await tx.execute("SELECT FROM device WHERE id = $1 FOR UPDATE", device_id)
        gateway.stop.set()
        # Every heartbeat after the hand-over began would keep somebody alive.
        await fleet.until(lambda: no_gateway_lives(tx))
    await gateway.end()
    assert (await fleet.device(device_id)).owner is None


async def no_gateway_lives(connection: Connection) -> bool:
    living = "SELECT count(*) FROM worker WHERE expires_at > clock_timestamp()"
    return int(await connection.fetchval(living)) == 0


async def test_a_gateway_that_stands_still_in_a_transaction_keeps_its_devices_no_longer_than_its_lease(
    fleet: Fleet,
) -> None:
    await linked(fleet, 1)
    session = session_of(Settings(lease_ttl=timedelta(seconds=1)))
    async with (
        worker(fleet) as first,
        worker(fleet, pid=2) as second,
        await Database.connect(fleet.url, session=session) as of_first,
    ):
        assert (await first.look()).gained
        with pytest.raises(StorageUnreachable):
            await take_over_in_the_midst_of_a_transaction(of_first, first, second)


async def test_a_gateway_that_stands_still_in_a_statement_keeps_its_devices_no_longer_than_a_lease(
    fleet: Fleet,
) -> None:
    await linked(fleet, 1)
    async with worker(fleet) as first, worker(fleet, pid=2, ttl=timedelta(seconds=1)) as second:
        assert (await first.look()).gained
        of_first = await asyncpg.connect(fleet.url)
        try:
            await of_first.execute("BEGIN")
            await of_first.execute("SELECT FROM device FOR NO KEY UPDATE")
            await of_first.prepare("SELECT 1")  # the server now waits to be told to run it
            await expire_worker(fleet.world.database, first.worker_id)
            await take_over(second)
        finally:
            of_first.terminate()


async def take_over_in_the_midst_of_a_transaction(of_first: Database, first: Leases, second: Leases) -> None:
    async with of_first.transaction() as tx:
        await tx.execute("SELECT FROM device FOR NO KEY UPDATE")  # as every claim of messages does
        await expire_worker(of_first, first.worker_id)
        await take_over(second)


async def take_over(by: Leases) -> None:
    async with asyncio.timeout(30):
        while not (await by.look()).gained:
            await by.beat()
            await asyncio.sleep(0.02)
