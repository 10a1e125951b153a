from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from hebah.foundation.clock import ManualClock
from hebah.foundation.postgres import Database
from tests.integration.gateway.fleet import Fleet, open_fleet
from tests.integration.worlds import make_world


@pytest.fixture
async def fleet(database: Database, database_url: str, clock: ManualClock, tmp_path: Path) -> AsyncIterator[Fleet]:
    """A workspace with one unlinked slot on a quiet network, without a gateway."""
    async with open_fleet(await make_world(database, clock), database_url, tmp_path) as opened:
        yield opened
