import pytest

from tests.network import messages, reading
from tests.network.accounts import Behaviour
from tests.network.controls import By
from tests.network.network import Network
from tests.network.nodes import Jid, Node
from tests.unit.network_server.client import Client
from tests.unit.network_server.conftest import BOB, SHOP, link

BOB_JID = Jid("700015550000002@lid")


async def bob_has(network: Network) -> list[str]:
    return [one.body for one in await network.received(BOB)]


async def test_a_message_is_acknowledged_written_down_and_read_by_the_phone(network: Network, device: Client) -> None:
    await device.say(BOB_JID, "A1", messages.text("hello"))
    ack = await device.acked("A1")
    assert ack.get("error") == ""
    delivered = await device.next(lambda node: node.tag == "receipt")
    assert (delivered.get("id"), delivered.get("from")) == ("A1", BOB_JID)
    [sent] = await network.sent()
    assert (sent.device, sent.to, sent.wire_id, sent.copies) == (f"{SHOP}:1", BOB, "A1", 1)
    assert await bob_has(network) == ["hello"]


async def test_messages_written_while_a_device_was_away_come_in_order_and_are_counted(
    network: Network, device: Client
) -> None:
    await device.close()
    ids = [await network.write(BOB, SHOP, messages.text(str(number))) for number in range(3)]
    await device.log_in()
    came = [await device.message() for _ in ids]
    offline = await device.next(lambda node: node.child("offline") is not None)
    assert [(node.get("id"), node.get("offline")) for node in came] == [(wire_id, "1") for wire_id in ids]
    assert int(offline.children[0].get("count")) >= len(ids)


async def test_what_was_not_acknowledged_comes_again_at_the_next_login_and_nothing_else(
    network: Network, device: Client
) -> None:
    first = await network.write(BOB, SHOP, messages.text("kept"))
    second = await network.write(BOB, SHOP, messages.text("not kept"))
    await device.confirm(await device.message())
    await device.message()
    assert (await network.devices(SHOP))[0].waiting[-1] == second
    await device.close()
    await device.log_in()
    assert (await device.message()).get("id") == second
    assert first not in [node.get("id") for node in device.nothing_more()]
    assert [one.wire_id for one in await network.delivered()] == [first]


@pytest.mark.parametrize(
    ("by", "server", "alias"), [(By.LID, "lid", "sender_pn"), (By.PHONE, "s.whatsapp.net", "sender_lid")]
)
async def test_somebody_can_write_under_either_name(
    network: Network, device: Client, by: By, server: str, alias: str
) -> None:
    await network.write(BOB, SHOP, messages.text("hi"), by=by)
    came = await device.message()
    assert (came.jid("from").server, alias in came.attrs) == (server, True)
    assert reading.read(device.open(came)).body == "hi"


async def test_a_number_may_stay_hidden(network: Network, device: Client) -> None:
    await network.write(BOB, SHOP, messages.text("hi"), by=By.LID_ALONE)
    assert "sender_pn" not in (await device.message()).attrs


async def test_an_owners_own_words_reach_the_linked_device_as_sent_by_them(network: Network, device: Client) -> None:
    await network.type_message(SHOP, BOB, messages.text("by hand"))
    came = await device.message()
    said = reading.read(device.open(came))
    assert (came.jid("from").user, came.get("recipient"), said.body) == ("700015550000001", BOB_JID, "by hand")
    assert await bob_has(network) == ["by hand"]


async def test_a_device_that_cannot_read_gets_the_message_again(network: Network, device: Client) -> None:
    wire_id = await network.undecryptable(BOB, SHOP, messages.text("secret"))
    spoiled = await device.message()
    content = [Node("retry", {"count": "1", "id": wire_id, "t": "1", "v": "1"})]
    await device.send(Node("receipt", {"to": spoiled.jid("from"), "id": wire_id, "type": "retry"}, content))
    again = await device.message()
    sealed = again.child("enc")
    assert sealed is not None
    assert (again.get("id"), sealed.get("count"), reading.read(device.open(again)).body) == (wire_id, "1", "secret")


async def test_a_phone_that_reads_at_once_asks_again_for_what_it_cannot_read(network: Network, device: Client) -> None:
    await network.person(BOB, behaviour=Behaviour(eager=True))
    await network.unreadable(BOB)
    await device.say(BOB_JID, "A1", messages.text("hello"))
    asked = await device.next(lambda node: node.get("type") == "retry")
    assert (asked.get("id"), asked.child("keys") is not None) == ("A1", True)
    assert [one.kind for one in await network.received(BOB)] == ["undecryptable"]


async def test_a_person_answers_reads_and_opts_out_once(network: Network, device: Client) -> None:
    await network.person(BOB, behaviour=Behaviour(reads=True, opt_out="STOP", reply="ok"))
    for wire_id in ("A1", "A2"):
        await device.say(BOB_JID, wire_id, messages.text("offer"))
    words = [reading.read(device.open(await device.message())).body for _ in range(2)]
    assert words == ["STOP", "ok"]
    read = await device.next(lambda node: node.tag == "receipt" and node.get("type") == "read")
    assert read.get("id") == "A1"


async def test_a_group_message_reaches_the_devices_of_members(network: Network, device: Client) -> None:
    group = await network.group("Friends", [BOB, SHOP])
    await network.write_group(BOB, group, messages.text("to all"))
    came = await device.message()
    first, second = came.all("enc")
    handed = reading.read(device.signal.decrypt("bob", first.get("type"), first.data)).distribution
    assert handed is not None
    device.signal.accept_distribution(group, "bob", handed[1])
    assert reading.read(device.signal.decrypt_group(group, "bob", second.data)).body == "to all"
    assert (came.jid("from"), came.jid("participant")) == (f"{group}@g.us", BOB_JID)


async def test_devices_of_one_account_see_what_the_other_sends(network: Network, device: Client) -> None:
    async with Client(network.settings_file) as second:
        await link(network, second)
        await second.log_in()
        await second.upload_prekeys()
        twin = Jid(f"7000{SHOP}:2@lid")
        await device.say(twin, "A1", messages.device_sent(BOB_JID, messages.text("mine")))
        came = await second.message()
        assert reading.read(second.open(came)).sent_to == BOB_JID
