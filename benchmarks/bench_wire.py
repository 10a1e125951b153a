"""What linked devices cost over the wire: memory, time to connect, CPU of each part for a message, and how fast it is.

The real library talks to the test network on this machine, whose own share of the two cores is in no figure but in the
speeds. PostgreSQL is fully durable. `wire_latency` has a benchmark of its own beside this one.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from random import Random

import uvloop
from runner import FEWEST_RUNS, Metric, report, scratch
from wire_shop import Parts, WireShop, cpu_s, open_shop, pss_kb, until

from hebah.campaigns import actions as campaigns
from hebah.campaigns.model import AudienceRule, Campaign, CampaignDraft
from hebah.foundation.clock import SystemClock
from hebah.outbox import reads as outbox
from tests.crash.wire.adoption import add_leads
from tests.crash.wire.gateways import Gateways
from tests.network.accounts import Behaviour

FLEET = 3000
SENDS = {1: 200, 20: 1000, 200: 2000}
RECEIVES = {1: 400, 20: 3000, 200: 4000}
FIRST_RECIPIENT, FIRST_WRITER = "60130000001", "60140000001"
WRITERS_A_NUMBER = 2
SETTLED_AFTER_S = 20.0
FAST = 100_000.0

Figures = dict[Metric, float]
TARGETS = {"send_known": "<= 1.6", "send_new": "<= 3.5", "receive": "<= 1.5"}


@dataclass(frozen=True, slots=True)
class Course:
    """What a number of messages has cost: CPU milliseconds for each, and how many a second."""

    parts: Parts
    network: float
    per_second: float


async def fleet(folder: Path) -> Figures:
    """3,000 numbers: connected, at rest, killed, and back."""
    found: Figures = {}
    async with open_shop(folder, FLEET) as shop:
        began = time.perf_counter()
        async with shop.open_gateways() as gateways:
            await shop.all_online()
            found[Metric("wire_connect_3000_s", "s", "<= 30")] = time.perf_counter() - began
            await asyncio.sleep(SETTLED_AFTER_S)
            memory = shop.memory(gateways)
            found[Metric("wire_kb_per_device_3000", "KB", "<= 200")] = (memory.gateway + memory.companions) / FLEET
            found[Metric("wire_kb_per_device_3000_gateway", "KB")] = memory.gateway / FLEET
            found[Metric("wire_kb_per_device_3000_companions", "KB")] = memory.companions / FLEET
            found[Metric("wire_mb_3000_postgres", "MB")] = memory.postgres / 1024
            found[Metric("wire_mb_3000_network", "MB")] = pss_kb(shop.network_pid) / 1024
            began = time.perf_counter()
            await gateways.kill_gateway(Random(1))
            await shop.all_online(epoch=2)
            found[Metric("wire_recover_3000_s", "s", "<= 30")] = time.perf_counter() - began
    return found


async def messages(folder: Path, numbers: int) -> Figures:
    """So many numbers send to people they do not know, to the same people again, and receive."""
    found: Figures = {}
    async with open_shop(folder, numbers) as shop, shop.open_gateways() as gateways:
        await shop.all_online()
        await shop.network.people(FIRST_RECIPIENT, SENDS[numbers], Behaviour(delivers=False))
        phones = [f"+{int(FIRST_RECIPIENT) + place}" for place in range(SENDS[numbers])]
        await add_leads(shop.db, shop.shop, phones, SystemClock().now())
        for what in ("send_new", "send_known"):
            goal = await sent(shop) + SENDS[numbers]
            launched = await launch(shop)
            course = await measured(shop, gateways, partial(sent, shop), partial(send, shop, launched, goal))
            found |= figures(what, numbers, course)
        writers = WRITERS_A_NUMBER * numbers
        await shop.network.people(FIRST_WRITER, writers)
        await receive(shop, writers, writers, "WARM")
        async with shop.db.connection() as connection:
            await connection.execute("ANALYZE")  # as the server does by itself after a minute
        receiving = partial(receive, shop, writers, RECEIVES[numbers])
        course = await measured(shop, gateways, partial(delivered, shop), receiving)
        found |= figures("receive", numbers, course)
    return found


async def measured(
    shop: WireShop, gateways: Gateways, count: Callable[[], Awaitable[int]], course: Callable[[], Awaitable[None]]
) -> Course:
    """Let it happen, and share out what it has cost."""
    counted, network = await count(), cpu_s(shop.network_pid)
    before, began = shop.cpu(gateways), time.perf_counter()
    await course()
    took, parts = time.perf_counter() - began, shop.cpu(gateways)
    many = await count() - counted
    return Course(parts.since(before, many), 1000 * (cpu_s(shop.network_pid) - network) / many, many / took)


def figures(what: str, numbers: int, course: Course) -> Figures:
    """The goals are for 20 numbers; the others and the parts are there to see where it goes."""
    is_goal = numbers == 20
    name = f"wire_cpu_ms_{what}" + ("" if is_goal else f"_{numbers}")
    found = {
        Metric(name, "ms", TARGETS[what] if is_goal else ""): course.parts.total,
        Metric(f"{name}_gateway", "ms"): course.parts.gateway,
        Metric(f"{name}_companion", "ms"): course.parts.companions,
        Metric(f"{name}_postgres", "ms"): course.parts.postgres,
        Metric(f"{name}_network", "ms"): course.network,
    }
    speed = {"send_known": "sends", "send_new": "sends_new", "receive": "receives"}[what]
    target = ">= 600" if is_goal and what == "send_known" else ""
    return found | {Metric(f"wire_{speed}_per_s_{numbers}", "messages/s", target): course.per_second}


async def launch(shop: WireShop) -> Campaign:
    """A campaign to everybody, without a gap."""
    clock = SystemClock()
    draft = CampaignDraft(
        name="Benchmark",
        body="Salam {{name}}, ada promosi hujung minggu ini.",
        media_id=None,
        audience=AudienceRule(),
        starts_at=None,
        gap_min_s=0.0,
        gap_max_s=0.0,
    )
    written = await campaigns.create(shop.db, clock, shop.shop.owner, draft)
    return await campaigns.launch(shop.db, clock, shop.shop.owner, written.id, written.version)


async def send(shop: WireShop, campaign: Campaign, goal: int) -> None:
    """Wait until the network has got so many, and every recipient has an outcome."""

    async def is_sent() -> bool:
        return await sent(shop) >= goal

    await until(is_sent)
    await until(partial(is_settled, shop, campaign))


async def sent(shop: WireShop) -> int:
    """How many messages the network has got."""
    return (await shop.network.stats())["sent"]


async def is_settled(shop: WireShop, campaign: Campaign) -> bool:
    """Whether every recipient has an outcome."""
    async with shop.db.connection() as connection:
        return not await outbox.open_rows(connection, campaign.workspace_id, [campaign.id])


async def receive(shop: WireShop, writers: int, many: int, prefix: str = "IN") -> None:
    """People write as fast as they can, until everything is stored and acknowledged."""
    goal = await delivered(shop) + many
    phones = [number.phone for number in shop.shop.numbers]
    await shop.network.pour(FIRST_WRITER, writers, phones, many, FAST, prefix)

    async def is_delivered() -> bool:
        return bool(await shop.network.delivered(goal - 1))

    await until(is_delivered)


async def delivered(shop: WireShop) -> int:
    """How many messages the numbers have acknowledged."""
    return len(await shop.network.delivered())


def run_apart(course: Callable[[Path], Awaitable[Figures]]) -> Figures:
    """One course on fresh ground."""
    with scratch() as folder, asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(_begun(course, folder))


async def _begun(course: Callable[[Path], Awaitable[Figures]], folder: Path) -> Figures:
    return await course(folder)


COURSES: tuple[Callable[[Path], Awaitable[Figures]], ...] = (
    *(partial(messages, numbers=numbers) for numbers in SENDS),
    fleet,
)


def main() -> None:
    """Everything, several times, then the report."""
    measured: dict[Metric, list[float]] = {}
    for _ in range(FEWEST_RUNS):
        for course in COURSES:
            for metric, value in run_apart(course).items():
                measured.setdefault(metric, []).append(value)
                print(f"{metric.name}: {value:,.2f} {metric.unit}", flush=True)
    report("wire", measured)


if __name__ == "__main__":
    main()
