"""A shop with its owner in the browser and one number that is online; or a world stated by rows."""

from uuid import UUID

import pytest

from hebah.access.model import Account
from hebah.foundation.clock import ManualClock
from hebah.foundation.ids import make_id
from hebah.foundation.postgres import Database
from tests.integration.conftest import Web
from tests.integration.worlds import World, make_world

GATEWAY = make_id()


@pytest.fixture
async def world(database: Database, clock: ManualClock) -> World:
    return await make_world(database, clock)


@pytest.fixture
async def device(web: Web, shop: Account) -> UUID:
    return await online(web, shop, "Kedai 1")


async def online(web: Web, shop: Account, name: str) -> UUID:
    """One more number of a shop that is online."""
    device_id = make_id()
    async with web.db.transaction() as tx:
        await tx.execute(
            "INSERT INTO device (workspace_id, id, name, transport, phone, state, state_since, wanted, owner, epoch,"
            " linked_at, created_at)"
            " VALUES ($1, $2, $3, 'simulated', $4, 'online', $5, 'on', $6, 1, $5, $5)",
            shop.workspace_id,
            device_id,
            name,
            f"+6011{device_id.int % 10**8:08d}",
            web.clock.now(),
            GATEWAY,
        )
    return device_id
