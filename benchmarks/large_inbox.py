"""A shop that has been writing for 18 months: many numbers, chats with a long tail, words as often as people use them.

Everything follows from one seed, so that a shop of the same size is the same shop. It is written by COPY, one month at
a time, each month's table without indexes and attached again when it is full: the way a restored backup would come.
"""

import itertools
import random
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from hebah.app.partitions import ensure_partitions
from hebah.foundation.postgres import Connection, Database

NOW = datetime(2026, 1, 20, 9, 0, tzinfo=UTC)
FIRST = datetime(2024, 8, 1, tzinfo=UTC)
MONTHS = 18
DEVICES = 300
MESSAGES_A_CHAT = 50
USERS = 10
LABELS = 8
SEEN_FOR = timedelta(days=30)
_SEED = 20260120
_LINES_AT_ONCE = 5000
_SPOKEN = 3_000_000
_COMMON = """
saya boleh harga berapa nak ada ini itu dan yang untuk dengan esok hari terima kasih barang hantar bayar pos alamat
stok warna saiz beli tempah promosi murah ayam nasi kedai encik puan baik ok please thanks how much the is you can
order delivery today tomorrow payment receipt bank transfer discount available size colour shop open close
"""
_CHINESE = """
你好 请问价钱多少 我想订货 明天可以送货吗 谢谢老板 有没有现货 什么时候到 已经付款了 可以便宜一点吗 地址在吉隆坡
"""
_VOWELS = ("a", "i", "u", "e", "ang", "an", "ik", "ur")
_SYLLABLES = [first + second for first in "bcdghjklmnprstwy" for second in _VOWELS]
_MEDIA = '{"file": {"mime": "image/jpeg", "size": 120000, "width": 1200, "height": 900}}'


@dataclass(slots=True)
class Shop:
    """Who is in it: ids by number, and the words they use, commonest first."""

    workspace_id: UUID
    devices: list[UUID]
    chats: list[UUID]
    device_of: list[int]
    users: list[UUID]
    labels: list[UUID]
    vocabulary: list[str]
    messages: int
    newest: dict[int, tuple[datetime, str, str, str, bool]] = field(default_factory=dict)

    def address(self, chat: int) -> str:
        """One in twenty hides the number."""
        return f"lid:{10**14 + chat}" if chat % 20 == 7 else f"+60{110_000_000 + chat}"

    @property
    def weights(self) -> list[float]:
        """How much each chat is written in, added up: a few very much, most of them a little."""
        return list(itertools.accumulate((rank + 30) ** -0.9 for rank in range(1, len(self.chats) + 1)))


def shop_of(messages: int) -> Shop:
    """The shop of that size; nothing is written yet."""
    chance = random.Random(_SEED)
    many = max(messages // MESSAGES_A_CHAT, DEVICES)
    return Shop(
        workspace_id=_uuid(chance),
        devices=[_uuid(chance) for _ in range(DEVICES)],
        chats=[_uuid(chance) for _ in range(many)],
        device_of=chance.choices(range(DEVICES), [1 / (rank + 20) for rank in range(DEVICES)], k=many),
        users=[_uuid(chance) for _ in range(USERS)],
        labels=[_uuid(chance) for _ in range(LABELS)],
        vocabulary=_vocabulary(chance),
        messages=messages,
    )


async def build(db: Database, shop: Shop) -> None:
    """Write all of it; the database has our schema and nothing in it."""
    chance = random.Random(_SEED + 1)
    months = _months()
    for begins, _ in months:
        await ensure_partitions(db, begins)
    async with db.connection() as connection:
        await _found(connection, shop)
        said = Said(chance, _words(shop, chance), shop.weights)
        for number, (begins, ends) in enumerate(months):
            many = shop.messages * (number + 1) // len(months) - shop.messages * number // len(months)
            month = Month(begins, min(ends, NOW), many)
            async with _bare(connection, "message", begins, ends) as table:
                await _copy(connection, table, _COLUMNS, _lines(shop, said, month))
            async with _bare(connection, "message_words", begins, ends) as table:
                await connection.execute(_WORDS.format(table=table, messages=f"message_{begins:%Y_%m}"))
        await _write_chats(connection, shop, chance)
        await connection.execute(_SEEN, NOW - SEEN_FOR)
        await connection.execute(_PROGRESS)
        await connection.execute("VACUUM (ANALYZE)")
        await connection.execute("CHECKPOINT")


@dataclass(frozen=True, slots=True)
class Month:
    """When its messages are written, and how many."""

    begins: datetime
    ends: datetime
    messages: int


@dataclass(frozen=True, slots=True)
class Said:
    """What decides who says what next."""

    chance: random.Random
    words: Iterator[str]
    weights: Sequence[float]


_COLUMNS = [
    "workspace_id", "id", "device_id", "chat_id", "wire_id", "sender", "from_me", "at", "received_at", "kind", "body",
    "status", "details", "media_state",
]  # fmt: skip

# What `words_in` makes of messages that have no punctuation, by the database itself.
_WORDS = r"""
INSERT INTO {table} (workspace_id, device_id, chat_id, at, id, words)
SELECT workspace_id, device_id, chat_id, at, id,
    array_to_tsvector(string_to_array(
        CASE WHEN octet_length(body) = length(body) THEN body
            ELSE btrim(regexp_replace(body, '([\u2e80-\u9fff]) ?', '\1 ', 'g')) END
        || ' @' || right(device_id::text, 12) || ' @' || right(chat_id::text, 12), ' '))
FROM {messages}
"""

_PROGRESS = """
INSERT INTO words_progress (workspace_id, indexed_until)
SELECT workspace_id, max(id::text)::uuid FROM message WHERE at > (SELECT max(at) FROM message_words) - interval '1 day'
GROUP BY workspace_id
"""

_SEEN = """
INSERT INTO seen (workspace_id, device_id, chat, sender, wire_id, at)
SELECT message.workspace_id, message.device_id, chat.address, message.sender, message.wire_id, message.at
FROM message JOIN chat ON chat.workspace_id = message.workspace_id AND chat.id = message.chat_id
WHERE message.at >= $1 ON CONFLICT DO NOTHING
"""


def _lines(shop: Shop, said: Said, month: Month) -> Iterator[bytes]:
    chance, words = said.chance, said.words
    step = (month.ends - month.begins) / max(month.messages, 1)
    numbers = range(len(shop.chats))
    workspace, devices, chats = str(shop.workspace_id), list(map(str, shop.devices)), list(map(str, shop.chats))
    for start in range(0, month.messages, _LINES_AT_ONCE):
        lines = []
        chosen = chance.choices(numbers, cum_weights=said.weights, k=min(_LINES_AT_ONCE, month.messages - start))
        for number, chat in enumerate(chosen, start):
            at = month.begins + step * number
            dice = chance.getrandbits(62)
            from_me, is_media = dice % 5 < 2, dice % 100 < 8
            body = next(words)
            message_id = _id_at(at, dice)
            stamp = at.isoformat()
            kind = "image" if is_media else "text"
            lines.append(
                f"{workspace}\t{message_id}\t{devices[shop.device_of[chat]]}\t{chats[chat]}\t3EB0{dice:016X}"
                f"\t{'me' if from_me else shop.address(chat)}\t{'t' if from_me else 'f'}\t{stamp}\t{stamp}\t{kind}"
                f"\t{body}\t{'read' if from_me else NULL}\t{_MEDIA if is_media else NULL}"
                f"\t{'expired' if is_media else NULL}\n"
            )
            shop.newest[chat] = (at, message_id, kind, body, from_me)
        yield "".join(lines).encode()


NULL = "\\N"


def _words(shop: Shop, chance: random.Random) -> Iterator[str]:
    """What people say, without end: 3 to 18 words, the nth commonest word n times as seldom as the commonest."""
    totals = list(itertools.accumulate(1 / rank for rank in range(1, len(shop.vocabulary) + 1)))
    spoken = chance.choices(shop.vocabulary, cum_weights=totals, k=_SPOKEN)
    while True:
        # Another place to begin at makes another message of the same words.
        place = int(chance.random() * (_SPOKEN - 20))
        yield " ".join(spoken[place : place + 3 + int(chance.random() * chance.random() * 24)])


def _vocabulary(chance: random.Random) -> list[str]:
    made = {"".join(chance.choices(_SYLLABLES, k=chance.choice((2, 2, 3, 3, 4)))) for _ in range(30_000)}
    common = _COMMON.split()
    rare = sorted(made - set(common))
    chance.shuffle(rare)
    return [*common[:20], *_CHINESE.split(), *common[20:], *rare]


async def _found(connection: Connection, shop: Shop) -> None:
    await connection.execute(
        "INSERT INTO workspace (id, name, created_at) VALUES ($1, 'Shop', $2)", shop.workspace_id, NOW
    )
    await connection.execute(
        "INSERT INTO device (workspace_id, id, name, transport, state_since, created_at)"
        " SELECT $1, id, 'Number ' || number, 'simulated', $3, $3"
        " FROM unnest($2::uuid[]) WITH ORDINALITY AS given (id, number)",
        shop.workspace_id,
        shop.devices,
        NOW,
    )
    await connection.execute(
        "INSERT INTO app_user (workspace_id, id, email, name, role, password_hash, created_at)"
        " SELECT $1, id, 'agent' || number || '@example.com', 'Agent ' || number, 'agent', '-', $3"
        " FROM unnest($2::uuid[]) WITH ORDINALITY AS given (id, number)",
        shop.workspace_id,
        shop.users,
        NOW,
    )
    await connection.execute(
        "INSERT INTO label (workspace_id, id, name, colour, created_at)"
        " SELECT $1, id, 'Label ' || number, 'blue', $3 FROM unnest($2::uuid[]) WITH ORDINALITY AS given (id, number)",
        shop.workspace_id,
        shop.labels,
        NOW,
    )


async def _write_chats(connection: Connection, shop: Shop, chance: random.Random) -> None:
    """Contacts of three in five chats, leads of every second of those; one chat in ten unread."""
    workspace, now = str(shop.workspace_id), NOW.isoformat()
    contacts, leads, chats, labels = [], [], [], []
    for chat, (at, message_id, kind, body, from_me) in shop.newest.items():
        contact: str = NULL
        if chat % 5 < 3:
            contact = str(_uuid(chance))
            name = " ".join(word.capitalize() for word in chance.choices(shop.vocabulary[200:8000], k=2))
            phone = NULL if shop.address(chat).startswith("lid:") else shop.address(chat)
            contacts.append(f"{workspace}\t{contact}\t{phone}\t{name}\t{now}\t{now}\n")
            if chat % 2:
                leads.append(f"{workspace}\t{_uuid(chance)}\t{contact}\t{now}\t{now}\n")
        user = shop.users[chat % USERS] if chat % 7 == 0 else NULL
        archived = now if chat % 25 == 3 else NULL
        chats.append(
            f"{workspace}\t{shop.chats[chat]}\t{shop.devices[shop.device_of[chat]]}\t{shop.address(chat)}\t{contact}"
            f"\t{at.isoformat()}\t{message_id}\t{body[:120]}\t{'t' if from_me else 'f'}\t{int(chat % 10 == 0) * 3}"
            f"\t{kind}\t{user}\t{archived}\t{now if chat % 20_000 == 11 else NULL}\n"
        )
        if chat % 20 == 5:
            labels.append(f"{workspace}\t{shop.chats[chat]}\t{shop.labels[chat // 20 % LABELS]}\n")
    await _copy(
        connection,
        "contact",
        ["workspace_id", "id", "phone", "name", "created_at", "updated_at"],
        _encoded(contacts),
    )
    await _copy(connection, "lead", ["workspace_id", "id", "contact_id", "created_at", "updated_at"], _encoded(leads))
    await _copy(connection, "chat", _CHAT_COLUMNS, _encoded(chats))
    await _copy(connection, "chat_label", ["workspace_id", "chat_id", "label_id"], _encoded(labels))


_CHAT_COLUMNS = [
    "workspace_id", "id", "device_id", "address", "contact_id", "last_at", "last_message_id", "preview", "last_from_me",
    "unread", "last_kind", "assigned_to", "archived_at", "pinned_at",
]  # fmt: skip


@asynccontextmanager
async def _bare(connection: Connection, parent: str, begins: datetime, ends: datetime) -> AsyncIterator[str]:
    """A month's table by itself and without indexes; they are made and it is attached again afterwards."""
    table = f"{parent}_{begins:%Y_%m}"
    indexes = await connection.fetch(
        "SELECT coalesce('ALTER TABLE ' || $1 || ' ADD ' || pg_get_constraintdef(key.oid), pg_get_indexdef(indexrelid))"
        " AS made_by, coalesce('ALTER TABLE ' || $1 || ' DROP CONSTRAINT ' || key.conname,"
        " 'DROP INDEX ' || indexrelid::regclass) AS dropped_by"
        " FROM pg_index LEFT JOIN pg_constraint AS key ON key.conindid = indexrelid AND key.contype = 'p'"
        " WHERE indrelid = $1::text::regclass",
        table,
    )
    await connection.execute(f"ALTER TABLE {parent} DETACH PARTITION {table}")
    for index in indexes:
        await connection.execute(index["dropped_by"])
    yield table
    await connection.execute("SET maintenance_work_mem = '512MB'")
    for index in indexes:
        await connection.execute(index["made_by"])
    bounds = f"FROM ('{begins.isoformat()}') TO ('{ends.isoformat()}')"
    await connection.execute(f"ALTER TABLE {parent} ATTACH PARTITION {table} FOR VALUES {bounds}")


async def _copy(connection: Connection, table: str, columns: Sequence[str], lines: Iterable[bytes]) -> None:
    async def source() -> AsyncIterator[bytes]:
        for some in lines:
            yield some

    # A driver's own COPY of text: `Connection` knows the binary one only, which is twice as slow from Python.
    given: Any = {"source": source(), "columns": list(columns), "format": "text"}
    await connection.copy_to_table(table, **given)


def _encoded(lines: Sequence[str]) -> Iterator[bytes]:
    for start in range(0, len(lines), _LINES_AT_ONCE):
        yield "".join(lines[start : start + _LINES_AT_ONCE]).encode()


def _months() -> list[tuple[datetime, datetime]]:
    numbers = [NOW.year * 12 + NOW.month - 1 - back for back in reversed(range(-1, MONTHS))]
    begins = [datetime(number // 12, number % 12 + 1, 1, tzinfo=UTC) for number in numbers]
    return list(itertools.pairwise(begins))


def _uuid(chance: random.Random) -> UUID:
    return UUID(int=chance.getrandbits(128), version=4)


def _id_at(at: datetime, dice: int) -> str:
    """A uuid7 of that instant."""
    stamp = int(at.timestamp() * 1_000_000)
    milliseconds, rest = divmod(stamp, 1000)
    text = f"{milliseconds:012x}7{rest * 4:03x}8{dice & 0xFFFFFFFFFFFFFFF:015x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
