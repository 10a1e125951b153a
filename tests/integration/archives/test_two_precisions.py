"""One chat by a phone that writes seconds, by one that writes minutes, as the phone's history tells it and as its
messages are delivered: each message once."""

from __future__ import annotations

import asyncio
from collections import Counter as Tally
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from hebah.archives.model import ArchivePlan
from hebah.archives.rules.identity import Identities
from hebah.archives.rules.lines import Told, read_export
from hebah.foundation.ids import make_id
from hebah.inbox.actions import importing
from hebah.inbox.actions import messages as inbox
from hebah.inbox.model.archived import OldMessage, Origin
from hebah.inbox.model.messages import Arrived, ReceivedMessage
from hebah.messaging.said import MessageKind, Said
from hebah.messaging.written_time import DateOrder
from tests.integration.archives.counter import Counter, local

ZONE = ZoneInfo("Asia/Kuala_Lumpur")
WAYS = ("seconds", "minutes", "history", "live")
MOST = 30
START = datetime(2025, 12, 24, 1, 0, tzinfo=UTC)
BY_SECONDS = """\
[24/12/25, 09:02:05] Mei Ling: ok
[24/12/25, 09:02:05] Mei Ling: ok
[24/12/25, 09:02:40] Mei Ling: ok
[24/12/25, 09:02:41] Kedai Aminah: \u200e<attached: 00000001-PHOTO-2025-12-24.jpg>
"""
BY_MINUTES = """\
24/12/2025, 09:02 - Mei Ling: ok
24/12/2025, 09:02 - Mei Ling: ok
24/12/2025, 09:02 - Mei Ling: ok
24/12/2025, 09:02 - Kedai Aminah: IMG-20251224-WA0001.jpg (file attached)
"""


async def test_the_same_chat_by_seconds_and_by_minutes_is_there_once(counter: Counter) -> None:
    await counter.bring_in(BY_SECONDS)
    again = await counter.bring_in(BY_MINUTES)
    assert (again["counts"]["added"], again["counts"]["known"]) == (0, 4)
    assert len(await counter.chat()) == 4


async def test_the_same_chat_by_minutes_and_by_seconds_is_there_once(counter: Counter) -> None:
    await counter.bring_in(BY_MINUTES)
    checked = await counter.check(await counter.uploaded(BY_SECONDS))
    assert (checked["counts"]["added"], checked["counts"]["known"]) == (0, 4)
    await counter.do(checked, "run")
    assert len(await counter.chat()) == 4


async def test_minutes_then_the_phone_then_seconds_are_there_once(counter: Counter) -> None:
    await counter.bring_in(BY_MINUTES)
    ok, moment = Said(MessageKind.TEXT, "ok"), local(2025, 12, 24, 9, 2)
    await counter.receive((moment + timedelta(seconds=40), False, ok), (moment + timedelta(seconds=5), False, ok))
    again = await counter.bring_in(BY_SECONDS)
    assert (again["counts"]["added"], again["counts"]["known"]) == (0, 4)
    assert len(await counter.chat()) == 4


async def test_a_second_that_became_known_tells_two_messages_apart(counter: Counter) -> None:
    first, second = (f"[24/12/25, 09:02:{second}] Mei Ling: ok\n" for second in ("05", "40"))
    await counter.bring_in("24/12/2025, 09:02 - Mei Ling: ok\n", me="")
    assert (await counter.bring_in(first, me=""))["counts"]["added"] == 0
    # What was known by its minute is known by its second now: this is another one.
    assert (await counter.bring_in(second, me=""))["counts"]["added"] == 1
    assert (await counter.bring_in(first + second, me=""))["counts"]["added"] == 0
    assert len(await counter.chat()) == 2


class Line(NamedTuple):
    """What was really said: when, by whom, in which words."""

    at: datetime
    from_me: bool
    words: str


class Step(NamedTuple):
    """A part of the chat: in a file that writes seconds or minutes, in a packet of history, or delivered message by
    message, each of them as often as it likes."""

    by: str
    begin: int
    end: int


# Few words in few minutes, so that equal ones meet.
lines = st.builds(
    lambda second, from_me, words: Line(START + timedelta(seconds=second), from_me, words),
    st.integers(0, 119),
    st.booleans(),
    st.sampled_from(("ok", "ya")),
)
chats = st.lists(lines, min_size=1, max_size=MOST).map(lambda said: sorted(said, key=lambda line: line.at))
steps = st.lists(st.builds(Step, st.sampled_from(WAYS), st.integers(0, MOST - 1), st.integers(0, MOST)), max_size=6)


@dataclass
class Shelf:
    """A device's chat with one person, and all that brings messages into it."""

    counter: Counter
    phone: str
    said: Sequence[Line]
    told: set[str]

    async def tell(self, step: Step) -> None:
        part = range(step.begin, min(step.end, len(self.said)))
        if step.by in {"history", "live"}:
            await self._by_phone(part, is_old=step.by == "history")
        elif part:
            await self._by_file([self.said[place] for place in part], by_seconds=step.by == "seconds")

    async def stored(self) -> Tally[Line]:
        """What the chat has, by minute."""
        async with self.counter.desk.db.connection() as connection:
            rows = await connection.fetch(
                "SELECT m.at, m.from_me, m.body FROM message m JOIN chat c ON c.id = m.chat_id WHERE c.address = $1",
                self.phone,
            )
        return by_minute(Line(row["at"], row["from_me"], row["body"]) for row in rows)

    async def wire_ids(self) -> list[str]:
        """Which messages WhatsApp knows too."""
        async with self.counter.desk.db.connection() as connection:
            rows = await connection.fetch(
                "SELECT wire_id FROM message m JOIN chat c ON c.id = m.chat_id WHERE c.address = $1"
                " AND m.archive_id IS NULL ORDER BY wire_id",
                self.phone,
            )
        return [row["wire_id"] for row in rows]

    async def _by_phone(self, places: Sequence[int], *, is_old: bool) -> None:
        wire_ids = {place: f"3EB0{self.phone[1:]}{place:04}" for place in places}
        self.told.update(wire_ids.values())
        arrived = [
            ReceivedMessage(
                self.counter.shop.workspace_id,
                self.counter.device_id,
                self.phone,
                self.phone,
                wire_id,
                line.at,
                line.from_me,
                Said(MessageKind.TEXT, line.words),
                is_old=is_old,
            )
            for line, wire_id in ((self.said[place], wire_id) for place, wire_id in wire_ids.items())
        ]
        now = self.counter.desk.clock.now()
        async with self.counter.desk.db.transaction() as tx:
            unseen = await inbox.sift(tx, arrived, now)
            await inbox.receive(tx, Arrived(messages=tuple(unseen)), now)

    async def _by_file(self, said: Sequence[Line], *, by_seconds: bool) -> None:
        origin = Origin(self.counter.shop.workspace_id, self.counter.device_id, make_id())
        messages = list(self._read(said, by_seconds=by_seconds))
        async with self.counter.desk.db.transaction() as tx:
            foreseen = await importing.recognise_old(tx, origin, messages)
            brought = await importing.bring_in(tx, origin, messages, {}, self.counter.desk.clock.now())
        assert list(foreseen) == list(brought.are_new), "the dry run said something else"

    def _read(self, said: Sequence[Line], *, by_seconds: bool) -> Iterator[OldMessage]:
        form = "[{:%d/%m/%Y, %H:%M:%S}] {}: {}" if by_seconds else "{:%d/%m/%Y, %H:%M} - {}: {}"
        text = [form.format(one.at.astimezone(ZONE), "Me" if one.from_me else "Mei", one.words) + "\n" for one in said]
        plan = ArchivePlan(self.counter.device_id, self.phone, "Me", ZONE.key, DateOrder.DAY_FIRST, "MY")
        identities = Identities(self.counter.device_id)
        for told in read_export(text, plan, self.counter.desk.clock.now()):
            assert isinstance(told, Told)
            yield identities.message(told)


def by_minute(said: Iterator[Line] | Sequence[Line]) -> Tally[Line]:
    return Tally(line._replace(at=line.at.replace(second=0)) for line in said)


async def follow(shelf: Shelf, way: Sequence[Step], last: Step) -> None:
    truth = by_minute(shelf.said)
    for step in way:
        await shelf.tell(step)
        assert await shelf.stored() <= truth, f"doubled by {step}"
    await shelf.tell(last)
    assert await shelf.stored() == truth
    assert await shelf.wire_ids() == sorted(shelf.told)


async def test_in_whatever_order_files_and_the_phone_tell_a_chat_each_message_is_there_once(counter: Counter) -> None:
    loop, numbers = asyncio.get_running_loop(), iter(range(10_000))

    @settings(
        max_examples=60,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    @given(said=chats, way=steps, last=st.sampled_from(WAYS))
    def told_in_any_order(said: list[Line], way: list[Step], last: str) -> None:
        shelf = Shelf(counter, f"+60111{next(numbers):07}", said, set())
        asyncio.run_coroutine_threadsafe(follow(shelf, way, Step(last, 0, len(said))), loop).result()

    await asyncio.to_thread(told_in_any_order)
