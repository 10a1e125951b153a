"""A shop whose clock knows whether anybody is at work."""

import pytest

from hebah.foundation.clock import ManualClock
from hebah.foundation.postgres import Database
from tests.integration.gateway.sender.wires import WatchedClock
from tests.integration.outbox.fleet import Fleet


@pytest.fixture
def clock() -> WatchedClock:
    return WatchedClock()


@pytest.fixture
async def shop(database: Database, clock: ManualClock) -> Fleet:
    fleet = Fleet(database, clock)
    await fleet.found()
    return fleet
