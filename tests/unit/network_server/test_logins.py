import pytest

from tests.network.keys import KeyPair
from tests.network.linking import LinkingError
from tests.network.network import Network
from tests.unit.network_server.client import Client
from tests.unit.network_server.conftest import SHOP, link


async def test_a_device_that_was_never_linked_is_turned_away(network: Network) -> None:
    async with Client(network.settings_file) as stranger:
        stranger.number, stranger.device = SHOP, 7
        said = await stranger.log_in()
    assert (said.tag, said.get("reason")) == ("failure", "401")


async def test_a_linked_device_with_another_key_is_turned_away(network: Network, device: Client) -> None:
    async with Client(network.settings_file) as thief:
        thief.number, thief.device = device.number, device.device
        said = await thief.log_in()
    assert said.get("reason") == "401"


async def test_a_scanned_device_can_log_in_and_learns_its_lid(network: Network) -> None:
    async with Client(network.settings_file) as client:
        name = await link(network, client)
        said = await client.log_in()
    assert (said.tag, said.jid("lid").server, said.jid("lid").device) == ("success", "lid", 1)
    assert [state.name for state in await network.devices(SHOP)] == [name]


async def test_a_code_that_nobody_shows_any_more_cannot_be_scanned(network: Network) -> None:
    async with Client(network.settings_file) as client:
        shown = await client.show_qr()
        await client.close()
    with pytest.raises(LinkingError):
        await network.scan(shown.replace("2@", "2@x"), SHOP)


async def test_a_second_login_replaces_the_first(network: Network, device: Client) -> None:
    async with Client(network.settings_file) as again:
        again.noise, again.number, again.device = device.noise, device.number, device.device
        assert (await again.log_in()).tag == "success"
        conflict = await device.next(lambda node: node.tag == "stream:error")
    inside = conflict.child("conflict")
    assert inside is not None
    assert inside.get("type") == "replaced"


async def test_a_banned_account_is_told_how_long_and_comes_back_when_that_is_lifted(
    network: Network, device: Client
) -> None:
    await network.ban(SHOP, 104, 600)
    seen_off = await device.next(lambda node: node.tag == "failure")
    turned_away = await device.log_in()
    assert [(said.get("reason"), said.get("code"), said.get("expire")) for said in (seen_off, turned_away)] == [
        ("402", "104", "600")
    ] * 2
    await network.lift(SHOP)
    assert (await device.log_in()).tag == "success"


async def test_a_device_removed_on_the_phone_is_told_and_unknown_from_then_on(network: Network, device: Client) -> None:
    await network.unlink(SHOP)
    said = await device.next(lambda node: node.tag == "stream:error")
    assert said.get("code") == "401"
    assert (await device.log_in()).get("reason") == "401"


async def test_a_connect_failure_passes_after_so_many_times(network: Network, device: Client) -> None:
    await network.connect_failure(SHOP, 503, times=1)
    assert (await device.log_in()).get("reason") == "503"
    assert (await device.log_in()).tag == "success"


async def test_an_old_client_is_turned_away_and_the_web_page_names_the_version(
    network: Network, device: Client
) -> None:
    await network.require_version(1_030_000_000)
    assert (await device.log_in()).get("reason") == "405"


async def test_accounts_and_devices_survive_a_restart(network: Network, device: Client) -> None:
    await network.restart()
    assert await device.ended()
    assert (await device.log_in()).tag == "success"


async def test_nobody_gets_in_while_the_network_accepts_nobody(network: Network, device: Client) -> None:
    await network.stop_accepting()
    with pytest.raises(ConnectionError):
        await device.log_in()
    await network.stop_accepting(on=False)
    assert (await device.log_in()).tag == "success"


async def test_a_fabricated_device_logs_in_with_the_keys_it_was_given(network: Network) -> None:
    made = await network.fabricate("16660000000", 3)
    async with Client(network.settings_file) as client:
        client.noise = KeyPair(made.keys.noise)
        client.number, client.device = "16660000002", 1
        assert (await client.log_in()).tag == "success"
    assert made.devices[2].jid == "16660000002:1@s.whatsapp.net"
