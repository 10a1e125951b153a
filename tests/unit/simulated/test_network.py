"""The simulated network: accounts, trouble on command and by rate, mailboxes, and what survives a restart."""

import asyncio
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path

import pytest

from hebah.adapters.transports.simulated.ends import Answer
from hebah.adapters.transports.simulated.faults import Faults, SendFault
from hebah.adapters.transports.simulated.letters import letter_of
from hebah.adapters.transports.simulated.network import NetworkSettings, SimulatedNetwork
from hebah.adapters.transports.simulated.people import LIVELY, QUIET, RECEIPTS, Behaviour
from hebah.adapters.transports.simulated.phones import ScanOutcome
from hebah.adapters.transports.simulated.transport import SimulatedTransport
from hebah.devices.model import DeviceState
from hebah.foundation.clock import ManualClock
from hebah.gateway.incoming import LinkEvent, MessageArrived, ReceiptArrived, StateChanged
from hebah.gateway.outgoing import Accepted, NotWritten, Refused, SendOutcome, Unknown
from hebah.gateway.transport import ByCode, ByQr, CodeShown, LinkFailed, QrShown
from tests.unit.simulated.world import (
    PERSON,
    START,
    device,
    during,
    first_of,
    link_phone,
    open_link,
    pending,
    reach,
    text,
)

MINUTE = timedelta(minutes=1)


async def test_linked_phones_survive_a_restart_of_the_network(clock: ManualClock, tmp_path: Path) -> None:
    settings = NetworkSettings(state=tmp_path / "network.json")
    async with SimulatedNetwork(clock, settings) as network, SimulatedTransport(network, clock) as transport:
        await link_phone(network, transport, device(1), network.make_phone("Kedai Utama").number)
    async with SimulatedNetwork(clock, settings) as network, SimulatedTransport(network, clock) as transport:
        assert [phone.name for phone in network.phones()] == ["Kedai Utama"]
        assert network.make_phone().number != network.phones()[0].number
        link = await transport.open(device(1), 1)
        await clock.advance(timedelta(seconds=1))
        await reach(link, DeviceState.ONLINE)


async def test_links_are_saved_while_the_network_runs(clock: ManualClock, tmp_path: Path) -> None:
    settings = NetworkSettings(state=tmp_path / "network.json")
    async with SimulatedNetwork(clock, settings) as network, SimulatedTransport(network, clock) as transport:
        await link_phone(network, transport, device(1))
        async with asyncio.timeout(10):
            while not (tmp_path / "network.json").exists():  # noqa: ASYNC110 - a file tells nobody that it is there
                await asyncio.sleep(0.05)
        later = SimulatedNetwork(clock, settings)
        assert [phone.links for phone in later.phones()] == [(device(1),)]


async def test_a_phone_holds_four_links_and_refuses_the_fifth(clock: ManualClock) -> None:
    async with SimulatedNetwork(clock) as network, SimulatedTransport(network, clock) as transport:
        phone = network.make_phone().number
        for number in range(4):
            await link_phone(network, transport, device(number), phone)
        assert await link_phone(network, transport, device(5), phone) == LinkFailed("refused")
        assert network.unlink(phone) == 4


async def test_a_phone_shows_what_came_of_scanning_and_typing(clock: ManualClock) -> None:
    async with SimulatedNetwork(clock) as network, SimulatedTransport(network, clock) as transport:
        phone, other = network.make_phone().number, network.make_phone().number
        assert network.scan("hebah-sim:nothing", phone) is ScanOutcome.NO_SUCH_CODE
        linking = transport.link(device(1), ByCode(phone))
        shown = await anext(linking)
        assert isinstance(shown, CodeShown)
        assert network.type_code(shown.code, other) is ScanOutcome.WRONG_PHONE
        assert network.type_code(f"{shown.code[:4]}-{shown.code[4:]}".lower(), phone) is ScanOutcome.LINKED
        await linking.aclose()
        network.ban(other)
        by_qr = transport.link(device(2), ByQr())
        picture = await anext(by_qr)
        assert isinstance(picture, QrShown)
        assert network.scan(picture.text, other) is ScanOutcome.BANNED
        await by_qr.aclose()


async def test_a_restriction_refuses_sends_until_it_ends_by_itself(clock: ManualClock) -> None:
    async with SimulatedNetwork(clock) as network, SimulatedTransport(network, clock) as transport:
        link = await open_link(network, transport, clock, device(1))
        until = clock.now() + timedelta(hours=2)
        network.restrict(network.phones()[0].number, until)
        told = await first_of(link, StateChanged)
        assert (told.state, told.cause, told.until) == (DeviceState.RESTRICTED, "restricted", until)
        assert await during(clock, MINUTE, link.send(text("M1"))) == Refused("restricted")
        await clock.move_to(until)
        assert (await first_of(link, StateChanged)).state is DeviceState.ONLINE
        assert isinstance(await during(clock, MINUTE, link.send(text("M2"))), Accepted)


async def test_a_ban_ends_the_link_and_keeps_it_out_until_lifted(clock: ManualClock) -> None:
    async with SimulatedNetwork(clock) as network, SimulatedTransport(network, clock) as transport:
        link = await open_link(network, transport, clock, device(1))
        phone = network.phones()[0].number
        network.ban(phone)
        assert (await first_of(link, StateChanged)).state is DeviceState.BANNED
        assert isinstance(await link.send(text("M1")), NotWritten)
        again = await transport.open(device(1), 1)
        await reach(again, DeviceState.BANNED)
        network.lift(phone)
        reopened = await transport.open(device(1), 1)
        await clock.advance(MINUTE)
        await reach(reopened, DeviceState.ONLINE)


async def test_an_outdated_link_is_told_so(clock: ManualClock) -> None:
    async with SimulatedNetwork(clock) as network, SimulatedTransport(network, clock) as transport:
        link = await open_link(network, transport, clock, device(1))
        network.outdate(network.phones()[0].number)
        assert (await first_of(link, StateChanged)).state is DeviceState.OUTDATED


async def test_a_replaced_link_is_told_so(clock: ManualClock) -> None:
    async with SimulatedNetwork(clock) as network, SimulatedTransport(network, clock) as transport:
        link = await open_link(network, transport, clock, device(1))
        network.replace(device(1))
        assert (await first_of(link, StateChanged)).state is DeviceState.REPLACED


class Deaf:
    """An end of a link that does not hear that another has taken over."""

    def happened(self, event: LinkEvent) -> None: ...

    def answered(self, wire_id: str, answer: Answer) -> None: ...


async def test_a_send_under_an_epoch_that_has_passed_is_turned_away_and_counted(clock: ManualClock) -> None:
    async with SimulatedNetwork(clock) as network, SimulatedTransport(network, clock) as transport:
        await link_phone(network, transport, device(1))
        former = network.attach(device(1), 1, Deaf())
        present = network.attach(device(1), 2, Deaf())
        await clock.advance(timedelta(seconds=1))

        assert former.send(letter_of(text("M1"))) == NotWritten("not_connected")
        assert present.send(letter_of(text("M2"))) is None

        assert [(line.wire_id, line.epoch) for line in network.ledger.lines()] == [("M2", 2)]
        assert network.statistics().outdated_sends == 1


async def test_a_full_mailbox_drops_the_oldest_and_counts_them(clock: ManualClock) -> None:
    settings = NetworkSettings(offline_limit=10)
    async with SimulatedNetwork(clock, settings) as network, SimulatedTransport(network, clock) as transport:
        await link_phone(network, transport, device(1))
        for number in range(15):
            network.write(PERSON, network.phones()[0].number, f"Soalan {number}")
        statistics = network.statistics()
        assert (statistics.queued_events, statistics.dropped_events) == (10, 5)
        link = await transport.open(device(1), 1)
        await clock.advance(MINUTE)
        bodies = [event.said.body for event in await pending(link) if isinstance(event, MessageArrived)]
        assert bodies == [f"Soalan {number}" for number in range(5, 15)]


async def test_an_echo_is_the_only_evidence_of_a_lost_answer(clock: ManualClock) -> None:
    async with SimulatedNetwork(clock) as network, SimulatedTransport(network, clock) as transport:
        link = await open_link(network, transport, clock, device(1))
        network.fault_next(device(1), SendFault.echo(timedelta(seconds=40)))
        assert await during(clock, MINUTE, link.send(text("M1", body="Harga baharu"))) == Unknown("no_answer")
        [echo] = await pending(link)
        assert isinstance(echo, MessageArrived)
        assert (echo.from_me, echo.chat, echo.wire_id, echo.said.body) == (True, PERSON, "M1", "Harga baharu")


async def test_people_without_whatsapp_are_refused(clock: ManualClock) -> None:
    settings = NetworkSettings(behaviour=Behaviour(absent=1))
    async with SimulatedNetwork(clock, settings) as network, SimulatedTransport(network, clock) as transport:
        link = await open_link(network, transport, clock, device(1))
        assert await during(clock, MINUTE, link.send(text("M1"))) == Refused("not_on_whatsapp")
        assert network.ledger.count == 0


async def test_answers_of_a_slow_network_come_as_receipts(clock: ManualClock) -> None:
    slow = Behaviour(receipts=False, ack=LIVELY.read_after)
    async with (
        SimulatedNetwork(clock, NetworkSettings(behaviour=slow, seed=3)) as network,
        SimulatedTransport(network, clock) as transport,
    ):
        link = await open_link(network, transport, clock, device(1))
        sends = [link.send(text(f"M{number}", f"+6012345670{number}")) for number in range(9)]
        outcomes = await during(clock, 5 * MINUTE, asyncio.gather(*sends))
        unknown = {f"M{number}" for number, outcome in enumerate(outcomes) if isinstance(outcome, Unknown)}
        late = {event.wire_ids[0] for event in await pending(link) if isinstance(event, ReceiptArrived)}
        assert unknown
        assert late == unknown


@pytest.mark.parametrize(
    ("faults", "outcome"),
    [
        (Faults(refuse=1, refuse_code="blocked"), Refused("blocked")),
        (Faults(drop_ack=1), Unknown("no_answer")),
        (Faults(late_ack=1), Unknown("no_answer")),
        (Faults(swallow=1), NotWritten("swallowed")),
        (Faults(cut=1), Unknown("connection_lost")),
    ],
)
async def test_trouble_by_rate_reaches_every_send(clock: ManualClock, faults: Faults, outcome: SendOutcome) -> None:
    async with SimulatedNetwork(clock) as network, SimulatedTransport(network, clock) as transport:
        link = await open_link(network, transport, clock, device(1))
        network.faults = faults
        assert await during(clock, MINUTE, link.send(text("M1"))) == outcome


async def test_a_fault_by_command_befalls_one_send_only(clock: ManualClock) -> None:
    async with SimulatedNetwork(clock) as network, SimulatedTransport(network, clock) as transport:
        link = await open_link(network, transport, clock, device(1))
        network.fault_next(device(1), SendFault.refuse("blocked"))
        network.fault_next(device(1), SendFault.swallow())
        outcomes = [await during(clock, MINUTE, link.send(text(f"M{number}"))) for number in range(3)]
        assert outcomes[:2] == [Refused("blocked"), NotWritten("swallowed")]
        assert isinstance(outcomes[2], Accepted)


async def test_devices_of_one_phone_see_what_the_others_send(clock: ManualClock) -> None:
    async with SimulatedNetwork(clock) as network, SimulatedTransport(network, clock) as transport:
        first = await open_link(network, transport, clock, device(1))
        phone, friend = network.phones()[0].number, network.make_phone().number
        await link_phone(network, transport, device(2), phone)
        second = await transport.open(device(2), 1)
        await clock.advance(MINUTE)
        await during(clock, MINUTE, first.send(text("M1", friend)))
        [echo] = await pending(second)
        assert isinstance(echo, MessageArrived)
        assert (echo.from_me, echo.wire_id, echo.chat) == (True, "M1", friend)


async def test_the_ledger_has_the_line_before_the_answer_leaves(clock: ManualClock, tmp_path: Path) -> None:
    settings = NetworkSettings(ledger=tmp_path / "ledger.jsonl")
    async with SimulatedNetwork(clock, settings) as network, SimulatedTransport(network, clock) as transport:
        link = await open_link(network, transport, clock, device(1))
        assert isinstance(await during(clock, MINUTE, link.send(text("M1"))), Accepted)
        assert b'"id":"M1"' in (tmp_path / "ledger.jsonl").read_bytes()


async def test_statistics_count_what_is_under_way(clock: ManualClock) -> None:
    settings = NetworkSettings(behaviour=RECEIPTS)
    async with AsyncExitStack() as stack:
        network = await stack.enter_async_context(SimulatedNetwork(clock, settings))
        transport = await stack.enter_async_context(SimulatedTransport(network, clock))
        link = await open_link(network, transport, clock, device(1))
        sending = asyncio.ensure_future(link.send(text("M1")))
        await asyncio.sleep(0)
        before = network.statistics()
        assert (before.in_flight, before.open_links, before.accepted) == (1, 1, 1)
        assert before.next_due is not None
        assert START < before.next_due < clock.now() + MINUTE
        await clock.advance(MINUTE)
        assert isinstance(await sending, Accepted)
        after = network.statistics()
        assert (after.in_flight, after.unacknowledged_events >= 1) == (0, True)


async def test_equal_runs_are_equal(tmp_path: Path) -> None:
    ledgers = []
    for run in range(2):
        clock = ManualClock(START)
        path = tmp_path / f"{run}.jsonl"
        settings = NetworkSettings(behaviour=LIVELY, ledger=path, faults=Faults(drop_ack=0.1, refuse=0.1), seed=11)
        async with SimulatedNetwork(clock, settings) as network, SimulatedTransport(network, clock) as transport:
            link = await open_link(network, transport, clock, device(1))
            sends = [link.send(text(f"M{number}", f"+60123456{number:03d}")) for number in range(100)]
            await during(clock, MINUTE, asyncio.gather(*sends))
            await clock.advance(10 * MINUTE)
            replies = [event for event in await pending(link) if isinstance(event, MessageArrived)]
        ledgers.append((path.read_bytes(), [(reply.sender, reply.said.body, reply.at) for reply in replies]))
    assert ledgers[0] == ledgers[1]
    assert ledgers[0][1]


async def test_the_transport_must_be_entered_before_links_are_opened(clock: ManualClock) -> None:
    async with SimulatedNetwork(clock, NetworkSettings(behaviour=QUIET)) as network:
        with pytest.raises(RuntimeError, match="enter the simulated transport"):
            await SimulatedTransport(network, clock).open(device(1), 1)
