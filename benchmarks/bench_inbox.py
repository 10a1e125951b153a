"""What people wait for in an inbox of ten million messages: its list, a page of a chat, a search, and more arriving.

The shop is built once under `benchmarks/scratch` and used again; `--messages` makes a smaller one to develop with,
whose figures are printed and not kept. Everything is asked as the API asks it, with warm caches.
"""

import argparse
import asyncio
import os
import random
import statistics
import time
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import bench_ingest
import large_inbox
import uvloop
from large_inbox import Shop
from runner import FEWEST_RUNS, Metric, report

from hebah.app.migrate import migrate
from hebah.app.partitions import ensure_partitions
from hebah.foundation import garbage
from hebah.foundation.embedded_postgres import ClusterOptions, EmbeddedPostgres
from hebah.foundation.postgres import Connection, Database
from hebah.inbox import reads
from hebah.inbox.api.views import chat_views, message_views
from hebah.inbox.jobs import index_words
from hebah.inbox.model.messages import ReceivedMessage
from hebah.inbox.rules.finding import terms_of
from hebah.inbox.store import listing
from hebah.inbox.store.finding import Search
from hebah.inbox.store.listing import ChatFilter
from hebah.messaging.said import MessageKind, Said

SCRATCH = Path(__file__).parent / "scratch"
MESSAGES = 10_000_000
ARRIVALS = 50_000
ASKED = 200
PAGE = 50
_CHINESE = ["价钱", "订货", "送货", "老板", "现货", "什么时候", "付款", "便宜"]

CHATLIST = Metric("chatlist_p95_ms_10m", "ms", "<= 5")
HISTORY = Metric("history_p95_ms_10m", "ms", "<= 5")
SEARCH = Metric("search_p95_ms_10m", "ms", "<= 50")
INGEST = Metric("ingest_rows_per_s_10m", "messages/s", ">= 10000")


@dataclass(slots=True)
class Measured:
    """Values of each metric, one a run."""

    values: dict[Metric, list[float]] = field(default_factory=dict)

    def add(self, metric: Metric, value: float) -> None:
        """One more run."""
        self.values.setdefault(metric, []).append(value)
        print(f"{metric.name}: {value:,.2f} {metric.unit}", flush=True)


@dataclass(frozen=True, slots=True)
class Questions:
    """What is asked in one run, the same number of each kind."""

    filters: Sequence[ChatFilter]
    names: Sequence[ChatFilter]
    newest: Sequence[UUID]
    deep: Sequence[tuple[UUID, tuple[datetime, UUID]]]
    searches: dict[str, Sequence[Search]]


async def main(home: Path, shop: Shop, runs: int) -> Measured:
    """All of it on the shop's database, which is built when it is not there."""
    measured = Measured()
    with EmbeddedPostgres(home, ClusterOptions(shared_buffers="2GB")) as server:
        await migrate(server.url)
        async with await Database.connect(server.url, max_connections=bench_ingest.WRITERS) as db:
            await ensure_partitions(db, large_inbox.NOW)
            if not await _is_built(db, shop):
                await large_inbox.build(db, shop)
            while await index_words(db):  # the worker would have been here since the arrivals of an earlier run
                pass
            print(f"load average {os.getloadavg()[0]:.1f}", flush=True)
            await _measure_reads(db, shop, random.Random(0), Measured())  # caches and plans are warm from here on
            for number in range(runs):
                await _measure_reads(db, shop, random.Random(number), measured)
                print(f"load average {os.getloadavg()[0]:.1f}", flush=True)
            garbage.settle()
            for number in range(runs):
                measured.add(INGEST, await _arrivals(db, shop, number))
    return measured


async def _measure_reads(db: Database, shop: Shop, chance: random.Random, measured: Measured) -> None:
    async with db.connection() as connection:
        questions = await _questions(connection, shop, chance)
        user = shop.users[0]
        lists = [await _timed(_chat_list(connection, wanted, user)) for wanted in questions.filters]
        _percentiles(measured, CHATLIST, lists)
        by_name = [await _timed(_chat_list(connection, wanted, user)) for wanted in questions.names]
        _percentiles(measured, Metric("chatlist_by_name_p95_ms_10m", "ms"), by_name)
        pages = [await _timed(_page(connection, shop, chat_id, None)) for chat_id in questions.newest]
        pages += [await _timed(_page(connection, shop, chat_id, place)) for chat_id, place in questions.deep]
        _percentiles(measured, HISTORY, pages)
    for kind, searches in questions.searches.items():
        metric = SEARCH if kind == "words" else Metric(f"search_{kind}_p95_ms_10m", "ms")
        _percentiles(measured, metric, [await _timed(_search(db, wanted)) for wanted in searches])


async def _chat_list(connection: Connection, wanted: ChatFilter, user_id: UUID) -> None:
    pinned = [] if wanted.is_flat or wanted.archived else await listing.pinned(connection, wanted)
    ids = await listing.newest(connection, wanted, None, PAGE)
    await chat_views(connection, wanted.workspace_id, [*pinned, *ids])
    await listing.counts(connection, wanted.workspace_id, wanted.device_ids, user_id)


async def _page(connection: Connection, shop: Shop, chat_id: UUID, place: tuple[datetime, UUID] | None) -> None:
    found = await reads.messages(connection, shop.workspace_id, chat_id, before=place, limit=PAGE)
    await message_views(connection, shop.workspace_id, found)


async def _search(db: Database, wanted: Search) -> None:
    async with db.transaction() as tx:
        found = await reads.search(tx, wanted, None, PAGE)
        await message_views(tx, wanted.workspace_id, found)
        await chat_views(tx, wanted.workspace_id, list({message.chat_id for message in found}))


async def _timed(answer: Awaitable[None]) -> float:
    began = time.perf_counter()
    await answer
    return (time.perf_counter() - began) * 1000


def _percentiles(measured: Measured, metric: Metric, took: Sequence[float]) -> None:
    ordered = sorted(took)
    measured.add(metric, ordered[int(len(ordered) * 0.95)])
    measured.add(Metric(metric.name.replace("p95", "p50"), metric.unit), statistics.median(ordered))


async def _questions(connection: Connection, shop: Shop, chance: random.Random) -> Questions:
    chats = chance.choices(range(len(shop.chats)), k=ASKED)
    large = chance.choices(range(min(500, len(shop.chats))), k=ASKED)
    return Questions(
        filters=[_filter(shop, chance, number) for number in range(ASKED)],
        names=[ChatFilter(shop.workspace_id, q=chance.choice(shop.vocabulary[200:8000])) for _ in range(20)],
        newest=[shop.chats[chat] for chat in chats[: ASKED // 2] + large[: ASKED // 2]],
        deep=[(shop.chats[chat], await _deep(connection, shop, shop.chats[chat], chance)) for chat in large],
        searches={
            "words": [Search(shop.workspace_id, terms_of(words + " ")) for words in _words(shop, chance)],
            "of_device": [
                Search(shop.workspace_id, terms_of(words + " "), device_ids=(chance.choice(shop.devices),))
                for words in _words(shop, chance)
            ],
            "prefix": [Search(shop.workspace_id, terms_of(words[:4])) for words in _words(shop, chance)],
            "chinese": [
                Search(shop.workspace_id, terms_of(words))
                for words in chance.choices(
                    ["价钱", "订货", "送货", "老板", "现货", "什么时候", "付款", "便宜"], k=ASKED // 4
                )
            ],
        },
    )


def _filter(shop: Shop, chance: random.Random, number: int) -> ChatFilter:
    """As people click: all, unread, mine, one number, a label, a few numbers of an agent."""
    workspace_id = shop.workspace_id
    return (
        ChatFilter(workspace_id),
        ChatFilter(workspace_id, unread=True),
        ChatFilter(workspace_id, device_ids=(chance.choice(shop.devices),)),
        ChatFilter(workspace_id, assigned_to=shop.users[0]),
        ChatFilter(workspace_id, label_id=chance.choice(shop.labels)),
        ChatFilter(workspace_id, device_ids=tuple(chance.sample(shop.devices, 20))),
        ChatFilter(workspace_id, unread=True, unassigned=True),
        ChatFilter(workspace_id, archived=True),
    )[number % 8]


def _words(shop: Shop, chance: random.Random) -> Sequence[str]:
    """One word or two: as often seldom as frequent ones, by their place among the 30,000."""
    last = len(shop.vocabulary) - 1
    latin = [word for word in shop.vocabulary if word.isascii()]
    return [
        " ".join(latin[min(int(last ** chance.random()), len(latin) - 1)] for _ in range(1 + number % 2))
        for number in range(ASKED)
    ]


async def _deep(connection: Connection, shop: Shop, chat_id: UUID, chance: random.Random) -> tuple[datetime, UUID]:
    at = large_inbox.NOW - (large_inbox.NOW - large_inbox.FIRST) * chance.random()
    row = await connection.fetchrow(
        "SELECT at, id FROM message WHERE workspace_id = $1 AND chat_id = $2 AND at <= $3"
        " ORDER BY at DESC, id DESC LIMIT 1",
        shop.workspace_id,
        chat_id,
        at,
    )
    return (at, UUID(int=0)) if row is None else (row["at"], row["id"])


async def _arrivals(db: Database, shop: Shop, number: int) -> float:
    """Messages a second, as the receiver stores them, from people the shop knows."""
    chance = random.Random(time.time_ns())
    weights, now = shop.weights, large_inbox.NOW + timedelta(hours=number)
    halves: list[list[ReceivedMessage]] = [[] for _ in range(bench_ingest.WRITERS)]
    for arrival, chat in enumerate(chance.choices(range(len(shop.chats)), cum_weights=weights, k=ARRIVALS)):
        device = shop.device_of[chat]
        halves[device % bench_ingest.WRITERS].append(
            ReceivedMessage(
                workspace_id=shop.workspace_id,
                device_id=shop.devices[device],
                address=shop.address(chat),
                sender=shop.address(chat),
                wire_id=f"3EB0{chance.getrandbits(64):016X}",
                at=now + timedelta(milliseconds=arrival),
                from_me=False,
                said=Said(MessageKind.TEXT, bench_ingest.TEXT),
            )
        )
    began = time.perf_counter()
    async with asyncio.TaskGroup() as writers:
        for half in halves:
            writers.create_task(bench_ingest.write(db, half, now))
    return ARRIVALS / (time.perf_counter() - began)


async def _is_built(db: Database, shop: Shop) -> bool:
    async with db.connection() as connection:
        held = await connection.fetchval(
            "SELECT sum(reltuples) FROM pg_class WHERE relname ~ '^message_20[0-9_]+$' AND relkind = 'r'"
        )
        chats = await connection.fetchval("SELECT count(*) FROM chat")
    return chats > 0 and float(held or 0) > shop.messages * 0.95


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--messages", type=int, default=MESSAGES)
    options.add_argument("--runs", type=int, default=FEWEST_RUNS)
    chosen = options.parse_args()
    SCRATCH.mkdir(exist_ok=True)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as loop:
        found = loop.run(main(SCRATCH / f"inbox-{chosen.messages}", large_inbox.shop_of(chosen.messages), chosen.runs))
    if chosen.messages == MESSAGES:
        report("inbox", found.values)
