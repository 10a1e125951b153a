"""What people and phones do on the simulated network besides writing words."""

from datetime import timedelta

from hebah.adapters.transports.simulated.files import Files
from hebah.adapters.transports.simulated.letters import Letter
from hebah.adapters.transports.simulated.network import NetworkSettings, SimulatedNetwork
from hebah.adapters.transports.simulated.people import Behaviour
from hebah.adapters.transports.simulated.transport import SimulatedTransport
from hebah.devices.model import DeviceState
from hebah.foundation.clock import ManualClock
from hebah.gateway.incoming import MediaAsked, MediaGone, MessageArrived, ReceiptArrived, TypingSeen
from hebah.gateway.outgoing import Accepted, CheckNumbers, MarkRead, NumbersChecked, Refused
from hebah.messaging.said import MediaFacts, MessageKind, Said, Target
from tests.unit.simulated.world import PERSON, device, during, first_of, link_phone, open_link, pending, reach, text

MINUTE = timedelta(minutes=1)


async def test_what_one_device_of_a_phone_reads_its_others_know(clock: ManualClock) -> None:
    async with SimulatedNetwork(clock) as network, SimulatedTransport(network, clock) as transport:
        link = await open_link(network, transport, clock, device(1))
        phone = network.phones()[0].number
        await link_phone(network, transport, device(2), phone)
        other = await transport.open(device(2), 1)
        await clock.advance(MINUTE)
        await reach(other, DeviceState.ONLINE)
        wire_id = network.write(PERSON, phone, "Ada stok?")
        await first_of(link, MessageArrived)
        await link.do(MarkRead(PERSON, (wire_id,)))
        read = await first_of(other, ReceiptArrived)
        assert (read.by_me, read.chat, read.wire_ids) == (True, PERSON, (wire_id,))
        assert not [event for event in await pending(link) if isinstance(event, ReceiptArrived)]


async def test_a_restricted_account_answers_those_who_wrote_to_it(clock: ManualClock) -> None:
    async with SimulatedNetwork(clock) as network, SimulatedTransport(network, clock) as transport:
        link = await open_link(network, transport, clock, device(1))
        phone = network.phones()[0].number
        network.write(PERSON, phone, "Ada stok?")
        network.restrict(phone, clock.now() + timedelta(days=1))
        assert isinstance(await during(clock, MINUTE, link.send(text("M1"))), Accepted)
        assert await during(clock, MINUTE, link.send(text("M2", "+60129999999"))) == Refused("restricted")


async def test_numbers_of_nobody_are_not_on_the_network(clock: ManualClock) -> None:
    settings = NetworkSettings(behaviour=Behaviour(absent=1))
    async with SimulatedNetwork(clock, settings) as network, SimulatedTransport(network, clock) as transport:
        link = await open_link(network, transport, clock, device(1))
        phone = network.phones()[0].number
        found = await link.do(CheckNumbers((PERSON, phone)))
        assert isinstance(found, NumbersChecked)
        assert [(one.phone, one.on_whatsapp, one.lid is None) for one in found.numbers] == [
            (PERSON, False, True),
            (phone, True, False),
        ]


async def test_typing_reaches_who_is_online_and_waits_for_nobody(clock: ManualClock) -> None:
    async with SimulatedNetwork(clock) as network, SimulatedTransport(network, clock) as transport:
        await link_phone(network, transport, device(1))
        phone = network.phones()[0].number
        network.type_to(PERSON, phone)
        link = await transport.open(device(1), 1)
        await clock.advance(MINUTE)
        await reach(link, DeviceState.ONLINE)
        assert await pending(link) == []
        network.type_to(PERSON, phone)
        assert (await first_of(link, TypingSeen)).chat == PERSON


async def test_a_reaction_names_the_message_as_the_other_side_knows_it(clock: ManualClock) -> None:
    async with SimulatedNetwork(clock) as network, SimulatedTransport(network, clock) as transport:
        first = await open_link(network, transport, clock, device(1))
        await open_link(network, transport, clock, device(2))
        phone, other = (one.number for one in network.phones())
        mine = Said(MessageKind.REACTION, "👍", target=Target("A", from_me=True))
        network.type_message(other, phone, mine)
        told = await first_of(first, MessageArrived)
        assert told.said.target == Target("A", from_me=False)


async def test_a_file_the_network_has_dropped_is_gone(clock: ManualClock) -> None:
    async with SimulatedNetwork(clock) as network, SimulatedTransport(network, clock) as transport:
        link = await open_link(network, transport, clock, device(1))
        said = Said(MessageKind.IMAGE, media=MediaFacts(b"", "image/jpeg", 0))
        network.write(PERSON, network.phones()[0].number, said, file=b"\xff\xd8")
        told = await first_of(link, MessageArrived)
        assert told.said.media is not None
        network.drop_files()
        wanted = MediaAsked(told.said.media.ref, PERSON, PERSON, told.wire_id, from_me=False)
        assert await link.fetch_media(wanted) == MediaGone("expired")


def test_the_network_keeps_the_files_used_last_within_bounds() -> None:
    files, refs = Files(), []
    for number in range(9):
        said = Said(MessageKind.VIDEO, media=MediaFacts(b"", "video/mp4", 0))
        kept = files.store(Letter(f"M{number}", PERSON, said, bytes([number]) * 10_000_000)).media
        assert kept is not None
        refs.append(kept.ref)
    assert [files.find(ref) is not None for ref in refs] == [False] * 3 + [True] * 6
