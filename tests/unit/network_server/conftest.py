import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.network.network import Network
from tests.unit.network_server.client import CODEC, Client

SHOP, BOB = "15550000001", "15550000002"


@pytest.fixture
async def network(tmp_path: Path) -> AsyncIterator[Network]:
    """A network with a shop's phone and somebody called Bob."""
    async with Network(tmp_path, codec=CODEC) as running:
        await running.account(SHOP, "Shop")
        await running.person(BOB, "Bob")
        yield running


@pytest.fixture
async def device(network: Network) -> AsyncIterator[Client]:
    """A device that is linked to the shop's phone and online."""
    async with Client(network.settings_file) as client:
        await link(network, client)
        await client.log_in()
        await client.upload_prekeys()
        yield client


async def link(network: Network, client: Client, phone: str = SHOP) -> str:
    """Link a device by its QR code; its name."""
    scanned = network.scan(await client.show_qr(), phone)
    name, _ = await asyncio.gather(scanned, client.take_link())
    return name
