"""Whatever a network does, and whenever a gateway is killed, each message is stored once, in order and in one chat."""

import asyncio
import json
import multiprocessing
import socket
from collections import defaultdict, deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from uuid import UUID

import pytest

from hebah.app.partitions import ensure_partitions
from hebah.foundation.clock import ManualClock
from hebah.foundation.ids import make_id
from hebah.foundation.postgres import Database
from hebah.inbox.actions import merging
from tests.crash.receiving_process import receive
from tests.integration.worlds import World, make_world

DEVICES = 10
MESSAGES_OF_A_PERSON = 25
AGAIN = 0.3
WINDOW = 100  # so many a network hands over before it wants acknowledgements
BEGIN = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
# Gateways are forked from a process that has imported their code: most of the time would go into starting Python.
FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload([receive.__module__])
PLACES = ("before_receive_commit", "after_receive_commit", "after_acknowledge")


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message as the network hands it over, maybe not for the first time."""

    device: UUID
    person: int
    number: int
    chat: str
    phone: str
    lid: str

    @property
    def id(self) -> str:
        """Names the message at the network."""
        return f"{self.person}-{self.number}"

    def line(self) -> str:
        """As the receiving process reads it."""
        told = {
            "id": self.id,
            "device": str(self.device),
            "chat": self.chat,
            "wire_id": f"WIRE{self.person:05d}X{self.number:05d}",
            "at": (BEGIN + timedelta(seconds=self.number)).isoformat(),
            "body": str(self.number),
            "phone": self.phone,
            "lid": self.lid,
        }
        return json.dumps(told) + "\n"


@dataclass(slots=True)
class Network:
    """What is to be handed over, in order of each chat, and what was acknowledged."""

    waiting: deque[Delivery]
    under_way: dict[str, Delivery] = field(default_factory=dict)
    acknowledged: set[str] = field(default_factory=set)
    gateways: int = 0
    killed: int = 0

    def hand_over(self) -> Iterator[Delivery]:
        """The next ones, as far as not too many are under way."""
        while self.waiting and len(self.under_way) < WINDOW:
            delivery = self.waiting.popleft()
            self.under_way[delivery.id] = delivery
            yield delivery

    def hear(self, delivery_id: str) -> None:
        """A gateway says that it has it."""
        self.under_way.pop(delivery_id, None)
        self.acknowledged.add(delivery_id)

    def lose_gateway(self) -> None:
        """Whatever it had not acknowledged comes again, in its order and before everything else."""
        self.waiting.extendleft(reversed(self.under_way.values()))
        self.under_way.clear()


async def a_shop(database: Database, clock: ManualClock) -> tuple[World, list[UUID]]:
    world = await make_world(database, clock)
    devices = [make_id() for _ in range(DEVICES)]
    async with database.transaction() as tx:
        await tx.execute(
            "INSERT INTO device (workspace_id, id, name, transport, state, state_since, wanted, linked_at, created_at)"
            " SELECT $1, id, 'Number', 'simulated', 'online', $3, 'on', $3, $3 FROM unnest($2::uuid[]) AS id",
            world.workspace_id,
            devices,
            clock.now(),
        )
    await ensure_partitions(database, BEGIN)
    return world, devices


def deliveries(devices: Sequence[UUID], messages: int, chance: Random) -> list[Delivery]:
    """People's messages, mixed but in order of each person; three in ten once more, somewhere behind the first time."""
    persons = range(messages // MESSAGES_OF_A_PERSON)
    people = [deque(_of_person(devices[person % DEVICES], person, chance)) for person in persons]
    turns = [person for person, letters in enumerate(people) for _ in letters]
    chance.shuffle(turns)
    mixed = [people[person].popleft() for person in turns]
    again = chance.sample(range(len(mixed)), int(len(mixed) * AGAIN))
    for first in sorted(again, reverse=True):
        mixed.insert(chance.randrange(first + 1, len(mixed) + 1), mixed[first])
    return mixed


def _of_person(device: UUID, person: int, chance: Random) -> Iterator[Delivery]:
    """First by LID, then one message that tells the phone too, then by either; every fifth always by phone."""
    phone, lid = f"+60{120_000_000 + person}", str(10**14 + person)
    tells = chance.randrange(5, 20)
    for number in range(MESSAGES_OF_A_PERSON):
        by_phone = person % 5 == 0 or (number > tells and chance.random() < 0.5)
        is_telling = number == tells and person % 5
        yield Delivery(
            device=device,
            person=person,
            number=number,
            chat=phone if by_phone else f"lid:{lid}",
            phone=phone if is_telling else "",
            lid=lid if is_telling else "",
        )


async def run_gateway(network: Network, url: str, order: str, kill_after: int | None) -> None:
    """One gateway, until it dies at the place ordered, is killed after so many acknowledgements, or has it all."""
    network.gateways += 1
    ours, theirs = socket.socketpair()
    process = FORKS.Process(target=receive, args=(url, order, theirs))
    process.start()
    theirs.close()
    lines, answers = await asyncio.open_connection(sock=ours)
    heard = 0
    # The reset that a killed process leaves may swallow acknowledgements, as a network does: those messages come again.
    with suppress(ConnectionError):
        await _hand_over(network, answers)
        while network.under_way and (line := await lines.readline()):
            network.hear(line.decode().strip())
            heard += 1
            if heard == kill_after:
                process.kill()
            await _hand_over(network, answers)
        answers.write_eof()
        # Acknowledgements that it could still write have reached the network.
        async for line in lines:
            network.hear(line.decode().strip())
    answers.close()
    async with asyncio.timeout(60):
        await asyncio.to_thread(process.join)
    network.killed += process.exitcode != 0
    network.lose_gateway()


async def _hand_over(network: Network, answers: asyncio.StreamWriter) -> None:
    answers.write("".join(delivery.line() for delivery in network.hand_over()).encode())
    await answers.drain()


async def receive_all(network: Network, url: str, kills: int, chance: Random) -> None:
    """As many gateways as are killed, at each place and at any moment, and a last one that lives."""
    every = len(network.waiting) // (kills + 1)
    for number in range(kills):
        place = (*PLACES, "")[number % 4]
        nth = chance.randrange(1, max(every // 2, 2)) if place == "after_acknowledge" else chance.randrange(1, 4)
        # A place it does not come to any more must not make a gateway immortal.
        await run_gateway(network, url, f"{place}:{nth}" if place else "", chance.randrange(1, max(every // 2, 2)))
    await run_gateway(network, url, "", None)


@pytest.mark.parametrize(
    ("messages", "kills"),
    [
        pytest.param(1000, 6, marks=pytest.mark.timeout(120)),
        pytest.param(10_000, 40, marks=[pytest.mark.prove, pytest.mark.timeout(300)]),
    ],
)
async def test_messages_that_come_again_by_two_addresses_to_gateways_that_die_are_stored_once_in_order_in_one_chat(
    database: Database, database_url: str, clock: ManualClock, messages: int, kills: int
) -> None:
    seed = Random().randrange(10**6)
    print(f"seed {seed}")  # noqa: T201 - shown when it fails
    chance = Random(seed)
    world, devices = await a_shop(database, clock)
    network = Network(deque(deliveries(devices, messages, chance)))

    await receive_all(network, database_url, kills, chance)
    while await merging.merge_known(database, clock):
        pass

    assert network.killed == kills
    assert len(network.acknowledged) == messages
    async with database.connection() as connection:
        rows = await connection.fetch(
            "SELECT chat.device_id, chat.address, message.wire_id FROM message"
            " JOIN chat ON chat.workspace_id = message.workspace_id AND chat.id = message.chat_id"
            " WHERE message.workspace_id = $1 ORDER BY message.at, message.id",
            world.workspace_id,
        )
    stored: defaultdict[tuple[UUID, str], list[str]] = defaultdict(list)
    for row in rows:
        stored[row["device_id"], row["address"]].append(row["wire_id"])
    assert stored == {
        (devices[person % DEVICES], f"+60{120_000_000 + person}"): [
            f"WIRE{person:05d}X{number:05d}" for number in range(MESSAGES_OF_A_PERSON)
        ]
        for person in range(messages // MESSAGES_OF_A_PERSON)
    }
