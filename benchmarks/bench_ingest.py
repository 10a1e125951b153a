"""How many messages a second the inbox stores durably: message, chat, memory of what was seen, and event, committed.

As a gateway's receiver does it when it is behind: as many at once as it takes from many devices, each batch one
transaction, in a process that looks for garbage as a gateway's does. Two at a time, since a machine of this size runs
one or two gateways.
"""

import asyncio
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import uvloop
from runner import Metric, run, scratch

from hebah.app.migrate import migrate
from hebah.app.partitions import ensure_partitions
from hebah.foundation import garbage
from hebah.foundation.embedded_postgres import EmbeddedPostgres
from hebah.foundation.ids import make_id
from hebah.foundation.postgres import Database
from hebah.gateway.batches import MOST
from hebah.inbox.actions import messages as inbox
from hebah.inbox.model.messages import Arrived, ReceivedMessage
from hebah.messaging.said import MessageKind, Said

MESSAGES = 100_000
WARM = 10_000
DEVICES = 200
CHATS_PER_DEVICE = 25
WRITERS = 2
NOW = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
TEXT = "Assalamualaikum, boleh saya tahu harga untuk dua set? Saya berminat nak tempah minggu depan."


async def main(folder: Path) -> float:
    """One run on a fresh database with full durability."""
    with EmbeddedPostgres(folder) as server:
        await migrate(server.url)
        async with await Database.connect(server.url, max_connections=WRITERS) as db:
            await ensure_partitions(db, NOW)
            workspace_id, devices = await found_shop(db)
            await write(db, messages_of(workspace_id, devices, first=0, many=WARM))  # plans and caches are warm
            halves = [
                messages_of(workspace_id, devices[half::WRITERS], first=(half + 1) * 10**6, many=MESSAGES // WRITERS)
                for half in range(WRITERS)
            ]
            began = time.perf_counter()
            async with asyncio.TaskGroup() as writers:
                for half in halves:
                    writers.create_task(write(db, half))
            took = time.perf_counter() - began
            async with db.connection() as connection:
                stored = await connection.fetchval("SELECT count(*) FROM message")
            assert stored == MESSAGES + WARM
            return MESSAGES / took


async def write(db: Database, messages: Sequence[ReceivedMessage], now: datetime = NOW) -> None:
    """What the receiver does with arrivals, batch by batch."""
    for start in range(0, len(messages), MOST):
        async with db.transaction() as tx:
            unseen = await inbox.sift(tx, messages[start : start + MOST], now)
            await inbox.receive(tx, Arrived(tuple(unseen)), now)


async def found_shop(db: Database) -> tuple[UUID, list[UUID]]:
    """A workspace and its devices."""
    workspace_id, devices = make_id(), [make_id() for _ in range(DEVICES)]
    async with db.transaction() as tx:
        await tx.execute("INSERT INTO workspace (id, name, created_at) VALUES ($1, 'Shop', $2)", workspace_id, NOW)
        await tx.execute(
            "INSERT INTO device (workspace_id, id, name, transport, state_since, created_at)"
            " SELECT $1, id, 'Number', 'simulated', $3, $3 FROM unnest($2::uuid[]) AS id",
            workspace_id,
            devices,
            NOW,
        )
    return workspace_id, devices


def messages_of(workspace_id: UUID, devices: Sequence[UUID], *, first: int, many: int) -> list[ReceivedMessage]:
    """Traffic as it comes: neighbours belong to different devices and chats."""
    messages = []
    for number in range(first, first + many):
        address = f"+6012{number // len(devices) % CHATS_PER_DEVICE:07d}"
        messages.append(
            ReceivedMessage(
                workspace_id=workspace_id,
                device_id=devices[number % len(devices)],
                address=address,
                sender=address,
                wire_id=f"3EB0{number:018X}",
                at=NOW + timedelta(milliseconds=number % 10**6),
                from_me=False,
                said=Said(MessageKind.TEXT, TEXT),
            )
        )
    return messages


def once(_number: int) -> float:
    """A run."""
    garbage.settle()
    with scratch() as folder, asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(main(folder / "home"))


if __name__ == "__main__":
    run("ingest", Metric("ingest_rows_per_s", "messages/s", ">= 20000"), once)
