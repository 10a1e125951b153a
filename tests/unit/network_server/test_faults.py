import asyncio
import time

import pytest

from tests.network import messages
from tests.network.network import Network
from tests.network.nodes import Jid, Node
from tests.unit.network_server.client import Client
from tests.unit.network_server.conftest import BOB, SHOP

BOB_JID = Jid("700015550000002@lid")


async def bob_has(network: Network) -> list[str]:
    return [one.wire_id for one in await network.received(BOB)]


async def settled(device: Client) -> None:
    """Whatever was said before has been heard."""
    await device.ask("w:p", [])


async def test_a_swallowed_ack_leaves_the_message_delivered(network: Network, device: Client) -> None:
    await network.swallow_acks(SHOP)
    await device.say(BOB_JID, "A1", messages.text("x"))
    await settled(device)
    assert not [node for node in device.nothing_more() if node.tag == "ack"]
    assert await bob_has(network) == ["A1"]


async def test_a_delayed_ack_comes_late(network: Network, device: Client) -> None:
    await network.delay_acks(SHOP, 0.2)
    began = time.monotonic()
    await device.say(BOB_JID, "A1", messages.text("x"))
    await device.acked("A1")
    assert time.monotonic() - began >= 0.2


async def test_a_refused_message_is_written_down_with_its_code_and_reaches_nobody(
    network: Network, device: Client
) -> None:
    await network.refuse_next(SHOP, 479)
    await device.say(BOB_JID, "A1", messages.text("x"))
    assert (await device.acked("A1")).get("error") == "479"
    await device.say(BOB_JID, "A2", messages.text("y"))
    assert (await device.acked("A2")).get("error") == ""
    assert [(one.wire_id, one.refused) for one in await network.sent()] == [("A1", 479), ("A2", 0)]
    assert await bob_has(network) == ["A2"]


async def test_held_messages_go_on_in_order_when_they_are_let_in(network: Network, device: Client) -> None:
    await network.hold_sends(SHOP)
    for wire_id in ("A1", "A2"):
        await device.say(BOB_JID, wire_id, messages.text("x"))
    await settled(device)
    assert await network.sent() == []
    assert await network.hold_sends(SHOP, on=False) == 2
    assert await bob_has(network) == ["A1", "A2"]


@pytest.mark.parametrize(("taken", "arrived"), [(True, ["A1"]), (False, [])])
async def test_a_connection_can_break_right_after_a_message(
    network: Network, device: Client, taken: bool, arrived: list[str]
) -> None:
    await network.cut_at_next_send(SHOP, taken=taken)
    await device.say(BOB_JID, "A1", messages.text("x"))
    assert await device.ended()
    assert await bob_has(network) == arrived


async def test_a_restricted_account_may_write_to_people_it_knows_only(network: Network, device: Client) -> None:
    await network.person("15550000003")
    await network.write(BOB, SHOP, messages.text("hi"))
    await network.restrict(SHOP, int(time.time()) + 60)
    told = await device.next(lambda node: node.get("type") == "mex")
    assert b'"is_active": true' in told.children[0].data
    await device.say(BOB_JID, "A1", messages.text("x"))
    await device.say(Jid("700015550000003@lid"), "A2", messages.text("x"))
    assert [(await device.acked(wire_id)).get("error") for wire_id in ("A1", "A2")] == ["", "463"]


async def test_a_message_to_nobody_is_refused(network: Network, device: Client) -> None:
    await device.send(Node("message", {"to": Jid("700019999999999@lid"), "id": "A1", "type": "text"}))
    assert (await device.acked("A1")).get("error") == "404"


async def test_a_stuttering_network_delivers_a_message_twice(network: Network, device: Client) -> None:
    await network.duplicate_next(SHOP)
    await network.write(BOB, SHOP, messages.text("x"))
    first, second = await device.message(), await device.message()
    assert first.get("id") == second.get("id")


async def test_a_silent_server_answers_nothing_until_it_speaks_again(network: Network, device: Client) -> None:
    await network.silence(SHOP)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.1):
            await settled(device)
    await network.silence(SHOP, on=False)
    await settled(device)


async def test_a_cut_device_is_offline(network: Network, device: Client) -> None:
    await network.cut(SHOP)
    assert await device.ended()
    assert not (await network.devices(SHOP))[0].online


async def test_the_same_seed_sends_the_same_nonsense(network: Network, device: Client) -> None:
    await settled(device)
    heard = []
    for _ in range(2):
        assert await network.fuzz(SHOP, 60, seed=3) == 60
        heard.append([await device.frame() for _ in range(60)])
    assert heard[0] == heard[1]
