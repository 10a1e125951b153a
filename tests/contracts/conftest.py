"""Every contract test runs over every transport."""

from collections.abc import AsyncIterator

import pytest

from hebah.gateway.transport import DeviceRef
from tests.contracts.companion_harness import CompanionHarness, companion
from tests.contracts.harness import Harness, new_device
from tests.contracts.simulated_harness import simulated, simulated_socket


@pytest.fixture(params=["simulated", "simulated-socket", "companion"])
def harness(request: pytest.FixtureRequest) -> Harness:
    opened: Harness = request.getfixturevalue(f"{request.param.replace('-', '_')}_harness")
    return opened


@pytest.fixture
async def simulated_harness() -> AsyncIterator[Harness]:
    async with simulated() as opened:
        yield opened


@pytest.fixture
async def simulated_socket_harness() -> AsyncIterator[Harness]:
    async with simulated_socket() as opened:
        yield opened


@pytest.fixture
async def companion_harness(database_url: str) -> AsyncIterator[CompanionHarness]:
    async with companion(database_url) as opened:
        yield opened


@pytest.fixture
def device() -> DeviceRef:
    return new_device()
