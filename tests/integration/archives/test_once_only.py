"""However often and from wherever a message comes, it is there once."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

from hebah.archives import jobs
from hebah.messaging.said import MediaFacts, MessageKind, Said
from tests.integration.archives.counter import EXPORT, Counter, local


async def test_the_same_file_again_adds_nothing_and_a_longer_one_adds_its_end(counter: Counter) -> None:
    await counter.bring_in(EXPORT)
    before = await counter.chat()
    again = await counter.check(await counter.uploaded(EXPORT))
    assert (again["counts"]["added"], again["counts"]["known"]) == (0, 7)
    assert (await counter.do(again, "run"))["counts"]["added"] == 0
    assert await counter.chat() == before

    # Exported again later, without its beginning and with an end.
    longer = EXPORT.split("\n", 2)[2] + "26/12/2025, 10:00 - Mei Ling: ok\n"
    brought = await counter.bring_in(longer)
    assert (brought["counts"]["added"], brought["counts"]["known"]) == (1, 5)
    assert (await counter.said())[-1] == (False, "ok")


async def test_what_the_phone_has_told_already_is_not_doubled(counter: Counter) -> None:
    file, asked = MediaFacts(b"ref", "image/jpeg", 900), "Good morning, is it still there?"
    await counter.receive(
        (
            local(2025, 12, 24, 9, 1) + timedelta(seconds=40),
            False,
            Said(MessageKind.TEXT, asked),
        ),
        (local(2025, 12, 24, 9, 2) + timedelta(seconds=1), False, Said(MessageKind.TEXT, "ok")),
        # The same words from the other side, and in another minute, are other messages.
        (local(2025, 12, 24, 9, 2) + timedelta(seconds=2), True, Said(MessageKind.TEXT, "ok")),
        (local(2025, 12, 24, 9, 3), False, Said(MessageKind.TEXT, "ok")),
        (local(2025, 12, 26, 9, 0) + timedelta(seconds=5), True, Said(MessageKind.IMAGE, "Our shop", media=file)),
    )
    brought = await counter.bring_in(EXPORT + "26/12/2025, 09:00 - Kedai Aminah: <Media omitted>\nOur shop\n")
    assert (brought["counts"]["added"], brought["counts"]["known"]) == (5, 3)
    ok = [(one["fromMe"], one["at"]) for one in await counter.chat() if one["body"] == "ok"]
    assert sorted(ok) == [
        (False, "2025-12-24T01:02:00Z"),
        (False, "2025-12-24T01:02:01Z"),
        (False, "2025-12-24T01:03:00Z"),
        (True, "2025-12-24T01:02:02Z"),
    ]


async def test_what_the_phone_tells_after_the_file_is_not_doubled_and_is_its_own(counter: Counter) -> None:
    file = "\n".join(
        [
            "[24/12/2025, 9:00:05 AM] Mei Ling: Ada stok?",
            "[24/12/2025, 9:00:40 AM] Mei Ling: Ada stok?",
            "[24/12/2025, 9:01:05 AM] Kedai Aminah: Ada",
        ]
    )
    found = await counter.bring_in(file)
    moment = datetime(2025, 12, 24, 1, 0, 5, tzinfo=UTC)
    asked, answered = Said(MessageKind.TEXT, "Ada stok?"), Said(MessageKind.TEXT, "Ada")
    told = [
        (moment, False, asked),
        (moment.replace(second=40), False, asked),
        (moment.replace(minute=1), True, answered),
    ]

    await counter.receive(*told)

    assert await counter.said() == [(False, "Ada stok?"), (False, "Ada stok?"), (True, "Ada")]
    assert all(one["wireId"].startswith("3EB0") for one in await counter.chat())
    await counter.do(found, "remove")
    assert len(await counter.chat()) == 3, "what the phone has told stays when the file is taken back"


async def test_two_files_with_the_same_messages_at_once_bring_them_once(counter: Counter) -> None:
    one, other = [await counter.check(await counter.uploaded(EXPORT, name)) for name in ("a.txt", "b.txt")]
    for found in (one, other):
        await counter.browser.post(f"/api/archives/{found['id']}/run")
    await asyncio.gather(jobs.run_archives(counter.desk), jobs.run_archives(counter.desk))
    added = [(await counter.get(found))["counts"]["added"] for found in (one, other)]
    assert sorted(added) == [0, 7]
    assert len(await counter.chat()) == 7
