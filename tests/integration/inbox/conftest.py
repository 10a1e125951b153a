import pytest

from hebah.foundation.clock import ManualClock
from hebah.foundation.postgres import Database
from tests.integration.worlds import World, make_world


@pytest.fixture
async def world(database: Database, clock: ManualClock) -> World:
    return await make_world(database, clock)
