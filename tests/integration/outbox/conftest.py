"""A fleet on a fresh database."""

import pytest

from hebah.foundation.clock import ManualClock
from hebah.foundation.postgres import Database
from tests.integration.outbox.fleet import Fleet


@pytest.fixture
async def fleet(database: Database, clock: ManualClock) -> Fleet:
    made = Fleet(database, clock)
    await made.found()
    return made
