"""The work on archives: killed, cancelled, taken back, forgotten."""

from __future__ import annotations

import asyncio
import os
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from hebah.archives import jobs
from hebah.archives.jobs import BATCH_ROWS
from hebah.foundation import eventlog
from hebah.foundation.clock import ManualClock
from hebah.messaging.said import MessageKind, Said
from tests.integration.archives.counter import EXPORT, Counter, local, long_export


class Killed(BaseException):
    """As abrupt as a kill: nothing of ours handles it."""


async def test_a_worker_that_dies_loses_and_doubles_nothing(counter: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    text = long_export(3 * BATCH_ROWS + 20)
    checked = await counter.check(await counter.uploaded(text))
    await counter.browser.post(f"/api/archives/{checked['id']}/run")
    record, left = eventlog.record, [2]

    async def dying(*arguments: Any) -> None:
        left[0] -= 1
        await record(*arguments)
        if left[0] == 0:
            # The second batch is written and not committed.
            raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(eventlog, "record", dying)
        with pytest.raises(Killed):
            await jobs.run_archives(counter.desk)
    halfway = await counter.get(checked)
    assert (halfway["state"], halfway["rowsDone"]) == ("running", BATCH_ROWS)

    await jobs.run_archives(counter.desk)
    finished = await counter.get(checked)
    assert (finished["state"], finished["counts"]["added"]) == ("finished", 3 * BATCH_ROWS + 20)
    async with counter.desk.db.connection() as connection:
        rows = await connection.fetch("SELECT body FROM message ORDER BY at, id")
    assert [row["body"] for row in rows] == [f"Line {number}" for number in range(3 * BATCH_ROWS + 20)]


async def test_a_cancelled_import_stops_and_can_be_taken_back(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked = await counter.check(await counter.uploaded(long_export(3 * BATCH_ROWS)))
    await counter.browser.post(f"/api/archives/{checked['id']}/run")
    record = eventlog.record

    async def cancelling(*arguments: Any) -> None:
        await record(*arguments)
        monkeypatch.setattr(eventlog, "record", record)
        asking.append(asyncio.create_task(counter.browser.post(f"/api/archives/{checked['id']}/cancel")))

    asking: list[asyncio.Task[httpx.Response]] = []
    monkeypatch.setattr(eventlog, "record", cancelling)
    await jobs.run_archives(counter.desk)
    assert (await asking[0]).status_code == 200
    cancelled = await counter.get(checked)
    assert cancelled["state"] == "cancelled"
    assert 0 < cancelled["rowsDone"] < 3 * BATCH_ROWS
    removed = await counter.do(cancelled, "remove")
    assert (removed["state"], removed["removed"]) == ("removed", cancelled["counts"]["added"])
    assert await counter.chats() == []


async def test_taking_back_deletes_exactly_what_the_file_has_brought(counter: Counter) -> None:
    await counter.receive(
        (local(2025, 12, 24, 9, 2), False, Said(MessageKind.TEXT, "ok")),
        (local(2025, 12, 24, 9, 30), False, Said(MessageKind.TEXT, "Hello?")),
    )
    before = await counter.chat()
    (chat,) = await counter.chats()
    other = await counter.bring_in("23/12/2025, 08:00 - Mei Ling: Earlier\n", me="")
    brought = await counter.bring_in(EXPORT)
    assert (await counter.chats())[0]["last"]["deleted"] is True
    removed = await counter.do(brought, "remove")
    assert (removed["state"], removed["removed"]) == ("removed", 6)
    assert [one["body"] for one in await counter.chat()] == ["Earlier", "ok", "Hello?"]
    await counter.do(other, "remove")
    assert await counter.chat() == before
    (after,) = await counter.chats()
    assert after["last"] == chat["last"]
    # And what was taken back may come again.
    assert (await counter.bring_in(EXPORT))["counts"]["added"] == 6


async def test_a_file_that_nobody_goes_on_with_is_forgotten_after_a_week(counter: Counter, clock: ManualClock) -> None:
    found = await counter.uploaded(EXPORT)
    (file,) = (counter.desk.uploads / "archives").iterdir()
    os.utime(file, times=(clock.now().timestamp(), clock.now().timestamp()))
    await clock.advance(timedelta(days=6))
    assert await jobs.forget_archives(counter.desk) == 0
    await clock.advance(timedelta(days=2))
    assert await jobs.forget_archives(counter.desk) == 1
    async with counter.desk.db.connection() as connection:
        state = await connection.fetchval("SELECT state FROM archive WHERE id = $1", UUID(found["id"]))
    assert state == "cancelled"
    assert list((counter.desk.uploads / "archives").iterdir()) == []
