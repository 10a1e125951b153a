"""Every contract test runs over every transport."""

from collections.abc import AsyncIterator

import pytest

from hebah.gateway.transport import DeviceRef
from tests.contracts.harness import HARNESSES, Harness, new_device


@pytest.fixture(params=HARNESSES)
async def harness(request: pytest.FixtureRequest) -> AsyncIterator[Harness]:
    async with HARNESSES[request.param]() as opened:
        yield opened


@pytest.fixture
def device() -> DeviceRef:
    return new_device()
