"""The fleet of the outbox, with people who may stop it."""

import pytest

from hebah.foundation.clock import ManualClock
from hebah.foundation.postgres import Database
from tests.integration.outbox.fleet import Fleet


@pytest.fixture
async def fleet(database: Database, clock: ManualClock) -> Fleet:
    built = Fleet(database, clock)
    await built.found()
    return built
